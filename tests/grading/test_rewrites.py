"""Every solution, rewritten in several styles, gets full marks; with one bug in it, it is refused and told which.

All of it with CNNQUIZ_ALL=1; otherwise every small exercise in one of the styles, and a few bugs of each.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

import pytest
import torch

from cnnquiz.bank.exercise import Exercise, exercise_by_name, load_exercises
from cnnquiz.cnn import Network
from cnnquiz.grading import search
from cnnquiz.grading.diagnosis import explain_mutations
from cnnquiz.grading.flow import flow
from cnnquiz.grading.grade import Grader
from cnnquiz.grading.report import Report
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
ONE_STYLE_EACH = [(exercise.name, STYLES[n % len(STYLES)]) for n, exercise in enumerate(SMALL)]
SAMPLE = [("squeezenet", "other_order"), *ONE_STYLE_EACH]
EVERYTHING = [(exercise.name, style) for exercise in EXERCISES for style in STYLES]

# Of each network so many bugs, spread over all of them; of a small one all, of a large one some.
BUGS_OF_EACH = 3
BUGS_OF_A_LARGE_ONE = 12

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


def usual(exercise: Exercise) -> Exercise:
    """The exercise with its first arguments alone."""
    return replace(exercise.settings[0], name=exercise.name)


def sampled_bugs(name: str) -> list[tuple[str, int]]:
    network = recorded(name)[arguments_key(exercise_by_name(name).arguments)]
    count = sum(1 for _ in mutations(network))
    wanted = BUGS_OF_EACH if not ALL else count if name in {each.name for each in SMALL} else BUGS_OF_A_LARGE_ONE
    return [(name, count * n // wanted) for n in range(min(wanted, count))]
