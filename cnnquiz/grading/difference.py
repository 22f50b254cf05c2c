"""Two networks go in, the places where they differ come out, in the order in which numbers flow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cnnquiz.cnn import Call, Op
from cnnquiz.cnn.op import Attribute
from cnnquiz.grading.flow import Flow, Layer

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

_FAMILIES = ("max_pool", "avg_pool", "adaptive", "conv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One place: a layer of the student that the solution lacks, the reverse, or two that are not alike.

    `before` is the student's layer in front of the place; `attribute` names what differs in a pair.
    """

    theirs: Layer | None
    ours: Layer | None
    before: Layer | None
    attribute: str | None = None
    actual: Attribute = None
    expected: Attribute = None


def differences(student: Flow, solution: Flow) -> tuple[Difference, ...]:
    """Differences of the two sequences of layers, after the cheapest alignment."""
    pairs = _align(student, solution)
    partners = {ours.position: theirs for theirs, ours in pairs if theirs is not None and ours is not None}
    at = {layer.position: layer for layer in student}
    found: list[Difference] = []
    before: Layer | None = None
    for left, right in pairs:
        if left is not None:
            before = at.get(left.inputs[0])
        elif right is not None:
            before = partners.get(right.inputs[0], before)
        if left is None or right is None or left.op.title != right.op.title:
            found.append(Difference(theirs=left, ours=right, before=before))
        else:
            found += _attribute_differences(left, right, before)
        before = left or before
    return tuple(found)


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
            if theirs is None or theirs.op != ours.op:
                found.append(Suspect(place=before, op=theirs.call.op if theirs else None, extra=False))
        if theirs is not None:
            places[theirs.position] = before
    return tuple(found)


def partners(student: Flow, solution: Flow) -> Mapping[int, Call]:
    """The student's call for a position of the solution's, where the alignment found one."""
    pairs = _align(student, solution)
    return {ours.position: theirs.call for theirs, ours in pairs if theirs is not None and ours is not None}


def _attribute_differences(left: Layer, right: Layer, before: Layer | None) -> list[Difference]:
    theirs, ours = left.op.attributes(), right.op.attributes()
    names = sorted(ours, key=lambda name: _ATTRIBUTE_ORDER.index(name) if name in _ATTRIBUTE_ORDER else 99)
    different = [name for name in names if theirs.get(name) != ours[name]]
    return [
        Difference(theirs=left, ours=right, before=before, attribute=n, actual=theirs.get(n), expected=ours[n])
        for n in different[:1]
    ]


def _align(theirs: Sequence[Layer], ours: Sequence[Layer]) -> list[tuple[Layer | None, Layer | None]]:
    """Pairs of layers at the least total distance, with None for a layer that has no partner (edit distance)."""
    rows, columns = len(theirs) + 1, len(ours) + 1
    cost = [[float(i + j) for j in range(columns)] for i in range(rows)]
    for i in range(1, rows):
        for j in range(1, columns):
            together = cost[i - 1][j - 1] + _distance(theirs[i - 1], ours[j - 1])
            cost[i][j] = min(together, cost[i - 1][j] + 1, cost[i][j - 1] + 1)
    pairs: list[tuple[Layer | None, Layer | None]] = []
    i, j = len(theirs), len(ours)
    while i or j:
        if i and j and cost[i][j] == cost[i - 1][j - 1] + _distance(theirs[i - 1], ours[j - 1]):
            i, j = i - 1, j - 1
            pairs.append((theirs[i], ours[j]))
        elif j and cost[i][j] == cost[i][j - 1] + 1:
            j -= 1
            pairs.append((None, ours[j]))
        else:
            i -= 1
            pairs.append((theirs[i], None))
    return pairs[::-1]


def _distance(left: Layer, right: Layer) -> float:
    """0 for the same layer, more for each attribute that differs, 1.5 or more for unlike ones (two edits are 2)."""
    if left.op == right.op:
        return 0.0
    if left.op.title == right.op.title:
        theirs, ours = left.op.attributes(), right.op.attributes()
        different = sum(theirs.get(name) != value for name, value in ours.items())
        return 0.5 + 0.4 * different / max(1, len(ours))
    if left.op.name == right.op.name or any(
        left.op.name.startswith(f) and right.op.name.startswith(f) for f in _FAMILIES
    ):
        return 1.0
    pools = ("max_pool", "avg_pool", "adaptive")
    if left.op.name.startswith(pools) and right.op.name.startswith(pools):
        return 1.0
    return 2.5
