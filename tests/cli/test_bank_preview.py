"""`cnnquiz bank preview` shows one problem with everything its author wrote, and `--bank` finds the bank that is meant."""

import webbrowser
from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname

import click
import pytest

from cnnquiz.cli.bank_preview import complete_ids, preview
from cnnquiz.cli.options import complete_banks

QUESTION = """- id: t.{name}
  topics: [t, u]
  aspect: shapes
  difficulty: {difficulty}
  kind: number
  parameters: {{n: [8, 9, 10], k: [3, 5]}}
  prompt: {{en: "{name}: {{n}} pixels, kernel {{k}}?", ko: "{name}: {{n}}픽셀, 커널 {{k}}?"}}
  answer: n - k + 1
  proof: count(x for x in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10) if x + k - 1 <= n)
  mistakes: [{{answer: n - k, feedback: {{en: The first position was left out., ko: 처음 위치가 빠졌습니다.}}}}]
  hints: [{{en: Count the positions., ko: 위치를 세어 보십시오.}}]
  solution: {{en: Every step is one position., ko: 한 칸마다 위치가 하나입니다.}}
  source: by hand
"""


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """Three questions, of which the second cannot be read."""
    (tmp_path / "bank" / "questions").mkdir(parents=True)
    entries = [
        QUESTION.format(name=name, difficulty=level) for name, level in (("first", 1), ("broken", 9), ("last", 2))
    ]
    (tmp_path / "bank" / "questions" / "t.yaml").write_text("".join(entries), encoding="utf-8")
    return tmp_path / "bank"


def test_all_that_the_author_wrote(here, bank):
    result = here("bank", "preview", "t.last", "--bank", "bank")

    assert (result.returncode, result.stderr) == (0, "")
    for line in ("topics      t, u", "aspect      shapes", "kind        number", "difficulty  2 of 3"):
        assert f"{line}\n" in result.stdout
    assert " of 6\n" in result.stdout  # 3 sizes, 2 kernels
    assert f"file        {Path('bank/questions/t.yaml')}:27\n" in result.stdout  # the third of 13 lines each
    for text in ("last: ", "The first position was left out.", "Count the positions.", "Every step is", "by hand"):
        assert text in result.stdout


def test_the_seed_names_the_problem(here, bank):
    shown = [here("bank", "preview", "t.first", "--bank", "bank", "--seed", seed).stdout for seed in "001234"]

    assert shown[0] == shown[1]
    assert len({text.partition("Problem 1")[2] for text in shown}) > 1


def test_korean(here, bank):
    result = here("bank", "preview", "t.first", "--bank", "bank", "--language", "ko")

    assert "처음 위치가 빠졌습니다." in result.stdout


def test_a_question_that_cannot_be_read_is_told_its_place(here, bank):
    result = here("bank", "preview", "t.broken", "--bank", "bank")

    assert result.returncode == 2
    assert "t.yaml:17: difficulty is 9" in result.stderr


def test_an_unknown_id_is_told_those_that_are_near(here, bank):
    (bank / "questions" / "t.yaml").write_text(QUESTION.format(name="first", difficulty=1), encoding="utf-8")
    result = here("bank", "preview", "t.frist", "--bank", "bank")

    assert result.returncode == 2
    assert result.stderr == "unknown question 't.frist' (expected an id such as t.first)\n"


@pytest.mark.parametrize("opens", [True, False], ids=["a browser", "no browser"])
def test_the_browser_shows_the_page(here, bank, monkeypatch, opens):
    shown = []
    monkeypatch.setattr(webbrowser, "open", lambda address: shown.append(address) or opens)
    result = here("bank", "preview", "t.first", "--bank", "bank", "--browser")
    (address,) = shown
    page = Path(url2pathname(urlparse(address).path))
    try:
        assert result.returncode == 0
        assert f"page        {page}\n" in result.stdout
        assert ("no browser could be started" in result.stderr) is not opens
        text = page.read_text(encoding="utf-8")
        assert text.lower().startswith("<!doctype html>")
        assert "The first position was left out." in text
    finally:
        page.unlink()


def test_ids_are_completed(bank):
    context = click.Context(preview)
    context.params["bank_folder"] = bank

    assert complete_ids(context, preview.params[0], "t.") == ["t.first", "t.last"]
    assert complete_ids(context, preview.params[0], "t.l") == ["t.last"]


@pytest.fixture
def installed(tmp_path: Path, bank: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The bank again, in a package that names it `lyon`; its second question is mended."""
    site = tmp_path / "site"
    (site / "lyon_bank" / "questions").mkdir(parents=True)
    text = (bank / "questions" / "t.yaml").read_text(encoding="utf-8").replace("difficulty: 9", "difficulty: 3")
    (site / "lyon_bank" / "questions" / "t.yaml").write_text(text, encoding="utf-8")
    info = site / "lyon_bank-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: lyon-bank\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[cnnquiz.banks]\nlyon = lyon_bank\n")
    monkeypatch.syspath_prepend(str(site))
    return site / "lyon_bank"


@pytest.mark.parametrize(
    "command",
    ["bank preview t.broken", "bank check", "list questions", "generate --topic t"],
)
def test_an_installed_bank_goes_by_its_name(here, installed, command):
    result = here(*command.split(), "--bank", "lyon")

    assert result.stdout
    assert "t.yaml" not in result.stderr


def test_a_folder_of_that_name_comes_first(here, installed, bank):
    bank.rename(bank.parent / "lyon")
    result = here("list", "questions", "--bank", "lyon")

    assert result.returncode == 2
    assert "t.yaml:17: difficulty is 9" in result.stderr


def test_an_unknown_bank_is_told_those_that_are_installed(here, installed):
    result = here("list", "questions", "--bank", "nowhere")

    assert result.returncode == 2
    expected = "expected a folder, a file of questions, or an installed bank: lyon"
    assert result.stderr == f"no question bank 'nowhere' ({expected})\n"
    assert result.stdout == ""


def test_banks_are_completed(installed):
    option = next(each for each in preview.params if each.name == "bank_folder")
    completed = complete_banks(click.Context(preview), option, "ly")

    assert [(item.value, item.type) for item in completed] == [("lyon", "plain"), ("ly", "file")]
