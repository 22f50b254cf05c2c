"""What a student typed where letters of options are asked for goes in; the positions of the options come out."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from cnnquiz.marking.reading import Reading
from cnnquiz.marking.typed import plain_characters
from cnnquiz.problems.kinds import KINDS, OPTION_LETTERS
from cnnquiz.problems.kinds.text import plain
from cnnquiz.problems.problem import Problem

_MOST_CHARACTERS = 2_000

_FILLERS = re.compile(
    r"\b(?:the|my|correct|right|answers?|ans|options?|choices?|letters?|is|it(?:'s)?|are|and|then|both|only|just|i"
    r"|think|choose|chose|pick)\b|^first\b|\b(?:finally|lastly)\b(?=\W*\w\W*$)"
    r"|정답은?|답은?|보기|선택지?|번|입니다|이다|와|과|이?랑|하고|그리고|다음|순서로|순으로",
    re.IGNORECASE,
)
_LABEL = re.compile(r"^[(\[]?([A-Ha-h])(?:[)\].:]+ *| +)(?=\S)")
_MARKS = re.compile(r"[\s.,;:()\[\]{}\"'*#&+<>·_?!/|=-]+")
_PIECES = (re.compile(r"[\n;]"), re.compile(r"[-=]?>|\|"), re.compile(","))
_TICKS = "✓✔☑ "
_TIE = re.compile(r"(?<!\w)[A-H] ?= ?[A-H](?!\w)", re.IGNORECASE)
_COMPARED = re.compile(r"(?<![-=<>])[<>](?![=<>])")
_RANKED = re.compile(r"(?:\W*\d\W*[A-H](?![A-Z]))+\W*", re.IGNORECASE)
_OR = re.compile(r"\bor\b|또는|혹은|아니면", re.IGNORECASE)
_NONE = ("none", "none of them", "없음", "없다", "해당 없음")


# Options are lettered; who numbers them, or letters them in Korean, means the same. Plain characters turn ㄱ into its
# first form, and ② into (2).
_JAMO, _SYLLABLES, _NUMBERS = "\u1100\u1102\u1103\u1105\u1106\u1107\u1109\u110b", "가나다라마바사아", "12345678"
_NUMBERED = re.compile(r"\(\d\)|\d ?(?:번|\))")
_KOREAN_LETTER = re.compile(rf"[{_JAMO}]|(?<![가-힣])[{_SYLLABLES}](?![가-힣])")
_BRACKETED = re.compile(r"[가-힣] ?\)")

_TRUTHS = (
    frozenset(("true", "t", "yes", "y", "o", "○", "correct", "참", "예", "네", "맞다", "맞음", "옳다", "옳음")),
    frozenset(("false", "f", "no", "n", "x", "×", "incorrect", "거짓", "아니오", "아니요", "틀리다", "틀림", "그르다")),
)


def with_latin_letters(text: str) -> str:
    """With A for ㄱ and for 가 that stand alone, and so on."""
    return _KOREAN_LETTER.sub(lambda found: OPTION_LETTERS[(_JAMO + _SYLLABLES).index(found[0]) % 8], text)


def read_one(problem: Problem, text: str, *, numbered: bool = True) -> int | None:
    """The position of the one option that plain characters name, by its letter or by its own text; None otherwise.

    With `numbered`, a number may name it too.
    """
    if len(text) > _MOST_CHARACTERS:
        return None
    by_text = _by_own_text(problem, text)
    letters = _letters(problem, text, numbered=numbered)
    if by_text is not None:
        # An option whose text is the letter or the number of another one names two.
        short = len(text.strip()) == 1 or any(map(str.isdigit, text))
        return None if letters not in (None, [by_text]) and short else by_text
    if letters is not None:
        return letters[0] if len(letters) == 1 else None
    labelled = _LABEL.match(text)
    if labelled:
        position = OPTION_LETTERS.index(labelled[1].upper())
        return position if _by_own_text(problem, text[labelled.end() :]) == position else None
    return _by_truth(problem, text)


def _by_truth(problem: Problem, text: str) -> int | None:
    """Of true and false, in any of their words and both languages, the option that means the same."""
    given, *options = ([word in truth for truth in _TRUTHS] for word in map(_as_written, (text, *problem.options)))
    return options.index(given) if any(given) and sorted(options) == [[False, True], [True, False]] else None


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


def _letters(problem: Problem, text: str, *, numbered: bool = True) -> list[int] | None:
    """Letters apart (`A, c`, `B > A`, `A와 C`) or in one word without a letter twice (`ac`)."""
    words = [word for word in _MARKS.split(_FILLERS.sub(" ", text)) if word]
    for letters in _alphabets(problem, text, numbered):
        found = [letters[: len(problem.options)].find(character) for character in "".join(words).upper()]
        in_a_word = any(len(word) > 1 for word in words)
        if found and -1 not in found and not (in_a_word and len(set(found)) < len(found)):
            return found
    return None


def _alphabets(problem: Problem, text: str, numbered: bool) -> Iterator[str]:
    """What options may be called by: a bare 2 only where it can be nothing in their texts, a lone 다 (all) not."""
    yield OPTION_LETTERS
    yield _JAMO
    if len(text.strip(" .")) > 1 and (_BRACKETED.search(text) or len(_MARKS.split(text.strip(" ."))) > 1):
        yield _SYLLABLES
    bare = any(map(str.isdigit, _NUMBERED.sub("", text)))
    if numbered and not (bare and any(map(str.isdigit, "".join(problem.options)))):
        yield _NUMBERS


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
    text = text.strip(_TICKS)
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
    if found and len(found) == 2 and abs(found[0] - found[1]) > 1 and "-" in text.strip(" -"):
        # A-C may be all from A to C.
        return Reading(reason="two")
    return Reading() if found is None else _shown(problem, tuple(sorted(set(found))))


def settle_order(problem: Problem, text: str) -> Reading:
    """The options from first to last, each of them once."""
    found = None if _TIE.search(text) else _by_ranks(problem, text) or read_several(problem, text)
    if found is None:
        return Reading()
    if sorted(found) != list(range(len(problem.options))):
        return Reading(reason="once")
    if _COMPARED.search(text) and tuple(reversed(found)) == problem.answer:
        # C > A > B may be C first, or C the largest where the smallest comes first.
        return Reading(reason="two")
    return _shown(problem, tuple(found))


def _by_ranks(problem: Problem, text: str) -> list[int] | None:
    """The letters of `1. C 2. A 3. B`; None where the numbers do not count from 1."""
    if len(text) > _MOST_CHARACTERS or not _RANKED.fullmatch(text):
        return None
    ranks = "".join(filter(str.isdigit, text))
    return _letters(problem, re.sub(r"\d", " ", text)) if _NUMBERS.startswith(ranks) else None


def _shown(problem: Problem, answer: int | Sequence[int]) -> Reading:
    given = answer if isinstance(answer, int) else tuple(answer)
    return Reading(answer=given, shown=KINDS[problem.kind].show(problem, given))
