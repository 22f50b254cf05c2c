"""Proofs: what can be written, in which words the rest is refused, and that nothing written there is ever run."""

from collections.abc import Callable
from typing import Any

import pytest

from cnnquiz.cnn.stack import Layer
from cnnquiz.errors import BankError, FormulaError

Build = Callable[..., Any]


def proof(*layers: str, input: str = "(1, n, n)", answer: str = "parameters") -> str:
    """Each layer on a line of its own, the first of them two below the key."""
    lines = "".join(f"\n        - {layer if layer.startswith('{') else repr(layer)}" for layer in layers)
    return f"\n      layers:{lines}\n      input: {input!r}\n      answer: {answer!r}"


def read(entry: Build, text: str) -> Any:
    return entry(proof=text).read().proof


READ = [
    pytest.param("conv2d(3, 2*n, k, stride=2, bias=False)", {"in_channels": 3, "out_channels": 16, "kernel_size": 3, "stride": 2, "bias": False}, id="by place and by name"),
    pytest.param("conv2d(kernel_size=(k, 1), out_channels=4, in_channels=n)", {"in_channels": 8, "out_channels": 4, "kernel_size": (3, 1)}, id="by name in any order"),
    pytest.param("max_pool2d(k, ceil_mode=n > k)", {"kernel_size": 3, "ceil_mode": True}, id="a condition"),
    pytest.param("linear(sum(x for x in (1, 2, n)), 10 if n > 9 else 20)", {"in_features": 11, "out_features": 20}, id="a sum and a choice"),
    pytest.param("relu()", {}, id="no arguments"),
    pytest.param("  relu( )  ", {}, id="spaces"),
    pytest.param("batch_norm2d(n, affine=False)", {"num_features": 8, "affine": False}, id="a keyword of torch's"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "arguments"), READ)
def test_a_layer_is_read(entry: Build, text: str, arguments: dict[str, Any]) -> None:
    name = text.strip().partition("(")[0]
    assert read(entry, proof(text)).stack({"n": 8, "k": 3}) == (Layer(name=name, arguments=arguments),)


def test_rounds_see_their_number_from_0_and_the_names_of_the_question(entry: Build) -> None:
    inner = '{repeat: step + 1, layers: ["linear(step, n)"]}'
    found = read(entry, proof(f'{{repeat: 3, layers: ["linear(step, k)", {inner}]}}'))
    assert [tuple(layer.arguments.values()) for layer in found.stack({"n": 8, "k": 3})] == [
        (0, 3), (0, 8), (1, 3), (0, 8), (1, 8), (2, 3), (0, 8), (1, 8), (2, 8),
    ]  # fmt: skip
    assert found.names == {"n", "k"}


def test_names_are_those_of_the_question(entry: Build) -> None:
    found = read(entry, proof("linear(n, k)", answer="macs + n"))
    assert (found.names, found.measured) == ({"n", "k"}, {"macs"})
    assert read(entry, "n - k + 1").names == {"n", "k"}


CONV = "in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias"

