"""A gradebook goes in; what it says about the questions, the versions and the whole exam comes out.

Statistics are per question, whatever its parameters were drawn as: with different problems for every student, they are
about the same question all the same. A figure that so few answers cannot tell is left open, with the reason.

- facility: the mean share of the points.
- discrimination: the corrected item-total correlation (Henrysson 1963): Pearson's r between the points for the question
  and the score on the rest of the worksheet; where a question is right or wrong, that is the point-biserial.
- reliability: Cronbach's α = k/(k - 1)·(1 - Σ sᵢ²/s²), with variances of the k questions' points and of their sum
  (Cronbach 1951); only where everybody was asked the same questions.
- fairness: Welch's test of equal means, which does not suppose equal variances (Welch 1951), over the versions' scores.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from statistics import fmean, median, stdev, variance
from typing import Literal

from cnnquiz.marking.f_distribution import upper_tail
from cnnquiz.marking.gradebook import Gradebook, MarkedWorksheet, question_of
from cnnquiz.marking.mark import Mark

FEWEST = 10
"""So many students make a correlation worth printing."""

FEWEST_OF_VERSION = 3

Reason = Literal["few", "same", "others", "versions", "unknown"]
"""Why a figure is open: fewer than 10 students (3 of each version); everybody has the same points; not everybody was
asked the same questions, or there are fewer than two; there is one version; nobody's time is known."""

