"""What each kind of picture shows, against numbers worked out elsewhere."""

from fractions import Fraction

import pytest
import torch
from hypothesis import given, settings

from cnnquiz.problems.figure import (
    ChainFigure,
    Curve,
    CurvesFigure,
    FieldFigure,
    FieldLayer,
    Intensity,
    RooflineFigure,
    WindowFigure,
    WiringFigure,
)
from cnnquiz.rendering.figures import draw
from cnnquiz.rendering.figures.drawing import Circle, Line, Rectangle, Words
from tests.rendering.figures.figures import windows

torch.set_num_threads(1)

CELL = 17.0  # points, of maps up to 11 pixels


def window(**numbers: int) -> WindowFigure:
    return WindowFigure(alt="", **{"stride": 1, "padding": 0, "dilation": 1} | numbers)


def marks(figure, sort):
    return [mark for mark in draw(figure, "en").marks if isinstance(mark, sort)]


def texts(figure, language="en"):
    return draw(figure, language).texts


def positions(figure: WindowFigure) -> int:
    """How often the window fits along one axis: torch lays out one column for each position."""
    if figure.padding > figure.span // 2:
        raise AssertionError("torch pads by at most half of a window")
    x = torch.zeros(1, 1, figure.padded, figure.span)
    unfolded = torch.nn.functional.unfold(x, (figure.kernel_size,) * 2, (figure.dilation,) * 2, 0, (figure.stride, 1))
    return unfolded.shape[-1]


@settings(max_examples=60)
@given(figure=windows())
def test_the_next_position_is_drawn_where_there_is_one_and_inside_of_the_padded_map(figure):
    dashed = [mark for mark in marks(figure, Rectangle) if mark.dash == "dashed"]
    solid = next(mark for mark in marks(figure, Rectangle) if mark.stroke == 1.8)

    assert (positions(figure) > 1) == bool(dashed)
    if dashed:
        cell = solid.width / figure.span
        following = dashed[0]
        assert following.x / cell == pytest.approx(figure.stride)
        assert (following.x + following.width) / cell <= figure.padded + 1e-9


@settings(max_examples=30)
@given(figure=windows().filter(lambda figure: figure.dilation > 1 and figure.kernel_size > 1))
def test_a_dilated_window_touches_as_many_pixels_as_it_has_weights(figure):
    touched = [mark for mark in marks(figure, Rectangle) if mark.grey == 0.28 and not mark.stroke]

    assert len(touched) == figure.kernel_size**2
    assert len({(mark.x, mark.y) for mark in touched}) == figure.kernel_size**2


def test_padding_is_hatched_on_all_sides_and_covers_what_the_input_does_not():
    figure = window(size=5, kernel_size=3, padding=2)
    frame = [mark for mark in marks(figure, Rectangle) if mark.hatched and not mark.stroke]

    # (5 + 2·2)² − 5² = 56 cells
    assert sum(mark.width * mark.height for mark in frame) == pytest.approx(56 * CELL**2)


def test_of_a_large_map_the_corner_is_drawn_and_its_size_is_written():
    large = window(size=227, kernel_size=11, stride=4)

    assert draw(large, "en").box.width < 460
    assert texts(large) == ("input 227×227", "window 11×11", "stride 4: the next position")
    assert texts(large, "ko") == ("입력 227×227", "윈도우 11×11", "스트라이드 4: 다음 위치")


LAYERS = (("conv1", "11×11 conv, 96 filters", "stride 4"), ("pool1", "3×3 max pooling", "stride 2"))


def test_shapes_stand_on_the_arrows_and_a_blank_is_a_question_mark():
    figure = ChainFigure(alt="", layers=LAYERS, shapes=((3, 227, 227), None, (96, 27, 27)))
    arrows = [line for line in marks(figure, Line) if line.arrow]
    labels = {word.text: word for word in marks(figure, Words)}

    assert list(labels) == [
        "3×227×227", "conv1", "11×11 conv, 96 filters", "stride 4", "?", "pool1", "3×3 max pooling", "stride 2",
        "96×27×27",
    ]  # fmt: skip
    for arrow, shape in zip(arrows, ("3×227×227", "?", "96×27×27"), strict=True):
        (_, top), (_, bottom) = arrow.points
        assert top < labels[shape].y < bottom


@pytest.mark.parametrize(("layers", "columns"), [(1, 1), (7, 1), (8, 2), (16, 2), (17, 3), (30, 3)])
def test_many_layers_stand_in_columns(layers, columns):
    figure = ChainFigure(alt="", layers=(("conv",),) * layers, shapes=((1, 2, 2),) * (layers + 1))

    assert len({mark.x for mark in marks(figure, Rectangle)}) == columns
    assert len(marks(figure, Rectangle)) == layers


def field(size, *kernel_sizes):
    layers = tuple(FieldLayer(kernel_size=k, stride=1, dilation=1) for k in kernel_sizes)
    return FieldFigure(alt="", layers=layers, size=size)


def test_three_layers_of_3x3_see_7_pixels():
    # Simonyan & Zisserman 2014, section 2.3. Between n cells stand n − 1 lines.
    rows = {}
    for line in marks(field(7, 3, 3, 3), Line):
        if line.width == 0.4:
            rows[line.points[0][1]] = rows.get(line.points[0][1], 0) + 1

    assert sorted(rows.values()) == [2, 4, 6]
    assert "7" in texts(field(7, 3, 3, 3))


