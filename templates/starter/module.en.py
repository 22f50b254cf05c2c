{% macro sizes(setting) %}N×{{ setting.input_shapes | map("join", "×") | join(", N×") }}{% endmacro %}
{% set checks = {
    "builds": "it can be built and accepts " ~ ("all these inputs" if several_inputs else "this input"),
    "output_shape": "the output has the right shape, for every N",
    "parameters": "the number of trainable parameters is right",
    "layers": "the layers are those described above, or others that are proved to compute the same" ~
        (" (each that is not takes away its share)" if exercise.points["layers"] > 1 else ""),
    "eval_outputs": "in evaluation mode, with the same weights and inputs, the outputs are those of the solution",
    "train_outputs": "in training mode the outputs and running statistics are those of the solution, and gradients are right",
    "other_inputs": "it works after `.double()`, leaves its input as it was, and keeps all its state in `state_dict()`" ~
        ("; on inputs of other sizes it is right, too" if other_sizes else ""),
} %}
{% set text %}
{{ title }} ({{ exercise.name }})

{% if statement %}
{{ statement }}

{% endif %}
You are free to name your attributes as you like, to declare the layers in any order, and to use modules (`nn.ReLU`)
or functions (`torch.relu`, `F.max_pool2d`): only what `forward` computes counts. Dropout written as a function must
know the mode: `F.dropout(x, p, self.training)`.
{% if exercise.concatenation == "fixed" %}
What is concatenated must be in the order that is described.
{% endif %}
{% if exercise.forbidden %}
Packages that must not be imported: {{ "`" ~ exercise.forbidden | join("`, `") ~ "`" }}.
{% endif %}

{% if settings | length > 1 %}
It is graded with each of these, and only what is right with all of them earns full marks:
{% for setting in settings %}
- `{{ setting.call }}`, inputs {{ sizes(setting) }}
{% endfor %}
{% else %}
It is graded as `{{ settings[0].call }}`, inputs {{ sizes(settings[0]) }}.
{% endif %}

Points ({{ exercise.points.values() | sum }} in all):
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
        # Create the layers here.

    def forward(self, x: Tensor) -> Tensor:
        # x has the shape N×{{ exercise.input_shape | join("×") }}{{ ", or one of the others above" if several_inputs else "" }}.
        raise NotImplementedError("forward() is still to be written")


if __name__ == "__main__":
{% for setting in settings %}
{{ setting.construction }}
{% for shape in setting.input_shapes %}
    print("output shape:", tuple(model(torch.zeros(2, {{ shape | join(", ") }})).shape))
{% endfor %}
{% endfor %}
