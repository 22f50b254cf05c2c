"""Worksheets as JSON, with their key, go in; the worksheets come out, or an error that names the file and the place."""

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from pathlib import Path

from cnnquiz.bank.question import ANSWER_KINDS, AnswerKind
from cnnquiz.bank.text import LANGUAGES, Language
from cnnquiz.errors import UsageError
from cnnquiz.exports.figure_reading import read_figure
from cnnquiz.exports.json_file import Value, read_json
from cnnquiz.problems.problem import Answer, Cell, Grid, Mistake, Number, Problem, Working
from cnnquiz.worksheets.worksheet import Field, Heading, Layout, Paper, Section, Student, Worksheet

_SCHEMA = "cnnquiz.worksheet/1"
_PAPERS: tuple[Paper, ...] = ("a4", "letter")


def read_worksheets(paths: Iterable[Path]) -> tuple[Worksheet, ...]:
    """The worksheets of files and of folders, in which other files are passed over; UsageError where two are one."""
    found: dict[tuple[str, str], Path] = {}
    worksheets: list[Worksheet] = []
    for path in paths:
        for file in sorted(path.glob("*.json")) if path.is_dir() else [path]:
            value = read_json(file)
            if path.is_dir() and not (value.has("schema") and value.raw["schema"] == _SCHEMA):
                continue
            worksheet = _worksheet(value)
            name = worksheet.id or str(worksheet.version), "" if worksheet.student is None else worksheet.student.id
            if name in found:
                raise UsageError(f"{file}: the worksheet {name[0]} is in {found[name]} too (expected each once)")
            found[name] = file
            worksheets.append(worksheet)
        if path.is_dir() and path not in {file.parent for file in found.values()}:
            expected = "keys as JSON; generate with the same options and --format json writes them"
            raise UsageError(f"{path}: no worksheet in it (expected {expected})")
    return tuple(worksheets)


def read_worksheet(path: Path) -> Worksheet:
    """The worksheet of one file, as `worksheet_json` wrote it with its key."""
    return _worksheet(read_json(path))


def _worksheet(value: Value) -> Worksheet:
    value["schema"].one_of((_SCHEMA,))
    language = value["language"].one_of(LANGUAGES)
    problems: dict[str, Problem] = {}
    for item in value["problems"].items():
        problem = _problem(item, language)
        if problem.id in problems:
            raise item.error(f"the problem {problem.id} is asked twice", expected="each problem once")
        problems[problem.id] = problem
    return Worksheet(
        title=value["title"].text(),
        language=language,
        seed=value["seed"].integer(),
        version=value["version"].integer(),
        problems=tuple(problems.values()),
        id=value["id"].text(),
        student=None if value["student"].is_null else _student(value["student"]),
        sections=tuple(_section(item, problems) for item in value["sections"].items()),
        heading=_heading(value["heading"]),
    )


def _student(value: Value) -> Student:
    return Student(**{name: value[name].text() for name in ("id", "name", "email", "group", "seat")})


def _section(value: Value, problems: Mapping[str, Problem]) -> Section:
    return Section(
        title=value["title"].text(),
        problems=tuple(problems[item.one_of(problems)] for item in value["problems"].items()),
        instructions=value["instructions"].text(),
    )


def _heading(value: Value) -> Heading:
    layout = value["layout"]
    return Heading(
        course=value["course"].text(),
        date=value["date"].text(),
        minutes=value["minutes"].optional_integer(),
        instructions=value["instructions"].text(),
        aids=value["aids"].texts(),
        formula_sheet=value["formula_sheet"].texts(),
        fields=tuple(Field(label=each["label"].text(), value=each["value"].text()) for each in value["fields"].items()),
        layout=Layout(
            paper=layout["paper"].one_of(_PAPERS),
            columns=layout["columns"].integer(at_least=1),
            answer_space=layout["answer_space"].integer(at_least=0),
            font_size=layout["font_size"].integer(at_least=1),
            page_per_section=layout["page_per_section"].truth(),
        ),
    )


