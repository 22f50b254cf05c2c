"""How much of a report each level tells, in both languages."""

from dataclasses import fields, replace

import pytest

from cnnquiz.cnn import Shape
from cnnquiz.grading.feedback import FEEDBACK, limited
from cnnquiz.grading.report import AlignedLayer, AlignedPair, Check, Diagnosis, Report
from cnnquiz.sandbox import Isolation

# Words that only whoever may know the solution reads.
SECRET = ("sigmoid", "7×7", "4,321", "kernel_size")


def check(name: str, message: str, *, passed: bool | None = False, expected: str | None = None) -> Check:
    return Check(
        name=name,
        title=name,
        passed=passed,
        points=0,
        max_points=2,
        message=message,
        expected=expected,
        actual="mine" if expected else None,
        soundness="advisory",
    )


def layer(operation: str, *reads: int, name: str = "", line: int | None = None) -> AlignedLayer:
    return AlignedLayer(
        operation=operation,
        plain=operation.partition("(")[0],
        output_shape=Shape(8, 4, 4),
        reads=reads,
        name=name,
        line=line,
    )


def pair(theirs: AlignedLayer | None, ours: AlignedLayer | None, *, differs: bool = False) -> AlignedPair:
    return AlignedPair(theirs=theirs, ours=ours, differs=differs)


SAME = pair(layer("conv2d", 0, name="conv1", line=9), layer("conv2d", 0))
MISSING = pair(None, layer("sigmoid", 1), differs=True)
OTHER = pair(layer("relu(negative_slope=0)", 1, name="act", line=11), layer("sigmoid", 1), differs=True)
LAST = pair(layer("linear", 1, name="fc", line=12), layer("linear", 2))

REPORT = Report(
    submission="kim.py",
    exercise="lenet5",
    title="LeNet-5",
    language="en",
    entry="LeNet5",
    arguments={},
    verdict="fail",
    checks=(
        check("builds", "LeNet5 was built", passed=True),
        check("output_shape", "forward() returned shape (2, 5), expected (2, 7×7)", expected="(2, 7×7)"),
        check("parameters", "your module has 4,000 parameters, 321 fewer than the reference", expected="4,321"),
        check("layers", "2 differences; first: after `conv1` the reference has sigmoid; your network does not"),
        check("eval_outputs", "with the same weights and input the outputs differ (relative error 0.1)"),
        check("train_outputs", "no gradient reaches `conv1.weight`: the network cannot learn there"),
        check("other_inputs", "not judged", passed=None),
    ),
    diagnosis=(
        Diagnosis(
            bug="missing sigmoid",
            where="conv1",
            line=9,
            message="your network behaves exactly like the reference without the sigmoid after `conv1` (line 9)",
            confidence="exact",
        ),
    ),
    crash=None,
    alignment=(SAME, MISSING, LAST),
    printed="hello",
    isolation=Isolation(kind="basic", name="basic", enforced=(), missing=(), reason=""),
    seconds=1.0,
)

AT_CONV1 = {
    "en": "your network differs from the reference at `conv1` or right behind it (line 9)",
    "ko": "`conv1` 또는 바로 다음 층이 기준 모델과 다릅니다 (9번째 줄)",
}


def test_full_is_everything():
    assert limited(REPORT, "full") is REPORT


@pytest.mark.parametrize("language", ["en", "ko"])
def test_location_says_where_and_not_what(language):
    report = limited(replace(REPORT, language=language), "location")

    assert report.diagnosis == (
        Diagnosis(bug="difference", where="conv1", line=9, message=AT_CONV1[language], confidence="exact"),
    )
    assert report.checks[3].message == AT_CONV1[language]
    assert [a for a, b in zip(report.checks, REPORT.checks, strict=True) if a != b] == [report.checks[3]]
    assert "sigmoid" not in str(report)


