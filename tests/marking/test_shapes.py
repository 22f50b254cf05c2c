"""Shapes as students type them, and what is said about those that are not the key."""

from fractions import Fraction
from typing import Any

import pytest

from cnnquiz.marking.mark import mark
from cnnquiz.marking.shapes import named_order, read_shape
from cnnquiz.marking.typed import plain_characters
from cnnquiz.problems.problem import Mistake
from tests.marking.conftest import problem

CHW = {"en": "Shapes are channels × height × width.", "ko": "크기는 채널 × 높이 × 너비입니다."}


def shape(*key: int, language: str = "en", **changes: Any) -> Any:
    return problem("shape", key, **{"language": language, "convention": CHW[language], **changes})


READ = [
    ((96, 55, 55), [
        "96x55x55", "96X55X55", "96×55×55", "96 × 55 × 55", "96*55*55", "(96, 55, 55)", "(96,55,55)", "[96, 55, 55]", "[96,55,55]", "96,55,55", "96, 55, 55", "96 55 55", "96  55  55",
        "torch.Size([96, 55, 55])", "Size([96, 55, 55])", "shape = (96, 55, 55)", "output: 96×55×55", "= 96×55×55", "답: 96×55×55", "96×55×55입니다", "96 by 55 by 55", "96-55-55", "96 ; 55 ; 55", "(96;55;55)",
        "９６×５５×５５", "９６ｘ５５ｘ５５", "（96，55，55）", "{96, 55, 55}", "<96, 55, 55>", "96 @ 55×55", "96@55x55", "96 channels of 55×55", "96 channels, 55×55", "96 feature maps of 55×55", "채널 96, 높이 55, 너비 55", "C=96, H=55, W=55", "C=96 H=55 W=55",
        "H=55, W=55, C=96", "height 55, width 55, channels 96", "C: 96, H: 55, W: 55", "96x55x55 px", "96 × 55px × 55px", "96×55×55.", "$96 \\times 55 \\times 55$", "96·55·55", "96 \u00d7 55\u00a0\u00d7 55", "(96, 55, 55,)", "96✕55✕55", "96\n55\n55", "약 96×55×55", "output shape (96, 55, 55)", "96, 55x55", "96개의 55×55", "55x55, 96 channels", "55×55 with 96 channels", "(C,H,W) = (96,55,55)",
        "55×55 (96 channels)", "96 (channels) × 55 (height) × 55 (width)", "96 filters, each 55x55", "96 channels, 55 high and 55 wide", "55×55 특징 맵 96개", "55x55 크기의 특징 맵 96개", "96개의 55×55 특징 맵", "96채널, 높이 55, 너비 55",
        "채널 96개, 높이 55, 너비 55", "가로 55, 세로 55, 채널 96", "96×55×55 크기", "출력 크기는 96×55×55", "출력: 96×55×55", "tensor of 96x55x55", "96х55х55", "96×55²", "96 x 55^2", "96×55×55 = 290,400",
        "(H,W,C)=(55,55,96)", "55x55x96 (HxWxC)", "(55, 55, 96) in H, W, C", "HWC: 55,55,96", "96x55x55 CHW", "높이×너비×채널 = 55×55×96", "(N, 96, 55, 55)", "N×96×55×55", "(None, 96, 55, 55)", "(-1, 96, 55, 55)", "batch x 96 x 55 x 55",
    ]),
    ((55, 55, 96), ["55x55x96", "(55, 55, 96)", "55 55 96"]),
    ((4096, 13, 13), ["4,096 × 13 × 13", "4096x13x13", "(4096, 13, 13)"]),
    ((55, 55), ["55x55", "(55, 55)", "55 55"]),
    ((1, 96, 55, 55), ["1x96x55x55", "(1, 96, 55, 55)", "torch.Size([1, 96, 55, 55])"]),
]  # fmt: skip


@pytest.mark.parametrize(("sizes", "text"), [(sizes, text) for sizes, texts in READ for text in texts], ids=repr)
def test_a_shape_is_read(sizes: tuple[int, ...], text: str) -> None:
    assert read_shape(shape(96, 55, 55), plain_characters(text), 3) == tuple(map(Fraction, sizes))


