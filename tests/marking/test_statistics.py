"""Statistics of exams against hand arithmetic, numpy's correlation and covariance, and scipy's published numbers."""

from dataclasses import replace
from fractions import Fraction
from math import sqrt

import numpy as np
import pytest

from cnnquiz.marking.f_distribution import upper_tail
from cnnquiz.marking.gradebook import MarkedWorksheet
from cnnquiz.marking.mark import PartMark
from cnnquiz.marking.statistics import Figure, statistics
from tests.marking.classes import gradebook, marked

# Ten students (rows) and four questions, right or wrong.
RIGHT = np.array(
    [
        [1, 1, 1, 1], [1, 1, 1, 0], [1, 1, 0, 1], [1, 0, 1, 0], [1, 1, 0, 0],
        [1, 0, 0, 1], [0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0],
    ]
)  # fmt: skip


def rows(points: np.ndarray, **changes) -> list[MarkedWorksheet]:
    return [marked(row.tolist(), student=str(number), **changes) for number, row in enumerate(points)]


def test_facility_counts_by_hand():
    found = statistics(gradebook(*rows(RIGHT)))

    assert [each.facility for each in found.questions] == pytest.approx([0.7, 0.5, 0.3, 0.4])
    assert found.mean == pytest.approx(19 / 40)
    assert found.deviation.value == pytest.approx(np.std(RIGHT.mean(axis=1), ddof=1))


def test_discrimination_is_the_correlation_with_the_rest():
    found = statistics(gradebook(*rows(RIGHT)))

    for number, each in enumerate(found.questions):
        rest = RIGHT.sum(axis=1) - RIGHT[:, number]
        assert each.discrimination.value == pytest.approx(np.corrcoef(RIGHT[:, number], rest)[0, 1])


def test_of_right_and_wrong_it_is_the_point_biserial():
    """r = (M1 - M0)/s·√(p·q): the means of the rest scores of those who were right and wrong, s over n."""
    right, rest = RIGHT[:, 0] == 1, RIGHT[:, 1:].sum(axis=1)
    p = right.mean()
    expected = (rest[right].mean() - rest[~right].mean()) / rest.std() * sqrt(p * (1 - p))

    assert statistics(gradebook(*rows(RIGHT))).questions[0].discrimination.value == pytest.approx(expected)


def test_alpha_from_mean_covariances():
    """Another form of it: k·c/(v + (k - 1)·c), of the mean variance v and the mean covariance c of two questions."""
    covariance = np.cov(RIGHT.T)
    k = len(covariance)
    v = np.trace(covariance) / k
    c = (covariance.sum() - np.trace(covariance)) / (k * (k - 1))

    assert statistics(gradebook(*rows(RIGHT))).reliability.value == pytest.approx(k * c / (v + (k - 1) * c))


def test_alpha_by_hand():
    """Two questions that always agree: k/(k - 1)·(1 - 2s²/4s²) = 2·(1 - 1/2) = 1."""
    points = np.array([[1, 1], [0, 0]] * 5)
    assert statistics(gradebook(*rows(points))).reliability == Figure(value=pytest.approx(1))


@pytest.mark.parametrize(
    ("points", "name", "reason"),
    [
        pytest.param(RIGHT[:9], "reliability", "few", id="alpha of nine students"),
        pytest.param(RIGHT[:9], "deviation", "few", id="deviation of nine students"),
        pytest.param(np.ones((10, 3), int), "reliability", "same", id="alpha where all have all points"),
        pytest.param(RIGHT[:, :1], "reliability", "others", id="alpha of one question"),
        pytest.param(RIGHT, "fairness", "versions", id="one version"),
        pytest.param(RIGHT, "median_minutes", "unknown", id="no times"),
    ],
)
def test_no_number_where_none_can_be_told(points, name, reason):
    assert getattr(statistics(gradebook(*rows(points))), name) == Figure(reason=reason)


def test_a_question_of_few_or_that_all_answer_alike_has_no_discrimination():
    assert statistics(gradebook(*rows(RIGHT[:9]))).questions[0].discrimination == Figure(reason="few")
    points = RIGHT.copy()
    points[:, 2] = 1
    assert statistics(gradebook(*rows(points))).questions[2].discrimination == Figure(reason="same")


def test_questions_are_one_whatever_was_drawn():
    found = statistics(gradebook(marked([1, 0], version=1), marked([0, 1], student="2", version=2)))

    first, _ = found.questions
    assert (first.question, first.students, first.problems, first.facility) == ("q0", 2, 2, 0.5)
    assert found.reliability == Figure(reason="few")


