"""Small modules written in two ways, and weights carried from the one to the other, with torch as the judge."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from cnnquiz.grading.matching.match import Match, matches
from cnnquiz.sandbox import TensorClaim
from cnnquiz.sandbox.tensors import Array
from cnnquiz.tracing.record import record_network

torch.set_num_threads(1)

Build = Callable[[], nn.Module]


class Net(nn.Module):
    """Layers declared in the order given; the forward pass is a function of the module and its input."""

    def __init__(self, run: Callable[[Any, Tensor], Tensor], layers: Mapping[str, Callable[[], Any]]) -> None:
        super().__init__()
        self._run = run
        for name, build in layers.items():
            setattr(self, name, build())

    def forward(self, x: Tensor) -> Tensor:
        return self._run(self, x)


def net(run: Callable[[Any, Tensor], Tensor], **layers: Callable[[], Any]) -> Build:
    return lambda: Net(run, layers)


def conv(in_channels: int, out_channels: int, kernel_size: int = 1, **options: Any) -> Build:
    options = {"padding": kernel_size // 2} | options
    return lambda: nn.Conv2d(in_channels, out_channels, kernel_size, **options)


def linear(in_features: int, out_features: int) -> Build:
    return lambda: nn.Linear(in_features, out_features)


def bn(channels: int) -> Build:
    return lambda: nn.BatchNorm2d(channels)


def weight(*shape: int) -> Callable[[], nn.Parameter]:
    return lambda: nn.Parameter(torch.empty(shape))


def claims(module: nn.Module) -> list[TensorClaim]:
    """What the sandbox reports of a module's tensors."""
    return [
        TensorClaim(
            name=name,
            kind="parameter" if isinstance(tensor, nn.Parameter) else "buffer",
            shape=tuple(tensor.shape),
            dtype=str(tensor.dtype).removeprefix("torch."),
            trainable=tensor.requires_grad,
        )
        for name, tensor in (*module.named_parameters(), *module.named_buffers())
    ]


def all_matches(theirs: Build, ours: Build, shape: tuple[int, ...]) -> list[Match]:
    student, solution = record_network(theirs, shape, "student"), record_network(ours, shape, "solution")
    return list(matches(claims(theirs()), student, claims(ours()), solution))


def carried(theirs: Build, ours: Build, shape: tuple[int, ...]) -> Match | None:
    """The first match under which both compute the same: outputs, gradients, and running statistics after training."""
    solution, student = ours(), theirs()
    weights = _draw(solution)
    x = torch.randn(3, *shape)
    for match in all_matches(theirs, ours, shape):
        _assign(student, match.arrays(weights))
        if torch.allclose(student.eval()(x), solution.eval()(x), rtol=1e-4, atol=1e-5):
            _require_same_training(student, solution, match, x)
            return match
    return None


def _require_same_training(student: nn.Module, solution: nn.Module, match: Match, x: Tensor) -> None:
    torch.manual_seed(0)
    cotangent = torch.randn(solution.eval()(x).shape)
    for module in (student, solution):
        (module.eval()(x) * cotangent).sum().backward()
        module.train()(x)
    expected = {name: p.grad for name, p in solution.named_parameters()} | dict(solution.named_buffers())
    for name, tensor in [*student.named_parameters(), *student.named_buffers()]:
        actual = tensor.grad if isinstance(tensor, nn.Parameter) else tensor
        if name in match.sources and actual is not None:
            turned = match.turned(name, expected[match.sources[name]].numpy())
            np.testing.assert_allclose(actual.numpy().reshape(-1), turned.reshape(-1), rtol=1e-3, atol=1e-4)


def _draw(module: nn.Module) -> dict[str, Array]:
    """Random weights; running variances and scales are positive and far from 1."""
    torch.manual_seed(1)
    named = [*module.named_parameters(), *module.named_buffers()]
    with torch.no_grad():
        for name, tensor in named:
            if tensor.is_floating_point():
                tensor.uniform_(*((0.5, 1.5) if name.endswith("running_var") or tensor.dim() == 1 else (-0.5, 0.5)))
    return {name: tensor.detach().numpy().copy() for name, tensor in named}


def _assign(module: nn.Module, arrays: Mapping[str, Array]) -> None:
    with torch.no_grad():
        for name, tensor in [*module.named_parameters(), *module.named_buffers()]:
            if name in arrays:
                tensor.copy_(torch.from_numpy(arrays[name].copy()).reshape(tensor.shape))
