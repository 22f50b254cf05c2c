"""What a typed number is worth beside its key, and what the student is told."""

from fractions import Fraction
from typing import Any

import pytest

from cnnquiz.marking.mark import Mark, mark
from cnnquiz.problems.problem import Mistake
from tests.marking.conftest import problem

KEY = 1_254_400
FLOPS = Mistake(
    answer=2 * KEY, feedback="FLOPs were counted.", credit=Fraction(1, 2), convention="FLOPs, two for each MAC"
)
BIAS = Mistake(answer=KEY - 64, feedback="The biases are missing.", credit=Fraction(1, 4))


def marked(text: str, key: Any = KEY, **changes: Any) -> Mark:
    return mark(problem("number", key, **{"mistakes": (FLOPS, BIAS), **changes}), text)


EXACT: dict[str, Any] = {}
ROUNDED = {"tolerance": Fraction(100)}
RATE = {"unit": "%", "tolerance": Fraction(1, 10), "decimals": 1, "mistakes": ()}
MIB = {"unit": "MiB", "tolerance": Fraction(1, 10), "decimals": 1, "mistakes": ()}
WRONG = "This is not right."
EXACT_WANTED = f"{WRONG} The number was rounded, but the exact one is asked for."
COARSE = f"{WRONG} The number was rounded further than the question allows."
OTHER = "This is right under another convention than the stated one: "

MARKS = [
    pytest.param("1,254,400", KEY, EXACT, "right", "Right.", id="the key"),
    pytest.param("1254400.0", KEY, EXACT, "right", "Right.", id="the key with decimals"),
    pytest.param("1.2544M", KEY, EXACT, "right", "Right.", id="the exact key with a scale"),
    pytest.param("1.25M", KEY, EXACT, "wrong", EXACT_WANTED, id="rounded, where exact is asked for"),
    pytest.param("125만", KEY, EXACT, "wrong", EXACT_WANTED, id="rounded with a Korean unit"),
    pytest.param("1,254,000", KEY, EXACT, "wrong", EXACT_WANTED, id="rounded, with zeros at the end"),
    pytest.param("1.25M", KEY, ROUNDED, "right", "Right.", id="rounded to three figures, where rounding is allowed"),
    pytest.param("1.25 million", KEY, ROUNDED, "right", "Right.", id="the same in words"),
    pytest.param("125만", KEY, ROUNDED, "right", "Right.", id="the same in Korean"),
    pytest.param("1.25×10^6", KEY, ROUNDED, "right", "Right.", id="the same as a power"),
    pytest.param("1.3M", KEY, ROUNDED, "wrong", COARSE, id="two figures are too few"),
    pytest.param("1.26M", KEY, ROUNDED, "wrong", WRONG, id="rounded to another number"),
    pytest.param("1254300", KEY, ROUNDED, "right", "Right.", id="at the end of the tolerance"),
    pytest.param("1254299", KEY, {**ROUNDED, "mistakes": ()}, "wrong", WRONG, id="beyond the tolerance"),
    pytest.param("2,508,800", KEY, EXACT, "other-convention", OTHER + "FLOPs, two for each MAC. FLOPs were counted.", id="a mistake that is another convention"),
    pytest.param("1254336", KEY, EXACT, "mistake", "The biases are missing.", id="a mistake"),
    pytest.param("1.254", 1254, EXACT, "not-understood", "Your answer was not understood: its comma or point may stand before decimals or between thousands. Expected: one number in digits.", id="a point between thousands"),
    pytest.param("1,254", Fraction("1.254"), {"decimals": 3}, "not-understood", "Your answer was not understood: its comma or point may stand before decimals or between thousands. Expected: one number in digits.", id="a comma before decimals"),
    pytest.param("1,255", 1254, EXACT, "wrong", WRONG, id="a comma whose other meaning is wrong as well"),
    pytest.param("98.4 %", Fraction("98.43"), RATE, "right", "Right.", id="percent"),
    pytest.param("98", Fraction("98.43"), RATE, "wrong", COARSE, id="percent, rounded too far"),
    pytest.param("0.984", Fraction("98.4"), RATE, "other-convention", OTHER + "the bare number instead of %.", id="a share instead of percent"),
    pytest.param("528 MiB", 528, MIB, "right", "Right.", id="the asked unit"),
    pytest.param("553.6 MB", 528, MIB, "right", "Right.", id="converted"),
    pytest.param("528 MB", 528, MIB, "other-convention", OTHER + "MB taken as MiB.", id="1000 for 1024"),
    pytest.param("553.648128", 528, MIB, "other-convention", OTHER + "in MB instead of MiB.", id="MB without its name"),
    pytest.param("553,648,128", 528, MIB, "other-convention", OTHER + "in bytes instead of MiB.", id="bytes without their name"),
    pytest.param("0.516 GiB", 528, {**MIB, "tolerance": Fraction(1, 100)}, "right", "Right.", id="rounded in another unit"),
    pytest.param("528 ms", 528, MIB, "not-understood", "Your answer was not understood: its unit measures something else. Expected: one number in digits, in MiB.", id="a unit of something else"),
    pytest.param("1254400 FLOPs", KEY, {"prompt": "How many MACs?", "mistakes": ()}, "other-convention", OTHER + "FLOPs taken as MACs.", id="MACs that are called FLOPs"),
    pytest.param("2508800 FLOPs", KEY, {"prompt": "How many MACs?", "mistakes": ()}, "right", "Right.", id="FLOPs, converted"),
    pytest.param("12.3", Fraction("12.3"), {"unit": "ms", "tolerance": Fraction(1, 10)}, "right", "Right.", id="milliseconds"),
    pytest.param("0.0123", Fraction("12.3"), {"unit": "ms", "tolerance": Fraction(1, 10)}, "other-convention", OTHER + "in s instead of ms.", id="seconds without their name"),
    pytest.param("7", Fraction("0.05"), {"unit": "ms", "tolerance": Fraction(1, 10), "mistakes": ()}, "wrong", WRONG, id="a tolerance as large as the key names no unit"),
    pytest.param("2,400,000,000", Fraction("2.4"), {"unit": "billion", "decimals": 1}, "right", "Right.", id="ones where billions are asked for, as nobody means so many billions"),
    pytest.param("2.4k", Fraction("2.4"), {"unit": "billion", "decimals": 1}, "wrong", WRONG, id="thousands are no billions"),
    pytest.param("60,965224", 60_965_224, EXACT, "not-understood", "Your answer was not understood: its comma or point may stand before decimals or between thousands. Expected: one number in digits.", id="a comma that was forgotten"),
    pytest.param("60,965224", 60_965_225, EXACT, "wrong", WRONG, id="a comma before decimals that is wrong in either meaning"),
    pytest.param("0.984 = 98.4%", Fraction("98.4"), RATE, "right", "Right.", id="a share and the same in percent"),
    pytest.param("98.4% (0.984)", Fraction("98.4"), RATE, "right", "Right.", id="percent and the same as a share"),
    pytest.param("0.5 = 98.4%", Fraction("98.4"), RATE, "not-understood", "Your answer was not understood: it holds more than one answer. Expected: one number in digits, in %.", id="a share and another percentage"),
    pytest.param("(96-3)/2+1 = 47.5 = 47", 47, EXACT, "right", "Right.", id="rounding to a whole number is the last step of the task"),
    pytest.param("2.35 = 2", Fraction("2.35"), {"tolerance": Fraction(1, 100)}, "right", "Right.", id="where rounding is allowed, the more precise number is the answer"),
    pytest.param("1/9", Fraction(1, 9), {"tolerance": Fraction(1, 1000)}, "right", "Right.", id="a fraction"),
    pytest.param("0.111", Fraction(1, 9), {"tolerance": Fraction(1, 1000)}, "right", "Right.", id="a fraction as a decimal"),
    pytest.param("-3", -3, EXACT, "right", "Right.", id="a negative number"),
    pytest.param("3", -3, EXACT, "wrong", WRONG, id="the sign is lost"),
    pytest.param("0", 0, {"unit": "MiB"}, "right", "Right.", id="nothing"),
    pytest.param("5", 0, {"unit": "MiB"}, "wrong", WRONG, id="no unit makes something of nothing"),
    pytest.param("55 or 57", 55, EXACT, "not-understood", "Your answer was not understood. Expected: one number in digits.", id="two numbers"),
    pytest.param("55 = 57", 55, EXACT, "not-understood", "Your answer was not understood: it holds more than one answer. Expected: one number in digits.", id="an equation that does not hold"),
    pytest.param("", 55, EXACT, "empty", "No answer was given.", id="nothing typed"),
    pytest.param(" \u3000\u200b\n- ", 55, EXACT, "empty", "No answer was given.", id="nothing that can be seen"),
    pytest.param("9" * 10_001, 55, EXACT, "not-understood", "Your answer was not understood: it is too long. Expected: one number in digits.", id="too long"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "key", "changes", "verdict", "feedback"), MARKS)