def _problem(value: Value, language: Language) -> Problem:
    if not value.has("answer"):
        expected = "a worksheet with its key, as generate writes it without --no-key"
        raise value.error("there is no answer in it", expected=expected)
    kind = value["kind"].one_of(ANSWER_KINDS)
    question, index = _id(value)
    listing = value["listing"]
    problem = Problem(
        question=question,
        index=index,
        space=value["space"].integer(at_least=1),
        language=language,
        topics=value["topics"].texts(),
        difficulty=value["difficulty"].integer(at_least=1),
        kind=kind,
        points=value["points"].integer(at_least=0),
        prompt=value["prompt"].text(),
        convention=value["convention"].optional_text(),
        options=value["options"].texts(),
        unit=value["unit"].optional_text(),
        answer=_ANSWERS[kind](value["answer"]),
        tolerance=Fraction(value["tolerance"].number()),
        mistakes=tuple(_mistake(item, kind) for item in value["mistakes"].items()),
        hints=value["hints"].texts(),
        solution=value["solution"].optional_text(),
        working=None if value["working"].is_null else _working(value["working"]),
        source=value["source"].text(),
        parameters={name: _parameter(each) for name, each in value["parameters"].fields().items()},
        decimals=value["decimals"].optional_integer() if value.has("decimals") else None,
        figures=value["significant_figures"].integer(at_least=0),
        items=value["items"].texts(),
        grid=None if value["table"].is_null else _grid(value["table"]),
        listing=None if listing.is_null else "\n".join(listing.texts()),
        fixed=value["fixed"].optional_text(),
        accepted=value["accepted"].texts(),
        figure=None if value["figure"].is_null else read_figure(value["figure"]),
    )
    _check(value, problem)
    return problem


def _id(value: Value) -> tuple[str, int]:
    question, _, index = value["id"].text().rpartition(":")
    if question != value["question"].text() or not (index.isascii() and index.isdecimal() and len(index) < 20):
        raise value["id"].error(f"{value['id'].text()!r}", expected=f"{value['question'].text()}:NUMBER")
    return question, int(index)


def _working(value: Value) -> Working:
    return Working(**{name: value[name].text() for name in ("symbolic", "substituted", "value")})


def _grid(value: Value) -> Grid:
    rows = (tuple(cell.optional_text() for cell in row.items()) for row in value["rows"].items())
    return Grid(columns=value["columns"].texts(), rows=tuple(rows))


def _mistake(value: Value, kind: AnswerKind) -> Mistake:
    answer = value["answer"]
    read = _MISTAKES.get(kind, _ANSWERS[kind])
    return Mistake(
        answer=None if answer.is_null else read(answer),
        feedback=value["feedback"].text(),
        credit=Fraction(value["credit"].number()),
        part=value["part"].optional_integer(),
        convention=value["convention"].optional_text(),
    )


def _parameter(value: Value) -> Number | str | tuple[object, ...]:
    """A drawn value. A fraction without an end was written as text, and as such it stays."""
    if isinstance(value.raw, list):
        return tuple(map(_parameter, value.items()))
    return value.raw if isinstance(value.raw, str | bool) else value.number()


def _cell(value: Value) -> Cell:
    return value.integers() if isinstance(value.raw, list) else value.number()


_ANSWERS: Mapping[AnswerKind, Callable[[Value], Answer]] = {
    "number": Value.number,
    "shape": Value.integers,
    "choice": Value.integer,
    "choices": Value.integers,
    "order": Value.integers,
    "match": Value.integers,
    "table": lambda value: tuple(map(_cell, value.items())),
    "text": Value.text,
    "listing": Value.integers,
}
_MISTAKES: Mapping[AnswerKind, Callable[[Value], Answer]] = {
    "choices": Value.integer,
    "match": Value.integer,
    "table": _cell,
    "listing": Value.integer,
}


def _check(value: Value, problem: Problem) -> None:
    """An answer that is no answer to its problem would be found in the middle of marking a class."""
    positions = _positions(problem)
    if any(not 0 <= each < len(problem.options) for each in positions):
        expected = f"positions of its {len(problem.options)} options, from 0"
        raise value["answer"].error(f"{', '.join(map(str, positions))}", expected=expected)
    parts = _parts(problem)
    if parts is not None:
        assert isinstance(problem.answer, tuple)
        if len(problem.answer) != parts:
            raise value["answer"].error(f"{len(problem.answer)} parts", expected=f"{parts}")
        for mistake, item in zip(problem.mistakes, value["mistakes"].items(), strict=True):
            if mistake.part is None or not 0 <= mistake.part < parts:
                raise item["part"].error(f"{mistake.part}", expected=f"a part from 0 to {parts - 1}")


def _positions(problem: Problem) -> tuple[int, ...]:
    """The positions of options that the key names."""
    answer = problem.answer
    if problem.kind == "choice":
        return (answer,) if isinstance(answer, int) else ()
    if problem.kind in ("choices", "order", "match", "listing"):
        assert isinstance(answer, tuple)
        named = answer[1:] if problem.kind == "listing" else answer
        return tuple(each for each in named if isinstance(each, int))
    return ()


def _parts(problem: Problem) -> int | None:
    """How many parts an answer has; None where it has none."""
    if problem.kind == "table":
        return sum(cell is None for row in problem.grid.rows for cell in row) if problem.grid else 0
    return {"match": len(problem.items), "order": None, "listing": 2}.get(problem.kind)
