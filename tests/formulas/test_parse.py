"""Reading formulas: what the language holds, and how everything else is refused."""

import copy
import pickle

import pytest

from cnnquiz.formulas import FormulaError, evaluate, parse, to_linear

PUT_TOGETHER = [
    pytest.param("a - b - c", "(a - b) - c", id="minus goes from left to right"),
    pytest.param("a/b/c", "(a/b)/c", id="division goes from left to right"),
    pytest.param("a**b**c", "a**(b**c)", id="powers go from right to left"),
    pytest.param("-a**2", "-(a**2)", id="a power binds tighter than its sign"),
    pytest.param("-a*b", "(-a)*b", id="a sign binds tighter than a product"),
    pytest.param("a + b*c % d", "a + ((b*c) % d)", id="remainder binds like a product"),
    pytest.param("not a == b", "not (a == b)", id="not takes the whole comparison"),
    pytest.param("a or b and c", "a or (b and c)", id="and binds tighter than or"),
    pytest.param("a if b else c if d else e", "a if b else (c if d else e)", id="else takes what follows"),
    pytest.param(" \n (c,\n  h, w)\n", "(c, h, w)", id="a formula may run over several lines"),
    pytest.param("'é' == op", '"é" == op', id="texts hold any printable character"),
    pytest.param("2.0*n + .5", "2*n + 0.5", id="decimals are exact"),
]


@pytest.mark.parametrize(("text", "spelled_out"), PUT_TOGETHER)
def test_operators_bind_as_in_python(text: str, spelled_out: str) -> None:
    assert parse(text).tree == parse(spelled_out).tree


def test_text_is_kept_as_its_author_wrote_it() -> None:
    assert parse(" n+1 ").text == " n+1 "


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("floor((n + 2*p)/s)", {"n", "p", "s"}, id="functions are no names"),
        pytest.param("layer.kernel_size[i]", {"layer", "i"}, id="attributes are no names"),
        pytest.param("sum(a*k for a in sizes if a > m)", {"k", "sizes", "m"}, id="variables of loops are none"),
        pytest.param("sum(n for n in n)", {"n"}, id="what a loop goes over is outside it"),
        pytest.param("a + sum(a for a in b)", {"a", "b"}, id="a loop hides its variable only inside"),
    ],
)
def test_names_are_those_that_need_a_value(text: str, names: set[str]) -> None:
    assert parse(text).names == names


REFUSED = [
    pytest.param("", 0, "nothing is written", id="nothing"),
    pytest.param(" \n ", 0, "nothing is written", id="only blanks"),
    pytest.param("__import__('os')", 0, "the name '__import__'", id="an import in disguise"),
    pytest.param("x.__class__", 2, "the name '__class__'", id="a dunder attribute"),
    pytest.param("sum(_x for _x in y)", 4, "the name '_x'", id="a private loop variable"),
    pytest.param("lambda x: x", 0, "the word 'lambda'", id="lambda"),
    pytest.param("None", 0, "the word 'None'", id="None"),
    pytest.param("a is b", 2, "the word 'is'", id="identity"),
    pytest.param("1 + await x", 4, "the word 'await'", id="await"),
    pytest.param("f'{n}'", 0, "cannot read on at 'f'", id="an f-string"),
    pytest.param("b'x'", 0, "cannot read on at 'b'", id="bytes"),
    pytest.param("(n := 1)", 3, "':' is not part", id="an assignment inside"),
    pytest.param("n = 1", 2, "'=' is not part", id="an assignment"),
    pytest.param("a; b", 1, "';' is not part", id="two statements"),
    pytest.param("a[1:2]", 3, "':' is not part", id="a slice"),
    pytest.param("{1, 2}", 0, "'{' is not part", id="a set"),
    pytest.param("a # b", 2, "'#' is not part", id="a comment"),
    pytest.param("a @ b", 2, "'@' is not part", id="matrix product"),
    pytest.param("1\0", 1, "'\\x00' is not part", id="a NUL"),
    pytest.param("a\u200b", 1, "'\\u200b' is not part", id="an invisible space"),
    pytest.param("1 − 2", 2, "'−' is not part", id="a typeset minus"),
    pytest.param("été", 0, "cannot read on at 'é'", id="a name outside ASCII"),
    pytest.param("1e5", 0, "a number that runs on", id="scientific notation"),
    pytest.param("0x10", 0, "a number that runs on", id="hexadecimal"),
    pytest.param("1_000", 0, "a number that runs on", id="underscores in a number"),
    pytest.param("3j", 0, "a number that runs on", id="an imaginary number"),
    pytest.param("2if a else 3", 0, "a number that runs on", id="a number glued to a word"),
    pytest.param("'a\\x41'", 0, "a text without its end", id="a backslash in a text"),
    pytest.param("op == 'a", 6, "a text without its end", id="an open text"),
    pytest.param("'a' 'b'", 4, "two texts side by side", id="texts glued together"),
    pytest.param("'a\tb'", 0, "control characters", id="a tab in a text"),
    pytest.param("(1, 2]", 5, "']' closes nothing", id="brackets that do not match"),
    pytest.param("a)", 1, "')' closes nothing", id="a bracket too many"),
    pytest.param("2*(a + (b", 7, "'(' is never closed", id="a bracket too few"),
    pytest.param("n*(n - 1) +", 10, "cannot be read from here", id="an unfinished sum"),
    pytest.param("  1 + * 2", 6, "cannot be read from here", id="two operators"),
    pytest.param("a b", 2, "cannot be read from here", id="two names"),
    pytest.param("007", 0, "cannot be read from here", id="leading zeros"),
    pytest.param("[1, 2]", 0, "a list is not part", id="a list"),
    pytest.param("sum([a for a in b])", 4, "a list comprehension", id="a list comprehension"),
    pytest.param("(a for a in b)", 0, "a 'for' outside", id="a loop outside a function"),
    pytest.param("max(*a)", 4, "a starred argument", id="a starred argument"),
    pytest.param("max(**a)", 6, "a keyword argument", id="a doubly starred argument"),
    pytest.param("+a", 0, "this expression", id="a plus sign"),
    pytest.param("...", 0, "this expression", id="an ellipsis"),
    pytest.param("(1).real", 0, "this expression", id="an attribute of a number"),
    pytest.param("open('x')", 0, "a call of something else", id="an unknown function"),
    pytest.param("layer.conv(1)", 0, "a call of something else", id="a method"),
    pytest.param("floor(1, 2)", 0, "floor with 2 arguments", id="too many arguments"),
    pytest.param("min()", 0, "min with 0 arguments", id="no arguments"),
    pytest.param("floor(a for a in b)", 5, "a 'for' inside floor", id="a loop in the wrong function"),
    pytest.param("distinct(1, 2)", 0, "distinct with 2 arguments", id="distinct takes one tuple"),
    pytest.param("sum(a for b in c for a in b)", 3, "several clauses", id="two loops"),
    pytest.param("sum(a for a in b if a if c)", 3, "several clauses", id="two conditions"),
    pytest.param("sum(a for a, b in c)", 10, "a loop over several variables", id="unpacking"),
    pytest.param("1 + 1000000000000000001", 4, "a number too large", id="a literal above 10**18"),
    pytest.param("0.1234567890123456789", 0, "too many decimals", id="nineteen decimals"),
]


