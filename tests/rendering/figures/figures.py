"""Figures of every kind with any numbers that are allowed, for property tests."""

from fractions import Fraction

from hypothesis import strategies as st

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

ALT = "what the picture shows"
WORDS = st.sampled_from(
    ["x", "?", "ReLU", "3×3 conv, 64", "global average pooling", "depthwise 3×3 conv, stride 2", "전역 평균 풀링"]
)


@st.composite
def windows(draw: st.DrawFn) -> WindowFigure:
    kernel_size, dilation = draw(st.integers(1, 11)), draw(st.integers(1, 3))
    span = dilation * (kernel_size - 1) + 1
    padding = draw(st.integers(0, kernel_size // 2))
    size = draw(st.one_of(st.integers(1, 20), st.integers(20, 512)))
    return WindowFigure(
        alt=ALT,
        size=max(size, span - 2 * padding, 1),
        kernel_size=kernel_size,
        stride=draw(st.integers(1, 5)),
        padding=padding,
        dilation=dilation,
    )


SHAPES = st.tuples(st.sampled_from([1, 64, 1024]), st.sampled_from([7, 55, 224]), st.sampled_from([7, 55, 224]))
LINES = st.sampled_from(
    [
        ("conv1", "11×11 conv, 96 filters → ReLU → LRN", "stride 4, padding 2"),
        ("3×3 max pooling", "stride 2"),
        ("features.denseblock4.denselayer12.conv2", "3×3 합성곱, 필터 1,024개 → BN → ReLU", "그룹 32개"),
        ("flatten",),
    ]
)


@st.composite
def chains(draw: st.DrawFn) -> ChainFigure:
    layers = draw(st.lists(LINES, min_size=1, max_size=30))
    shapes = draw(st.lists(st.none() | SHAPES, min_size=len(layers) + 1, max_size=len(layers) + 1))
    return ChainFigure(alt=ALT, layers=tuple(layers), shapes=tuple(shapes))


@st.composite
def fields(draw: st.DrawFn) -> FieldFigure:
    layer = st.builds(
        FieldLayer, kernel_size=st.integers(1, 11), stride=st.integers(1, 4), dilation=st.sampled_from([1, 2, 2048])
    )
    layers = tuple(draw(st.lists(layer, min_size=1, max_size=30)))
    size = draw(st.none() | st.just(seen(layers)))
    return FieldFigure(alt=ALT, layers=layers, size=size)


def seen(layers: tuple[FieldLayer, ...]) -> int:
    """The positions that a unit sees, one after another: those that each window adds to the first (Araujo 2019)."""
    size, jump = 1, 1
    for layer in layers:
        size += layer.dilation * (layer.kernel_size - 1) * jump
        jump *= layer.stride
    return size


@st.composite
def wirings(draw: st.DrawFn) -> WiringFigure:
    count = draw(st.integers(2, 14))
    boxes = draw(st.lists(WORDS | st.sampled_from(["+", "×"]), min_size=count, max_size=count))
    # Each box is reached from one before it, at most three from each, and some arrows lead further.
    arrows = {(draw(st.integers(max(0, end - 3), end - 1)), end) for end in range(1, count)}
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, count - 2))
        arrows.add((start, draw(st.integers(start + 1, count - 1))))
    return WiringFigure(alt=ALT, boxes=tuple(boxes), arrows=tuple(sorted(arrows)))


@st.composite
def some_curves(draw: st.DrawFn) -> CurvesFigure:
    def curve(name: str) -> Curve:
        across = draw(st.lists(st.integers(0, 300), min_size=2, max_size=8, unique=True))
        up = draw(st.lists(st.fractions(0, 100, max_denominator=10), min_size=len(across), max_size=len(across)))
        return Curve(name=name, points=tuple(zip(map(Fraction, sorted(across)), up, strict=True)))

    names = draw(
        st.lists(st.sampled_from(["training", "validation", "테스트 오차"]), min_size=1, max_size=3, unique=True)
    )
    return CurvesFigure(alt=ALT, across="epoch", up="error in %", curves=tuple(map(curve, names)))


@st.composite
def rooflines(draw: st.DrawFn) -> RooflineFigure:
    works = st.builds(
        Intensity,
        name=st.sampled_from(["conv1", "완전연결층", "fc6"]),
        flops_per_byte=st.fractions("1/4", 4000, max_denominator=8),
    )
    return RooflineFigure(
        alt=ALT,
        flops_per_second=Fraction(draw(st.integers(1, 10**15))),
        bytes_per_second=Fraction(draw(st.integers(10**9, 10**13))),
        works=tuple(draw(st.lists(works, max_size=5))),
        blank=draw(st.booleans()),
    )


FIGURES = {
    "window": windows(),
    "layers": chains(),
    "field": fields(),
    "wiring": wirings(),
    "curves": some_curves(),
    "roofline": rooflines(),
}
