"""Checking a question finds each fault that is planted in it, says where, and finds nothing in a sound one."""

import time
from collections.abc import Callable

import pytest

from cnnquiz.bank.measure import measure
from cnnquiz.bank.space import assignments
from cnnquiz.problems import check
from cnnquiz.problems.check import check_question, sampled
from cnnquiz.problems.kinds import kind as kinds
from cnnquiz.tracing.measure import measure_with_torch
from tests.bank.conftest import SOUND, Entry, same, wrong

Build = Callable[..., Entry]

WAYS = {"by arithmetic": measure, "with torch": measure_with_torch}
LAYERS = '{layers: ["conv2d(1, 1, k)"], input: "(1, n, n)", answer: "output_shape[1]"}'
PROVEN = {"number": {"proof": LAYERS}, "shape": {"proof": LAYERS.replace("output_shape[1]", "(1, output_shape[1])")}}


def found(entry: Entry, way: str = "by arithmetic", *, exhaustive: bool = True) -> list[str]:
    """What is wrong, without the place, which is the same for all."""
    place = f"{entry.path}:1: t.conv-output: "
    faults = [str(fault) for fault in check_question(entry.read(), WAYS[way], exhaustive=exhaustive)]
    assert all(fault.startswith(place) for fault in faults), faults
    return [fault.removeprefix(place) for fault in faults]


@pytest.mark.parametrize("kind", SOUND)
@pytest.mark.parametrize("exhaustive", [True, False])
@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_wrong_with_a_sound_question(entry: Build, kind: str, exhaustive: bool, way: str) -> None:
    assert found(entry(of=kind, **PROVEN.get(kind, {})), way, exhaustive=exhaustive) == []


def layers(*listed: str, input: str = "(1, n, n)", answer: str = "output_shape[1]") -> dict[str, str]:
    lines = "".join(f"\n        - {layer if layer.startswith('{') else repr(layer)}" for layer in listed)
    return {"proof": f"\n      layers:{lines}\n      input: {input!r}\n      answer: {answer!r}"}


ONE = {"parameters": "{n: [8], k: [3]}"}
FAR = f"[{{answer: '999', feedback: {same('x')}}}]"

