"""What the templates of worksheets, keys and solutions are handed: plain data, each text in the format of the page."""

from dataclasses import dataclass

from cnnquiz.bank.question import AnswerKind
from cnnquiz.worksheets.worksheet import Layout


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedOption:
    """One of the answers to choose from."""

    letter: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedCell:
    """A cell of a table; a blank has the text of its key on a key, and none on a worksheet."""

    text: str
    blank: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedGrid:
    """A table to fill in."""

    columns: tuple[str, ...]
    rows: tuple[tuple[AskedCell, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedFigure:
    """A picture as markup of the page, what it shows in words, and its height in points."""

    picture: str
    alt: str
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedProblem:
    """What a student may see of a problem.

    A worksheet's template is handed this and never the problem itself: it cannot print what it does not have. `space`
    is the room to work in, in millimetres; with `is_long`, the problem may need more than a page.
    """

    number: int
    id: str
    kind: AnswerKind
    points: str
    prompt: tuple[str, ...]
    convention: str | None
    figure: AskedFigure | None
    task: str | None
    options: tuple[AskedOption, ...]
    items: tuple[str, ...]
    grid: AskedGrid | None
    listing: tuple[str, ...]
    unit: str | None
    space: int
    is_long: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMistake:
    """A wrong answer, the points that it is worth, and what a student who wrote it did."""

    answer: str
    points: str
    feedback: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SolvedProblem:
    """What a teacher sees of a problem; `id` is that of the bank, `marking` how points are shared out."""

    asked: AskedProblem
    id: str
    answer: str
    accepted: tuple[str, ...]
    grid: AskedGrid | None
    fixed: str | None
    working: str | None
    solution: tuple[str, ...]
    marking: tuple[str, ...]
    mistakes: tuple[ShownMistake, ...]
    hints: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSection:
    """Problems under a title of their own; a worksheet without sections has one, whose title is empty."""

    title: str
    points: str
    instructions: tuple[str, ...]
    problems: tuple[AskedProblem, ...] | tuple[SolvedProblem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownField:
    """A line of page one: its label, and its value, empty to be filled in."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownHeading:
    """What stands on page one above the problems; what a worksheet does not have is empty.

    `space` is the room of problems that leave some to work in, in millimetres.
    """

    course: str
    facts: tuple[str, ...]
    instructions: tuple[str, ...]
    aids: tuple[str, ...]
    formula_sheet: tuple[str, ...]
    fields: tuple[ShownField, ...]
    layout: Layout
    space: int
