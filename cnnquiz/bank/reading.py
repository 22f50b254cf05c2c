"""An entry of a question file goes in; a `Question` comes out, or an error at the line that its author must mend."""

import keyword
import re
from collections.abc import Collection
from fractions import Fraction

from cnnquiz.bank.question import (
    ANSWER_KINDS,
    AnswerKind,
    Layers,
    MistakeRule,
    Networks,
    Parameter,
    Question,
    Range,
    Source,
    Values,
)
from cnnquiz.bank.records import network_names
from cnnquiz.bank.text import Text, read_formula, read_text
from cnnquiz.bank.yaml_tree import Entry
from cnnquiz.errors import FormulaError
from cnnquiz.formulas import Formula, Value, evaluate

_REQUIRED = ("id", "topics", "difficulty", "kind", "prompt", "answer", "mistakes", "hints", "source")
_OPTIONAL = ("points", "parameters", "where", "let", "unit", "tolerance", "decimals", "convention", "solution")
_ID = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_SOURCES = {"networks": ("networks",), "layers": ("layers", "where"), "from": ("from", "to", "step")}
_FEWEST_MISTAKES: dict[AnswerKind, int] = {"number": 1, "shape": 1, "choice": 2}
_MOST_DECIMALS = 6
_MOST_MISTAKES = 7  # with the right one, as many options as there are letters for them


def read_question(entry: Entry) -> Question:
    """Read and check one entry: known keys, both languages, formulas whose names exist."""
    keys = entry.mapping(_REQUIRED + _OPTIONAL, required=_REQUIRED)
    kind = _kind(keys["kind"])
    for name, shown in (("unit", "a unit"), ("tolerance", "a tolerance"), ("decimals", "decimals")):
        if name in keys and kind != "number":
            raise keys[name].error(f"{shown} for an answer of kind {kind}", expected=f"no {name}, or kind: number")
    parameters = _parameters(keys.get("parameters"))
    question = Question(
        id=_matching(keys["id"], _ID, "an id such as shapes.conv-output"),
        topics=_topics(keys["topics"]),
        difficulty=keys["difficulty"].integer("difficulty", at_least=1, at_most=3),
        kind=kind,
        points=keys["points"].integer("points", at_least=1, at_most=100) if "points" in keys else 1,
        parameters=parameters,
        constraints=tuple(read_formula(item) for item in keys["where"].items()) if "where" in keys else (),
        definitions=_definitions(keys.get("let"), parameters),
        prompt=read_text(keys["prompt"]),
        answer=_answer(keys["answer"], kind),
        unit=read_text(keys["unit"]) if "unit" in keys else None,
        tolerance=_tolerance(keys.get("tolerance")),
        decimals=_decimals(keys.get("decimals")),
        convention=read_text(keys["convention"]) if "convention" in keys else None,
        mistakes=tuple(_mistake(item, kind) for item in keys["mistakes"].items("a list of mistakes")),
        hints=tuple(read_text(item) for item in keys["hints"].items("a list of hints")),
        solution=read_text(keys["solution"]) if "solution" in keys else None,
        source=keys["source"].text("a source (paper, section or table)"),
        path=entry.path,
        line=entry.line,
    )
    _check(question, entry, keys)
    return question


def _kind(entry: Entry) -> AnswerKind:
    for kind in ANSWER_KINDS:
        if entry.text() == kind:
            return kind
    raise entry.error(f"unknown answer kind {entry.text()!r}", expected="one of " + ", ".join(ANSWER_KINDS))


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


def _parameters(entry: Entry | None) -> tuple[Parameter, ...]:
    if entry is None:
        return ()
    parameters: list[Parameter] = []
    for name, source in entry.open_mapping().items():
        _check_name(name, source, taken=())
        parameters.append(Parameter(name=name, source=_source(source, parameters)))
    return tuple(parameters)


def _check_name(name: str, entry: Entry, *, taken: Collection[str]) -> None:
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise entry.error(f"{name!r} is not a name for a formula", expected="a letter, then letters, digits and _")
    if name == "answer" or name in taken:
        raise entry.error(f"the name {name!r} is taken", expected="a name of its own")


def _source(entry: Entry, earlier: list[Parameter]) -> Source:
    if isinstance(entry.value, list):
        return Values(values=_values(entry))
    keys = entry.mapping([key for allowed in _SOURCES.values() for key in allowed])
    for form, allowed in _SOURCES.items():
        if form in keys:
            entry.mapping(allowed)
    if "networks" in keys:
        return Networks(names=_networks(keys["networks"]))
    if "layers" in keys:
        return _layers(keys["layers"], keys.get("where"), earlier)
    if "from" not in keys or "to" not in keys:
        raise entry.error("neither values nor a range", expected="a list, from: and to:, networks: or layers:")
    start, stop = keys["from"].integer("from"), keys["to"].integer("to")
    step = keys["step"].integer("step", at_least=1) if "step" in keys else 1
    if stop < start:
        raise keys["to"].error(f"the range from {start} to {stop} is empty", expected=f"to: at least {start}")
    return Range(start=start, stop=stop, step=step)


def _values(entry: Entry) -> tuple[Formula, ...]:
    """Different values: two that are equal would make one problem count as two."""
    formulas: list[Formula] = []
    seen: list[tuple[type, Value]] = []
    for item in entry.items():
        formula = read_formula(item)
        if formula.names:
            expected = f"a number, or a text with quotes inside of quotes: \"'{min(formula.names)}'\""
            raise item.error(f"the name {min(formula.names)!r} among the values", expected=expected)
        try:
            value = evaluate(formula, {})
        except FormulaError as error:
            raise item.error(f"{formula.text!r}: {error.problem}", expected=error.expected) from error
        if (type(value), value) in seen:
            raise item.error(f"{formula.text} appears twice among the values", expected="different values")
        seen.append((type(value), value))
        formulas.append(formula)
    if not formulas:
        raise entry.error("an empty list of values", expected="at least one number or text")
    return tuple(formulas)


