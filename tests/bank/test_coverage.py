"""What is counted, by hand on a small bank; and that the bank that ships leaves nothing out."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cnnquiz.bank.bank import Bank, open_bank
from cnnquiz.bank.coverage import DIFFICULTIES, Coverage, cover, to_markdown
from cnnquiz.bank.question import ASPECTS
from cnnquiz.bundled import bundled_path

ENTRY = """- id: {id}
  topics: [{topics}]
  {aspect}
  difficulty: {difficulty}
  kind: text
  parameters: {parameters}
  prompt: {{en: "{prompt}", ko: "{prompt}"}}
  answer: {{en: yes, ko: 예}}
  hints: [{{en: Look., ko: 보십시오.}}]
  solution: {{en: So., ko: 그렇습니다.}}
  source: none
"""


def entry(id: str, parameters: str, prompt: str, *, topics: str = "t", aspect: str = "", difficulty: int = 1) -> str:
    aspect = f"aspect: {aspect}" if aspect else "points: 1"
    return ENTRY.format(**locals())


@pytest.fixture
def bank(tmp_path: Path) -> Callable[..., Bank]:
    def build(*entries: str) -> Bank:
        (tmp_path / "questions").mkdir(parents=True)
        (tmp_path / "questions" / "t.yaml").write_text("".join(entries), encoding="utf-8")
        return open_bank(tmp_path)

    return build


def test_a_question_counts_for_the_networks_that_it_draws(bank):
    layers = "{network: {networks: [lenet5, alexnet]}, layer: {layers: network, where: layer.op == 'conv2d'}}"
    counted = cover(bank(entry("t.a", layers, "{network} {layer.name}", aspect="shapes")))

    # LeNet-5 has two convolutions, AlexNet five; the families have other networks, which are not drawn.
    assert counted.problems == {("lenet5", "shapes"): 2, ("alexnet", "shapes"): 5}
    assert counted.questions == {("lenet5", "shapes"): 1, ("alexnet", "shapes"): 1}


def test_networks_that_are_drawn_together_all_count(bank):
    drawn = "{networks: {networks: [alexnet, lenet5, zfnet], choose: 2}}"
    prompt = "{networks[0]} {networks[1]}"
    counted = cover(bank(entry("t.a", drawn, prompt, aspect="macs"), entry("t.b", drawn, prompt, aspect="macs")))

    # Three pairs of three networks, each network in two of them.
    assert counted.problems == {(name, "macs"): 2 * 2 for name in ("alexnet", "lenet5", "zfnet")}
    assert counted.questions == {(name, "macs"): 2 for name in ("alexnet", "lenet5", "zfnet")}


def test_without_a_network_a_question_is_about_its_families(bank):
    counted = cover(bank(entry("t.a", "{k: [1, 2, 3]}", "{k}", topics="lenet5, t", aspect="idea")))

    assert counted.problems == {("lenet5", "idea"): 3, ("lenet5_1998", "idea"): 3}


@pytest.mark.parametrize(
    ("topics", "aspect"),
    [pytest.param("lenet5", "", id="without an aspect"), pytest.param("t", "idea", id="without a family")],
)
def test_a_question_about_no_network(bank, topics, aspect):
    counted = cover(bank(entry("t.a", "{k: [1, 2]}", "{k}", topics=topics, aspect=aspect)))

    assert not counted.questions
    assert (counted.entries, counted.all_questions, counted.all_problems) == (1, 1, 2)


def test_an_entry_of_families_is_one_entry(bank):
    text = entry("a", "{k: [1, 2]}", "{k}", aspect="idea").replace("  topics:", "  families: [vgg, nin]\n  topics:")
    counted = cover(bank(text))

    assert (counted.entries, counted.all_questions, counted.all_problems) == (1, 2, 4)


def test_what_nothing_asks_is_empty_for_the_networks_of_the_folder(bank, tmp_path):
    opened = bank(entry("t.a", "{network: {networks: [mine, alexnet]}}", "{network}", aspect="macs"))
    (tmp_path / "networks").mkdir()
    (tmp_path / "networks" / "mine.json").write_bytes(
        (bundled_path("question_bank") / "networks/lenet5.json").read_bytes()
    )
    counted = cover(opened)

    assert [network["name"] for network in counted.networks] == ["mine"]
    assert counted.empty == tuple(("mine", aspect) for aspect in ASPECTS if aspect != "macs")
    assert "| | `mine` | – | – | 1 (1) | – | – | – |" in to_markdown(counted)


def test_topics_are_counted_by_difficulty_and_kind(bank):
    text = to_markdown(
        cover(bank(entry("t.a", "{k: [1]}", "{k}"), entry("t.b", "{k: [1]}", "{k}", topics="t, u", difficulty=3)))
    )

    assert "2 entries make 2 questions with 2 problems" in text
    assert "## Networks" not in text
    # The kinds in the order number, shape, choice, choices, table, order, match, text, listing.
    assert "| t | 1 | 1 | – | – | – | – | – | – | – | 1 | – |\n| | 2 | – |" in text
    assert "| u | 1 | – |" in text
    assert "| | 3 | 1 | – | – | – | – | – | – | – | 1 | – |" in text


@pytest.fixture(scope="module")
def shipped() -> Coverage:
    return cover(open_bank())


def test_every_network_is_asked_about_everything(shipped):
    assert shipped.empty == ()
    assert len(shipped.networks) == len(list((bundled_path("question_bank") / "networks").glob("*.json"))) > 40


def test_the_page_is_fresh(shipped):
    page = bundled_path("question_bank").parent / "docs" / "coverage.md"

    assert page.read_text(encoding="utf-8") == to_markdown(shipped), "stale: run cnnquiz bank coverage"


def test_every_topic_has_questions_of_every_difficulty(shipped):
    topics = {topic for topic, _, _ in shipped.topics}
    found = {(topic, difficulty) for topic, difficulty, _ in shipped.topics}

    assert sorted({(topic, each) for topic in topics for each in DIFFICULTIES} - found) == []


def test_the_bank_is_large_and_varied(shipped):
    assert shipped.entries >= 150
    assert len({kind for _, _, kind in shipped.topics}) >= 6
