"""An exercise's solution, run in the sandbox like any submission: what it has, what it does, what it answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod, sqrt

import numpy as np

from cnnquiz.bank.exercise import Exercise
from cnnquiz.cnn import Network
from cnnquiz.errors import GradingError, RecordingError
from cnnquiz.grading.challenge import Challenge, draw_challenge, draw_cotangent
from cnnquiz.grading.comparison import relative_error, same_numbers, tolerance_for
from cnnquiz.sandbox import Gradients, Sandbox, TensorClaim, Worker, WorkerFault, WrongOutput
from cnnquiz.sandbox.tensors import Array
from cnnquiz.sandbox.worker import Mode
from cnnquiz.tracing.interpret import interpret

RECORDED_BATCH = 2

Returned = tuple[tuple[int, ...], ...]

_LARGE_MACS = 100_000_000

# What is random in train mode is run with as many seeds that make a difference; of a large network, with two.
_SEEDS, _LARGE_SEEDS = 6, 2
_MOST_TRIES = 24

# Weights in float64 take time and memory; of larger networks float32 noise is taken to be the usual one.
_MOST_DOUBLES, _USUAL_NOISE = 20_000_000, 5e-7

# Of the gradient of a larger tensor only so many numbers travel.
_WHOLE, _SAMPLE = 1 << 20, 1 << 16


@dataclass(frozen=True, kw_only=True)
class TrainRun:
    """A pass in train mode, and all tensors that it returned: some networks return auxiliary ones then."""

    x: Array
    seed: int
    outputs: tuple[Array, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Outputs of many runs in train mode, runs×N×…, and the running statistics that they left."""

    rows: Array
    buffers: Mapping[str, Array]


@dataclass(kw_only=True)
class Kept:
    """What only some submissions make necessary, once it is known: outputs of many random runs, eval-mode gradients."""

    samples: tuple[Sample, Sample] | None = None
    gradients: Gradients | None = None


@dataclass(frozen=True, kw_only=True)
class Reference:
    """The solution's side of every comparison; one serves a whole class.

    `returned` are the shapes of what forward() returns in eval mode, batch left out; `eval_outputs` are those tensors,
    joined. `others` are inputs of further sizes with the solution's answers; `double` is an input in float64 with its
    answer, None where the solution has none. `random` tells whether two runs in train mode differ. `tolerance` is the
    relative error that float32 accounts for.
    """

    exercise: Exercise
    claims: tuple[TensorClaim, ...]
    network: Network
    challenge: Challenge
    returned: Returned
    eval_outputs: tuple[Array, ...]
    others: tuple[tuple[Array, tuple[Array, ...]], ...]
    train_runs: tuple[TrainRun, ...]
    train_buffers: Mapping[str, Array]
    random: bool
    cotangents: tuple[Array, ...]
    gradient_mode: Mode
    gradients: Gradients
    double: tuple[Array, Array] | None
    tolerance: float
    kept: Kept = field(default_factory=Kept)

    @property
    def parameters(self) -> int:
        """Trainable numbers."""
        return trainable(self.claims)


def usual_gradient(gradients: Gradients) -> float:
    """Root mean square over the gradients of all parameters."""
    found = [gradient for gradient in gradients.parameters.values() if gradient is not None]
    squares = sum(float(np.square(gradient, dtype=np.float64).sum()) for gradient in found)
    return sqrt(squares / max(1, sum(gradient.size for gradient in found)))


def trainable(claims: Sequence[TensorClaim]) -> int:
    """Trainable numbers among claimed tensors."""
    return sum(prod(claim.shape) for claim in claims if claim.kind == "parameter" and claim.trainable)


def gradients(
    worker: Worker,
    claims: Sequence[TensorClaim],
    x: Array,
    cotangents: Sequence[Array],
    *,
    mode: Mode,
    seed: int,
) -> Gradients:
    """Gradients with respect to the input and the parameters; of large ones, some numbers evenly spread."""
    wanted = {claim.name: (claim.shape, claim.dtype) for claim in claims if claim.kind == "parameter"}
    steps = {name: gradient_step(shape) for name, (shape, _) in wanted.items()}
    return worker.gradients([x], mode=mode, seed=seed, cotangents=cotangents, parameters=wanted, steps=steps)


