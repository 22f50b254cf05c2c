"""Two networks go in, the places where they differ come out, in the order in which numbers flow."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from cnnquiz.grading.diagnosis.layer_pairs import INPUTS, Compared, Difference, compared
from cnnquiz.grading.matching.flow import Flow, Layer
from cnnquiz.tracing.functions import RESHAPES

# Layers that change places stand in one block.
_FARTHEST = 12

_ARITHMETIC = frozenset({"add", "sub", "rsub", "mul", "div", "pow", "sqrt", "rsqrt", "square", "mean", "var", "sum"})

# What only moves numbers does not stand in the place of anything.
_MOVES = RESHAPES | {"permute", "transpose", "movedim", "contiguous"}

# One in the place of another, on the other side of a layer that has no say in it.
_DROPOUTS = frozenset({"dropout", "dropout1d", "dropout2d", "dropout3d", "feature_dropout", "alpha_dropout"})

_SELF_WRITTEN = frozenset({"batch_norm", "local_response_norm", "dropout"})


def differences(student: Flow, solution: Flow) -> tuple[Difference, ...]:
    """Differences of the two sequences of layers, after the cheapest alignment.

    Several operations in the place of one layer that people write themselves are one difference, and so is a layer in
    another order.
    """
    found: list[Difference] = []
    rows = _with_moved(list(compared(student, solution)))
    for unpaired, group in groupby(rows, key=lambda row: row[0] is None or row[1] is None):
        some = [difference for _, _, difference in group if difference is not None]
        found += _joined(some) if unpaired else some
    # A branch that is missing as a whole, or read twice, says more than each of its layers.
    return tuple(sorted(found, key=lambda each: not (each.attribute == INPUTS or each.reads_twice)))


def _joined(unpaired: Sequence[Difference]) -> list[Difference]:
    """Layers without partners in one place: what stands there instead of what should, then the others."""
    theirs = [each for each in unpaired if each.theirs is not None]
    ours = [each for each in unpaired if each.theirs is None]
    if not theirs and len(ours) > 1:
        together = tuple(each.ours for each in ours if each.ours is not None)
        return [replace(each, in_a_row=together) for each in ours]
    if not theirs or not ours:
        return list(unpaired)
    own = _own_code(unpaired)
    if own is not None:
        return [own, *(each for each in ours if each.ours != own.ours)]
    instead = next((each for each in theirs if each.theirs and each.theirs.call.op.title not in _MOVES), theirs[0])
    return [replace(instead, ours=ours[0].ours), *(each for each in theirs if each is not instead), *ours[1:]]


def _own_code(unpaired: Sequence[Difference]) -> Difference | None:
    """Arithmetic beside a normalisation or dropout that is missing."""
    theirs = [each.theirs for each in unpaired if each.theirs is not None]
    ours = [each.ours for each in unpaired if each.ours is not None and each.ours.op.title in _SELF_WRITTEN]
    arithmetic = sum(layer.call.op.title in _ARITHMETIC for layer in theirs)
    if arithmetic < 2 or not ours or any(layer.op.parameter_shapes() for layer in theirs):
        return None
    return Difference(theirs=theirs[0], ours=ours[0], before=unpaired[0].before, is_own=True)


def _with_moved(rows: Sequence[Compared]) -> list[Compared]:
    """The rows of an alignment, where a layer that is extra here and missing there is one that has moved."""
    found = _with_exchanged(rows)
    for first, second in pairwise(_gaps(found)):
        between = found[first.stop : second.start]
        extra, missing = (first, second) if found[first.start][1] is None else (second, first)
        theirs = [found[k][0] for k in extra]
        ours = [found[k][1] for k in missing]
        alike = all(left and right and left.op.title == right.op.title for left, right, _ in between)
        if None in theirs or None in ours or not between or len(between) > _FARTHEST or not alike:
            continue
        passed = between[0 if extra.start < missing.start else -1][0]
        _note_moved(found, extra, missing, passed)
    return found


def _gaps(rows: Sequence[Compared]) -> list[range]:
    """Stretches of layers that have no partners, extra ones apart from missing ones."""
    kinds = [(k, left is None, right is None) for k, (left, right, _) in enumerate(rows)]
    stretches = [list(group) for _, group in groupby(kinds, key=lambda kind: kind[1:])]
    return [range(each[0][0], each[-1][0] + 1) for each in stretches if each[0][1] or each[0][2]]


def _note_moved(rows: list[Compared], extra: range, missing: range, passed: Layer | None) -> None:
    """Mark layers that are extra in one place and missing in another, if they are the same."""
    theirs = [left for left, _, _ in (rows[k] for k in extra) if left is not None]
    ours = [right for _, right, _ in (rows[k] for k in missing) if right is not None]
    titles = [[layer.op.title for layer in layers] for layers in (theirs, ours)]
    difference, lacking = rows[extra.start][2], rows[missing.start][2]
    if difference is None or lacking is None or difference.passed is not None:  # told already
        return
    other = _other_readers(theirs[0], ours[0], rows) if len(theirs) == len(ours) == 1 else {}
    if titles[0] == titles[1] and other:
        rows[extra.start], rows[missing.start] = (theirs[0], ours[0], None), (None, ours[0], None)
        for row, reads in other.items():
            rows[row] = (*rows[row][:2], reads)
    elif titles[0] == titles[1]:
        moved = replace(difference, ours=ours[0], passed=passed, is_early=extra.start < missing.start)
        for k in (*extra, *missing):
            rows[k] = (*rows[k][:2], None)
        rows[extra.start] = theirs[0], None, moved
    elif len(theirs) == len(ours) == 1 and {*titles[0], *titles[1]} <= _DROPOUTS:
        rows[extra.start] = theirs[0], None, replace(difference, ours=ours[0])
        rows[missing.start] = None, ours[0], None


def _other_readers(theirs: Layer, ours: Layer, rows: Sequence[Compared]) -> dict[int, Difference]:
    """Of a layer that seems to have moved and stands where it should: the rows that should read it, and do not."""
    pairs = [(left, right) for left, right, _ in rows if left is not None and right is not None]
    partners = {right.position: left.position for left, right in [*pairs, (theirs, ours)]} | {-1: -1}
    found: dict[int, Difference] = {}
    if [partners.get(each) for each in ours.inputs] != list(theirs.inputs):
        return found
    for row, (left, right, difference) in enumerate(rows):
        if left is None or right is None or difference is not None:
            continue
        should = tuple(partners.get(each, -2) for each in right.inputs)
        if ours.position in right.inputs and theirs.position not in left.inputs and -2 not in should:
            found[row] = Difference(theirs=left, ours=right, before=None, reads=left.inputs, expected_reads=should)
    return found


def _with_exchanged(rows: Sequence[Compared]) -> list[Compared]:
    """Where two convolutions have changed places, that and not how each differs from what stands in its place."""
    found = list(rows)
    wrong = [k for k, (left, right, difference) in enumerate(rows) if left and right and difference is not None]
    for first in wrong:
        for second in (k for k in wrong if first < k <= first + _FARTHEST):
            theirs, ours = rows[first][0], rows[first][1]
            later, expected = rows[second][0], rows[second][1]
            assert theirs is not None
            assert ours is not None
            assert later is not None
            assert expected is not None
            kinds = [_kind(layer) for layer in (theirs, ours, later, expected)]
            if None in kinds or kinds[0] == kinds[1] or kinds[0] != kinds[3] or kinds[1] != kinds[2]:
                continue
            old = found[first][2]
            if old is not None and old.passed is None:
                moved = replace(old, ours=expected, attribute=None, passed=later, is_early=True)
                found[first], found[second] = (theirs, ours, moved), (later, expected, None)
            break
    return found


def _kind(layer: Layer) -> tuple[object, ...] | None:
    """What a convolution is called by: its kernel, and whether it is a depthwise one."""
    attributes = layer.op.attributes()
    if not layer.op.name.startswith("conv"):
        return None
    groups = attributes["groups"]
    return layer.op.name, attributes["kernel_size"], groups == attributes["in_channels"] and groups != 1
