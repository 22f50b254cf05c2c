"""Questions and a store go in; a session of practice comes out, which asks, marks, and keeps every attempt."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from functools import partial

from cnnquiz.bank.selection import Outline
from cnnquiz.bank.text import Language
from cnnquiz.marking.mark import Mark, Verdict
from cnnquiz.practice.attempt import Attempt, Card
from cnnquiz.practice.choosing import fresh_problem, next_missed, next_question
from cnnquiz.practice.scheduling import Recall, recall, review
from cnnquiz.practice.store import Store
from cnnquiz.practice.turn import Reply, Told, Turn, respond
from cnnquiz.problems.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a student asked to practise: at most `count` problems of these questions.

    With `again`, what was missed when it was last asked, and None as `count` is all of it.
    """

    outlines: Sequence[Outline]
    language: Language
    seed: int
    count: int | None
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How one problem went: the first answer counts, `tries` is how many there were in all.

    `due` is when the question comes again; None where nothing was answered.
    """

    problem: Problem
    verdict: Verdict
    points: Fraction
    hints: int
    tries: int
    response: str
    feedback: str
    due: datetime | None


class Session:
    """Asks one problem at a time: `ask()` for the next one, `answer(line)` until its turn is closed, and so on."""

    def __init__(self, wanted: Wanted, store: Store, *, id: str, clock: Callable[[], datetime]) -> None:
        self.wanted = wanted
        self.id = id
        self.turn: Turn | None = None
        self._store = store
        self._clock = clock
        self._results: dict[int, Result] = {}
        self._asked: list[str] = []
        self._missed = store.missed() if wanted.again else ()

    @property
    def results(self) -> tuple[Result, ...]:
        """How the problems went that were answered or passed over."""
        return tuple(self._results.values())

    @property
    def length(self) -> int | None:
        """How many problems there will be at most; None where nobody can know yet."""
        if not self.wanted.again:
            return self.wanted.count
        known = {each.id for each in self.wanted.outlines}
        missed = len(known.intersection(self._missed))
        return missed if self.wanted.count is None else min(missed, self.wanted.count)

    def ask(self) -> Turn | None:
        """The next problem, with numbers that were not seen while there are such; None at the end."""
        number = len(self._asked) + 1
        outline = self._next() if self.wanted.count is None or number <= self.wanted.count else None
        if outline is None:
            self.turn = None
            return None
        seen = self._store.seen(outline.id)
        problem = fresh_problem(outline.question(), seen, seed=self.wanted.seed, language=self.wanted.language)
        self._asked.append(outline.id)
        self.turn = Turn(number=number, problem=problem)
        return self.turn

    def answer(self, line: str) -> Reply:
        """What to reply to a line. When this returns, an attempt that it made is on disk."""
        assert self.turn is not None
        assert not self.turn.closed
        turn, reply = respond(self.turn, line)
        if isinstance(reply, Mark):
            self._keep(turn, reply)
        elif reply.what in ("skipped", "moved on") and turn.tries == 0:
            self._pass_over(turn, reply)
        self.turn = turn
        return reply

    def due_until(self, moment: datetime) -> int:
        """How many of the wanted questions come again until then."""
        known = {each.id for each in self.wanted.outlines}
        return sum(name in known and card.due <= moment for name, card in self._store.cards().items())

    def _next(self) -> Outline | None:
        if self.wanted.again:
            return next_missed(self.wanted.outlines, self._missed, self._asked)
        cards = self._store.cards()
        return next_question(self.wanted.outlines, cards, self._asked, now=self._clock(), seed=self.wanted.seed)

    def _keep(self, turn: Turn, mark: Mark) -> None:
        """An answer: the first on its problem also moves the question's card."""
        now = self._clock()
        first = turn.tries == 1
        how = recall(mark, hints=turn.hints, difficulty=turn.problem.difficulty)
        attempt = self._attempt(
            turn, mark.verdict, now=now, response=mark.response, points=mark.points, text=mark.feedback
        )
        card = self._store.record(attempt, partial(_reviewed, how=how, now=now) if first else None)
        known = self._results.get(turn.number)
        self._results[turn.number] = _result(turn, attempt, card) if known is None else replace(known, tries=turn.tries)

    def _pass_over(self, turn: Turn, reply: Told) -> None:
        """No answer: nothing is known about memory, so the card stays as it is."""
        verdict: Verdict = "empty" if reply.what == "skipped" else "not-understood"
        attempt = self._attempt(turn, verdict, now=self._clock(), response="", points=Fraction(0), text=reply.text)
        self._store.record(attempt)
        self._results[turn.number] = _result(turn, attempt, None)

    def _attempt(
        self, turn: Turn, verdict: Verdict, *, now: datetime, response: str, points: Fraction, text: str
    ) -> Attempt:
        problem = turn.problem
        return Attempt(
            session=self.id,
            answered_at=now,
            question=problem.question,
            index=problem.index,
            language=problem.language,
            tried=turn.tries,
            hints=turn.hints,
            response=response,
            verdict=verdict,
            points=points,
            max_points=problem.points,
            feedback=text,
        )


def _reviewed(card: Card | None, *, how: Recall, now: datetime) -> Card:
    return review(card, how, now=now)


def _result(turn: Turn, attempt: Attempt, card: Card | None) -> Result:
    return Result(
        problem=turn.problem,
        verdict=attempt.verdict,
        points=attempt.points,
        hints=turn.hints,
        tries=turn.tries,
        response=attempt.response,
        feedback=attempt.feedback,
        due=None if card is None else card.due,
    )
