"""A question that was read goes in; an error comes out where its keys do not fit together."""

from collections.abc import Collection

from cnnquiz.bank.answers import OneRight, SeveralRight, Table
from cnnquiz.bank.asked import answer_names, shown_names, shown_texts, wrong_names
from cnnquiz.bank.figure import figure_names
from cnnquiz.bank.question import AnswerKind, Layers, Question
from cnnquiz.bank.reading.answers import MOST_OPTIONS
from cnnquiz.bank.reading.entry import Entry
from cnnquiz.bank.reading.sources import known
from cnnquiz.bank.text import Text
from cnnquiz.formulas import Formula

_FEWEST_MISTAKES: dict[AnswerKind, int] = {"number": 1, "shape": 1, "choice": 2, "choices": 1, "listing": 2}


def check_question(question: Question, entry: Entry, keys: dict[str, Entry]) -> None:
    """What no single key can know: enough mistakes, and only names that exist where they are used."""
    fewest, count = _FEWEST_MISTAKES.get(question.kind, 0), len(question.mistakes)
    if count < fewest:
        raise keys.get("mistakes", entry).error(f"{count} mistakes", expected=f"at least {fewest} for {question.kind}")
    if isinstance(question.answer, OneRight | SeveralRight) and question.answer.wrong is None:
        right = 1 if isinstance(question.answer, OneRight) else len(question.answer.right)
        if right + count > MOST_OPTIONS:
            expected = f"at most {MOST_OPTIONS - right} for {question.kind}, or options: how many are shown"
            raise keys["mistakes"].error(f"{count} mistakes", expected=expected)
    if not question.hints:
        raise keys["hints"].error("no hints", expected="at least one hint")
    if not isinstance(question.answer, Formula) and question.solution is None:
        raise entry.error(f"a {question.kind} without a solution", expected="solution: why the answer is right")
    _check_names(question, keys)
    _check_languages(question, keys)
    _check_parameters_are_asked(question, keys)


def _check_names(question: Question, keys: dict[str, Entry]) -> None:
    names = {parameter.name for parameter in question.parameters} | {name for name, _ in question.definitions}
    for constraint, item in zip(question.constraints, keys["where"].items() if "where" in keys else (), strict=True):
        known(constraint, names, item)
    for key in ("prompt", "unit", "convention", "solution", "proof"):
        part = getattr(question, key)
        if part is not None:
            known(part, names, keys[key])
    known(_Names(answer_names(question.answer)), names, keys["answer"])
    if question.figure is not None:
        known(_Names(figure_names(question.figure)), names, keys["figure"])
    # Only what is computed has a value that its feedback could name.
    in_feedback = names | {"answer"} if isinstance(question.answer, Formula) else names
    if isinstance(question.answer, Table):
        in_feedback |= {question.answer.rows.name}
    for mistake, item in zip(question.mistakes, keys["mistakes"].items() if question.mistakes else (), strict=True):
        parts = item.open_mapping()
        known(_Names(wrong_names(mistake.answer, question.answer)), names, parts.get("answer", item))
        known(mistake.feedback, in_feedback, parts["feedback"])
        if mistake.convention is not None:
            known(mistake.convention, in_feedback, parts["convention"])
    for hint, item in zip(question.hints, keys["hints"].items(), strict=True):
        known(hint, names, item)


class _Names:
    """Names that were gathered from several formulas."""

    def __init__(self, names: Collection[str]) -> None:
        self.names = frozenset(names)


def _check_languages(question: Question, keys: dict[str, Entry]) -> None:
    asked = [(question.prompt, keys["prompt"]), *((text, keys["answer"]) for text in shown_texts(question.answer))]
    asked += ((mistake.answer, keys["mistakes"]) for mistake in question.mistakes if isinstance(mistake.answer, Text))
    for text, item in asked:
        for name in sorted(text.en.names ^ text.ko.names):
            raise item.error(f"{name!r} is shown in one language only", expected="the same values in both")


def _check_parameters_are_asked(question: Question, keys: dict[str, Entry]) -> None:
    """A parameter that no reader sees leaves the answer open, or makes two problems of one."""
    shown = question.prompt.names | shown_names(question.answer) | {"family"}
    if question.convention is not None:
        shown |= question.convention.names
    if question.kind in ("choice", "choices", "listing"):
        shown = shown.union(*(wrong_names(mistake.answer, question.answer) for mistake in question.mistakes))
    for name, formula in reversed(question.definitions):
        if name in shown:
            shown |= formula.names
    for parameter in reversed(question.parameters):
        if parameter.name not in shown:
            raise (
                keys["parameters"]
                .open_mapping()[parameter.name]
                .error(
                    f"the parameter {parameter.name!r} is in no text that is asked", expected="its place in the prompt"
                )
            )
        shown |= parameter.where.names if parameter.where is not None else frozenset()
        if isinstance(parameter.source, Layers):
            shown |= {parameter.source.network}
