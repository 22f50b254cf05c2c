"""An exercise's solution, run in the sandbox like any submission: what it has, what it does, what it answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from cnnquiz.bank.exercise import Exercise
from cnnquiz.cnn import Network
from cnnquiz.errors import GradingError, RecordingError
from cnnquiz.grading.challenge import Challenge, draw_challenge, draw_cotangent
from cnnquiz.sandbox import Gradients, Sandbox, TensorClaim, Worker, WorkerFault, WrongOutput
from cnnquiz.sandbox.tensors import Array
from cnnquiz.sandbox.worker import Mode
from cnnquiz.tracing.interpret import interpret

RECORDED_BATCH = 2

_RUNS, _LARGE_RUNS = 256, 64
_LARGE_MACS = 100_000_000

# Gradients of larger tensors are not asked for: they would be most of what travels.
_MOST_ELEMENTS = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Reference:
    """The solution's side of every comparison; one serves a whole class."""

    exercise: Exercise
    claims: tuple[TensorClaim, ...]
    network: Network
    challenge: Challenge
    eval_outputs: tuple[Array, ...]
    train_outputs: tuple[Array, ...]
    train_buffers: Mapping[str, Array]
    cotangent: Array
    gradients: Gradients

    @property
    def parameters(self) -> int:
        """Trainable numbers."""
        return trainable(self.claims)

    @property
    def drops(self) -> bool:
        """Whether two runs in train mode differ."""
        return any(call.op.title == "dropout" for call in self.network.calls)

    @property
    def repeated_input(self) -> Array:
        """One image many times over: the rows of a network with dropout are independent runs."""
        runs = _LARGE_RUNS if self.network.macs > _LARGE_MACS else _RUNS
        return np.repeat(self.challenge.inputs[0][:1], runs, axis=0)


def trainable(claims: Sequence[TensorClaim]) -> int:
    """Trainable numbers among claimed tensors."""
    return sum(prod(claim.shape) for claim in claims if claim.kind == "parameter" and claim.trainable)


def gradients(worker: Worker, claims: Sequence[TensorClaim], x: Array, cotangent: Array, *, seed: int) -> Gradients:
    """Gradients in eval mode with respect to the input and the parameters that are not too large to send."""
    wanted = {
        claim.name: (claim.shape, claim.dtype)
        for claim in claims
        if claim.kind == "parameter" and prod(claim.shape) <= _MOST_ELEMENTS
    }
    return worker.gradients([x], mode="eval", seed=seed, cotangents=[cotangent], parameters=wanted)


def run(worker: Worker, network: Network, x: Array, *, mode: Mode, seed: int) -> Array:
    """One forward pass; WrongOutput unless it returns what `network` would."""
    expected = [((len(x), *network.output_shape), "float32")]
    (output,) = worker.run([x], mode=mode, seed=seed, expected=expected)
    return output


def observe_solution(exercise: Exercise, sandbox: Sandbox) -> Reference:
    """Run the solution on a fresh challenge. GradingError where it fails: that is never a student's fault."""
    try:
        with sandbox.worker() as worker:
            claims = _load(exercise, worker)
            network = interpret(worker.record([(RECORDED_BATCH, *exercise.input_shape)]), exercise.name)
            large = network.macs > _LARGE_MACS
            challenge = draw_challenge(claims, network, exercise.input_shape, large=large)
            seed, first = challenge.seed, challenge.inputs[0]
            cotangent = draw_cotangent((len(first), *network.output_shape))
            worker.assign(challenge.weights)
            reference = Reference(
                exercise=exercise,
                claims=claims,
                network=network,
                challenge=challenge,
                eval_outputs=tuple(run(worker, network, x, mode="eval", seed=seed) for x in challenge.inputs),
                cotangent=cotangent,
                gradients=gradients(worker, claims, first, cotangent, seed=seed),
                train_outputs=tuple(run(worker, network, x, mode="train", seed=seed) for x in challenge.inputs),
                train_buffers=worker.buffers({c.name: (c.shape, c.dtype) for c in claims if c.kind == "buffer"}),
            )
    except (WorkerFault, WrongOutput, RecordingError, OSError) as error:
        raise GradingError(f"{exercise.solution}: the solution of {exercise.name!r} failed: {error}") from error
    _require_telling(reference)
    return reference


def runs_with_dropout(reference: Reference, sandbox: Sandbox) -> tuple[Array, Array]:
    """Two samples of the solution's outputs in train mode: what chance does to one image."""
    try:
        with sandbox.worker() as worker:
            _load(reference.exercise, worker)
            worker.assign(reference.challenge.weights)
            x, seed = reference.repeated_input, reference.challenge.seed
            first = run(worker, reference.network, x, mode="train", seed=seed + 1)
            return first, run(worker, reference.network, x, mode="train", seed=seed + 2)
    except (WorkerFault, WrongOutput, OSError) as error:
        raise GradingError(f"{reference.exercise.solution}: the solution failed: {error}") from error


def _load(exercise: Exercise, worker: Worker) -> tuple[TensorClaim, ...]:
    source = exercise.solution.read_bytes()
    return worker.load(
        source, file_name=exercise.solution.name, entry=exercise.solution_entry, arguments=exercise.solution_arguments
    )


def _require_telling(reference: Reference) -> None:
    """A challenge at which the solution answers with NaN, or the same for every image, would prove nothing."""
    for output in reference.eval_outputs:
        if not np.isfinite(output).all():
            raise GradingError(f"{reference.exercise.name}: the solution's outputs are not finite numbers")
        if len(output) > 1 and not (output.std(axis=0) > 0).any():
            raise GradingError(f"{reference.exercise.name}: the solution's output does not depend on its input")
