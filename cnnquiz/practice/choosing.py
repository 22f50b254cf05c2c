"""Questions, their cards and what was asked so far go in; what to ask next comes out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import blake2b

from cnnquiz.bank.question import Question
from cnnquiz.bank.selection import Outline
from cnnquiz.bank.text import Language
from cnnquiz.practice.attempt import Card
from cnnquiz.problems.draw import draw, space_size
from cnnquiz.problems.problem import Problem


def next_question(
    outlines: Sequence[Outline], cards: Mapping[str, Card], asked: Sequence[str], *, now: datetime, seed: int
) -> Outline | None:
    """What is due, the longest due first; then what was never asked, easy ones first; then what is due soonest.

    `asked` are the ids of this session in their order: the last one is not asked again at once, and only what is due
    is asked twice. None when nothing is left.
    """
    due = [each for each in outlines if each.id in cards and cards[each.id].due <= now and each.id not in asked[-1:]]
    if due:
        return min(due, key=lambda each: (cards[each.id].due, each.id))
    left = [each for each in outlines if each.id not in asked]
    new = [each for each in left if each.id not in cards]
    if new:
        return min(new, key=lambda each: (each.difficulty, _shuffled(each.id, seed)))
    return min(left, key=lambda each: (cards[each.id].due, each.id), default=None)


def next_missed(outlines: Sequence[Outline], missed: Sequence[str], asked: Sequence[str]) -> Outline | None:
    """The first of the missed questions that was not asked in this session; None when all were."""
    known = {each.id: each for each in outlines}
    return next((known[name] for name in missed if name in known and name not in asked), None)


def fresh_problem(question: Question, seen: Sequence[int], *, seed: int, language: Language) -> Problem:
    """A problem with other numbers than those of `seen`, the indices of earlier ones, the latest last.

    When all of the question's problems were seen, the one that was seen longest ago.
    """
    latest = {index: place for place, index in enumerate(seen)}
    tries = min(space_size(question), len(latest) + 1)
    problems = (draw(question, seed=seed, position=position, language=language) for position in range(tries))
    oldest: Problem | None = None
    for problem in problems:
        if problem.index not in latest:
            return problem
        if oldest is None or latest[problem.index] < latest[oldest.index]:
            oldest = problem
    assert oldest is not None  # a space is never empty
    return oldest


def _shuffled(id: str, seed: int) -> bytes:
    return blake2b(f"{seed}/{id}".encode(), digest_size=8).digest()