def test_marks(text: str, key: Any, changes: dict[str, Any], verdict: str, feedback: str) -> None:
    found = marked(text, key, **changes)
    assert (found.verdict, found.feedback) == (verdict, feedback)
    assert (found.response, found.problem, found.max_points) == (text, "t.case:0", 4)
    assert found.points == (4 if verdict == "right" else found.points)


def test_another_convention_gets_the_points_that_the_question_gives_it() -> None:
    assert (marked("2508800").points, marked("2508800").mistake) == (2, 0)
    assert (marked("1254336").points, marked("1254336").mistake) == (1, 1)
    assert (marked("528 MB", 528, **MIB).points, marked("528 MB", 528, **MIB).mistake) == (0, None)


@pytest.mark.parametrize(
    ("text", "changes", "shown"),
    [
        ("1.2544e6", {}, "1,254,400"),
        ("약 125만", {}, "1,250,000"),
        ("1/9", {}, "1/9"),
        ("94", {"unit": "%"}, "94 %"),
        ("94%", {"unit": "%", "language": "ko"}, "94%"),
        ("0.5 KiB", {"unit": "bytes"}, "0.5 KiB"),
        ("55개", {"language": "ko"}, "55"),
        ("2.4e9", {"unit": "billion"}, "2,400,000,000"),
        ("hello", {}, None),
        ("", {}, None),
    ],
    ids=str,
)
def test_the_mark_says_how_the_number_was_read(text: str, changes: dict[str, Any], shown: str | None) -> None:
    assert marked(text, **changes).read_as == shown


@pytest.mark.parametrize(
    ("text", "feedback"),
    [
        ("1254400", "맞았습니다."),
        ("1254401", "맞지 않습니다."),
        ("", "답이 없습니다."),
        ("몰라요", "답을 읽을 수 없습니다. 숫자 하나로 써 주십시오."),
        ("2508800", "문제와 다른 기준에서는 맞는 답입니다: FLOPs, two for each MAC. FLOPs were counted."),
        ("125만", "맞지 않습니다. 반올림한 값입니다. 정확한 값을 써야 합니다."),
    ],
)
def test_korean_feedback(text: str, feedback: str) -> None:
    assert marked(text, language="ko").feedback == feedback


def test_an_amended_problem_is_marked_again_by_marking_it_again() -> None:
    before, after = problem("number", 55), problem("number", 56)
    assert [mark(each, "56").verdict for each in (before, after)] == ["wrong", "right"]
