"""A question's parameters and constraints go in; the finite list of all its assignments comes out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import comb

from cnnquiz.bank.question import Layers, Parameter, Question, Range, Records, Source
from cnnquiz.bank.text import format_value
from cnnquiz.errors import BankError, FormulaError
from cnnquiz.formulas import Formula, Value, evaluate

_MOST = 500_000

Assignment = Mapping[str, Value]


@lru_cache(maxsize=4096)  # more questions than a bank holds: drawing goes through all of them again and again
def assignments(question: Question) -> tuple[Assignment, ...]:
    """Every way to choose the parameters under the constraints, in a fixed order; its length is the size of the space.

    The parameter that is named last changes fastest. Values include the definitions (`let`). BankError where there is
    no assignment, where there are too many, or where a formula fails.
    """
    start, *steps = _steps(question)
    found = [values for values in [_settled(question, start, {})] if values is not None]
    for step in steps:
        assert step.parameter is not None
        name = step.parameter.name
        choices: list[Sequence[Value]] = []
        combinations_of_all = 0
        for before in found:
            choices.append(_choices(question, step.parameter, before))
            combinations_of_all += len(choices[-1])
            if combinations_of_all > _MOST:
                raise _too_large(question)
        chosen = ({**values, name: value} for values, each in zip(found, choices, strict=True) for value in each)
        found = [values for each in chosen if (values := _settled(question, step, each)) is not None]
    if not found:
        raise BankError(
            question.path, question.line, f"{question.id}: no problem satisfies 'where'", expected="at least one"
        )
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """A parameter to choose, and what follows as soon as it is: definitions with their names, constraints without."""

    parameter: Parameter | None
    formulas: tuple[tuple[str | None, Formula], ...]


def _steps(question: Question) -> Iterator[_Step]:
    """One step for what needs no parameter, then one for each. Constraints come before definitions that they guard."""
    constraints, definitions = list(question.constraints), list(question.definitions)
    known: set[str] = set()
    for parameter in (None, *question.parameters):
        if parameter is not None:
            known.add(parameter.name)
        formulas: list[tuple[str | None, Formula]] = []
        while True:
            ready = [constraint for constraint in constraints if constraint.names <= known]
            constraints = [constraint for constraint in constraints if not constraint.names <= known]
            formulas += ((None, constraint) for constraint in ready)
            if not definitions or not definitions[0][1].names <= known:
                break
            formulas.append(definitions[0])
            known.add(definitions.pop(0)[0])
        yield _Step(parameter=parameter, formulas=tuple(formulas))


def _settled(question: Question, step: _Step, values: dict[str, Value]) -> dict[str, Value] | None:
    """The values with the definitions of this step, or None where one of its constraints rules them out."""
    for name, formula in step.formulas:
        if name is not None:
            values[name] = _evaluated(question, formula, values)
        elif not _holds(question, formula, values):
            return None
    return values


def _choices(question: Question, parameter: Parameter, chosen: Assignment) -> Sequence[Value]:
    """What the parameter can be, given those before it."""
    found = _candidates(question, parameter.source, chosen)
    where = parameter.where
    if where is not None:
        # A layer goes by that name too, as conditions on layers read best with it.
        name, layer = parameter.name, isinstance(parameter.source, Layers)
        scopes = ({**chosen, name: each, **({"layer": each} if layer else {})} for each in found)
        found = [each for each, scope in zip(found, scopes, strict=True) if _holds(question, where, scope)]
    if parameter.choose is None:
        return found
    if comb(len(found), parameter.choose) > _MOST:
        raise _too_large(question)
    return list(combinations(found, parameter.choose))


def _candidates(question: Question, source: Source, chosen: Assignment) -> Sequence[Value]:
    if isinstance(source, Range):
        return range(source.start, source.stop + 1, source.step)
    if isinstance(source, Records):
        return source.records
    if isinstance(source, Layers):
        network = chosen[source.network]
        assert isinstance(network, Mapping)
        layers = network["layers"]
        assert isinstance(layers, tuple)
        return layers
    return [_evaluated(question, formula, {}) for formula in source.values]


def _too_large(question: Question) -> BankError:
    return fault(question, "its space is too large", {}, expected=f"at most {_MOST:,} combinations of its parameters")


def _holds(question: Question, condition: Formula, values: Assignment) -> bool:
    holds = _evaluated(question, condition, values)
    if not isinstance(holds, bool):
        problem = f"{condition.text!r} in 'where' gives {format_value(holds)}"
        raise fault(question, problem, values, expected="a comparison such as n > k")
    return holds


def _evaluated(question: Question, formula: Formula, values: Assignment) -> Value:
    try:
        return evaluate(formula, values)
    except FormulaError as error:
        raise formula_fault(question, error, values) from error


def fault(question: Question, problem: str, values: Assignment, *, expected: str) -> BankError:
    """What is wrong with a question, at its line, and the values for which it shows."""
    given = ", ".join(f"{name} = {format_value(value)}" for name, value in values.items())
    problem = f"{question.id}: {problem}" + (f" for {given}" if given else "")
    return BankError(question.path, question.line, problem, expected=expected)


def formula_fault(question: Question, error: FormulaError, values: Assignment) -> BankError:
    """The same for a formula that cannot be evaluated."""
    return fault(question, str(error).removesuffix(f" (expected {error.expected})"), values, expected=error.expected)
