"""What the files of versions are called, and the index that says whose they are."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cnnquiz.worksheets.worksheet import Student

INDEX = "versions.csv"

_INDEX_COLUMNS = ("student_id", "name", "version", "version_id", "work", "files")
_LONGEST = 80
_OURS = re.compile(r"(worksheet|key|solutions)[\w.-]+")
_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenVersion:
    """A version whose files are written."""

    version: int
    id: str
    work: int
    files: tuple[str, ...]
    student: Student | None = None


def endings(students: Sequence[Student]) -> tuple[str, ...]:
    """For each student what the names of their files end in: the id, made safe for every file system.

    Two that differ only in what such a name cannot show get their number in the roster too.
    """
    safe = [_safe(student.id) for student in students]
    shown = [name.casefold() for name in safe]
    taken = set(shown)
    found = []
    for number, (name, folded) in enumerate(zip(safe, shown, strict=True), start=1):
        if shown.count(folded) > 1:
            name = f"{name}_{number}"
            while name.casefold() in taken:
                name += "_"
            taken.add(name.casefold())
        found.append(f"-{name}")
    return tuple(found)


def _safe(text: str) -> str:
    """Letters, digits and _ - . alone; no name of a device is left, as a word stands before it."""
    plain = re.sub(r"[^\w.-]+", "_", unicodedata.normalize("NFC", text))
    return plain[:_LONGEST].strip(".") or "_"


def index_csv(written: Iterable[WrittenVersion]) -> str:
    """A table of all versions that spreadsheets open right, with no cell that they would take for a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_INDEX_COLUMNS)
    for each in written:
        student = each.student or Student(id="")
        cells = (student.id, student.name, each.version, each.id, each.work, " ".join(each.files))
        writer.writerow([_no_formula(str(cell)) for cell in cells])
    return "\ufeff" + text.getvalue()


def _no_formula(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def indexed_files(text: str) -> frozenset[str]:
    """The names of files that an index lists."""
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    names = " ".join(row["files"] or "" for row in rows) if "files" in (rows.fieldnames or ()) else ""
    return frozenset(filter(_OURS.fullmatch, names.split()))
