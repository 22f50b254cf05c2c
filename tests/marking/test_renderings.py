"""Every way to write a key in either language marks as right."""

from fractions import Fraction
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from cnnquiz.marking.mark import mark
from tests.marking.conftest import problem

LANGUAGE = st.sampled_from(["en", "ko"])
WHOLE = st.integers(-(10**13), 10**13)
DECIMAL = st.builds(
    lambda digits, places: Fraction(digits, 10**places), st.integers(-(10**9), 10**9), st.integers(0, 6)
)

FULL_WIDTH = str.maketrans("0123456789.,-%", "０１２３４５６７８９．，－％")
SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def point(value: Fraction | int, places: int) -> str:
    return f"{value:,.{places}f}" if isinstance(value, Fraction) else f"{value:,}"


def places_of(value: Fraction) -> int:
    return next(places for places in range(20) if (value * 10**places).denominator == 1)


@st.composite
def renderings(draw: Any, value: Fraction) -> str:
    """One way to write an exact decimal number."""
    places = places_of(value)
    scaled = abs(value) * 10**places
    whole, rest = divmod(int(scaled), 10**places)
    decimals = f"{rest:0{places}d}" if places else ""
    group = draw(st.sampled_from(["", ",", " ", "'", "_", "\u00a0", "\u202f", "’"]))
    text = f"{whole:,}".replace(",", group) + (f".{decimals}" if places else draw(st.sampled_from(["", ".0", "."])))
    exponent = draw(st.integers(-3, 6))
    power = draw(
        st.sampled_from(["e{}", "E{}", "×10^{}", " × 10^{}", "*10**{}", "x10^({})", r" \times 10^{{{}}}", "^"])
    )
    if draw(st.booleans()):
        shifted = abs(value) / Fraction(10) ** exponent
        mantissa = f"{int(shifted * 10 ** places_of(shifted)) / 1:.0f}" if places_of(shifted) == 0 else None
        if mantissa is not None:
            text = mantissa + (f"×10{str(exponent).translate(SUPERSCRIPT)}" if power == "^" else power.format(exponent))
    text = ("-" if value < 0 else draw(st.sampled_from(["", "+"]))) + text
    if value < 0:
        text = text.replace("-", draw(st.sampled_from(["-", "−", "–", "minus "])), 1)
    text = draw(
        st.sampled_from(
            [
                "{}",
                " {} ",
                "= {}",
                "≈ {}",
                "약 {}",
                "답: {}",
                "about {}",
                "{}.",
                "{}개",
                "{} 개",
                "({})",
                "`{}`",
                "{}입니다",
                "answer = {}",
                "x = {}",
                "{}\n",
            ]
        )
    ).format(text)
    return text.translate(FULL_WIDTH) if draw(st.booleans()) else text


@given(data=st.data(), value=st.one_of(WHOLE.map(Fraction), DECIMAL), language=LANGUAGE)
def test_every_rendering_of_a_number_is_right(data: Any, value: Fraction, language: str) -> None:
    key = int(value) if value.denominator == 1 else value
    text = data.draw(renderings(value))
    # 1,254. and 1.254,0 are clear; a lone group of three is the only one that is not.
    found = mark(problem("number", key, language=language), text)
    assert found.verdict == "right", found


@given(value=st.integers(1, 10**15), language=LANGUAGE, spaced=st.booleans())
def test_korean_units_of_a_number_are_right(value: int, language: str, spaced: bool) -> None:
    sections = [(10**12, "조"), (10**8, "억"), (10**4, "만"), (1, "")]
    rest, texts = value, []
    for worth, name in sections:
        count, rest = divmod(rest, worth)
        if count:
            texts.append(f"{count:,}{name}")
    text = (" " if spaced else "").join(texts)
    found = mark(problem("number", value, language=language), text)
    assert found.verdict == "right", found


@given(value=st.integers(100_000, 10**12), language=LANGUAGE, tolerance=st.sampled_from([Fraction(1), Fraction(1, 2)]))
def test_a_key_rounded_to_three_figures_is_right_where_rounding_is_allowed(
    value: int, language: str, tolerance: Fraction
) -> None:
    names = {
        "k": 3,
        "K": 3,
        " thousand": 3,
        "천": 3,
        "만": 4,
        "M": 6,
        " million": 6,
        "백만": 6,
        "억": 8,
        "B": 9,
        " billion": 9,
        "e6": 6,
        "×10^6": 6,
    }
    for name, exponent in names.items():
        digits = len(str(value)) - exponent
        if not 1 <= digits <= 3:
            continue
        scaled = Fraction(value, 10**exponent)
        places = 3 - digits
        rounded = Fraction(int(scaled * 10**places + Fraction(1, 2)), 10**places)
        if len(str(int(rounded))) != digits:
            continue
        text = f"{float(rounded):.{places}f}{name}"
        assert mark(problem("number", value, language=language, tolerance=tolerance), text).verdict == "right", text
        exact = mark(problem("number", value, language=language), text)
        assert exact.verdict == ("right" if rounded * 10**exponent == value else "wrong"), text


@given(value=st.integers(1, 10**6), language=LANGUAGE)
def test_a_value_in_any_unit_of_bytes_is_right(value: int, language: str) -> None:
    asked = problem("number", value, language=language, unit="KiB")
    for text in (
        f"{value} KiB",
        f"{value * 1024} bytes",
        f"{value * 1024:,} B",
        f"{value * 8192} bits",
        f"{value * 1024}바이트",
        f"{value * 128 / 125:.3f} kB",
    ):
        assert mark(asked, text).verdict == "right", text


SIZES = st.lists(st.integers(1, 5000), min_size=2, max_size=4)


@given(data=st.data(), sizes=SIZES, language=LANGUAGE)
def test_every_rendering_of_a_shape_is_right(data: Any, sizes: list[int], language: str) -> None:
    texts = list(map(str, sizes))
    forms = [join.join(texts) for join in ("x", "X", "×", " × ", "*", ", ", ",", " ", "; ")]
    forms += [
        f"({', '.join(texts)})",
        f"[{','.join(texts)}]",
        f"torch.Size([{', '.join(texts)}])",
        " × ".join(f"{size:,}" for size in sizes),
    ]
    text = data.draw(st.sampled_from(forms))
    if data.draw(st.booleans()):
        text = text.translate(FULL_WIDTH)
    assume("," not in text.replace(", ", "") or all(len(each) != 3 for each in texts[1:]) or "[" in text or "×" in text)
    found = mark(problem("shape", tuple(sizes), language=language), text)
    assert found.verdict == "right", found
