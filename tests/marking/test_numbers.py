"""Numbers as students type them: each with the value that it is, or with why it is none."""

from fractions import Fraction
from typing import Any

import pytest

from cnnquiz.marking.numbers import Number, read_number
from cnnquiz.marking.typed import plain_characters
from tests.marking.conftest import problem

PLAIN = problem("number", 1)


def read(text: str, **changes: Any) -> Fraction | str:
    """The value in the asked unit, or the reason why there is none."""
    found = read_number(problem("number", 1, **changes) if changes else PLAIN, plain_characters(text))
    return found.amount.value if isinstance(found, Number) else found


MILLION = 1_254_400

DIGITS = [
    ("55", 55), ("  55  ", 55), ("\t55\n", 55), ("055", 55), ("+55", 55), ("0", 0), ("-3", -3), ("− 3", -3), ("–3", -3), ("－3", -3),
    ("minus 3", -3), ("negative 3", -3), ("마이너스 3", -3),
    ("1254400", MILLION), ("1,254,400", MILLION), ("1 254 400", MILLION), ("1\u00a0254\u00a0400", MILLION),
    ("1\u202f254\u202f400", MILLION), ("1\u2009254\u2009400", MILLION), ("1'254'400", MILLION), ("1’254’400", MILLION),
    ("1_254_400", MILLION), ("1.254.400", MILLION), ("1254400.0", MILLION), ("1,254,400.00", MILLION), ("1.254.400,0", MILLION),
    ("1 254 400,0", MILLION), ("1'254'400.0", MILLION), ("12,54,400", MILLION), ("1254400.", MILLION), ("1,254,400。", MILLION),
    ("１２５４４００", MILLION), ("１，２５４，４００", MILLION), ("１２５４４００．０", MILLION), ("1{,}254{,}400", MILLION), ("$1,254,400$", MILLION),
    ("`1254400`", MILLION), ("'1254400", MILLION), ('"1,254,400"', MILLION), ("(1254400)", MILLION), ("**1254400**", MILLION),
    ("٥٥", 55), ("५५", 55), ("\u200b55\ufeff", 55), ("5\u200b5", 55), ("𝟓𝟓", 55),
    ("0.1152", "0.1152"), ("0,1152", "0.1152"), (".1152", "0.1152"), (",1152", "0.1152"), ("3,14", "3.14"), ("12,5", "12.5"), ("0,115", "0.115"),
    ("1.254", "1.254"), ("1,254", 1254), ("1234,5", "1234.5"), ("1 254,5", "1254.5"), ("1.254,5", "1254.5"), ("1,254.5", "1254.5"), ("9.40", "9.4"),
    ("1,2544", "1.2544"), ("3·14", "no"),
]  # fmt: skip

POWERS = [
    ("1.2544e6", MILLION), ("1.2544E6", MILLION), ("1.2544E+06", MILLION), ("1.2544 e 6", MILLION), ("12544e2", MILLION), ("1,2544e6", MILLION),
    ("1.2544×10^6", MILLION), ("1.2544 × 10^6", MILLION), ("1.2544*10^6", MILLION), ("1.2544x10^6", MILLION), ("1.2544 X 10^6", MILLION),
    ("1.2544*10**6", MILLION), ("1.2544 · 10⁶", MILLION), ("1.2544×10⁶", MILLION), ("1.2544×10^{6}", MILLION), ("1.2544×10^(6)", MILLION),
    (r"$1.2544 \times 10^{6}$", MILLION), (r"1.2544 \cdot 10^6", MILLION), ("1.2544∙10⁶", MILLION), ("10^6", 10**6), ("10⁶", 10**6), ("2^20", 2**20), ("2²⁰", 2**20), (r"\(55\)", 55),
    ("3×2^20", 3 * 2**20), ("1.152e-1", "0.1152"), ("1.152×10^-1", "0.1152"), ("1.152×10⁻¹", "0.1152"), ("1.152E−01", "0.1152"), ("-2e3", -2000), ("10**-2", "0.01"), ("1.2544e6.", MILLION),
]  # fmt: skip

