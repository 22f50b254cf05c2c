"""Two networks go in, the rows of a drawing of both come out: layers that belong together, and where they differ."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from cnnquiz.grading.diagnosis.in_words import as_recorded, written
from cnnquiz.grading.diagnosis.layer_pairs import compared
from cnnquiz.grading.matching.flow import Flow, Layer
from cnnquiz.grading.report import AlignedLayer, AlignedPair, Alignment

_CONTEXT = 2

_SHORTEST_FOLD = 4

# What people read without a fold.
_SHORT = 40

# A page that people scroll through; a submission may have tens of thousands of layers.
_MOST_ROWS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedPair:
    """A row of the drawing under its number, which counts folded rows too, from 1."""

    number: int
    pair: AlignedPair


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """Rows that are not drawn, from number `first` to number `last`; so many of them differ."""

    first: int
    last: int
    differences: int

    @property
    def layers(self) -> int:
        return self.last - self.first + 1


def aligned(student: Flow, solution: Flow) -> Alignment:
    """The layers of both in the order in which numbers flow; nothing in it says how the solution names its layers."""
    # Row by row, since two layers may come from one call: a flatten and the convolution that needs it.
    their_rows, our_rows = {-1: 0}, {-1: 0}
    rows = []
    for number, (left, right, difference) in enumerate(compared(student, solution), start=1):
        told = _told(left, right)
        rows.append(
            AlignedPair(
                theirs=_layer(left, told, their_rows, name=left.call.name, line=left.call.line) if left else None,
                ours=_layer(right, told, our_rows) if right else None,
                differs=difference is not None,
            )
        )
        for layer, places in ((left, their_rows), (right, our_rows)):
            if layer is not None:
                places[layer.position] = number
    return tuple(rows)


def folded(alignment: Alignment) -> Iterator[NumberedPair | Fold]:
    """The rows to draw. Of a long one, stretches without a difference are folded, but for two rows around each."""
    drawn = _drawn(alignment)
    for is_drawn, group in groupby(range(1, len(alignment) + 1), key=drawn.__contains__):
        numbers = list(group)
        if is_drawn:
            yield from (NumberedPair(number=number, pair=alignment[number - 1]) for number in numbers)
        else:
            differences = sum(alignment[number - 1].differs for number in numbers)
            yield Fold(first=numbers[0], last=numbers[-1], differences=differences)


def _drawn(alignment: Alignment) -> frozenset[int]:
    """Numbers of the rows that are not folded."""
    if len(alignment) <= _SHORT:
        return frozenset(range(1, len(alignment) + 1))
    different = [number for number, pair in enumerate(alignment, start=1) if pair.differs]
    near = {number + step for number in different for step in range(-_CONTEXT, _CONTEXT + 1)}
    found: list[int] = []
    for is_near, group in groupby(range(1, len(alignment) + 1), key=near.__contains__):
        numbers = list(group)
        if is_near or len(numbers) < _SHORTEST_FOLD:
            found += numbers
    return frozenset(found[:_MOST_ROWS])


def _told(left: Layer | None, right: Layer | None) -> Collection[str]:
    """Every attribute in which two layers of a kind differ."""
    if left is None or right is None or left.op.title != right.op.title:
        return ()
    theirs, ours = left.op.attributes(), right.op.attributes()
    return [name for name in ours if theirs.get(name) != ours[name]]


def _layer(
    layer: Layer, told: Collection[str], rows: Mapping[int, int], *, name: str = "", line: int | None = None
) -> AlignedLayer:
    plain = written(as_recorded(layer))
    return AlignedLayer(
        operation=written(layer.op, told) if told else plain,
        plain=plain,
        output_shape=layer.call.output_shape,
        reads=tuple(rows[position] for position in layer.inputs),
        name=name,
        line=line,
    )
