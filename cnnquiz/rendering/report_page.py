"""A report goes in; a page for a browser comes out, with both networks side by side."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cnnquiz.cnn import Shape
from cnnquiz.grading.diagnosis.alignment import Fold, folded
from cnnquiz.grading.report import AlignedLayer, AlignedPair, Alignment, Report
from cnnquiz.rendering.pages import fill
from cnnquiz.rendering.report import graded_as, told_isolation
from cnnquiz.rendering.words import REPORT, Words
from cnnquiz.sandbox import printable

_MOST_CHARACTERS = 20_000

# What fits into a box of the drawing; whoever needs more of a name has it in the file.
_LONGEST_NAME = 100

_LONGEST_OPERATION = 300

Mark = Literal["first", "other", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnLayer:
    """The texts of one box; `is_chained` is whether it reads the one above it."""

    operation: str
    name: str
    line: str
    output_shape: Shape
    other_shape: bool
    reads: str
    is_chained: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnRow:
    """One row of the drawing: two boxes, or what was folded."""

    number: int
    theirs: DrawnLayer | None = None
    ours: DrawnLayer | None = None
    mark: Mark = ""
    fold: str = ""


def render_page(report: Report, *, templates: Path | None = None) -> str:
    """The report as one HTML file that needs no other and no network.

    `templates` is a folder whose files take the place of the bundled ones (see `pages`).
    """
    words = REPORT[report.language]
    drawn = () if report.alignment is None or report.verdict == "pass" else tuple(_rows(report.alignment, words))
    shown = {
        "report": report,
        "language": report.language,
        "words": words,
        "isolation": told_isolation(report),
        "graded_as": graded_as(report),
        "rows": drawn,
        "both": any(row.ours for row in drawn),
        "safe": _safe,
        "pieces": _pieces,
        "marks": {True: "✓", False: "✗", None: "–"},
        "states": {True: words["pass"], False: words["fail"], None: words["not_judged"]},
        "styles": {True: "good", False: "bad", None: "faint"},
    }
    return fill("report/page.html", shown, templates=templates)


def _safe(text: str) -> str:
    """A text of the report, which may hold a student's own names: nothing in it turns the line round or hides."""
    return printable(text, _MOST_CHARACTERS, multiline=True)


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The text cut at its backticks, and whether a piece stood between two of them."""
    pieces = _safe(text).split("`")
    if len(pieces) % 2 == 0:  # one without its partner is an ordinary character
        pieces[-2:] = ["`".join(pieces[-2:])]
    for number, piece in enumerate(pieces):
        if piece:
            yield piece, number % 2 == 1


def _rows(alignment: Alignment, words: Words) -> Iterator[DrawnRow]:
    is_first, is_first_shape = True, True
    above = {"theirs": 0, "ours": 0}
    for row in folded(alignment):
        if isinstance(row, Fold):
            yield DrawnRow(number=row.first, fold=_folded(row, words))
            above = dict.fromkeys(above, row.last)
            continue
        pair = row.pair
        mark: Mark = "" if not pair.differs else "first" if is_first else "other"
        is_first = is_first and not pair.differs
        other_shape = is_first_shape and _other_shape(pair)  # those behind it follow from it
        is_first_shape = is_first_shape and not other_shape
        yield DrawnRow(
            number=row.number,
            theirs=_drawn(pair.theirs, above["theirs"], words, other_shape=other_shape),
            ours=_drawn(pair.ours, above["ours"], words, other_shape=other_shape),
            mark=mark,
        )
        for side, layer in (("theirs", pair.theirs), ("ours", pair.ours)):
            if layer is not None:
                above[side] = row.number


def _folded(fold: Fold, words: Words) -> str:
    if fold.differences:
        return words["folded"].format(f"{fold.layers:,}", f"{fold.differences:,}")
    return words["alike"].format(f"{fold.layers:,}")


def _other_shape(pair: AlignedPair) -> bool:
    return pair.theirs is not None and pair.ours is not None and pair.theirs.output_shape != pair.ours.output_shape


def _drawn(layer: AlignedLayer | None, above: int, words: Words, *, other_shape: bool) -> DrawnLayer | None:
    if layer is None:
        return None
    return DrawnLayer(
        operation=_cut(layer.operation, _LONGEST_OPERATION),
        name=_cut(layer.name, _LONGEST_NAME) if layer.name != layer.operation else "",
        line=words["line"].format(layer.line) if layer.line else "",
        output_shape=layer.output_shape,
        other_shape=other_shape,
        reads="" if layer.reads == (above,) else _reads(layer.reads, words),
        is_chained=above > 0 and above in layer.reads,
    )


def _reads(rows: tuple[int, ...], words: Words) -> str:
    return words["reads"].format(", ".join(words["of_row"].format(row) if row else words["of_input"] for row in rows))


def _cut(text: str, most: int) -> str:
    shown = printable(text, most)
    return shown if len(text) <= most else f"{shown}…"