SCALES = [
    ("1.25M", 1_250_000), ("1.25 M", 1_250_000), ("1.25m", 1_250_000), ("1.25 million", 1_250_000), ("1.25 Million", 1_250_000), ("1.25millions", 1_250_000), ("1.25 mio", 1_250_000),
    ("34.9k", 34_900), ("34.9K", 34_900), ("34.9 thousand", 34_900), ("138M", 138_000_000), ("1.2B", 1_200_000_000), ("1.2 bn", 1_200_000_000), ("1.2 billion", 1_200_000_000),
    ("3.9G", 3_900_000_000), ("2T", 2 * 10**12), ("2 trillion", 2 * 10**12), ("12.5 lakh", 1_250_000), ("1.5 crore", 15_000_000), ("3 hundred", 300), ("2 hundred thousand", 200_000),
    ("138M parameters", 138_000_000), ("1.25M params", 1_250_000), ("34.9k개", 34_900),
    ("125만", 1_250_000), ("125만 4400", MILLION), ("125만4,400", MILLION), ("125만 4천4백", MILLION), ("1억 2,345만 6,789", 123_456_789), ("1억2345만6789", 123_456_789), ("3천만", 30_000_000),
    ("3천5백만", 35_000_000), ("1.25백만", 1_250_000), ("34.9천", 34_900), ("6천2백만", 62_000_000), ("1조 2억", 10**12 + 2 * 10**8), ("7.2억", 720_000_000), ("3백", 300), ("2십", 20),
    ("1천2백3십4", 1234), ("약 125만 개", 1_250_000), ("１２５만", 1_250_000), ("125\u1106\u1161\u11ab", 1_250_000), ("15.3억 회", 1_530_000_000), ("3만 4,944개", 34_944), ("1만", 10_000),
]  # fmt: skip

FRACTIONS = [
    ("1/9", Fraction(1, 9)), ("1 / 9", Fraction(1, 9)), ("2/18", Fraction(1, 9)), ("½", Fraction(1, 2)), ("3½", Fraction(7, 2)), ("3 1/2", Fraction(7, 2)), ("⅓", Fraction(1, 3)),
    ("1⁄9", Fraction(1, 9)), ("-1/9", Fraction(-1, 9)), (r"\frac{1}{9}", Fraction(1, 9)), ("1,024/3", Fraction(1024, 3)), ("10/2", 5), ("１／９", Fraction(1, 9)), ("1÷9", Fraction(1, 9)), ("9분의 1", Fraction(1, 9)), ("9분의1", Fraction(1, 9)), ("1/9.", Fraction(1, 9)),
]  # fmt: skip

WORDS = [
    ("= 55", 55), ("=55", 55), ("≈ 55", 55), ("~55", 55), ("약 55", 55), ("약55", 55), ("대략 55", 55), ("about 55", 55), ("approx. 55", 55), ("around 55", 55), ("ca. 55", 55),
    ("답: 55", 55), ("답 : 55", 55), ("정답: 55", 55), ("답은 55입니다", 55), ("답은 55입니다.", 55), ("55이다", 55), ("55임", 55), ("55 정도", 55), ("Answer: 55", 55), ("answer = 55", 55), ("The answer is 55.", 55),
    ("55개", 55), ("55 개", 55), ("55픽셀", 55), ("55 pixels", 55), ("55px", 55), ("55 px", 55), ("55 (px)", 55), ("55 parameters", 55), ("55 neurons", 55), ("55 channels", 55), ("55번", 55), ("55개의 파라미터", 55),
    ("55 wide", 55), ("It is 55", 55), ("W = 55", 55), ("W=55", 55), ("width: 55", 55), ("width 55", 55), ("너비는 55", 55), ("conv1: 55", 55), ("conv1 = 55", 55), ("x = 55", 55), ("55!", 55), ("55;", 55),
    ("55 in total", 55), ("총 55", 55), ("(227-11)/4+1 = 55", 55), ("3*3*64 = 576", 576), ("3×3×64=576", 576), ("1/9 ≈ 0.111", Fraction(1, 9)), ("1/9 = 0.111", Fraction(1, 9)), ("0.1111 ≈ 0.11", "0.1111"), ("55 = 55.0", 55),
    ("34,944 ≈ 34.9k", 34_944), ("floor(55.25) = 55", 55), ("⌊55.25⌋ = 55", 55), ("576 = 3*3*64", "unreadable"), ("34944 (34.9K)", 34_944), ("34.9k (34,944)", 34_944), ("It's 55", 55), ("# of pixels = 55", 55), ("가로 55", 55),
    ("높이는 55", 55), ("높이는 55픽셀", 55), ("55회 필요합니다", 55), ("전체 55", 55), ("There are 55 parameters.", 55), ("55 learnable params", 55), ("55 weights and biases", 55), ("55 (with bias)", 55),
    ("55 without biases", 55), ("55 (incl. biases)", 55), ("55개 (편향 제외)", 55), ("55 (편향을 포함한 값)", 55), ("a factor of 55", 55), ("55.5 = 55", 55), ("55 = 55.5", "55.5"),
]  # fmt: skip