def _networks(entry: Entry) -> tuple[str, ...]:
    names: list[str] = []
    for item in entry.items("a list of networks"):
        name = item.text("a network's name")
        if name not in network_names():
            raise item.error(f"unknown network {name!r}", expected=f"one of {', '.join(network_names())}")
        if name in names:
            raise item.error(f"{name} appears twice", expected="different networks")
        names.append(name)
    if not names:
        raise entry.error("an empty list of networks", expected="at least one network")
    return tuple(names)


def _layers(entry: Entry, where: Entry | None, earlier: list[Parameter]) -> Layers:
    network = entry.text("the name of a parameter that holds a network")
    if not any(each.name == network and isinstance(each.source, Networks) for each in earlier):
        raise entry.error(f"{network!r} holds no network", expected="an earlier parameter with networks:")
    if where is None:
        return Layers(network=network, where=None)
    condition = read_formula(where)
    _known(condition, {each.name for each in earlier} | {"layer"}, where)
    return Layers(network=network, where=condition)


def _definitions(entry: Entry | None, parameters: tuple[Parameter, ...]) -> tuple[tuple[str, Formula], ...]:
    if entry is None:
        return ()
    known = {parameter.name for parameter in parameters}
    definitions: list[tuple[str, Formula]] = []
    for name, item in entry.open_mapping().items():
        _check_name(name, item, taken=known)
        formula = read_formula(item)
        _known(formula, known, item)
        known.add(name)
        definitions.append((name, formula))
    return tuple(definitions)


def _answer(entry: Entry, kind: AnswerKind) -> Formula | Text:
    return read_text(entry) if kind == "choice" else read_formula(entry)


def _mistake(entry: Entry, kind: AnswerKind) -> MistakeRule:
    keys = entry.mapping(("answer", "feedback"), required=("answer", "feedback"))
    return MistakeRule(answer=_answer(keys["answer"], kind), feedback=read_text(keys["feedback"]))


def _tolerance(entry: Entry | None) -> Fraction:
    if entry is None:
        return Fraction(0)
    tolerance = entry.fraction("tolerance")
    if tolerance < 0:
        raise entry.error(f"tolerance is {tolerance}", expected="a number of at least 0, in the answer's unit")
    return tolerance


def _decimals(entry: Entry | None) -> int | None:
    return None if entry is None else entry.integer("decimals", at_least=1, at_most=_MOST_DECIMALS)


def _check(question: Question, entry: Entry, keys: dict[str, Entry]) -> None:
    """What no single key can know: enough mistakes, and only names that exist where they are used."""
    fewest, count = _FEWEST_MISTAKES[question.kind], len(question.mistakes)
    if count < fewest:
        raise keys["mistakes"].error(f"{count} mistakes", expected=f"at least {fewest} for {question.kind}")
    if question.kind == "choice" and count > _MOST_MISTAKES:
        raise keys["mistakes"].error(f"{count} mistakes", expected=f"at most {_MOST_MISTAKES} for choice")
    if not question.hints:
        raise keys["hints"].error("no hints", expected="at least one hint")
    if question.kind == "choice" and question.solution is None:
        raise entry.error("a choice without a solution", expected="solution: why the answer is right")
    _check_names(question, keys)
    _check_parameters_are_asked(question, keys)


def _check_names(question: Question, keys: dict[str, Entry]) -> None:
    known = {parameter.name for parameter in question.parameters} | {name for name, _ in question.definitions}
    if question.constraints:
        for constraint, item in zip(question.constraints, keys["where"].items(), strict=True):
            _known(constraint, known, item)
    for key in ("prompt", "answer", "unit", "convention", "solution"):
        part = getattr(question, key)
        if part is not None:
            _known(part, known, keys[key])
    asked = [(question.prompt, keys["prompt"])]
    if isinstance(question.answer, Text):
        asked.append((question.answer, keys["answer"]))
    for text, item in asked:
        for name in sorted(text.en.names ^ text.ko.names):
            raise item.error(f"{name!r} is shown in one language only", expected="the same values in both")
    # A choice has no value that its feedback could name.
    in_feedback = known if question.kind == "choice" else known | {"answer"}
    for mistake, item in zip(question.mistakes, keys["mistakes"].items(), strict=True):
        parts = item.open_mapping()
        _known(mistake.answer, known, parts["answer"])
        _known(mistake.feedback, in_feedback, parts["feedback"])
    for hint, item in zip(question.hints, keys["hints"].items(), strict=True):
        _known(hint, known, item)


def _check_parameters_are_asked(question: Question, keys: dict[str, Entry]) -> None:
    """A parameter that no reader sees leaves the answer open, or makes two problems of one."""
    shown = set(question.prompt.names)
    if question.convention is not None:
        shown |= question.convention.names
    if isinstance(question.answer, Text):
        shown = shown.union(question.answer.names, *(mistake.answer.names for mistake in question.mistakes))
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
        if isinstance(parameter.source, Layers):
            shown |= {parameter.source.network} | (parameter.source.where.names if parameter.source.where else set())


def _known(part: Formula | Text, known: Collection[str], entry: Entry) -> None:
    unknown = sorted(part.names - set(known))
    if unknown:
        expected = "one of " + ", ".join(sorted(known)) if known else "no names: the question has no parameters"
        raise entry.error(f"unknown name {unknown[0]!r} in a formula", expected=expected)
