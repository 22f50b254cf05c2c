"""What a wrong submission answered goes in; the mutant of the solution that answers the same comes out, if one does."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

from cnnquiz.cnn import Network
from cnnquiz.errors import ReplayError
from cnnquiz.grading.challenge import draw_missing, used_tensors
from cnnquiz.grading.comparison import same_numbers
from cnnquiz.grading.difference import Suspect, suspects
from cnnquiz.grading.flow import Flow, flow
from cnnquiz.grading.matching import Match
from cnnquiz.grading.reference import Reference
from cnnquiz.sandbox import TensorClaim
from cnnquiz.sandbox.tensors import Array
from cnnquiz.sandbox.worker import Mode
from cnnquiz.tracing.mutants import SAME_LAYERS, Mutation, mutations_at, repeated, suggested
from cnnquiz.tracing.replay import Replay, as_tensors

# How much CPU time mutants are given, and how often the submission itself is run again for those with own tensors.
SECONDS = 3.0
MOST_RERUNS = 12

# A layer that a student claims to have may be of any size: a mutant with it must not keep the grader busy.
_LARGEST_WINDOW = 64
_MOST_TIMES_THE_SOLUTION = 8
_SMALL_MACS, _SMALL_ELEMENTS = 10_000_000, 1_000_000

# Two bugs at once are looked for in networks whose layers are aligned in no time.
_MOST_CALLS_FOR_PAIRS = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One forward pass of a submission."""

    x: Array
    mode: Mode
    seed: int
    output: Array


@dataclass(slots=True)
class Take:
    """What a submission answered with weights carried over in one way, in order; buffers are what it was left with."""

    match: Match
    runs: list[Run] = field(default_factory=list)
    buffers: Mapping[str, Array] = field(default_factory=dict)


# Runs the submission again with the weights of a mutant; nothing comes back where they do not fit or it fails.
Rerun = Callable[[Network, Mapping[str, Array]], Sequence[Take]]


def find_mutant(
    reference: Reference,
    student: Flow | None,
    claims: Sequence[TensorClaim],
    takes: Sequence[Take],
    rerun: Rerun,
    *,
    output_shape: Sequence[int],
    seconds: float | None = None,
) -> tuple[Mutation, ...]:
    """One mutation, or two that were made one after the other, whose numbers are those of every run of a take.

    `output_shape` is that of the submission, for one sample. Empty where none is found in time, or where the solution
    cannot be replayed. What the student's network says of itself, as `student`, decides only what is tried first.
    """
    search = _Search(reference, claims, takes, rerun, tuple(output_shape), SECONDS if seconds is None else seconds)
    if not search.replays_solution():
        return ()
    search.start()
    origin = reference.network
    tried: list[Mutation] = []
    found = None if student is None else _likeliest(search, student, origin, tried)
    if found is not None:
        return (found,)
    for mutation in _others(origin):
        if search.is_late():
            return ()
        if search.fits(mutation.network):
            return (mutation,)
        tried.append(mutation)
    if student is None or len(origin.calls) > _MOST_CALLS_FOR_PAIRS:
        return ()
    for first in tried:
        for second in _suspected(student, first.network):
            if search.is_late():
                return ()
            if search.fits(second.network):
                return first, second
    return ()


def _likeliest(search: "_Search", student: Flow, origin: Network, tried: list[Mutation]) -> Mutation | None:
    """The first suspected bug that fits and looks like the student's network; where none does, the first that fits.

    A ReLU moved and a ReLU added can give the same numbers.
    """
    first = None
    for mutation in _suspected(student, origin):
        if search.is_late():
            break
        tried.append(mutation)
        if search.fits(mutation.network):
            if not suspects(student, flow(mutation.network)):
                return mutation
            first = first or mutation
    return first


