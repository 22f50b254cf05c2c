"""The `parameters` of an entry go in; parameters with their sources come out."""

import keyword
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from cnnquiz.bank.library import Library, Record
from cnnquiz.bank.question import Layers, Parameter, Range, Records, Source, Values
from cnnquiz.bank.reading.entry import Entry
from cnnquiz.bank.text import read_formula
from cnnquiz.errors import FormulaError
from cnnquiz.formulas import Formula, Value, evaluate

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

_FORMS = {
    "networks": ("networks", "where", "choose"),
    "facts": ("facts", "where", "choose"),
    "layers": ("layers", "where"),
    "values": ("values", "choose"),
    "from": ("from", "to", "step", "choose"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What sources may refer to: the library, and the family of an entry that is asked of several."""

    library: Library
    family: Record | None = None


def read_parameters(entry: Entry | None, scope: Scope) -> tuple[Parameter, ...]:
    """Parameters in the order of the file; `family` comes first where the entry is asked of several families."""
    parameters: list[Parameter] = []
    if scope.family is not None:
        parameters.append(Parameter(name="family", source=Records(records=(scope.family,), networks=False)))
    if entry is None:
        return tuple(parameters)
    for name, source in entry.open_mapping().items():
        check_name(name, source, taken=[parameter.name for parameter in parameters])
        parameters.append(_parameter(name, source, parameters, scope))
    return tuple(parameters)


def check_name(name: str, entry: Entry, *, taken: Collection[str]) -> None:
    """A name that formulas can use and that is not used yet."""
    if not NAME.fullmatch(name) or keyword.iskeyword(name):
        raise entry.error(f"{name!r} is not a name for a formula", expected="a letter, then letters, digits and _")
    if name == "answer" or name in taken:
        raise entry.error(f"the name {name!r} is taken", expected="a name of its own")


def known(part: object, names: Collection[str], entry: Entry) -> None:
    """Each name that a formula or text uses must be one of these."""
    unknown = sorted(part.names - set(names))  # type: ignore[attr-defined]
    if unknown:
        expected = "one of " + ", ".join(sorted(names)) if names else "no names: the question has no parameters"
        raise entry.error(f"unknown name {unknown[0]!r} in a formula", expected=expected)


def _parameter(name: str, entry: Entry, earlier: list[Parameter], scope: Scope) -> Parameter:
    if isinstance(entry.value, list):
        return Parameter(name=name, source=Values(values=_values(entry)))
    keys = entry.mapping({key: None for allowed in _FORMS.values() for key in allowed})
    form = next((form for form in _FORMS if form in keys), None)
    if form is None or (form == "from" and "to" not in keys):
        raise entry.error("neither values nor a range", expected="a list, from: and to:, networks:, layers: or facts:")
    entry.mapping(_FORMS[form])
    source = _source(form, keys, earlier, scope)
    where = read_formula(keys["where"]) if "where" in keys else None
    if where is not None:
        candidate = {name, "layer"} if form == "layers" else {name}
        known(where, {each.name for each in earlier} | candidate, keys["where"])
    choose = keys["choose"].integer("choose", at_least=1, at_most=12) if "choose" in keys else None
    return Parameter(name=name, source=source, where=where, choose=choose)


def _source(form: str, keys: Mapping[str, Entry], earlier: list[Parameter], scope: Scope) -> Source:
    match form:
        case "networks":
            return Records(records=_networks(keys["networks"], scope), networks=True)
        case "facts":
            return Records(records=_facts(keys["facts"], scope.library), networks=False)
        case "layers":
            return Layers(network=_holder(keys["layers"], earlier))
        case "values":
            return Values(values=_values(keys["values"]))
        case _:
            return _range(keys)


def _range(keys: Mapping[str, Entry]) -> Range:
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


def _networks(entry: Entry, scope: Scope) -> tuple[Record, ...]:
    every = scope.library.networks
    if entry.value == "all":
        return tuple(every.values())
    if entry.value == "family":
        if scope.family is None:
            raise entry.error("'family' in an entry of no family", expected="families: beside parameters:, or names")
        return scope.library.networks_of(scope.family)
    chosen: dict[str, Record] = {}
    for item in entry.items("a list of networks, all or family"):
        name = item.text("a network's name")
        if name not in every:
            raise item.error(f"unknown network {name!r}", expected=f"one of {', '.join(every)}")
        if name in chosen:
            raise item.error(f"{name} appears twice", expected="different networks")
        chosen[name] = every[name]
    if not chosen:
        raise entry.error("an empty list of networks", expected="at least one network")
    return tuple(chosen.values())


def _facts(entry: Entry, library: Library) -> tuple[Record, ...]:
    table = entry.text("a table of facts")
    if table not in library.facts:
        raise entry.error(f"unknown table {table!r}", expected="one of " + ", ".join(library.facts))
    return library.facts[table]


def _holder(entry: Entry, earlier: list[Parameter]) -> str:
    network = entry.text("the name of a parameter that holds a network")
    for each in earlier:
        if each.name == network and isinstance(each.source, Records) and each.source.networks and not each.choose:
            return network
    raise entry.error(f"{network!r} holds no network", expected="an earlier parameter with networks:")
