"""A problem and what somebody typed go in; the mark comes out: points, how it was read, and what to say about it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from cnnquiz.bank.question import AnswerKind
from cnnquiz.marking.letters import settle_choice, settle_choices, settle_order
from cnnquiz.marking.number import settle_number
from cnnquiz.marking.parts import SETTLE_PART, SPLIT
from cnnquiz.marking.reading import Reading
from cnnquiz.marking.shapes import settle_shape
from cnnquiz.marking.text import settle_text
from cnnquiz.marking.typed import plain_characters
from cnnquiz.marking.words import not_understood, remark, said
from cnnquiz.problems.kinds import OPTION_LETTERS, worth
from cnnquiz.problems.problem import Problem

Verdict = Literal["right", "other-convention", "mistake", "wrong", "not-understood", "empty"]

_MOST_CHARACTERS = 10_000
_NOTHING = " \n-_.?"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartMark:
    """The mark of one part of an answer: a blank, an item, the line or the effect of a listing.

    `credit` is what it earns of its share of the points; `mistake` is a position among the problem's mistakes.
    """

    response: str
    read_as: str | None
    verdict: Verdict
    mistake: int | None
    credit: Fraction
    feedback: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a response is worth, and why.

    `problem` is the problem's id, `response` the text as it was typed, and `read_as` how it was read, in the problem's
    language; None where it was not. "other-convention" is a value that is the key under a convention that the question
    does not state; "not-understood" is for a person to look at. `mistake` is a position among the problem's mistakes.
    Where an answer has `parts`, they share the points equally, and the verdict on all of them is that on the worst.
    """

    problem: str
    response: str
    read_as: str | None
    verdict: Verdict
    mistake: int | None
    points: Fraction
    max_points: int
    feedback: str
    parts: tuple[PartMark, ...] = ()


def mark(problem: Problem, response: str) -> Mark:
    """Mark a response, as typed; never raises, whatever the text."""
    if len(response) > _MOST_CHARACTERS:
        return _without_parts(problem, response, Reading(reason="long"))
    # Cells that are copied from a spreadsheet come with tabs between them.
    text = plain_characters(response.replace("\t", ";") if problem.kind == "table" else response)
    if not text.strip(_NOTHING):
        return _empty(problem, response)
    if problem.kind not in SPLIT:
        return _without_parts(problem, response, _SETTLE[problem.kind](problem, text))
    parts = SPLIT[problem.kind](problem, text)
    if parts is None:
        return _without_parts(problem, response, Reading(reason="count"))
    return _with_parts(problem, response, parts)


def mark_parts(problem: Problem, parts: Sequence[str]) -> Mark:
    """Mark a response whose parts came apart: the blanks of a table, the line and the effect, the letters of an order.

    Parts left open are empty texts; missing ones at the end count as such.
    """
    response = "; ".join(parts)
    if problem.kind not in SPLIT:
        return mark(problem, "\n".join(parts))
    assert isinstance(problem.answer, tuple)
    count = len(problem.answer)
    if len(parts) > count or len(response) > _MOST_CHARACTERS:
        return _without_parts(problem, response, Reading(reason="count" if len(parts) > count else "long"))
    texts = [plain_characters(part) for part in parts]
    if not any(text.strip(_NOTHING) for text in texts):
        return _empty(problem, response)
    return _with_parts(problem, response, (*texts, *("" for _ in range(count - len(texts)))))


_SETTLE: Mapping[AnswerKind, Callable[[Problem, str], Reading]] = {
    "number": settle_number,
    "shape": settle_shape,
    "choice": settle_choice,
    "choices": settle_choices,
    "order": settle_order,
    "text": settle_text,
}


def _empty(problem: Problem, response: str) -> Mark:
    feedback = said(problem.language, "empty")
    return _mark(problem, response, verdict="empty", credit=Fraction(0), feedback=feedback)


def _mark(problem: Problem, response: str, *, verdict: Verdict, credit: Fraction, feedback: str, **more: Any) -> Mark:
    return Mark(
        problem=problem.id,
        response=response,
        read_as=more.pop("read_as", None),
        verdict=verdict,
        mistake=more.pop("mistake", None),
        points=credit * problem.points,
        max_points=problem.points,
        feedback=feedback,
        **more,
    )


