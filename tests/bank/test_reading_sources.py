"""Sources of parameters: networks, layers, facts, values, and families; what each draws, and its bad input."""

from collections.abc import Callable
from math import comb
from pathlib import Path
from typing import Any

import pytest

from cnnquiz.bank.library import shipped_library
from cnnquiz.bank.networks import network_names
from cnnquiz.bank.space import assignments
from cnnquiz.errors import BankError
from tests.bank.conftest import same

Build = Callable[..., Any]


def drawn(entry: Build, source: str, name: str = "n", **changes: Any) -> list[Any]:
    """What the parameter is in each assignment."""
    question = entry(
        **{
            "parameters": f"\n    {name}: {source}",
            "prompt": same(f"{{{name}}}"),
            "answer": "1",
            "mistakes": f"[{{answer: 2, feedback: {same('x')}}}]",
            **changes,
        }
    ).read()
    return [values[name] for values in assignments(question)]


def names(found: list[Any]) -> list[str]:
    return [each["name"] for each in found]


def test_all_networks(entry: Build) -> None:
    assert names(drawn(entry, "{networks: all}")) == list(network_names())


def test_networks_that_meet_a_condition(entry: Build) -> None:
    found = drawn(entry, "{networks: all, where: n.family.year < 2013 and n.depth > 5}")
    assert names(found) == ["alexnet", "alexnet_one_tower", "lenet5_1998"]


def test_subsets_of_networks(entry: Build) -> None:
    pairs = drawn(entry, "{networks: [alexnet, lenet5, vgg16], choose: 2}")
    assert [names(pair) for pair in pairs] == [["alexnet", "lenet5"], ["alexnet", "vgg16"], ["lenet5", "vgg16"]]


def test_subsets_of_those_that_meet_a_condition(entry: Build) -> None:
    pairs = drawn(entry, "{networks: [alexnet, lenet5, vgg16], choose: 2, where: n.depth > 5}")
    assert [names(pair) for pair in pairs] == [["alexnet", "vgg16"]]


def test_one_record_of_a_table(entry: Build) -> None:
    """Families of the first two years: LeCun et al. 1998 and Krizhevsky et al. 2012."""
    assert names(drawn(entry, "{facts: families, where: n.year < 2013}")) == ["lenet5", "alexnet"]


def test_subsets_of_records_are_in_the_order_of_the_file(entry: Build) -> None:
    count = len(shipped_library().facts["families"])
    assert len(drawn(entry, "{facts: families, choose: 3}")) == comb(count, 3)
    found = drawn(
        entry, "{facts: families, choose: 2, where: n.year < 2014}", where="[distinct(each.year for each in n)]"
    )
    assert ["zfnet", "nin"] not in [names(pair) for pair in found], "both are of 2013"
    assert ["lenet5", "alexnet"] in [names(pair) for pair in found]


def test_subsets_of_values(entry: Build) -> None:
    found = drawn(entry, "{values: [3, 5, 7, 9], choose: 3}")
    assert found == [(3, 5, 7), (3, 5, 9), (3, 7, 9), (5, 7, 9)]
    assert drawn(entry, "{values: [3, 5, 7]}") == [3, 5, 7]
    assert drawn(entry, "{from: 1, to: 4, choose: 3}") == [(1, 2, 3), (1, 2, 4), (1, 3, 4), (2, 3, 4)]


@pytest.mark.parametrize("by", ["layer", "mine"])
def test_layers_go_by_their_own_name_and_as_layer(entry: Build, by: str) -> None:
    source = f"{{layers: net, where: {by}.op == 'conv2d' and {by}.kernel_size == 3}}"
    changes = {"parameters": f"\n    net: {{networks: [alexnet]}}\n    mine: {source}"}
    assert names(drawn(entry, "", name="mine", **changes)) == ["conv3", "conv4", "conv5"]


def test_a_condition_sees_the_parameters_before_it(entry: Build) -> None:
    changes = {"parameters": "\n    k: [5, 11]\n    net: {networks: [alexnet]}\n    n: {layers: net, where: n.op == 'conv2d' and layer.kernel_size == k}", "prompt": same("{k} {n}")}  # fmt: skip
    assert names(drawn(entry, "", **changes)) == ["conv2", "conv1"]


