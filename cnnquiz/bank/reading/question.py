"""An entry of a question file goes in; its questions come out, or an error at the line that its author must mend."""

import re
from dataclasses import replace
from fractions import Fraction
from typing import TypeVar

from cnnquiz.bank.answers import OneRight, Pairs, SeveralRight
from cnnquiz.bank.library import Library, Record, shipped_library
from cnnquiz.bank.proof import read_proof
from cnnquiz.bank.question import (
    ANSWER_KINDS,
    ASPECTS,
    Parameter,
    Precision,
    Question,
    Range,
    Records,
)
from cnnquiz.bank.reading.answers import read_answer, read_mistake
from cnnquiz.bank.reading.checks import check_question
from cnnquiz.bank.reading.entry import Entry
from cnnquiz.bank.reading.figure import read_figure
from cnnquiz.bank.reading.sources import Scope, check_name, known, read_parameters
from cnnquiz.bank.text import read_formula, read_text
from cnnquiz.formulas import Formula

_REQUIRED = ("id", "topics", "difficulty", "kind", "prompt", "answer", "hints", "source")
_OPTIONAL = (
    *("families", "aspect", "points", "parameters", "where", "let", "unit", "convention", "mistakes", "solution"),
    *("figure", "proof", "tolerance", "relative_tolerance", "significant_figures", "decimals"),
    *("options", "right", "choose", "extra", "listing", "accepted"),
)
_ONLY_FOR = {
    **dict.fromkeys(("unit", "tolerance", "significant_figures", "decimals"), ("number", "table")),
    "relative_tolerance": ("number",),
    "options": ("choice", "choices"),
    "right": ("choices",),
    "choose": ("match",),
    "extra": ("match",),
    "listing": ("listing",),
    "accepted": ("text",),
    "proof": ("number", "shape"),
}
_Word = TypeVar("_Word", bound=str)

_ID = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
_MOST_DECIMALS = 6
_MOST_FIGURES = 6


def read_questions(entry: Entry, library: Library) -> tuple[Question, ...]:
    """The question of an entry, or one for each of its `families`."""
    listed = entry.open_mapping().get("families")
    if listed is None:
        return (read_question(entry, library),)
    families = _families(listed, library)
    first = read_question(entry, library, family=families[0])
    own = library.networks_of(families[0])
    return first, *(about_family(first, own, each, library.networks_of(each)) for each in families[1:])


def about_family(question: Question, own: tuple[Record, ...], family: Record, networks: tuple[Record, ...]) -> Question:
    """The same question asked of another family, whose networks take the place of its `own` ones."""
    former, *topics = question.topics
    parameters = []
    for parameter in question.parameters:
        if parameter.name == "family":
            parameter = replace(parameter, source=Records(records=(family,), networks=False))
        elif isinstance(parameter.source, Records) and parameter.source.records is own:
            parameter = replace(parameter, source=Records(records=networks, networks=True))
        parameters.append(parameter)
    name = str(family["name"])
    return replace(
        question, id=name + question.id.removeprefix(former), topics=(name, *topics), parameters=tuple(parameters)
    )


def _families(entry: Entry, library: Library) -> tuple[Record, ...]:
    if entry.value == "all":
        return tuple(library.families.values())
    names = [item.text("a family") for item in entry.items("all, or a list of families")]
    for name, item in zip(names, entry.items(), strict=True):
        if name not in library.families or names.count(name) > 1:
            raise item.error(f"the family {name!r}", expected="once each: " + ", ".join(library.families))
    if not names:
        raise entry.error("no families", expected="all, or at least one family")
    return tuple(library.families[name] for name in names)


def read_question(entry: Entry, library: Library | None = None, *, family: Record | None = None) -> Question:
    """Read and check one entry: known keys, both languages, formulas whose names exist.

    `family` is the one of which an entry with `families` is asked; it is named first in the id and the topics.
    """
    keys = entry.mapping(_REQUIRED + _OPTIONAL, required=_REQUIRED)
    kind = _one_of(keys["kind"], "answer kind", ANSWER_KINDS)
    for name, kinds in _ONLY_FOR.items():
        if name in keys and kind not in kinds:
            raise keys[name].error(f"{name} for an answer of kind {kind}", expected=f"kind: {' or '.join(kinds)}")
    scope = Scope(library=library or shipped_library(), family=family)
    parameters = read_parameters(keys.get("parameters"), scope)
    answer = read_answer(kind, keys)
    prefix = f"{family['name']}." if family is not None else ""
    mistakes = keys["mistakes"].items("a list of mistakes") if "mistakes" in keys else []
    question = Question(
        id=prefix + _matching(keys["id"], _ID, "an id such as shapes.conv-output"),
        topics=(*([str(family["name"])] if family else []), *_topics(keys["topics"])),
        aspect=_one_of(keys["aspect"], "aspect", ASPECTS) if "aspect" in keys else None,
        difficulty=keys["difficulty"].integer("difficulty", at_least=1, at_most=3),
        kind=kind,
        points=keys["points"].integer("points", at_least=1, at_most=100) if "points" in keys else 1,
        parameters=parameters,
        constraints=tuple(read_formula(item) for item in keys["where"].items()) if "where" in keys else (),
        definitions=_definitions(keys.get("let"), parameters),
        prompt=read_text(keys["prompt"]),
        answer=answer,
        unit=read_text(keys["unit"]) if "unit" in keys else None,
        precision=_precision(keys),
        convention=read_text(keys["convention"]) if "convention" in keys else None,
        mistakes=tuple(read_mistake(kind, item, answer) for item in mistakes),
        hints=tuple(read_text(item) for item in keys["hints"].items("a list of hints")),
        solution=read_text(keys["solution"]) if "solution" in keys else None,
        proof=read_proof(keys["proof"]) if "proof" in keys else None,
        source=keys["source"].text("a source (paper, section or table)"),
        path=entry.path,
        line=entry.line,
        figure=read_figure(keys["figure"]) if "figure" in keys else None,
    )
    check_question(question, entry, keys)
    return replace(question, parameters=(*parameters, *_drawn_options(question)))


