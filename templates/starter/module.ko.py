{% macro sizes(setting) %}N×{{ setting.input_shapes | map("join", "×") | join(", N×") }}{% endmacro %}
{% set checks = {
    "builds": "위와 같이 만들 수 있고 " ~ ("위의 입력을 모두" if several_inputs else "위의 입력을") ~ " 받습니다.",
    "output_shape": "N이 몇이든 출력의 크기가 맞습니다.",
    "parameters": "학습 가능한 파라미터의 수가 맞습니다.",
    "layers": "층의 구성이 위의 설명과 같습니다. 다르게 작성했더라도 같은 함수임이 확인되면 됩니다." ~
        (" 일부 층만 다르면 그만큼만 감점합니다." if exercise.points["layers"] > 1 else ""),
    "eval_outputs": "평가 모드에서 같은 가중치와 입력에 대해 출력이 정답 모듈과 같습니다.",
    "train_outputs": "학습 모드에서 출력과 이동 통계량이 정답 모듈과 같고, 기울기가 맞습니다.",
    "other_inputs": "`.double()` 뒤에도 동작하고, 입력을 바꾸지 않으며, 모든 상태가 `state_dict()`에 들어 있습니다." ~
        (" 크기가 다른 입력에서도 출력이 맞습니다." if other_sizes else ""),
} %}
{% set text %}
{{ title }} ({{ exercise.name }})

{% if statement %}
{{ statement }}

{% endif %}
속성의 이름은 자유롭게 지을 수 있고, 층을 선언하는 순서도 자유입니다. 모듈(`nn.ReLU`)을 써도 되고
함수(`torch.relu`, `F.max_pool2d`)를 써도 되며, `forward`가 계산하는 내용만 채점합니다. 드롭아웃을 함수로 쓸 때는
`F.dropout(x, p, self.training)`처럼 현재 모드를 알려 주어야 합니다.
{% if exercise.concatenation == "fixed" %}
이어 붙이는 순서도 설명과 같아야 합니다.
{% endif %}
{% if exercise.forbidden %}
import하면 안 되는 패키지: {{ "`" ~ exercise.forbidden | join("`, `") ~ "`" }}
{% endif %}

{% if settings | length > 1 %}
다음 각각의 경우로 채점하며, 모든 경우에 맞아야 만점입니다.
{% for setting in settings %}
- `{{ setting.call }}`, 입력 {{ sizes(setting) }}
{% endfor %}
{% else %}
`{{ settings[0].call }}`처럼 만들고 {{ sizes(settings[0]) }} 입력을 넣어 채점합니다.
{% endif %}

배점(모두 {{ exercise.points.values() | sum }}점):
{% for name, points in worth.items() %}
- {{ points }}: {{ checks[name] }}
{% endfor %}
{% endset %}
"""{{ docstring(text) }}
"""

import torch
from torch import Tensor, nn


class {{ exercise.entry }}(nn.Module):
{{ constructor }}
        super().__init__()
        # 여기에 층을 만듭니다.

    def forward(self, x: Tensor) -> Tensor:
        # x의 크기는 N×{{ exercise.input_shape | join("×") }}입니다{{ "(위에 적은 다른 크기일 수도 있습니다)" if several_inputs else "" }}.
        raise NotImplementedError("forward()를 아직 작성하지 않았습니다")


if __name__ == "__main__":
{% for setting in settings %}
{{ setting.construction }}
{% for shape in setting.input_shapes %}
    print("출력의 크기:", tuple(model(torch.zeros(2, {{ shape | join(", ") }})).shape))
{% endfor %}
{% endfor %}
