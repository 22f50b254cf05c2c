"""The digits of one number with their separators go in; its exact value comes out."""

import re
from dataclasses import dataclass
from fractions import Fraction

MOST_DIGITS = 60

_POINT = re.compile(r"(?P<whole>\d*)\.(?P<places>\d*)|(?P<only>\d+)")
_GROUPED = re.compile(
    r"(?P<whole>[1-9]\d{0,2}(?P<group>[, '_.])\d{3}(?:(?P=group)\d{3})*)(?:(?P<mark>[.,])(?P<places>\d*))?"
)
_LAKHS = re.compile(r"(?P<whole>[1-9]\d?(?:,\d{2})+,\d{3})(?:\.(?P<places>\d*))?")
_COMMA = re.compile(r"(?P<whole>\d*),(?P<places>\d+)")
_NO_DIGIT = re.compile(r"\D")
_FEWEST_UNGROUPED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Digits:
    """A number as it was typed, with so many `places` behind its point and so many significant `figures`.

    `other` is the value under the other meaning of a single separator, of 1,254 and 1.254: the comma marks thousands
    and the point decimals, as everywhere in English and Korean, yet who types the other may have meant it. The comma
    of 60,965224 marks decimals, unless one was forgotten.
    """

    value: Fraction
    places: int
    figures: int
    other: Fraction | None = None


def read_digits(text: str) -> Digits | None:
    """Read ASCII digits with separators; None where they stand as in no number.

    `1,254,400.0`, `1 254 400`, `1'254'400`, `1_254_400`, `1.254.400`, `12,54,400`, `0,1152`, `3,14`, `.5`. A comma
    marks decimals only where it cannot mark thousands.
    """
    if sum(map(str.isdigit, text)) > MOST_DIGITS:
        return None
    text = text.removesuffix(".")  # that of a sentence
    grouped = _GROUPED.fullmatch(text)
    if grouped and grouped["mark"] != grouped["group"]:
        single = grouped["mark"] is None and len(text) <= len("999,999")
        if grouped["group"] == "." and single:
            return _number(*text.split("."), other=Fraction(_NO_DIGIT.sub("", text)))
        other = Fraction(text.replace(",", ".")) if grouped["group"] == "," and single else None
        return _number(grouped["whole"], grouped["places"], other=other)
    for pattern in (_POINT, _LAKHS, _COMMA):
        found = pattern.fullmatch(text)
        if found:
            parts = found.groupdict()
            forgotten = pattern is _COMMA and parts["whole"] and len(parts["places"]) >= _FEWEST_UNGROUPED
            other = Fraction(_NO_DIGIT.sub("", text)) if forgotten else None
            return _number(parts.get("only") or parts["whole"] or "", parts["places"], other=other)
    return None


def _number(whole: str, places: str | None, *, other: Fraction | None = None) -> Digits | None:
    digits = _NO_DIGIT.sub("", whole) + (places or "")
    if not digits:
        return None
    count = len(places or "")
    return Digits(
        value=Fraction(int(digits), 10**count),
        places=count,
        figures=len(digits.lstrip("0")),
        other=other,
    )
