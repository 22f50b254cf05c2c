"""Sessions with a clock that stands still: what is asked, what counts, what comes again."""

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnnquiz.practice.store import open_store
from cnnquiz.practice.summary import Reading, Slip, summarise
from cnnquiz.problems.kinds import shown_answer


def work(session, *answers):
    """Answer each problem in turn: None with its key, a text as typed; the ids of what was asked."""
    asked = []
    for answer in answers:
        turn = session.ask()
        asked.append(turn.problem.question)
        session.answer(shown_answer(turn.problem) if answer is None else answer)
    return asked


def test_new_questions_come_easy_ones_first_and_each_once(begin):
    session = begin()

    assert work(session, None, None, None) == ["sums.double", "sums.shape", "sums.table"]
    assert session.ask() is None
    assert [result.verdict for result in session.results] == ["right"] * 3


def test_what_was_missed_comes_again_within_the_session_with_other_numbers(begin, clock):
    session = begin()
    work(session, "1000", None)
    clock.wait(minutes=11)
    turn = session.ask()

    assert turn.problem.question == "sums.double"
    assert turn.problem.index != session.results[0].problem.index


def test_what_was_right_is_not_due_the_next_day_and_what_was_wrong_is(begin, clock):
    work(begin(), None, "1x1x1")
    clock.wait(days=1)

    assert begin().ask().problem.question == "sums.shape"


def test_count_ends_a_session(begin):
    session = begin(count=2)
    work(session, None, None)

    assert session.ask() is None


def test_again_asks_what_was_missed_with_other_numbers_and_then_no_more(begin):
    first = begin()
    work(first, "1000", None, "1; 1; 1")
    again = begin(again=True, count=None)

    assert again.length == 2
    assert work(again, None, None) == ["sums.double", "sums.table"]
    assert again.ask() is None
    for before, after in zip((first.results[0], first.results[2]), again.results, strict=True):
        assert before.problem.index != after.problem.index
    assert begin(again=True, count=None).length == 0


def test_again_stays_within_its_topic(begin):
    work(begin(), "1000", "1x1x1")

    assert begin(again=True, count=None, topic="shapes").ask().problem.question == "sums.shape"
    assert begin(again=True, count=None, topic="shapes").length == 1


def test_the_first_answer_counts_and_moves_the_card_once(begin, store):
    session = begin(count=1)
    turn = session.ask()
    session.answer("1000")
    card = store.cards()["sums.double"]
    session.answer("2000")
    session.answer(shown_answer(turn.problem))
    [result] = session.results

    assert (result.verdict, result.points, result.tries) == ("wrong", 0, 3)
    assert store.cards()["sums.double"] == card
    assert result.due == card.due


def test_hints_before_the_first_answer_bring_the_question_back_sooner(begin, tmp_path):
    due = []
    for hints in (0, 1):
        with open_store(str(tmp_path / f"{hints}.sqlite")) as other:
            session = begin(store=other)
            turn = session.ask()
            for _ in range(hints):
                session.answer("?")
            session.answer(shown_answer(turn.problem))
            due.append(session.results[0].due)

    assert due[1] < due[0]


@pytest.mark.parametrize(
    ("lines", "verdict"),
    [
        pytest.param(["skip"], "empty", id="skipped"),
        pytest.param(["what?"] * 4, "not-understood", id="never understood"),
    ],
)
def test_what_was_passed_over_leaves_no_card_and_is_asked_again(begin, store, lines, verdict):
    session = begin(count=1)
    session.ask()
    for line in lines:
        session.answer(line)

    assert [(result.verdict, result.tries, result.due) for result in session.results] == [(verdict, 0, None)]
    assert store.cards() == {}
    assert store.missed() == ("sums.double",)


def test_what_was_only_asked_leaves_nothing(begin, store):
    session = begin()
    session.ask()
    for line in ("?", "", "nonsense", "help", "solution", "quit"):
        session.answer(line)

    assert session.results == ()
    assert store.missed() == store.seen("sums.double") == ()


def test_an_answer_is_stored_before_its_feedback_is_known(begin, store, monkeypatch):
    stored = []
    record = store.record
    monkeypatch.setattr(store, "record", lambda *given: stored.append(given[0].response) or record(*given))
    session = begin()
    session.ask()
    session.answer("5000")

    assert stored == ["5000"]
    assert store.missed() == ("sums.double",)


def test_same_seed_and_same_past_ask_the_same(begin, tmp_path):
    asked = []
    for name in "ab":
        with open_store(str(tmp_path / name)) as other:
            session = begin(store=other, seed=5)
            work(session, "1000", None, None)
            asked.append([result.problem for result in session.results])

    assert asked[0] == asked[1]


def test_due_until_counts_the_questions_of_the_session_alone(begin, clock):
    session = begin()
    work(session, "1000", None, None)

    assert session.due_until(clock() + timedelta(minutes=10)) == 1
    assert session.due_until(clock() + timedelta(days=3650)) == 3
    assert begin(topic="shapes").due_until(clock() + timedelta(days=3650)) == 1


def test_the_summary_of_a_session(begin):
    session = begin()
    turn = session.ask()
    session.answer("?")
    session.answer(shown_answer(turn.problem))
    turn = session.ask()
    session.answer(f"{turn.problem.answer[0]}x5x7")
    session.ask()
    session.answer("skip")
    summary = summarise(session.results)

    assert (summary.total.asked, summary.total.right, summary.with_hints, summary.passed_over) == (3, 1, 1, 1)
    assert (summary.total.points, summary.total.max_points) == (Fraction(1), 6)
    assert [topic for topic, _ in summary.topics] == ["shapes", "sums"]
    assert summary.slips == (Slip(question="sums.shape", feedback="Height comes first."),)
    assert summary.revise == (
        Reading(source="Shapes, chapter 2", questions=("sums.shape",)),
        Reading(source="Sums, chapter 1", questions=("sums.table",)),
    )


def test_a_right_answer_without_a_hint_is_not_one_with_hints(begin):
    session = begin()
    work(session, None, "skip")
    summary = summarise(session.results)

    assert (summary.total.right, summary.with_hints) == (1, 0)


def test_nothing_answered_adds_up_to_nothing():
    summary = summarise(())

    assert (summary.total.asked, summary.total.points, summary.topics, summary.revise) == (0, 0, (), ())


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(st.text(max_size=30) | st.sampled_from(["?", "skip", "solution", "1; 2; 3", "4"]), max_size=30))
def test_no_conversation_raises(begin, talk, lines):
    with open_store(":memory:") as other:
        transcript = talk(begin(store=other), *lines)

    assert transcript.count("> ") >= min(len(lines), 1)
