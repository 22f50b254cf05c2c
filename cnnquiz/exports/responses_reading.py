"""A file of answers goes in, as CSV, JSON or YAML; what each student answered comes out."""

from collections.abc import Sequence
from pathlib import Path

from cnnquiz.bank.reading.entry import Entry
from cnnquiz.bank.reading.yaml_tree import read_yaml
from cnnquiz.exports.json_file import Value, read_json
from cnnquiz.marking.answer_table import read_answer_table
from cnnquiz.marking.responses import Response, Responses
from cnnquiz.worksheets.worksheet import Student, Worksheet

TABLES = (".csv", ".tsv")
SUFFIXES = (*TABLES, ".json", ".yaml", ".yml")

_KEYS = ("student", "answers", "name", "version", "seconds")


def read_responses(path: Path, worksheets: Sequence[Worksheet]) -> tuple[Responses, ...]:
    """The answers as typed. UsageError, or BankError for what is no YAML, names the file and the place."""
    if path.suffix.lower() in TABLES:
        return read_answer_table(path, worksheets)
    if path.suffix.lower() == ".json":
        whole = read_json(path, as_typed=True)
    else:
        whole = Value(path, "", _plain(read_yaml(path)))
    given = whole.items() if isinstance(whole.raw, list) else [whole]
    if not given:
        raise whole.error("no answers in it", expected='{"student": …, "answers": {…}}')
    return tuple(map(_responses, given))


def _plain(entry: Entry) -> object:
    """Texts as they were typed, in lists and mappings."""
    if isinstance(entry.value, list):
        return [_plain(item) for item in entry.value]
    if isinstance(entry.value, dict):
        return {name: _plain(item) for name, item in entry.value.items()}
    return entry.value


def _responses(value: Value) -> Responses:
    for name, field in value.fields().items():
        if name not in _KEYS:
            raise field.error(f"unknown key {name!r}", expected="one of " + ", ".join(_KEYS))
    student = value["student"].text().strip()
    if not student:
        raise value["student"].error("no id", expected="the student's id")
    seconds = value["seconds"].number() if value.has("seconds") and not value["seconds"].is_null else None
    where = f"{value.path}, {value.place}" if value.place else str(value.path)
    return Responses(
        student=Student(id=student, name=_text(value, "name")),
        answers={name: _response(each) for name, each in value["answers"].fields().items()},
        worksheet=_text(value, "version"),
        seconds=None if seconds is None else round(seconds),
        place=where,
    )


def _text(value: Value, name: str) -> str:
    return (value[name].optional_text() or "") if value.has(name) else ""


def _response(value: Value) -> Response:
    """A text, a list of the texts of its parts, or nothing."""
    if isinstance(value.raw, list):
        return tuple((item.optional_text() or "") for item in value.items())
    return value.optional_text() or ""
