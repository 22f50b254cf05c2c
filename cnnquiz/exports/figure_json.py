"""A figure goes in; its kind, its alternative text and its numbers come out, as JSON."""

from dataclasses import fields, is_dataclass
from typing import Any

from cnnquiz.exports.documents import exact
from cnnquiz.problems.figure import Figure

Json = Any


def figure_json(figure: Figure) -> dict[str, Json]:
    """All that is drawn; a shape, size or text that is asked for is null or "?", here as in the picture."""
    shows = {field.name: _plain(getattr(figure, field.name)) for field in fields(figure) if field.name != "alt"}
    return {"kind": figure.kind, "alt": figure.alt, "shows": shows}


def _plain(value: object) -> Json:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return [_plain(each) for each in value] if isinstance(value, tuple) else exact(value)