def test_no_alpha_where_worksheets_ask_other_questions():
    book = gradebook(*rows(RIGHT), marked([1], student="99"))
    assert statistics(book).reliability == Figure(reason="others")


# scipy 1.17.1: f_oneway([.5, .7, .9, .6], [.2, .4, .9], [.8, .9, 1., .7, .95], equal_var=False)
VERSIONS = {1: (10, 14, 18, 12), 2: (4, 8, 18), 3: (16, 18, 20, 14, 19)}


def test_welch_against_scipy():
    book = gradebook(
        *(
            marked([points], student=f"{version}-{number}", version=version, max_points=20)
            for version, all_points in VERSIONS.items()
            for number, points in enumerate(all_points)
        )
    )

    found = statistics(book)

    assert found.fairness.value == pytest.approx(0.19285831636370365, rel=1e-9)
    assert [each.mean for each in found.versions] == pytest.approx([0.675, 0.5, 0.87])
    # 0.5, 0.7, 0.9, 0.6: deviations -0.175, 0.025, 0.225, -0.075; √(0.0875/3/4)
    assert found.versions[0].error.value == pytest.approx(sqrt(0.0875 / 12))


def test_versions_of_few_are_not_compared():
    book = gradebook(*rows(RIGHT[:2]), *rows(RIGHT[2:], version=2))

    found = statistics(book)

    assert found.fairness == Figure(reason="few")
    assert [each.error.reason for each in found.versions] == ["few", None]


@pytest.mark.parametrize(
    ("f", "df1", "df2", "expected"),
    [
        pytest.param(4.9646, 1, 10, 0.05, id="a table's 5 % of 1 and 10"),
        pytest.param(161.4476, 1, 1, 0.05, id="a table's 5 % of 1 and 1"),
        pytest.param(99.0, 2, 2, 0.01, id="of 2 and 2 it is 1/(1 + F)"),
        pytest.param(3.0, 2, 7.5, 0.11033876174442436, id="scipy.stats.f.sf(3, 2, 7.5)"),
        pytest.param(2.6896, 10, 1000, 0.0029614225021476013, id="scipy.stats.f.sf(2.6896, 10, 1000)"),
        pytest.param(0.0, 3, 9, 1.0, id="nothing is larger by chance always"),
    ],
)
def test_the_tail_of_f(f, df1, df2, expected):
    assert upper_tail(f, df1, df2) == pytest.approx(expected, rel=1e-5)


def with_verdicts(*verdicts: tuple[str, int | None, str]) -> list[MarkedWorksheet]:
    books = [marked([0], student=str(number)) for number in range(len(verdicts))]
    return [
        replace(book, marks=(replace(book.marks[0], verdict=verdict, mistake=mistake, feedback=feedback),))
        for book, (verdict, mistake, feedback) in zip(books, verdicts, strict=True)
    ]


def test_shares_of_mistakes_and_of_what_was_left_open():
    book = gradebook(
        *with_verdicts(
            ("mistake", 1, "The stride 4 was left out of 109."),
            ("mistake", 0, "The stride 2 was left out of 1,024."),
            ("mistake", 2, "Padding was added."),
            ("empty", None, "No answer was given."),
            ("not-understood", None, "?"),
        )
    )

    (question,) = statistics(book).questions

    assert [(each.feedback, each.share) for each in question.mistakes] == [
        ("The stride 4 was left out of 109.", 0.4),
        ("Padding was added.", 0.2),
    ]
    assert (question.omitted, question.not_understood) == (0.2, 0.2)


def test_a_mistake_in_several_parts_is_made_once():
    part = PartMark(response="x", read_as="x", verdict="mistake", mistake=0, credit=Fraction(0), feedback="Off by 1.")
    book = marked([0])
    book = replace(book, marks=(replace(book.marks[0], parts=(part, replace(part, feedback="Off by 2."))),))

    (question,) = statistics(gradebook(book)).questions

    assert [(each.feedback, each.share) for each in question.mistakes] == [("Off by 1.", 1.0)]


def test_the_median_of_the_times_that_are_known():
    book = gradebook(*(marked([1], student=str(n), seconds=s) for n, s in enumerate((600, 1200, None, 1800))))
    assert statistics(book).median_minutes == Figure(value=20)
