"""One problem and the lines that somebody may type at it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnquiz.marking.mark import Mark
from cnnquiz.practice.commands import command
from cnnquiz.practice.screen import Screen
from cnnquiz.practice.turn import MOST_ASKED_AGAIN, Told, Turn, respond
from cnnquiz.problems.draw import draw
from tests.marking.conftest import problem

NUMBER = problem("number", 12, hints=("first", "second"))
TABLE = problem("table", (1, 2, 3))
MATCH = problem("match", (1, 0), items=("one", "two"), options=("x", "y"))
LISTING = problem("listing", (2, 0), options=("x", "y"), listing="a\nb\nc", fixed="b")
CHOICE = problem("choice", 1, options=("x", "y", "z"))
TEXT = problem("text", "skip", accepted=("skip", "skip connection"))
EVERY_KIND = [
    NUMBER, TABLE, MATCH, LISTING, CHOICE, TEXT, problem("shape", (3, 7, 5)),
    problem("choices", (0, 2), options=("x", "y", "z")), problem("order", (1, 0, 2), options=("x", "y", "z")),
]  # fmt: skip


def lines(asked, *typed):
    """The turn after these lines, and the reply to the last."""
    turn, reply = Turn(number=1, problem=asked), None
    for line in typed:
        assert not turn.closed
        turn, reply = respond(turn, line)
    return turn, reply


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("?", "hint"), (" HINT ", "hint"), ("힌트", "hint"), ("skip", "skip"), ("건너뛰기", "skip"), ("quit", "quit"),
        ("그만", "quit"), ("Solution", "solution"), ("풀이", "solution"), ("help", "help"), ("도움말", "help"),
        ("", None), ("12", None), ("skip connection", None), ("??", None),
    ],
)  # fmt: skip
def test_commands_in_both_languages(line, expected):
    assert command(line) == expected


@pytest.mark.parametrize(
    ("asked", "typed", "told"),
    [
        pytest.param(NUMBER, ["?"], Told(what="hint", text="first", number=1), id="the first hint"),
        pytest.param(NUMBER, ["?", "hint"], Told(what="hint", text="second", number=2), id="the next hint"),
        pytest.param(NUMBER, ["?", "?", "?"], Told(what="no hint", number=2), id="no further hint"),
        pytest.param(CHOICE, ["?"], Told(what="no hint", number=0), id="no hint at all"),
        pytest.param(NUMBER, [""], Told(what="nothing"), id="an empty line"),
        pytest.param(NUMBER, [" - "], Told(what="nothing"), id="a dash is no answer"),
        pytest.param(NUMBER, ["solution"], Told(what="early"), id="no solution before an answer"),
        pytest.param(NUMBER, ["13", "solution"], Told(what="solution"), id="the solution after one"),
        pytest.param(NUMBER, ["skip"], Told(what="skipped"), id="passed over"),
        pytest.param(NUMBER, ["quit"], Told(what="quit"), id="enough"),
        pytest.param(TABLE, ["1"], Told(what="blank", number=2), id="a table one blank at a time"),
        pytest.param(TABLE, ["1; 2;"], Told(what="blank", number=3), id="a table two at a time"),
        pytest.param(TABLE, ["1", "; ;"], Told(what="nothing"), id="separators fill no blank"),
        pytest.param(MATCH, ["1-B"], Told(what="incomplete"), id="half a match"),
        pytest.param(LISTING, ["2"], Told(what="incomplete"), id="a line without its effect"),
    ],
)
def test_what_is_told(asked, typed, told):
    assert lines(asked, *typed)[1] == told


@pytest.mark.parametrize(
    ("asked", "typed", "points"),
    [
        pytest.param(NUMBER, ["12"], 4, id="a number"),
        pytest.param(NUMBER, ["13", "12"], 4, id="right at the second try"),
        pytest.param(TABLE, ["1; 2; 3"], 4, id="a table in one line"),
        pytest.param(TABLE, ["1", "2", "3"], 4, id="a table blank by blank"),
        pytest.param(TABLE, ["1", "x", "2; 3"], 4, id="an unread blank is asked again"),
        pytest.param(TABLE, ["9", "1; 2; 3"], 4, id="a whole line takes the place of what was typed"),
        pytest.param(MATCH, ["1-B", "B A"], 4, id="a match, first half of it"),
        pytest.param(LISTING, ["2A"], 4, id="a line and its effect"),
        pytest.param(TEXT, ["skip"], 4, id="a command that is also the word asked for"),
        pytest.param(CHOICE, ["b"], 4, id="a letter"),
    ],
)
def test_right_answers_close_the_turn(asked, typed, points):
    turn, reply = lines(asked, *typed)

    assert isinstance(reply, Mark)
    assert reply.points == points
    assert turn.closed


def test_an_open_blank_counts_as_wrong_and_leaves_the_turn_open():
    turn, reply = lines(TABLE, "1; -; 3")

    assert isinstance(reply, Mark)
    assert [part.verdict for part in reply.parts] == ["right", "empty", "right"]
    assert (turn.closed, turn.tries, turn.blanks) == (False, 1, ())


def test_what_is_not_understood_is_asked_again_for_a_few_times_and_is_no_try():
    turn = Turn(number=1, problem=CHOICE)
    for _ in range(MOST_ASKED_AGAIN):
        turn, reply = respond(turn, "maybe")
        assert reply == Told(what="unread", text="Your answer was not understood. Expected: one letter from A, B, C.")
    assert (turn.closed, turn.tries) == (False, 0)
    turn, reply = respond(turn, "maybe")

    assert reply.what == "moved on"
    assert (turn.closed, turn.tries) == (True, 0)


def test_an_unread_part_tells_nothing_of_the_others():
    _, reply = lines(TABLE, "1; x; 3")

    assert reply.text == (
        "Part 2: Your answer was not understood. Expected: the blanks row by row, with ; between them."
    )


@pytest.mark.parametrize("asked", EVERY_KIND, ids=lambda each: each.kind)
@given(typed=st.lists(st.text(max_size=40) | st.text("0123456789,;.xABC 줄-?", max_size=12), max_size=6))
def test_no_text_raises_and_no_turn_is_endless(asked, typed):
    screen = Screen(language="en", width=80, colour=False, title=str)
    turn = Turn(number=1, problem=asked)
    for line in typed:
        if turn.closed:
            break
        before = turn
        turn, reply = respond(turn, line)
        assert screen.reply(turn, reply).endswith("\n") or reply.what == "quit"
        assert turn.tries - before.tries == isinstance(reply, Mark)
        assert turn.unread <= MOST_ASKED_AGAIN + turn.closed


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_reply_has_words_in_both_languages(bank, language):
    screen = Screen(language=language, width=80, colour=False, title=str)
    turn = Turn(number=1, problem=draw(bank.question("sums.table"), seed=1, language=language))
    for what in Told.__annotations__["what"].__args__:
        assert screen.reply(turn, Told(what=what, text="t", number=1)).strip() or what == "quit"
