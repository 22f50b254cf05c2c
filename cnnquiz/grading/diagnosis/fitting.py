"""What a submission answered goes in, mutants of the solution after it; whether they answer the same comes out."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

from cnnquiz.cnn import Network
from cnnquiz.errors import ReplayError
from cnnquiz.grading.challenge import draw_missing, used_tensors
from cnnquiz.grading.comparison import same_numbers
from cnnquiz.grading.diagnosis.layer_by_layer import OnTheWay
from cnnquiz.grading.matching.match import Match
from cnnquiz.grading.reference import Reference
from cnnquiz.sandbox import TensorClaim
from cnnquiz.sandbox.tensors import Array
from cnnquiz.sandbox.worker import Mode
from cnnquiz.tracing.replay import Replay, Watched, as_tensors

# How much CPU time mutants are given.
SECONDS = 3.0

# How often the submission itself is run again for mutants with tensors of their own.
MOST_RERUNS = 12

_MOST_TIMES_THE_SOLUTION = 8
_SMALL_MACS, _SMALL_ELEMENTS = 10_000_000, 1_000_000


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


class Fitting:
    """What a submission answered, to be compared with what mutants of the solution answer, for a limited time.

    `output_shape` is that of the submission, for one sample.
    """

    def __init__(
        self,
        reference: Reference,
        claims: Sequence[TensorClaim],
        takes: Sequence[Take],
        rerun: Rerun,
        *,
        output_shape: tuple[int, ...],
        seconds: float | None = None,
    ) -> None:
        self.reference = reference
        self.takes = [take for take in takes if take.runs]
        self.rerun = rerun
        self.output_shape = output_shape
        self.seconds = SECONDS if seconds is None else seconds
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

    def may_replay(self, network: Network) -> bool:
        """Whether a network can be run with the solution's tensors, at about the solution's cost."""
        return self._is_of_the_solutions(network) and _is_affordable(network, self.reference.network)

    def watch(
        self, network: Network, on_the_way: OnTheWay, *, known: Watched | None = None, stop: int | None = None
    ) -> Watched:
        """What a network computes in the run that was watched of the submission; ReplayError where it computes nothing.

        In train mode nothing is taken from a run that is known: its random numbers were drawn.
        """
        return Replay(network, self.tensors).watch(
            on_the_way.x,
            mode=on_the_way.mode,
            seed=on_the_way.seed,
            sample=on_the_way.sample,
            known=known if on_the_way.mode == "eval" else None,
            stop=stop,
        )

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
