"""What is asked next, and with which numbers."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnquiz.bank.selection import Outline
from cnnquiz.practice.attempt import Card
from cnnquiz.practice.choosing import fresh_problem, next_missed, next_question
from tests.practice.conftest import NOON


def outline(name: str, difficulty: int = 1) -> Outline:
    return Outline(
        id=name, topics=("t",), difficulty=difficulty, kind="number", question=lambda: pytest.fail("was read")
    )


def due(**hours: float) -> dict[str, Card]:
    return {name: Card(due=NOON + timedelta(hours=each), memory="") for name, each in hours.items()}


FOUR = [outline("a", 3), outline("b", 1), outline("c", 2), outline("d", 1)]


@pytest.mark.parametrize(
    ("cards", "asked", "expected"),
    [
        pytest.param(due(a=-1, c=-2), [], "c", id="what is due longest comes first"),
        pytest.param(due(a=-1, c=-2), ["c"], "a", id="not the same question twice in a row"),
        pytest.param(due(a=1, b=1, d=1), [], "c", id="what was never asked comes before what is not yet due"),
        pytest.param(due(b=1, d=1), [], "c", id="of new questions the easiest"),
        pytest.param(due(a=3, b=2, c=4, d=5), [], "b", id="at last what is due soonest"),
        pytest.param(due(a=3, b=2, c=4, d=5), ["b", "a"], "c", id="but nothing twice that is not due"),
        pytest.param(due(a=-1, b=2, c=4, d=5), ["a", "b", "c", "d"], "a", id="what is due is asked twice"),
        pytest.param({}, ["a", "b", "c", "d"], None, id="nothing is left"),
        pytest.param(due(z=-9), ["b", "d", "c"], "a", id="a card of a question that is gone is ignored"),
    ],
)
def test_next_question(cards, asked, expected):
    found = next_question(FOUR, cards, asked, now=NOON, seed=0)

    assert (found and found.id) == expected


def test_the_seed_orders_questions_of_one_difficulty():
    many = [outline(f"q{number}") for number in range(8)]
    firsts = {next_question(many, {}, [], now=NOON, seed=seed).id for seed in range(40)}

    assert len(firsts) > 4


def test_what_was_missed_is_asked_once_each_in_its_order():
    assert next_missed(FOUR, ["gone", "d", "a"], []).id == "d"
    assert next_missed(FOUR, ["gone", "d", "a"], ["d"]).id == "a"
    assert next_missed(FOUR, ["gone", "d", "a"], ["d", "a"]) is None


@given(seed=st.integers(0, 2**63 - 1), seen=st.lists(st.integers(0, 5), max_size=12))
def test_numbers_are_new_while_there_are_new_ones(bank, seed, seen):
    problem = fresh_problem(bank.question("sums.double"), seen, seed=seed, language="en")

    assert problem.space == 6
    if len(set(seen)) < 6:
        assert problem.index not in seen
    else:
        latest_first = list(dict.fromkeys(reversed(seen)))
        assert problem.index == latest_first[-1]
