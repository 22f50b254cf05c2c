"""A submission goes through the sandbox; everything that could be observed of it comes out, judged by nobody yet."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from cnnquiz.cnn import Network
from cnnquiz.errors import RecordingError
from cnnquiz.grading.comparison import relative_error, same_distribution, same_numbers
from cnnquiz.grading.matching import Match, matches
from cnnquiz.grading.reference import RECORDED_BATCH, Reference, run, runs_with_dropout
from cnnquiz.sandbox import Sandbox, TensorClaim, Worker, WorkerFault, WrongOutput
from cnnquiz.sandbox.tensors import Array
from cnnquiz.tracing.interpret import interpret


@dataclass(frozen=True, kw_only=True)
class Observation:
    """What one submission did; None stands for what was not reached.

    `claims` and `network` are what the submission says of itself; the other fields rest on numbers compared here.
    """

    claims: tuple[TensorClaim, ...] | None = None
    network: Network | None = None
    not_recorded: str = ""
    matched: bool | None = None
    eval_equal: bool | None = None
    eval_error: float | None = None
    repeats: bool | None = None
    depends_on_input: bool | None = None
    train_equal: bool | None = None
    train_random: bool = False
    buffers_equal: bool | None = None
    wrong_output: WrongOutput | None = None
    fault: WorkerFault | None = None
    printed: str = ""


def observe(source: bytes, file_name: str, reference: Reference, sandbox: Sandbox) -> Observation:
    """Put one submission through every challenge, until it fails one."""
    with sandbox.worker() as worker:
        examination = _Examination(worker, reference, sandbox)
        try:
            examination.load(source, file_name)
            examination.record(file_name)
            examination.compare_eval()
            if examination.seen.eval_equal:
                examination.compare_train()
        except WorkerFault as fault:
            examination.note(fault=fault)
        except WrongOutput as wrong:
            examination.note(wrong_output=wrong)
        return replace(examination.seen, printed=worker.printed)


class _Examination:
    """The steps of one submission; `seen` holds what is known when a step is broken off."""

    def __init__(self, worker: Worker, reference: Reference, sandbox: Sandbox) -> None:
        self.worker = worker
        self.reference = reference
        self.sandbox = sandbox
        self.seen = Observation()
        self.match: Match | None = None

    def note(self, **facts: object) -> None:
        self.seen = replace(self.seen, **facts)  # type: ignore[arg-type]  # names and types are the fields'

    def load(self, source: bytes, file_name: str) -> None:
        exercise = self.reference.exercise
        self.note(
            claims=self.worker.load(source, file_name=file_name, entry=exercise.entry, forbidden=exercise.forbidden)
        )

    def record(self, file_name: str) -> None:
        recording = self.worker.record([(RECORDED_BATCH, *self.reference.exercise.input_shape)])
        try:
            self.note(network=interpret(recording, file_name))
        except RecordingError as error:
            self.note(not_recorded=str(error))

    def compare_eval(self) -> None:
        """Try the likeliest way to carry the weights over, then the others; the first that agrees decides."""
        assert self.seen.claims is not None
        self.note(matched=False)
        reference, inputs = self.reference, self.reference.challenge.inputs
        for match in matches(self.seen.claims, self.seen.network, reference.claims, reference.network):
            self.match = match
            self.worker.assign(match.arrays(reference.challenge.weights))
            outputs = [self._eval(x) for x in inputs]
            # Another seed, so that whatever draws random numbers in eval mode shows.
            again = self._eval(inputs[0], seed=reference.challenge.seed + 1)
            self._judge(outputs, again)
            if self.seen.eval_equal:
                return
        if not self.seen.matched:
            self._eval(inputs[0])  # the shape of the output can be judged all the same

    def _judge(self, outputs: Sequence[Array], again: Array) -> None:
        pairs = list(zip(outputs, self.reference.eval_outputs, strict=True))
        repeats = same_numbers(again, outputs[0])
        self.note(
            matched=True,
            eval_error=float(np.max([relative_error(actual, expected) for actual, expected in pairs])),
            eval_equal=repeats and all(same_numbers(actual, expected) for actual, expected in pairs),
            repeats=repeats or not np.isfinite(again).all(),
            depends_on_input=bool((outputs[0] != outputs[0][:1]).any()),
        )

    def compare_train(self) -> None:
        """With the same seed, modules that draw alike give the same numbers; else their distributions must agree."""
        reference, x = self.reference, self.reference.challenge.inputs[0]
        seed = reference.challenge.seed
        output = run(self.worker, reference.network, x, mode="train", seed=seed)
        self.note(train_equal=same_numbers(output, reference.train_output), buffers_equal=self._same_buffers())
        if not self.seen.train_equal and reference.drops:
            first, second = runs_with_dropout(reference, self.sandbox)
            runs = run(self.worker, reference.network, reference.repeated_input, mode="train", seed=seed + 3)
            self.note(train_equal=same_distribution(runs, first, second), train_random=True)

    def _same_buffers(self) -> bool:
        """Running statistics after one pass in train mode, carried over as the weights were."""
        assert self.match is not None
        assert self.seen.claims is not None
        types = {claim.name: (claim.shape, claim.dtype) for claim in self.seen.claims if claim.kind == "buffer"}
        theirs = self.worker.buffers(types) if types else {}
        expected = self.reference.train_buffers
        return all(same_numbers(value, expected[self.match.sources[name]]) for name, value in theirs.items())

    def _eval(self, x: Array, seed: int | None = None) -> Array:
        seed = self.reference.challenge.seed if seed is None else seed
        return run(self.worker, self.reference.network, x, mode="eval", seed=seed)
