"""What the page on writing questions shows works as it says."""

import re
from pathlib import Path

import pytest

from cnnquiz.bank.library import shipped_library
from cnnquiz.bank.question import ANSWER_KINDS
from cnnquiz.bundled import bundled_path

PAGE = (bundled_path("question_bank").parent / "docs" / "writing-questions.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)


def test_there_is_a_whole_example():
    assert EXAMPLES


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_pass_the_check(here, tmp_path: Path, example: str):
    (tmp_path / "mine.yaml").write_text(example, encoding="utf-8")
    result = here("bank", "check", "mine.yaml", "--exhaustive")

    assert result.stderr == ""
    assert "1 questions with 39 problems" in result.stdout  # 13 widths; k ≥ s leaves (2, 2), (3, 2) and (3, 3)


def test_every_answer_kind_is_in_the_table():
    (table,) = re.findall(r"^\| `kind` .*\n((?:\|.*\n)+)", PAGE, flags=re.MULTILINE)

    assert tuple(re.findall(r"^\| `(\w+)` \|", table, flags=re.MULTILINE)) == ANSWER_KINDS


@pytest.mark.parametrize("source", re.findall(r"^\| `(\w+: .+?)` \|", PAGE, flags=re.MULTILINE))
def test_sources_draw(here, tmp_path: Path, source: str):
    """Each in a question that shows what was drawn; a layer after the network that it belongs to."""
    network = "    network: {networks: [alexnet]}\n" if source.startswith("layer") else ""
    name = source.partition(":")[0]
    shown = f"{{{name}.name}}" if name == "layer" else f"{{{name}}}"
    text = f"""- id: a.b
  topics: [a]
  difficulty: 1
  kind: text
  parameters:
{network}    {source}
  prompt: {{en: "{"{network} " if network else ""}{shown}", ko: "{"{network} " if network else ""}{shown}"}}
  answer: {{en: yes, ko: 예}}
  hints: [{{en: Look., ko: 보십시오.}}]
  solution: {{en: So., ko: 그렇습니다.}}
  source: none
"""
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    result = here("bank", "preview", "a.b", "--bank", "mine.yaml")

    assert result.returncode == 0, result.stderr


def test_what_formulas_see_exists():
    network = shipped_library().networks["alexnet"]
    layer = network["layers"][0]
    for record, line in ((network, "network"), (layer, "layer")):
        (names,) = re.findall(rf"^- A {line} has (.*?)\.$", PAGE, flags=re.MULTILINE | re.DOTALL)
        for name in re.findall(r"`(\w+)`", names):
            assert name in record, f"a {line} has no {name}"
