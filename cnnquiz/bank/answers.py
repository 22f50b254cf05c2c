"""What the answer of a question, and each of its mistakes, is computed from: one form for each answer kind."""

from dataclasses import dataclass, field
from fractions import Fraction

from cnnquiz.bank.text import Template, Text
from cnnquiz.formulas import Formula


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The values of a tuple for which `where` holds, each called `name` in the formulas about it."""

    name: str
    of: Formula
    where: Formula | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OneRight:
    """A choice: the right option; `wrong` says how many of the mistakes are shown beside it, by default all."""

    right: Text
    wrong: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralRight:
    """Choices: the right options, and how many right and wrong ones are shown, by default all."""

    right: tuple[Text, ...]
    shown: int | None = None
    wrong: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """An order of rows: ascending by a number."""

    rows: Rows
    by: Formula
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An order that is given: its items from first to last."""

    items: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two texts that belong together; the feedback is for who gave the left one another partner."""

    left: Text
    right: Text
    feedback: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """A match: pairs, either given (`choose` of them, by default all) or one for each row; `extra` match nothing."""

    pairs: tuple[Pair, ...]
    rows: Rows | None = None
    choose: int | None = None
    extra: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table; its cells are given or blanks to fill in, each the value of the formula for its row."""

    title: Text
    formula: Formula
    blank: bool
    proof: Formula | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with one row for each value."""

    rows: Rows
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortText:
    """A word or a few; either language, and each further spelling, is right."""

    text: Text
    accepted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bug:
    """A listing with one wrong line (counted from 1), the line as it should be, and what the bug does."""

    listing: Template
    line: int
    fixed: Template
    effect: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class InColumn:
    """A mistake of a table: another formula for the blanks of a column, counted from 1."""

    column: int
    formula: Formula


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """A mistake of a given order: the places of its items, counted from 1, in the order that the mistake gives them."""

    places: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongLine:
    """A mistake of a listing: an innocent line that looks like the bug."""

    line: int


AnswerRule = Formula | OneRight | SeveralRight | Sorted | Listed | Pairs | Table | ShortText | Bug
WrongRule = Formula | Text | InColumn | Places | ShortText | WrongLine


@dataclass(frozen=True, slots=True, kw_only=True)
class MistakeRule:
    """A wrong answer that students really give, with its feedback, worth `credit` of the points.

    `convention` names another convention than the stated one, where the answer is right under that.
    """

    answer: WrongRule
    feedback: Text
    credit: Fraction = field(default=Fraction(0))
    convention: Text | None = None
