"""Networks and facts of a bank's own folder, beside those that ship; records that compute a value when it is asked."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cnnquiz.bank.bank import open_bank
from cnnquiz.bank.lazy_record import LazyRecord
from cnnquiz.bank.library import Library, own_network, shipped_library
from cnnquiz.bank.networks import load_network, network_folder, network_names
from cnnquiz.bank.space import assignments
from cnnquiz.errors import BankError
from cnnquiz.formulas import evaluate, parse
from tests.bank.conftest import same

Build = Callable[..., Any]
Write = Callable[[str, str], Path]

ABOUT = "mine:\n  title: My Net\n  family: vgg\n  depth: 5\n  variant: {en: of my own, ko: 직접 만든}\n"
LENET = (network_folder() / "lenet5.json").read_text(encoding="utf-8")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, text: str) -> Path:
        path = tmp_path / "bank" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def library(tmp_path: Path) -> Library:
    (tmp_path / "bank").mkdir()
    return Library(tmp_path / "bank", shipped_library())


def test_a_folder_without_anything_has_what_ships(library: Library) -> None:
    assert list(library.networks) == list(network_names())
    assert library.facts.keys() == shipped_library().facts.keys()
    assert library.families == shipped_library().families


def test_own_networks_stand_beside_those_that_ship(library: Library, write: Write) -> None:
    write("networks/mine.json", LENET)
    write("networks.yaml", ABOUT)
    mine = library.networks["mine"]
    assert (mine["name"], mine["title"], mine["depth"], mine["parameters"]) == ("mine", "My Net", 5, 61_706)
    assert mine in library.networks_of(library.families["vgg"])
    assert library.networks_of(library.families["vgg"]) is library.networks_of(library.families["vgg"])
    assert list(library.networks) == sorted((*network_names(), "mine"))


def test_nothing_needs_to_be_written_about_an_own_network(library: Library, write: Write) -> None:
    write("networks/mine.json", LENET)
    assert (library.networks["mine"]["title"], library.networks["mine"]["family"]) == (
        "mine",
        {"name": "", "title": ""},
    )


def test_an_own_network_may_have_the_name_of_one_that_ships(library: Library, write: Write) -> None:
    write("networks/alexnet.json", LENET)
    assert library.networks["alexnet"]["parameters"] == 61_706
    assert shipped_library().networks["alexnet"]["parameters"] == 60_965_224


def test_a_question_of_an_own_bank_draws_its_networks_and_facts(entry: Build, write: Write) -> None:
    write("networks/mine.json", LENET)
    write("facts/prices.yaml", "- {name: a, euros: 3, source: x}\n- {name: b, euros: 4.5, source: x}\n")
    text = entry(
        parameters="{n: {networks: [mine]}, k: {facts: prices}}",
        prompt=same("{n} {k}"),
        answer="n.parameters*k.euros",
        mistakes=f"[{{answer: 1, feedback: {same('x')}}}]",
    ).path.read_text(encoding="utf-8")
    path = write("questions/a.yaml", text)
    for opened in (open_bank(path.parent.parent), open_bank(path)):
        (question,) = opened.questions
        found = [evaluate(question.answer, values) for values in assignments(question)]
        assert found == [61_706 * 3, 61_706 * 9 // 2]


BAD = [
    pytest.param("networks.yaml", "other:\n  title: x\n", "1: no recorded network 'other' (expected networks/other.json beside this file)", id="about a network that is not there"),
    pytest.param("networks.yaml", "alexnet: {}\n", "1: no recorded network 'alexnet' (expected networks/alexnet.json beside this file)", id="about a network that ships"),
    pytest.param("networks.yaml", ABOUT.replace("  depth: 5\n", ""), "1: 'depth' is missing (expected the keys title, family, depth, variant)", id="no depth"),
    pytest.param("networks.yaml", ABOUT + "  colour: red\n", "6: unknown key 'colour' (expected one of depth, family, title, variant)", id="an unknown key"),
    pytest.param("networks.yaml", ABOUT.replace("vgg", "vggnet"), "3: unknown family 'vggnet' (expected one of lenet5, alexnet", id="an unknown family"),
    pytest.param("networks.yaml", ABOUT.replace("en: of my own, ", ""), "5: 'en' is missing (expected the keys en, ko)", id="a variant in one language"),
    pytest.param("networks.yaml", "- mine\n", "1: a list where keys and values belong (expected key: value lines)", id="a list"),
    pytest.param("facts/t.yaml", "a: 1\n", "1: a mapping where a list of records belongs (expected a list of records)", id="facts that are a mapping"),
    pytest.param("facts/t.yaml", "- {name: a}\n", "1: 'source' is missing (expected the keys name, source)", id="a fact without a source"),
    pytest.param("facts/t.yaml", "- {name: a, n: 1, source: x}\n- {name: b, m: 1, source: x}\n", "2: unknown key 'm' (expected one of n, name, source)", id="facts with unlike keys"),
    pytest.param("facts/t.yaml", "- {name: a, n: 1, source: x}\n- {name: b, source: x}\n", "2: 'n' is missing (expected the keys name, n, source)", id="a fact with too few keys"),
    pytest.param("facts/t.yaml", "- {name: a, source: x}\n- {name: a, source: y}\n", "2: 'a' appears twice (expected a name of its own)", id="one name twice"),
    pytest.param("facts/t.yaml", "- {name: a, source: x, n: {en: 1}}\n", "1: 'ko' is missing (expected the keys en, ko)", id="a fact in one language"),
    pytest.param("facts/t.yaml", "- {name: a, source: }\n", "1: nothing where text belongs (expected text)", id="a fact that is nothing"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "message"), BAD)
def test_a_file_that_cannot_be_read(library: Library, write: Write, name: str, text: str, message: str) -> None:
    write("networks/mine.json", LENET)
    path = write(name, text)
    with pytest.raises(BankError) as caught:
        assert library.networks if name == "networks.yaml" else library.facts
    assert str(caught.value).startswith(f"{path}:{message}")


def broken(change: Callable[[dict[str, Any]], object]) -> str:
    document = json.loads(LENET)
    change(document)
    return json.dumps(document)


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "null", "[" * 100_000, LENET[:500], '{"schema": "cnnquiz.network/1"}', broken(lambda d: d.update(schema="x")), broken(lambda d: d.pop("calls"))],
    ids=["nothing", "an empty object", "a list", "null", "too deep", "cut off", "only its schema", "another schema", "no calls"],
)  # fmt: skip
def test_a_network_that_was_not_recorded_is_told_when_it_is_needed(library: Library, write: Write, text: str) -> None:
    path = write("networks/mine.json", text)
    assert library.networks["mine"]["title"] == "mine"
    with pytest.raises(BankError) as caught:
        library.networks["mine"]["parameters"]
    assert str(caught.value).startswith(f"{path}:1: ")
    assert str(caught.value).endswith("(expected a file that 'cnnquiz bank record' wrote)")


def test_facts_are_numbers_texts_and_lists(library: Library, write: Write) -> None:
    write("facts/t.yaml", "- {name: a, source: x, whole: 3, half: 0.5, third: 1/3, text: '3', both: {en: e, ko: k}, list: [1, b, 2.5]}\n")  # fmt: skip
    (record,) = library.facts["t"]
    shown = {name: evaluate(parse(f"a.{name}"), {"a": record}) for name in ("whole", "text", "list")}
    assert shown == {"whole": 3, "text": "3", "list": (1, "b", evaluate(parse("5/2"), {}))}
    assert evaluate(parse("a.half + a.third == 5/6"), {"a": record}) is True
    assert record["both"] == {"en": "e", "ko": "k"}


def test_a_network_of_nobodys_bank() -> None:
    family, network = own_network(load_network("lenet5"))
    assert network["family"] is family
    assert (network["parameters"], family["title"]) == (61_706, "lenet5")
    assert network["variant"] == {"en": "input of 1×28×28", "ko": "입력 크기 1×28×28"}


def test_a_lazy_record_computes_once_and_only_what_is_asked() -> None:
    computed: list[str] = []

    def compute(name: str, value: int) -> Callable[[], int]:
        return lambda: computed.append(name) or value  # type: ignore[func-returns-value]

    record = LazyRecord({"name": "r", "a": 1}, {"b": compute("b", 2), "c": compute("c", 3)})
    assert "b" in record
    assert "z" not in record
    assert list(record) == ["name", "a", "b", "c"]
    assert len(record) == 4
    assert (repr(record), computed) == ("LazyRecord('r')", [])
    assert (record["b"], record["b"], record.get("z", 9), record.get("a")) == (2, 2, 9, 1)
    assert (computed, len(record), sorted(record)) == (["b"], 4, ["a", "b", "c", "name"])
    assert evaluate(parse("r.b + r.c"), {"r": record}) == 5
    assert record.get("c") == 3
    assert dict(record) == {"name": "r", "a": 1, "b": 2, "c": 3} == {**record}
    assert dict(record.items()) == dict(record)
    assert computed == ["b", "c"]
    with pytest.raises(KeyError):
        record["z"]
