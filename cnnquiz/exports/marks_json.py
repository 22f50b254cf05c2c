"""A class's marks as a JSON document, and as the table that goes into a gradebook."""

from collections.abc import Sequence
from typing import Any

from cnnquiz.exports.documents import document, exact
from cnnquiz.exports.table import table
from cnnquiz.marking.gradebook import Gradebook, MarkedWorksheet, Regrade, question_of
from cnnquiz.marking.mark import Mark, PartMark

Json = Any


def marks_json(gradebook: Gradebook) -> str:
    """Everybody's marks; beside a mark that an amendment changed, `first` is the one before."""
    students = [_student(marked) for marked in gradebook.marked]
    return document("marks", {"title": gradebook.title, "notes": list(gradebook.notes), "students": students})


def _student(marked: MarkedWorksheet) -> dict[str, Json]:
    return {
        "student": marked.student.id,
        "name": marked.student.name,
        "worksheet": marked.worksheet,
        "version": marked.version,
        "seconds": marked.seconds,
        "points": exact(marked.points),
        "max_points": marked.max_points,
        "first_points": exact(marked.first_points),
        "marks": [_mark(mark, marked.regraded.get(mark.problem)) for mark in marked.marks],
        "unplaced": dict(marked.unplaced),
    }


def _mark(mark: Mark, regrade: Regrade | None) -> dict[str, Json]:
    return {
        "problem": mark.problem,
        **_judged(mark),
        "points": exact(mark.points),
        "max_points": mark.max_points,
        "feedback": mark.feedback,
        "parts": [_part(part) for part in mark.parts],
        "first": None if regrade is None else {**_mark(regrade.first, None), "reason": regrade.reason},
    }


def _part(part: PartMark) -> dict[str, Json]:
    return {**_judged(part), "credit": exact(part.credit), "feedback": part.feedback}


def _judged(mark: Mark | PartMark) -> dict[str, Json]:
    return {"response": mark.response, "read_as": mark.read_as, "verdict": mark.verdict, "mistake": mark.mistake}


def gradebook_csv(gradebook: Gradebook) -> str:
    """A row for each student: points in all and for each question, empty where the student's worksheet has it not."""
    questions = tuple(dict.fromkeys(question_of(mark.problem) for each in gradebook.marked for mark in each.marks))
    titles = ("student", "name", "version", "worksheet", "points", "max_points", "percent", *questions)
    return table(titles, (_row(marked, questions) for marked in gradebook.marked))


def _row(marked: MarkedWorksheet, questions: Sequence[str]) -> list[object]:
    points = {question_of(mark.problem): mark.points for mark in marked.marks}
    share = round(100 * float(marked.points) / marked.max_points, 1) if marked.max_points else None
    whose = (marked.student.id, marked.student.name, marked.version, marked.worksheet)
    return [*whose, marked.points, marked.max_points, share, *map(points.get, questions)]
