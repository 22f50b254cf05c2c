"""Operations on each number by itself: activations and dropout. They keep the shape and own nothing."""

from dataclasses import dataclass

from cnnquiz.cnn.op import Op, one_input
from cnnquiz.cnn.shape import Shape
from cnnquiz.errors import NetworkError

ACTIVATIONS = frozenset(
    {"relu", "relu6", "leaky_relu", "prelu", "elu", "selu", "celu", "gelu", "silu", "mish"}
    | {"hardswish", "hardsigmoid", "hardtanh", "sigmoid", "tanh", "softplus", "softmax", "log_softmax"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation(Op):
    """A nonlinearity, named as in `torch.nn.functional`."""

    name = "activation"

    function: str

    def __post_init__(self) -> None:
        super(Activation, self).__post_init__()
        if self.function not in ACTIVATIONS:
            raise NetworkError(
                f"unknown activation {self.function!r} (expected one of {', '.join(sorted(ACTIVATIONS))})"
            )

    @property
    def title(self) -> str:
        return self.function

    def output_shape(self, *inputs: Shape) -> Shape:
        return one_input(self, inputs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropout(Op):
    """`active` is whether numbers were dropped in the recorded pass, which is in eval mode."""

    name = "dropout"

    p: float = 0.5
    active: bool = False

    def output_shape(self, *inputs: Shape) -> Shape:
        return one_input(self, inputs)
