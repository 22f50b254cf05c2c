"""Honest submissions get full marks, wrong ones are refused and told what is wrong."""

import os

import pytest

from cnnquiz.bank.exercise import exercise_by_name, load_exercises
from cnnquiz.grading.grade import Grader
from cnnquiz.grading.report import Report
from tests.grading.variants import BROKEN, HONEST, PLAIN, WRONG


def all_text(report: Report) -> str:
    parts = [check.message for check in report.checks] + [d.message for d in report.diagnosis]
    return "\n".join([*parts, report.crash.message if report.crash else ""])


@pytest.mark.parametrize("name", HONEST)
def test_honest_submission_gets_full_marks(lenet5, name):
    report = lenet5.grade(HONEST[name], "submission.py")

    assert report.verdict == "pass", all_text(report)
    assert report.score == 1
    assert report.diagnosis == ()


@pytest.mark.parametrize("name", WRONG)
def test_wrong_submission_is_refused_and_told_why(lenet5, name):
    source, bug, text = WRONG[name]

    report = lenet5.grade(source, "submission.py")

    assert report.verdict == "fail"
    assert 0 < report.score < 1
    assert text in all_text(report)
    if bug is not None:
        assert report.diagnosis[0].bug == bug


@pytest.mark.parametrize("name", BROKEN)
def test_broken_submission_is_graded_with_its_own_error(lenet5, name):
    source, verdict, text = BROKEN[name]

    report = lenet5.grade(source, "submission.py")

    assert report.verdict == verdict
    assert text in all_text(report)
    assert report.score < 1


def test_a_class_that_is_not_there_is_named_with_those_that_are(lenet5):
    report = lenet5.grade(PLAIN.replace("class LeNet5", "class LeNet").encode(), "submission.py")

    assert report.verdict == "rejected"
    assert report.points == 0
    assert "LeNet5" in report.crash.message
    assert "LeNet" in report.crash.message


EXERCISES = load_exercises()
# Small inputs, and the one that people know best; all of them with CNNQUIZ_ALL=1.
SAMPLE = [each for each in EXERCISES if each.input_shape[-1] < 100 or each.name == "alexnet"]


@pytest.mark.slow
@pytest.mark.parametrize("exercise", EXERCISES if os.environ.get("CNNQUIZ_ALL") else SAMPLE, ids=lambda each: each.name)
def test_every_solution_gets_full_marks_on_the_path_of_a_submission(sandbox, exercise):
    report = Grader(exercise, sandbox).grade(exercise.solution.read_bytes(), exercise.solution.name)

    assert report.verdict == "pass", all_text(report)
    assert report.points == report.max_points


@pytest.mark.parametrize("name", [*WRONG, *(name for name in BROKEN if name != "an exception at import")])
def test_korean_reports_are_korean(sandbox, lenet5, name):
    korean = Grader(exercise_by_name("lenet5"), sandbox, "ko")
    korean._references = lenet5._references

    report = korean.grade((WRONG | BROKEN)[name][0], "submission.py")

    sentences = [check.title for check in report.checks] + [check.message for check in report.checks]
    sentences += [d.message for d in report.diagnosis] + ([report.crash.message] if report.crash else [])
    english = [s for s in sentences if not any("가" <= c <= "힣" for c in s)]
    # What Python itself said about the student's line stays in Python's words.
    assert [s for s in english if not (report.crash and s == report.crash.message)] == []


def alexnet_with_dropout(one_tower, first: str, second: str) -> bytes:
    source = one_tower.solution.read_text(encoding="utf-8")
    old = "self.fc6(self.dropout6(x))", "self.fc7(self.dropout7(x))"
    assert all(text in source for text in old)
    return source.replace(old[0], first).replace(old[1], second).encode()


OWN_MASK = "def own(m, x, p):\n    return x * (torch.rand_like(x) >= p) / (1 - p) if m.training else x\n"


@pytest.mark.parametrize(
    ("first", "second", "verdict", "text"),
    [
        pytest.param("own(self, self.fc6(own(self, x, 0.5)), 0.0)", "self.fc7(own(self, x, 0.5))", "pass", "same distribution", id="a mask of one's own"),
        pytest.param("self.fc6(own(self, x, 0.4))", "self.fc7(own(self, x, 0.5))", "fail", "in train mode the outputs differ", id="a rate of 0.4"),
        pytest.param("self.fc6(x)", "self.fc7(own(self, x, 0.5))", "fail", "in train mode the outputs differ", id="one place of two"),
        pytest.param("self.dropout6(self.fc6(x))", "self.fc7(self.dropout7(x))", "fail", "in train mode the outputs differ", id="behind fc6 instead of before it"),
    ],
)  # fmt: skip
def test_dropout_is_judged_by_what_it_does(sandbox, first, second, verdict, text):
    exercise = exercise_by_name("alexnet_one_tower")
    source = alexnet_with_dropout(exercise, first, second).replace(
        b"class AlexNet", OWN_MASK.encode() + b"\n\nclass AlexNet"
    )

    reports = [Grader(exercise, sandbox).grade(source, "submission.py") for _ in range(2)]

    assert [report.verdict for report in reports] == [verdict] * 2, all_text(reports[0])
    assert text in all_text(reports[0])


def test_what_a_submission_prints_is_kept_and_earns_nothing(lenet5):
    source = WRONG["softmax at the end"][0] + b"\nprint('verdict: pass, 10 of 10 points \\x1b[31m')\n"

    report = lenet5.grade(source, "submission.py")

    assert "verdict: pass" in report.printed
    assert "\x1b" not in report.printed
    assert report.verdict == "fail"