FAULTY = [
    ("{networks: some}", "'some' where a list of networks, all or family belongs (expected a list of networks, all or family)"),
    ("{networks: family}", "'family' in an entry of no family (expected families: beside parameters:, or names)"),
    ("{networks: all, where: network.depth > 3}", "unknown name 'network' in a formula (expected one of n)"),
    ("{networks: all, choose: 0}", "choose is 0 (expected a whole number from 1 to 12)"),
    ("{networks: all, choose: 13}", "choose is 13 (expected a whole number from 1 to 12)"),
    ("{networks: all, choose: two}", "choose is 'two' (expected a whole number from 1 to 12)"),
    ("{networks: [[alexnet]]}", "a list where a network's name belongs (expected a network's name)"),
    ("{facts: famlies}", "unknown table 'famlies' (expected one of families, ilsvrc)"),
    ("{facts: ../families}", "unknown table '../families' (expected one of families, ilsvrc)"),
    ("{facts: [families]}", "a list where a table of facts belongs (expected a table of facts)"),
    ("{facts: families, networks: all}", "unknown key 'facts' (expected one of choose, networks, where)"),
    ("{values: [1, 1]}", "1 appears twice among the values (expected different values)"),
    ("{values: 3}", "'3' where a list belongs (expected a list)"),
    ("{values: [1, 2], where: n > 1}", "unknown key 'where' (expected one of choose, values)"),
    ("{layers: net, choose: 2}", "unknown key 'choose' (expected one of layers, where)"),
    ("{fact: families}", "unknown key 'fact' (expected 'facts'?)"),
    ("{choose: 2}", "neither values nor a range (expected a list, from: and to:, networks:, layers: or facts:)"),
    ("{where: n}", "neither values nor a range (expected a list, from: and to:, networks:, layers: or facts:)"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "message"), FAULTY)
def test_a_source_that_cannot_be_read(entry: Build, source: str, message: str) -> None:
    bad = entry(parameters=f"\n    n: {source}")
    with pytest.raises(BankError) as caught:
        bad.read()
    assert f"{caught.value.problem} (expected {caught.value.expected})" == message
    assert (caught.value.path, caught.value.line) == (bad.path, 6)


def test_layers_of_several_networks_have_no_owner(entry: Build) -> None:
    bad = entry(parameters="\n    n: {networks: all, choose: 2}\n    k: {layers: n}")
    with pytest.raises(BankError, match="'n' holds no network"):
        bad.read()


EMPTY_OR_HUGE = [
    ("{values: [1, 2], choose: 3}", "no problem satisfies 'where' (expected at least one)"),
    ("{networks: all, where: n.depth > 9999}", "no problem satisfies 'where' (expected at least one)"),
    ("{from: 1, to: 100, choose: 12}", "its space is too large (expected at most 500,000 combinations of its parameters)"),
    ("{from: 1, to: 999999999999999999, choose: 2}", "its space is too large (expected at most 500,000 combinations of its parameters)"),
    ("{networks: all, where: n.colour == 1}", "'n.colour == 1', character 1: unknown attribute 'colour' for n = "),
    ("{networks: all, where: n.depth}", "'n.depth' in 'where' gives 8 for n = AlexNet (expected a comparison such as n > k)"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "message"), EMPTY_OR_HUGE)
def test_a_source_that_nothing_can_be_drawn_from(entry: Build, source: str, message: str) -> None:
    with pytest.raises(BankError) as caught:
        drawn(entry, source)
    assert f"t.conv-output: {message}" in str(caught.value)


def test_a_thousand_times_too_many_subsets_are_refused_before_they_fill_the_memory(entry: Build) -> None:
    """C(20, 10) = 184,756 subsets for each of 1,000 numbers: only the first three of these lists are made."""
    values = ", ".join(map(str, range(20)))
    changes = {"parameters": f"\n    k: {{from: 1, to: 1000}}\n    n: {{values: [{values}], choose: 10}}", "prompt": same("{k} {n}")}  # fmt: skip
    with pytest.raises(BankError, match="its space is too large"):
        drawn(entry, "", **changes)