PLANTED = [
    # proofs
    pytest.param("number", {}, ["a number without a proof (expected proof: the answer a second way)"], id="a number without a proof"),
    pytest.param("shape", {}, ["a shape without a proof (expected proof: the answer a second way)"], id="a shape without a proof"),
    pytest.param("number", {**ONE, "proof": "n - k"}, ["the key is 6, its proof 5 for n = 8, k = 3 (expected the same)"], id="a wrong formula"),
    pytest.param("number", {**ONE, "proof": "n - k + 1.000001"}, ["the key is 6, its proof 6000001/1000000 for n = 8, k = 3 (expected the same)"], id="a formula that is nearly right"),
    pytest.param("number", {**ONE, **layers("conv2d(1, 1, k, padding=1)")}, ["the key is 6, its proof 8 for n = 8, k = 3 (expected the same)"], id="wrong layers"),
    pytest.param("shape", {**ONE, **layers("conv2d(1, 2, k)", answer="output_shape")}, ["the key is (1, 6), its proof (2, 6, 6) for n = 8, k = 3 (expected the same)"], id="a wrong shape"),
    pytest.param("number", {**ONE, "proof": "1/(n - 8)"}, ["'1/(n - 8)', character 4: division by zero for n = 8, k = 3 (expected a divisor other than 0)"], id="a formula that cannot be computed"),
    pytest.param("number", {**ONE, **layers("conv2d(1, 1, 1/(n - 8))")}, ["'1/(n - 8)', character 4: division by zero for n = 8, k = 3 (expected a divisor other than 0)"], id="an argument that cannot be computed"),
    pytest.param("number", {**ONE, **layers("relu()", input="n")}, ["'n', character 1: the input of a proof for n = 8, k = 3 (expected the sizes of a shape)"], id="an input that is no shape"),
    pytest.param("number", {**ONE, **layers("relu()", answer="output_shape[7]")}, ["'output_shape[7]', character 14: an index that is not allowed for n = 8, k = 3 (expected a whole number from -3 to 2)"], id="an axis that the output lacks"),
    pytest.param("number", {**ONE, **layers('{repeat: "10**9", layers: ["relu()"]}')}, ["'10**9', character 1: no number of rounds for n = 8, k = 3 (expected 0 to 1,000)"], id="repeat: 10**9"),
    pytest.param("number", {**ONE, **layers('{repeat: "-1", layers: ["relu()"]}')}, ["'-1', character 1: no number of rounds for n = 8, k = 3 (expected 0 to 1,000)"], id="repeat: -1"),
    pytest.param("number", {**ONE, **layers('{repeat: "True", layers: ["relu()"]}')}, ["'True', character 1: no number of rounds for n = 8, k = 3 (expected 0 to 1,000)"], id="repeat: True"),
    pytest.param("number", {**ONE, **layers('{repeat: 1000, layers: [{repeat: 1000, layers: ["relu()"]}]}')}, ["'repeat', character 1: too many layers for n = 8, k = 3 (expected at most 1,000, in at most 10,000 rounds)"], id="a million layers"),
    pytest.param("number", {**ONE, **layers('{repeat: 1000, layers: [{repeat: 1000, layers: [{repeat: 1000, layers: [{repeat: 0, layers: ["relu()"]}]}]}]}')}, ["'repeat', character 1: too many layers for n = 8, k = 3 (expected at most 1,000, in at most 10,000 rounds)"], id="a billion rounds without a layer"),
    pytest.param("table", {**ONE, "answer": SOUND["table"]["answer"].replace("(k - 1)}", "(k - 1), proof: n - row*2 + row//3}")}, ["a blank's key is 2, its proof 3 for n = 8, k = 3 (expected the same)"], id="a wrong proof of a column"),  # type: ignore[union-attr]
    # keys and mistakes
    pytest.param("number", {**ONE, "answer": "n/7", "proof": "n/7", "mistakes": FAR}, ["the key 8/7 has no end as a decimal for n = 8, k = 3 (expected tolerance:, relative_tolerance: or significant_figures:, or a rounded answer)"], id="a key without end"),
    pytest.param("table", {**ONE, "answer": SOUND["table"]["answer"].replace("(k - 1)", "k/7"), "mistakes": "[]"}, ["the key 53/7 has no end as a decimal for n = 8, k = 3 (expected tolerance:, relative_tolerance: or significant_figures:, or a rounded answer)", "the key 50/7 has no end as a decimal for n = 8, k = 3 (expected tolerance:, relative_tolerance: or significant_figures:, or a rounded answer)", "the key 47/7 has no end as a decimal for n = 8, k = 3 (expected tolerance:, relative_tolerance: or significant_figures:, or a rounded answer)"], id="blanks without end"),  # type: ignore[union-attr]
    pytest.param("number", {"proof": LAYERS, "mistakes": f"[{{answer: n - k, feedback: {same('x')}}}, {{answer: 1 + n - k, feedback: {same('y')}}}]"}, ["mistake 2 is the key in all problems (expected a formula with another value)"], id="a mistake that is always the key"),
    pytest.param("choices", {"mistakes": wrong("w1", credit="1/2")}, ["the mistake C is not recognised (expected a wrong answer of its own)"], id="credit that a wrong option cannot have"),
    pytest.param("choice", {**ONE, "answer": "{en: '6', ko: 육}", "mistakes": wrong("6", "7", "8", "9")}, ["the languages have different keys for n = 8, k = 3 (expected the same answer)"], id="a key that differs between the languages"),
    # texts
    pytest.param("number", {"proof": "n//2 - k + 1", "let": "{h: n//2}", "answer": "h - k + 1", "mistakes": FAR, "prompt": '{en: "{h} {k}", ko: "{h}개 {k}개"}', "parameters": "{n: [8, 9], k: [3]}"}, ["problem 1 is asked as another one is for n = 9, h = 4, k = 3 (expected a text that tells it from problem 0)"], id="two problems that read alike"),
    pytest.param("number", {**ONE, "proof": LAYERS, "prompt": '{en: "크기 {n} {k}", ko: "크기 {n} {k}"}'}, ["the prompt is in another language for n = 8, k = 3 (expected English)"], id="Hangul in an English prompt"),
    pytest.param("number", {**ONE, "proof": LAYERS, "prompt": '{en: "size {n} {k}", ko: "size {n} {k}"}'}, ["the prompt is in another language for n = 8, k = 3 (expected Korean)"], id="a Korean prompt without Hangul"),
    pytest.param("choice", {"parameters": "{n: [8], k: [\"'`'\"]}", "answer": same("{n}{k}"), "prompt": "{en: Which?, ko: 무엇?}"}, ["an option in en: a mark without its partner for n = 8, k = ` (expected text that can be set)", "an option in ko: a mark without its partner for n = 8, k = ` (expected text that can be set)"], id="a mark that comes with a value"),
    pytest.param("choice", {"parameters": "{n: [8], k: [\"'x y'\"]}", "answer": same("$n + {k}$"), "prompt": '{en: "{n}", ko: "{n}개"}'}, ["an option in en: 'n + x y', character 7: cannot be read from here (expected a complete formula) for n = 8, k = x y (expected text that can be set)", "an option in ko: 'n + x y', character 7: cannot be read from here (expected a complete formula) for n = 8, k = x y (expected text that can be set)"], id="a formula that a value breaks"),
    pytest.param("match", {"parameters": "{k: [\"' '\"]}", "extra": f"[{same('{k}')}]"}, ["an option in en: it is empty for k =   (expected text that can be set)", "an option in ko: it is empty for k =   (expected text that can be set)"], id="an empty option"),
    # spaces
    pytest.param("number", {"proof": LAYERS, "where": "[n > 99]"}, ["no problem satisfies 'where' (expected at least one)"], id="an empty space"),
    pytest.param("number", {"proof": LAYERS, "answer": "n > k"}, ["'n > k' gives True for n = 8, k = 3 (expected an answer of kind number)", "'n > k' gives True for n = 8, k = 5 (expected an answer of kind number)", "'n > k' gives True for n = 9, k = 3 (expected an answer of kind number)"], id="no more than three faults"),
    pytest.param("choice", {"parameters": "{n: [4, 9], k: [4]}", "prompt": '{en: "{n} {k}", ko: "{n}개 {k}"}', "answer": same("{n}"), "mistakes": wrong("{k}", "4")}, ["no wrong option is left for n = 4, k = 4 (expected options that differ from the right one)"], id="one problem of two without wrong options"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "changes", "faults"), PLANTED)
