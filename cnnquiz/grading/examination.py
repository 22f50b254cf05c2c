"""A submission goes through the sandbox; everything that could be observed of it comes out."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cnnquiz.errors import NetworkError, RecordingError
from cnnquiz.grading.comparison import relative_error, same_numbers, same_outputs
from cnnquiz.grading.diagnosis.closer_look import by_layer, closer_look, first_mixed, most_wrong
from cnnquiz.grading.diagnosis.fitting import Fitting, Run, Take
from cnnquiz.grading.diagnosis.layer_by_layer import OnTheWay
from cnnquiz.grading.diagnosis.search import find_mutant
from cnnquiz.grading.gradients import lost_gradients, wrong_gradients
from cnnquiz.grading.matching.flow import flow
from cnnquiz.grading.matching.match import Match, matches
from cnnquiz.grading.observation import Observation
from cnnquiz.grading.other_inputs import other_failure
from cnnquiz.grading.randomness import is_recorded, same_draws, same_randomness
from cnnquiz.grading.reference import (
    RECORDED_BATCH,
    Reference,
    TrainRun,
    eval_gradients,
    run,
)
from cnnquiz.grading.rerun import Rerun
from cnnquiz.sandbox import Sandbox, Worker, WorkerFault, WrongOutput
from cnnquiz.sandbox.tensors import Array
from cnnquiz.sandbox.worker import Mode
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
            examination.note(fault=examination.as_recorded(fault))
        except WrongOutput as wrong:
            examination.note(wrong_output=wrong)
        rerun = Rerun(source, file_name, reference, sandbox, examination.seen.network)
        examination.look_closer(rerun)
        examination.find_mutant(rerun)
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
        self.on_the_way: OnTheWay | None = None
        self.recorded_fault: WorkerFault | None = None

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
            self.recorded_fault = fault
            self.note(not_recorded=fault.message)

    def as_recorded(self, fault: WorkerFault) -> WorkerFault:
        """A fault that the recording met before is the one to report: it knows who gave which shapes to the call."""
        recorded = self.recorded_fault
        if recorded is None or fault.kind != "raised":
            return fault
        # A tensor call that fails for two images is what is wrong, even where another fails for more.
        same = (recorded.exception, recorded.frames) == (fault.exception, fault.frames)
        return recorded if same or recorded.call is not None else fault

    def compare_eval(self) -> None:
        """Try the likeliest way to carry the weights over, then the others; the first that agrees decides."""
        assert self.seen.claims is not None
        self.note(matched=False)
        reference, inputs = self.reference, self.reference.challenge.inputs
        for match in matches(self.seen.claims, self.seen.network, reference.claims, reference.network):
            if match.permutations and reference.exercise.concatenation == "fixed":
                continue
            self.match, before = match, self.seen
            self.takes.append(Take(match))
            self.worker.assign(match.arrays(reference.challenge.weights))
            outputs = [self._eval(x) for x in inputs]
            # The first once more, after another of its shape: what counts calls, keeps numbers, or draws some, shows.
            self._eval(np.flip(inputs[0], axis=-1).copy())
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
        matched = [claim for claim in self.seen.claims if claim.name in self.match.sources]
        if mode == "train" and not self.seen.train_equal:
            return
        if mode == "train" and self.seen.train_random:
            lost = lost_gradients(self.worker, reference, self.match, matched)
            if lost:
                self.note(gradients_equal=False, wrong_gradients=lost)
                return
            mode, ours = "eval", eval_gradients(reference, self.sandbox)
        if reference.random:  # random passes leave running statistics of their own
            self.worker.assign(self.match.arrays(reference.challenge.weights))
        wrong = wrong_gradients(self.worker, reference, self.match, matched, ours, mode=mode)
        self.note(gradients_equal=not wrong, wrong_gradients=wrong)

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
        outputs, buffers = same_randomness(
            self.worker, self.reference, self.match, self.seen.claims or (), self.sandbox
        )
        self.note(train_equal=outputs, buffers_equal=buffers, wrong_buffers={}, train_random=True)

    def compare_others(self) -> None:
        assert self.match is not None
        assert self.seen.claims is not None
        self.worker.assign(self.match.arrays(self.reference.challenge.weights))  # running statistics as they were
        failure = other_failure(self.worker, self.reference, self.match, self.seen.claims)
        self.note(others_equal=failure is None, other_failure=failure)

    def look_closer(self, rerun: Rerun) -> None:
        """Run a submission with wrong outputs once more and keep what its layers compute on the way.

        What is wrong in train mode alone is looked at there, where other lines of the source may run.
        """
        seen, reference = self.seen, self.reference
        if seen.network is None or seen.flow is None or not self.takes or seen.repeats is False:
            return
        if seen.fault is not None or seen.same_function:
            return
        mode: Mode = "train" if seen.eval_equal else "eval"
        take = self.takes[-1] if seen.eval_equal else self.takes[0]

        def look(x: Array) -> OnTheWay | None:
            found, hints = closer_look(rerun, reference, take, network, x, mode=mode)
            self.note(hints=(*self.seen.hints, *(hint for hint in hints if hint not in self.seen.hints)))
            return found

        network, student = seen.network, seen.flow
        self.on_the_way = look(reference.train_runs[0].x if mode == "train" else most_wrong(reference, take))
        if self.on_the_way is None:
            return
        if seen.independent is False:
            x = max(reference.challenge.inputs, key=len)
            alone, together = look(x[:1]), look(x)
            if alone is not None and together is not None:
                self.note(mixes_images=first_mixed(student, alone, together, reference.tolerance))
        if len(take.match.sources) == len(seen.claims or ()):  # else some weights may have gone to the wrong layers
            self.note(by_layer=by_layer(reference, student, self.on_the_way))

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
        fitting = Fitting(reference, seen.claims, takes, rerun, output_shape=tuple(shape))
        mutations = find_mutant(fitting, seen.flow, self.on_the_way)
        self.note(mutations=mutations)
