"""What was observed of a submission goes in; verdict, judged checks and the first difference in words come out."""

from math import prod

from cnnquiz.bank.text import Language
from cnnquiz.formulas import format_number
from cnnquiz.grading.diagnosis import explain
from cnnquiz.grading.difference import differences
from cnnquiz.grading.messages import sentence
from cnnquiz.grading.observation import Observation
from cnnquiz.grading.reference import Reference
from cnnquiz.grading.report import Check, Crash, Diagnosis, Verdict
from cnnquiz.sandbox import WorkerFault

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


def judge(
    seen: Observation, reference: Reference, language: Language
) -> tuple[Verdict, tuple[Check, ...], tuple[Diagnosis, ...], Crash | None]:
    """Judge every check of the exercise; what a fault left open stays unjudged and earns nothing."""
    judgement = _Judgement(seen, reference, language)
    checks = (
        judgement.builds(),
        judgement.output_shape(),
        judgement.parameters(),
        judgement.layers(),
        judgement.eval_outputs(),
        judgement.train_outputs(),
    )
    if seen.fault is not None:
        verdict = _VERDICTS[seen.fault.kind]
    else:
        verdict = "pass" if all(check.passed for check in checks) else "fail"
    crash = Crash(message=seen.fault.message, frames=seen.fault.frames) if seen.fault else None
    return verdict, checks, () if verdict == "pass" else judgement.diagnosis(), crash


class _Judgement:
    def __init__(self, seen: Observation, reference: Reference, language: Language) -> None:
        self.seen = seen
        self.reference = reference
        self.language = language
        self.same_function = bool(seen.eval_equal and seen.train_equal and seen.buffers_equal)
        self.differences = differences(seen.network, reference.network) if seen.network is not None else None

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
    ) -> Check:
        most = self.reference.exercise.points[name]
        return Check(
            name=name,
            title=self.say(name),
            passed=passed,
            points=most if passed else 0,
            max_points=most,
            message=message,
            expected=None if passed else expected,
            actual=None if passed else actual,
            soundness="proved" if proved else "advisory",
        )

    def unjudged(self, name: str) -> Check:
        fault = self.seen.fault or self.seen.wrong_output
        reason = fault.message if fault is not None else self.say("no.weights")
        return self.check(name, None, self.say("not.judged", reason=reason))

    def builds(self) -> Check:
        entry = self.reference.exercise.entry
        if self.seen.claims is None:
            fault = self.seen.fault
            assert isinstance(fault, WorkerFault)
            return self.check("builds", False, fault.message)
        return self.check("builds", True, self.say("ok.builds", entry=entry))

    def output_shape(self) -> Check:
        wrong = self.seen.wrong_output
        if wrong is not None:
            actual = ", ".join(str(kind.shape) for kind in wrong.actual) or None
            expected = ", ".join(str(kind.shape) for kind in wrong.expected)
            return self.check("output_shape", False, wrong.message, expected=expected, actual=actual)
        if self.seen.matched is None or (self.seen.fault is not None and self.seen.eval_error is None):
            return self.unjudged("output_shape")
        return self.check("output_shape", True, self.say("ok.output_shape"))

    def parameters(self) -> Check:
        if self.seen.claims is None:
            return self.unjudged("parameters")
        actual = sum(prod(claim.shape) for claim in self.seen.claims if claim.kind == "parameter")
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
        first = explain(self.differences[0], self.language).message
        message = self.say("no.layers", count=len(self.differences), first=first)
        return self.check("layers", False, message, proved=False)

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
        if seen.train_equal is None:
            if seen.fault is None and seen.eval_equal is False:
                reason = self.say("no.eval_outputs", error=f"{seen.eval_error:.2g}")
                return self.check("train_outputs", None, self.say("not.judged", reason=reason))
            return self.unjudged("train_outputs")
        if not seen.train_equal:
            return self.check("train_outputs", False, self.say("no.train_outputs"))
        if not seen.buffers_equal:
            return self.check("train_outputs", False, self.say("no.train_buffers"))
        key = "ok.train_outputs.random" if seen.train_random else "ok.train_outputs"
        return self.check("train_outputs", True, self.say(key))

    def diagnosis(self) -> tuple[Diagnosis, ...]:
        """The first difference, and what numbers show that structure does not."""
        if self.same_function or self.seen.claims is None:
            return ()
        if self.differences:
            return (explain(self.differences[0], self.language),)
        if self.differences == () and self.seen.eval_equal is False:
            return (Diagnosis(bug="values differ", where="", message=self.say("diff.value"), confidence="structural"),)
        return ()