FAMILY = {
    "id": "parameters",
    "topics": "[parameters]",
    "parameters": "\n    net: {networks: family}",
    "prompt": same("{family} {net}"),
    "answer": "net.parameters",
    "mistakes": f"[{{answer: net.macs, feedback: {same('x')}}}]",
}


def test_an_entry_is_asked_of_every_family(entry: Build) -> None:
    library = shipped_library()
    questions = entry(**FAMILY, families="all").read_all(library)
    families = [str(family["name"]) for family in library.facts["families"]]
    assert [question.id for question in questions] == [f"{name}.parameters" for name in families]
    assert [question.topics for question in questions] == [(name, "parameters") for name in families]
    asked = [values["net"]["name"] for question in questions for values in assignments(question)]
    assert sorted(asked) == list(network_names()), "each network once, of its own family"
    for question in questions:
        for values in assignments(question):
            assert values["net"]["family"] is values["family"]
            assert question.prompt.fill("en", values) == f"{values['family']['title']} {values['net']['title']}"


def test_an_entry_is_asked_of_the_families_that_it_names(entry: Build) -> None:
    questions = entry(**FAMILY, families="[vgg, alexnet]").read_all(shipped_library())
    assert [question.id for question in questions] == ["vgg.parameters", "alexnet.parameters"]
    assert {each["net"]["name"] for each in assignments(questions[1])} == {"alexnet", "alexnet_one_tower"}


def test_other_sources_are_the_same_for_every_family(entry: Build) -> None:
    changes = {
        **FAMILY,
        "parameters": "\n    net: {networks: [lenet5]}\n    k: [1, 2]",
        "prompt": same("{family} {net} {k}"),
    }
    vgg, alexnet = entry(**changes, families="[vgg, alexnet]").read_all(shipped_library())
    assert [each["net"]["name"] for each in assignments(vgg)] == [each["net"]["name"] for each in assignments(alexnet)]


BAD_FAMILIES = [
    ("[vgg, vggnet]", "the family 'vggnet' (expected once each: lenet5, alexnet, "),
    ("[vgg, vgg]", "the family 'vgg' (expected once each: lenet5, alexnet, "),
    ("vgg", "'vgg' where all, or a list of families belongs (expected all, or a list of families)"),
    ("[]", "no families (expected all, or at least one family)"),
    ("[[vgg]]", "a list where a family belongs (expected a family)"),
]  # fmt: skip


@pytest.mark.parametrize(("families", "message"), BAD_FAMILIES)
def test_families_that_are_none(entry: Build, families: str, message: str) -> None:
    bad = entry(**FAMILY, families=families)
    with pytest.raises(BankError) as caught:
        bad.read_all(shipped_library())
    assert f"{caught.value.problem} (expected {caught.value.expected})".startswith(message)
    assert caught.value.line == bad.line("families")


def test_family_is_no_name_of_ones_own(entry: Build) -> None:
    bad = entry(**{**FAMILY, "parameters": "\n    family: [1]"}, families="[vgg]")
    with pytest.raises(BankError, match="the name 'family' is taken"):
        bad.read_all(shipped_library())


def test_a_family_whose_id_another_question_has(entry: Build, tmp_path: Path) -> None:
    from cnnquiz.bank.bank import open_bank

    folder = tmp_path / "bank" / "questions"
    folder.mkdir(parents=True)
    for name, changes in {"1.yaml": {"id": "vgg.parameters"}, "2.yaml": {**FAMILY, "families": "all"}}.items():
        (folder / name).write_text(entry(**changes).path.read_text())
    with pytest.raises(BankError) as caught:
        assert not open_bank(tmp_path / "bank").questions
    assert str(caught.value).startswith(
        f"{folder / '2.yaml'}:1: the id 'vgg.parameters' is taken by {folder / '1.yaml'}:1"
    )
    assert open_bank(tmp_path / "bank").topics[:2] == ("alexnet", "densenet")
    assert len(open_bank(tmp_path / "bank").select(["parameters"])) == len(shipped_library().families)