class _Search:
    def __init__(
        self,
        reference: Reference,
        claims: Sequence[TensorClaim],
        takes: Sequence[Take],
        rerun: Rerun,
        output_shape: tuple[int, ...],
        seconds: float,
    ) -> None:
        self.reference = reference
        self.takes = [take for take in takes if take.runs]
        self.rerun = rerun
        self.output_shape = output_shape
        self.seconds = seconds
        self.reruns = 0
        self.weights = reference.challenge.weights
        self.tensors = as_tensors(self.weights)
        self.sizes = Counter((claim.kind, prod(claim.shape)) for claim in claims)

    def start(self) -> None:
        self.deadline = time.process_time() + self.seconds

    def is_late(self) -> bool:
        return time.process_time() > self.deadline

    def replays_solution(self) -> bool:
        """Constants that a recording does not hold make a replay something else than the solution."""
        reference, challenge = self.reference, self.reference.challenge
        replay = Replay(reference.network, self.tensors)
        x, expected = min(zip(challenge.inputs, reference.eval_outputs, strict=True), key=lambda pair: len(pair[0]))
        try:
            return same_numbers(replay.run(x, mode="eval", seed=challenge.seed), expected, reference.tolerance)
        except ReplayError:
            return False

    def fits(self, network: Network) -> bool:
        if network.output_shape != self.output_shape or not _is_affordable(network, self.reference.network):
            return False
        if self.takes and self._is_of_the_solutions(network):
            return any(self._agrees(take, Replay(network, self.tensors)) for take in self.takes)
        if self.reruns >= MOST_RERUNS or not self._has_tensors(network):
            return False
        self.reruns += 1
        weights = draw_missing(network, self.weights)
        tensors = as_tensors(weights)
        return any(self._agrees(take, Replay(network, tensors)) for take in self.rerun(network, weights))

    def _is_of_the_solutions(self, network: Network) -> bool:
        """Whether the network uses no other tensors than the solution."""
        shapes = {name: array.shape for name, array in self.weights.items()}
        return all(shapes.get(claim.name) == claim.shape for claim in used_tensors(network))

    def _has_tensors(self, network: Network) -> bool:
        """Whether the submission claims a tensor of the right size for each of the mutant's."""
        return Counter((claim.kind, prod(claim.shape)) for claim in used_tensors(network)) <= self.sizes

    def _agrees(self, take: Take, replay: Replay) -> bool:
        """Whether a replay gives the numbers of every run, the cheapest first; in train mode their order matters."""
        in_eval = sorted((run for run in take.runs if run.mode == "eval"), key=lambda run: len(run.x))
        try:
            for run in [*in_eval, *(run for run in take.runs if run.mode == "train")]:
                if not self._same(run.output, replay.run(run.x, mode=run.mode, seed=run.seed)):
                    return False
        except ReplayError:
            return False
        match = take.match
        return all(
            self._same(value, match.turned(name, replay.array(match.sources[name])))
            for name, value in take.buffers.items()
            if match.sources[name] in replay.buffers
        )

    def _same(self, actual: Array, expected: Array) -> bool:
        return same_numbers(actual, expected, self.reference.tolerance)


def _others(origin: Network) -> Iterator[Mutation]:
    """All mutations of a network: those that a student's list of layers would not show, all, all in many places."""
    for kinds in (SAME_LAYERS, None):
        for place in range(len(origin.calls)):
            yield from mutations_at(origin, place, kinds)
        for place in range(len(origin.calls)):
            for mutation in mutations_at(origin, place, kinds):
                yield from repeated(mutation)


def _suspected(student: Flow, origin: Network) -> Iterator[Mutation]:
    """What the student seems to have done, once and wherever it can be done, then all bugs there and beside."""
    found = suspects(student, flow(origin))
    for suspect in found:
        if suspect.op is None or not _is_large(suspect):
            mutation = suggested(origin, suspect.place, suspect.op, extra=suspect.extra)
            if mutation is not None:
                yield mutation
                if len(found) > 1:
                    yield from repeated(mutation)
    for place in _places(found, len(origin.calls)):
        for mutation in mutations_at(origin, place):
            yield mutation
            if len(found) > 1:
                yield from repeated(mutation)


def _places(found: Sequence[Suspect], calls: int) -> list[int]:
    """Suspected positions, then their neighbours."""
    places = [suspect.place for suspect in found]
    beside = [place + step for step in (1, -1) for place in places]
    return [place for place in dict.fromkeys([*places, *beside]) if 0 <= place < calls]


def _is_large(suspect: Suspect) -> bool:
    """Whether an operation that a student claims to use has windows that no network has."""
    assert suspect.op is not None
    for name, value in suspect.op.attributes().items():
        sizes = value if isinstance(value, tuple) else (value,)
        is_size = "channels" not in name and "features" not in name
        if is_size and any(isinstance(size, int) and abs(size) > _LARGEST_WINDOW for size in sizes):
            return True
    return False


def _is_affordable(network: Network, solution: Network) -> bool:
    """Whether a replay takes about the time and memory of the solution's."""
    elements, usual = (
        [call.output_shape.elements for call in found.calls] + [found.parameters] for found in (network, solution)
    )
    times = _MOST_TIMES_THE_SOLUTION
    return (
        network.macs <= max(_SMALL_MACS, times * solution.macs)
        and max(elements) <= max(_SMALL_ELEMENTS, times * max(usual))
        and sum(elements) <= max(_SMALL_ELEMENTS, times * sum(usual))
    )
