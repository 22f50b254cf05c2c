"""Two networks go in; their layers in pairs come out, in the order in which numbers flow, and how each pair differs."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from cnnquiz.cnn import Call, Op
from cnnquiz.cnn.op import Attribute
from cnnquiz.grading.matching.canonical import COMMUTATIVE
from cnnquiz.grading.matching.flow import Flow, Layer

# Where two layers of one kind differ, the attribute that people would name first.
_ATTRIBUTE_ORDER = (
    "out_channels",
    "out_features",
    "kernel_size",
    "stride",
    "padding",
    "dilation",
    "groups",
    "in_channels",
    "in_features",
    "bias",
)

INPUTS = "inputs"
"""Stands for an attribute where two layers read different numbers of others."""

# What follows from the layers before counts less.
_WEIGHTS = dict.fromkeys(("in_channels", "in_features", "num_features"), 0.25)

# Among layers alike, the one that begins a block as its partner does.
_OTHER_FORK = 1 / 32

_FAMILIES = ("max_pool", "avg_pool", "adaptive", "conv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One place: a layer of the student that the solution lacks, the reverse, or two that are not alike.

    `before` is the student's layer in front of the place; `attribute` names what differs in a pair. With
    `is_own`, `theirs` is the first of several operations in the place of `ours`. Of a pair that is
    alike and reads other layers, `reads` and `expected_reads` are what it reads and what it should; -1 is the input.
    Without the latter, it reads one of its inputs twice.
    A layer in another order has `passed` a layer of the student's: it `is_early` if it comes before it. Where one is
    missing after a layer that several read, `behind` is the reader; `in_a_row` are all that are missing together.
    """

    theirs: Layer | None
    ours: Layer | None
    before: Layer | None
    attribute: str | None = None
    actual: Attribute = None
    expected: Attribute = None
    is_own: bool = False
    reads: tuple[int, ...] = ()
    expected_reads: tuple[int, ...] = ()
    passed: Layer | None = None
    is_early: bool = False
    behind: Layer | None = None
    in_a_row: tuple[Layer, ...] = ()

    @property
    def place(self) -> tuple[object, ...]:
        """What tells it from another difference of the same network."""
        at = [layer and layer.position for layer in (self.theirs, self.before)]
        return *at, self.attribute, self.ours and self.ours.op.title

    @property
    def reads_twice(self) -> bool:
        return bool(self.reads) and not self.expected_reads


Compared = tuple[Layer | None, Layer | None, Difference | None]


def compared(student: Flow, solution: Flow) -> Iterator[Compared]:
    """The student's and the solution's layer, or None, for each place of that alignment, and how they differ."""
    pairs = _align(student, solution)
    both = [(theirs, ours) for theirs, ours in pairs if theirs is not None and ours is not None]
    partners = {ours.position: theirs for theirs, ours in both}
    places = {theirs.position: ours.position for theirs, ours in both} | {-1: -1}
    at = {layer.position: layer for layer in student}
    readers = Counter(source for layer in student for source in layer.inputs)
    before: Layer | None = None
    for left, right in pairs:
        if left is not None:
            before = at.get(max(left.inputs))
        elif right is not None:
            before = partners.get(max(right.inputs), before)
        if left is None or right is None or left.op.title != right.op.title:
            fork = left is None and right is not None and before is not None and readers[before.position] > 1
            behind = _behind(right, solution, partners) if fork and right is not None else None
            difference: Difference | None = Difference(theirs=left, ours=right, before=before, behind=behind)
        elif left.op != right.op:
            difference = next(iter(_attribute_differences(left, right, before)), None)
        else:
            difference = next(_other_reads(left, right, before, places), None)
        yield left, right, difference
        before = left or before


def _behind(missing: Layer, solution: Flow, partners: Mapping[int, Layer]) -> Layer | None:
    """The student's layer that would read a missing one, or the ones behind it that are missing too."""
    place = missing.position
    while True:
        reader = next((layer for layer in solution if place in layer.inputs), None)
        if reader is None or reader.position in partners:
            return None if reader is None else partners[reader.position]
        place = reader.position


def _other_reads(left: Layer, right: Layer, before: Layer | None, places: Mapping[int, int]) -> Iterator[Difference]:
    """That a layer reads others than it should, where all of them are there."""
    if len(left.inputs) != len(right.inputs):
        numbers = len(left.inputs), len(right.inputs)
        yield Difference(
            theirs=left, ours=right, before=before, attribute=INPUTS, actual=numbers[0], expected=numbers[1]
        )
        return
    theirs = {place: position for position, place in places.items()}
    if len(set(left.inputs)) < len(left.inputs) and len(set(right.inputs)) == len(right.inputs):
        yield Difference(theirs=left, ours=right, before=before, reads=left.inputs)
        return
    if not (set(left.inputs) <= set(places) and set(right.inputs) <= set(theirs)):
        return
    actual, expected = [places[position] for position in left.inputs], list(right.inputs)
    if isinstance(right.op, COMMUTATIVE):
        actual, expected = sorted(actual), sorted(expected)
    if actual != expected:
        should = tuple(theirs[place] for place in right.inputs)
        yield Difference(theirs=left, ours=right, before=before, reads=left.inputs, expected_reads=should)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A place of the solution, by the position of its call, and what the student has there: nothing if `op` is None.

    An extra layer stands behind the place, which is -1 at the start.
    """

    place: int
    op: Op | None
    extra: bool


def suspects(student: Flow, solution: Flow) -> tuple[Suspect, ...]:
    """Where the solution would have to be changed to look like the student's network, in the order of its layers."""
    found = []
    places: dict[int, int] = {-1: -1}  # the solution's call for each of the student's
    before = -1
    for theirs, ours in _align(student, solution):
        if ours is None:
            assert theirs is not None
            before = places.get(theirs.inputs[0], before)
            found.append(Suspect(place=before, op=theirs.call.op, extra=True))
        else:
            before = ours.position
            if theirs is None or theirs.op != ours.op or len(theirs.inputs) != len(ours.inputs):
                found.append(Suspect(place=before, op=theirs.call.op if theirs else None, extra=False))
        if theirs is not None:
            places[theirs.position] = before
    return tuple(found)


