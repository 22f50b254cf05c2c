"""Figures with their numbers put in: against torch and the papers, blanks that stay blank, and what cannot be drawn."""

from fractions import Fraction
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings

from cnnquiz.bank.bank import open_bank
from cnnquiz.bank.question import Question
from cnnquiz.bank.reading.question import read_question
from cnnquiz.bank.reading.yaml_tree import read_yaml
from cnnquiz.errors import BankError
from cnnquiz.problems.draw import problem_at
from cnnquiz.problems.figure import Figure
from cnnquiz.problems.figures.field import field_size
from cnnquiz.problems.figures.giveaway import giveaways
from tests.rendering.figures.figures import fields

torch.set_num_threads(1)

QUESTION = """
- id: t.figure
  topics: [t]
  difficulty: 1
  kind: number
  parameters: {parameters}
  prompt: {{en: "{shown}", ko: "{shown}"}}
  figure: {figure}
  answer: {answer}
  mistakes: [{{answer: 0 - 1, feedback: {{en: x, ko: x}}}}]
  hints: [{{en: Count., ko: 세어 보십시오.}}]
  source: hand
"""


@pytest.fixture
def question(tmp_path: Path):
    """`question(figure, answer="n", n=[7, 8])`: a question with this figure and these parameters."""

    def build(figure: str, *, answer: str = "n", **parameters: object) -> Question:
        drawn = {"n": [7, 8, 9], **parameters}
        text = QUESTION.format(
            parameters="{" + ", ".join(f"{name}: {values}" for name, values in drawn.items()) + "}",
            shown=" ".join(f"{{{name}}}" for name in drawn),
            figure=figure,
            answer=answer,
        )
        (tmp_path / "t.yaml").write_text(text, encoding="utf-8")
        return read_question(read_yaml(tmp_path / "t.yaml").items()[0])

    return build


def drawn(question: Question, language: str = "en", index: int = 0) -> Figure:
    figure = problem_at(question, index, language=language).figure
    assert figure is not None
    return figure


def test_a_window_in_words(question):
    asked = question("{window: {size: n, kernel_size: 3, stride: 2, padding: 1, dilation: 2}}")

    assert drawn(asked).alt == (
        "An input of 7×7 with padding 1 on all four sides; a window of 3×3 and dilation 2 at its upper left corner. "
        "Dashed, the next position, 2 to the right (the stride)."
    )
    assert drawn(asked, "ko").alt == (
        "네 변에 너비 1의 패딩을 두른 7×7 입력의 왼쪽 위에 놓인 3×3 윈도우, 팽창률 2. "
        "점선은 스트라이드 2만큼 오른쪽으로 옮긴 다음 위치."
    )


STACK = "\n    layers:\n      input: (1, n, n)\n      layers: ['conv2d(1, 6, 5, padding=2)', relu(), 'max_pool2d(2)', flatten()]"


def test_described_layers_have_the_shapes_that_torch_gives_them(question):
    chain = drawn(question(STACK, n=[28]))
    x = torch.zeros(1, 1, 28, 28, device="meta")
    shapes = [x.shape]
    for layer in (torch.nn.Conv2d(1, 6, 5, padding=2, device="meta"), torch.nn.MaxPool2d(2), torch.nn.Flatten()):
        x = layer(x)
        shapes.append(x.shape)

    assert chain.shapes == tuple(tuple(shape[1:]) for shape in shapes)
    assert chain.layers == (
        ("5×5 conv, 6 filters", "padding 2 → ReLU"),
        ("2×2 max pooling", "stride 2"),
        ("flatten",),
    )
    assert chain.alt == (
        "Input 1×28×28; 5×5 conv, 6 filters, padding 2 → ReLU → 6×28×28; 2×2 max pooling, stride 2 → 6×14×14; "
        "flatten → 1,176"
    )


@pytest.mark.parametrize(
    ("blank", "hidden"),
    [
        pytest.param("0", {1}, id="one layer, also behind its ReLU"),
        pytest.param("1", {1}, id="a ReLU hides what goes into it"),
        pytest.param("[0, 3]", {1, 3}, id="two layers"),
        pytest.param("all", {1, 2, 3}, id="all of them"),
    ],
)
def test_a_blank_is_in_no_shape_and_in_no_word(question, blank, hidden):
    chain = drawn(question(f"{STACK}\n      blank: {blank}", n=[28]))

    assert {place for place, shape in enumerate(chain.shapes) if shape is None} == hidden
    assert chain.has_blank
    assert ("6×28×28" in chain.alt) == (1 not in hidden)
    assert ("1,176" in chain.alt) == (3 not in hidden)
    assert chain.alt.endswith("(?: asked for)")


