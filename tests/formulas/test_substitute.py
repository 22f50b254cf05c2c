"""Numbers put in the places of names, and the lines of worked solutions."""

from collections.abc import Mapping
from fractions import Fraction

import pytest

from cnnquiz.formulas import FormulaError, Value, evaluate, parse, substitute, taken, to_linear, to_text, worked

CONV: Mapping[str, Value] = {"op": "conv2d", "parameters": 896, "kernel_size": (3, 5), "bias": True}
RELU: Mapping[str, Value] = {"op": "relu", "parameters": 0}
HEAD: Mapping[str, Value] = {"op": "linear", "parameters": 5130}
NET: Mapping[str, Value] = {"layers": (CONV, RELU, HEAD)}
VALUES: Mapping[str, Value] = {
    "n": 227,
    "k": 11,
    "p": 0,
    "s": 4,
    "minus": -2,
    "half": Fraction(1, 2),
    "third": Fraction(1, 3),
    "conv": CONV,
    "net": NET,
    "thirteen": tuple(range(13)),
    "empty": (),
}

PUT_IN = [
    pytest.param("floor((n - k + 2*p)/s) + 1", "floor((227 - 11 + 2*0)/4) + 1", id="zero terms stay"),
    pytest.param("n + x", "227 + x", id="a name without a value stays"),
    pytest.param("n - minus*s", "227 - (-2*4)", id="a negative value keeps its sign apart"),
    pytest.param("minus**2", "(-2)**2", id="a negative base gets parentheses"),
    pytest.param("s**2*half", "4**2*0.5", id="a fraction that ends is a decimal"),
    pytest.param("n/third", "227/(1/3)", id="a fraction that does not end is a division"),
    pytest.param("conv.kernel_size[0]*conv.parameters", "3*896", id="attributes and indexes"),
    pytest.param("conv.kernel_size", "(3, 5)", id="a tuple"),
    pytest.param("product(conv.kernel_size)", "3*5", id="the product of a tuple is written out"),
    pytest.param("sum((n, x)) + max(n, x)", "sum((227, x)) + max(227, x)", id="partly known arguments"),
    pytest.param("2*sum(l.parameters for l in net.layers)", "2*(896 + 0 + 5130)", id="a sum over layers"),
    pytest.param("sum(l.parameters for l in net.layers if l.op == 'relu') + 1", "0 + 1", id="of one term"),
    pytest.param("max(l.parameters for l in net.layers)", "max(896, 0, 5130)", id="a maximum over layers"),
    pytest.param("count(l for l in net.layers if l.op != 'relu')", "2", id="a count is its value"),
    pytest.param("distinct(l.op for l in net.layers)", 'distinct(("conv2d", "relu", "linear"))', id="distinct values"),
    pytest.param("distinct(a for a in thirteen) or n > 3", "True", id="distinct values too many to write"),
    pytest.param("distinct((n, x))", "distinct((227, x))", id="distinct values partly known"),
    pytest.param("sum(a + n for a in thirteen)", "3029", id="13 terms are too many: 78 + 13*227"),
    pytest.param("sum(a for a in empty) + product(empty)", "0 + 1", id="no terms"),
    pytest.param("sum(a + x for a in empty)", "sum(a + x for a in ())", id="no terms, one unknown"),
    pytest.param("sum(a*x for a in (s, k))", "4*x + 11*x", id="terms with an unknown"),
    pytest.param("sum(n*l for l in unknown)", "sum(227*l for l in unknown)", id="over something unknown"),
    pytest.param("sum(n*n for n in unknown)", "sum(n*n for n in unknown)", id="a loop hides its variable"),
    pytest.param("sum(sum(a*b for a in (1, 2)) for b in (s, k))", "45", id="of sums within sums, the value: 3*15"),
    pytest.param(
        "sum(l.kernel_size[i] for l in (conv, conv))",
        "sum(l.kernel_size[i] for l in (conv, conv))",
        id="a loop stays whose terms still need its variable",
    ),
    pytest.param("64*9 + (64 if conv.bias else 0)", "64*9 + 64", id="the branch that is taken"),
    pytest.param("n if x > s else k", "227 if x > 4 else 11", id="an open condition"),
    pytest.param("n > 200 or n/p > 1", "227 > 200", id="what decides a condition"),
    pytest.param("n > 200 and x > s", "227 > 200 and x > 4", id="an undecided condition"),
    pytest.param("not (n == s) and 'a' != conv.op", 'not (227 == 4) and "a" != "conv2d"', id="texts"),
]


