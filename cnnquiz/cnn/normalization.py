"""Normalisation layers: they keep the shape; batch norm alone owns running statistics."""

from dataclasses import dataclass

from cnnquiz.cnn.op import Op, one_input
from cnnquiz.cnn.shape import Shape
from cnnquiz.errors import NetworkError


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchNorm(Op):
    """Batch norm of any number of spatial axes; γ and β are parameters, the running statistics are buffers."""

    name = "batch_norm"

    num_features: int
    eps: float = 1e-5
    momentum: float | None = 0.1
    affine: bool = True
    track_running_stats: bool = True

    def output_shape(self, *inputs: Shape) -> Shape:
        x = one_input(self, inputs)
        if not x or x.channels != self.num_features:
            found = x.channels if x else 0
            raise NetworkError(f"batch_norm was given {found} channels (expected {self.num_features})")
        return x

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        return {"weight": (self.num_features,), "bias": (self.num_features,)} if self.affine else {}

    def buffer_shapes(self) -> dict[str, tuple[int, ...]]:
        if not self.track_running_stats:
            return {}
        return {"running_mean": (self.num_features,), "running_var": (self.num_features,)}


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalResponseNorm(Op):
    """Krizhevsky 2012, §3.3, in torch's form, which divides alpha by size: the paper's α = 1e-4 is 5e-4 here."""

    name = "local_response_norm"

    size: int
    alpha: float = 1e-4
    beta: float = 0.75
    k: float = 1.0

    def __post_init__(self) -> None:
        super(LocalResponseNorm, self).__post_init__()
        if self.size < 1:
            raise NetworkError(f"local_response_norm over {self.size} channels (expected at least 1)")

    def output_shape(self, *inputs: Shape) -> Shape:
        x = one_input(self, inputs)
        if len(x) < 2:
            raise NetworkError(f"local_response_norm was given an input of shape {x} (expected channels and positions)")
        return x
