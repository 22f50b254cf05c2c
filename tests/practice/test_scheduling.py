"""When a question comes again: against the published model, and in the order that a student feels."""

from datetime import timedelta
from fractions import Fraction

import fsrs
import pytest

from cnnquiz.marking.mark import Mark
from cnnquiz.practice.scheduling import recall, review
from tests.practice.conftest import NOON


def mark(verdict: str) -> Mark:
    return Mark(
        problem="q:0",
        response="1",
        read_as="1",
        verdict=verdict,
        mistake=None,
        points=Fraction(0),
        max_points=1,
        feedback="",
    )


@pytest.mark.parametrize(
    ("verdict", "hints", "difficulty", "expected"),
    [
        pytest.param("right", 0, 1, "easy", id="an easy question that is right at once"),
        pytest.param("right", 0, 2, "good", id="a harder one that is right at once"),
        pytest.param("right", 1, 1, "hard", id="a hint makes it hard"),
        pytest.param("other-convention", 0, 2, "hard", id="another convention is remembered, not read"),
        pytest.param("mistake", 0, 1, "again", id="a known mistake"),
        pytest.param("wrong", 3, 3, "again", id="a wrong answer"),
    ],
)
def test_what_an_answer_says_about_memory(verdict, hints, difficulty, expected):
    assert recall(mark(verdict), hints=hints, difficulty=difficulty) == expected


def test_the_worse_an_answer_the_sooner_the_question_comes_again():
    due = [review(None, how, now=NOON).due for how in ("again", "hard", "good", "easy")]

    assert NOON < due[0] < due[1] < due[2] < due[3]
    assert due[0] == NOON + timedelta(minutes=10)
    assert due[1] < NOON + timedelta(hours=1)
    assert due[2] == NOON + timedelta(days=2)  # 2.3 days, the first stability that was fitted to "good"
    assert due[3] == NOON + timedelta(days=8)  # 8.3 days, that of "easy"


def test_right_answers_move_a_question_further_and_further_away():
    card, gaps, now = None, [], NOON
    for _ in range(5):
        card = review(card, "good", now=now)
        gaps.append(card.due - now)
        now = card.due

    assert gaps == sorted(gaps)
    assert gaps[-1] > timedelta(days=20)


def test_same_answers_at_the_same_times_give_the_same_dates():
    first, second = (review(review(None, "good", now=NOON), "easy", now=NOON + timedelta(days=3)) for _ in range(2))

    assert first == second


def test_the_card_is_that_of_the_model():
    scheduler = fsrs.Scheduler(learning_steps=[timedelta(minutes=10)], enable_fuzzing=False)
    expected, _ = scheduler.review_card(fsrs.Card(due=NOON), fsrs.Rating.Hard, NOON)
    expected, _ = scheduler.review_card(expected, fsrs.Rating.Good, NOON + timedelta(days=2))
    card = review(review(None, "hard", now=NOON), "good", now=NOON + timedelta(days=2))

    assert card.due == expected.due
