"""What a question's figure is drawn from: one form for each kind of figure, its numbers open."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Literal

from cnnquiz.bank.proof import LayerRule, Repeat, layer_names
from cnnquiz.bank.text import Place, Text
from cnnquiz.formulas import Formula

Numbers = Formula | tuple[Formula, ...]
"""A number for each layer; one formula stands for all of them."""

Blank = tuple[Formula, ...] | Literal["all"]
"""Layers, or their positions, whose output is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRule:
    """A window that slides over a padded map, with torch's names and defaults."""

    size: Formula
    kernel_size: Formula
    stride: Formula
    padding: Formula
    dilation: Formula


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceRule:
    """Some layers of a recorded network: those at the positions from `first` to `last`."""

    of: Formula
    first: Formula
    last: Formula
    blank: Blank


@dataclass(frozen=True, slots=True, kw_only=True)
class StackRule:
    """Layers that are named with their arguments, and the shape that goes in."""

    input: Formula
    layers: tuple[LayerRule | Repeat, ...]
    blank: Blank


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """The receptive field of the last of some layers; without a `size`, that is the blank."""

    kernel_sizes: Numbers
    strides: Numbers
    dilations: Numbers
    layers: Formula | None
    size: Formula | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WiringRule:
    """Boxes with their texts, and arrows between them by their positions; `?` in a text is a blank."""

    boxes: tuple[Text, ...]
    arrows: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveRule:
    """A named curve, and the points that it goes through."""

    name: Text
    points: tuple[tuple[Formula, Formula], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvesRule:
    """Curves over one axis, and the names of both axes."""

    across: Text
    up: Text
    curves: tuple[CurveRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRule:
    """Work with its operations for each byte."""

    name: Text
    flops_per_byte: Formula


@dataclass(frozen=True, slots=True, kw_only=True)
class RooflineRule:
    """A device by its peak, in operations a second, and its bandwidth, in bytes a second; `blank` hides its ridge."""

    flops_per_second: Formula
    bytes_per_second: Formula
    works: tuple[WorkRule, ...]
    blank: bool


FigureRule = WindowRule | SliceRule | StackRule | FieldRule | WiringRule | CurvesRule | RooflineRule


def figure_names(rule: FigureRule) -> frozenset[str]:
    """The names of the question that a figure needs."""
    parts = _parts(rule)
    return frozenset().union(*(layer_names((p,)) if isinstance(p, LayerRule | Repeat) else p.names for p in parts))


def figure_formulas(rule: FigureRule) -> Iterator[Formula]:
    """The formulas whose values are drawn; those of layers are left out, as their names are not the question's."""
    for part in _parts(rule):
        if isinstance(part, Formula):
            yield part
        elif isinstance(part, Text):
            yield from (piece.formula for piece in part.en.pieces if isinstance(piece, Place))


def _parts(rule: object) -> Iterator[Formula | Text | LayerRule | Repeat]:
    if isinstance(rule, Formula | Text | LayerRule | Repeat):
        yield rule
    elif isinstance(rule, tuple):
        for item in rule:
            yield from _parts(item)
    elif is_dataclass(rule):
        for field in fields(rule):
            yield from _parts(getattr(rule, field.name))
