"""The reference modules of `solutions/` by name: which file builds which network, for which input."""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from cnnquiz.bundled import bundled_path
from cnnquiz.cnn import Network
from cnnquiz.errors import RecordingError
from cnnquiz.tracing.record import record_network

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """A network that a file of `solutions/` builds; `input_shape` leaves the batch out."""

    name: str
    path: Path
    build: Callable[[], "nn.Module"]
    input_shape: tuple[int, ...]

    def record(self) -> Network:
        return record_network(self.build, self.input_shape, self.name)


def load_solutions() -> tuple[Solution, ...]:
    """Every network of `solutions/`, by name. Each file maps its builders to input shapes in `INPUT_SHAPES`."""
    found = {}
    for path in sorted(bundled_path("solutions").glob("*.py")):
        module = load_module(path)
        for name, input_shape in module.INPUT_SHAPES.items():
            build = getattr(module, name, None)
            if build is None or name in found:
                raise RecordingError(f"{path}: INPUT_SHAPES names {name!r} (expected one function of that name)")
            found[name] = Solution(name=name, path=path, build=build, input_shape=tuple(input_shape))
    return tuple(found[name] for name in sorted(found))


def load_module(path: Path) -> ModuleType:
    """Run a trusted Python file as a module of its own."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise RecordingError(f"{path}: not a Python file (expected a name that ends in .py)")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
