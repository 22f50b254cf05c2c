"""Titles and rows go in; a CSV file comes out that spreadsheets open right and run nothing of."""

import csv
import io
from collections.abc import Iterable, Sequence
from fractions import Fraction

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Numbers are written as decimals, None as nothing, and texts that look like a formula behind an apostrophe.

    A byte order mark tells spreadsheets that it is UTF-8.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(map(_cell, titles))
    writer.writerows(map(_cell, row) for row in rows)
    return "\ufeff" + text.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    if isinstance(value, Fraction):
        return str(value.numerator) if value.denominator == 1 else f"{float(value):.4g}"
    return str(value)
