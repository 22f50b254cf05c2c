"""Texts with open places: how a value is written in prose, in code and in formulas, in both languages."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from cnnquiz.bank.reading.entry import Entry
from cnnquiz.bank.text import Text, format_value, read_text
from cnnquiz.formulas import Value, evaluate, parse

Read = Callable[[str], Text]

VALUES: dict[str, Value] = {
    "n": 1024,
    "m": -3,
    "r": Fraction(1, 3),
    "d": Fraction(1, 2),
    "s": (3, 1024, 7),
    "t": "same",
    "b": True,
    "net": {"name": "AlexNet", "macs": 7},
}


@pytest.fixture
def read() -> Read:
    def text(en: str) -> Text:
        path = Path("t.yaml")
        languages: dict[str, Any] = {"en": Entry(path, 1, en, False), "ko": Entry(path, 2, f"한 {en}", False)}
        return read_text(Entry(path, 1, languages, False))

    return text


@pytest.mark.parametrize(
    ("written", "filled"),
    [
        pytest.param("{n} pixels", "1,024 pixels", id="thousands in prose"),
        pytest.param("{n*n}", "1,048,576", id="a formula in prose"),
        pytest.param("{m} and {r} and {d}", "-3 and 1/3 and 0.5", id="negative numbers and fractions"),
        pytest.param("a {s} map", "a 3×1,024×7 map", id="a shape in prose"),
        pytest.param("{t} {b} {net}", "same True AlexNet", id="texts, truth values and networks"),
        pytest.param("{net.macs}", "7", id="an attribute"),
        pytest.param("`nn.Linear({n}, 10)`", "`nn.Linear(1024, 10)`", id="no comma inside of code"),
        pytest.param("`x.reshape{s}`", "`x.reshape(3, 1024, 7)`", id="a shape as code writes it"),
        pytest.param("`padding='{t}', bias={b}`", "`padding='same', bias=True`", id="a text inside of code is not quoted twice"),
        pytest.param("`{m}` {n} `{n}`", "`-3` 1,024 `1024`", id="code, prose, code"),
        pytest.param("$n + {n}$", "$n + 1024$", id="no comma inside of a formula"),
        pytest.param("$n + {m}$, ${m}**2$", "$n + (-3)$, $(-3)**2$", id="a negative number inside of a formula"),
        pytest.param("$2*{r}$ and ${d}$", "$2*(1/3)$ and $0.5$", id="fractions inside of a formula"),
        pytest.param("${s}$", "$(3, 1024, 7)$", id="a shape inside of a formula"),
        pytest.param("`$HOME` costs {n}", "`$HOME` costs 1,024", id="a dollar sign inside of code is a plain character"),
        pytest.param("no place", "no place", id="no place"),
    ],
)  # fmt: skip
def test_filling(read: Read, written: str, filled: str) -> None:
    assert read(written).fill("en", VALUES) == filled
    assert read(written).fill("ko", VALUES) == f"한 {filled}"


@pytest.mark.parametrize("value", [1024, -3, Fraction(1, 3), Fraction(-7, 8), (3, 1024)], ids=str)
def test_a_place_in_a_formula_stands_for_its_value(read: Read, value: Value) -> None:
    filled = read("${x}$").fill("en", {"x": value}).strip("$")
    assert evaluate(parse(filled), {}) == value


def test_names_of_both_languages_are_known(read: Read) -> None:
    assert read("{n} `{k}` $x + {p}$ {sum(layer.macs for layer in net.layers)}").names == {"n", "k", "p", "net"}


def test_shapes_and_numbers_read_the_same_in_both_languages() -> None:
    assert format_value((96, 55, 55)) == "96×55×55"
    assert format_value(62378344) == "62,378,344"
