"""What a figure may be written as, and the line and words of what it may not."""

from collections.abc import Callable
from typing import Any

import pytest

from cnnquiz.bank.figure import (
    CurvesRule,
    FieldRule,
    RooflineRule,
    SliceRule,
    StackRule,
    WindowRule,
    WiringRule,
    figure_names,
)
from cnnquiz.errors import BankError

Build = Callable[..., Any]

BOXES = "boxes: {x: x, F: '{n}', add: +, y: '?'}"
POINTS = "points: [[0, 60], [n, 20]]"


@pytest.mark.parametrize(
    ("figure", "kind", "names"),
    [
        ("{window: {size: n, kernel_size: k}}", WindowRule, {"n", "k"}),
        ("{window: {size: 7, kernel_size: 3, stride: n, padding: k, dilation: 2}}", WindowRule, {"n", "k"}),
        ("{layers: {of: n, from: k, to: k + 1, blank: [k]}}", SliceRule, {"n", "k"}),
        ("""{layers: {input: '(1, n, n)', layers: ["conv2d(1, 1, k)"], blank: all}}""", StackRule, {"n", "k"}),
        (
            """{layers: {input: '(1, n, n)', layers: [{repeat: 2, layers: ["conv2d(1, 1, 2*step + 1)"]}]}}""",
            StackRule,
            {"n"},
        ),
        ("{field: {kernel_sizes: k, layers: n}}", FieldRule, {"n", "k"}),
        ("{field: {kernel_sizes: [k, 3], strides: [1, 2], dilations: 1, size: 7}}", FieldRule, {"k"}),
        (f"{{wiring: {{{BOXES}, arrows: [x > F > add > y, x > add]}}}}", WiringRule, {"n"}),
        (
            f"{{curves: {{across: epoch, up: {{en: error, ko: 오차}}, curves: [{{name: a, {POINTS}}}]}}}}",
            CurvesRule,
            {"n"},
        ),
        ("{roofline: {flops_per_second: n, bytes_per_second: k, blank: ridge}}", RooflineRule, {"n", "k"}),
        (
            "{roofline: {flops_per_second: 8, bytes_per_second: 1, works: [{name: a, flops_per_byte: n}]}}",
            RooflineRule,
            {"n"},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_figure(entry: Build, figure: str, kind: type, names: set[str]) -> None:
    rule = entry(figure=figure).read().figure

    assert isinstance(rule, kind)
    assert figure_names(rule) == names


def test_the_arrows_of_a_wiring_are_pairs_of_boxes(entry: Build) -> None:
    rule = entry(figure=f"{{wiring: {{{BOXES}, arrows: [x > F > add > y, x > add]}}}}").read().figure

    assert rule.arrows == ((0, 1), (1, 2), (2, 3), (0, 2))


KINDS = "window, layers, field, wiring, curves, roofline"
WRONG = [
    ("window", "'window' where keys and values belong (expected key: value lines)"),
    ("{}", f"0 kinds of figures (expected one of {KINDS})"),
    ("{window: {size: n, kernel_size: k}, field: {kernel_sizes: k}}", f"2 kinds of figures (expected one of {KINDS})"),
    ("{widnow: {size: n, kernel_size: k}}", "unknown key 'widnow' (expected 'window'?)"),
    ("{window: {size: n}}", "'kernel_size' is missing (expected the keys size, kernel_size)"),
    ("{window: {size: n, kernel_size: k, stirde: 2}}", "unknown key 'stirde' (expected 'stride'?)"),
    ("{window: {size: z, kernel_size: k}}", "unknown name 'z' in a formula (expected one of k, n)"),
    ("{window: {size: n, kernel_size: answer}}", "unknown name 'answer' in a formula (expected one of k, n)"),
    ("{layers: {of: n, from: 1}}", "'to' is missing (expected the keys of, from, to)"),
    ("{layers: {input: '(1, n, n)'}}", "'layers' is missing (expected the keys input, layers)"),
    (
        """{layers: {input: '(1, n, n)', layers: ["relu()"], to: 2}}""",
        "unknown key 'to' (expected one of blank, input, layers)",
    ),
    (
        """{layers: {input: '(1, n, n)', layers: ["conv2(1)"]}}""",
        "unknown layer 'conv2' (expected one of conv1d, conv2d, conv3d, ",
    ),
    ("{field: {strides: 2}}", "'kernel_sizes' is missing (expected the keys kernel_sizes)"),
    ("{wiring: {boxes: {x: x}, arrows: []}}", "1 boxes (expected 2 to 30)"),
    (
        f"{{wiring: {{{BOXES}, arrows: [x > G]}}}}",
        "unknown box 'G' (expected one of x, F, add, y)",
    ),
    (f"{{wiring: {{{BOXES}, arrows: [x]}}}}", "'x' leads nowhere (expected arrows such as x > conv > add)"),
    (
        f"{{wiring: {{{BOXES}, arrows: [x > add > F > y]}}}}",
        "the arrow add > F leads back (expected boxes in the order of their arrows)",
    ),
    (f"{{wiring: {{{BOXES}, arrows: [x > F > add > y, x > F]}}}}", "an arrow appears twice (expected each arrow once)"),
    (
        f"{{wiring: {{{BOXES}, arrows: [x > F > y]}}}}",
        "no arrow reaches the box 'add' (expected boxes that are connected)",
    ),
    (
        "{wiring: {boxes: {x: '`x`', y: y}, arrows: [x > y]}}",
        "a $ or ` in the text of a figure (expected plain words)",
    ),
    ("{wiring: {boxes: {x: {en: x}, y: y}, arrows: [x > y]}}", "'ko' is missing (expected the keys en, ko)"),
    ("{curves: {across: epoch, up: error, curves: []}}", "0 curves (expected 1 to 3)"),
    (
        "{curves: {across: epoch, up: error, curves: [{name: a, points: [[0, 1]]}]}}",
        "1 points (expected at least 2)",
    ),
    (
        "{curves: {across: epoch, up: error, curves: [{name: a, points: [[0, 1], [2]]}]}}",
        "a point of 1 numbers (expected two, such as [20, 3.5])",
    ),
    (
        "{roofline: {flops_per_second: n, bytes_per_second: k, blank: peak}}",
        "'peak' cannot be hidden (expected ridge)",
    ),
    (
        f"{{roofline: {{flops_per_second: n, bytes_per_second: k, works: [{', '.join(['{name: a}'] * 6)}]}}}}",
        "6 works (expected at most 5)",
    ),
    (
        "{roofline: {flops_per_second: n, bytes_per_second: k, works: [{name: a}]}}",
        "'flops_per_byte' is missing (expected the keys name, flops_per_byte)",
    ),
]


@pytest.mark.parametrize(("figure", "expected"), WRONG, ids=[text for _, text in WRONG])
def test_a_wrong_figure(entry: Build, figure: str, expected: str) -> None:
    built = entry(figure=figure)
    with pytest.raises(BankError) as caught:
        built.read()

    assert (caught.value.path, caught.value.line) == (built.path, built.line("figure"))
    assert f"{caught.value.problem} (expected {caught.value.expected})".startswith(expected)


def test_the_line_is_that_of_the_box(entry: Build) -> None:
    figure = "\n    wiring:\n      boxes:\n        x: x\n        F: '{z}'\n        y: $\n      arrows: [x > F > y]"
    built = entry(figure=figure)
    with pytest.raises(BankError) as caught:
        built.read()

    assert caught.value.line == built.line("figure") + 5