NOT_READ = [
    "fifty-five", "abc", "hello 5 world 6", "55 or 57", "55 / 57 / 59", "55, 57", "55 57", "55;57", "55-57", "55–57", "5 to 7", "55 = 57", "≈ 55 = 57", "1/0", "0/0", "1e999999999", "1e-999999999", "10^99999", "9^9999",
    "1,25,4", "1,2,3", "1.2.3", "1..2", "1,,2", "1.254,40,0", "0,123,456", "1 25 4", "12 34", "1,254.400.0", "5²", "x²", "9^2", "55 (57)", "(57) 55", "55 (x 57)", "5^", "^5", "2^", "5₂", "5+3", "5*3", "3×3", "55×55", "55x55", "(96, 55, 55)", "5!5", "±5", "+-5", "--5", "5-",
    "> 5", "< 5", "5 <", "≥ 5", "<5", "5 dozen", "half of 5", "5 and a half", "5 minus 1", "not 5", "5 이상", "5 또는 6", "5나 6", "절반", "v2", "x55", "resnet50", "1월 9일", "9-Jan", "2024-01-09", "12:30", "1:2", "0x37", "0b11", "1e", "e5", "5e5e5", "1.5.2e3",
    "NaN", "inf", "∞", "-", "?!", "1만 2억", "1만 20000", "1억 1억", "1천 2천", "만", "5 apples", "5 km", "5$ 6", "#", "=", "==", "= =", "12e", "1,254,400 1,254,400", "1 / 2 / 3", "3 4/3", "1/9/", "55 with 3 biases", "55 and biases", "55 제외", "1분의", "분의 1", "🙂", "５＋３", "5%3", "5%%", "100%5",
]  # fmt: skip

CASES = DIGITS + POWERS + SCALES + FRACTIONS + WORDS


@pytest.mark.parametrize(("text", "value"), [case for case in CASES if case[1] not in ("no", "unreadable")], ids=repr)
def test_a_number_is_read(text: str, value: int | str | Fraction) -> None:
    assert read(text) == Fraction(value)


@pytest.mark.parametrize(
    "text", [*NOT_READ, *(text for text, value in CASES if value in ("no", "unreadable"))], ids=repr
)
def test_what_is_no_single_number_is_not_read(text: str) -> None:
    assert isinstance(read(text), str)


MIB, KB = 2**20, 1000

