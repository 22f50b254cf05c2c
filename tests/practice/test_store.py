"""The database: what goes in comes out, two at once lose nothing, and what is wrong with it is said in one line."""

import multiprocessing
import sqlite3
from datetime import timedelta, timezone
from fractions import Fraction

import pytest

from cnnquiz.errors import UsageError
from cnnquiz.practice.attempt import Attempt, Card
from cnnquiz.practice.store import VERSION, default_path, open_store
from tests.practice.conftest import NOON


def attempt(question: str, verdict: str = "wrong", *, index: int = 0, tried: int = 1, response: str = "7") -> Attempt:
    return Attempt(
        session="s",
        answered_at=NOON,
        question=question,
        index=index,
        language="ko",
        tried=tried,
        hints=0,
        response=response,
        verdict=verdict,
        points=Fraction(1, 3),
        max_points=2,
        feedback="…",
    )


def test_an_attempt_is_on_disk_with_its_card_once_it_is_recorded(store, tmp_path):
    seoul = timezone(timedelta(hours=9))
    store.record(attempt("q", response="a\0b"), lambda before: Card(due=NOON.astimezone(seoul), memory=str(before)))
    with sqlite3.connect(tmp_path / "practice.sqlite") as other:
        row = other.execute(
            "select question, response, points, max_points, answered_at from practice_attempts"
        ).fetchall()
        cards = other.execute("select * from practice_cards").fetchall()
    other.close()

    assert row == [("q", "a\N{REPLACEMENT CHARACTER}b", "1/3", 2, "2026-03-02T12:00:00.000000+00:00")]
    assert cards == [("q", "2026-03-02T12:00:00.000000+00:00", "None")]


def test_a_card_is_handed_to_what_reschedules_it(store):
    store.record(attempt("q"), lambda _: Card(due=NOON, memory="1"))
    store.record(attempt("q"), lambda before: Card(due=before.due + timedelta(days=1), memory=before.memory + "2"))

    assert store.cards() == {"q": Card(due=NOON + timedelta(days=1), memory="12")}


def test_neither_is_kept_when_rescheduling_fails(store):
    with pytest.raises(ZeroDivisionError):
        store.record(attempt("q"), lambda _: 1 // 0)

    assert store.seen("q") == ()
    assert store.cards() == {}


def test_missed_is_what_was_not_right_at_the_first_answer_when_it_was_last_asked(store):
    store.record(attempt("later right", "wrong"))
    store.record(attempt("second try", "wrong"))
    store.record(attempt("second try", "right", tried=2))
    store.record(attempt("later wrong", "right"))
    store.record(attempt("passed over", "empty", tried=0))
    store.record(attempt("later right", "right"))
    store.record(attempt("later wrong", "mistake"))

    assert store.missed() == ("second try", "passed over", "later wrong")


def test_seen_numbers_come_latest_last(store):
    for index in (4, 2, 4, 9):
        store.record(attempt("q", index=index))
    store.record(attempt("other", index=1))

    assert store.seen("q") == (2, 4, 9)
    assert store.seen("never") == ()


def test_it_is_there_after_it_was_closed(tmp_path):
    place = str(tmp_path / "연습" / "시도.sqlite")
    with open_store(place) as store:
        store.record(attempt("q"))
    with open_store(f"sqlite:///{place}") as store:
        assert store.missed() == ("q",)


def record_many(place: str, name: str, count: int) -> None:
    with open_store(place) as store:
        for number in range(count):
            store.record(attempt(name, index=number), _one_more)


def _one_more(card: Card | None) -> Card:
    return Card(due=NOON, memory="1" if card is None else str(int(card.memory) + 1))


def test_two_processes_at_once_lose_nothing(tmp_path):
    place, count = str(tmp_path / "shared.sqlite"), 40
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=record_many, args=(place, "same", count)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)

    assert [worker.exitcode for worker in workers] == [0, 0]
    with open_store(place) as store:
        assert store.cards()["same"].memory == str(2 * count)
    with sqlite3.connect(place) as other:
        assert other.execute("select count(*) from practice_attempts").fetchone() == (2 * count,)
    other.close()


def said(place: object) -> str:
    with pytest.raises(UsageError) as caught, open_store(str(place)):
        pytest.fail("was opened")
    return str(caught.value)


def test_a_file_that_is_no_database(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("notes " * 200)

    assert said(path) == (
        f"{path}: file is not a database (expected a database that can be written; --database names another)"
    )
    assert path.read_text().startswith("notes notes")


def test_a_database_of_a_newer_cnnquiz_is_left_alone(tmp_path):
    path = tmp_path / "new.sqlite"
    with open_store(str(path)), sqlite3.connect(path) as other:
        other.execute("update practice_schema set version = 7")
    other.close()

    assert said(path) == (
        f"{path}: its tables have version 7, written by a newer cnnquiz "
        f"(expected version {VERSION}; update, or give --database)"
    )


def test_a_folder_is_no_database(tmp_path):
    assert said(tmp_path) == (
        f"{tmp_path}: unable to open database file (expected a database that can be written; --database names another)"
    )


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")

    assert said(tmp_path / "file" / "practice.sqlite") == (
        f"{tmp_path / 'file'}: File exists (expected a folder that can be written; --database names another file)"
    )


def test_a_database_that_may_only_be_read(tmp_path):
    path = tmp_path / "read.sqlite"
    with open_store(str(path)) as store:
        store.record(attempt("q"))

    assert said(f"sqlite:///file:{path}?mode=ro&uri=true") == (
        f"file:{path}: attempt to write a readonly database "
        "(expected a database that can be written; --database names another)"
    )


@pytest.mark.parametrize(
    ("url", "message"),
    [
        pytest.param(
            "nosql://user:secret@host/db",
            "nosql://…: Can't load plugin: sqlalchemy.dialects:nosql "
            "(expected a path, or a URL such as sqlite:///practice.sqlite)",
            id="a kind of database that nobody knows",
        ),
    ],
)
def test_a_url_that_names_no_database(url, message):
    assert said(url) == message
    assert "secret" not in said(url)


def test_the_usual_place_is_in_the_users_data_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))

    assert default_path().name == "practice.sqlite"
    assert default_path().parent.name == "cnnquiz"
