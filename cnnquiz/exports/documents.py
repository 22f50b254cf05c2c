"""JSON documents: every one names its schema, numbers are exact, and equal inputs give equal bytes."""

import json
from collections.abc import Mapping
from fractions import Fraction
from importlib.resources import files
from typing import Any, Literal

Json = Any
Noun = Literal["worksheet", "report", "network", "listing", "practice", "marks", "statistics"]


def document(noun: Noun, content: Mapping[str, Json]) -> str:
    """The text of a JSON document, `"schema": "cnnquiz.<noun>/1"` first."""
    return json.dumps({"schema": f"cnnquiz.{noun}/1", **content}, ensure_ascii=False, indent=2) + "\n"


def exact(value: object) -> Json:
    """A number without loss: an int, a decimal where it ends, else the text of a fraction such as "1/9".

    Texts stay as they are, and of a tuple each value is written so.
    """
    if isinstance(value, tuple):
        return [exact(each) for each in value]
    if value is None or isinstance(value, (str, bool)):
        return value
    assert isinstance(value, (int, Fraction))
    if isinstance(value, int) or value.denominator == 1:
        return int(value)
    as_float = float(value)
    return as_float if Fraction(repr(as_float)) == value else str(value)


def schema(noun: Noun) -> Mapping[str, Json]:
    """The JSON Schema of a document."""
    text = (files("cnnquiz.exports") / "schemas" / f"{noun}.json").read_text(encoding="utf-8")
    content: Mapping[str, Json] = json.loads(text)
    return content