def partners(student: Flow, solution: Flow) -> Mapping[int, Call]:
    """The student's call for a position of the solution's: its partner, or a like one that stands elsewhere."""
    pairs = _align(student, solution)
    found = {ours.position: theirs.call for theirs, ours in pairs if theirs is not None and ours is not None}
    strays = [theirs for theirs, ours in pairs if theirs is not None and ours is None]
    for theirs, ours in pairs:
        like = next((each for each in strays if ours is not None and each.op == ours.op), None)
        if theirs is None and ours is not None and like is not None:
            found[ours.position] = like.call
            strays.remove(like)
    return found


def _attribute_differences(left: Layer, right: Layer, before: Layer | None) -> list[Difference]:
    theirs, ours = left.op.attributes(), right.op.attributes()
    names = sorted(ours, key=lambda name: _ATTRIBUTE_ORDER.index(name) if name in _ATTRIBUTE_ORDER else 99)
    different = [name for name in names if theirs.get(name) != ours[name]]
    return [
        Difference(theirs=left, ours=right, before=before, attribute=n, actual=theirs.get(n), expected=ours[n])
        for n in different[:1]
    ]


@lru_cache(maxsize=2)  # one submission is aligned for its differences, for mutants that explain them, and to be drawn
def _align(theirs: Flow, ours: Flow) -> tuple[tuple[Layer | None, Layer | None], ...]:
    """Pairs of layers at the least total distance, with None for a layer that has no partner (edit distance).

    Of several ways, the one that pairs layers as early as it can.
    """
    rows, columns = len(theirs), len(ours)
    forks = [_reading_forks(layers) for layers in (theirs, ours)]

    def distance(i: int, j: int) -> float:
        return _distance(theirs[i], ours[j]) + _OTHER_FORK * (forks[0][i] != forks[1][j])

    gaps, our_gaps = [_gap(layer) for layer in theirs], [_gap(layer) for layer in ours]
    cost = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows, -1, -1):
        for j in range(columns, -1, -1):
            ways = [cost[i + 1][j] + gaps[i]] if i < rows else []
            ways += [cost[i][j + 1] + our_gaps[j]] if j < columns else []
            if i < rows and j < columns:
                ways.append(cost[i + 1][j + 1] + distance(i, j))
            cost[i][j] = min(ways, default=0.0)
    pairs: list[tuple[Layer | None, Layer | None]] = []
    i, j = 0, 0
    while i < rows or j < columns:
        if i < rows and j < columns and cost[i][j] == cost[i + 1][j + 1] + distance(i, j):
            pairs.append((theirs[i], ours[j]))
            i, j = i + 1, j + 1
        elif j < columns and cost[i][j] == cost[i][j + 1] + our_gaps[j]:
            pairs.append((None, ours[j]))
            j += 1
        else:
            pairs.append((theirs[i], None))
            i += 1
    return tuple(pairs)


def _reading_forks(layers: Flow) -> list[bool]:
    """Whether each layer reads what others read, too: where a block begins."""
    readers = Counter(source for layer in layers for source in layer.inputs)
    return [any(readers[source] > 1 for source in layer.inputs) for layer in layers]


def _gap(layer: Layer) -> float:
    """The distance of a layer from none: joins and layers with weights are what others are placed by."""
    return 1.0625 if len(layer.inputs) > 1 or layer.op.parameter_shapes() else 1.0


def _distance(left: Layer, right: Layer) -> float:
    """0 for the same layer, more for each attribute that differs, 1.5 or more for unlike ones (two edits are 2).

    Unlike ones that turn the same shape into the same other shape, such as pooling and slicing, do the same job.
    """
    if left.op == right.op:
        return 0.0
    if left.op.title == right.op.title:
        theirs, ours = left.op.attributes(), right.op.attributes()
        different = sum(_WEIGHTS.get(name, 1.0) for name, value in ours.items() if theirs.get(name) != value)
        return 0.5 + 0.4 * different / max(1, len(ours))
    if left.op.name == right.op.name or any(
        left.op.name.startswith(f) and right.op.name.startswith(f) for f in _FAMILIES
    ):
        return 1.0
    pools = ("max_pool", "avg_pool", "adaptive")
    if left.op.name.startswith(pools) and right.op.name.startswith(pools):
        return 1.0
    shapes = [(layer.call.input_shapes[0], layer.call.output_shape) for layer in (left, right)]
    bare = not (left.op.parameter_shapes() or right.op.parameter_shapes())
    return 1.75 if bare and shapes[0] == shapes[1] and shapes[0][0] != shapes[0][1] else 2.5