@pytest.mark.parametrize(
    ("count", "text", "sizes"),
    [
        (1, "4,096", (4096,)),
        (1, "4096", (4096,)),
        (1, "(4096,)", (4096,)),
        (1, "4,096 values", (4096,)),
        (1, "4096차원", (4096,)),
        (1, "a vector of length 4096", (4096,)),
        (1, "(N, 4096)", (4096,)),
        (2, "8,2592", (8, 2592)),
        (2, "8 × 2,592", (8, 2592)),
        (2, "(8, 2592)", (8, 2592)),
        (4, "40x1x28x28", (40, 1, 28, 28)),
    ],
)
def test_the_number_of_sizes_decides_what_a_comma_is(count: int, text: str, sizes: tuple[int, ...]) -> None:
    assert read_shape(shape(*sizes), text, count) == sizes


NOT_READ = [
    "",
    "abc",
    "96x",
    "x96",
    "96xx55",
    "96×55×",
    "96 channels",
    "55x55x96 or 96x55x55",
    "96×a×55",
    "96+55+55",
    "C=96, H=55",
    "C=96, C=55, H=3",
    "C=96, H=55, W=55, D=3",
    "96@",
    "the same as the input",
    "1x2x3x4x5x6x7x8x9",
    "9" * 300,
    "96×55^3",
    "96×55×55 = 290,401",
    "not 96×55×55",
    "not (96, 55, 55)",
    "3x227x227 → 96x55x55",
    "(C, H, W)",
    "4096 values",
    "?x55x55",
    "96/55/55",
    "(96, 55, 55) = no",
]


@pytest.mark.parametrize("text", NOT_READ, ids=lambda text: text[:30])
def test_what_is_no_shape_is_not_understood(text: str) -> None:
    found = mark(shape(96, 55, 55), text)
    assert (found.verdict, found.points) == ("not-understood" if text else "empty", 0)
    if text:
        assert found.feedback.endswith("Expected: the sizes with × between them.")


@pytest.mark.parametrize(
    ("text", "verdict", "feedback"),
    [
        pytest.param("55x55x96", "other-convention", "This is right under another convention than the stated one: height × width × channels.", id="channels last"),
        pytest.param("1x96x55x55", "other-convention", "This is right under another convention than the stated one: with the batch in front.", id="batch first"),
        pytest.param("96x55x55, 96x54x54", "not-understood", "Your answer was not understood: it holds more than one answer. Expected: the sizes with × between them.", id="two shapes"),
        pytest.param("96x55x55 (HxWxC)", "wrong", "This is not right.", id="the sizes of other axes"),
        pytest.param("96x55", "wrong", "This is not right. This shape has another number of sizes than the one asked for.", id="a size is missing"),
        pytest.param("96x55.5x55.5", "wrong", "This is not right. The sizes of a shape are whole numbers of at least 1.", id="not whole"),
        pytest.param("0x55x55", "wrong", "This is not right. The sizes of a shape are whole numbers of at least 1.", id="a size of 0"),
        pytest.param("96x54x54", "mistake", "One position is missing.", id="a mistake of the question"),
        pytest.param("96x56x56", "wrong", "This is not right.", id="another shape"),
    ],
)  # fmt: skip
def test_what_a_wrong_shape_is_told(text: str, verdict: str, feedback: str) -> None:
    mistake = Mistake(answer=(96, 54, 54), feedback="One position is missing.", credit=Fraction(1, 4))
    found = mark(shape(96, 55, 55, mistakes=(mistake,)), text)
    assert (found.verdict, found.feedback) == (verdict, feedback)
    assert found.points == (1 if verdict == "mistake" else 0)


def test_labels_follow_the_order_that_the_question_names() -> None:
    last = shape(55, 55, 96, convention="Shapes are height × width × channels.")
    assert named_order(last, 3) == "hwc"
    assert mark(last, "C=96, H=55, W=55").verdict == "right"
    assert mark(last, "55x55x96").verdict == "right"
    assert mark(last, "96x55x55").verdict == "wrong"
    assert named_order(shape(1, 2, 3, 4, convention="Four numbers, batch × channels × height × width."), 4) == "nchw"
    assert named_order(shape(1, 2, 3, language="ko"), 3) == "chw"
    assert named_order(shape(1, 2), 2) is None


def test_one_size_with_the_batch_in_front_is_another_convention() -> None:
    assert mark(shape(4096), "(1, 4096)").verdict == "other-convention"
    assert mark(shape(4096), "(2, 4096)").verdict == "wrong"


def test_a_shape_with_equal_sizes_is_right_in_any_order() -> None:
    assert mark(shape(8, 8, 8), "8x8x8").verdict == "right"
    assert mark(shape(8, 8, 8), "8x8x8").read_as == "8 × 8 × 8"
