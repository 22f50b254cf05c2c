"""Short ids: back and forth without loss, and no slip of the pen goes unnoticed."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cnnquiz.errors import UsageError
from cnnquiz.problems.short_id import from_short_id, to_short_id

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford 2002: digits and capitals without I, L, O and U
lengths = st.integers(2, 12)


@st.composite
def ids(draw: st.DrawFn) -> tuple[int, str]:
    length = draw(lengths)
    number = draw(st.integers(0, 32 ** (length - 1) - 1))
    return number, to_short_id(number, length=length)


@given(id=ids(), group=st.integers(1, 5))
def test_back_and_forth(id: tuple[int, str], group: int) -> None:
    number, text = id
    assert from_short_id(text, length=len(text)) == number
    grouped = to_short_id(number, length=len(text), group=group)
    assert grouped.replace("-", "") == text
    assert from_short_id(f" {grouped.lower()} ", length=len(text)) == number


@given(id=ids(), place=st.integers(0, 11), letter=st.sampled_from(LETTERS))
def test_one_wrong_character(id: tuple[int, str], place: int, letter: str) -> None:
    _, text = id
    place %= len(text)
    assume(text[place] != letter)
    with pytest.raises(UsageError, match="a character is wrong or two are swapped"):
        from_short_id(text[:place] + letter + text[place + 1 :], length=len(text))


@given(id=ids(), first=st.integers(0, 11), second=st.integers(0, 11))
def test_two_swapped_characters(id: tuple[int, str], first: int, second: int) -> None:
    """Neighbours or not."""
    _, text = id
    first, second = sorted((first % len(text), second % len(text)))
    assume(text[first] != text[second])
    letters = list(text)
    letters[first], letters[second] = letters[second], letters[first]
    with pytest.raises(UsageError, match="a character is wrong or two are swapped"):
        from_short_id("".join(letters), length=len(text))


def test_letters_that_look_like_digits_are_read_as_them() -> None:
    text = to_short_id(0b00001_00000_00001, length=4)
    assert text[:3] == "101"
    assert [from_short_id(start + text[3], length=4) for start in ("1o1", "IOL", "l0i")] == [0b00001_00000_00001] * 3


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("ABC", "the id 'ABC': it has 3 characters (expected 7)", id="too short"),
        pytest.param("", "the id '': it has 0 characters (expected 7)", id="nothing"),
        pytest.param(
            "ABCDEFU", "no id has the character 'U' (expected digits and letters but U)", id="a letter of no id"
        ),
        pytest.param("ABC/EF1", "no id has the character '/'", id="a sign"),
        pytest.param("학" * 100, f"the id '{'학' * 37}…': no id has the character '학'", id="a long text"),
    ],
)
def test_what_is_no_id(text: str, problem: str) -> None:
    with pytest.raises(UsageError) as caught:
        from_short_id(text, length=7)
    assert problem in str(caught.value)


@pytest.mark.parametrize("number", [-1, 32**6])
def test_a_number_that_does_not_fit(number: int) -> None:
    with pytest.raises(ValueError, match=r"expected 0 to 2\^30 - 1"):
        to_short_id(number, length=7)