# (asked unit, prompt) → (typed, value in the asked unit)
UNITS = [
    ("MiB", None, [("528", 528), ("528 MiB", 528), ("528MiB", 528), ("528 mib", 528), ("528 메비바이트", 528), ("540672 KiB", 528), ("553648128 bytes", 528), ("553,648,128 B", 528), ("553648128바이트", 528), ("0.515625 GiB", 528),
        ("553.648128 MB", 528), ("553648.128 KB", 528), ("528M", 528), ("528MiB (553.6MB)", 528), ("528 mebibytes", 528), ("1.048576 MB", 1), ("8388608 bits", 1), ("8388608비트", 1), ("528 px", "unit"), ("528 ms", "unit"), ("528 %", "unit"), ("528K", "unreadable"), ("528 MACs", "unit")]),
    ("MB", None, [("528 MB", 528), ("528 mb", 528), ("528메가바이트", 528), ("0.528 GB", 528), ("528,000,000 bytes", 528), ("528M", 528), ("500 MiB", Fraction(500 * MIB, 10**6)), ("1 KiB", Fraction(1024, 10**6)), ("5.28e8 bytes", 528)]),
    ("bytes", None, [("512", 512), ("512 bytes", 512), ("512 B", 512), ("512B", 512), ("0.5 KiB", 512), ("0.512 kB", 512), ("4096 bits", 512), ("512 바이트", 512)]),
    ("바이트", None, [("512바이트", 512), ("512 B", 512), ("512바이트입니다", 512)]),
    ("%", None, [("94", 94), ("94%", 94), ("94 %", 94), ("94.2 percent", "94.2"), ("94 퍼센트", 94), ("94프로", 94), ("９４％", 94), ("94 per cent", 94), (r"94\%", 94), ("94,2 %", "94.2"), ("0.94", "0.94"), ("약 94%", 94), ("94%p", 94)]),
    ("ms", None, [("12.3", "12.3"), ("12.3ms", "12.3"), ("12.3 msec", "12.3"), ("12.3 milliseconds", "12.3"), ("12.3밀리초", "12.3"), ("0.0123 s", "12.3"), ("0.0123초", "12.3"), ("12300 µs", "12.3"), ("12300 μs", "12.3"), ("12300us", "12.3"), ("1.23e-2 s", "12.3"), ("0.001 min", 60)]),
    ("TFLOP/s", None, [("19.5", "19.5"), ("19.5 TFLOP/s", "19.5"), ("19.5 TFLOPS", "19.5"), ("19500 GFLOP/s", "19.5"), ("19,500 GFLOPS", "19.5"), ("1.95e13 FLOP/s", "19.5"), ("19.5 TFLOPs/sec", "19.5")]),
    ("GFLOP/s", None, [("19.5 TFLOP/s", 19500), ("5 GFLOPs per second", 5)]),
    ("FLOPs/byte", None, [("2.5", "2.5"), ("2.5 FLOPs/byte", "2.5"), ("2.5 FLOP/B", "2.5"), ("2.5 FLOPs per byte", "2.5"), ("2.5 연산/바이트", "2.5")]),
    ("times", None, [("77.2", "77.2"), ("77.2 times", "77.2"), ("77.2x", "77.2"), ("77.2×", "77.2"), ("×77.2", "77.2"), ("77.2배", "77.2"), ("77.2-fold", "77.2"), ("x77.2", "77.2")]),
    ("배", None, [("77.2배", "77.2"), ("77.2 배", "77.2"), ("77.2 times", "77.2"), ("약 77.2배", "77.2")]),
    ("billion", None, [("2.4", "2.4"), ("2.4 billion", "2.4"), ("2.4B", "2.4"), ("2.4e9", "2.4"), ("2.4×10^9", "2.4"), ("2400 million", "2.4"), ("24억", "2.4"), ("2.4G", "2.4")]),
    ("×10⁹", None, [("2.4", "2.4"), ("2.4 ×10⁹", "2.4"), ("24억", "2.4"), ("2.4 billion", "2.4")]),
    ("×10⁶", None, [("62.4", "62.4"), ("62.4×10⁶", "62.4"), ("6240만", "62.4"), ("62.4M", "62.4")]),
    (None, "How many MACs does conv1 need?", [("105415200", 105415200), ("105,415,200 MACs", 105415200), ("105.4152M MACs", 105415200), ("105.4152 MMACs", 105415200), ("0.1054152 GMACs", 105415200), ("210,830,400 FLOPs", 105415200), ("0.2108304 GFLOPs", 105415200), ("105415200 multiply-adds", 105415200), ("1억 541만 5200 MACs", 105415200), ("5 bytes", "unit")]),
    (None, "How many FLOPs does conv1 need?", [("105,415,200 MACs", 210830400), ("210830400 FLOPs", 210830400), ("0.2108304 GFLOPs", 210830400)]),
    (None, "A MAC is two FLOPs. How many MACs are there?", [("10 FLOPs", 5), ("10 MACs", 10)]),
    (None, "How many bytes are 5 MiB? Give bytes.", [("5 KiB", 5120), ("5242880 bytes", 5242880)]),
    (None, "Which share of the MACs?", [("94 %", "0.94"), ("0.94", "0.94")]),
    (None, "How many percent of the MACs?", [("94 %", 94), ("94", 94)]),
    (None, "How many times as many?", [("4x", 4), ("4 times", 4), ("4배", 4)]),
    (None, "How many milliseconds?", [("5 ms", 5), ("0.005 s", 5)]),
    ("neurons", None, [("5 neurons", 5), ("5 Neurons", 5), ("5k", 5000)]),
]  # fmt: skip
UNIT_CASES = [(unit, prompt, text, value) for unit, prompt, cases in UNITS for text, value in cases]


@pytest.mark.parametrize(
    ("unit", "prompt", "text", "value"), UNIT_CASES, ids=[f"{case[0] or case[1]}: {case[2]}" for case in UNIT_CASES]
)
def test_a_unit_is_converted_to_the_asked_one(
    unit: str | None, prompt: str | None, text: str, value: int | str | Fraction
) -> None:
    asked = {"unit": unit} if prompt is None else {"prompt": prompt}
    assert read(text, **asked) == (value if value in ("unit", "unreadable") else Fraction(value))


@pytest.mark.parametrize("text", ["55 or more", "half 55", "55 more", "55 이상"])
def test_words_that_change_a_number_do_so_even_where_the_prompt_has_them(text: str) -> None:
    assert read(text, prompt="How many layers, half or more, are 5 이상?") == "unreadable"
