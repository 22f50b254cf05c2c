"""Our own words: complete in both languages, and Korean where the page is Korean."""

import re

import pytest

from cnnquiz.bank.text import LANGUAGES
from cnnquiz.rendering.words import ISOLATION_KO, REPORT, WORKSHEET, counted
from cnnquiz.sandbox.isolation import FRESH_MISSING, LEVELS


@pytest.mark.parametrize("table", [WORKSHEET, REPORT], ids=["worksheet", "report"])
def test_every_language_has_every_word(table: dict[str, dict[str, str]]) -> None:
    assert set(table) == set(LANGUAGES)
    assert set(table["en"]) == set(table["ko"])


@pytest.mark.parametrize("table", [WORKSHEET["ko"], REPORT["ko"]], ids=["worksheet", "report"])
def test_korean_words_hold_no_latin_letter(table: dict[str, str]) -> None:
    assert [word for word in table.values() if re.search("[A-Za-z]", word)] == []


def test_all_that_the_sandbox_says_about_isolation_is_translated() -> None:
    said = {phrase for level in LEVELS for phrase in (level.kind, *level.enforced, *level.missing)}

    assert said | set(FRESH_MISSING) <= set(ISOLATION_KO)


@pytest.mark.parametrize(
    ("count", "english", "korean"),
    [pytest.param(1, "1 point", "1점", id="one"), pytest.param(12, "12 points", "12점", id="many")],
)
def test_counted(count: int, english: str, korean: str) -> None:
    assert counted(WORKSHEET["en"], "points", count) == english
    assert counted(WORKSHEET["ko"], "points", count) == korean
