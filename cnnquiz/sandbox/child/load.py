"""A submission's source goes in; the torch.nn.Module that its entry constructs comes out."""

import importlib.abc
import linecache
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from types import ModuleType

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
    # Bytes, not text: the source may declare its encoding.
    exec(compile(source, file_name, "exec", dont_inherit=True), module.__dict__)
    return module


def _modules_in(module: ModuleType) -> str:
    names = [
        name
        for name, value in module.__dict__.items()
        if isinstance(value, type) and issubclass(value, torch.nn.Module) and value.__module__ == MODULE_NAME
    ]
    return ", ".join(names[:20]) or "no torch.nn.Module"


def _forbid(packages: Sequence[str]) -> None:
    for name in list(sys.modules):
        if name.partition(".")[0] in packages:
            del sys.modules[name]
    sys.meta_path.insert(0, Forbidden(packages))


@contextmanager
def _initialisation(*, wanted: bool) -> Iterator[None]:
    """Skip drawing random weights, the greater part of the time, where others are assigned anyway."""
    skipped = () if wanted else RANDOM_INITIALISERS
    originals = {name: getattr(torch.nn.init, name) for name in skipped}
    for name in originals:
        setattr(torch.nn.init, name, _unchanged)
    try:
        yield
    finally:
        for name, original in originals.items():
            setattr(torch.nn.init, name, original)


def _unchanged(tensor: torch.Tensor, *arguments: object, **options: object) -> torch.Tensor:
    return tensor