@pytest.mark.parametrize(
    ("alignment", "marked"),
    [
        pytest.param((SAME, MISSING, LAST), ["conv1"], id="a missing layer marks the one that it should read"),
        pytest.param((SAME, OTHER, LAST), ["act"], id="another layer marks itself"),
        pytest.param((SAME, MISSING, MISSING, LAST), ["conv1"], id="two missing layers in a row"),
        pytest.param((pair(None, layer("sigmoid", 0), differs=True), SAME), ["conv1"], id="missing at the start"),
        pytest.param(
            (SAME, OTHER, pair(None, layer("sigmoid", 1), differs=True), LAST),
            ["conv1", "act"],
            id="missing at the start of a branch",
        ),
        pytest.param((pair(None, layer("sigmoid", 0), differs=True),), [], id="nothing recorded but the input"),
    ],
)
def test_location_draws_the_students_network_alone(alignment, marked):
    rows = limited(replace(REPORT, alignment=alignment), "location").alignment

    assert [row.theirs.name for row in rows if row.differs] == marked
    assert len(rows) == sum(row.theirs is not None for row in alignment)
    assert all(row.ours is None for row in rows)
    assert "negative_slope" not in str(rows)


def test_location_numbers_rows_anew():
    last = pair(layer("add", 1, 3, name="add"), layer("add", 2, 3))
    rows = limited(replace(REPORT, alignment=(SAME, MISSING, OTHER, last)), "location").alignment

    assert [row.theirs.reads for row in rows] == [(0,), (1,), (1, 2)]


@pytest.mark.parametrize(
    ("name", "english", "korean"),
    [
        pytest.param("output_shape", "forward() does not return the right shape", "forward()가 반환한 크기가 다릅니다", id="shape"),
        pytest.param("parameters", "the number of parameters is not the reference's", "파라미터 수가 기준 모델과 다릅니다", id="parameters"),
        pytest.param("layers", "the layers are not those of the reference", "층 구성이 기준 모델과 다릅니다", id="layers"),
        pytest.param("train_outputs", "in train mode the outputs or their gradients differ from the reference's",
                     "학습 모드에서 출력이나 기울기가 기준 모델과 다릅니다", id="train mode"),
    ],
)  # fmt: skip
def test_none_says_what_is_wrong_and_nothing_of_the_solution(name, english, korean):
    for language, message in (("en", english), ("ko", korean)):
        report = limited(replace(REPORT, language=language), "none")
        told = next(check for check in report.checks if check.name == name)

        assert told.message == message
        assert told.expected is None


def test_none_leaves_no_trace_of_the_solution():
    report = limited(REPORT, "none")

    assert (report.diagnosis, report.alignment) == ((), None)
    assert [word for word in SECRET if word in str(report)] == []


@pytest.mark.parametrize("feedback", FEEDBACK)
def test_what_the_submission_did_by_itself_is_told(feedback):
    report = limited(REPORT, feedback)
    told = {field.name for field in fields(Report)} - {"checks", "diagnosis", "alignment"}

    assert all(getattr(report, name) == getattr(REPORT, name) for name in told)
    assert (report.points, report.max_points) == (REPORT.points, REPORT.max_points)
    assert [check.actual for check in report.checks] == [check.actual for check in REPORT.checks]
    assert report.checks[0] == REPORT.checks[0]
    assert report.checks[4] == REPORT.checks[4]
    assert report.checks[6] == REPORT.checks[6]


@pytest.mark.parametrize("feedback", ["none", "location"])
def test_a_forward_pass_that_could_not_be_recorded_is_told(feedback):
    unknown = check("layers", "the forward pass could not be recorded: it is scripted")

    report = limited(replace(REPORT, checks=(unknown,), alignment=None), feedback)

    assert report.checks == (unknown,)


def test_a_difference_without_a_place_is_told_without_one():
    nowhere = replace(REPORT.diagnosis[0], where="", line=None)

    assert limited(replace(REPORT, diagnosis=(nowhere,)), "location").diagnosis[0].message == (
        "your network differs from the reference"
    )
