"""A submission goes through the sandbox; everything that could be observed of it comes out."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cnnquiz.errors import NetworkError, RecordingError
from cnnquiz.grading.comparison import relative_error, same_gradient, same_numbers, same_outputs, same_size
from cnnquiz.grading.flow import flow
from cnnquiz.grading.matching import Match, matches
from cnnquiz.grading.observation import Observation
from cnnquiz.grading.other_inputs import other_failure
from cnnquiz.grading.randomness import is_recorded, same_draws, same_randomness
from cnnquiz.grading.reference import (
    RECORDED_BATCH,
    Reference,
    TrainRun,
    eval_gradients,
    gradient_step,
    gradients,
    run,
    train_batches,
    usual_gradient,
)
from cnnquiz.grading.rerun import Rerun
from cnnquiz.grading.search import Run, Take, find_mutant
from cnnquiz.sandbox import Sandbox, Worker, WorkerFault, WrongOutput
from cnnquiz.sandbox.tensors import Array
from cnnquiz.tracing.interpret import interpret
from cnnquiz.tracing.recording import read_hints

# Layers are aligned one by one with the solution's; the deepest networks of the curriculum have some hundreds.
_MOST_LAYERS = 4000


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
                examination.compare_gradients()
                examination.compare_others()
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
            network = interpret(recording, file_name)
            found = flow(network)
            if len(found) > _MOST_LAYERS:
                raise RecordingError(f"{file_name}: {len(found)} layers (expected at most {_MOST_LAYERS})")
            self.note(network=network, flow=found, hints=read_hints(recording))
        except (RecordingError, NetworkError) as error:  # a recording can claim sizes that no tensor has
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
            # The first once more: whatever counts calls, or draws random numbers in eval mode, shows.
            again = self._eval(inputs[0], seed=reference.challenge.seed + 1)
            self._judge(outputs, repeats=self._same(again, outputs[0]) or not np.isfinite(again).all())
            if self.seen.eval_equal:
                return
            if before.eval_error is not None:  # the likeliest way is the one to report
                self.seen = before
        if not self.seen.matched:
            self._eval(inputs[0])  # the shape of the output can be judged all the same
        elif self.seen.repeats:
            self._compare_alone(max(inputs, key=len))

    def _compare_alone(self, x: Array) -> None:
        """Why a network is wrong may be that the images of a batch are not computed each for itself."""
        seed = self.reference.challenge.seed
        alone, together = (
            run(self.worker, self.reference.returned, each, mode="eval", seed=seed) for each in (x[:1], x)
        )
        self.note(independent=self._same(alone, together[:1]))

    def _judge(self, outputs: Sequence[Array], *, repeats: bool) -> None:
        pairs = list(zip(outputs, self.reference.eval_outputs, strict=True))
        self.note(
            matched=True,
            eval_error=float(np.max([relative_error(actual, expected) for actual, expected in pairs])),
            eval_equal=repeats and all(self._same(actual, expected) for actual, expected in pairs),
            repeats=repeats,
            depends_on_input=any(bool((output != output[:1]).any()) for output in outputs),
        )

    def _same(self, actual: Array, expected: Array) -> bool:
        return same_numbers(actual, expected, self.reference.tolerance)

    def compare_gradients(self) -> None:
        """A network that computes the right numbers and cannot learn is not the network that was asked for."""
        assert self.match is not None
        assert self.seen.claims is not None
        reference, mode, ours = self.reference, self.reference.gradient_mode, self.reference.gradients
        if mode == "train" and not self.seen.train_equal:
            return
        if mode == "train" and self.seen.train_random:
            if not self._learns_at_random():
                return
            mode, ours = "eval", eval_gradients(reference, self.sandbox)
        if reference.random:  # random passes leave running statistics of their own
            self.worker.assign(self.match.arrays(reference.challenge.weights))
        x = train_batches(reference.challenge)[0]
        matched = [claim for claim in self.seen.claims if claim.name in self.match.sources]
        theirs = gradients(self.worker, matched, x, reference.cotangents, mode=mode, seed=reference.challenge.seed)
        pairs = [("", theirs.inputs[0], ours.inputs[0])]
        for name, gradient in theirs.parameters.items():
            pairs.append((name, gradient, self._laid_out(name, ours.parameters[self.match.sources[name]])))
        usual = usual_gradient(ours)
        wrong = {
            name: actual is not None
            for name, actual, expected in pairs
            if expected is not None
            and (actual is None or not same_gradient(actual, expected, usual, reference.tolerance))
        }
        self.note(gradients_equal=not wrong, wrong_gradients=wrong)

    def _learns_at_random(self) -> bool:
        """Whether gradients in train mode reach what they should, where other draws make other numbers of them."""
        assert self.match is not None
        assert self.seen.claims is not None
        reference = self.reference
        x = train_batches(reference.challenge)[0]
        matched = [claim for claim in self.seen.claims if claim.name in self.match.sources]
        theirs = gradients(
            self.worker, matched, x, reference.cotangents, mode="train", seed=reference.challenge.seed
        ).parameters
        ours = {name: reference.gradients.parameters[self.match.sources[name]] for name in theirs}
        lost = {name: False for name, gradient in theirs.items() if gradient is None and ours[name] is not None}
        usual = usual_gradient(reference.gradients)
        for name, gradient in theirs.items():
            expected = ours[name]
            if gradient is not None and expected is not None and not same_size(gradient, expected, usual):
                lost[name] = True
        if lost:
            self.note(gradients_equal=False, wrong_gradients=lost)
        return not lost

    def _laid_out(self, name: str, expected: Array | None) -> Array | None:
        """A gradient of the solution's as the student's lies; of a sample, nothing where numbers lie elsewhere."""
        assert self.match is not None
        if expected is None or not self.match.moves(name):
            return expected
        shape = self.reference.challenge.weights[self.match.sources[name]].shape
        return self.match.turned(name, expected) if gradient_step(shape) == 1 else None

    def compare_train(self) -> None:
        """With the same seed, modules that draw alike give the same numbers; else their distributions must agree."""
        reference = self.reference
        equal = [same_outputs(self._train(each), each.outputs, reference.tolerance) for each in reference.train_runs]
        wrong = self._wrong_buffers()
        self.note(train_equal=all(equal), buffers_equal=not wrong, wrong_buffers=wrong)
        if not self.seen.train_equal and reference.random:
            self._compare_distributions()

    def _train(self, wanted: TrainRun) -> tuple[Array, ...]:
        expected = [(output.shape, output.dtype.name) for output in wanted.outputs]
        outputs = self.worker.run([wanted.x], mode="train", seed=wanted.seed, expected=expected)
        if len(outputs) == 1:
            self.takes[-1].runs.append(Run(x=wanted.x, mode="train", seed=wanted.seed, output=outputs[0]))
        return outputs

    def _compare_distributions(self) -> None:
        """Dropout of one's own is right if it does to the outputs what torch's does; torch's must be in its place.

        Where layers run in another order, or channels lie in another, torch's drops other numbers with the same seed.
        """
        assert self.match is not None
        network = self.seen.network
        in_place = network is not None and same_draws(network)
        if in_place and not self.match.reordered and is_recorded(self.reference):
            return
        outputs, buffers = same_randomness(self.worker, self.reference, self.match, self.sandbox)
        self.note(train_equal=outputs, buffers_equal=buffers, wrong_buffers={}, train_random=True)

    def compare_others(self) -> None:
        assert self.match is not None
        assert self.seen.claims is not None
        self.worker.assign(self.match.arrays(self.reference.challenge.weights))  # running statistics as they were
        failure = other_failure(self.worker, self.reference, self.match, self.seen.claims)
        self.note(others_equal=failure is None, other_failure=failure)

    def _wrong_buffers(self) -> dict[str, bool]:
        """Running statistics that differ after the passes in train mode, carried over as the weights were."""
        assert self.match is not None
        assert self.seen.claims is not None
        match, reference = self.match, self.reference
        matched = [c for c in self.seen.claims if c.kind == "buffer" and c.name in match.sources]
        theirs = self.worker.buffers({claim.name: (claim.shape, claim.dtype) for claim in matched}) if matched else {}
        self.takes[-1].buffers = theirs
        wrong = {}
        for name, value in theirs.items():
            before, after = (
                match.turned(name, arrays[match.sources[name]])
                for arrays in (reference.challenge.weights, reference.train_buffers)
            )
            if not self._same(value, after):
                wrong[name] = not np.array_equal(value, before)
        return wrong

    def _eval(self, x: Array, seed: int | None = None) -> Array:
        seed = self.reference.challenge.seed if seed is None else seed
        output = run(self.worker, self.reference.returned, x, mode="eval", seed=seed)
        if self.takes:
            self.takes[-1].runs.append(Run(x=x, mode="eval", seed=seed, output=output))
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
        mutations = find_mutant(reference, seen.flow, seen.claims, takes, rerun, output_shape=shape)
        self.note(mutations=mutations)
