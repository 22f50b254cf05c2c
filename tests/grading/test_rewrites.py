"""Every solution, rewritten in several styles, gets full marks; with one bug in it, it is refused and told which.

All of it with CNNQUIZ_ALL=1; otherwise every small exercise in one of the styles, and a few bugs of each.
"""

import os
from collections.abc import Callable, Mapping
from functools import cache

import pytest
import torch

from cnnquiz.bank.exercise import Exercise, exercise_by_name, load_exercises
from cnnquiz.cnn import Network
from cnnquiz.grading.diagnosis.in_words import explain_mutations
from cnnquiz.grading.grade import Grader
from cnnquiz.grading.matching.flow import flow
from cnnquiz.grading.report import Diagnosis, Report
from cnnquiz.sandbox import Sandbox
from cnnquiz.tracing.mutants import Mutation, mutations
from cnnquiz.tracing.record import record_network
from cnnquiz.tracing.solutions import load_module
from tests.grading.rewrites import STYLES, arguments_key, rewrite

torch.set_num_threads(1)

ALL = bool(os.environ.get("CNNQUIZ_ALL"))

# Networks do not say everything about these.
NOT_REWRITTEN = {
    "fractal_block": "columns are dropped by a choice of its own, which an evaluation pass does not show",
    "stochastic_depth_block": "the branch is left out by a choice of its own, which an evaluation pass does not show",
    "local_response_norm": "its constants are not recorded",
}
EXERCISES = [exercise for exercise in load_exercises() if exercise.name not in NOT_REWRITTEN]
SMALL = [exercise for exercise in EXERCISES if exercise.input_shape[-1] < 30]
SMALL_NAMES = {exercise.name for exercise in SMALL}
ONE_STYLE_EACH = [(exercise.name, STYLES[n % len(STYLES)]) for n, exercise in enumerate(SMALL)]
SAMPLE = [("squeezenet", "other_order"), *ONE_STYLE_EACH]
EVERYTHING = [(exercise.name, style) for exercise in EXERCISES for style in STYLES]

# So many bugs of each network, spread over all that it allows; with CNNQUIZ_ALL all of a small network.
SOME_BUGS, BUGS_OF_A_LARGE_ONE = 3, 12

# What was made, and what the same network is also called: of two branches the one that is left needs no concatenation.
SYNONYMS = {("missing branch", "missing cat")}

Graders = Callable[[Exercise], Grader]


@pytest.fixture(scope="module")
def graders(sandbox: Sandbox) -> Graders:
    """Graders by what they grade: a solution runs once for all its rewrites."""
    made: dict[str, Grader] = {}

    def grader(exercise: Exercise) -> Grader:
        return made.setdefault(f"{exercise.name} {len(exercise.settings)}", Grader(exercise, sandbox))

    return grader


@cache
def recorded(name: str) -> Mapping[str, Network]:
    """The solution's network for each set of arguments with which it is graded."""
    exercise = exercise_by_name(name)
    build = getattr(load_module(exercise.solution), exercise.solution_entry)
    return {
        arguments_key(each.arguments): record_network(lambda: build(**each.solution_arguments), each.input_shape, name)  # noqa: B023  # built at once
        for each in exercise.settings
    }


def text(report: Report) -> str:
    crash = [report.crash.message] if report.crash else []
    return "\n".join([*crash, *(c.message for c in report.checks), *(d.message for d in report.diagnosis)])


@pytest.mark.slow
@pytest.mark.parametrize(("name", "style"), EVERYTHING if ALL else SAMPLE)
def test_a_solution_written_otherwise_gets_full_marks(graders, name, style):
    exercise = exercise_by_name(name)
    source = rewrite(recorded(name), exercise.entry, style, seed=len(name))

    report = graders(exercise).grade(source.encode(), "mine.py")

    assert report.verdict == "pass", text(report)
    assert report.points == report.max_points


def with_bug(exercise: Exercise, mutation: Mutation) -> str:
    """The solution with one bug, for the first arguments of the exercise, as a student would have written it."""
    return rewrite({arguments_key(exercise.arguments): mutation.network}, exercise.entry, "modules", seed=7)


def in_the_names_of(source: str, exercise: Exercise, mutation: Mutation) -> Diagnosis:
    """What a student who has this bug should be told."""
    defined: dict[str, Callable[..., torch.nn.Module]] = {}
    exec(source, defined)
    student = record_network(lambda: defined[exercise.entry](**exercise.arguments), exercise.input_shape, "student")
    (diagnosis,) = explain_mutations([mutation], flow(student), "en")
    return diagnosis


def wrongly_told(exercise: Exercise, mutation: Mutation, report: Report) -> str:
    """What is wrong with the report of a submission with this bug; nothing if nothing is."""
    wanted = in_the_names_of(with_bug(exercise, mutation), exercise, mutation)
    told = report.diagnosis[0] if report.diagnosis else None
    if report.verdict != "fail" or report.points == report.max_points or told is None:
        return f"{wanted.message}: {report.verdict}, {report.points} points"
    if (told.bug == wanted.bug and told.where == wanted.where) or (wanted.bug, told.bug) in SYNONYMS:
        return ""
    return f"{wanted.bug} at {wanted.where}: told {told.bug} at {told.where}"


def sampled(name: str, network: Network) -> list[Mutation]:
    bugs = list(mutations(network))
    wanted = SOME_BUGS if not ALL else len(bugs) if name in SMALL_NAMES else BUGS_OF_A_LARGE_ONE
    return [bugs[len(bugs) * n // wanted] for n in range(min(wanted, len(bugs)))]


@pytest.mark.slow
@pytest.mark.parametrize("name", [exercise.name for exercise in (EXERCISES if ALL else SMALL)])
def test_a_solution_with_a_bug_is_refused_and_told_which_and_where(graders, name, monkeypatch):
    monkeypatch.setattr("cnnquiz.grading.diagnosis.fitting.SECONDS", 60.0)  # a busy machine is no fault of the code
    exercise = exercise_by_name(name).settings[0]
    made = sampled(name, recorded(name)[arguments_key(exercise.arguments)])

    reports = [graders(exercise).grade(with_bug(exercise, mutation).encode(), "mine.py") for mutation in made]

    wrong = [wrongly_told(exercise, mutation, report) for mutation, report in zip(made, reports, strict=True)]
    assert [each for each in wrong if each] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["basic_block", "inverted_residual", "stochastic_depth_block"])
def test_a_block_that_is_right_with_the_first_arguments_alone_is_refused(graders, name):
    """It ignores what it is asked for, as a block does that was tried with one set of arguments."""
    exercise = exercise_by_name(name)
    source = exercise.solution.read_text(encoding="utf-8")
    source += f"\n\n_Right = {exercise.solution_entry}\n\n\ndef {exercise.entry}(**arguments):\n"
    source += f"    return _Right(**{dict(exercise.solution_arguments)!r})\n"

    report = graders(exercise).grade(source.encode(), "mine.py")

    assert report.verdict != "pass"
    assert report.arguments == exercise.settings[1].arguments
    assert graders(exercise.settings[0]).grade(source.encode(), "mine.py").verdict == "pass"