@pytest.mark.parametrize("kernel_sizes", [(3,), (3, 5), (7, 3, 3), (3,) * 10])
def test_without_a_size_nothing_can_be_counted_or_measured(kernel_sizes):
    figure = field(None, *kernel_sizes)

    assert [line for line in marks(figure, Line) if line.width == 0.4] == []
    assert "?" in texts(figure)
    # The picture is the same whatever the kernels are, but for the words.
    widths = [mark.width for mark in marks(figure, Rectangle)]
    assert widths == [mark.width for mark in marks(field(None, *(1 for _ in kernel_sizes)), Rectangle)]


def test_of_many_layers_the_first_and_the_last_are_drawn():
    shown = texts(field(None, *(3,) * 12))

    assert shown[:3] == ("layer 12: 3×3, stride 1", "layer 11: 3×3, stride 1", "7 more layers")
    assert shown[-2:] == ("input", "?")


def test_a_residual_block_is_a_straight_way_with_a_line_around_it():
    figure = WiringFigure(alt="", boxes=("x", "conv", "BN", "+", "y"), arrows=((0, 1), (1, 2), (2, 3), (3, 4), (0, 3)))
    (circle,) = marks(figure, Circle)
    boxes = marks(figure, Rectangle)

    middles = [circle.x, *(box.x + box.width / 2 for box in boxes)]
    assert max(middles) - min(middles) < 1
    around = max(marks(figure, Line), key=lambda line: max(x for x, _ in line.points))
    assert max(x for x, _ in around.points) > max(box.x + box.width for box in boxes)


def test_what_comes_in_and_goes_out_has_no_frame():
    figure = WiringFigure(alt="", boxes=("x", "conv", "?"), arrows=((0, 1), (1, 2)))

    assert len(marks(figure, Rectangle)) == 1
    assert texts(figure) == ("x", "conv", "?")


def test_every_arrow_of_an_inception_module_ends_at_its_box():
    arrows = ((0, 1), (1, 8), (0, 2), (2, 5), (5, 8), (0, 3), (3, 6), (6, 8), (0, 4), (4, 7), (7, 8), (8, 9))
    figure = WiringFigure(alt="", boxes=tuple("xabcdefghy"), arrows=arrows)
    boxes = marks(figure, Rectangle)

    tips = [line.points[-1] for line in marks(figure, Line) if line.arrow]
    assert len(tips) == len(set(tips)) == len(arrows)
    on_boxes = [tip for tip in tips if any(b.x <= tip[0] <= b.x + b.width and abs(b.y - tip[1]) < 0.01 for b in boxes)]
    assert len(on_boxes) == len(arrows) - 1  # the last one ends at words


def curves(*lines):
    points = (tuple((Fraction(x), Fraction(y)) for x, y in line) for line in lines)
    drawn = tuple(Curve(name=f"curve {number}", points=each) for number, each in enumerate(points))
    return CurvesFigure(alt="", across="epoch", up="error", curves=drawn)


def test_a_curve_goes_through_its_points_and_never_beyond_them():
    figure = curves([(0, 60), (10, 20), (30, 24), (100, 31)])
    line = max(marks(figure, Line), key=lambda line: len(line.points))

    # Axes of 230 × 120 points up to 100 and 60.
    for x, y in ((0, 60), (10, 20), (30, 24), (100, 31)):
        assert any(px == pytest.approx(2.3 * x) and py == pytest.approx(-2 * y) for px, py in line.points)
    assert min(-y / 2 for _, y in line.points) == pytest.approx(20)
    assert max(-y / 2 for _, y in line.points) == pytest.approx(60)


def test_each_curve_has_its_own_line_and_its_name_at_its_end():
    figure = curves([(0, 60), (100, 5)], [(0, 60), (100, 31)], [(0, 60), (100, 55)])
    samples = {line.dash: line.points[0][1] for line in marks(figure, Line) if line.points[0][0] > 230}
    names = {word.text: word.y for word in marks(figure, Words) if word.text.startswith("curve")}

    assert samples == pytest.approx({"solid": -10, "dashed": -62, "dotted": -110})  # two points for each percent
    assert names == pytest.approx({"curve 0": -7, "curve 1": -59, "curve 2": -107})


@pytest.mark.parametrize(
    ("largest", "ticks"),
    [
        pytest.param(60, ("0", "20", "40", "60"), id="steps of 20"),
        pytest.param(100, ("0", "20", "40", "60", "80", "100"), id="up to 100"),
        pytest.param(7, ("0", "2", "4", "6", "8"), id="rounded up to a step"),
        pytest.param("0.4", ("0", "0.1", "0.2", "0.3", "0.4"), id="parts of one"),
    ],
)
def test_ticks_are_round_numbers(largest, ticks):
    assert texts(curves([(0, 0), (largest, 0)]))[: len(ticks)] == ticks


def roofline(*works, blank=False):
    drawn = tuple(Intensity(name=name, flops_per_byte=Fraction(number)) for name, number in works)
    return RooflineFigure(
        alt="", flops_per_second=Fraction(8 * 10**12), bytes_per_second=Fraction(10**12), works=drawn, blank=blank
    )


def test_the_ridge_point_is_peak_over_bandwidth_or_a_blank():
    # 8 TFLOP/s over 1 TB/s: 8 operations for each byte.
    assert {"8 TFLOP/s", "1 TB/s", "8"} <= set(texts(roofline()))
    assert {"8 TFLOP/s", "1 TB/s", "?"} <= set(texts(roofline(blank=True)))
    assert "8" not in texts(roofline(blank=True))


def test_work_below_the_ridge_is_on_the_slope_and_above_it_on_the_flat_roof():
    low, ridge, high = marks(roofline(("a", 2), ("b", 8), ("c", 32)), Circle)

    assert ridge.y == high.y < low.y
    # Both axes are logarithmic: 2 is as far from 8 as 8 is from 32.
    assert ridge.x - low.x == pytest.approx(high.x - ridge.x)
