"""A problem: a question with its parameters drawn, in one language, as plain data."""

from dataclasses import dataclass
from fractions import Fraction

from cnnquiz.bank.question import AnswerKind
from cnnquiz.bank.text import Language

# A number, the sizes of a shape, or the position of the right option.
Answer = int | Fraction | tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A wrong answer that students really give (of a choice: the position of the wrong option), with its feedback."""

    answer: Answer
    feedback: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Working:
    """A formula of the worked solution, as formula texts: with its names, with the numbers put in, and its value."""

    symbolic: str
    substituted: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One task on a worksheet with its key.

    Texts carry two marks: `` `code` `` and `$formula$`. `index` is the position in the question's space of `space`
    problems; `question` and `index` together say which problem this is. With `decimals`, a number is shown with exactly
    that many; `answer` stays exact.
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
    decimals: int | None = None

    @property
    def id(self) -> str:
        return f"{self.question}:{self.index}"
