"""Marks as JSON go in; the gradebook comes out, or an error that names the file and the place."""

from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

from cnnquiz.errors import UsageError
from cnnquiz.exports.json_file import Value, read_json
from cnnquiz.marking.gradebook import Gradebook, MarkedWorksheet, Regrade
from cnnquiz.marking.mark import Mark, PartMark, Verdict
from cnnquiz.worksheets.worksheet import Student

MARKS_FILE = "marks.json"

_VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


def read_marks(path: Path) -> Gradebook:
    """The gradebook of a file that `marks_json` wrote, or of the folder that it is in."""
    if path.is_dir():
        path = path / MARKS_FILE
        if not path.is_file():
            raise UsageError(f"{path}: no such file (expected the folder that grade --output wrote)")
    value = read_json(path)
    value["schema"].one_of(("cnnquiz.marks/1",))
    return Gradebook(
        title=value["title"].text(),
        marked=tuple(map(_marked, value["students"].items())),
        notes=value["notes"].texts(),
    )


def _marked(value: Value) -> MarkedWorksheet:
    marks = value["marks"].items()
    firsts = {item["problem"].text(): item["first"] for item in marks if not item["first"].is_null}
    return MarkedWorksheet(
        student=Student(id=value["student"].text(), name=value["name"].text()),
        worksheet=value["worksheet"].text(),
        version=value["version"].integer(),
        marks=tuple(map(_mark, marks)),
        seconds=value["seconds"].optional_integer(),
        regraded={
            problem: Regrade(first=_mark(first), reason=first["reason"].text()) for problem, first in firsts.items()
        },
        unplaced={name: each.text() for name, each in value["unplaced"].fields().items()},
    )


def _mark(value: Value) -> Mark:
    return Mark(
        problem=value["problem"].text(),
        points=Fraction(value["points"].number()),
        max_points=value["max_points"].integer(at_least=0),
        parts=tuple(
            PartMark(credit=Fraction(item["credit"].number()), **_judged(item)) for item in value["parts"].items()
        ),
        **_judged(value),
    )


def _judged(value: Value) -> dict[str, Any]:
    return {
        "response": value["response"].text(),
        "read_as": value["read_as"].optional_text(),
        "verdict": value["verdict"].one_of(_VERDICTS),
        "mistake": value["mistake"].optional_integer(),
        "feedback": value["feedback"].text(),
    }
