"""A CSV file of a class's answers goes in, written by hand or by a learning platform; each student's answers come out.

Three forms are told apart by their titles: one column for each problem, called by its id, its short id or its number on
the worksheet; Moodle's table of responses, `Response 1`, `Response 2`, … (with `Question 1`, … where they were
exported too); and Canvas's student analysis, whose columns `1234: text of the question` stand before their scores. What
a platform shows of a question must hold the problem's id or short id; failing that, Moodle's go by their numbers.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from cnnquiz.errors import UsageError
from cnnquiz.marking.responses import Response, Responses, short_form
from cnnquiz.worksheets.roster import student_columns, student_facts
from cnnquiz.worksheets.roster_file import read_rows
from cnnquiz.worksheets.worksheet import Student, Worksheet

_STUDENT = ("student", "학생")
_VERSION = ("version", "version id", "worksheet", "worksheet id", "버전", "식별 번호")
_TIME: Mapping[str, int] = {"minutes": 60, "seconds": 1, "time taken": 1, "duration": 1, "분": 60, "초": 1}

_MOODLE = re.compile(r"(?:response|응답) (\d+)", re.IGNORECASE)
_MOODLE_QUESTION = re.compile(r"(?:question|문제|질문) (\d+)", re.IGNORECASE)
_CANVAS = re.compile(r"\d+: .*", re.DOTALL)
_SCORE = re.compile(r"\d+(\.\d+)?")
_ID = re.compile(r"[\w.-]+:\d+|\b[0-9A-Z]{7}\b")
_SPAN = re.compile(r"(\d+) (day|hour|min|sec)\w*")
_SPANS: Mapping[str, int] = {"day": 86_400, "hour": 3_600, "min": 60, "sec": 1}

Naming = Callable[[Sequence[str]], str]
"""A row goes in; the name of the problem that a column of it answers comes out."""


def read_answer_table(path: Path, worksheets: Sequence[Worksheet]) -> tuple[Responses, ...]:
    """The answers as typed; UsageError names the line of what is wrong."""
    rows = read_rows(path, what="answers", as_typed=True)
    if not rows:
        raise UsageError(f"{path}: is empty (expected a row of titles, then one for each student)")
    (line, first), *rest = rows
    titles = [" ".join(title.split()) for title in first]
    tidy = [(number, [" ".join(cell.split()) for cell in cells]) for number, cells in rest]
    columns = dict(student_columns(titles, tidy))
    student = _column(titles, _STUDENT)
    if "id" not in columns and student is not None:
        columns = {**{fact: number for fact, number in columns.items() if number != student}, "id": student}
    if "id" not in columns:
        shown = ", ".join(titles)
        raise UsageError(f"{path}:{line}: no column of students among {shown} (expected one called student)")
    known = {short_form(name): name for w in worksheets for p in w.problems for name in (p.id, p.short_id)}
    answers = _answer_columns(path, line, titles, known, taken=set(columns.values()))
    version = _column(titles, _VERSION)
    found = []
    for (number, cells), (_, plain) in zip(rest, tidy, strict=True):
        facts = student_facts(path, number, plain, titles, columns)
        if facts is None and not any(_cell(plain, each) for each in columns.values()):
            raise UsageError(
                f"{path}:{number}: answers of nobody (expected an id in the column {titles[columns['id']]!r})"
            )
        if facts is not None:
            found.append(
                Responses(
                    student=Student(**facts),
                    answers=_answers(path, number, cells, answers),
                    worksheet=_cell(plain, version),
                    seconds=_seconds(path, number, plain, titles),
                    place=f"{path}:{number}",
                )
            )
    if not found:
        raise UsageError(f"{path}: no answers in it (expected those of a student in each row after the titles)")
    return tuple(found)


def _column(titles: Sequence[str], known: Sequence[str]) -> int | None:
    return next((number for number, title in enumerate(titles) if title.lower() in known), None)


def _cell(cells: Sequence[str], number: int | None) -> str:
    return cells[number] if number is not None and number < len(cells) else ""


def _answer_columns(
    path: Path, line: int, titles: Sequence[str], known: Mapping[str, str], *, taken: set[int]
) -> Mapping[int, Naming]:
    """The columns that hold answers, and how each finds its problem's name."""
    moodle = {number: found[1] for number, title in enumerate(titles) if (found := _MOODLE.fullmatch(title))}
    if moodle:
        questions = {f[1]: number for number, title in enumerate(titles) if (f := _MOODLE_QUESTION.fullmatch(title))}
        return {number: _by_question(questions.get(nth), nth, known) for number, nth in moodle.items()}
    canvas = [n for n, title in enumerate(titles[:-1]) if _CANVAS.fullmatch(title) and _SCORE.fullmatch(titles[n + 1])]
    if canvas:
        return {number: _named(_id_in(titles[number], known) or titles[number]) for number in canvas}
    other = {number for number, title in enumerate(titles) if title.lower() in (*_VERSION, *_TIME)}
    columns = [n for n, title in enumerate(titles) if title and n not in taken | other]
    if not any(short_form(titles[n]) in known or titles[n].isdecimal() for n in columns):
        shown = ", ".join(titles[n] for n in columns) or "none"
        expected = "the ids of its problems, such as " + next(iter(known.values()), "1, 2, 3")
        raise UsageError(f"{path}:{line}: no column is a problem of the worksheet: {shown} (expected {expected})")
    twice = next((titles[n] for n in columns if titles.count(titles[n]) > 1), None)
    if twice is not None:
        raise UsageError(f"{path}:{line}: two columns are called {twice} (expected one for each problem)")
    return {number: _named(titles[number]) for number in columns}


def _named(name: str) -> Naming:
    return lambda _cells: name


def _by_question(column: int | None, number: str, known: Mapping[str, str]) -> Naming:
    """By an id in the text of the question, which may be another one in each row; else by its number."""
    return lambda cells: _id_in(_cell(cells, column), known) or str(int(number))


def _id_in(text: str, known: Mapping[str, str]) -> str | None:
    """The id of a problem of the worksheets in a text."""
    return next((known[name] for found in _ID.finditer(text) if (name := short_form(found[0])) in known), None)


def _answers(path: Path, line: int, cells: Sequence[str], columns: Mapping[int, Naming]) -> Mapping[str, Response]:
    found: dict[str, Response] = {}
    for number, naming in columns.items():
        name = naming(cells)
        if name in found:
            raise UsageError(f"{path}:{line}: two answers to {name} (expected one)")
        found[name] = _cell(cells, number)
    return found


def _seconds(path: Path, line: int, cells: Sequence[str], titles: Sequence[str]) -> int | None:
    """The time taken: a number of the column's unit, or Moodle's `12 mins 3 secs`."""
    column = _column(titles, tuple(_TIME))
    text = _cell(cells, column)
    if column is None or text in ("", "-"):
        return None
    if _SCORE.fullmatch(text) and len(text) <= 9:
        return round(float(text) * _TIME[titles[column].lower()])
    spans = _SPAN.findall(text)
    if not spans:
        raise UsageError(f"{path}:{line}: the time {text!r} (expected a number, or such as 12 mins 3 secs)")
    return sum(int(count) * _SPANS[unit] for count, unit in spans)
