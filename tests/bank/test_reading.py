"""Every rule for a question with its bad input: the line that its author must mend, and the words that say how."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from cnnquiz.bank.question import Layers, Range, Records, Values
from cnnquiz.errors import BankError
from cnnquiz.problems.kinds import OPTION_LETTERS

Build = Callable[..., Any]

NETWORKS = "alexnet, alexnet_one_tower"


def fault(entry: Any) -> tuple[int, str]:
    with pytest.raises(BankError) as caught:
        entry.read()
    assert caught.value.path == entry.path
    return caught.value.line, f"{caught.value.problem} (expected {caught.value.expected})"


# What is changed, the key at whose line the error stands (a number is added to it), and what it says.
NUMBER = [
    ({"hints": None}, "id", "'hints' is missing (expected the keys id, topics, difficulty, kind, prompt, answer, hints, source)"),
    ({"soruce": "x"}, "soruce", "unknown key 'soruce' (expected 'source'?)"),
    ({"promt": "x"}, "promt", "unknown key 'promt' (expected 'prompt'?)"),
    ({"<<": "{a: b}"}, "<<", "unknown key '<<' (expected one of accepted, answer, aspect, choose, convention, decimals, difficulty, extra, families, figure, hints, id, kind, let, listing, mistakes, options, parameters, points, prompt, proof, relative_tolerance, right, significant_figures, solution, source, tolerance, topics, unit, where)"),
    ({"id": "T.Conv"}, "id", "'T.Conv' is not usable here (expected an id such as shapes.conv-output)"),
    ({"id": "합성곱"}, "id", "'합성곱' is not usable here (expected an id such as shapes.conv-output)"),
    ({"id": None, "topics": "[t]"}, "topics", "'id' is missing (expected the keys id, topics, difficulty, kind, prompt, answer, hints, source)"),
    ({"topics": "t"}, "topics", "'t' where a list of topics belongs (expected a list of topics)"),
    ({"topics": "[]"}, "topics", "no topics (expected at least one topic such as alexnet)"),
    ({"topics": "[a b]"}, "topics", "'a b' is not usable here (expected a topic such as alexnet)"),
    ({"difficulty": "4"}, "difficulty", "difficulty is 4 (expected a whole number from 1 to 3)"),
    ({"difficulty": "easy"}, "difficulty", "difficulty is 'easy' (expected a whole number from 1 to 3)"),
    ({"points": "0"}, "points", "points is 0 (expected a whole number from 1 to 100)"),
    ({"points": "1_"}, "points", "points is '1_' (expected a whole number from 1 to 100)"),
    ({"kind": "nubmer"}, "kind", "unknown answer kind 'nubmer' (expected one of number, shape, choice, choices, table, order, match, text, listing)"),
    ({"kind": "[number]"}, "kind", "a list where text belongs (expected text)"),
    ({"kind": "shape", "answer": "(n,)", "unit": "{en: px, ko: px}"}, "unit", "unit for an answer of kind shape (expected kind: number or table)"),
    ({"kind": "shape", "answer": "(n,)", "tolerance": "1"}, "tolerance", "tolerance for an answer of kind shape (expected kind: number or table)"),
    ({"kind": "shape", "answer": "(n,)", "decimals": "1"}, "decimals", "decimals for an answer of kind shape (expected kind: number or table)"),
    ({"decimals": "0"}, "decimals", "decimals is 0 (expected a whole number from 1 to 6)"),
    ({"decimals": "7"}, "decimals", "decimals is 7 (expected a whole number from 1 to 6)"),
    ({"decimals": "one"}, "decimals", "decimals is 'one' (expected a whole number from 1 to 6)"),
    ({"tolerance": "-1"}, "tolerance", "tolerance is -1 (expected a number of at least 0, in the answer's unit)"),
    ({"tolerance": "5%"}, "tolerance", "tolerance is '5%' (expected a number such as 0.05 or 1/3)"),
    ({"source": ""}, "source", "nothing where a source (paper, section or table) belongs (expected a source (paper, section or table))"),
    ({"source": "' '"}, "source", "' ' where a source (paper, section or table) belongs (expected a source (paper, section or table))"),
    # texts
    ({"prompt": "{en: x}"}, "prompt", "'ko' is missing (expected the keys en, ko)"),
    ({"prompt": "\n    en: x {n} {k}\n    ko:\n"}, "prompt+2", "nothing where text belongs (expected text)"),
    ({"prompt": "{en: x, ko: x, de: x}"}, "prompt", "unknown key 'de' (expected one of en, ko)"),
    ({"prompt": "How high?"}, "prompt", "'How high?' where keys and values belong (expected key: value lines)"),
    ({"prompt": '\n    en: "{n} {k}"\n    ko: "{n"'}, "prompt+2", "a brace without its partner (expected {formula})"),
    ({"prompt": '{en: "n}", ko: x}'}, "prompt", "a brace without its partner (expected {formula})"),
    ({"prompt": '{en: "{{n}}", ko: x}'}, "prompt", "a brace without its partner (expected {formula})"),
    ({"prompt": '{en: "{}", ko: x}'}, "prompt", "'', character 1: nothing is written here (expected a formula)"),
    ({"prompt": '{en: "{n +}", ko: x}'}, "prompt", "'n +', character 3: cannot be read from here (expected a complete formula)"),
    ({"prompt": '{en: "x `y", ko: x}'}, "prompt", "a ` without its partner (expected `code`)"),
    ({"prompt": '{en: "x `` y", ko: x}'}, "prompt", "nothing between two ` (expected `code`)"),
    ({"prompt": '{en: "x $n", ko: x}'}, "prompt", "a $ without its partner (expected $formula$)"),
    ({"prompt": '{en: "x $n +$", ko: x}'}, "prompt", "'n +', character 3: cannot be read from here (expected a complete formula)"),
    ({"prompt": '{en: "{n} {s}", ko: "{n} {k}"}'}, "prompt", "unknown name 's' in a formula (expected one of k, n)"),
    ({"prompt": '{en: "{n} {k}", ko: "{n}"}'}, "prompt", "'k' is shown in one language only (expected the same values in both)"),
    ({"prompt": '{en: "{n}", ko: "{n}"}'}, "parameters", "the parameter 'k' is in no text that is asked (expected its place in the prompt)"),
    ({"unit": '{en: "{z}", ko: "{z}"}'}, "unit", "unknown name 'z' in a formula (expected one of k, n)"),
    ({"convention": '{en: "{z}", ko: "{z}"}'}, "convention", "unknown name 'z' in a formula (expected one of k, n)"),
    ({"solution": '{en: "{answer}", ko: "{answer}"}'}, "solution", "unknown name 'answer' in a formula (expected one of k, n)"),
    ({"hints": '\n    - {en: a, ko: b}\n    - {en: "{z}", ko: b}'}, "hints+2", "unknown name 'z' in a formula (expected one of k, n)"),
    ({"hints": "[]"}, "hints", "no hints (expected at least one hint)"),
    ({"hints": "{en: a, ko: b}"}, "hints", "a mapping where a list of hints belongs (expected a list of hints)"),
    # answer and mistakes
    ({"answer": "n - - k)"}, "answer", "'n - - k)', character 8: ')' closes nothing (expected brackets in pairs)"),
    ({"answer": "n - z"}, "answer", "unknown name 'z' in a formula (expected one of k, n)"),
    ({"answer": "z", "parameters": None, "prompt": "{en: x, ko: x}"}, "answer", "unknown name 'z' in a formula (expected no names: the question has no parameters)"),
    ({"answer": "__import__('os')"}, "answer", '"__import__(\'os\')", character 1: the name \'__import__\' (expected a name without leading _)'),
    ({"answer": "{en: x, ko: x}"}, "answer", "a mapping where a formula belongs (expected a formula)"),
    ({"mistakes": "[]"}, "mistakes", "0 mistakes (expected at least 1 for number)"),
    ({"mistakes": "\n    - answer: n\n      feedback: {en: x, ko: x}\n    - answer: n\n"}, "mistakes+3", "'feedback' is missing (expected the keys feedback)"),
    ({"mistakes": "\n    - answer: z\n      feedback: {en: x, ko: x}\n"}, "mistakes+1", "unknown name 'z' in a formula (expected one of k, n)"),
    ({"mistakes": '\n    - answer: n\n      feedback: {en: "{z}", ko: x}\n'}, "mistakes+2", "unknown name 'z' in a formula (expected one of answer, k, n)"),
    ({"mistakes": "\n    - answer: answer\n      feedback: {en: x, ko: x}\n"}, "mistakes+1", "unknown name 'answer' in a formula (expected one of k, n)"),
    # constraints and definitions
    ({"where": "n > k"}, "where", "'n > k' where a list belongs (expected a list)"),
    ({"where": "\n    - n > k\n    - n > z"}, "where+2", "unknown name 'z' in a formula (expected one of k, n)"),
    ({"where": "\n    - n >"}, "where+1", "'n >', character 3: cannot be read from here (expected a complete formula)"),
    ({"let": "\n    a: b + 1\n    b: n"}, "let+1", "unknown name 'b' in a formula (expected one of k, n)"),
    ({"let": "\n    a: n\n    k: n"}, "let+2", "the name 'k' is taken (expected a name of its own)"),
    ({"let": "{answer: n}"}, "let", "the name 'answer' is taken (expected a name of its own)"),
    ({"let": "{a-b: n}"}, "let", "'a-b' is not a name for a formula (expected a letter, then letters, digits and _)"),
    # parameters
    ({"parameters": "[n]"}, "parameters", "a list where keys and values belong (expected key: value lines)"),
    ({"parameters": "{n: [1], 2k: [1]}"}, "parameters", "'2k' is not a name for a formula (expected a letter, then letters, digits and _)"),
    ({"parameters": "{크기: [1]}"}, "parameters", "'크기' is not a name for a formula (expected a letter, then letters, digits and _)"),
    ({"parameters": "{if: [1]}"}, "parameters", "'if' is not a name for a formula (expected a letter, then letters, digits and _)"),
    ({"parameters": "{answer: [1]}"}, "parameters", "the name 'answer' is taken (expected a name of its own)"),
    ({"parameters": "\n    n: [1]\n    k: []"}, "parameters+2", "an empty list of values (expected at least one number or text)"),
    ({"parameters": "\n    n: [1]\n    k:\n      - 3\n      - 5\n      - 3"}, "parameters+5", "3 appears twice among the values (expected different values)"),
    ({"parameters": "{n: [1], k: [4, 2*2]}"}, "parameters", "2*2 appears twice among the values (expected different values)"),
    ({"parameters": "{n: [1], k: [same]}"}, "parameters", "the name 'same' among the values (expected a number, or a text with quotes inside of quotes: \"'same'\")"),
    ({"parameters": "{n: [1], k: [1/0]}"}, "parameters", "'1/0': division by zero (expected a divisor other than 0)"),
    ({"parameters": "{n: [1], k: 3}"}, "parameters", "'3' where keys and values belong (expected key: value lines)"),
    ({"parameters": "{n: [1], k: {}}"}, "parameters", "neither values nor a range (expected a list, from: and to:, networks:, layers: or facts:)"),
    ({"parameters": "{n: [1], k: {from: 3}}"}, "parameters", "neither values nor a range (expected a list, from: and to:, networks:, layers: or facts:)"),
    ({"parameters": "{n: [1], k: {form: 3, to: 4}}"}, "parameters", "unknown key 'form' (expected 'from'?)"),
    ({"parameters": "\n    n: [1]\n    k:\n      from: 3\n      to: 2"}, "parameters+4", "the range from 3 to 2 is empty (expected to: at least 3)"),
    ({"parameters": "{n: [1], k: {from: 1, to: 2, step: 0}}"}, "parameters", "step is 0 (expected a whole number of at least 1)"),
    ({"parameters": "{n: [1], k: {from: 1, to: 2.5}}"}, "parameters", "to is '2.5' (expected a whole number)"),
    ({"parameters": "{n: [1], k: {from: 1, to: 9, where: k > 3}}"}, "parameters", "unknown key 'where' (expected one of choose, from, step, to)"),
    ({"parameters": "{n: [1], k: {networks: [alexnet], from: 1}}"}, "parameters", "unknown key 'from' (expected one of choose, networks, where)"),
    ({"parameters": "{n: [1], k: {networks: []}}"}, "parameters", "an empty list of networks (expected at least one network)"),
    ({"parameters": "{n: [1], k: {networks: [alexnet, alexnet]}}"}, "parameters", "alexnet appears twice (expected different networks)"),
    ({"parameters": "{k: {layers: n}, n: {networks: [alexnet]}}"}, "parameters", "'n' holds no network (expected an earlier parameter with networks:)"),
    ({"parameters": "{n: [1], k: {layers: n}}"}, "parameters", "'n' holds no network (expected an earlier parameter with networks:)"),
    ({"parameters": "\n    n: {networks: [alexnet]}\n    k:\n      layers: n\n      where: layr.op == 'conv2d'"}, "parameters+4", "unknown name 'layr' in a formula (expected one of k, layer, n)"),
    ({"parameters": "{n: {networks: [alexnet]}, k: {layers: n, where: z == 1}, z: [1]}"}, "parameters", "unknown name 'z' in a formula (expected one of k, layer, n)"),
]  # fmt: skip

CHOICE = [
    ({"answer": "n"}, "answer", "'n' where keys and values belong (expected key: value lines)"),
    ({"unit": "{en: px, ko: px}"}, "unit", "unit for an answer of kind choice (expected kind: number or table)"),
    ({"decimals": "1"}, "decimals", "decimals for an answer of kind choice (expected kind: number or table)"),
    ({"tolerance": "1"}, "tolerance", "tolerance for an answer of kind choice (expected kind: number or table)"),
    ({"solution": None}, "id", "a choice without a solution (expected solution: why the answer is right)"),
    ({"mistakes": "[{answer: {en: a, ko: a}, feedback: {en: a, ko: a}}]"}, "mistakes", "1 mistakes (expected at least 2 for choice)"),
    ({"mistakes": "[" + ", ".join(f"{{answer: {{en: a{i}, ko: a}}, feedback: {{en: a, ko: a}}}}" for i in range(8)) + "]"}, "mistakes", "8 mistakes (expected at most 7 for choice, or options: how many are shown)"),
    ({"mistakes": '\n    - {answer: {en: a, ko: a}, feedback: {en: a, ko: a}}\n    - answer: {en: b, ko: b}\n      feedback: {en: "{answer}", ko: a}'}, "mistakes+3", "unknown name 'answer' in a formula (expected one of k, n)"),
    ({"answer": '{en: "{n}", ko: x}'}, "answer", "'n' is shown in one language only (expected the same values in both)"),
    ({"mistakes": "\n    - answer: {en: a}\n      feedback: {en: a, ko: a}\n"}, "mistakes+1", "'ko' is missing (expected the keys en, ko)"),
]  # fmt: skip


def name(case: object) -> str:
    return case if isinstance(case, str) else ""


@pytest.mark.parametrize(("changes", "key", "expected"), NUMBER, ids=name)
def test_a_wrong_number_question(entry: Build, changes: dict[str, str | None], key: str, expected: str) -> None:
    wrong = entry(**changes)
    key, _, below = key.partition("+")
    first = "topics" if changes.get("id", "") is None else key
    assert fault(wrong) == (wrong.line(first) + int(below or 0), expected)


@pytest.mark.parametrize(("changes", "key", "expected"), CHOICE, ids=name)
def test_a_wrong_choice(entry: Build, changes: dict[str, str | None], key: str, expected: str) -> None:
    wrong = entry(choice=True, **changes)
    key, _, below = key.partition("+")
    assert fault(wrong) == (wrong.line(key) + int(below or 0), expected)


def test_an_unknown_network_is_answered_with_those_that_are_recorded(entry: Build) -> None:
    line, message = fault(entry(parameters="\n    n: {networks: [alxenet]}"))
    assert line == 6
    assert message.startswith("unknown network 'alxenet' (expected one of alexnet")


def test_there_are_as_many_options_as_letters(entry: Build) -> None:
    mistakes = ", ".join(f"{{answer: {{en: a{i}, ko: a{i}}}, feedback: {{en: a, ko: a}}}}" for i in range(7))
    question = entry(choice=True, mistakes=f"[{mistakes}]").read()
    assert 1 + len(question.mistakes) == len(OPTION_LETTERS)


def test_a_sound_question_is_read(entry: Build) -> None:
    question = entry(
        points="2",
        tolerance="1/2",
        decimals="1",
        parameters="\n    n: {from: 8, to: 12, step: 2}\n    k: ['3', \"'same'\"]",
        let="{a: n - 1}",
        where="[n > 8]",
        unit="{en: pixels, ko: 픽셀}",
        answer="a",
    ).read()
    assert (question.id, question.topics, question.difficulty, question.points) == ("t.conv-output", ("t",), 1, 2)
    assert question.precision.tolerance == Fraction(1, 2)
    assert question.precision.decimals == 1
    assert question.parameters[0].source == Range(start=8, stop=12, step=2)
    assert isinstance(question.parameters[1].source, Values)
    assert [formula.text for formula in question.constraints] == ["n > 8"]
    assert [(each, formula.text) for each, formula in question.definitions] == [("a", "n - 1")]
    assert question.unit is not None
    assert question.unit.fill("ko", {}) == "픽셀"
    assert question.line == 1


def test_networks_and_their_layers_are_read(entry: Build) -> None:
    question = entry(
        parameters="\n    net: {networks: [alexnet]}\n    layer: {layers: net, where: layer.op == 'conv2d'}",
        prompt='{en: "{layer}", ko: "{layer}"}',
        answer="layer.parameters",
        mistakes="[{answer: layer.macs, feedback: {en: x, ko: x}}]",
    ).read()
    network, layer = (parameter.source for parameter in question.parameters)
    assert isinstance(network, Records)
    assert [record["name"] for record in network.records] == ["alexnet"]
    assert isinstance(layer, Layers)
    assert layer.network == "net"


def test_a_parameter_may_be_shown_through_a_definition_or_a_condition_on_layers(entry: Build) -> None:
    question = entry(
        parameters="\n    n: [1, 2]\n    net: {networks: [alexnet]}\n    t: [\"'conv2d'\"]\n    k: {layers: net, where: layer.op == t}",
        let="{a: n + 1, b: a*2}",
        prompt='{en: "{b} {k}", ko: "{b} {k}"}',
        answer="n",
        mistakes="[{answer: n + 1, feedback: {en: x, ko: x}}]",
    ).read()
    assert len(question.parameters) == 4
