"""A submission and an exercise go in; a `Report` comes out."""

import time
from pathlib import Path

from cnnquiz import tracing
from cnnquiz.bank.exercise import Exercise
from cnnquiz.bank.text import Language
from cnnquiz.grading.diagnosis.alignment import aligned
from cnnquiz.grading.examination import observe
from cnnquiz.grading.judgement import judge
from cnnquiz.grading.matching.flow import flow
from cnnquiz.grading.reference import Reference, observe_solution
from cnnquiz.grading.report import Report
from cnnquiz.sandbox import ForkServerError, Sandbox

RECORDER = Path(tracing.__file__).with_name("recorder.py")


def open_sandbox(at_least: str | None = None, device: str = "cpu") -> Sandbox:
    """A sandbox whose workers can record networks; GradingError on first use where it is weaker than `at_least`."""
    if at_least is None:
        return Sandbox(recorder=RECORDER, device=device)
    return Sandbox(recorder=RECORDER, isolation_at_least=at_least, device=device)


class Grader:
    """Grades submissions of one exercise; the solution runs once, however many there are."""

    def __init__(self, exercise: Exercise, sandbox: Sandbox, language: Language = "en") -> None:
        self._exercise = exercise
        self._sandbox = sandbox
        self._language = language
        self._references: dict[int, Reference] = {}

    def grade(self, source: bytes, file_name: str) -> Report:
        """Judge one submission. Raises GradingError where the fault is ours or the machine's."""
        try:
            return self._grade(source, file_name)
        except ForkServerError:  # the next try starts a new server
            return self._grade(source, file_name)

    def _grade(self, source: bytes, file_name: str) -> Report:
        """The report of the first arguments with which something is wrong; of the last ones where nothing is."""
        started = time.monotonic()
        for number in range(len(self._exercise.settings)):
            reference = self._reference(number)
            observation = observe(source, file_name, reference, self._sandbox)
            judged = judge(observation, reference, self._language)
            if judged.verdict != "pass":
                break
        return Report(
            submission=file_name,
            exercise=self._exercise.name,
            title=self._exercise.title.fill(self._language, {}),
            language=self._language,
            entry=self._exercise.entry,
            arguments=reference.exercise.arguments if number and judged.verdict != "pass" else {},
            verdict=judged.verdict,
            checks=judged.checks,
            diagnosis=judged.diagnosis,
            crash=judged.crash,
            alignment=aligned(observation.flow, flow(reference.network)) if observation.flow else None,
            printed=observation.printed,
            isolation=self._sandbox.isolation,
            seconds=time.monotonic() - started,
        )

    def _reference(self, number: int) -> Reference:
        if number not in self._references:
            self._references[number] = observe_solution(self._exercise.settings[number], self._sandbox)
        return self._references[number]
