"""Table, text and listing: what is shown, what is blank, and what each part of an answer is worth."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from cnnquiz.bank.question import Question
from cnnquiz.errors import BankError
from cnnquiz.problems.draw import draw, problem_at
from cnnquiz.problems.kinds import shown_answer, shown_blanks, shown_mistake, worth
from tests.bank.conftest import same, wrong

Build = Callable[..., Question]


def table(*columns: str, of: str = "(1, 2, 3)", where: str = "") -> str:
    listed = "".join(f"\n      - {{{column}}}" for column in columns)
    return f"\n    each: row\n    of: {of}{where and f'{chr(10)}    where: {where}'}\n    columns:{listed}"


def column(title: str, cell: str) -> str:
    return f"title: {same(title)}, {cell}"


TWO = {"answer": table(column("a", "given: row"), column("b", "blank: n*row"), column("c", "blank: '(row, n)'")),
       "parameters": "{n: [4]}", "prompt": same("{n}"),
       "mistakes": f"[{{column: 2, answer: n + row, feedback: {same('added {row}')}, credit: 1/2}}, {{column: 3, answer: '(n, row)', feedback: {same('turned')}}}]"}  # fmt: skip


def test_a_table_has_blanks_row_by_row(question: Build) -> None:
    problem = draw(question(of="table", **TWO), seed=0)
    assert problem.grid is not None
    assert problem.grid.columns == ("a", "b", "c")
    assert problem.grid.rows == (("1", None, None), ("2", None, None), ("3", None, None))
    assert problem.answer == (4, (1, 4), 8, (2, 4), 12, (3, 4))
    assert shown_blanks(problem) == ("4", "1 × 4", "8", "2 × 4", "12", "3 × 4")
    assert shown_answer(problem) == "4; 1 × 4; 8; 2 × 4; 12; 3 × 4"


def test_mistakes_of_a_table_are_those_of_their_blank(question: Build) -> None:
    problem = draw(question(of="table", **TWO), seed=0)
    made = [(mistake.part, mistake.answer, mistake.feedback) for mistake in problem.mistakes]
    assert made == [
        (0, 5, "added 1"), (1, (4, 1), "turned"), (2, 6, "added 2"), (3, (4, 2), "turned"), (4, 7, "added 3"), (5, (4, 3), "turned"),
    ]  # fmt: skip
    assert shown_mistake(problem, problem.mistakes[3]) == "row 2: 4 × 2"
    korean = draw(question(of="table", **TWO), seed=0, language="ko")
    assert shown_mistake(korean, korean.mistakes[3]) == "2행: 4 × 2"


@pytest.mark.parametrize(
    ("given", "credit", "feedback"),
    [
        pytest.param((4, (1, 4), 8, (2, 4), 12, (3, 4)), 1, (), id="all"),
        pytest.param((4, (1, 4), 8, (2, 4), 12, None), Fraction(5, 6), (), id="one left open"),
        pytest.param((None,) * 6, 0, (), id="all left open"),
        pytest.param((5, (1, 4), 8, (2, 4), 12, (3, 4)), Fraction(11, 12), ("added 1",), id="one mistake with half its credit"),
        pytest.param((5, (4, 1), 6, (4, 2), 7, (4, 3)), Fraction(1, 4), ("added 1", "turned", "added 2", "added 3"), id="only mistakes, each told once"),
        pytest.param(((1, 4), 4, 0, 0, 0, 0), 0, (), id="in the wrong blanks"),
        pytest.param((6, (4, 2), 8, (2, 4), 12, (3, 4)), Fraction(4, 6), (), id="mistakes of another row"),
    ],
)  # fmt: skip
def test_marks_of_a_table(question: Build, given: Any, credit: Fraction, feedback: tuple[str, ...]) -> None:
    found = worth(draw(question(of="table", **TWO), seed=0), given)
    assert (found.credit, found.feedback) == (credit, feedback)


def test_rows_of_a_table_are_filtered(question: Build) -> None:
    changes = {**TWO, "answer": table(column("b", "blank: n*row"), column("c", "given: row"), of="(1, 2, 3, 4)", where="row % 2 == 0"), "mistakes": "[]"}  # fmt: skip
    problem = draw(question(of="table", **changes), seed=0)
    assert problem.answer == (8, 16)


def test_blanks_have_the_significant_figures_that_are_asked_for(question: Build) -> None:
    columns = (column("a", "given: row"), column("b", "blank: row/3"))
    mistakes = f"[{{column: 2, answer: row/4, feedback: {same('x')}}}, {{column: 2, answer: row*1001/3000, feedback: {same('too near')}}}]"
    changes = {**_ONE, "answer": table(*columns, of="(1, 200, 100000)"), "mistakes": mistakes}
    problem = draw(question(of="table", significant_figures="3", **changes), seed=0)
    assert shown_blanks(problem) == ("0.333", "66.7", "33,300")
    assert [mistake.feedback for mistake in problem.mistakes] == ["x"] * 3, "a mistake within the tolerance is none"
    assert shown_mistake(problem, problem.mistakes[1]) == "row 2: 50.0"
    assert worth(problem, (Fraction("0.333"), Fraction("66.7"), 33300)).credit == 1
    assert worth(problem, (Fraction("0.3344"), Fraction("66.8"), 33400)).credit == Fraction(1, 3)  # 66.8 is off by 0.13
    assert worth(problem, (Fraction("0.25"), 50, 25000)).feedback == ("x",)


def test_blanks_within_the_tolerance_are_right(question: Build) -> None:
    changes = {**_ONE, "answer": table(column("a", "given: row"), column("b", "blank: row/3")), "mistakes": "[]"}
    problem = draw(question(of="table", tolerance="0.005", decimals="2", **changes), seed=0)
    assert shown_blanks(problem) == ("0.33", "0.67", "1.00")
    assert worth(problem, (Fraction("0.33"), Fraction("0.67"), 1)).credit == 1
    assert worth(problem, (Fraction("0.33"), Fraction("0.68"), 1)).credit == Fraction(2, 3)


_ONE = {"parameters": "{n: [4]}", "prompt": same("{n}")}

TABLE_FAULTS = [
    pytest.param({"answer": table(column("b", "blank: n*row"), of="(1,)")}, "a table of 1 rows for n = 4 (expected 2 to 12)", id="one row"),
    pytest.param({"answer": table(column("b", "blank: n*row"), of="(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13)")}, "a table of 13 rows for n = 4 (expected 2 to 12)", id="13 rows"),
    pytest.param({"answer": table(column("b", "blank: n*row"), where="row > 9")}, "a table of 0 rows for n = 4 (expected 2 to 12)", id="no row"),
    pytest.param({"answer": table(column("b", "blank: n*row"), of="n")}, "'n' gives 4 for n = 4 (expected several values)", id="rows of a number"),
    pytest.param({"answer": table(column("b", "blank: row > n"))}, "'row > n' gives False for n = 4 (expected a number or a shape)", id="a truth value"),
    pytest.param({"answer": table(column("b", "blank: \"'x'\""))}, "\"'x'\" gives x for n = 4 (expected a number or a shape)", id="a text"),
    pytest.param({"answer": table(column("b", "blank: '(row, n - 4)'"))}, "'(row, n - 4)' gives 1×0 for n = 4 (expected a number or a shape)", id="a side of 0"),
    pytest.param({"answer": table(column("b", "blank: n/(row - 2)"))}, "'n/(row - 2)', character 4: division by zero for n = 4 (expected a divisor other than 0)", id="a blank that cannot be computed"),
    pytest.param({"answer": table(column("b", "given: n/(row - 2)"), column("c", "blank: n"))}, "'n/(row - 2)', character 4: division by zero for n = 4 (expected a divisor other than 0)", id="a cell that cannot be computed"),
    pytest.param({"answer": table(column("b", "blank: row/3")), "decimals": "1"}, "the key 1/3 is shown as 0.3 for n = 4 (expected a larger tolerance, or an answer rounded to decimals: 1)", id="who writes the key gets no point"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "message"), TABLE_FAULTS)
def test_a_table_that_cannot_be(entry: Any, changes: dict[str, str], message: str) -> None:
    bad = entry(of="table", **{**_ONE, "mistakes": "[]", **changes})
    with pytest.raises(BankError) as caught:
        problem_at(bad.read(), 0, language="en")
    assert str(caught.value) == f"{bad.path}:1: t.conv-output: {message}"


SPELLINGS = [
    "global average pooling", "Global Average Pooling", "GLOBAL-AVERAGE-POOLING", "  global  average\tpooling. ", "globalaveragepooling",
    "전역 평균 풀링", "전역평균풀링", "“전역 평균 풀링”", "GAP", "g.a.p.", "ｇａｐ", "1×1 GAP",
]  # fmt: skip


@pytest.mark.parametrize("text", SPELLINGS)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_text_is_right_in_either_language_and_any_spelling(question: Build, text: str, language: Any) -> None:
    problem = draw(question(of="text", accepted="[GAP, 1×1 GAP]"), seed=0, language=language)
    assert problem.answer == problem.accepted[0]
    assert worth(problem, text).credit == 1


@pytest.mark.parametrize("text", ["", " ", "?!", "global average pooling layer", "average pooling", "ga", "0", "null"])
def test_another_text_is_wrong(question: Build, text: str) -> None:
    assert worth(draw(question(of="text", accepted="[GAP]"), seed=0), text).credit == 0


def test_mistakes_of_a_text(question: Build) -> None:
    mistakes = f"[{{answer: {{en: max pooling, ko: 최대 풀링}}, accepted: [MP, Global average-pooling], feedback: {same('not the mean')}, credit: 1/3}}]"
    problem = draw(question(of="text", mistakes=mistakes), seed=0)
    for text in ("Max-Pooling", "최대풀링", "mp"):
        given = worth(problem, text)
        assert (given.credit, given.feedback) == (Fraction(1, 3), ("not the mean",))
    assert worth(problem, "global average pooling").credit == 1, "a mistake that is spelled like the key is none"
    assert [shown_mistake(problem, each) for each in problem.mistakes] == ["max pooling", "최대 풀링", "MP"]


@pytest.mark.parametrize("where", ["answer", "accepted", "mistake"])
def test_a_text_without_letters_is_told_from_nothing_by_nobody(entry: Any, where: str) -> None:
    changes = {
        "answer": {"answer": same("+")},
        "accepted": {"accepted": "['+']"},
        "mistake": {"mistakes": wrong("…")},
    }[where]
    bad = entry(of="text", **changes)
    with pytest.raises(BankError) as caught:
        draw(bad.read(), seed=0)
    sign = "…" if where == "mistake" else "+"
    assert str(caught.value) == f"{bad.path}:1: t.conv-output: the text '{sign}' (expected letters or digits in it)"


def test_a_listing_shows_its_lines_and_the_effects(question: Build) -> None:
    changes = {
        "parameters": "{n: [4]}",
        "prompt": same("Which?"),
        "listing": "|\n    a = {n}\n      b = `{n}`\n    c = 3",
    }
    problem = draw(question(of="listing", **{**changes, "prompt": "{en: Which?, ko: 무엇입니까?}"}), seed=0)
    assert problem.listing == "a = 4\n  b = `4`\nc = 3"
    assert problem.fixed == "b = 3"
    assert sorted(problem.options) == ["right", "wrong 1", "wrong 2"]
    assert problem.answer == (2, problem.options.index("right"))
    assert shown_answer(problem) == f"line 2, {'ABC'[problem.options.index('right')]}"
    assert shown_mistake(problem, problem.mistakes[0]) == "line 1"


@pytest.mark.parametrize(
    ("line", "effect", "credit", "feedback"),
    [
        pytest.param(2, "right", 1, (), id="both"),
        pytest.param(3, "right", Fraction(1, 2), (), id="another line"),
        pytest.param(1, "right", Fraction(1, 2), ("line 1",), id="the tempting line"),
        pytest.param(2, "wrong 1", Fraction(1, 2), ("e1",), id="a wrong effect"),
        pytest.param(1, "wrong 2", 0, ("line 1", "e2"), id="both wrong"),
        pytest.param(2, None, Fraction(1, 2), (), id="the effect left open"),
        pytest.param(None, None, 0, (), id="nothing"),
    ],
)
def test_marks_of_a_listing(question: Build, line: Any, effect: Any, credit: Fraction, feedback: tuple[str]) -> None:
    problem = draw(question(of="listing"), seed=0)
    given = worth(problem, (line, None if effect is None else problem.options.index(effect)))
    assert (given.credit, given.feedback) == (credit, feedback)


def test_a_tempting_line_may_be_worth_something(question: Build) -> None:
    mistakes = f"[{{line: 1, feedback: {same('x')}, credit: 1/2}}, {{effect: {same('w')}, feedback: {same('y')}}}]"
    problem = draw(question(of="listing", mistakes=mistakes), seed=0)
    assert worth(problem, (1, problem.options.index("right"))).credit == Fraction(3, 4)


@pytest.mark.parametrize(
    ("mistakes", "said"),
    [
        pytest.param([f"line: 1, feedback: {same('x')}", f"line: 3, feedback: {same('x')}"], "1 effects", id="lines alone"),
        pytest.param([f"effect: {same('right')}, feedback: {same('x')}", f"line: 3, feedback: {same('x')}"], "2 effects", id="twice the right one"),
        pytest.param([f"effect: {same(f'w{i}')}, feedback: {same('x')}" for i in range(8)], "9 effects", id="more than letters"),
    ],
)  # fmt: skip
def test_effects_that_cannot_be_chosen_from(entry: Any, mistakes: list[str], said: str) -> None:
    bad = entry(of="listing", mistakes="[" + ", ".join(f"{{{each}}}" for each in mistakes) + "]")
    with pytest.raises(BankError) as caught:
        draw(bad.read(), seed=0)
    assert str(caught.value) == f"{bad.path}:1: t.conv-output: {said} (expected 2 to 8 different ones)"