def test_layers_of_a_recorded_network_are_those_of_the_paper(question):
    # Krizhevsky 2012, section 3.5; the shapes that the paper's sizes give.
    figure = "{layers: {of: net, from: -3, to: 4, blank: 4}}"
    chain = drawn(question(figure, n=[1], net="{networks: [alexnet]}"))

    assert [lines[0] for lines in chain.layers] == ["conv1", "pool1", "conv2"]
    assert chain.layers[0][1] == "11×11 conv, 96 filters"
    assert chain.shapes == ((3, 227, 227), (96, 55, 55), (96, 27, 27), None)


@settings(max_examples=60)
@given(figure=fields())
def test_field_sizes_are_those_of_adding_each_window_at_its_jump(figure):
    from tests.rendering.figures.figures import seen

    assert field_size(figure.layers) == seen(figure.layers)


def test_a_field_of_equal_layers(question):
    field = drawn(question("{field: {kernel_sizes: 3, layers: n}}"))

    assert (len(field.layers), field.size, field.has_blank) == (7, None, True)
    assert "Receptive field of one unit of the last layer in the input: ?" in field.alt


def test_boxes_with_the_same_words_are_told_apart(question):
    figure = "{wiring: {boxes: {x: x, a: '{n}', b: '{n}', y: '?'}, arrows: [x > a > b > y, x > y]}}"

    assert drawn(question(figure)).alt == "Boxes joined by arrows: x → 7 (1) / ?; 7 (1) → 7 (2); 7 (2) → ?"


def test_curves_keep_exact_numbers(question):
    figure = "{curves: {across: epoch, up: error, curves: [{name: a, points: [[0, 1/3], [n, 0.1]]}]}}"
    curves = drawn(question(figure))

    assert curves.curves[0].points == ((0, Fraction(1, 3)), (7, Fraction(1, 10)))
    assert curves.alt == "error over epoch. a: (0, 1/3), (7, 0.1)"


def test_a_roofline_with_and_without_its_ridge(question):
    shown = (
        "{roofline: {flops_per_second: 157*10**11, bytes_per_second: 9*10**11, works: [{name: a, flops_per_byte: n}]}}"
    )
    hidden = "{roofline: {flops_per_second: n*10**12, bytes_per_second: 10**12, blank: ridge}}"

    # 15.7/0.9 = 17.44…
    assert drawn(question(shown)).alt == (
        "Roofline: the sloping line of 900 GB/s meets the flat line of 15.7 TFLOP/s at 17.44 FLOP/B; a: 7 FLOP/B"
    )
    assert drawn(question(hidden)).alt.endswith("meets the flat line of 7 TFLOP/s at ? FLOP/B")


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        ("{window: {size: n, kernel_size: 0}}", "kernel_size is 0 for n = 7 (expected a whole number from 1 to 40)"),
        ("{window: {size: n/2, kernel_size: 1}}", "size is 3.5 for n = 7 (expected a whole number from 1 to 10000)"),
        (
            "{window: {size: n, kernel_size: 11}}",
            "a window of 11 pixels on 7 for n = 7 (expected a window that fits, of at most 40)",
        ),
        ("{layers: {of: n, from: 0, to: 1}}", "'n' gives 7 for n = 7 (expected a network)"),
        (
            "{layers: {input: n, layers: ['relu()']}}",
            "the input is 7 for n = 7 (expected a shape such as (3, n, n))",
        ),
        (
            "{layers: {input: '(1, n, n)', layers: ['conv2d(1, 1, 9)']}}",
            "a window of 9 does not fit into 7 (input 7 and padding) for n = 7 (expected layers that fit their input)",
        ),
        (
            "{layers: {input: '(1, n, n)', layers: ['relu()'], blank: 1}}",
            "the blank is at the layer 1, which is not drawn for n = 7 (expected a layer from: to:)",
        ),
        (
            "{layers: {input: '(1, n, n)', layers: [{repeat: 31, layers: ['relu()']}]}}",
            "31 layers for n = 7 (expected 1 to 30)",
        ),
        (
            "{field: {kernel_sizes: 3}}",
            "an unknown number of layers for n = 7 (expected lists of one length, or layers: 1 to 30)",
        ),
        (
            "{field: {kernel_sizes: [3, 3], strides: [1, 1, 1]}}",
            "2 and 3 layers for n = 7 (expected lists of one length, or layers: 1 to 30)",
        ),
        ("{field: {kernel_sizes: [3, 3], size: n}}", "the size is 7 for n = 7 (expected 5, which the layers give)"),
        (
            "{wiring: {boxes: {x: \"{' '}\", y: y}, arrows: [x > y]}}",
            "a box without words for n = 7 (expected a text in each box)",
        ),
        (
            "{curves: {across: x, up: y, curves: [{name: a, points: [[n, 1], [5, 1]]}]}}",
            "the points of 'a' go back for n = 7 (expected points from left to right)",
        ),
        (
            "{curves: {across: x, up: y, curves: [{name: a, points: [[0, 5 - n], [5, 1]]}]}}",
            "a point of 'a' is negative for n = 7 (expected numbers of at least 0)",
        ),
        (
            "{roofline: {flops_per_second: n - 7, bytes_per_second: 1}}",
            "flops_per_second is 0 for n = 7 (expected a number above 0)",
        ),
    ],
)
def test_what_cannot_be_drawn(question, figure, expected):
    asked = question(figure)
    with pytest.raises(BankError) as caught:
        problem_at(asked, 0, language="en")

    assert str(caught.value) == f"{asked.path}:2: t.figure: figure: {expected}"


