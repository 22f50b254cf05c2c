"""A file of amendments and the worksheets that they are about go in; the amendments come out."""

import difflib
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from cnnquiz.bank.reading.entry import Entry
from cnnquiz.bank.reading.yaml_tree import read_yaml
from cnnquiz.marking.amendments import Amendment, Amendments, named_options, typed_answer
from cnnquiz.marking.responses import short_form
from cnnquiz.problems.problem import Problem
from cnnquiz.worksheets.worksheet import Worksheet

_KEYS = ("problem", "question", "answer", "accepted", "tolerance", "points", "reason")
_SAME_FOR_ALL = ("choice", "choices", "text")


def read_amendments(path: Path, worksheets: Sequence[Worksheet]) -> Amendments:
    """Read and check amendments; BankError names the line of what is wrong."""
    problems = [problem for worksheet in worksheets for problem in worksheet.problems]
    found: dict[str, Amendment] = {}
    lines: dict[str, int] = {}
    for entry in read_yaml(path).items("a list of amendments"):
        keys = entry.mapping(_KEYS, required=("reason",))
        name = _name(entry, keys, problems)
        about = _about(name, problems)
        taken = next((lines[problem.id] for problem in about if problem.id in lines), None)
        if taken is not None:
            raise entry.error(f"{name} is amended in line {taken} too", expected="one amendment of each problem")
        lines |= dict.fromkeys((problem.id for problem in about), entry.line)
        found[name] = _amendment(keys, entry, name, about)
    return Amendments(by_name=found)


def _name(entry: Entry, keys: dict[str, Entry], problems: Sequence[Problem]) -> str:
    """The id of the problem or the question that an amendment is about."""
    if ("problem" in keys) == ("question" in keys):
        fault = "problem beside question" if "problem" in keys else "neither a problem nor a question"
        raise entry.error(fault, expected="one of them")
    what = "problem" if "problem" in keys else "question"
    given = keys[what].text(f"the id of a {what}")
    if what == "problem":
        names = {name: problem.id for problem in problems for name in (problem.id, problem.short_id)}
        found = names.get(given) or names.get(short_form(given))
    else:
        names = {problem.question: problem.question for problem in problems}
        found = names.get(given)
    if found is None:
        near = difflib.get_close_matches(given, names, 1)
        expected = f"{near[0]}?" if near else f"a {what} of the worksheets"
        raise keys[what].error(f"no worksheet asks the {what} {given!r}", expected=expected)
    return found


def _about(name: str, problems: Sequence[Problem]) -> list[Problem]:
    return [problem for problem in problems if name in (problem.id, problem.question)]


def _amendment(keys: dict[str, Entry], entry: Entry, name: str, about: Sequence[Problem]) -> Amendment:
    if not keys.keys() & {"answer", "accepted", "tolerance", "points"}:
        raise entry.error("nothing is amended", expected="answer, accepted, tolerance or points")
    if "points" in keys and keys["points"].text("full") != "full":
        raise keys["points"].error(f"points are {keys['points'].text()!r}", expected="full")
    accepted = keys["accepted"].items("a list of answers") if "accepted" in keys else []
    for typed in ([keys["answer"]] if "answer" in keys else []) + accepted:
        _check_answer(typed, about)
    return Amendment(
        name=name,
        reason=keys["reason"].text("the reason, which is told to students"),
        answer=keys["answer"].text() if "answer" in keys else None,
        accepted=tuple(item.text() for item in accepted),
        tolerance=_tolerance(keys["tolerance"], about) if "tolerance" in keys else None,
        full_points="points" in keys,
    )


def _tolerance(entry: Entry, about: Sequence[Problem]) -> Fraction:
    if about[0].kind not in ("number", "table"):
        raise entry.error(f"a tolerance of the answer kind {about[0].kind}", expected="one of number, table")
    tolerance = entry.fraction("tolerance")
    if tolerance < 0:
        raise entry.error(f"tolerance is {tolerance}", expected="at least 0")
    return tolerance


def _check_answer(entry: Entry, about: Sequence[Problem]) -> None:
    """An answer must be one to every problem that it is for, and must say the same everywhere."""
    text = entry.text("an answer, as a student would type it")
    kind = about[0].kind
    if len({problem.id for problem in about}) > 1 and kind not in _SAME_FOR_ALL:
        fault = "one answer for problems with different numbers"
        raise entry.error(fault, expected="an amendment of each problem, or tolerance or points")
    meant = []
    for problem in about:
        answer = typed_answer(problem, text)
        if answer is None:
            raise entry.error(f"{text!r} is no answer to {problem.id}", expected=f"one of the kind {kind}")
        meant.append(named_options(problem, answer))
    if any(each != meant[0] for each in meant):
        fault = f"{text!r} is another option on another worksheet"
        raise entry.error(fault, expected="the text of the option")
