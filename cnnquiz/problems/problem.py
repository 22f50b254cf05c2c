"""A problem: a question with its parameters drawn, in one language, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import blake2b

from cnnquiz.bank.question import AnswerKind
from cnnquiz.bank.text import Language
from cnnquiz.problems.figure import Figure
from cnnquiz.problems.short_id import to_short_id

Number = int | Fraction
Cell = Number | tuple[int, ...]

Answer = Number | str | tuple[int, ...] | tuple[Cell, ...]
"""What is right, or what somebody answered, by the problem's kind:

number: a number. shape: its sizes. choice: the position of an option. choices: the positions of options, ascending.
order: the positions of the options from first to last. match: for each item the position of its option. table: the
blanks row by row, each a number or the sizes of a shape. text: the text. listing: the line, counted from 1, and the
position of the effect among the options.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A wrong answer that students really give, with its feedback; who gives it gets `credit` of the points.

    `part` says of what it is an answer, where an answer has parts: the blank of a table, the item of a match, 0 for the
    line of a listing and 1 for its effect. Of choices, `answer` is the position of a wrong option. `answer` is None
    where anything but the right answer is meant. `convention` names another convention than the stated one, where the
    answer is right under that.
    """

    answer: Answer | None
    feedback: str
    credit: Fraction = Fraction(0)
    part: int | None = None
    convention: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Working:
    """A formula of the worked solution, as formula texts: with its names, with the numbers put in, and its value."""

    symbolic: str
    substituted: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table to fill in: titles of its columns, and rows of cells, None where a blank is."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One task on a worksheet with its key.

    Texts carry two marks: `` `code` `` and `$formula$`. `index` is the position in the question's space of `space`
    problems; `question` and `index` together say which problem this is. With `decimals`, a number is shown with exactly
    that many (where they are negative, rounded to tens, hundreds, …); `answer` stays exact. With `figures`, each blank
    of a table has so many significant figures, and a unit of the last one is accepted. `items` are what a match finds
    options for, `listing` is the code with a bug and `fixed` its wrong line put right, `accepted` are all
    spellings of a text that are right. `parameters` are the drawn values by name, records by theirs.
    """

    question: str
    index: int
    space: int
    language: Language
    topics: tuple[str, ...]
    difficulty: int
    kind: AnswerKind
    points: int
    prompt: str
    convention: str | None
    options: tuple[str, ...]
    unit: str | None
    answer: Answer
    tolerance: Fraction
    mistakes: tuple[Mistake, ...]
    hints: tuple[str, ...]
    solution: str | None
    working: Working | None
    source: str
    parameters: Mapping[str, Number | str | tuple[object, ...]] = field(default_factory=dict)
    decimals: int | None = None
    figures: int = 0
    items: tuple[str, ...] = ()
    grid: Grid | None = None
    listing: str | None = None
    fixed: str | None = None
    accepted: tuple[str, ...] = ()
    figure: Figure | None = None

    @property
    def id(self) -> str:
        return f"{self.question}:{self.index}"

    @property
    def short_id(self) -> str:
        """Seven characters for paper, the same in every language and on every worksheet.

        They hold 30 bits of a hash: of 1,000 problems two share theirs once in 2,000 exams. What must never be mixed up
        is joined by `id`, or by the worksheet's id and the problem's number on it.
        """
        digest = blake2b(self.id.encode(), digest_size=4).digest()
        return to_short_id(int.from_bytes(digest, "big") >> 2, length=7)
