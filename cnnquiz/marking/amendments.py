"""A key that was corrected after the exam, and an answer, go in; the mark by the corrected key comes out.

Each amendment is about a problem or about all problems of a question: another answer, another tolerance, more answers
that are right, or full points for everybody. Where several answers are right, a response gets the best of its marks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from cnnquiz.marking.gradebook import mark_response, question_of
from cnnquiz.marking.letters import settle_choice, settle_choices, settle_order
from cnnquiz.marking.mark import Mark
from cnnquiz.marking.numbers import Number, read_number
from cnnquiz.marking.parts import SETTLE_PART, SPLIT
from cnnquiz.marking.responses import Response
from cnnquiz.marking.shapes import settle_shape
from cnnquiz.marking.typed import plain_characters
from cnnquiz.marking.words import said
from cnnquiz.problems.kinds.text import plain
from cnnquiz.problems.problem import Answer, Mistake, Problem

_SETTLE = {"shape": settle_shape, "choice": settle_choice, "choices": settle_choices, "order": settle_order}


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """What is corrected about a problem or a question; `answer` and `accepted` are as a student would type them."""

    name: str
    reason: str
    answer: str | None = None
    accepted: tuple[str, ...] = ()
    tolerance: Fraction | None = None
    full_points: bool = False

    def keys(self, problem: Problem) -> tuple[Problem, ...]:
        """The problem with each answer that is right now; the first one is the key that is shown."""
        if self.tolerance is not None:
            problem = replace(problem, tolerance=self.tolerance, figures=0)
        if self.answer is not None:
            # The worked solution leads to the answer that was wrong.
            problem = replace(_corrected(problem, self.answer), working=None, solution=None)
        if problem.kind == "text":
            return (replace(problem, accepted=(*problem.accepted, *self.accepted)),)
        return (problem, *(_corrected(problem, text) for text in self.accepted))


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendments:
    """All that was corrected, by the ids of problems and of questions."""

    by_name: Mapping[str, Amendment] = field(default_factory=dict)

    def of(self, problem: Problem) -> Amendment | None:
        return self.by_name.get(problem.id) or self.by_name.get(question_of(problem.id))

    def key(self, problem: Problem) -> Problem:
        """The problem with its key as it is now."""
        amendment = self.of(problem)
        return problem if amendment is None else amendment.keys(problem)[0]

    def mark(self, problem: Problem, response: Response) -> tuple[Mark, str] | None:
        """The mark by the amended key, and the reason; None where nothing was amended."""
        amendment = self.of(problem)
        if amendment is None:
            return None
        marks = [mark_response(key, response) for key in amendment.keys(problem)]
        best = max(marks, key=lambda mark: mark.points)
        if amendment.full_points:
            best = replace(best, points=Fraction(problem.points))
        return best, amendment.reason


def typed_answer(problem: Problem, text: str) -> Answer | None:
    """The answer that a text gives to a problem, whatever its key is; None where it gives none, or two."""
    text = plain_characters(text)
    if problem.kind == "text":
        return text if plain(text) else None
    if problem.kind == "number":
        return _number(problem, text)
    if problem.kind not in SPLIT:
        answer = _SETTLE[problem.kind](problem, text).answer
        # Options of which every one is right leave nothing to choose.
        return None if problem.kind == "choices" and answer == tuple(range(len(problem.options))) else answer
    texts = SPLIT[problem.kind](problem, text) or ()
    parts = [_part(problem, part, each) for part, each in enumerate(texts)]
    return tuple(parts) if parts and None not in parts else None  # type: ignore[arg-type]


def _number(problem: Problem, text: str) -> int | Fraction | None:
    number = read_number(problem, text)
    if not isinstance(number, Number) or number.amount.other is not None:
        return None
    value = number.amount.value
    return int(value) if value.denominator == 1 else value


def _part(problem: Problem, part: int, text: str) -> Answer | None:
    assert isinstance(problem.answer, tuple)
    if problem.kind == "table" and not isinstance(problem.answer[part], tuple):
        return _number(problem, text)
    return SETTLE_PART[problem.kind](problem, part, text).answer


def _corrected(problem: Problem, text: str) -> Problem:
    answer = typed_answer(problem, text)
    assert answer is not None
    accepted = (text,) if problem.kind == "text" else ()
    return replace(problem, answer=answer, accepted=accepted, mistakes=_mistakes(problem, answer))


def _mistakes(problem: Problem, answer: Answer) -> tuple[Mistake, ...]:
    """Those that are none now are left out; of choices, every option that is wrong now is one."""
    if problem.kind != "choices":
        return tuple(mistake for mistake in problem.mistakes if mistake.part is not None or mistake.answer != answer)
    known = {mistake.answer: mistake for mistake in problem.mistakes}
    assert isinstance(answer, tuple)
    wrong = [each for each in range(len(problem.options)) if each not in answer]
    other = said(problem.language, "wrong")
    return tuple(known.get(each, Mistake(answer=each, feedback=other)) for each in wrong)


def named_options(problem: Problem, answer: Answer) -> Sequence[object]:
    """What an answer says, whatever the letters of the options are."""
    options = problem.options
    if isinstance(answer, int) and problem.kind == "choice":
        return [options[answer]]
    if problem.kind in ("choices", "order", "match") and isinstance(answer, tuple):
        texts = [options[each] for each in answer if isinstance(each, int)]
        return sorted(texts) if problem.kind == "choices" else texts
    if problem.kind == "listing" and isinstance(answer, tuple):
        line, effect = answer
        assert isinstance(effect, int)
        return [line, options[effect]]
    return [answer]
