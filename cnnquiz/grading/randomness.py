"""Two networks that draw random numbers go in; whether they do the same with them comes out."""

from collections.abc import Mapping, Sequence

import numpy as np

from cnnquiz.cnn import Network
from cnnquiz.cnn.structure import Other
from cnnquiz.errors import GradingError, ReplayError
from cnnquiz.grading.comparison import same_distribution, same_numbers
from cnnquiz.grading.matching.match import Match
from cnnquiz.grading.reference import Reference, Sample, load_solution, train_batches
from cnnquiz.sandbox import Sandbox, TensorClaim, Worker, WorkerFault, WrongOutput
from cnnquiz.sandbox.tensors import Array
from cnnquiz.tracing.functions import TURNS
from cnnquiz.tracing.replay import Replay, as_tensors

# As many runs in train mode as this many multiply-adds allow.
_MOST_RUNS, _FEWEST_RUNS, _SAMPLED_MACS = 256, 24, 4_000_000_000

# Of small networks, so many copies of the batch in each run, and so many numbers in them.
_MOST_COPIES, _MOST_NUMBERS = 16, 1 << 17

# Running statistics of random numbers may stray so many times as far as the solution's own.
_STRAY = 5.0


def same_randomness(
    worker: Worker, reference: Reference, match: Match, claimed: Sequence[TensorClaim], sandbox: Sandbox
) -> tuple[bool, bool]:
    """Whether many runs of the submission have the solution's distribution, and leave its running statistics.

    Dropout of one's own is right if it does to the outputs what torch's does.
    """
    if not worker.drew and _repeats(worker, reference):
        return False, False
    if reference.kept.samples is None:
        reference.kept.samples = _sample_solution(reference, sandbox)
    first, again = reference.kept.samples
    worker.assign(match.arrays(reference.challenge.weights))
    wanted = {claim.name: claim for claim in claimed if claim.kind == "buffer" and claim.name in match.sources}
    theirs = _sample(worker, reference, wanted, first=2)
    alike = True
    for name, value in theirs.buffers.items():
        usual, chance = (match.turned(name, sample.buffers[match.sources[name]]) for sample in (first, again))
        alike = alike and _near(value, usual, chance, reference)
    return same_distribution(theirs.rows, first.rows, again.rows, copies=_copies(reference)), alike


def is_recorded(reference: Reference) -> bool:
    """Whether the calls that were recorded, dropout among them, account for all randomness of the solution."""
    first = reference.train_runs[0]
    try:
        output = Replay(reference.network, as_tensors(reference.challenge.weights)).run(
            first.x, mode="train", seed=first.seed
        )
    except ReplayError:
        return False
    return same_numbers(output, first.outputs[0], reference.tolerance)


def same_draws(student: Network) -> bool:
    """Whether it drops numbers with torch's dropout, and draws equal to the solution's would fall on equal numbers.

    Draws follow memory: where axes were turned on the way, they fall on others though the layer is right.
    """
    theirs = [call for call in student.calls if call.op.name == "dropout"]
    turned = [call for call in student.calls if isinstance(call.op, Other) and call.op.function in TURNS]
    return bool(theirs) and not turned


def _near(actual: Array, expected: Array, again: Array, reference: Reference) -> bool:
    if not np.issubdtype(expected.dtype, np.floating):
        return bool(np.array_equal(actual, expected))
    chance = float(np.abs(again - expected).max())
    far = float(np.abs(actual - expected).max())
    return far <= _STRAY * chance + reference.tolerance * float(np.abs(expected).max())


def _repeats(worker: Worker, reference: Reference) -> bool:
    """Whether two runs with different seeds give the same: nothing is random, which the solution is."""
    x = train_batches(reference.challenge)[0]
    expected = [(output.shape, output.dtype.name) for output in reference.train_runs[0].outputs]
    first, second = (worker.run([x], mode="train", seed=seed, expected=expected)[0] for seed in (1, 2))
    return bool(np.array_equal(first, second, equal_nan=True))


def _copies(reference: Reference) -> int:
    """How often a batch is laid beside itself for one run: batch normalisation sees the same, dropout draws anew."""
    x = train_batches(reference.challenge)[0]
    if any(output.shape[:1] != x.shape[:1] for output in reference.train_runs[0].outputs):
        return 1
    macs = max(1, reference.network.macs * len(x))
    return int(max(1, min(_MOST_COPIES, _SAMPLED_MACS // (macs * _MOST_RUNS), _MOST_NUMBERS // x.size)))


def _sample(worker: Worker, reference: Reference, buffers: Mapping[str, TensorClaim], *, first: int) -> Sample:
    x, copies = train_batches(reference.challenge)[0], _copies(reference)
    macs = max(1, reference.network.macs * len(x))
    runs = min(_MOST_RUNS, max(_FEWEST_RUNS, _SAMPLED_MACS // macs))
    seed = reference.challenge.seed + 1000 + first * _MOST_RUNS
    outputs = reference.train_runs[0].outputs
    expected = [((copies * output.shape[0], *output.shape[1:]), output.dtype.name) for output in outputs]
    x = np.concatenate([x] * copies)
    rows = [worker.run([x], mode="train", seed=seed + each, expected=expected)[0] for each in range(runs)]
    left = worker.buffers({name: (claim.shape, claim.dtype) for name, claim in buffers.items()})
    return Sample(rows=np.stack(rows), buffers=left)


def _sample_solution(reference: Reference, sandbox: Sandbox) -> tuple[Sample, Sample]:
    """Two samples of the solution: what chance does."""
    own = {claim.name: claim for claim in reference.claims if claim.kind == "buffer"}
    try:
        with sandbox.worker() as worker:
            load_solution(reference.exercise, worker)
            samples = []
            for first in (0, 1):
                worker.assign(reference.challenge.weights)
                samples.append(_sample(worker, reference, own, first=first))
    except (WorkerFault, WrongOutput, OSError) as error:
        raise GradingError(f"{reference.exercise.solution}: the solution failed: {error}") from error
    return samples[0], samples[1]
