"""What a student typed where letters of options are asked for goes in; the positions of the options come out."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache

from cnnquiz.marking.reading import Reading
from cnnquiz.marking.typed import plain_characters
from cnnquiz.problems.kinds import KINDS, OPTION_LETTERS
from cnnquiz.problems.kinds.text import plain
from cnnquiz.problems.problem import Problem

_MOST_CHARACTERS = 2_000

_FILLERS = re.compile(
    r"\b(?:the|my|correct|right|answers?|ans|options?|choices?|letters?|is|are|and|then)\b"
    r"|정답은?|답은?|보기|선택지?|번|입니다|이다|와|과|하고|그리고|다음",
    re.IGNORECASE,
)
_LABEL = re.compile(r"^[(\[]?([A-Ha-h])[)\].:]+ *(?=\S)")
_MARKS = re.compile(r"[\s.,;:()\[\]{}\"'*#&+<>→/|=-]+")
_PIECES = (re.compile(r"[\n;]"), re.compile(r"[-=]?>|\|"))
_OR = re.compile(r"\bor\b|또는|혹은|아니면", re.IGNORECASE)
_NONE = ("none", "none of them", "없음", "없다", "해당 없음")


def read_one(problem: Problem, text: str) -> int | None:
    """The position of the one option that plain characters name, by its letter or by its own text; None otherwise."""
    if len(text) > _MOST_CHARACTERS:
        return None
    by_text = _by_own_text(problem, text)
    letters = _letters(problem, text)
    if by_text is not None:
        # An option whose text is the letter of another one names two.
        return None if letters not in (None, [by_text]) and len(text.strip()) == 1 else by_text
    if letters is not None:
        return letters[0] if len(letters) == 1 else None
    labelled = _LABEL.match(text)
    if labelled:
        position = OPTION_LETTERS.index(labelled[1].upper())
        return position if _by_own_text(problem, text[labelled.end() :]) == position else None
    return None


def read_several(problem: Problem, text: str) -> list[int] | None:
    """The positions of the options that plain characters name, in their order; None where not all of it names one."""
    if len(text) > _MOST_CHARACTERS:
        return None
    one = read_one(problem, text)
    if one is not None:
        return [one]
    letters = _letters(problem, text)
    if letters is not None:
        return letters
    for separator in _PIECES:
        found = [read_one(problem, piece.strip()) for piece in separator.split(text) if piece.strip()]
        if found and None not in found:
            return [position for position in found if position is not None]
    return None


def _letters(problem: Problem, text: str) -> list[int] | None:
    """Letters apart (`A, c`, `B > A`, `A와 C`) or in one word without a letter twice (`ac`)."""
    words = [word for word in _MARKS.split(_FILLERS.sub(" ", text)) if word]
    letters = OPTION_LETTERS[: len(problem.options)]
    found = [letters.find(character) for character in "".join(words).upper()]
    in_a_word = any(len(word) > 1 for word in words)
    if not found or -1 in found or (in_a_word and len(set(found)) < len(found)):
        return None
    return found


def _by_own_text(problem: Problem, text: str) -> int | None:
    """The position of the one option that reads like this, at first with its signs and then by its letters alone."""
    for form in (_as_written, plain):
        wanted = form(text)
        forms = _forms(form, problem.options)
        if wanted and wanted in forms:
            return forms.index(wanted) if forms.count(wanted) == 1 else None
    return None


@lru_cache(maxsize=4096)
def _forms(form: Callable[[str], str], options: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(form, options))


def _as_written(text: str) -> str:
    text = unicodedata.normalize("NFKC", plain_characters(text)).casefold()
    return "".join(text.strip(" .\"'").split())


def settle_choice(problem: Problem, text: str) -> Reading:
    """The one option that was chosen."""
    position = read_one(problem, text)
    if position is None:
        several = read_several(problem, _OR.sub(" ", text))
        return Reading(reason="two" if several and len(several) > 1 else "unreadable")
    return _shown(problem, position)


def settle_choices(problem: Problem, text: str) -> Reading:
    """The options that were ticked."""
    if text.strip(" .").lower() in _NONE:
        return Reading(answer=(), shown="–")
    found = read_several(problem, text)
    return Reading() if found is None else _shown(problem, tuple(sorted(set(found))))


def settle_order(problem: Problem, text: str) -> Reading:
    """The options from first to last, each of them once."""
    found = read_several(problem, text)
    if found is None:
        return Reading()
    if sorted(found) != list(range(len(problem.options))):
        return Reading(reason="once")
    return _shown(problem, tuple(found))


def _shown(problem: Problem, answer: int | Sequence[int]) -> Reading:
    given = answer if isinstance(answer, int) else tuple(answer)
    return Reading(answer=given, shown=KINDS[problem.kind].show(problem, given))
