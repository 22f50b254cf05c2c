"""Values of formulas: exact, bounded, and every fault at its place."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

import pytest

from cnnquiz.formulas import FormulaError, Value, evaluate, parse, substitute, to_linear

LENET_LAYERS: tuple[Value, ...] = (
    {"op": "conv2d", "parameters": 156, "kernel_size": (5, 5)},
    {"op": "conv2d", "parameters": 2416, "kernel_size": (5, 5)},
    {"op": "relu", "parameters": 0},
    {"op": "linear", "parameters": 48120},
)
LENET: Mapping[str, Value] = {"layers": LENET_LAYERS, "name": "LeNet-5"}
ALEXNET_CONV1: Mapping[str, Value] = {"n": 227, "k": 11, "p": 0, "s": 4, "d": 1}

VALUES = [
    pytest.param("floor((n + 2*p - d*(k - 1) - 1)/s) + 1", 55, id="AlexNet conv1 makes 55 of 227"),
    pytest.param("ceil(n/s)", 57, id="227/4 rounded up"),
    pytest.param("n/s", Fraction(227, 4), id="a division stays exact"),
    pytest.param("0.1 + 0.2 == 0.3", True, id="decimals are not floats"),
    pytest.param("(n - k)/s", 54, id="a whole fraction is an int"),
    pytest.param("-7//2", -4, id="floor division goes down"),
    pytest.param("-7 % 3", 2, id="the remainder is never negative"),
    pytest.param("7.5 % 2", Fraction(3, 2), id="remainder of a fraction"),
    pytest.param("2**10", 1024, id="a power"),
    pytest.param("0**0", 1, id="an empty product"),
    pytest.param("(1/2)**3", Fraction(1, 8), id="power of a fraction"),
    pytest.param("abs(p - k)", 11, id="abs"),
    pytest.param("round(2/3, 2)", Fraction(67, 100), id="round to decimals"),
    pytest.param("round(0.125, 2)", Fraction(13, 100), id="a 5 rounds up, as at school"),
    pytest.param("round(-2.5)", -3, id="and away from zero"),
    pytest.param("min(n, k, s)", 4, id="least of several"),
    pytest.param("max((3, 9, 7))", 9, id="greatest of a tuple"),
    pytest.param("sum((1, 2, 3)) + product((4, 5))", 26, id="sum and product of tuples"),
    pytest.param("sum(()) + product(()) + count(())", 1, id="of nothing"),
    pytest.param("(n, k, s)[-1]", 4, id="an index from the end"),
    pytest.param("1 < s <= 4 < k", True, id="a chain of comparisons"),
    pytest.param("s in (1, 2) or k not in (3, 5)", True, id="membership"),
    pytest.param("(1, (2, 3)) == (1, (2, 3))", True, id="tuples are equal item by item"),
    pytest.param("n != n or not True", False, id="logic"),
    pytest.param("p == 0 or 1/p > 2", True, id="or stops when decided"),
    pytest.param("p != 0 and 1/p > 2", False, id="and stops when decided"),
    pytest.param("0 if p == 0 else 1/p", 0, id="the other branch is not computed"),
    pytest.param("1 < 1 < 1/p", False, id="a chain stops when decided"),
    pytest.param("sum(layer.parameters for layer in net.layers)", 50692, id="sum over layers"),
    pytest.param("sum(l.parameters for l in net.layers if l.op == 'conv2d')", 2572, id="over some layers"),
    pytest.param("count(l for l in net.layers if l.op in ('relu', 'linear'))", 2, id="count of layers"),
    pytest.param("max(l.parameters for l in net.layers) - net.layers[0].parameters", 47964, id="greatest"),
    pytest.param("product(k for k in net.layers[0].kernel_size) + k", 36, id="a loop ends its variable"),
    pytest.param("sum(product(l.kernel_size) for l in net.layers if l.op == 'conv2d')", 50, id="nested"),
    pytest.param("distinct((n, k, s)) and not distinct((4, n, k, s))", True, id="distinct numbers"),
    pytest.param("distinct((1, 4/4))", False, id="a number is the same however it came about"),
    pytest.param("distinct(('same', 'valid')) and distinct(((1, 2), (2, 1)))", True, id="distinct texts and tuples"),
    pytest.param("distinct(()) and distinct((n,))", True, id="nothing to be equal to"),
    pytest.param("distinct(l.op for l in net.layers)", False, id="two layers of one kind"),
    pytest.param("distinct(l.op for l in net.layers if l.parameters != 156)", True, id="distinct under a condition"),
    pytest.param("distinct((True, False))", True, id="distinct truth values"),
]


@pytest.mark.parametrize(("text", "expected"), VALUES)
def test_value(text: str, expected: Value) -> None:
    value = evaluate(parse(text), {**ALEXNET_CONV1, "net": LENET})

    assert value == expected
    assert type(value) is type(expected)


FAULTS = [
    pytest.param("n + kk", 4, "unknown name 'kk'", "'k'", id="an unknown name"),
    pytest.param("n + zebra", 4, "unknown name 'zebra'", "one of k, n, net, op", id="a name like no other"),
    pytest.param("1 + net.layer", 4, "unknown attribute 'layer'", "'layers'", id="an unknown attribute"),
    pytest.param("n.real", 0, "a number has no 'real'", "a record", id="Python's attributes are not ours"),
    pytest.param("op.upper", 0, "a text has no 'upper'", "a record", id="nor are methods"),
    pytest.param("1/(n - n)", 3, "division by zero", "other than 0", id="division by zero"),
    pytest.param("1//0", 3, "division by zero", "other than 0", id="floor division by zero"),
    pytest.param("1 % 0", 4, "division by zero", "other than 0", id="remainder by zero"),
    pytest.param("9**9**9", 3, "an exponent", "from 0 to 64", id="a tower of powers"),
    pytest.param("2**(-1)", 4, "an exponent", "from 0 to 64", id="a negative exponent"),
    pytest.param("2**0.5", 3, "an exponent", "from 0 to 64", id="a root"),
    pytest.param("(10**18)**64*(10**18)**64", 0, "too large", "4,096 bits", id="a product out of bounds"),
    pytest.param("((1/10**18)**64)**64", 0, "too large", "4,096 bits", id="a denominator out of bounds"),
    pytest.param("product(10**18 for a in many)", 8, "too large", "4,096 bits", id="a growing product"),
    pytest.param("op*3", 0, "a text in a calculation", "a number", id="a text times a number"),
    pytest.param("(1, 2) + 3", 0, "a tuple in a calculation", "a number", id="a tuple plus a number"),
    pytest.param("2*(n > 1)", 3, "True as a number", "(1 if bias else 0)", id="a truth value as number"),
    pytest.param("1 if n else 2", 5, "a number as a condition", "a comparison", id="a number as condition"),
    pytest.param("n and n > 1", 0, "a number as a condition", "a comparison", id="a number in logic"),
    pytest.param("not op", 4, "a text as a condition", "a comparison", id="not of a text"),
    pytest.param("n < op", 4, "a text in a calculation", "a number", id="order of a text"),
    pytest.param("n == op", 5, "a number compared with a text", "one kind", id="mixed equality"),
    pytest.param("True == 1", 8, "True compared with a number", "one kind", id="True is not 1"),
    pytest.param("net == net", 7, "a record compared with a record", "one kind", id="records"),
    pytest.param("op in op", 6, "a text where several", "a tuple", id="membership in a text"),
    pytest.param("net.layers[4]", 11, "an index", "from -4 to 3", id="an index out of range"),
    pytest.param("(1, 2)[1/2]", 7, "an index", "from -2 to 1", id="half an index"),
    pytest.param("()[0]", 3, "an item of an empty tuple", "with items", id="index of nothing"),
    pytest.param("op[0]", 0, "a text where several", "a tuple", id="index of a text"),
    pytest.param("sum(n)", 4, "a number where several", "a tuple", id="sum of one number"),
    pytest.param("max(())", 4, "max of nothing", "at least one", id="greatest of nothing"),
    pytest.param("sum(l for l in net.layers)", 4, "a record in a calculation", "number", id="sum of layers"),
    pytest.param("distinct((n, op))", 9, "a number compared with a text", "one kind", id="distinct of mixed kinds"),
    pytest.param("distinct(l for l in net.layers)", 9, "a record compared", "one kind", id="distinct records"),
    pytest.param("distinct(n)", 9, "a number where several", "a tuple", id="distinct of one number"),
    pytest.param("distinct(a for a in many)", 9, "too long", "100,000 steps", id="too many pairs"),
    pytest.param("count(a > 1 for a in many)", 6, "condition that is counted", "'if'", id="counted answers"),
    pytest.param("round(n, 1/2)", 9, "a count of digits", "from 0 to 18", id="half a digit"),
    pytest.param("round(n, 99)", 9, "a count of digits", "from 0 to 18", id="too many digits"),
    pytest.param("sum(sum(a*b for a in many) for b in many)", 15, "too long", "100,000 steps", id="too much work"),
]


@pytest.mark.parametrize(("text", "position", "problem", "expected"), FAULTS)
def test_fault(text: str, position: int, problem: str, expected: str) -> None:
    values: Mapping[str, Value] = {"n": 3, "k": 2, "op": "conv2d", "net": LENET}
    if "many" in text:
        values = {**values, "many": tuple(range(2, 1002))}

    with pytest.raises(FormulaError) as caught:
        evaluate(parse(text), values)

    assert problem in caught.value.problem
    assert expected in caught.value.expected
    if "too long" not in problem:
        assert caught.value.position == position


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        pytest.param(0.5, "a float was given", id="a float"),
        pytest.param(None, "a NoneType was given", id="None"),
        pytest.param([1], "a list was given", id="a list"),
        pytest.param(1 << 5000, "the number becomes too large", id="a huge number"),
    ],
)
def test_values_from_outside_are_checked(given: object, problem: str) -> None:
    for text, values in (("x", {"x": given}), ("r.x", {"r": {"x": given}}), ("t[0]", {"t": (given,)})):
        with pytest.raises(FormulaError, match=problem):
            evaluate(parse(text), values)  # type: ignore[arg-type]


class Asked(Mapping[str, Value]):
    """A record that computes a value when it is asked for it, and remembers for which it was."""

    def __init__(self, **values: Value) -> None:
        self._values = values
        self.names: list[str] = []

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def __getitem__(self, name: str) -> Value:
        self.names.append(name)
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


@pytest.mark.parametrize(
    ("text", "value", "asked_for"),
    [
        pytest.param("net.parameters + 1", 8, {"parameters"}, id="an attribute"),
        pytest.param("sum(a*net.parameters for a in (1, 2))", 21, {"parameters"}, id="an attribute in a loop"),
        pytest.param("net.macs if net.parameters < 0 else 3", 3, {"parameters"}, id="the branch that is not taken"),
        pytest.param("count(1 for net in (1, 2))", 2, set(), id="a loop hides the name"),
    ],
)
def test_a_record_may_compute_its_values_when_they_are_asked_for(text: str, value: Value, asked_for: set[str]) -> None:
    net = Asked(parameters=7, macs=9, layers=())
    values = Asked(net=net, unused=net)
    formula = parse(text)

    assert evaluate(formula, values) == evaluate(substitute(formula, values), values) == value
    assert to_linear(substitute(formula, values, names={"net"})) == to_linear(substitute(formula, values))
    assert set(net.names) == asked_for
    assert set(values.names) <= {"net"}


def test_only_the_names_in_a_formula_are_asked_for_where_it_stays_a_loop() -> None:
    values = Asked(n=2, unused=3)

    assert to_linear(substitute(parse("sum(a*n for a in unknown)"), values)) == "sum(a*2 for a in unknown)"
    assert set(values.names) == {"n"}


def test_an_unknown_attribute_of_such_a_record_is_named() -> None:
    with pytest.raises(FormulaError, match=r"unknown attribute 'mac' \(expected 'macs'\)"):
        evaluate(parse("net.mac"), {"net": Asked(macs=9)})


def test_a_text_in_two_languages_passes_through() -> None:
    name: Value = {"en": "padding", "ko": "패딩"}

    assert evaluate(parse("names[1] if n > 1 else names[0]"), {"n": 2, "names": ({}, name)}) is name


def test_loops_in_loops_keep_their_variables_apart() -> None:
    text = "sum(a*sum(a for a in (a, 10)) + a for a in (1, 2))"

    assert evaluate(parse(text), {}) == evaluate(parse(text), Asked()) == (1 * 11 + 1) + (2 * 12 + 2)


def test_a_loop_leaves_the_values_given_as_they_were() -> None:
    values: dict[str, Value] = {"n": 2}

    assert evaluate(parse("sum(n for n in (4, 5)) + n"), values) == 11
    assert values == {"n": 2}


def test_the_work_of_a_formula_starts_anew_with_each_value() -> None:
    formula = parse("sum(a*a for a in many)")
    many = tuple(range(20_000))

    assert evaluate(formula, {"many": many}) == evaluate(formula, {"many": many}) == sum(a * a for a in many)