BAD = [
    ("conv2(1, 1, 3)", "unknown layer 'conv2' (expected one of conv1d, conv2d, "),
    ("Conv2d(1, 1, 3)", "unknown layer 'Conv2d' (expected one of conv1d, conv2d, "),
    ("nn.Conv2d(1, 1, 3)", "'nn.Conv2d(1, 1, 3)' is no layer (expected conv2d(3, 64, 7, stride=2))"),
    ("conv2d(1, 1, 1, 1, 1, 1, 1, True, 2)", f"conv2d was given 9 arguments (expected {CONV})"),
    ("relu(True)", "relu was given 1 arguments (expected none)"),
    ("relu(inplace=True)", "relu was given 'inplace' (expected once each: none)"),
    ("conv2d(1, 1, 3, kernel=3)", f"conv2d was given 'kernel' (expected once each: {CONV})"),
    ("conv2d(1, 1, 3, kernel_size=3)", f"conv2d was given 'kernel_size' (expected once each: {CONV})"),
    ("conv2d(1, 1, 3, stride=1, stride=2)", f"conv2d was given 'stride' (expected once each: {CONV})"),
    ("conv2d(1, 1, 3, 1, stride=2)", f"conv2d was given 'stride' (expected once each: {CONV})"),
    ("conv2d(*n)", "'*n', character 1: "),
    ("conv2d(**n)", f"conv2d was given None (expected once each: {CONV})"),
    ("conv2d(1, 1, z)", "unknown name 'z' in a formula (expected one of k, n)"),
    ("conv2d(1, 1, step)", "unknown name 'step' in a formula (expected one of k, n)"),
    ("relu", "'relu' is no layer (expected conv2d(3, 64, 7, stride=2))"),
    ("relu()()", "'relu()()' is no layer (expected conv2d(3, 64, 7, stride=2))"),
    ("relu(", "'relu(' is no layer (expected conv2d(3, 64, 7, stride=2))"),
    ("relu(); relu()", "'relu(); relu()' is no layer (expected conv2d(3, 64, 7, stride=2))"),
    ("", "'' where a layer such as conv2d(3, 64, 7, stride=2) belongs"),
    ("conv2d(1, 1, 3)" + " " * 600 + "x", "a layer of 616 characters (expected at most 500)"),
    ("relu()" + " + 1" * 2000, "a layer of 8006 characters (expected at most 500)"),
    ("conv2d(" + "(" * 400 + ")" * 90, "is no layer (expected conv2d(3, 64, 7, stride=2))"),
    # what would be run, if anything were
    ("__import__('os')", "unknown layer '__import__' (expected one of conv1d, conv2d, "),
    ("__import__('os').system('true')", "is no layer (expected conv2d(3, 64, 7, stride=2))"),
    ("conv2d(1, 1, __import__('os'))", "character 1: the name '__import__' (expected a name without leading _)"),
    ("conv2d(1, 1, (lambda: 3)())", "'(lambda: 3)()', character "),
    ("conv2d(1, 1, [x for x in (1, 2)])", "character 1: "),
    ("conv2d(1, 1, n.__class__)", "character 3: "),
    ("conv2d(1, 1, (k := 3))", "character "),
    ("conv2d(1, 1, open('/etc/passwd'))", "character "),
    ("conv2d(1, 1, eval('1'))", "character "),
    ("conv2d(1, 1, f'{n}')", "character "),
    ("eval('1')", "unknown layer 'eval'"),
    ("(lambda: relu)()", "is no layer (expected conv2d(3, 64, 7, stride=2))"),
]  # fmt: skip


@pytest.mark.parametrize(("layer", "message"), BAD, ids=[layer[:40] or "nothing" for layer, _ in BAD])
def test_a_layer_that_is_none(entry: Build, layer: str, message: str) -> None:
    bad = entry(proof=proof("relu()", layer))
    with pytest.raises(BankError) as caught:
        bad.read()
    assert message in f"{caught.value.problem} (expected {caught.value.expected})"
    unknown_name = caught.value.problem.startswith("unknown name")
    assert (caught.value.path, caught.value.line) == (bad.path, bad.line("proof") + (0 if unknown_name else 3))


OTHER = [
    pytest.param("{layers: [relu()], input: '(1, n, n)'}", 0, "'answer' is missing (expected the keys layers, input, answer)", id="no answer"),
    pytest.param("{layers: [relu()], inputs: '(1, n, n)', answer: macs}", 0, "unknown key 'inputs' (expected 'input'?)", id="a key misspelt"),
    pytest.param("{layers: relu(), input: '(1, n, n)', answer: macs}", 0, "'relu()' where a list of layers belongs (expected a list of layers)", id="layers that are no list"),
    pytest.param(proof("relu()", answer="maccs"), 0, "unknown name 'maccs' in a formula (expected one of k, n)", id="a fact misspelt"),
    pytest.param("macs", 0, "unknown name 'macs' in a formula (expected one of k, n)", id="a fact of layers without layers"),
    pytest.param(proof("{repeat: 3}"), 2, "'layers' is missing (expected the keys repeat, layers)", id="rounds without layers"),
    pytest.param(proof("{repat: 3, layers: []}"), 2, "unknown key 'repat' (expected 'repeat'?)", id="repeat misspelt"),
    pytest.param(proof("{repeat: [3], layers: []}"), 2, "a list where a formula belongs (expected a formula)", id="a list of rounds"),
    pytest.param("[n]", 0, "a list where keys and values belong (expected key: value lines)", id="a list"),
    pytest.param("'n +'", 0, "'n +', character 3: cannot be read from here (expected a complete formula)", id="half a formula"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "below", "message"), OTHER)
def test_a_proof_that_is_none(entry: Build, text: str, below: int, message: str) -> None:
    bad = entry(proof=text)
    with pytest.raises(BankError) as caught:
        bad.read()
    assert f"{caught.value.problem} (expected {caught.value.expected})" == message
    assert caught.value.line == bad.line("proof") + below


@pytest.mark.parametrize("times", ["10**9", "0 - 1", "1/2", "True", "'3'", "(3,)"])
def test_a_number_of_rounds_that_is_none(entry: Build, times: str) -> None:
    found = read(entry, proof(f'{{repeat: "{times}", layers: ["relu()"]}}'))
    with pytest.raises(FormulaError, match=r"no number of rounds \(expected 0 to 1,000\)"):
        found.stack({})