_NUMBER = re.compile(r"\d[\d.,×x/]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number, or why there is none."""

    value: float | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MistakeShare:
    """A mistake by its feedback to the first student who made it, and the share of the students who made it."""

    feedback: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionStatistics:
    """Shares are of the `students` who were asked the question, in however many different `problems`."""

    question: str
    students: int
    problems: int
    facility: float
    discrimination: Figure
    omitted: float
    not_understood: float
    mistakes: tuple[MistakeShare, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionStatistics:
    """The scores of the students who had a version; `error` is the standard error of their mean."""

    version: str
    students: int
    mean: float
    error: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamStatistics:
    """A score is the share of the points; `fairness` is Welch's p, small where the versions' means differ."""

    title: str
    scores: tuple[float, ...]
    mean: float
    deviation: Figure
    reliability: Figure
    median_minutes: Figure
    fairness: Figure
    versions: tuple[VersionStatistics, ...]
    questions: tuple[QuestionStatistics, ...]


def statistics(gradebook: Gradebook) -> ExamStatistics:
    """The statistics of at least one student's marks."""
    marked = gradebook.marked
    scores = tuple(_score(each.points, each.max_points) for each in marked)
    times = [each.seconds / 60 for each in marked if each.seconds is not None]
    versions = _versions(marked)
    return ExamStatistics(
        title=gradebook.title,
        scores=scores,
        mean=fmean(scores),
        deviation=Figure(value=stdev(scores)) if len(scores) >= FEWEST else Figure(reason="few"),
        reliability=_reliability(marked),
        median_minutes=Figure(value=median(times)) if times else Figure(reason="unknown"),
        fairness=_fairness(list(versions.values())),
        versions=tuple(_version(name, group) for name, group in versions.items()),
        questions=tuple(_question(name, marked) for name in _questions(marked)),
    )


def _score(points: Fraction, max_points: int) -> float:
    return float(points / max_points) if max_points else 0.0


def _questions(marked: Sequence[MarkedWorksheet]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(question_of(mark.problem) for each in marked for mark in each.marks))


def _question(question: str, marked: Sequence[MarkedWorksheet]) -> QuestionStatistics:
    asked = [(each, mark) for each in marked for mark in each.marks if question_of(mark.problem) == question]
    shares = [_score(mark.points, mark.max_points) for _, mark in asked]
    rests = [_score(each.points - mark.points, each.max_points - mark.max_points) for each, mark in asked]
    verdicts = Counter(mark.verdict for _, mark in asked)
    return QuestionStatistics(
        question=question,
        students=len(asked),
        problems=len({mark.problem for _, mark in asked}),
        facility=fmean(shares),
        discrimination=_correlation(shares, rests),
        omitted=verdicts["empty"] / len(asked),
        not_understood=verdicts["not-understood"] / len(asked),
        mistakes=_mistakes([mark for _, mark in asked]),
    )


def _correlation(one: Sequence[float], other: Sequence[float]) -> Figure:
    """Pearson's r."""
    if len(one) < FEWEST:
        return Figure(reason="few")
    if len(set(one)) == 1 or len(set(other)) == 1:
        return Figure(reason="same")
    mean, other_mean = fmean(one), fmean(other)
    products = sum((x - mean) * (y - other_mean) for x, y in zip(one, other, strict=True))
    squares = sum((x - mean) ** 2 for x in one) * sum((y - other_mean) ** 2 for y in other)
    return Figure(value=products / sqrt(squares))


def _mistakes(marks: Sequence[Mark]) -> tuple[MistakeShare, ...]:
    """The most frequent first. One mistake has other numbers in each problem, and is one all the same."""
    counts: Counter[str] = Counter()
    told: dict[str, str] = {}
    for mark in marks:
        made = {_NUMBER.sub("…", feedback): feedback for feedback in reversed(_feedback_on_mistakes(mark))}
        told = made | told
        counts.update(made.keys())
    return tuple(MistakeShare(feedback=told[name], share=n / len(marks)) for name, n in counts.most_common())


def _feedback_on_mistakes(mark: Mark) -> list[str]:
    if mark.parts:
        return [part.feedback for part in mark.parts if part.mistake is not None]
    return [mark.feedback] if mark.mistake is not None else []


def _reliability(marked: Sequence[MarkedWorksheet]) -> Figure:
    """Cronbach's α."""
    questions = _questions(marked)
    rows = [{question_of(mark.problem): float(mark.points) for mark in each.marks} for each in marked]
    if len(questions) < 2 or any(len(row) < len(questions) for row in rows):
        return Figure(reason="others")
    if len(rows) < FEWEST:
        return Figure(reason="few")
    totals = variance([sum(row.values()) for row in rows])
    if not totals:
        return Figure(reason="same")
    parts = sum(variance([row[question] for row in rows]) for question in questions)
    return Figure(value=len(questions) / (len(questions) - 1) * (1 - parts / totals))


def _versions(marked: Sequence[MarkedWorksheet]) -> Mapping[str, list[float]]:
    """The scores of each version, in the order of their numbers."""
    found: dict[str, list[float]] = {}
    for each in sorted(marked, key=lambda each: each.version):
        found.setdefault(each.worksheet or str(each.version), []).append(_score(each.points, each.max_points))
    return found


def _version(name: str, scores: Sequence[float]) -> VersionStatistics:
    few = len(scores) < FEWEST_OF_VERSION
    error = Figure(reason="few") if few else Figure(value=stdev(scores) / sqrt(len(scores)))
    return VersionStatistics(version=name, students=len(scores), mean=fmean(scores), error=error)


def _fairness(versions: Sequence[Sequence[float]]) -> Figure:
    """The p of Welch's test that all versions have the same mean."""
    if len(versions) < 2:
        return Figure(reason="versions")
    if any(len(scores) < FEWEST_OF_VERSION for scores in versions):
        return Figure(reason="few")
    if any(len(set(scores)) == 1 for scores in versions):
        return Figure(reason="same")
    count = len(versions)
    weights = [len(scores) / variance(scores) for scores in versions]
    means = [fmean(scores) for scores in versions]
    total = sum(weights)
    mean = sum(weight * each for weight, each in zip(weights, means, strict=True)) / total
    between = sum(weight * (each - mean) ** 2 for weight, each in zip(weights, means, strict=True)) / (count - 1)
    spread = sum((1 - weight / total) ** 2 / (len(s) - 1) for weight, s in zip(weights, versions, strict=True))
    f = between / (1 + 2 * (count - 2) / (count**2 - 1) * spread)
    return Figure(value=upper_tail(f, count - 1, (count**2 - 1) / (3 * spread)))
