"""Every character of the bank and of our own words has a glyph in the fonts that pages are set in."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from cnnquiz.bundled import bundled_path
from cnnquiz.rendering.words import WORKSHEET

FONTS = sorted((bundled_path("templates") / "fonts").glob("*.otf"))

# Typst brings these itself, for math and for what Pretendard lacks.
IN_TYPSTS_FONTS = set("∈∉⌊⌋⌈⌉ᵀ¬∧∨\n")


def characters(font: Path) -> set[str]:
    return set(map(chr, TTFont(font).getBestCmap()))


def test_there_is_a_regular_and_a_bold_face_with_their_licence() -> None:
    assert [font.name for font in FONTS] == ["Pretendard-Bold.otf", "Pretendard-Regular.otf"]
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS[0].parent / "OFL.txt").read_text()


@pytest.mark.parametrize("font", FONTS, ids=lambda font: font.stem)
def test_the_fonts_have_all_of_hangul_and_all_that_texts_are_written_with(font: Path) -> None:
    texts = [path.read_text(encoding="utf-8") for path in bundled_path("question_bank").rglob("*.yaml")]
    texts += [word for words in WORKSHEET.values() for word in words.values()]
    needed = set("".join(texts)) | set(map(chr, range(0xAC00, 0xD7A4)))

    assert needed - characters(font) - IN_TYPSTS_FONTS == set()
