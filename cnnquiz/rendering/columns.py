"""Text goes in; lines that fit a number of columns come out, where a Korean syllable takes two."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnnquiz.rendering.shown import AskedGrid


def columns(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return sum(map(_columns_of, text))


@lru_cache(maxsize=4096)
def _columns_of(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def wrap(text: str, width: int, *, first: str = "", rest: str | None = None) -> str:
    """The text in lines of at most `width` columns, each behind `first` or, after the first line, `rest`.

    Lines end at spaces; a word longer than a line is cut. Line ends and indentation of the text are kept.
    """
    rest = " " * columns(first) if rest is None else rest
    room = width - max(columns(first), columns(rest))
    lines = [piece for line in text.split("\n") for piece in _pieces(line.expandtabs(4).rstrip(), room)]
    return "\n".join(f"{first if number == 0 else rest}{line}".rstrip() for number, line in enumerate(lines))


def aligned(grid: "AskedGrid") -> str:
    """A table in columns that are as wide as their widest cell; an empty blank is a line to write on."""
    rows = [grid.columns, *([cell.text or ("________" if cell.blank else "") for cell in row] for row in grid.rows)]
    widths = [max(map(columns, cells)) for cells in zip(*rows, strict=True)]
    lines = ["  ".join(cell + " " * (w - columns(cell)) for cell, w in zip(row, widths, strict=True)) for row in rows]
    rule = "  ".join("─" * width for width in widths)
    return "\n".join(f"  {line}".rstrip() for line in (lines[0], rule, *lines[1:]))


def _pieces(line: str, room: int) -> Iterator[str]:
    piece = ""
    for word in re.findall(r"\s*\S+", line):
        if columns(piece + word) <= room:
            piece += word
            continue
        if piece:
            yield piece
            word = word.lstrip()
        *full, piece = _cut(word, room)
        yield from full
    yield piece


def _cut(word: str, room: int) -> list[str]:
    pieces = [""]
    for character in word:
        if columns(pieces[-1] + character) > room:
            pieces.append("")
        pieces[-1] += character
    return pieces