def gradient_step(shape: Sequence[int]) -> int:
    """Every which number of a gradient of this shape travels; odd, so that it falls in all rows and columns."""
    return 1 if prod(shape) <= _WHOLE else prod(shape) // _SAMPLE | 1


def run(worker: Worker, returned: Returned, x: Array, *, mode: Mode, seed: int, double: bool = False) -> Array:
    """One forward pass; WrongOutput unless it returns tensors of these shapes, batch left out. Several are joined."""
    dtype = "float64" if double else "float32"
    expected = [((len(x), *shape), dtype) for shape in returned]
    return joined(worker.run([x], mode=mode, seed=seed, expected=expected, double=double))


def joined(outputs: Sequence[Array]) -> Array:
    """The tensors that one pass returned as one array: itself, or for each sample all numbers in a row."""
    if len(outputs) == 1:
        return outputs[0]
    return np.concatenate([output.reshape(len(output), -1) for output in outputs], axis=1)


def _returned(worker: Worker, x: Array, seed: int) -> Returned:
    outputs = worker.run([x], mode="eval", seed=seed, expected=None)
    if not outputs or any(each.dtype != np.float32 or each.shape[:1] != x.shape[:1] for each in outputs):
        found = ", ".join(f"{each.dtype} of shape {each.shape}" for each in outputs) or "nothing"
        raise RecordingError(f"forward() returned {found} (expected float32 tensors, a row for each of the batch)")
    return tuple(each.shape[1:] for each in outputs)


def train_batches(challenge: Challenge) -> list[Array]:
    """Batches for train mode, the smallest first: of a single image there are no batch statistics."""
    return sorted((x for x in challenge.inputs if len(x) > 1), key=len)


def observe_solution(exercise: Exercise, sandbox: Sandbox) -> Reference:
    """Run the solution on a fresh challenge. GradingError where it fails: that is never a student's fault."""
    try:
        with sandbox.worker() as worker:
            claims = load_solution(exercise, worker)
            network = interpret(worker.record([(RECORDED_BATCH, *exercise.input_shape)]), exercise.name)
            reference = _observe(exercise, worker, claims, network)
    except (WorkerFault, WrongOutput, RecordingError, OSError) as error:
        raise GradingError(f"{exercise.solution}: the solution of {exercise.name!r} failed: {error}") from error
    _require_telling(reference)
    return reference


def _observe(exercise: Exercise, worker: Worker, claims: tuple[TensorClaim, ...], network: Network) -> Reference:
    large = network.macs > _LARGE_MACS
    challenge = draw_challenge(claims, network, exercise.input_shape, others=exercise.other_input_shapes, large=large)
    seed = challenge.seed
    worker.assign(challenge.weights)
    returned = _returned(worker, min(challenge.inputs, key=len), seed)
    eval_outputs = tuple(run(worker, returned, each, mode="eval", seed=seed) for each in challenge.inputs)
    others = tuple((each, worker.run([each], mode="eval", seed=seed, expected=None)) for each in challenge.others)
    runs, random = _train(worker, challenge, large=large)
    buffers = worker.buffers({c.name: (c.shape, c.dtype) for c in claims if c.kind == "buffer"})
    # Of auxiliary outputs, which are returned in train mode only, just the numbers are compared.
    mode: Mode = "eval" if len(runs[0].outputs) != len(returned) else "train"
    x = train_batches(challenge)[0]
    cotangents = tuple(draw_cotangent((len(x), *shape)) for shape in returned)
    if random:
        worker.assign(challenge.weights)  # random passes leave running statistics of their own
    found = gradients(worker, claims, x, cotangents, mode=mode, seed=seed)
    double, noise = _double(worker, returned, challenge, None if random or large else runs[0])
    return Reference(
        exercise=exercise,
        claims=claims,
        network=network,
        challenge=challenge,
        returned=returned,
        eval_outputs=eval_outputs,
        others=others,
        train_runs=runs,
        train_buffers=buffers,
        random=random,
        cotangents=cotangents,
        gradient_mode=mode,
        gradients=found,
        double=double,
        tolerance=tolerance_for(noise),
    )


