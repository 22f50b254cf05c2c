"""{{ title }} ({{ exercise.name }})

{{ statement }}
"""

import torch
from torch import Tensor, nn


class {{ exercise.entry }}(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        # Create the layers here.

    def forward(self, x: Tensor) -> Tensor:
        # x has the shape N×{{ exercise.input_shape | join("×") }}.
        raise NotImplementedError("forward() is still to be written")


if __name__ == "__main__":
    y = {{ exercise.entry }}()(torch.zeros(2, {{ exercise.input_shape | join(", ") }}))
    print("output shape:", tuple(y.shape))
