"""A worksheet as a JSON document, with its key or without."""

from dataclasses import asdict
from typing import Any

from cnnquiz.exports.documents import document, exact
from cnnquiz.exports.figure_json import figure_json
from cnnquiz.problems.kinds import shown_answer, shown_mistake
from cnnquiz.problems.problem import Problem
from cnnquiz.worksheets.worksheet import Heading, Worksheet

Json = Any


def worksheet_json(worksheet: Worksheet, *, key: bool) -> str:
    """Everything about a worksheet; without `key`, nothing that gives an answer away."""
    return document(
        "worksheet",
        {
            "id": worksheet.id,
            "title": worksheet.title,
            "language": worksheet.language,
            "seed": worksheet.seed,
            "version": worksheet.version,
            "max_points": worksheet.max_points,
            "student": None if worksheet.student is None else asdict(worksheet.student),
            "heading": _heading(worksheet.heading),
            "sections": [
                {
                    "title": section.title,
                    "instructions": section.instructions,
                    "max_points": section.max_points,
                    "problems": [problem.id for problem in section.problems],
                }
                for section in worksheet.sections
            ],
            "problems": [_asked(problem) | (_secret(problem) if key else {}) for problem in worksheet.problems],
        },
    )


def _heading(heading: Heading) -> dict[str, Json]:
    return {
        "course": heading.course,
        "date": heading.date,
        "minutes": heading.minutes,
        "instructions": heading.instructions,
        "aids": list(heading.aids),
        "formula_sheet": list(heading.formula_sheet),
        "fields": [{"label": field.label, "value": field.value} for field in heading.fields],
        "layout": asdict(heading.layout),
    }


def _asked(problem: Problem) -> dict[str, Json]:
    return {
        # The index in the space would tell two students who compare which numbers the other has; it is no secret.
        "id": problem.id,
        "short_id": problem.short_id,
        "question": problem.question,
        "topics": list(problem.topics),
        "difficulty": problem.difficulty,
        "kind": problem.kind,
        "points": problem.points,
        "prompt": problem.prompt,
        "convention": problem.convention,
        "options": list(problem.options),
        "items": list(problem.items),
        "table": None
        if problem.grid is None
        else {"columns": list(problem.grid.columns), "rows": [list(row) for row in problem.grid.rows]},
        "listing": None if problem.listing is None else problem.listing.split("\n"),
        "figure": None if problem.figure is None else figure_json(problem.figure),
        "unit": problem.unit,
        "hints": list(problem.hints),
    }


def _secret(problem: Problem) -> dict[str, Json]:
    working = problem.working
    return {
        "space": problem.space,
        "parameters": {name: exact(value) for name, value in problem.parameters.items()},
        "answer": exact(problem.answer),
        "shown_answer": shown_answer(problem),
        "accepted": list(problem.accepted),
        "fixed": problem.fixed,
        "tolerance": exact(problem.tolerance),
        "significant_figures": problem.figures,
        "decimals": problem.decimals,
        "mistakes": [
            {
                "part": m.part,
                "answer": exact(m.answer),
                "shown_answer": shown_mistake(problem, m),
                "credit": exact(m.credit),
                "feedback": m.feedback,
                "convention": m.convention,
            }
            for m in problem.mistakes
        ],
        "working": None
        if working is None
        else {"symbolic": working.symbolic, "substituted": working.substituted, "value": working.value},
        "solution": problem.solution,
        "source": problem.source,
    }
