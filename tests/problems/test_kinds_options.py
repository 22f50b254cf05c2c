"""Choice and choices: which options are shown, how large that makes the space, and what each answer is worth."""

from collections.abc import Callable
from fractions import Fraction
from math import comb
from typing import Any

import pytest

from cnnquiz.bank.question import Question
from cnnquiz.errors import BankError
from cnnquiz.problems.draw import draw, problem_at, space_size
from cnnquiz.problems.kinds import shown_answer, shown_mistake, worth
from tests.bank.conftest import same, wrong

Build = Callable[..., Question]

ONE = {"parameters": None, "prompt": "{en: Which?, ko: 무엇입니까?}"}
SIX = wrong("w1", "w2", "w3", "w4", "w5", "w6")


def right(*texts: str) -> str:
    return "[" + ", ".join(map(same, texts)) + "]"


SPACES = [
    pytest.param("choice", {"answer": same("r"), "mistakes": SIX, "options": "4"}, comb(6, 3), 4, id="three of six wrong ones"),
    pytest.param("choice", {"answer": same("r"), "mistakes": SIX, "options": "7"}, 1, 7, id="all of the wrong ones"),
    pytest.param("choice", {"answer": same("r"), "mistakes": SIX}, 1, 7, id="no options: means all"),
    pytest.param("choices", {"answer": right("r1", "r2", "r3", "r4"), "mistakes": SIX, "options": "5", "right": "2"}, comb(4, 2) * comb(6, 3), 5, id="two of four right, three of six wrong"),
    pytest.param("choices", {"answer": right("r1", "r2"), "mistakes": SIX, "options": "5"}, comb(6, 3), 5, id="without right: all right ones are shown"),
    pytest.param("choices", {"answer": right("r1", "r2", "r3"), "mistakes": SIX, "options": "7", "right": "1"}, 3, 7, id="one right, every wrong one"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "changes", "size", "shown"), SPACES)
def test_every_set_of_options_is_a_problem(
    question: Build, kind: str, changes: dict[str, str], size: int, shown: int
) -> None:
    asked = question(of=kind, **{**ONE, **changes})
    problems = [problem_at(asked, index, language="en") for index in range(space_size(asked))]
    assert len(problems) == size
    assert len({frozenset(problem.options) for problem in problems}) == size
    assert {len(problem.options) for problem in problems} == {shown}
    assert not problems[0].parameters, "which options are drawn is no parameter that a student knows"


def test_the_key_of_a_choice_goes_with_the_options(question: Build) -> None:
    asked = question(of="choice", **ONE, answer=same("r"), mistakes=SIX, options="4")
    places = set()
    for seed in range(40):
        problem = draw(asked, seed=seed)
        assert isinstance(problem.answer, int)
        places.add(problem.answer)
        assert problem.options[problem.answer] == "r"
        assert shown_answer(problem) == "ABCD"[problem.answer]
        for mistake in problem.mistakes:
            assert isinstance(mistake.answer, int)
            assert mistake.feedback == f"not {problem.options[mistake.answer]}"
            assert shown_mistake(problem, mistake) == "ABCD"[mistake.answer]
    assert places == {0, 1, 2, 3}


def test_the_key_of_choices_goes_with_the_options(question: Build) -> None:
    asked = question(of="choices", answer=right("r1", "r2", "r3"), mistakes=SIX, options="5", right="2")
    for seed in range(40):
        problem = draw(asked, seed=seed)
        assert isinstance(problem.answer, tuple)
        assert [place for place, option in enumerate(problem.options) if option[0] == "r"] == list(problem.answer)
        assert shown_answer(problem) == ", ".join("ABCDE"[place] for place in problem.answer)  # type: ignore[index]
        for mistake in problem.mistakes:
            assert mistake.feedback == f"not {problem.options[mistake.answer]}"  # type: ignore[index]


