"""Two recorded networks go in, the places where they differ come out, in the order of the forward pass."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cnnquiz.cnn import Call, Network, Op
from cnnquiz.cnn.op import Attribute

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

    theirs: Call | None
    ours: Call | None
    before: Call | None
    attribute: str | None = None
    actual: Attribute = None
    expected: Attribute = None


def differences(student: Network, solution: Network) -> tuple[Difference, ...]:
    """Differences of the two sequences of layers, after the cheapest alignment."""
    theirs, ours = _layers(student), _layers(solution)
    found = []
    before: Call | None = None
    for left, right in _align(theirs, ours):
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


def suspects(student: Network, solution: Network) -> tuple[Suspect, ...]:
    """Where the solution would have to be changed to look like the student's network, in the order of its calls."""
    found = []
    before = -1
    for theirs, ours, place in _aligned(student, solution):
        if ours is None:
            assert theirs is not None
            found.append(Suspect(place=before, op=theirs.op, extra=True))
        elif theirs is None or theirs.op != ours.op:
            found.append(Suspect(place=place, op=theirs.op if theirs else None, extra=False))
        before = place
    return tuple(found)


def partners(student: Network, solution: Network) -> Mapping[int, Call]:
    """The student's call for a position of the solution's, where the alignment found one."""
    return {
        place: theirs for theirs, ours, place in _aligned(student, solution) if theirs is not None and ours is not None
    }


def _aligned(student: Network, solution: Network) -> Iterator[tuple[Call | None, Call | None, int]]:
    """Pairs of layers, and the position of the solution's, or of the one before, among all its calls."""
    positions = iter([k for k, call in enumerate(solution.calls) if not _changes_nothing(call)])
    place = -1
    for theirs, ours in _align(_layers(student), _layers(solution)):
        place = place if ours is None else next(positions)
        yield theirs, ours, place


def _layers(network: Network) -> list[Call]:
    """The calls that can change numbers."""
    return [call for call in network.calls if not _changes_nothing(call)]


def _changes_nothing(call: Call) -> bool:
    """Dropping nothing and pooling to the size that is there already are invisible, whoever writes them."""
    title = call.op.title
    if title.startswith("adaptive"):
        return call.output_shape == call.input_shapes[0]
    return title == "dropout" and not call.op.attributes()["p"]


def _attribute_differences(left: Call, right: Call, before: Call | None) -> list[Difference]:
    theirs, ours = left.op.attributes(), right.op.attributes()
    names = sorted(ours, key=lambda name: _ATTRIBUTE_ORDER.index(name) if name in _ATTRIBUTE_ORDER else 99)
    different = [name for name in names if theirs.get(name) != ours[name]]
    return [
        Difference(theirs=left, ours=right, before=before, attribute=n, actual=theirs.get(n), expected=ours[n])
        for n in different[:1]
    ]


def _align(theirs: Sequence[Call], ours: Sequence[Call]) -> list[tuple[Call | None, Call | None]]:
    """Pairs of layers at the least total distance, with None for a layer that has no partner (edit distance)."""
    rows, columns = len(theirs) + 1, len(ours) + 1
    cost = [[float(i + j) for j in range(columns)] for i in range(rows)]
    for i in range(1, rows):
        for j in range(1, columns):
            together = cost[i - 1][j - 1] + _distance(theirs[i - 1], ours[j - 1])
            cost[i][j] = min(together, cost[i - 1][j] + 1, cost[i][j - 1] + 1)
    pairs: list[tuple[Call | None, Call | None]] = []
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


def _distance(left: Call, right: Call) -> float:
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
