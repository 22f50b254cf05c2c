"""{{ title }} ({{ exercise.name }})

{{ statement }}
"""

import torch
from torch import Tensor, nn


class {{ exercise.entry }}(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        # 여기에 층을 만듭니다.

    def forward(self, x: Tensor) -> Tensor:
        # x의 크기는 N×{{ exercise.input_shape | join("×") }}입니다.
        raise NotImplementedError("forward()를 아직 작성하지 않았습니다")


if __name__ == "__main__":
    y = {{ exercise.entry }}()(torch.zeros(2, {{ exercise.input_shape | join(", ") }}))
    print("출력의 크기:", tuple(y.shape))
