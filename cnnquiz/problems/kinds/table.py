"""A table with blanks."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from cnnquiz.bank.answers import InColumn, Table
from cnnquiz.bank.question import Precision
from cnnquiz.bank.text import Language, format_value
from cnnquiz.formulas import evaluate
from cnnquiz.problems.kinds.computed import (
    check_that_the_shown_key_is_right,
    close_to,
    computed,
    mistaken,
    same,
    show_value,
)
from cnnquiz.problems.kinds.kind import Drawing, Key, Kind, Worth, by_parts, drawn_mistake
from cnnquiz.problems.kinds.numbers import Closeness
from cnnquiz.problems.problem import Answer, Cell, Grid, Mistake, Problem

_MOST_ROWS = 12
_ROW: Mapping[Language, str] = {"en": "row {}", "ko": "{}행"}


def _draw(drawing: Drawing) -> Key:
    rule = drawing.question.answer
    assert isinstance(rule, Table)
    rows = drawing.rows(rule.rows)
    if not 2 <= len(rows) <= _MOST_ROWS:
        raise drawing.fault(f"a table of {len(rows)} rows", expected=f"2 to {_MOST_ROWS}")
    answer: list[Cell] = []
    mistakes: list[Mistake] = []
    grid: list[tuple[str | None, ...]] = []
    for row in rows:
        cells: list[str | None] = []
        for number, column in enumerate(rule.columns, start=1):
            if not column.blank:
                cells.append(format_value(evaluate(column.formula, row), drawing.language))
                continue
            cells.append(None)
            right = computed(drawing, column.formula, row)
            close = close_to(drawing.question.precision, right)
            check_that_the_shown_key_is_right(drawing, right, close)
            taken: list[Cell] = [right]
            for mistake in drawing.question.mistakes:
                assert isinstance(mistake.answer, InColumn)
                if mistake.answer.column == number:
                    value = mistaken(drawing, mistake.answer.formula, row)
                    if value is not None and not any(same(close, value, other) for other in taken):
                        taken.append(value)
                        mistakes.append(drawn_mistake(drawing, mistake, value, values=row, part=len(answer)))
            answer.append(right)
        grid.append(tuple(cells))
    titles = tuple(column.title.fill(drawing.language, drawing.values) for column in rule.columns)
    return Key(
        answer=tuple(answer),
        mistakes=tuple(mistakes),
        grid=Grid(columns=titles, rows=tuple(grid)),
        tolerance=drawing.question.precision.tolerance,
        decimals=drawing.question.precision.decimals,
        figures=drawing.question.precision.figures,
    )


def _worth(problem: Problem, given: Answer) -> Worth:
    """Each blank counts the same; one that is a mistake earns the mistake's part of it."""
    assert isinstance(problem.answer, tuple)
    assert isinstance(given, tuple)
    parts: list[Fraction] = []
    made: list[int] = []
    for part, (right, value) in enumerate(zip(problem.answer, given, strict=True)):
        close = close_to_blank(problem, right)
        if same(replace(close, decimals=None), value, right):
            parts.append(Fraction(1))
            continue
        wrong = (
            position
            for position, mistake in enumerate(problem.mistakes)
            if mistake.part == part and same(close, value, mistake.answer)
        )
        position = next(wrong, None)
        parts.append(Fraction(0) if position is None else problem.mistakes[position].credit)
        if position is not None:
            made.append(position)
    return by_parts(problem, parts, made)


def close_to_blank(problem: Problem, right: object) -> Closeness:
    """How close one must come to the key of a blank."""
    precision = Precision(tolerance=problem.tolerance, decimals=problem.decimals, figures=problem.figures)
    return close_to(precision, right)


def _shown(problem: Problem, right: object, value: object) -> str:
    """What is in a blank, written as its key is."""
    return show_value(value, close_to_blank(problem, right).decimals)


def shown_blanks(problem: Problem) -> tuple[str, ...]:
    """What belongs into the blanks of a table, row by row; of a problem without a table, nothing."""
    if problem.grid is None:
        return ()
    assert isinstance(problem.answer, tuple)
    return tuple(_shown(problem, cell, cell) for cell in problem.answer)


def _show(problem: Problem, answer: Answer) -> str:
    assert isinstance(answer, tuple)
    assert isinstance(problem.answer, tuple)
    return "; ".join(_shown(problem, right, cell) for right, cell in zip(problem.answer, answer, strict=True))


def _show_mistake(problem: Problem, mistake: Mistake) -> str:
    assert problem.grid is not None
    assert mistake.part is not None
    assert isinstance(problem.answer, tuple)
    blanks = [row for row, cells in enumerate(problem.grid.rows, start=1) for cell in cells if cell is None]
    shown = _shown(problem, problem.answer[mistake.part], mistake.answer)
    return f"{_ROW[problem.language].format(blanks[mistake.part])}: {shown}"


TABLE = Kind(draw=_draw, show=_show, worth=_worth, show_mistake=_show_mistake)
