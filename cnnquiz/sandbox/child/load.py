"""A submission's source goes in; the torch.nn.Module that its entry constructs comes out."""

import importlib.abc
import linecache
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType

import torch

MODULE_NAME = "submission"
RANDOM_INITIALISERS = (
    "uniform_",
    "normal_",
    "trunc_normal_",
    "xavier_uniform_",
    "xavier_normal_",
    "kaiming_uniform_",
    "kaiming_normal_",
    "orthogonal_",
    "sparse_",
)

# Numbers for which drawing takes no time that anybody notices.
SMALL = 100_000

OTHER_ENCODINGS = {
    b"\xff\xfe\0\0": "UTF-32",
    b"\0\0\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
"""By the bytes that a file begins with, longer ones first."""


class EntryError(Exception):
    """The file does not hold what the exercise asks for."""


class Forbidden(importlib.abc.MetaPathFinder):
    """Says why a package cannot be imported, where the student would otherwise see that it is missing."""

    def __init__(self, packages: Sequence[str]) -> None:
        self._packages = frozenset(packages)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        package = fullname.partition(".")[0]
        if package in self._packages:
            raise ImportError(f"{package} is not allowed in this exercise")
        return None


def load(
    source: bytes,
    *,
    file_name: str,
    entry: str,
    arguments: Mapping[str, object],
    forbidden: Sequence[str],
    initialise: bool,
) -> torch.nn.Module:
    """Execute the source as a module and call its `entry` with the arguments."""
    _forbid(forbidden)
    with _initialisation(wanted=initialise):
        module = _execute(source, file_name)
        constructor = module.__dict__.get(entry)
        if not callable(constructor):
            raise EntryError(f"{file_name} defines no {entry} (it defines {_modules_in(module)})")
        network = constructor(**arguments)
    if not isinstance(network, torch.nn.Module):
        raise EntryError(f"{entry}() returned {type(network).__name__}, expected a torch.nn.Module")
    return network


def _execute(source: bytes, file_name: str) -> ModuleType:
    module = ModuleType(MODULE_NAME)
    module.__file__ = file_name
    sys.modules[MODULE_NAME] = module  # dataclasses look their module up
    text = source.decode("utf-8", "replace")
    linecache.cache[file_name] = (len(text), None, text.splitlines(keepends=True), file_name)
    exec(_compiled(source, file_name), module.__dict__)
    return module


def _compiled(source: bytes, file_name: str) -> CodeType:
    """Byte code; EntryError where Python's own message would leave a student puzzled."""
    for mark, encoding in OTHER_ENCODINGS.items():
        if source.startswith(mark):
            raise EntryError(f"{file_name} is encoded as {encoding}, expected UTF-8 (save it as UTF-8)")
    before, null, _ = source.partition(b"\0")
    if null:
        line = before.count(b"\n") + 1
        raise EntryError(f"{file_name} has a null byte in line {line}, expected the text of a Python program")
    try:
        # Bytes, not text: the source may declare its encoding.
        return compile(source, file_name, "exec", dont_inherit=True)
    except (MemoryError, RecursionError) as error:
        raise EntryError(f"{file_name} is nested too deeply for Python to compile") from error
    except SyntaxError as error:
        if "codec can't decode" in str(error.msg):
            place = f"line {error.lineno} of {file_name}" if error.lineno else file_name
            raise EntryError(f"{place} is not in the declared encoding, expected UTF-8 (or a coding line)") from error
        raise


def _modules_in(module: ModuleType) -> str:
    names = [
        name
        for name, value in module.__dict__.items()
        if isinstance(value, type) and issubclass(value, torch.nn.Module) and value.__module__ == MODULE_NAME
    ]
    return ", ".join(names[:20]) or "no torch.nn.Module"


def _forbid(packages: Sequence[str]) -> None:
    # Looking at the names of all modules would copy the pages that they lie in: megabytes for each worker.
    if any(package in sys.modules for package in packages):
        for name in list(sys.modules):
            if name.partition(".")[0] in packages:
                del sys.modules[name]
    sys.meta_path.insert(0, Forbidden(packages))


@contextmanager
def _initialisation(*, wanted: bool) -> Iterator[None]:
    """Draw no random numbers for large weights, the greater part of the time, where others are assigned anyway."""
    skipped = () if wanted else RANDOM_INITIALISERS
    originals = {name: getattr(torch.nn.init, name) for name in skipped}
    for name, original in originals.items():
        setattr(torch.nn.init, name, _thrifty(original))
    try:
        yield
    finally:
        for name, original in originals.items():
            setattr(torch.nn.init, name, original)


def _thrifty(initialise: Callable[..., torch.Tensor]) -> Callable[..., torch.Tensor]:
    """An initialiser that leaves large tensors at zero: finite numbers, which code that looks at them may expect."""

    def thrifty(tensor: torch.Tensor, *arguments: object, **options: object) -> torch.Tensor:
        if tensor.numel() <= SMALL:
            return initialise(tensor, *arguments, **options)
        with torch.no_grad():
            return tensor.zero_()

    return thrifty
