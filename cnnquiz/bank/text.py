"""Text of the bank in both languages, with its open places: `{formula}` is replaced by a value when a problem is drawn.

Two marks stay in the drawn text and are set by the page that shows it: `` `code` `` and `$formula$`. In prose a value
is written for people, 1,024 and 3×32×32; inside a mark as programs and formulas write it, 1024 and (3, 32, 32).
`{year:d}` has no separators: 2012.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from cnnquiz.bank.reading.entry import Entry
from cnnquiz.errors import FormulaError
from cnnquiz.formulas import Formula, Value, evaluate, format_number, parse, to_linear
from cnnquiz.formulas.substitute import literal

Language = Literal["en", "ko"]
LANGUAGES: tuple[Language, ...] = ("en", "ko")

_PLACE = re.compile(r"\{([^{}]*)\}")
_MARKED = re.compile(r"`(?P<code>[^`]*)`|\$(?P<math>[^$]*)\$")

_DIGITS = ":d"

Mark = Literal["", "`", "$"]
_MARKS: tuple[Mark, ...] = ("`", "$")


def format_value(value: Value, language: Language = "en") -> str:
    """A value as a reader expects it: thousands separators, × between the sizes of a shape, a record by its title.

    A record with a text for each language is that text.
    """
    if type(value) is int:
        return format_number(value)
    if isinstance(value, tuple):
        return "×".join(format_value(each, language) for each in value)
    if isinstance(value, (bool, str)):
        return str(value)
    if isinstance(value, Mapping):
        shown = next(value[key] for key in (language, "title", "name") if key in value)
        return format_value(shown, language)
    return format_number(value)


@dataclass(frozen=True, slots=True)
class Place:
    """An open place of a text: a formula, and the mark that it stands inside of."""

    formula: Formula
    mark: Mark
    digits: bool = False  # a whole number without separators, such as a year

    def fill(self, language: Language, values: Mapping[str, Value]) -> str:
        value = evaluate(self.formula, values)
        if self.digits and isinstance(value, int):
            return str(value)
        if not self.mark or isinstance(value, (str, Mapping)):
            return format_value(value, language)
        written = to_linear(Formula(text="", tree=literal(value)))
        # `n + {p}` and `{p}**2` must mean the same for p = -1 and p = 1/3.
        compound = isinstance(value, (int, Fraction)) and (value < 0 or "/" in written)
        return f"({written})" if self.mark == "$" and compound else written


@dataclass(frozen=True, slots=True)
class Template:
    """Text in one language: literal pieces and places in turn."""

    pieces: tuple[str | Place, ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset().union(*(piece.formula.names for piece in self.pieces if isinstance(piece, Place)))

    def fill(self, language: Language, values: Mapping[str, Value]) -> str:
        """The text with its places filled."""
        return "".join(piece if isinstance(piece, str) else piece.fill(language, values) for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Text:
    """The same text in every language of the bank."""

    en: Template
    ko: Template

    @property
    def names(self) -> frozenset[str]:
        return self.en.names | self.ko.names

    def fill(self, language: Language, values: Mapping[str, Value]) -> str:
        template: Template = getattr(self, language)
        return template.fill(language, values)


def read_text(entry: Entry) -> Text:
    """A mapping with one text for each language; a missing language is an error, never a silent fallback."""
    languages = entry.mapping(LANGUAGES, required=LANGUAGES)
    return Text(en=read_template(languages["en"]), ko=read_template(languages["ko"]))


def literal_text(text: str) -> Text:
    """The same words in every language, without places."""
    return Text(en=Template((text,)), ko=Template((text,)))


def read_formula(entry: Entry) -> Formula:
    """A formula, with the file and line in the error when it cannot be read."""
    return _formula(entry, entry.text("a formula"))


def read_template(entry: Entry, *, code: bool = False) -> Template:
    """Text with places in one language; in `code`, which is a listing as it stands, nothing is a mark."""
    text = entry.text() if not code else entry.listing()
    pieces: list[str | Place] = []
    mark: Mark = ""
    for number, piece in enumerate(_PLACE.split(text)):
        if number % 2:
            formula = piece.removesuffix(_DIGITS)
            pieces.append(Place(_formula(entry, formula), "`" if code else mark, formula != piece))
        elif piece:
            pieces.append(piece)
            mark = "" if code else _mark_after(piece, mark)
    literal_text = _PLACE.sub("0", text)
    if "{" in literal_text or "}" in literal_text:
        raise entry.error("a brace without its partner", expected="{formula}")
    if mark:
        raise entry.error(
            f"a {mark} without its partner", expected=f"{mark}{'code' if mark == '`' else 'formula'}{mark}"
        )
    for marked in () if code else _MARKED.finditer(literal_text):
        if marked["math"] is not None:
            _formula(entry, marked["math"])
        elif not marked["code"]:
            raise entry.error("nothing between two `", expected="`code`")
    return Template(tuple(pieces))


def _mark_after(piece: str, mark: Mark) -> Mark:
    """The mark that is open at the end of `piece`; a $ inside of code is a plain character, and a ` inside of math."""
    for character in piece:
        for each in _MARKS:
            if character == each and mark in ("", each):
                mark = "" if mark else each
    return mark


_parse = lru_cache(maxsize=1 << 16)(parse)  # the same few formulas stand in many texts


def _formula(entry: Entry, text: str) -> Formula:
    try:
        return _parse(text)
    except FormulaError as error:
        raise entry.error(str(error).removesuffix(f" (expected {error.expected})"), expected=error.expected) from error
