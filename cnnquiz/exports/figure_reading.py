"""A figure of a worksheet's JSON goes in; the figure comes out."""

from dataclasses import fields, is_dataclass
from fractions import Fraction
from types import NoneType, UnionType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from cnnquiz.exports.json_file import Value
from cnnquiz.problems.figure import Figure

_FIGURES: dict[str, Any] = {each.kind: each for each in get_args(Figure)}


def read_figure(value: Value) -> Figure:
    """The reverse of `figure_json`; UsageError names the place of what no figure has."""
    figure = _FIGURES[value["kind"].one_of(_FIGURES)]
    shown = _read(figure, value["shows"], {"alt": value["alt"].text()})
    return cast(Figure, shown)


def _read(type: Any, value: Value, known: dict[str, Any]) -> Any:
    """An instance of a dataclass of plain data, its fields read as their types say."""
    hints = get_type_hints(type)
    names = [field.name for field in fields(type) if field.name not in known]
    return type(**known, **{name: _field(hints[name], value[name]) for name in names})


def _field(hint: Any, value: Value) -> Any:
    if get_origin(hint) in (Union, UnionType):
        (inner,) = (each for each in get_args(hint) if each is not NoneType)
        return None if value.is_null else _field(inner, value)
    if get_origin(hint) is tuple:
        return _tuple(get_args(hint), value)
    if is_dataclass(hint):
        return _read(hint, value, {})
    if hint is Fraction:
        return Fraction(value.number())
    if hint is bool:
        return value.truth()
    return value.integer() if hint is int else value.text()


def _tuple(hints: tuple[Any, ...], value: Value) -> tuple[Any, ...]:
    items = value.items()
    if hints[-1] is Ellipsis:
        return tuple(_field(hints[0], item) for item in items)
    if len(items) != len(hints):
        raise value.error(f"{len(items)} values", expected=f"{len(hints)}")
    return tuple(map(_field, hints, items))
