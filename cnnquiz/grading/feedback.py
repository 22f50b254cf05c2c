"""A report goes in, with as much of it as a teacher wants students to see it comes out.

`full` is everything; `location` says where something differs from the solution, not what; `none` neither, nor what was
expected. What the submission did by itself, its error, its output and its own numbers, is always told.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from cnnquiz.bank.text import Language
from cnnquiz.grading.diagnosis.messages import sentence
from cnnquiz.grading.report import AlignedLayer, Alignment, Check, Diagnosis, Report

Feedback = Literal["none", "location", "full"]

FEEDBACK: tuple[Feedback, ...] = ("none", "location", "full")

# Checks whose sentences say what the solution has, or where something differs from it, and what is said instead.
_PLAIN: Mapping[str, str] = {
    "output_shape": "no.output_shape",
    "parameters": "no.parameters.plain",
    "layers": "no.layers.plain",
    "train_outputs": "no.train_outputs.plain",
}


def limited(report: Report, feedback: Feedback) -> Report:
    """The report with what `feedback` allows; points and verdict are never changed."""
    if feedback == "full":
        return report
    if feedback == "location":
        return _located(report)
    checks = tuple(_plain(check, report) for check in report.checks)
    return replace(report, checks=checks, diagnosis=(), alignment=None)


def _plain(check: Check, report: Report) -> Check:
    if check.passed is not False:
        return check
    told = _PLAIN.get(check.name)
    if told is None or (check.name == "layers" and report.alignment is None):
        return replace(check, expected=None)
    return replace(check, expected=None, message=sentence(told, report.language))


def _located(report: Report) -> Report:
    rows = report.alignment
    alignment = None if rows is None else _marked(rows)
    checks = report.checks
    if alignment is not None:
        layer = next((pair.theirs for pair in alignment if pair.differs), None)
        checks = tuple(_located_check(check, layer, report.language) for check in checks)
    diagnosis = tuple(_located_diagnosis(each, report.language) for each in report.diagnosis)
    return replace(report, checks=checks, diagnosis=diagnosis, alignment=alignment)


def _located_check(check: Check, layer: AlignedLayer | None, language: Language) -> Check:
    if check.name != "layers" or check.passed is not False:
        return check
    place = _place(layer.name, layer.line, language) if layer else _place("", None, language)
    return replace(check, message=place)


def _located_diagnosis(diagnosis: Diagnosis, language: Language) -> Diagnosis:
    message = _place(diagnosis.where, diagnosis.line, language)
    return replace(diagnosis, bug="difference", message=message)


def _place(name: str, line: int | None, language: Language) -> str:
    if not name:
        return sentence("differs", language)
    told = sentence("diff.line", language, line=line) if line else ""
    return sentence("differs.at", language, name=f"`{name}`") + told


def _marked(alignment: Alignment) -> Alignment:
    """The student's layers alone; one that is missing marks the layer that it should read, or the first one."""
    kept = [number for number, pair in enumerate(alignment, start=1) if pair.theirs is not None]
    marked = {_nearest(number, alignment) for number, pair in enumerate(alignment, start=1) if pair.differs}
    if 0 in marked:
        marked |= set(kept[:1])
    rows = {0: 0} | {number: row for row, number in enumerate(kept, start=1)}
    found = []
    for number in kept:
        theirs = alignment[number - 1].theirs
        assert theirs is not None
        theirs = replace(theirs, operation=theirs.plain, reads=tuple(rows[each] for each in theirs.reads))
        found.append(replace(alignment[number - 1], theirs=theirs, ours=None, differs=number in marked))
    return tuple(found)


def _nearest(number: int, alignment: Alignment) -> int:
    """The row itself if the student has a layer there, else the nearest one in front of it in the data flow."""
    while number and alignment[number - 1].theirs is None:
        ours = alignment[number - 1].ours
        assert ours is not None
        number = ours.reads[0]
    return number
