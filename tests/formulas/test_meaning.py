"""No way of writing a formula changes its value: each is read back here by a reader of our own."""

import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cnnquiz.formulas import (
    Formula,
    FormulaError,
    evaluate,
    parse,
    substitute,
    to_latex,
    to_linear,
    to_mathml,
    to_text,
    to_typst,
    worked,
)

NAMES: dict[str, int | Fraction] = {"a": 3, "b": -2, "c": Fraction(5, 7), "n": 4096}
FUNCTIONS = {
    "F": Fraction,
    "frac": lambda top, bottom: Fraction(top) / bottom,
    "floor": math.floor,
    "ceil": math.ceil,
    "abs": abs,
    "min": min,
    "max": max,
}
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
SIGNS = str.maketrans({"−": "-", "·": "*", "⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")", "\u2061": ""})


def binary(operator: str, inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(lambda left, right: f"({left}){operator}({right})", inside, inside)


def deeper(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Formulas in which every part has its own parentheses, so that there is no precedence to get wrong."""
    return st.one_of(
        *(binary(operator, inside) for operator in ("+", "-", "*", "/", "//", "%")),
        st.builds(lambda base, exponent: f"({base})**{exponent}", inside, st.integers(0, 3)),
        st.builds(lambda base, top: f"({base})**({top})", inside, inside),
        st.builds(lambda operand: f"-({operand})", inside),
        st.builds(lambda name, operand: f"{name}({operand})", st.sampled_from(["floor", "ceil", "abs"]), inside),
        st.builds(
            lambda name, left, right: f"{name}(({left}), ({right}))",
            st.sampled_from(["min", "max"]),
            inside,
            inside,
        ),
    )


LEAVES = st.sampled_from([*NAMES, "0", "1", "2", "3", "1234567", "0.5", "20.25"])
FORMULAS = st.recursive(LEAVES, deeper, max_leaves=12)


def compute(expression: str) -> Fraction:
    """Python's own arithmetic, on Fractions, for an expression in Python's signs."""
    exact = re.sub(r"(?<![\w.])(\d+\.?\d*)", r"F('\1')", expression)
    # floor() and // make ints, and Python would divide two of them as floats: divide by a Fraction between.
    exact = re.sub("(?<!/)/(?!/)", "/F(1)/", exact)
    scope = {name: Fraction(value) for name, value in NAMES.items()}
    return Fraction(eval(exact, {**FUNCTIONS, **scope}))


def read_text(formula: Formula) -> str:
    text = to_text(formula).translate(SIGNS).replace(" mod ", "%")
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    return re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda found: "**" + found[0].translate(SUPERSCRIPTS), text.replace("^", "**"))


def read_latex(formula: Formula) -> str:
    latex = to_latex(formula).replace("{,}", "").replace(r"\cdot", "*").replace(r"\bmod", "%")
    for fence, call in {
        r"\left\lfloor": "floor(",
        r"\left\lceil": "ceil(",
        r"\left\lvert": "abs(",
        r"\left(": "(",
        r"\frac": "frac",
        r"\min": "min",
        r"\max": "max",
        "}{": ",",
        "^": "**",
        "{": "(",
        "}": ")",
    }.items():
        latex = latex.replace(fence, call)
    return re.sub(r"\\right(\\rfloor|\\rceil|\\rvert|\))", ")", latex)


def read_typst(formula: Formula) -> str:
    typst = re.sub(r'op\("(\w+)"\)', r"\1", to_typst(formula)).translate(SIGNS).replace(" mod ", "%")
    return re.sub(r'"([\d,.]+)"', lambda found: found[1].replace(",", ""), typst).replace("^", "**")


def read_mathml(formula: Formula) -> str:
    return read_element(ET.fromstring(to_mathml(formula)))


def read_element(element: ET.Element) -> str:
    parts = [read_element(part) for part in element]
    match element.tag.rpartition("}")[2]:
        case "mfrac":
            return f"frac({parts[0]}, {parts[1]})"
        case "msup":
            return f"{parts[0]}**({parts[1]})"
        case "mo" if element.text == "|":
            return "abs(" if element.get("form") == "prefix" else ")"
        case "mn":
            return (element.text or "").replace(",", "")
        case "mi" | "mo":
            return (element.text or "").translate(SIGNS).replace("mod", "%")
    return "".join(parts)


READERS = [
    pytest.param(to_linear, id="linear"),
    pytest.param(read_text, id="text"),
    pytest.param(read_latex, id="LaTeX"),
    pytest.param(read_typst, id="Typst"),
    pytest.param(read_mathml, id="MathML"),
]
WRONG_WITHOUT_PARENTHESES = [
    "a/(b*c)",
    "a/(b/c)",
    "a*(b/c)",
    "a - (b - c)",
    "a - (b + c)",
    "-(a + b)",
    "-(a*b)",
    "(-a)**2",
    "-a**2",
    "(a**2)**3",
    "2**(a**2)",
    "(a/b)**2",
    "(a*b)**2",
    "(a + b)*c",
    "(a + b)/c",
    "floor(a + c)*2",
    "floor(a/2) + floor(c)",
    "floor(a/2 + c)",
    "a*(b % 3)",
    "(a*b) % 3",
    "a % (b*3)",
    "(-a) % 2",
    "-(a % 2)",
    "(a + b) % 2",
    "a + b % 3",
    "a//(b*2)",
    "(a//2)*b",
    "a*(n//1000)",
    "(a/b)//c",
    "-(a//2)",
    "(-a)//2",
    "a*-b",
    "a - -b",
    "a/-b",
    "n**2",
    "1234567/n",
    "max(1000, n) - min(a - b, -c)",
    "abs(a*abs(b) - abs(c))",
]


def formula_or_fault(text: str) -> Formula | FormulaError:
    try:
        return parse(text)
    except FormulaError as error:
        return error


def value_of(text: str) -> Fraction | None:
    """The value of a formula; None where it has none, such as 1/0."""
    try:
        value = evaluate(parse(text), NAMES)
    except FormulaError:
        return None
    assert isinstance(value, int | Fraction)
    return Fraction(value)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("text", WRONG_WITHOUT_PARENTHESES)
def test_parentheses_stay_where_they_matter(text: str, read: Callable[[Formula], str]) -> None:
    assert compute(read(parse(text))) == compute(text)


@given(FORMULAS)
def test_values_are_those_of_pythons_fractions(text: str) -> None:
    value = value_of(text)
    assume(value is not None)

    assert value == compute(text)


@given(FORMULAS)
def test_the_linear_form_is_read_back_as_the_same_tree(text: str) -> None:
    formula = parse(text)

    assert parse(to_linear(formula)).tree == formula.tree


@pytest.mark.parametrize("read", READERS)
@given(text=FORMULAS)
def test_every_notation_keeps_the_value(text: str, read: Callable[[Formula], str]) -> None:
    value = value_of(text)
    assume(value is not None)
    formula = parse(text)

    assert compute(read(formula)) == value
    assert compute(read(substitute(formula, NAMES))) == value


@given(FORMULAS)
def test_each_step_of_a_worked_solution_has_the_same_value(text: str) -> None:
    value = value_of(text)
    assume(value is not None)
    steps = re.split(" == ", to_linear(worked(parse(text), NAMES).equation()))

    assert {compute(step) for step in steps} == {value}


LOGIC_LEAVES = st.sampled_from(["True", "False", "1 < 2", "a == b", "a in (1, 3)", "b not in (3, 5)", "1 <= a < 3"])
LOGIC = st.recursive(
    LOGIC_LEAVES,
    lambda inside: st.one_of(
        st.builds(lambda operand: f"not ({operand})", inside),
        binary(" and ", inside),
        binary(" or ", inside),
        binary(" == ", inside),
        st.builds("({}) if ({}) else ({})".format, inside, inside, inside),
    ),
    max_leaves=10,
)


@given(LOGIC)
def test_logic_is_pythons(text: str) -> None:
    formula = parse(text)

    assert evaluate(formula, NAMES) is bool(eval(text, dict(NAMES)))
    assert parse(to_linear(formula)).tree == formula.tree
    assert evaluate(substitute(formula, NAMES), {}) == evaluate(formula, NAMES)


@given(st.text(alphabet=st.sampled_from("ab1.0 ()[],+-*/%<>=!'\"_\\\n\0:éλ") | st.characters(), max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    formula = formula_or_fault(text)

    if isinstance(formula, FormulaError):
        assert 0 <= formula.position <= len(text)
    else:
        assert parse(to_linear(formula)).tree == formula.tree
        ET.fromstring(to_mathml(formula))
