"""The space of a question: counted by hand, in a fixed order, its faults named with question and line."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from cnnquiz.bank.networks import load_network
from cnnquiz.bank.space import assignments
from cnnquiz.errors import BankError

Build = Callable[..., Any]

SHOW = '{{en: "{0}", ko: "{0}"}}'


def space(entry: Build, parameters: str, **changes: str) -> list[tuple[Any, ...]]:
    """The values of n and k in each assignment."""
    found = assignments(entry(parameters=parameters, **changes).read())
    return [(values["n"], values["k"]) for values in found]


@pytest.mark.parametrize(
    ("parameters", "changes", "expected"),
    [
        pytest.param("{n: [8, 9], k: [3, 5]}", {}, [(8, 3), (8, 5), (9, 3), (9, 5)], id="the last parameter changes fastest"),
        pytest.param("{n: {from: 5, to: 10, step: 2}, k: [1]}", {}, [(5, 1), (7, 1), (9, 1)], id="a range ends at or before its end"),
        pytest.param("{n: {from: -1, to: -1}, k: [1]}", {}, [(-1, 1)], id="a range of one"),
        pytest.param("{n: [2, 3, 4], k: [2, 3, 4]}", {"where": "[n + k == 6]"}, [(2, 4), (3, 3), (4, 2)], id="one constraint"),
        pytest.param("{n: [2, 3, 4], k: [2, 3, 4]}", {"where": "[n > 2, k < n]"}, [(3, 2), (4, 2), (4, 3)], id="two constraints, one of them early"),
        pytest.param("{n: [0, 1, 2], k: [6]}", {"where": "[n != 0]", "let": "{a: k/n}"}, [(1, 6), (2, 6)], id="a constraint guards a definition"),
        pytest.param("{n: [0, 1, 2], k: [6]}", {"where": "[n != 0, 6 % n == 0, a == 3]", "let": "{a: k/n}"}, [(2, 6)], id="a constraint on a definition"),
        pytest.param("{n: [1, 2], k: [3]}", {"let": "{a: n + 1, b: a*k}", "where": "[b == 9]"}, [(2, 3)], id="definitions see those before them"),
        pytest.param("{n: [1, 2], k: [3]}", {"where": "[1 < 2]"}, [(1, 3), (2, 3)], id="a constraint without names"),
    ],
)  # fmt: skip
def test_spaces_counted_by_hand(entry: Build, parameters: str, changes: dict[str, str], expected: list[Any]) -> None:
    assert space(entry, parameters, **changes) == expected


def test_values_of_every_sort(entry: Build) -> None:
    found = space(entry, "{n: [\"'same'\", True, 1/2, '(3, 4)'], k: [1]}")
    assert [n for n, _ in found] == ["same", True, 0.5, (3, 4)]


def test_definitions_are_among_the_values(entry: Build) -> None:
    found = assignments(entry(let="{a: n - k}").read())
    assert [values["a"] for values in found] == [5, 3, 6, 4]


def test_a_question_without_parameters_has_one_problem(entry: Build) -> None:
    question = entry(
        parameters=None, prompt="{en: x, ko: x}", answer="55", mistakes="[{answer: 54, feedback: {en: x, ko: x}}]"
    )
    assert assignments(question.read()) == ({},)


def test_layers_of_a_network(entry: Build) -> None:
    """AlexNet's five convolutions and three fully connected layers: Krizhevsky et al. 2012, section 3.5."""
    layers = entry(
        parameters="\n    net: {networks: [alexnet]}\n    layer: {layers: net, where: layer.op == 'conv2d'}",
        prompt=SHOW.format("{layer}"),
        answer="layer.out_channels",
        mistakes="[{answer: layer.in_channels, feedback: {en: x, ko: x}}]",
    )
    found = assignments(layers.read())
    assert [values["layer"]["out_channels"] for values in found] == [96, 256, 384, 384, 256]
    assert [values["layer"]["kernel_size"] for values in found] == [11, 5, 3, 3, 3]


def test_all_layers_of_two_networks(entry: Build) -> None:
    layers = entry(
        parameters="\n    net: {networks: [alexnet, lenet5]}\n    layer: {layers: net}",
        prompt=SHOW.format("{net} {layer}"),
        answer="layer.parameters",
        mistakes="[{answer: 1, feedback: {en: x, ko: x}}]",
    )
    expected = sum(len(load_network(name).layers) for name in ("alexnet", "lenet5"))
    assert len(assignments(layers.read())) == expected


FAULTS = [
    pytest.param("{n: [1], k: [2]}", {"where": "[n > k]"}, "no problem satisfies 'where' (expected at least one)", id="an empty space"),
    pytest.param("{n: {from: 1, to: 1000}, k: {from: 1, to: 1000}}", {}, "its space is too large (expected at most 500,000 combinations of its parameters)", id="a million"),
    pytest.param("{n: {from: 1, to: 999999999999999999}, k: [1]}", {}, "its space is too large (expected at most 500,000 combinations of its parameters)", id="a range without end"),
    pytest.param("{n: [4, 0], k: [2]}", {"where": "[k % n == 0 or n == 4]"}, "'k % n == 0 or n == 4', character 5: division by zero for n = 0, k = 2 (expected a divisor other than 0)", id="a constraint fails once"),
    pytest.param("{n: [4, 0], k: [2]}", {"let": "{a: k/n}"}, "'k/n', character 3: division by zero for n = 0, k = 2 (expected a divisor other than 0)", id="a definition fails once"),
    pytest.param("{n: [4], k: [2]}", {"where": "[n % k]"}, "'n % k' in 'where' gives 0 for n = 4, k = 2 (expected a comparison such as n > k)", id="a constraint that is a number"),
    pytest.param("\n    n: {networks: [lenet5]}\n    k: {layers: n, where: layer.parameters}", {}, "'layer.parameters' in 'where' gives 156 for n = LeNet-5, k = conv1, layer = conv1 (expected a comparison such as n > k)", id="a condition on layers that is a number"),
]  # fmt: skip


@pytest.mark.parametrize(("parameters", "changes", "message"), FAULTS)
def test_faults_name_question_and_line(entry: Build, parameters: str, changes: dict[str, str], message: str) -> None:
    wrong = entry(parameters=parameters, **changes)
    question = wrong.read()
    started = time.process_time()
    with pytest.raises(BankError) as caught:
        assignments(question)
    assert str(caught.value) == f"{wrong.path}:1: t.conv-output: {message}"
    assert time.process_time() - started < 2


def test_five_thousand_assignments_take_well_under_half_a_second(entry: Build) -> None:
    changes = {"where": "[k <= n, '(n + 2*p - k) % s == 0']", "prompt": SHOW.format("{n} {k} {s} {p}")}
    question = entry(
        parameters="{n: {from: 20, to: 81}, k: [1, 3, 5, 7], s: [1, 2, 3, 4, 5], p: [0, 1, 2, 3]}", **changes
    ).read()
    seconds = []
    for _ in range(3):
        assignments.cache_clear()
        started = time.process_time()
        found = assignments(question)
        seconds.append(time.process_time() - started)
    assert min(seconds) < 0.5
    assert len(found) == sum(
        (n + 2 * p - k) % s == 0 for n in range(20, 82) for k in (1, 3, 5, 7) for s in range(1, 6) for p in range(4)
    )