@pytest.mark.parametrize(("text", "position", "problem"), REFUSED)
def test_what_is_not_in_the_language_is_refused_at_its_place(text: str, position: int, problem: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(text)

    assert problem in caught.value.problem
    # Python 3.11 to 3.14 place the fault of a broken expression differently, by a character or two.
    tolerance = 2 if "cannot be read" in problem else 0
    assert abs(caught.value.position - position) <= tolerance
    assert f"character {caught.value.position + 1}: " in str(caught.value)


def test_the_error_shows_text_place_fault_and_expectation() -> None:
    with pytest.raises(FormulaError) as caught:
        parse("max(2, n")

    assert str(caught.value) == "'max(2, n', character 4: '(' is never closed (expected brackets in pairs)"


def test_position_counts_characters_not_bytes() -> None:
    with pytest.raises(FormulaError) as caught:
        parse("op in ('합성곱', [1])")

    assert caught.value.position == 14


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("(" * 100_000 + "1" + ")" * 100_000, "a text of 200,001 characters", id="parentheses"),
        pytest.param("(" * 41 + "1" + ")" * 41, "nested too deeply", id="just too many parentheses"),
        pytest.param("[" * 999, "nested too deeply", id="brackets that stay open"),
        pytest.param("-" * 999 + "1", "nested too deeply", id="signs"),
        pytest.param("not " * 240 + "a", "nested too deeply", id="nots"),
        pytest.param("a**" * 300 + "1", "nested too deeply", id="powers"),
        pytest.param("a" + ".a" * 499, "nested too deeply", id="attributes"),
        pytest.param("1" + "+1" * 499, "nested too deeply", id="a very long sum"),
        pytest.param("1 if a else " * 80 + "1", "nested too deeply", id="conditionals"),
        pytest.param("1" * 1001, "a text of 1,001 characters", id="a long number"),
    ],
)
def test_nothing_exhausts_the_reader(text: str, problem: str) -> None:
    with pytest.raises(FormulaError, match=problem):
        parse(text)


def test_forty_levels_are_enough_and_allowed() -> None:
    assert to_linear(parse("(" * 40 + "n" + ")" * 40)) == "n"
    assert parse("+".join("n" * 40)).names == {"n"}


def test_names_are_found_once() -> None:
    formula = parse("n + k")

    assert formula.names is formula.names


def test_a_formula_that_was_evaluated_can_be_pickled_and_copied() -> None:
    formula = parse("n + 1")
    assert evaluate(formula, {"n": 1}) == 2

    for copied in (pickle.loads(pickle.dumps(formula)), copy.deepcopy(formula)):
        assert copied == formula
        assert evaluate(copied, {"n": 2}) == 3


def test_a_formula_is_a_value() -> None:
    assert parse("n+1") == parse("n+1")
    assert hash(parse("n+1")) == hash(parse("n+1"))
    assert parse("n+1") != parse("n+2")
