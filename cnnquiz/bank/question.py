"""A question: an entry of the bank with its parameters open."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from cnnquiz.bank.answers import AnswerRule, MistakeRule
from cnnquiz.bank.figure import FigureRule
from cnnquiz.bank.proof import Proof
from cnnquiz.bank.text import Text
from cnnquiz.formulas import Formula, Value

AnswerKind = Literal["number", "shape", "choice", "choices", "table", "order", "match", "text", "listing"]
ANSWER_KINDS: tuple[AnswerKind, ...] = (
    "number", "shape", "choice", "choices", "table", "order", "match", "text", "listing",
)  # fmt: skip

Aspect = Literal["shapes", "parameters", "macs", "receptive_field", "memory", "idea"]
ASPECTS: tuple[Aspect, ...] = ("shapes", "parameters", "macs", "receptive_field", "memory", "idea")


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
class Records:
    """A parameter drawn from records: networks, or facts. `networks` tells which."""

    records: tuple[Mapping[str, Value], ...]
    networks: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """A parameter drawn from the layers of the network that an earlier parameter holds."""

    network: str


Source = Values | Range | Records | Layers


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A name in the question's formulas and what it is drawn from.

    Only values for which `where` holds are drawn; it knows the value by the parameter's name, a layer also as `layer`.
    With `choose`, the parameter is a tuple of so many different ones, in the order of the source.
    """

    name: str
    source: Source
    where: Formula | None = None
    choose: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """How close an answer must come, and how the key is written; at most one of the three tolerances is not 0.

    `tolerance` is in the answer's unit, `relative` a part of the answer; `figures` accepts one unit of the last of so
    many significant figures.
    """

    tolerance: Fraction = Fraction(0)
    relative: Fraction = Fraction(0)
    figures: int = 0
    decimals: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Question:
    """An entry of the bank. Formulas see its parameters and, after them, its definitions in their order.

    Questions are compared by identity: their ids are unique in a bank.
    """

    id: str
    topics: tuple[str, ...]
    aspect: Aspect | None
    difficulty: int
    kind: AnswerKind
    points: int
    parameters: tuple[Parameter, ...]
    constraints: tuple[Formula, ...]
    definitions: tuple[tuple[str, Formula], ...]
    prompt: Text
    answer: AnswerRule
    unit: Text | None
    precision: Precision
    convention: Text | None
    mistakes: tuple[MistakeRule, ...]
    hints: tuple[Text, ...]
    solution: Text | None
    proof: Proof | None
    source: str
    path: Path
    line: int
    figure: FigureRule | None = None
