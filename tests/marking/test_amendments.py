"""Keys that were corrected after the exam: who gains, what is refused, and that the first mark stays on record."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from cnnquiz.errors import BankError
from cnnquiz.marking.amendment_reading import read_amendments
from cnnquiz.marking.gradebook import mark_class
from cnnquiz.marking.responses import join
from cnnquiz.problems.problem import Grid, Mistake
from tests.marking.classes import PICK, WIDTH, WORD, responses, worksheet
from tests.marking.conftest import problem

WRONG_ONES = (Mistake(answer=2, feedback="Not C."), Mistake(answer=3, feedback="Not D."))
SEVERAL = problem("choices", (0, 1), question="t.several", options=("p", "q", "r", "s"), mistakes=WRONG_ONES)
TABLE = problem(
    "table", (7, (3, 4)), question="t.table", grid=Grid(columns=("a",), rows=((None,), (None,))), mistakes=()
)
LISTING = problem("listing", (2, 0), question="t.bug", options=("it stops", "it runs"), listing="a\nb\nc")
SHEET = worksheet(WIDTH, PICK, WORD, SEVERAL, TABLE, LISTING)


def read(folder: Path, text: str, *sheets):
    path = folder / "amend.yaml"
    path.write_text(text, encoding="utf-8")
    return read_amendments(path, sheets or [SHEET])


@pytest.mark.parametrize(
    ("amendment", "about", "response", "before", "after"),
    [
        pytest.param("problem: t.width:0, answer: 56", WIDTH, "56", 0, 4, id="the corrected answer is right"),
        pytest.param("problem: t.width:0, answer: 56", WIDTH, "55", 4, 0, id="the answer that was wrong is not"),
        pytest.param("problem: t.width:0, answer: 56", WIDTH, "109", 1, 1, id="a mistake stays a mistake"),
        pytest.param("problem: t.width:0, answer: 109", WIDTH, "109", 1, 4, id="a mistake was the answer"),
        pytest.param("problem: t.width:0, accepted: [56, 1/3]", WIDTH, "1/3", 0, 4, id="one more answer is right"),
        pytest.param("problem: t.width:0, accepted: [56]", WIDTH, "55", 4, 4, id="the first one still is"),
        pytest.param("question: t.width, tolerance: 2", WIDTH, "57", 0, 4, id="a tolerance"),
        pytest.param("question: t.width, tolerance: 2", WIDTH, "58", 0, 0, id="no more than it"),
        pytest.param("question: t.width, points: full", WIDTH, "", 0, 4, id="full points, for nothing too"),
        pytest.param("problem: t.pick:0, answer: conv", PICK, "C", 0, 4, id="an option by its text"),
        pytest.param("problem: t.pick:0, answer: conv", PICK, "B", 4, 0, id="the option that was wrong"),
        pytest.param("question: t.word, accepted: [skip, shortcut]", WORD, "Short-cut", 0, 4, id="one more word"),
        pytest.param("question: t.word, answer: skip", WORD, "residual", 4, 0, id="another word"),
        pytest.param("problem: t.several:0, answer: 'A, C'", SEVERAL, "A, C", 0, 4, id="other letters"),
        pytest.param("problem: t.several:0, answer: 'A, C'", SEVERAL, "A, B", 4, 0, id="a letter that is wrong now"),
        pytest.param("problem: t.several:0, answer: A", SEVERAL, "A", 2, 4, id="one letter instead of two"),
        pytest.param("problem: t.table:0, answer: 8; 3x4", TABLE, "8; 3x4", 2, 4, id="a table"),
        pytest.param("problem: t.bug:0, answer: 'line 3, A'", LISTING, "3A", 2, 4, id="a listing"),
    ],
)
def test_points_before_and_after(tmp_path, amendment, about, response, before, after):
    amendments = read(tmp_path, f"- {{{amendment}, reason: misprint}}")

    book = mark_class(join([responses("7", {about.id: response})], [SHEET]), amend=amendments.mark)

    (marked,) = book.marked
    (mark,) = (mark for mark in marked.marks if mark.problem == about.id)
    assert mark.points == after
    assert marked.first_points == before
    if before != after:
        assert marked.regraded[about.id].first.points == before
        assert marked.regraded[about.id].reason == "misprint"
    else:
        assert about.id not in marked.regraded


def test_the_shown_key_is_the_corrected_one(tmp_path):
    solved = replace(WIDTH, solution="It is 55.")
    amendments = read(tmp_path, "- {problem: t.width:0, answer: 56.5, reason: x}", worksheet(solved))

    assert amendments.key(solved).answer == Fraction(113, 2)
    assert amendments.key(solved).solution is None
    assert amendments.key(PICK) is PICK


MOVED = replace(PICK, options=("pool", "relu", "conv"), answer=0)


def test_an_option_by_its_text_is_the_same_wherever_it_stands(tmp_path):
    amendments = read(tmp_path, "- {problem: t.pick:0, answer: relu, reason: x}", SHEET, worksheet(MOVED))

    assert amendments.key(PICK).answer == 0
    assert amendments.key(MOVED).answer == 1


@pytest.mark.parametrize(
    ("text", "sheets", "message"),
    [
        pytest.param("- {problem: t.width:0, answer: 56}", (), "1: 'reason' is missing", id="no reason"),
        pytest.param("- {problem: t.width:0, reason: x}", (), "1: nothing is amended", id="nothing is amended"),
        pytest.param("- {answer: 3, reason: x}", (), "1: neither a problem nor a question", id="about nothing"),
        pytest.param(
            "- {problem: t.wid:0, answer: 3, reason: x}", (), "1: no worksheet asks the problem 't.wid:0' (expected t.width:0?)", id="unknown"
        ),
        pytest.param(
            "- {question: t.width:0, points: full, reason: x}", (), "1: no worksheet asks the question 't.width:0' (expected t.width?)", id="a problem as a question"
        ),
        pytest.param(
            "- {question: t.width, points: full, reason: x}\n- {problem: t.width:0, answer: 3, reason: x}",
            (),
            "2: t.width:0 is amended in line 1 too (expected one amendment of each problem)",
            id="twice",
        ),
        pytest.param(
            "- {problem: t.width:0, points: 3, reason: x}", (), "1: points are '3' (expected full)", id="other points"
        ),
        pytest.param(
            "- problem: t.width:0\n  reason: x\n  answer: many",
            (),
            "3: 'many' is no answer to t.width:0 (expected one of the kind number)",
            id="no number",
        ),
        pytest.param(
            "- {problem: t.several:0, answer: 'A, B, C, D', reason: x}", (), "1: 'A, B, C, D' is no answer", id="all options"
        ),
        pytest.param(
            "- {problem: t.pick:0, tolerance: 1, reason: x}",
            (),
            "1: a tolerance of the answer kind choice (expected one of number, table)",
            id="a tolerance of a choice",
        ),
        pytest.param(
            "- {problem: t.width:0, tolerance: -1, reason: x}", (), "1: tolerance is -1 (expected at least 0)", id="below 0"
        ),
        pytest.param(
            "- {question: t.width, answer: 56, reason: x}",
            (SHEET, worksheet(replace(WIDTH, index=1, answer=27))),
            "1: one answer for problems with different numbers",
            id="one number for different problems",
        ),
        pytest.param(
            "- {problem: t.pick:0, answer: B, reason: x}",
            (SHEET, worksheet(MOVED)),
            "1: 'B' is another option on another worksheet (expected the text of the option)",
            id="a letter that means two options",
        ),
    ],
)  # fmt: skip
def test_a_bad_amendment_names_its_line(tmp_path, text, sheets, message):
    with pytest.raises(BankError) as error:
        read(tmp_path, text, *sheets)
    assert str(error.value).startswith(f"{tmp_path / 'amend.yaml'}:{message}")
