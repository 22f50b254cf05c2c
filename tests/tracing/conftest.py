"""What the tests of recorded modules share."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from torch import Tensor, nn

from cnnquiz.cnn import Network
from cnnquiz.tracing.record import record_network


class _Module(nn.Module):
    """`forward` is a function of the module and its input; what is given by name becomes an attribute."""

    def __init__(self, function: Callable[..., Any], attributes: dict[str, Any]) -> None:
        super().__init__()
        self.function = function
        for name, value in attributes.items():
            setattr(self, name, value)

    def forward(self, x: Tensor) -> Any:
        return self.function(self, x)


@pytest.fixture
def recorded() -> Callable[..., Network]:
    """Record the module whose `forward` is a function of the module and its input; builders make its attributes."""

    def record(
        function: Callable[..., Any], input_shape: Sequence[int] = (4, 6, 6), **builders: Callable[[], Any]
    ) -> Network:
        def build() -> nn.Module:
            return _Module(function, {name: builder() for name, builder in builders.items()})

        return record_network(build, input_shape, "net")

    return record