def _drawn_options(question: Question) -> tuple[Parameter, ...]:
    """Which of the options or pairs are shown, where not all are: parameters that no formula can name."""
    drawn: dict[str, tuple[int, int | None]] = {}
    match question.answer:
        case OneRight(wrong=wrong):
            drawn["wrong options"] = (len(question.mistakes), wrong)
        case SeveralRight(right=right, shown=shown, wrong=wrong):
            drawn["right options"] = (len(right), shown)
            drawn["wrong options"] = (len(question.mistakes), wrong)
        case Pairs(pairs=pairs, choose=choose):
            drawn["pairs shown"] = (len(pairs), choose)
    return tuple(
        Parameter(name=name, source=Range(start=0, stop=count - 1), choose=choose)
        for name, (count, choose) in drawn.items()
        if choose is not None and choose < count
    )


def _one_of(entry: Entry, what: str, allowed: tuple[_Word, ...]) -> _Word:
    for word in allowed:
        if entry.text() == word:
            return word
    raise entry.error(f"unknown {what} {entry.text()!r}", expected="one of " + ", ".join(allowed))


def _matching(entry: Entry, pattern: re.Pattern[str], expected: str) -> str:
    text = entry.text(expected)
    if not pattern.fullmatch(text):
        raise entry.error(f"{text!r} is not usable here", expected=expected)
    return text


def _topics(entry: Entry) -> tuple[str, ...]:
    topics = tuple(_matching(topic, _ID, "a topic such as alexnet") for topic in entry.items("a list of topics"))
    if not topics:
        raise entry.error("no topics", expected="at least one topic such as alexnet")
    return topics


def topics_of(entry: Entry, library: Library) -> tuple[str, ...]:
    """The topics of an entry that is not read any further."""
    keys = entry.open_mapping()
    named = _topics(keys["topics"]) if "topics" in keys else ()
    families = _families(keys["families"], library) if "families" in keys else ()
    return (*(str(family["name"]) for family in families), *named)


def _definitions(entry: Entry | None, parameters: tuple[Parameter, ...]) -> tuple[tuple[str, Formula], ...]:
    if entry is None:
        return ()
    names = {parameter.name for parameter in parameters}
    definitions: list[tuple[str, Formula]] = []
    for name, item in entry.open_mapping().items():
        check_name(name, item, taken=names)
        formula = read_formula(item)
        known(formula, names, item)
        names.add(name)
        definitions.append((name, formula))
    return tuple(definitions)


def _precision(keys: dict[str, Entry]) -> Precision:
    given = [name for name in ("tolerance", "relative_tolerance", "significant_figures") if name in keys]
    if len(given) > 1:
        raise keys[given[1]].error(f"{given[1]} beside {given[0]}", expected="one of them")
    decimals = "decimals" in keys
    if decimals and "significant_figures" in keys:
        raise keys["decimals"].error("decimals beside significant_figures", expected="one of them")
    return Precision(
        tolerance=_tolerance(keys.get("tolerance"), "a number of at least 0, in the answer's unit"),
        relative=_tolerance(keys.get("relative_tolerance"), "a part of the answer, such as 0.01"),
        figures=keys["significant_figures"].integer("figures", at_least=1, at_most=_MOST_FIGURES)
        if "significant_figures" in keys
        else 0,
        decimals=keys["decimals"].integer("decimals", at_least=1, at_most=_MOST_DECIMALS) if decimals else None,
    )


def _tolerance(entry: Entry | None, expected: str) -> Fraction:
    if entry is None:
        return Fraction(0)
    tolerance = entry.fraction("tolerance")
    if tolerance < 0:
        raise entry.error(f"tolerance is {tolerance}", expected=expected)
    return tolerance
