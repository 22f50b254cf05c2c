"""The typed answer of a table, a match or a listing goes in; one text for each of its parts comes out."""

import re
from collections.abc import Callable, Mapping

from cnnquiz.bank.question import AnswerKind
from cnnquiz.marking.letters import read_one, with_latin_letters
from cnnquiz.marking.number import settle_number
from cnnquiz.marking.reading import Reading
from cnnquiz.marking.shapes import settle_shape
from cnnquiz.problems.kinds.choice import letter
from cnnquiz.problems.kinds.listing import EFFECT, LINE
from cnnquiz.problems.problem import Problem

_MOST_CHARACTERS = 2_000

_BLANKS = re.compile(r"[;\n\t|]")
_LISTS = (re.compile(r",\s+"), re.compile(r"\s+"))
_TOKEN = re.compile(r"(?P<number>\d{1,3})|(?P<letter>[A-Za-z](?![A-Za-z]))|(?P<other>[^\W_])")
_RUN = re.compile(r"[A-Ha-h]+")
_NUMBER_FIRST = re.compile(
    r"^(?P<line>(?:lines?|l|줄|행)? ?\.?:?\d{1,4} ?(?:번째|번)? ?(?:줄|행|라인)?)(?:에서|의|은|이)?"
    r"[ ,.:;)/-]*(?P<effect>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_LETTER_FIRST = re.compile(
    r"^(?P<effect>(?:effect|효과)? ?\(?[A-Ha-h]\)?)[ ,.:;)/-]*(?P<line>(?:lines?|l|줄|행)? ?\d{1,4}.*)$",
    re.IGNORECASE | re.DOTALL,
)
_LINE = re.compile(
    r"(?:lines?|l|줄|행|라인)? ?[.:#]? ?(?P<number>\d{1,4}) ?(?:번째|번)? ?(?:줄|행|라인)?[.,]?", re.IGNORECASE
)
_EFFECT_NAME = re.compile(r"^(?:effect|효과)[ :]*", re.IGNORECASE)


def split_table(problem: Problem, text: str) -> tuple[str, ...] | None:
    """The blanks row by row, apart by `;`, line ends or tabs; where none is there, by commas or spaces.

    Blanks at the end may be left out. None for more texts than blanks.
    """
    assert isinstance(problem.answer, tuple)
    count = len(problem.answer)
    if count == 1:
        return (text,)
    pieces = [piece.strip() for piece in _BLANKS.split(text.strip(" ;|"))]
    if len(pieces) > count:
        pieces = [piece for piece in pieces if piece]
    if len(pieces) == 1:
        pieces = next((each for each in (pattern.split(text) for pattern in _LISTS) if len(each) == count), pieces)
    return None if len(pieces) > count else (*pieces, *("" for _ in range(count - len(pieces))))


def split_match(problem: Problem, text: str) -> tuple[str, ...] | None:
    """For each item its letter: `1-C, 2-A`, `C-1 A-2`, or the letters in the order of the items, `C A` or `CA`."""
    count = len(problem.items)
    lettered = with_latin_letters(text)
    if _RUN.fullmatch(lettered.strip()) and len(lettered.strip()) == count:
        return tuple(lettered.strip())
    tokens = list(_TOKEN.finditer(lettered)) if len(lettered) <= _MOST_CHARACTERS else []
    if not tokens or any(token["other"] for token in tokens):
        return _texts_in_order(problem, text)
    if all(token["letter"] for token in tokens):
        return tuple(token[0] for token in tokens) if len(tokens) == count else None
    firsts, seconds = tokens[::2], tokens[1::2]
    if not firsts[0]["number"]:
        firsts, seconds = seconds, firsts
    if len(firsts) != len(seconds) or not all(one["number"] for one in firsts) or not all(t["letter"] for t in seconds):
        return None
    places = [int(one["number"]) for one in firsts]
    if len(set(places)) < len(places) or not all(1 <= place <= count for place in places):
        return None
    found = dict(zip(places, (token[0] for token in seconds), strict=True))
    return tuple(found.get(place, "") for place in range(1, count + 1))


def _texts_in_order(problem: Problem, text: str) -> tuple[str, ...] | None:
    """The options' own texts, one a line or apart by `;`, with the numbers of the items in front or in their order."""
    pieces = [piece.strip() for piece in _BLANKS.split(text) if piece.strip()]
    return tuple(pieces) if len(pieces) == len(problem.items) else None


def split_listing(problem: Problem, text: str) -> tuple[str, ...] | None:
    """The line and the effect: `line 3, B`, `3B`, `3번째 줄 B`, `B, line 3`; or the line and the effect's own text."""
    text = text.strip("() ")
    found = _LETTER_FIRST.match(text) or _NUMBER_FIRST.match(text)
    if found is None:
        return "", text
    several = any(map(str.isdigit, found["effect"])) and settle_bug(problem, EFFECT, found["effect"]).answer is None
    return (text, "") if several else (found["line"], found["effect"])


def settle_blank(problem: Problem, part: int, text: str) -> Reading:
    """A blank of a table: a number or a shape, as its key is."""
    assert isinstance(problem.answer, tuple)
    settle = settle_shape if isinstance(problem.answer[part], tuple) else settle_number
    return settle(problem, text, part)


def settle_pair(problem: Problem, part: int, text: str) -> Reading:
    """The option that was found for an item of a match; its number may stand before it."""
    text = re.sub(rf"^{part + 1}\s*[-.:)=>]+\s*", "", text)
    position = read_one(problem, text)
    return Reading() if position is None else Reading(answer=position, shown=f"{part + 1}–{letter(position)}")


def settle_bug(problem: Problem, part: int, text: str) -> Reading:
    """The line of a listing, or its effect."""
    if part != LINE:
        position = read_one(problem, _EFFECT_NAME.sub("", text), numbered=False)
        return Reading() if position is None else Reading(answer=position, shown=letter(position))
    found = _LINE.fullmatch(text.strip())
    return Reading() if found is None else Reading(answer=int(found["number"]), shown=str(int(found["number"])))


SPLIT: Mapping[AnswerKind, Callable[[Problem, str], tuple[str, ...] | None]] = {
    "table": split_table,
    "match": split_match,
    "listing": split_listing,
}
SETTLE_PART: Mapping[AnswerKind, Callable[[Problem, int, str], Reading]] = {
    "table": settle_blank,
    "match": settle_pair,
    "listing": settle_bug,
}