def _train(worker: Worker, challenge: Challenge, *, large: bool) -> tuple[tuple[TrainRun, ...], bool]:
    """Every batch once; where random numbers are drawn, the smallest with seeds that give different numbers."""

    def one(x: Array, seed: int) -> TrainRun:
        return TrainRun(x=x, seed=seed, outputs=worker.run([x], mode="train", seed=seed, expected=None))

    first, *others = train_batches(challenge)
    runs = [one(first, challenge.seed)]
    random = worker.drew
    if random:
        wanted, tries = (_LARGE_SEEDS, _LARGE_SEEDS) if large else (_SEEDS, _MOST_TRIES)
        for seed in range(challenge.seed + 1, challenge.seed + tries):
            found = one(first, seed)
            if len(runs) < wanted and not any(np.array_equal(found.outputs[0], run.outputs[0]) for run in runs):
                runs.append(found)
        if len(runs) < tries:
            worker.assign(challenge.weights)  # the running statistics are those of the runs that count
            runs = [one(run.x, run.seed) for run in runs]
    return (*runs, *(one(x, challenge.seed) for x in others)), random


def _double(
    worker: Worker, returned: Returned, challenge: Challenge, train_run: TrainRun | None
) -> tuple[tuple[Array, Array] | None, float]:
    """The answer to the smallest input in float64, and how far float32 is from it; no answer where it has none."""
    if sum(array.size for array in challenge.weights.values()) > _MOST_DOUBLES:
        return None, _USUAL_NOISE
    x, seed = min(challenge.inputs, key=len), challenge.seed
    worker.assign(challenge.weights)  # running statistics as they were
    usual = run(worker, returned, x, mode="eval", seed=seed)
    exact = x.astype(np.float64)
    try:
        output = joined(worker.run([exact], mode="eval", seed=seed, expected=None, double=True))
        noise = relative_error(usual, output)
        if train_run is not None:
            exact_run = worker.run(
                [train_run.x.astype(np.float64)], mode="train", seed=seed, expected=None, double=True
            )
            noise = max(noise, relative_error(train_run.outputs[0], exact_run[0]))
    except WorkerFault as fault:
        if fault.kind != "raised":
            raise
        return None, _USUAL_NOISE
    return (exact, output) if output.dtype == np.float64 else None, noise


def eval_gradients(reference: Reference, sandbox: Sandbox) -> Gradients:
    """The solution's gradients in eval mode: where draws fall on other numbers, those in train mode say nothing."""
    if reference.kept.gradients is None:
        challenge, exercise = reference.challenge, reference.exercise
        x = train_batches(challenge)[0]
        try:
            with sandbox.worker() as worker:
                claims = load_solution(exercise, worker)
                worker.assign(challenge.weights)
                reference.kept.gradients = gradients(
                    worker, claims, x, reference.cotangents, mode="eval", seed=challenge.seed
                )
        except (WorkerFault, WrongOutput, OSError) as error:
            raise GradingError(f"{exercise.solution}: the solution failed: {error}") from error
    return reference.kept.gradients


def load_solution(exercise: Exercise, worker: Worker) -> tuple[TensorClaim, ...]:
    """The solution, in a worker of its own."""
    source = exercise.solution.read_bytes()
    return worker.load(
        source, file_name=exercise.solution.name, entry=exercise.solution_entry, arguments=exercise.solution_arguments
    )


def _require_telling(reference: Reference) -> None:
    """A challenge at which the solution answers with NaN, or the same for every image, would prove nothing."""
    trained = [output for each in reference.train_runs for output in each.outputs]
    for output in (*reference.eval_outputs, *trained):
        if not np.isfinite(output).all():
            raise GradingError(f"{reference.exercise.name}: the solution's outputs are not finite numbers")
    for x, output in zip(reference.challenge.inputs, reference.eval_outputs, strict=True):
        if len(x) > 1 and same_numbers(output, np.broadcast_to(output[:1], output.shape), 0.0):
            raise GradingError(f"{reference.exercise.name}: the solution's output does not depend on its input")
