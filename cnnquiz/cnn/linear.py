"""The fully connected layer."""

from dataclasses import dataclass

from cnnquiz.cnn.op import Op, one_input
from cnnquiz.cnn.shape import Shape
from cnnquiz.errors import NetworkError


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear(Op):
    """Acts on the last axis; every position of the axes before it (tokens, pixels) is multiplied once."""

    name = "linear"

    in_features: int
    out_features: int
    bias: bool = True

    def __post_init__(self) -> None:
        super(Linear, self).__post_init__()
        if self.in_features < 1 or self.out_features < 1:
            raise NetworkError(f"{self.in_features} → {self.out_features} features (expected at least 1)")

    def output_shape(self, *inputs: Shape) -> Shape:
        x = one_input(self, inputs)
        if not x or x[-1] != self.in_features:
            found = x[-1] if x else 0
            raise NetworkError(f"linear was given {found} features (expected {self.in_features})")
        return Shape(*x[:-1], self.out_features)

    def macs(self, *inputs: Shape) -> int:
        return self.output_shape(*inputs).elements * self.in_features

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        weight: dict[str, tuple[int, ...]] = {"weight": (self.out_features, self.in_features)}
        return weight | {"bias": (self.out_features,)} if self.bias else weight
