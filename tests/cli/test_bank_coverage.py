"""`cnnquiz bank coverage` writes what is asked, and says what is not."""

from pathlib import Path

import pytest

from cnnquiz.bank.question import ASPECTS
from cnnquiz.bundled import bundled_path

ENTRY = """- id: lenet5.{aspect}
  topics: [lenet5]
  aspect: {aspect}
  difficulty: 1
  kind: text
  prompt: {{en: "What about {aspect}?", ko: "{aspect}?"}}
  answer: {{en: yes, ko: 예}}
  hints: [{{en: Look., ko: 보십시오.}}]
  solution: {{en: So., ko: 그렇습니다.}}
  source: none
"""
ABOUT = "mine: {title: Mine, family: lenet5, depth: 5, variant: {en: our own, ko: 우리 것}}\n"


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """A bank with one network, asked about everything."""
    folder = tmp_path / "bank"
    for name in ("questions", "networks"):
        (folder / name).mkdir(parents=True)
    stored = bundled_path("question_bank") / "networks" / "lenet5.json"
    (folder / "networks" / "mine.json").write_bytes(stored.read_bytes())
    (folder / "networks.yaml").write_text(ABOUT, encoding="utf-8")
    ask(folder, ASPECTS)
    return folder


def ask(folder: Path, aspects: tuple[str, ...]) -> None:
    entries = "".join(ENTRY.format(aspect=aspect) for aspect in aspects).replace(
        "lenet5.receptive_", "lenet5.receptive-"
    )
    (folder / "questions" / "t.yaml").write_text(entries, encoding="utf-8")


def test_a_page_that_was_written_is_fresh(here, bank):
    written = here("bank", "coverage", "--bank", "bank")
    checked = here("bank", "coverage", "--bank", "bank", "--check")

    assert (written.returncode, written.stderr) == (0, "")
    assert "6 questions with 6 problems, no empty cells" in written.stdout
    assert (checked.returncode, checked.stderr) == (0, "")
    page = (bank / "coverage.md").read_text(encoding="utf-8")
    assert "| LeNet-5 | `mine` | 1 (1) | 1 (1) | 1 (1) | 1 (1) | 1 (1) | 1 (1) |" in page


def test_a_stale_page_fails_the_check_and_stays(here, bank):
    (bank / "coverage.md").write_text("old\n", encoding="utf-8")
    result = here("bank", "coverage", "--bank", "bank", "--check")

    assert result.returncode == 1
    assert "bank/coverage.md: is stale (expected what `cnnquiz bank coverage` writes)" in result.stderr
    assert (bank / "coverage.md").read_text(encoding="utf-8") == "old\n"


def test_an_empty_cell_fails_the_check_and_is_named(here, bank):
    ask(bank, tuple(aspect for aspect in ASPECTS if aspect != "memory"))
    assert here("bank", "coverage", "--bank", "bank").returncode == 0
    result = here("bank", "coverage", "--bank", "bank", "--check")

    assert result.returncode == 1
    assert result.stderr == "mine: no question asks for memory (expected at least one)\n"
    assert "1 empty cells" in result.stdout


def test_a_single_file_is_no_bank_to_cover(here, bank):
    result = here("bank", "coverage", "--bank", "bank/questions/t.yaml")

    assert result.returncode == 2
    assert "t.yaml: is a file (expected the folder of a question bank)" in result.stderr


def test_what_is_installed_has_no_page(here, bank, monkeypatch):
    monkeypatch.setattr("cnnquiz.bundled.bundled_path", lambda _folder: bank)
    result = here("bank", "coverage")

    assert result.returncode == 2
    assert "there is no folder docs here (expected a checkout of cnnquiz, or --bank)" in result.stderr