def _without_parts(problem: Problem, response: str, reading: Reading) -> Mark:
    if reading.answer is None:
        feedback = _not_understood(problem, reading)
        return _mark(problem, response, verdict="not-understood", credit=Fraction(0), feedback=feedback)
    found = worth(problem, reading.answer)
    mistake = found.mistakes[0] if found.mistakes else None
    verdict = _verdict(problem, reading, found.credit, mistake)
    feedback = _feedback(problem, reading, verdict, mistake)
    return _mark(
        problem,
        response,
        verdict=verdict,
        credit=found.credit,
        feedback=feedback,
        read_as=reading.shown,
        mistake=mistake,
    )


def _with_parts(problem: Problem, response: str, texts: Sequence[str]) -> Mark:
    settle = SETTLE_PART[problem.kind]
    readings = [settle(problem, part, text) if text.strip(_NOTHING) else None for part, text in enumerate(texts)]
    found = worth(problem, tuple(reading.answer if reading else None for reading in readings))
    mistakes = {problem.mistakes[position].part: position for position in reversed(found.mistakes)}
    parts = tuple(
        _part(problem, text, reading, found.parts[part], mistakes.get(part))
        for part, (text, reading) in enumerate(zip(texts, readings, strict=True))
    )
    return _mark(
        problem,
        response,
        verdict=_worst(parts),
        credit=found.credit,
        feedback=_summary(problem, parts),
        read_as="; ".join(part.read_as or "–" for part in parts),
        mistake=next((part.mistake for part in parts if part.mistake is not None), None),
        parts=parts,
    )


def _part(problem: Problem, text: str, reading: Reading | None, credit: Fraction, mistake: int | None) -> PartMark:
    verdict: Verdict
    if reading is None:
        verdict, mistake, feedback = "empty", None, said(problem.language, "empty")
    elif reading.answer is None:
        verdict, mistake, feedback = "not-understood", None, _not_understood(problem, reading)
    else:
        verdict = _verdict(problem, reading, credit, mistake)
        feedback = _feedback(problem, reading, verdict, mistake)
    shown = reading.shown if reading else None
    return PartMark(response=text, read_as=shown, verdict=verdict, mistake=mistake, credit=credit, feedback=feedback)


def _verdict(problem: Problem, reading: Reading, credit: Fraction, mistake: int | None) -> Verdict:
    if credit == 1:
        return "right"
    if mistake is not None:
        return "mistake" if problem.mistakes[mistake].convention is None else "other-convention"
    return "wrong" if reading.convention is None else "other-convention"


def _feedback(problem: Problem, reading: Reading, verdict: Verdict, mistake: int | None) -> str:
    language = problem.language
    if verdict == "right":
        return said(language, "right")
    if mistake is not None:
        made = problem.mistakes[mistake]
        named = [] if made.convention is None else [said(language, "convention", convention=made.convention)]
        return " ".join((*named, made.feedback))
    if reading.convention is not None:
        return said(language, "convention", convention=reading.convention)
    wrong = said(language, "wrong")
    return wrong if reading.remark is None else f"{wrong} {remark(language, reading.remark)}"


def _not_understood(problem: Problem, reading: Reading) -> str:
    letters = ", ".join(OPTION_LETTERS[: len(problem.options)])
    return not_understood(problem.language, problem.kind, reading.reason, letters=letters, unit=problem.unit)


_FROM_THE_WORST: tuple[Verdict, ...] = ("not-understood", "wrong", "empty", "mistake", "other-convention", "right")


def _worst(parts: Sequence[PartMark]) -> Verdict:
    """The verdict on an answer with parts, of which one open part makes a wrong answer."""
    worst = min((part.verdict for part in parts), key=_FROM_THE_WORST.index)
    return "wrong" if worst == "empty" else worst


def _summary(problem: Problem, parts: Sequence[PartMark]) -> str:
    """How many parts are right, and what there is to say about the first that is not."""
    right = sum(part.verdict == "right" for part in parts)
    if right == len(parts):
        return said(problem.language, "right")
    number, first = next((n, part) for n, part in enumerate(parts, start=1) if part.verdict != "right")
    counted = said(problem.language, "parts", right=right, all=len(parts))
    return f"{counted} {said(problem.language, 'part', number=number, feedback=first.feedback)}"
