"""A number goes in; a short text that people can copy comes out, and back. One wrong character is always noticed.

The letters are Crockford's (no I, L, O, U); i and l are read as 1, o as 0, hyphens and spaces not at all. The last
character is a check over GF(32), in which every position weighs something else: any one wrong character and any two
that are swapped are refused, as long as an id has at most 31.
"""

from cnnquiz.errors import UsageError

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BITS = 5
_REDUCED = 0b100101  # x⁵ + x² + 1, primitive: the powers of x run through all 31 weights
_READ = {letter: number for number, letter in enumerate(_ALPHABET)} | {"I": 1, "L": 1, "O": 0}


def to_short_id(number: int, *, length: int, group: int = 0) -> str:
    """`number` in `length` characters, of which the last is the check; a hyphen after each `group` of them.

    It has 5·(length − 1) bits at most.
    """
    if not 0 <= number < 1 << _BITS * (length - 1):
        raise ValueError(f"{number} (expected 0 to 2^{_BITS * (length - 1)} - 1)")
    digits = [number >> _BITS * place & 31 for place in reversed(range(length - 1))]
    text = "".join(_ALPHABET[digit] for digit in (*digits, _check(digits)))
    return "-".join(text[start : start + group] for start in range(0, length, group)) if group else text


def from_short_id(text: str, *, length: int) -> int:
    """The number of an id; UsageError where it was not copied right."""
    shown = text if len(text) <= 40 else text[:37] + "…"
    letters = text.upper().replace("-", "").replace(" ", "")
    wrong = next((letter for letter in letters if letter not in _READ), None)
    if wrong is not None:
        raise UsageError(f"the id {shown!r}: no id has the character {wrong!r} (expected digits and letters but U)")
    if len(letters) != length:
        raise UsageError(f"the id {shown!r}: it has {len(letters)} characters (expected {length})")
    *digits, check = (_READ[letter] for letter in letters)
    if _check(digits) != check:
        raise UsageError(f"the id {shown!r}: a character is wrong or two are swapped (expected it as it is printed)")
    number = 0
    for digit in digits:
        number = number << _BITS | digit
    return number


def _check(digits: list[int]) -> int:
    """What must be added for the sum of all digits, each times its power of x, to be 0."""
    total = 0
    for digit in digits:
        total = (total ^ digit) << 1
        if total >> _BITS:
            total ^= _REDUCED
    return total