def test_layers_that_do_not_follow_one_another(question):
    asked = question("{layers: {of: net, from: 0, to: 25}}", n=[1], net="{networks: [resnet18]}")
    with pytest.raises(
        BankError, match=r"does not get what the layer before it puts out for .*layers one after another"
    ):
        problem_at(asked, 0, language="en")


@pytest.mark.parametrize(
    ("figure", "answer", "expected"),
    [
        pytest.param(
            "{window: {size: n + 1, kernel_size: 3}}",
            "1 + n",
            "the figure shows 'n + 1', the answer (expected a ? in its place)",
            id="a number, however it is written",
        ),
        pytest.param(
            "{wiring: {boxes: {x: x, y: '{2*n} channels'}, arrows: [x > y]}}",
            "n + n",
            "the figure shows '2*n', the answer (expected a ? in its place)",
            id="a number in a text",
        ),
        pytest.param(
            "{wiring: {boxes: {x: x, y: '?', z: '{n} of 9'}, arrows: [x > y > z]}}",
            "n",
            "the figure shows 'n', the answer (expected a ? in its place)",
            id="a text behind the blank",
        ),
        pytest.param(
            "{layers: {input: '(1, n, n)', layers: ['conv2d(1, 2, 3)', 'conv2d(2, 4, 3, padding=1)'], blank: 0}}",
            "n - 2",
            "the figure shows the answer in 4×5×5 for n = 7 (expected a blank there too)",
            id="a shape behind the blank",
        ),
        pytest.param(
            "{wiring: {boxes: {x: x, y: '?', z: '{n + 1} or {n}'}, arrows: [x > y > z]}}",
            "8 if n == 8 else n + 1",
            "the figure shows the answer in 8 or 7 for n = 7 (expected a blank there too)",
            id="the answer among others behind the blank",
        ),
    ],
)
def test_an_answer_that_is_shown(question, figure, answer, expected):
    asked = question(figure, answer=answer)
    problems = [problem_at(asked, index, language="en") for index in range(3)]

    found = [str(fault) for fault in giveaways(asked, problems)]
    assert found[0] == f"{asked.path}:2: t.figure: {expected}"


@pytest.mark.parametrize(
    ("figure", "answer"),
    [
        pytest.param(
            "{window: {size: n, kernel_size: 3}}", "n if n > 7 else 0", id="a number that is the answer by chance"
        ),
        pytest.param(
            "{layers: {input: '(n, 9, 9)', layers: ['conv2d(n, 9, 3, padding=1)'], blank: 0}}",
            "9 + 0*n",
            id="what is given before the blank",
        ),
        pytest.param(
            "{wiring: {boxes: {x: '{n + 1}', y: '?'}, arrows: [x > y]}}", "n + 1 if n > 7 else 0", id="what leads to it"
        ),
        pytest.param(
            "{wiring: {boxes: {x: x, y: '?', z: '1{n}'}, arrows: [x > y > z]}}",
            "n if n > 7 else 0",
            id="a longer number",
        ),
    ],
)
def test_an_answer_that_is_not_shown(question, figure, answer):
    asked = question(figure, answer=answer)

    assert list(giveaways(asked, [problem_at(asked, index, language="en") for index in range(3)])) == []


def test_the_shipped_bank_has_figures_of_every_kind():
    kinds = [drawn(question).kind for question in open_bank().questions if question.figure is not None]

    assert len(kinds) >= 40
    assert {kind: kinds.count(kind) >= 3 for kind in kinds} == dict.fromkeys(
        ("window", "layers", "field", "wiring", "curves", "roofline"), True
    )
