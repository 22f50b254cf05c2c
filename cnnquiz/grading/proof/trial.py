"""A solution's answers to a challenge and its mutants go in; how far from it each is, in tolerances, comes out."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from cnnquiz.cnn import Network, Op
from cnnquiz.cnn.elementwise import Dropout
from cnnquiz.errors import ReplayError
from cnnquiz.grading.challenge import used_tensors
from cnnquiz.grading.comparison import relative_error, same_numbers
from cnnquiz.grading.proof.cuts import common_calls, cuts, part
from cnnquiz.grading.reference import Reference, train_batches
from cnnquiz.sandbox.tensors import Array
from cnnquiz.tracing.replay import Mode, Replay, as_tensors

# Beyond this, no further run could make it plainer that a mutant is another function.
PLAIN = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pass:
    """One run of the solution: values at its cuts by position, its output, and the running statistics that it left."""

    mode: Mode
    values: Mapping[int, Array]
    output: Array
    buffers: Mapping[str, Array]


class Trial:
    """The solution on one challenge, by replay of `network`, its recording.

    ReplayError where that cannot be run, or gives other numbers than the solution gave. `train_mode` is false where it
    does so in train mode alone: what the solution drops at random is in no recording.
    """

    def __init__(self, reference: Reference, network: Network) -> None:
        challenge = reference.challenge
        self._network = network
        self._seed = challenge.seed
        self._tolerance = reference.tolerance
        self._weights = challenge.weights
        self._tensors = as_tensors(challenge.weights)
        pairs = sorted(zip(challenge.inputs, reference.eval_outputs, strict=True), key=lambda pair: len(pair[0]))
        self._passes = [self._run(x, "eval") for x, _ in pairs]
        for each, (_, expected) in zip(self._passes, pairs, strict=True):
            if not same_numbers(each.output, expected, self._tolerance):
                raise ReplayError(f"{network.name}: a replay of the recording gives other numbers than the solution")
        self._passes += [self._run(x, "train") for x in train_batches(challenge)]
        self.train_mode = all(
            same_numbers(self._whole(run.x, run.seed), run.outputs[0], self._tolerance) for run in reference.train_runs
        )

    def _whole(self, x: Array, seed: int) -> Array:
        output: Array = Replay(self._network, self._tensors).run(x, mode="train", seed=seed)
        return output

    def _run(self, x: Array, mode: Mode) -> _Pass:
        """From cut to cut; in one go from where random numbers are drawn, since all draws follow from one seed."""
        calls = self._network.calls
        drawing = next((place for place, call in enumerate(calls) if _draws(call.op, mode)), len(calls))
        starts = [position for position in cuts(self._network) if position <= drawing]
        values: dict[int, Array] = {0: x}
        buffers: dict[str, Array] = {}
        for start, end in zip(starts, [*starts[1:], None], strict=True):
            replay = Replay(part(self._network, start, end), self._tensors)
            output = replay.run(values[start], mode=mode, seed=self._seed)
            buffers |= {name: replay.array(name) for name in replay.buffers}
            if end is not None:
                values[end] = output
        return _Pass(mode=mode, values=values, output=output, buffers=buffers)

    def distance(self, mutant: Network) -> float:
        """The largest error of outputs in eval and train mode, and of running statistics, in tolerances.

        The smallest batches come first, and no more once it is plain. What lies in front of the bug is not run again.
        """
        if mutant.output_shape != self._network.output_shape:
            return inf
        tensors = self._tensors | as_tensors(self._reshaped(mutant))
        possible, same = set(cuts(mutant)), common_calls(mutant, self._network)
        found = 0.0
        for each in self._passes:
            start = max(position for position in each.values if position in possible and position <= same)
            replay = Replay(part(mutant, start), tensors)
            try:
                output = replay.run(each.values[start], mode=each.mode, seed=self._seed)
            except ReplayError:  # what torch refuses here, it refuses in a submission
                return inf
            pairs = [(output, each.output)]
            if each.mode == "train":
                pairs += [(replay.array(name), each.buffers[name]) for name in replay.buffers & each.buffers.keys()]
            found = max(found, *(self._error(actual, expected) for actual, expected in pairs))
            if found >= PLAIN:
                break
        return found

    def _error(self, actual: Array, expected: Array) -> float:
        error = relative_error(actual, expected) / self._tolerance if actual.shape == expected.shape else inf
        return error if error == error else inf

    def _reshaped(self, mutant: Network) -> dict[str, Array]:
        """The challenge's numbers in the shapes of the mutant, where these are others."""
        wanted = {claim.name: claim.shape for claim in used_tensors(mutant)}
        return {name: self._weights[name].reshape(s) for name, s in wanted.items() if self._weights[name].shape != s}


def _draws(op: Op, mode: Mode) -> bool:
    return isinstance(op, Dropout) and (mode == "train" or op.active)
