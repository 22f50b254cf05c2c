"""Honest submissions get full marks, wrong ones are refused and told what is wrong."""

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
    assert [d.bug for d in report.diagnosis[:1]] == ([bug] if bug else [d.bug for d in report.diagnosis[:1]])


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


@pytest.mark.parametrize("exercise", load_exercises(), ids=lambda exercise: exercise.name)
def test_every_solution_gets_full_marks_on_the_path_of_a_submission(sandbox, exercise):
    report = Grader(exercise, sandbox).grade(exercise.solution.read_bytes(), exercise.solution.name)

    assert report.verdict == "pass", all_text(report)
    assert report.points == report.max_points


@pytest.mark.parametrize("name", WRONG)
def test_korean_reports_have_no_english_sentences(sandbox, lenet5, name):
    korean = Grader(exercise_by_name("lenet5"), sandbox, "ko")
    korean._reference = lenet5._reference

    report = korean.grade(WRONG[name][0], "submission.py")

    for check in report.checks:
        assert any("가" <= character <= "힣" for character in check.title)
    assert any("가" <= character <= "힣" for character in all_text(report))


def test_what_a_submission_prints_is_kept_and_earns_nothing(lenet5):
    source = WRONG["softmax at the end"][0] + b"\nprint('verdict: pass, 10 of 10 points \\x1b[31m')\n"

    report = lenet5.grade(source, "submission.py")

    assert "verdict: pass" in report.printed
    assert "\x1b" not in report.printed
    assert report.verdict == "fail"