def test_a_planted_fault_is_found(entry: Build, kind: str, changes: dict[str, str], faults: list[str]) -> None:
    started = time.process_time()
    assert found(entry(of=kind, **changes)) == faults
    assert time.process_time() - started < 2


# What no layer of torch takes: the text of the fault differs, that there is one and no crash does not.
UNFIT = [
    "conv2d(2, 1, k)", "conv2d(1, 1, 99)", "conv2d(1, 1, -3)", "conv2d(1, 1, k/2)",
    "conv2d(1, 1, k, stride=0)", "conv2d(1, 2, k, groups=2)", "conv2d(1, 3, k, groups=2)", "conv2d(1, 1)", "conv2d()", "conv2d(1, 1, ())",
    "max_pool2d(3, padding=2)", "max_pool2d(99)", "batch_norm2d(7)", "linear(7, 2)", "conv1d(1, 1, 3)", "conv3d(1, 1, 3)",
    "batch_norm1d(1)", "max_pool1d(2)", "adaptive_avg_pool2d(-1)", "conv2d(1, 10**30, k)", "conv2d(1, 1, 10**30)", "linear(8, 0 - 1)",
]  # fmt: skip


@pytest.mark.parametrize("layer", UNFIT)
@pytest.mark.parametrize("way", WAYS)
def test_layers_that_do_not_fit_are_a_fault_and_no_crash(entry: Build, layer: str, way: str) -> None:
    (fault,) = found(entry(**ONE, **layers(layer)), way)
    assert fault.startswith("proof: ")
    assert fault.endswith(" for n = 8, k = 3 (expected layers that fit their input)")


