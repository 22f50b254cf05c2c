"""Lines that fit: the width of characters, hanging indentation, words too long for a line."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnquiz.rendering.columns import columns, wrap


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("conv", 4, id="a Latin letter takes one column"),
        pytest.param("합성곱", 6, id="a Korean syllable takes two"),
        pytest.param("⌊n/s⌋ ✓", 7, id="math signs take one"),
        pytest.param(unicodedata.normalize("NFD", "é"), 1, id="an accent of its own takes none"),
        pytest.param("a\u200bb", 2, id="a zero-width space takes none"),
    ],
)
def test_columns(text: str, expected: int) -> None:
    assert columns(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("one two three", "- one two\n  three", id="the second line hangs below the first"),
        pytest.param("abcdefghijkl", "- abcdefgh\n  ijkl", id="a word longer than a line is cut"),
        pytest.param("합성곱 신경망", "- 합성곱\n  신경망", id="Korean words count two columns a syllable"),
        pytest.param("a\n  b", "- a\n    b", id="line ends and indentation are kept"),
        pytest.param("a\n\nb", "- a\n\n  b", id="an empty line gets no trailing space"),
        pytest.param("", "-", id="no text"),
    ],
)
def test_wrap_at_ten_columns(text: str, expected: str) -> None:
    assert wrap(text, 10, first="- ") == expected


def test_a_long_first_part_leaves_less_room() -> None:
    assert wrap("ab cd ef", 10, first="answer: ", rest="") == "answer: ab\ncd\nef"


@given(text=st.text(alphabet=st.sampled_from("ab 한글\n×"), max_size=60), width=st.integers(4, 30))
def test_every_line_fits_and_nothing_is_lost(text: str, width: int) -> None:
    wrapped = wrap(text, width, first="> ")

    assert all(columns(line) <= width for line in wrapped.split("\n"))
    assert "".join(wrapped.removeprefix(">").split()) == "".join(text.split())