def test_both_languages_have_their_options_in_one_order(question: Build) -> None:
    asked = question(of="choices", mistakes=SIX.replace('ko: "w', 'ko: "ㅎ'), options="5")
    for position in range(space_size(asked)):
        en, ko = (draw(asked, seed=3, position=position, language=language) for language in ("en", "ko"))
        assert en.answer == ko.answer
        assert [option[1] for option in en.options] == [option[1] for option in ko.options]


def test_a_wrong_option_that_reads_like_another_is_left_out(question: Build) -> None:
    changes = {"answer": same("{n}"), "mistakes": wrong("{k + 1}", "4", "w"), "prompt": same("{n} {k}")}
    asked = question(of="choice", parameters="{n: [4, 9], k: [3, 5]}", **changes)
    problems = [problem_at(asked, index, language="en") for index in range(4)]
    shown = [sorted(problem.options) for problem in problems]
    assert shown == [["4", "w"], ["4", "6", "w"], ["4", "9", "w"], ["4", "6", "9", "w"]]
    assert [len(problem.mistakes) for problem in problems] == [1, 2, 2, 3]


FAULTS = [
    pytest.param("choice", {"parameters": "{n: [4], k: [4]}", "answer": same("{n}"), "mistakes": wrong("{k}", "4")}, "no wrong option is left for n = 4, k = 4 (expected options that differ from the right one)", id="all wrong options are the right one"),
    pytest.param("choices", {"parameters": "{n: [4], k: [4]}", "prompt": same("{n} {k}"), "answer": right("{n}", "{k}")}, "two right options are the same for n = 4, k = 4 (expected different options)", id="two right options are one"),
    pytest.param("choices", {"answer": right("w1", "w2", "w3")}, "no wrong option is left (expected options that differ from the right one)", id="each wrong option is a right one"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "changes", "message"), FAULTS)
def test_options_that_cannot_be(entry: Any, kind: str, changes: dict[str, str], message: str) -> None:
    bad = entry(of=kind, **changes)
    with pytest.raises(BankError) as caught:
        draw(bad.read(), seed=0)
    assert str(caught.value) == f"{bad.path}:1: t.conv-output: {message}"


def test_marks_of_a_choice(question: Build) -> None:
    mistakes = f"[{{answer: {same('half')}, feedback: {same('nearly')}, credit: 1/2}}, {wrong('w')[1:]}"
    problem = draw(question(of="choice", **ONE, answer=same("r"), mistakes=mistakes), seed=0)
    given = {option: worth(problem, place) for place, option in enumerate(problem.options)}
    assert (given["r"].credit, given["r"].feedback) == (1, ())
    assert (given["half"].credit, given["half"].feedback) == (Fraction(1, 2), ("nearly",))
    assert (given["w"].credit, given["w"].feedback) == (0, ("not w",))


# Two right and three wrong options: a right one gives a half, a wrong one takes a third, and nothing is the least.
CREDITS = [
    ("r1 r2", 1, ()),
    ("r2 r1 r1", 1, ()),
    ("r1", Fraction(1, 2), ()),
    ("", 0, ()),
    ("r1 r2 w1", Fraction(2, 3), ("not w1",)),
    ("r1 w2", Fraction(1, 6), ("not w2",)),
    ("r1 w1 w2", 0, ("not w1", "not w2")),
    ("w3", 0, ("not w3",)),
    ("r1 r2 w1 w2 w3", 0, ("not w1", "not w2", "not w3")),
]


@pytest.mark.parametrize(("marked", "credit", "feedback"), CREDITS, ids=[case[0] or "nothing" for case in CREDITS])
def test_marks_of_choices(question: Build, marked: str, credit: Fraction, feedback: tuple[str, ...]) -> None:
    problem = draw(question(of="choices"), seed=0)
    given = worth(problem, tuple(problem.options.index(option) for option in marked.split()))
    assert given.credit == credit
    assert sorted(given.feedback) == sorted(feedback)