@pytest.mark.parametrize(
    "input", ["(1, n, 0 - n)", "(1, n/3, n)", "('a', n, n)", "(1, (n,), n)", "(1, n > 3, n)", "()", "(1, 10**30, n)"]
)
@pytest.mark.parametrize("way", WAYS)
def test_an_input_that_no_tensor_has_is_a_fault_and_no_crash(entry: Build, input: str, way: str) -> None:
    (fault,) = found(entry(**ONE, **layers("conv2d(1, 1, k)", input=input)), way)
    assert fault.startswith("proof: ")


@pytest.mark.parametrize("way", WAYS)
def test_layers_are_repeated_with_the_number_of_the_round(entry: Build, way: str) -> None:
    """Three convolutions with 1·k², 2·k² and 4·k² · 2 weights, no bias: (1·2 + 2·4 + 4·8)·k² of them."""
    repeat = '{repeat: 3, layers: ["conv2d(2**step, 2**(step + 1), k, bias=False)"]}'
    changes = {
        "parameters": "{n: [16], k: [3, 5]}",
        "answer": "42*k**2",
        "mistakes": FAR,
        **layers(repeat, answer="parameters"),
    }
    assert found(entry(**changes), way) == []


def test_a_right_option_that_is_always_first_is_found(entry: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "shuffled_positions", lambda count, _key: tuple(range(count)))
    (fault,) = found(entry(of="choice"))
    assert fault == "the right option is at {0: 240} (expected each place as often as another)"
    (fault,) = found(entry(of="listing"))
    assert fault == "the right option is at {0: 240} (expected each place as often as another)"


def test_places_are_even_although_problems_have_different_numbers_of_options(entry: Build) -> None:
    wide = wrong("w1", "w2", "w3", "w4", "w5", "{n}", "{n - n % 20}")
    changes = {"parameters": "{n: {from: 1, to: 19}}", "prompt": '{en: "{n}", ko: "{n}개"}', "answer": same("r")}
    assert found(entry(of="choice", **changes, mistakes=wide.replace("{n - n % 20}", "{min(n, 1)}"))) == []


def test_large_spaces_are_sampled(entry: Build) -> None:
    question = entry(parameters="{n: {from: 1, to: 25000}, k: [3]}").read()
    few, many = sampled(question, exhaustive=False), sampled(question, exhaustive=True)
    assert (len(few), len(set(few))) == (check.FEW, check.FEW)
    assert (len(many), len(set(many))) == (check.SAMPLES, check.SAMPLES)
    assert max(many) > 20_000
    assert len(assignments(question)) == 25_000


def test_a_fault_at_the_other_end_of_a_space_is_found_only_by_an_exhaustive_check(entry: Build) -> None:
    """Which 100 of 10,000 problems are drawn is decided by the question's id; that with n = 1 is not among them."""
    changes = {"parameters": "{n: {from: 1, to: 10000}, k: [3]}", "answer": "n", "mistakes": "[{answer: n + 9, feedback: {en: x, ko: x}}]", "proof": "n if n > 1 else 2"}  # fmt: skip
    assert found(entry(**changes), exhaustive=False) == []
    assert found(entry(**changes)) == ["the key is 1, its proof 2 for n = 1, k = 3 (expected the same)"]
