"""A submission goes through the sandbox; everything that could be observed of it comes out, judged by nobody yet."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from cnnquiz.cnn import Network
from cnnquiz.errors import RecordingError
from cnnquiz.grading.comparison import relative_error, same_distribution, same_numbers
from cnnquiz.grading.matching import Match, matches
from cnnquiz.grading.reference import RECORDED_BATCH, Reference, gradients, run, runs_with_dropout
from cnnquiz.grading.rerun import Rerun
from cnnquiz.grading.search import Run, Take, find_mutant
from cnnquiz.sandbox import Sandbox, TensorClaim, Worker, WorkerFault, WrongOutput
from cnnquiz.sandbox.tensors import Array
from cnnquiz.sandbox.worker import Mode
from cnnquiz.tracing.interpret import interpret
from cnnquiz.tracing.mutants import Mutation


@dataclass(frozen=True, kw_only=True)
class Observation:
    """What one submission did; None stands for what was not reached.

    `claims` and `network` are what the submission says of itself; the other fields rest on numbers compared here.
    `wrong_gradient` names the tensor whose gradient differs, or never arrives, with an empty name for the input.
    `mutations` turn the solution into what gives the submission's numbers; empty where none were found.
    """

    claims: tuple[TensorClaim, ...] | None = None
    network: Network | None = None
    not_recorded: str = ""
    matched: bool | None = None
    eval_equal: bool | None = None
    eval_error: float | None = None
    repeats: bool | None = None
    depends_on_input: bool | None = None
    gradients_equal: bool | None = None
    wrong_gradient: tuple[str, bool] | None = None
    train_equal: bool | None = None
    train_random: bool = False
    buffers_equal: bool | None = None
    wrong_output: WrongOutput | None = None
    fault: WorkerFault | None = None
    printed: str = ""
    mutations: tuple[Mutation, ...] = ()

    @property
    def same_function(self) -> bool:
        """Proved: the numbers agree in both modes, and so do gradients and running statistics."""
        judged = (self.eval_equal, self.gradients_equal, self.train_equal, self.buffers_equal)
        return all(judged) and not self.train_random


def observe(source: bytes, file_name: str, reference: Reference, sandbox: Sandbox) -> Observation:
    """Put one submission through every challenge, until it fails one."""
    with sandbox.worker() as worker:
        examination = _Examination(worker, reference, sandbox)
        try:
            examination.load(source, file_name)
            examination.record(file_name)
            examination.compare_eval()
            if examination.seen.eval_equal:
                examination.compare_gradients()
                examination.compare_train()
        except WorkerFault as fault:
            examination.note(fault=fault)
        except WrongOutput as wrong:
            examination.note(wrong_output=wrong)
        examination.find_mutant(Rerun(source, file_name, reference, sandbox, examination.seen.network))
        return replace(examination.seen, printed=worker.printed)


class _Examination:
    """The steps of one submission; `seen` holds what is known when a step is broken off."""

    def __init__(self, worker: Worker, reference: Reference, sandbox: Sandbox) -> None:
        self.worker = worker
        self.reference = reference
        self.sandbox = sandbox
        self.seen = Observation()
        self.match: Match | None = None
        self.takes: list[Take] = []

    def note(self, **facts: object) -> None:
        self.seen = replace(self.seen, **facts)  # type: ignore[arg-type]  # names and types are the fields'

    def load(self, source: bytes, file_name: str) -> None:
        exercise = self.reference.exercise
        claims = self.worker.load(
            source,
            file_name=file_name,
            entry=exercise.entry,
            arguments=exercise.arguments,
            forbidden=exercise.forbidden,
            input_shape=(RECORDED_BATCH, *exercise.input_shape),
        )
        self.note(claims=claims)

    def record(self, file_name: str) -> None:
        """What cannot be recorded (a scripted module, say) can still be compared; what cannot run fails there too."""
        try:
            recording = self.worker.record([(RECORDED_BATCH, *self.reference.exercise.input_shape)])
            self.note(network=interpret(recording, file_name))
        except RecordingError as error:
            self.note(not_recorded=str(error))
        except WorkerFault as fault:
            if fault.kind != "raised":
                raise
            self.note(not_recorded=fault.message)

    def compare_eval(self) -> None:
        """Try the likeliest way to carry the weights over, then the others; the first that agrees decides."""
        assert self.seen.claims is not None
        self.note(matched=False)
        reference, inputs = self.reference, self.reference.challenge.inputs
        for match in matches(self.seen.claims, self.seen.network, reference.claims, reference.network):
            self.match, before = match, self.seen
            self.takes.append(Take(match))
            self.worker.assign(match.arrays(reference.challenge.weights))
            outputs = [self._eval(x) for x in inputs]
            # Another seed, so that whatever draws random numbers in eval mode shows.
            again = self._eval(inputs[0], seed=reference.challenge.seed + 1)
            self._judge(outputs, again)
            if self.seen.eval_equal:
                return
            if before.eval_error is not None:  # the likeliest way is the one to report
                self.seen = before
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
            depends_on_input=any(bool((output != output[:1]).any()) for output in outputs),
        )

    def compare_gradients(self) -> None:
        """A network that computes the right numbers and cannot learn is not the network that was asked for."""
        assert self.match is not None
        assert self.seen.claims is not None
        reference, challenge = self.reference, self.reference.challenge
        x, cotangent = challenge.inputs[0], reference.cotangent
        matched = [claim for claim in self.seen.claims if claim.name in self.match.sources]
        theirs = gradients(self.worker, matched, x, cotangent, seed=challenge.seed)
        pairs = [("", theirs.inputs[0], reference.gradients.inputs[0])]
        for name, gradient in theirs.parameters.items():
            expected = reference.gradients.parameters[self.match.sources[name]]
            pairs.append((name, gradient, None if expected is None else self.match.turned(name, expected)))
        for name, actual, expected in pairs:
            if expected is None:
                continue
            if actual is None or not same_numbers(actual.reshape(-1), np.ascontiguousarray(expected).reshape(-1)):
                self.note(gradients_equal=False, wrong_gradient=(name, actual is not None))
                return
        self.note(gradients_equal=True)

    def compare_train(self) -> None:
        """With the same seed, modules that draw alike give the same numbers; else their distributions must agree."""
        reference, challenge = self.reference, self.reference.challenge
        outputs = [self._run(x, mode="train", seed=challenge.seed) for x in challenge.inputs]
        pairs = zip(outputs, reference.train_outputs, strict=True)
        self.note(
            train_equal=all(same_numbers(actual, expected) for actual, expected in pairs),
            buffers_equal=self._same_buffers(),
        )
        if not self.seen.train_equal and reference.drops:
            self._compare_distributions()

    def _compare_distributions(self) -> None:
        """Dropout of one's own is right if it does to the outputs what torch's does; torch's must be in its place.

        Where layers run in another order, or channels lie in another, torch's drops other numbers with the same seed.
        """
        assert self.match is not None
        network = self.seen.network
        torchs = network is not None and any(call.op.title == "dropout" for call in network.calls)
        if torchs and not self.match.reordered:
            return
        seed = self.reference.challenge.seed
        first, second = runs_with_dropout(self.reference, self.sandbox)
        runs = run(self.worker, self.reference.network, self.reference.repeated_input, mode="train", seed=seed + 3)
        self.note(train_equal=same_distribution(runs, first, second), train_random=True)

    def _same_buffers(self) -> bool:
        """Running statistics after the passes in train mode, carried over as the weights were."""
        assert self.match is not None
        assert self.seen.claims is not None
        matched = [c for c in self.seen.claims if c.kind == "buffer" and c.name in self.match.sources]
        theirs = self.worker.buffers({claim.name: (claim.shape, claim.dtype) for claim in matched}) if matched else {}
        self.takes[-1].buffers = theirs
        expected = self.reference.train_buffers
        turned = {name: self.match.turned(name, expected[self.match.sources[name]]) for name in theirs}
        return all(same_numbers(value, turned[name]) for name, value in theirs.items())

    def _eval(self, x: Array, seed: int | None = None) -> Array:
        return self._run(x, mode="eval", seed=self.reference.challenge.seed if seed is None else seed)

    def _run(self, x: Array, *, mode: Mode, seed: int) -> Array:
        output = run(self.worker, self.reference.network, x, mode=mode, seed=seed)
        if self.takes:
            self.takes[-1].runs.append(Run(x=x, mode=mode, seed=seed, output=output))
        return output

    def find_mutant(self, rerun: Rerun) -> None:
        """Which bug of the solution would explain numbers that are not the solution's, if one does."""
        seen, reference = self.seen, self.reference
        wrong = seen.wrong_output
        differs = False in (seen.eval_equal, seen.train_equal, seen.buffers_equal, seen.matched) or wrong is not None
        if seen.fault is not None or seen.claims is None or not differs or seen.depends_on_input is False:
            return
        if wrong is not None and len(wrong.actual) != 1:
            return
        shape = reference.network.output_shape if wrong is None else wrong.actual[0].shape[1:]
        takes = self.takes[-1:] if seen.eval_equal else self.takes
        mutations = find_mutant(reference, seen.network, seen.claims, takes, rerun, output_shape=shape)
        self.note(mutations=mutations)
