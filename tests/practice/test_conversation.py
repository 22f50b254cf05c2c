"""Whole sessions as a student reads them, in both languages."""

from pathlib import Path

import pytest

from cnnquiz.practice.screen import Screen
from cnnquiz.practice.summary import summarise
from cnnquiz.practice.turn import Turn, respond
from cnnquiz.problems.draw import draw
from cnnquiz.rendering.columns import columns

GOLDEN = Path(__file__).parent / "golden"

LINES = {
    "en": ["help", "?", "9", "?", "solution", "five", "3x5x7", "skip", "", "4", "8; 13", "solution"],
    "ko": ["도움말", "힌트", "9", "힌트", "풀이", "다섯", "3x5x7", "건너뛰기", "", "4", "8; 13", "풀이"],
}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_session_reads_like_this(request, bank, begin, talk, clock, language):
    session = begin(language=language, seed=3)
    said = talk(session, *LINES[language])
    screen = Screen(language=language, width=80, colour=False, title=lambda topic: bank.title([topic], language))
    said = screen.start(("sums",)) + said + screen.summary(summarise(session.results), 2)
    path = GOLDEN / f"session.{language}.txt"
    if request.config.getoption("--update-goldens"):
        path.write_text(said, encoding="utf-8")

    assert said == path.read_text(encoding="utf-8"), f"{path} differs; --update-goldens rewrites it"
    assert max(map(columns, said.splitlines())) <= 80


def test_nothing_was_missed(begin, talk):
    assert talk(begin(again=True, count=None)) == "Nothing to repeat: what was asked last was right.\n"


def test_there_is_nothing_more_to_ask(begin, talk):
    assert talk(begin(), "skip", "skip", "skip").endswith("There is nothing more to ask for now.\n")


def test_quit_ends_it(begin, talk):
    assert talk(begin(), "quit", "never read").endswith("> quit\n")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_without_colour_not_one_escape_sequence_and_with_it_the_same_text(bank, language):
    texts = []
    for colour in (False, True):
        screen = Screen(language=language, width=80, colour=colour, title=str)
        turn = Turn(number=1, problem=draw(bank.question("sums.double"), seed=1, language=language))
        said = [screen.start(("sums",)), screen.problem(turn, 3)]
        for line in ("?", "help", "what?", "1000", "solution"):
            turn, reply = respond(turn, line)
            said.append(screen.reply(turn, reply))
        texts.append("".join(said))
    plain, coloured = texts

    assert "\x1b" not in plain
    assert "\x1b[31m✗" in coloured
    for code in ("0", "1", "2", "31", "32"):
        coloured = coloured.replace(f"\x1b[{code}m", "")
    assert coloured == plain


@pytest.mark.parametrize("width", [40, 100])
def test_lines_fit_a_narrow_terminal_and_a_wide_one(bank, width):
    screen = Screen(language="ko", width=width, colour=False, title=str)
    turn = Turn(number=1, problem=draw(bank.question("sums.table"), seed=1, language="ko"))
    said = screen.start(("sums",)) + screen.problem(turn, 10) + screen.reply(turn, respond(turn, "help")[1])

    assert max(map(columns, said.splitlines())) <= width


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        pytest.param("1,000", "", id="a thousands separator"),
        pytest.param("the answer is 1000", "", id="words around a number"),
        pytest.param("1e3", " (read as 1,000)", id="a power of ten"),
        pytest.param("10³", " (read as 1,000)", id="a superscript"),
    ],
)
def test_how_a_number_was_read_is_told_where_it_may_surprise(bank, typed, read):
    screen = Screen(language="en", width=80, colour=False, title=str)
    turn, reply = respond(Turn(number=1, problem=draw(bank.question("sums.double"), seed=1)), typed)

    assert screen.reply(turn, reply).splitlines()[0] == f"✗ This is not right.{read}"
