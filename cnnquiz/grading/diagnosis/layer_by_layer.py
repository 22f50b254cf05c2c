"""The numbers of a submission's layers, on its way to an answer, go in; which are right, and the first wrong, come out.

All of them are claims: they tell where to look, and prove nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cnnquiz.cnn import Network
from cnnquiz.grading.comparison import same_numbers
from cnnquiz.grading.diagnosis.layer_pairs import Difference, compared
from cnnquiz.grading.matching.flow import Flow, Layer, flow
from cnnquiz.sandbox.tensors import Array
from cnnquiz.sandbox.worker import Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class OnTheWay:
    """A run of a submission: the batch, and numbers of what each of its calls computed, by position."""

    x: Array
    mode: Mode
    seed: int
    sample: int
    numbers: Mapping[int, Array]


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstWrong:
    """`layer` is the first whose numbers are not those of its partner, though what it reads is right.

    `theirs` are positions of the student's calls among which the fault must be: that layer, and those in front of it
    that have no partner; `ours` are the solution's, from what is right behind. `beside` are those that come
    next and have no partner: layers may have changed places.
    """

    layer: Layer
    theirs: frozenset[int]
    ours: tuple[int, ...]
    beside: tuple[int, ...]

    def explains(self, difference: Difference) -> bool:
        """Whether a difference of the two networks lies where the numbers go wrong."""
        if difference.theirs is not None:
            return difference.theirs.position in self.theirs
        return difference.ours is not None and difference.ours.position in self.ours


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerByLayer:
    """Positions of the student's layers that are right, and of the solution's without partners that nothing lacks.

    `first` is None where all that have a partner are right.
    """

    right: frozenset[int]
    not_lacking: frozenset[int]
    first: FirstWrong | None

    def excuses(self, difference: Difference) -> bool:
        """Whether what looks different computes the same."""
        if difference.theirs is not None:
            return difference.theirs.position in self.right
        return difference.ours is not None and difference.ours.position in self.not_lacking


def layer_by_layer(
    student: Flow, on_the_way: OnTheWay, solution: Network, samples: Sequence[Array], tolerance: float
) -> LayerByLayer:
    """Compare the numbers of layers that are partners; `samples` are of the solution's calls.

    What differs and is right again before it meets another layer, as where numbers lie in another order for a while, is
    right.
    """
    ours = flow(solution)
    pairs = [(left, right) for left, right, _ in compared(student, ours) if left is not None and right is not None]
    partners = {left.position: right for left, right in pairs}
    agree = {
        theirs.position
        for theirs, partner in pairs
        if theirs.position in on_the_way.numbers
        and _agree(theirs, partner, on_the_way.numbers[theirs.position], samples[partner.position], tolerance)
    }
    right = _right(student, agree)
    first = next((layer for layer in student if layer.position in partners and layer.position not in right), None)
    of_ours = {partner.position for theirs, partner in pairs if theirs.position in right}
    unpaired = {layer.position for layer in ours} - {partner.position for _, partner in pairs}
    return LayerByLayer(
        right=frozenset(right),
        not_lacking=frozenset(_right(ours, of_ours) & unpaired),
        first=None if first is None else _first_wrong(student, ours, first, partners),
    )


def _agree(theirs: Layer, partner: Layer, actual: Array, expected: Array, tolerance: float) -> bool:
    """Whether two layers compute the same; where axes lie in another order, the same in any order."""
    shapes = theirs.call.output_shape, partner.call.output_shape
    if shapes[0] != shapes[1] and shapes[0].elements == shapes[1].elements == actual.size:
        actual, expected = np.sort(actual), np.sort(expected)
    return same_numbers(actual, expected, tolerance)


def _right(layers: Flow, known: set[int]) -> set[int]:
    """Positions that are known to be right, and those that only right ones read."""
    readers: dict[int, list[int]] = {}
    for layer in layers:
        for source in layer.inputs:
            readers.setdefault(source, []).append(layer.position)
    right: set[int] = set()
    for layer in reversed(layers):
        reading = readers.get(layer.position, [])
        if layer.position in known or (reading and right.issuperset(reading)):
            right.add(layer.position)
    return right


def _first_wrong(student: Flow, ours: Flow, layer: Layer, partners: Mapping[int, Layer]) -> FirstWrong:
    partner = partners[layer.position]
    theirs = _back(student, layer, set(partners))
    behind = _back(ours, partner, {each.position for each in partners.values()})
    known = [partners[each].position for each in _read(student, theirs) if each in partners]
    places = [*sorted(behind, reverse=True), *_read(ours, behind), *known]
    taken = {each.position for each in partners.values()}
    beside = tuple(each.position for each in ours if partner.position in each.inputs and each.position not in taken)
    return FirstWrong(layer=layer, theirs=frozenset(theirs), ours=tuple(dict.fromkeys(places)), beside=beside)


def _back(layers: Flow, last: Layer, paired: set[int]) -> set[int]:
    """Positions of a layer and of those in front of it, back to the next that have a partner."""
    at = {layer.position: layer for layer in layers}
    found, left = {last.position}, list(last.inputs)
    while left:
        position = left.pop()
        if position in at and position not in paired and position not in found:
            found.add(position)
            left += at[position].inputs
    return found


def _read(layers: Flow, positions: Iterable[int]) -> list[int]:
    """What layers at these positions read besides each other."""
    inside = set(positions)
    found = [source for layer in layers if layer.position in inside for source in layer.inputs]
    return [source for source in found if source not in inside]