@pytest.mark.parametrize(("text", "expected"), PUT_IN)
def test_substitute(text: str, expected: str) -> None:
    assert to_linear(substitute(parse(text), VALUES)) == expected


@pytest.mark.parametrize("text", [pytest.param(case.values[0], id=case.id) for case in PUT_IN])
def test_substitution_keeps_the_value(text: str) -> None:
    formula = parse(text)
    values = {**VALUES, "x": 7, "unknown": (1, 2, 3), "i": 0}

    assert evaluate(substitute(formula, VALUES), values) == evaluate(formula, values)


def test_only_the_names_asked_for_are_replaced() -> None:
    formula = substitute(parse("floor((n - k)/s)"), VALUES, names={"k", "s"})

    assert to_linear(formula) == "floor((n - 11)/4)"


def test_a_record_that_cannot_be_written_stays() -> None:
    assert to_linear(substitute(parse("max(l, n) + net.layers[i].parameters"), {**VALUES, "l": CONV})) == (
        "max(l, 227) + net.layers[i].parameters"
    )


@pytest.mark.parametrize(
    ("text", "names", "problem"),
    [
        pytest.param("n + 1", {"kk"}, "no value for 'kk' (expected 'k')", id="a name without a value"),
        pytest.param("conv.stride", None, "unknown attribute 'stride'", id="an unknown attribute"),
        pytest.param("n if n else k", None, "a number as a condition", id="a condition that is none"),
    ],
)
def test_what_cannot_be_put_in(text: str, names: set[str] | None, problem: str) -> None:
    with pytest.raises(FormulaError) as caught:
        substitute(parse(text), VALUES, names=names)

    assert problem in str(caught.value)


def test_errors_after_substitution_point_into_the_authors_text() -> None:
    with pytest.raises(FormulaError) as caught:
        evaluate(substitute(parse("100000 + n/p"), VALUES), {})

    assert (caught.value.text, caught.value.position) == ("100000 + n/p", 11)


def test_a_worked_solution_is_one_line() -> None:
    solution = worked(parse("floor((n - k + 2*p)/s) + 1"), VALUES)

    assert solution.value == 55
    assert to_text(solution.equation()) == "⌊(n − k + 2·p)/s⌋ + 1 = ⌊(227 − 11 + 2·0)/4⌋ + 1 = 55"
    assert to_text(solution.equation("H_out")).startswith("H_out = ⌊(n − k")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("n", "n = 227", id="the value is not repeated"),
        pytest.param("7", "7", id="a number alone"),
        pytest.param("2*3", "2·3 = 6", id="without names there is nothing to put in"),
        pytest.param("n > s", "(n > s) = (227 > 4) = True", id="a comparison stands apart"),
        pytest.param("p - n/1000000", "p − n/1,000,000 = 0 − 227/1,000,000 = −0.000227", id="negative"),
        pytest.param("s/(3*k)", "s/(3·k) = 4/(3·11) = 4/33", id="a fraction"),
    ],
)
def test_steps_that_repeat_are_left_out(text: str, line: str) -> None:
    assert to_text(worked(parse(text), VALUES).equation()) == line


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(CONV, id="a record"),
        pytest.param((1, CONV), id="a record in a tuple"),
        pytest.param("'\"", id="a text with both quotes"),
        pytest.param("a\0b", id="a text with a control character"),
    ],
)
def test_a_value_that_cannot_be_written_is_named(value: Value) -> None:
    with pytest.raises(FormulaError, match="cannot be shown"):
        worked(parse("x"), {"x": value}).equation()


@pytest.mark.parametrize(("up", "n", "chosen"), [(True, 2, "ceil(n/s)"), (False, 7, "floor(n/s)"), (False, 2, "1")])
def test_of_a_choice_the_values_choose_the_formula(up, n, chosen):
    formula = parse("ceil(n/s) if up else (floor(n/s) if n > 3 else 1)")

    assert to_linear(taken(formula, {"up": up, "n": n, "s": 2})) == chosen
