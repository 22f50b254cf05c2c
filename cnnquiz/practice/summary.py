"""The results of a session go in; what they add up to comes out, and what to revise."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from cnnquiz.practice.session import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """Points of several problems, and how many of those were asked and were right at the first answer."""

    asked: int
    right: int
    points: Fraction
    max_points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What was said of a first answer that was a known mistake, and the question."""

    question: str
    feedback: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A source to read again, and the questions that were missed and are from it."""

    source: str
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a session adds up to. `with_hints` counts those of the right ones that took a hint, `passed_over` the
    problems without an answer; `topics` are those with the lowest score first.
    """

    total: Total
    with_hints: int
    passed_over: int
    topics: tuple[tuple[str, Total], ...]
    slips: tuple[Slip, ...]
    revise: tuple[Reading, ...]


def summarise(results: Sequence[Result]) -> Summary:
    """What the results add up to; a problem counts under each of its topics."""
    topics = dict.fromkeys(topic for result in results for topic in result.problem.topics)
    totals = {topic: _total([each for each in results if topic in each.problem.topics]) for topic in topics}
    slips = (
        Slip(question=each.problem.question, feedback=each.feedback)
        for each in results
        if each.verdict in ("mistake", "other-convention")
    )
    return Summary(
        total=_total(results),
        with_hints=_count(results, lambda each: each.verdict == "right" and each.hints > 0),
        passed_over=_count(results, lambda each: each.tries == 0),
        topics=tuple(sorted(totals.items(), key=lambda topic: topic[1].points / topic[1].max_points)),
        slips=tuple(dict.fromkeys(slips)),
        revise=_revise(results),
    )


def _total(results: Sequence[Result]) -> Total:
    return Total(
        asked=len(results),
        right=_count(results, lambda each: each.verdict == "right"),
        points=sum((each.points for each in results), Fraction(0)),
        max_points=sum(each.problem.points for each in results),
    )


def _count(results: Sequence[Result], counts: Callable[[Result], bool]) -> int:
    return sum(map(counts, results))


def _revise(results: Sequence[Result]) -> tuple[Reading, ...]:
    missed = [each.problem for each in results if each.verdict != "right"]
    sources = dict.fromkeys(problem.source for problem in missed)
    return tuple(
        Reading(
            source=source,
            questions=tuple(dict.fromkeys(problem.question for problem in missed if problem.source == source)),
        )
        for source in sources
    )
