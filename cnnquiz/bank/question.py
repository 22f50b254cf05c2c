"""A question: an entry of the bank with its parameters open."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from cnnquiz.bank.text import Text
from cnnquiz.formulas import Formula

AnswerKind = Literal["number", "shape", "choice"]
ANSWER_KINDS: tuple[AnswerKind, ...] = ("number", "shape", "choice")


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """A parameter drawn from the values of a list; each value is a formula, most often a number."""

    values: tuple[Formula, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A parameter drawn from `start`, `start + step`, … up to and including `stop`."""

    start: int
    stop: int
    step: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Networks:
    """A parameter drawn from recorded networks."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """A parameter drawn from the layers of the network that an earlier parameter holds."""

    network: str
    where: Formula | None


Source = Values | Range | Networks | Layers


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A name in the question's formulas and what it is drawn from."""

    name: str
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class MistakeRule:
    """A wrong answer that students really give, as a formula or as the text of an option, with its feedback."""

    answer: Formula | Text
    feedback: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An entry of the bank. Formulas see its parameters and, after them, its definitions in their order."""

    id: str
    topics: tuple[str, ...]
    difficulty: int
    kind: AnswerKind
    points: int
    parameters: tuple[Parameter, ...]
    constraints: tuple[Formula, ...]
    definitions: tuple[tuple[str, Formula], ...]
    prompt: Text
    answer: Formula | Text
    unit: Text | None
    tolerance: Fraction
    decimals: int | None
    convention: Text | None
    mistakes: tuple[MistakeRule, ...]
    hints: tuple[Text, ...]
    solution: Text | None
    source: str
    path: Path
    line: int
