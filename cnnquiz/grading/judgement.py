"""What was observed of a submission goes in; verdict, judged checks and the first difference in words come out."""

from dataclasses import dataclass
from fractions import Fraction

from cnnquiz.bank.text import Language, format_value
from cnnquiz.formulas import format_number
from cnnquiz.grading.diagnosis.crash import about_batch, about_call
from cnnquiz.grading.diagnosis.diagnose import diagnose
from cnnquiz.grading.diagnosis.difference import differences
from cnnquiz.grading.diagnosis.in_words import explain
from cnnquiz.grading.diagnosis.layer_pairs import Difference
from cnnquiz.grading.diagnosis.messages import sentence
from cnnquiz.grading.matching.flow import Flow, flow
from cnnquiz.grading.observation import Observation
from cnnquiz.grading.reference import Reference, trainable
from cnnquiz.grading.report import Check, Crash, Diagnosis, Verdict

_VERDICTS: dict[str, Verdict] = {
    "raised": "crash",
    "crash": "crash",
    "exit": "crash",
    "entry": "rejected",
    "flood": "rejected",
    "protocol": "rejected",
    "timeout": "timeout",
    "memory": "memory",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The part of a report that rests on what was observed."""

    verdict: Verdict
    checks: tuple[Check, ...]
    diagnosis: tuple[Diagnosis, ...]
    crash: Crash | None


def judge(seen: Observation, reference: Reference, language: Language) -> Judged:
    """Judge every check of the exercise; what a fault left open stays unjudged and earns nothing."""
    judgement = _Judgement(seen, reference, language)
    checks = (
        judgement.builds(),
        judgement.output_shape(),
        judgement.parameters(),
        judgement.layers(),
        judgement.eval_outputs(),
        judgement.train_outputs(),
        judgement.other_inputs(),
    )
    if seen.fault is not None:
        verdict = _VERDICTS[seen.fault.kind]
    else:
        verdict = "pass" if all(check.passed for check in checks) else "fail"
    crash = Crash(message=judgement.reason(), frames=seen.fault.frames) if seen.fault else None
    diagnosis = (
        ()
        if verdict == "pass"
        else diagnose(seen, reference, judgement.differences, same_function=judgement.same_function, language=language)
    )
    return Judged(verdict=verdict, checks=checks, diagnosis=diagnosis, crash=crash)


def _differences(seen: Observation, student: Flow, solution: Flow) -> tuple[Difference, ...]:
    """Where the two networks differ, but for other ways to compute the same.

    What is different from a mutant that gives the submission's numbers is another way, too.
    """
    found = [
        each for each in differences(student, solution) if seen.by_layer is None or not seen.by_layer.excuses(each)
    ]
    if seen.mutations:
        harmless = {each.place for each in differences(student, flow(seen.mutations[-1].network))}
        found = [each for each in found if each.place not in harmless] or found
    return tuple(found)


class _Judgement:
    def __init__(self, seen: Observation, reference: Reference, language: Language) -> None:
        self.seen = seen
        self.reference = reference
        self.language = language
        self.same_function = seen.same_function or (
            seen.train_random and bool(seen.train_equal and seen.gradients_equal and seen.others_equal)
        )
        self.differences = None if seen.flow is None else _differences(seen, seen.flow, flow(reference.network))

    def say(self, key: str, **facts: object) -> str:
        return sentence(key, self.language, **facts)

    def check(
        self,
        name: str,
        passed: bool | None,
        message: str,
        *,
        expected: str | None = None,
        actual: str | None = None,
        proved: bool = True,
        share: Fraction = Fraction(0),
    ) -> Check:
        """A judged check; one that failed earns a share of its points, rounded down."""
        most = self.reference.exercise.points[name]
        return Check(
            name=name,
            title=self.say(name),
            passed=passed,
            points=most if passed else int(most * share),
            max_points=most,
            message=message,
            expected=None if passed else expected,
            actual=None if passed else actual,
            soundness="proved" if proved else "advisory",
        )

    def reason(self) -> str:
        """Why the examination stopped, in the reader's language; what Python itself said stays as it is."""
        fault, wrong = self.seen.fault, self.seen.wrong_output
        if wrong is not None and wrong.actual:
            shapes = [", ".join(str(kind.shape) for kind in kinds) for kinds in (wrong.actual, wrong.expected)]
            korean = self.say("wrong.output", actual=shapes[0], expected=shapes[1])
            told = wrong.message if self.language == "en" else korean
            return ". ".join([told, *about_batch(wrong, self.seen.network is not None, self.language)])
        if wrong is not None:
            return wrong.message if self.language == "en" else self.say("wrong.kind")
        if fault is None:
            return self.say("no.weights")
        if fault.hint is not None:
            line = self.say("diff.line", line=fault.hint_line) if fault.hint_line else ""
            return f"{fault.message}. {self.say(f'fault.hint.{fault.hint}', line=line)}"
        if fault.kind == "raised" and fault.call is not None:
            return ". ".join([fault.message, *about_call(fault.call, self.language)])
        if self.language == "en" or fault.kind == "raised":
            return fault.message
        line = self.say("diff.line", line=fault.frames[-1].line) if fault.frames else ""
        return self.say(f"fault.{fault.kind}", entry=self.reference.exercise.entry) + line

    def unjudged(self, name: str) -> Check:
        return self.check(name, None, self.say("not.judged"))

    def builds(self) -> Check:
        entry = self.reference.exercise.entry
        if self.seen.claims is None:
            return self.check("builds", False, self.reason())
        return self.check("builds", True, self.say("ok.builds", entry=entry))

    def output_shape(self) -> Check:
        wrong = self.seen.wrong_output
        if wrong is not None and not self.seen.eval_equal:
            actual = ", ".join(str(kind.shape) for kind in wrong.actual) or None
            expected = ", ".join(str(kind.shape) for kind in wrong.expected)
            return self.check("output_shape", False, self.reason(), expected=expected, actual=actual)
        if self.seen.matched is None or (self.seen.fault is not None and self.seen.eval_error is None):
            return self.unjudged("output_shape")
        return self.check("output_shape", True, self.say("ok.output_shape"))

    def parameters(self) -> Check:
        if self.seen.claims is None:
            return self.unjudged("parameters")
        actual = trainable(self.seen.claims)
        expected = self.reference.parameters
        difference = actual - expected
        if difference == 0:
            message = self.say("ok.parameters", actual=format_number(actual))
        else:
            direction = self.say("more" if difference > 0 else "fewer")
            facts = {"actual": format_number(actual), "amount": format_number(abs(difference))}
            message = self.say("no.parameters", direction=direction, **facts)
        return self.check(
            "parameters",
            difference == 0,
            message,
            expected=format_number(expected),
            actual=format_number(actual),
            proved=self.same_function,
        )

    def layers(self) -> Check:
        """What the submission was seen to do, or, if the numbers prove the same function, whatever it did."""
        if self.differences == ():
            count = len(self.reference.network.layers)
            return self.check("layers", True, self.say("ok.layers", count=count), proved=self.same_function)
        if self.same_function:
            return self.check("layers", True, self.say("ok.layers.equivalent"))
        if self.differences is None:
            if self.seen.not_recorded:
                message = self.say("no.layers.unknown", reason=self.seen.not_recorded)
                return self.check("layers", False, message, proved=False)
            return self.unjudged("layers")
        layers = len(self.reference.network.layers)
        assert self.seen.flow is not None
        first = explain(self.differences[0], self.seen.flow, self.language).message
        key = "no.layers" if len(self.differences) > 1 else "no.layers.one"
        message = self.say(key, count=len(self.differences), first=first)
        alike = Fraction(max(0, layers - len(self.differences)), layers)
        return self.check("layers", False, message, proved=False, share=alike)

    def eval_outputs(self) -> Check:
        seen = self.seen
        if seen.eval_equal is None or (seen.fault is not None and not seen.eval_equal):
            if seen.fault is None and seen.wrong_output is None and seen.matched is False:
                return self.check("eval_outputs", False, self.say("no.weights"))
            return self.unjudged("eval_outputs")
        if seen.eval_equal:
            return self.check("eval_outputs", True, self.say("ok.eval_outputs"))
        error = f"{seen.eval_error:.2g}"
        if seen.eval_error is None or seen.eval_error != seen.eval_error or error == "inf":
            message = self.say("no.eval_outputs.nan")
        elif not seen.repeats:
            message = self.say("no.eval_outputs.random")
        elif not seen.depends_on_input:
            message = self.say("no.eval_outputs.constant")
        else:
            message = self.say("no.eval_outputs", error=error)
        return self.check("eval_outputs", False, message)

    def train_outputs(self) -> Check:
        seen = self.seen
        if seen.wrong_gradients:
            name, arrived = next(iter(seen.wrong_gradients.items()))
            tensor = f"`{name}`" if name else self.say("the.input")
            return self.check(
                "train_outputs", False, self.say("no.gradient" if not arrived else "wrong.gradient", tensor=tensor)
            )
        if seen.wrong_output is not None and seen.eval_equal:
            return self.check("train_outputs", False, self.reason())
        if seen.train_equal is None or (seen.train_equal and seen.buffers_equal and seen.gradients_equal is None):
            return self.unjudged("train_outputs")
        if not seen.train_equal:
            return self.check("train_outputs", False, self.say("no.train_outputs"))
        if not seen.buffers_equal:
            return self.check("train_outputs", False, self.say("no.train_buffers"))
        key = "ok.train_outputs.random" if seen.train_random else "ok.train_outputs"
        return self.check("train_outputs", True, self.say(key), proved=not seen.train_random)

    def other_inputs(self) -> Check:
        seen, failure = self.seen, self.seen.other_failure
        if seen.others_equal is None:
            return self.unjudged("other_inputs")
        if failure is None:
            return self.check("other_inputs", True, self.say("ok.other_inputs"))
        facts = {"shape": format_value(failure.shape), "reason": failure.reason}
        raised = ".raised" if failure.reason and failure.kind in ("size", "float64") else ""
        return self.check("other_inputs", False, self.say(f"no.other_inputs.{failure.kind}{raised}", **facts))
