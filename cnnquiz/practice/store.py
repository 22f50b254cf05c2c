"""Attempts and cards go in and out of a database: SQLite in a file of one's own, or any other by its URL."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from cnnquiz.errors import UsageError
from cnnquiz.practice.attempt import Attempt, Card

VERSION = 1
"""Of the tables; a database of a later one is left alone."""

_BUSY_SECONDS = 10

_TABLES = sa.MetaData()
_schema = sa.Table("practice_schema", _TABLES, sa.Column("version", sa.Integer, primary_key=True, autoincrement=False))
_attempts = sa.Table(
    "practice_attempts",
    _TABLES,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("session", sa.Text, nullable=False),
    sa.Column("answered_at", sa.Text, nullable=False),
    sa.Column("question", sa.Text, nullable=False, index=True),
    sa.Column("problem_index", sa.BigInteger, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("tried", sa.Integer, nullable=False),
    sa.Column("hints", sa.Integer, nullable=False),
    sa.Column("response", sa.Text, nullable=False),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("points", sa.Text, nullable=False),  # a fraction such as 1/3
    sa.Column("max_points", sa.Integer, nullable=False),
    sa.Column("feedback", sa.Text, nullable=False),
)
_cards = sa.Table(
    "practice_cards",
    _TABLES,
    sa.Column("question", sa.Text, primary_key=True),
    sa.Column("due", sa.Text, nullable=False),
    sa.Column("memory", sa.Text, nullable=False),
)


class Store:
    """The attempts and cards of one student. Each method is one transaction; UsageError where the database fails."""

    def __init__(self, engine: sa.Engine, place: str) -> None:
        self._engine = engine
        self._place = place

    def record(self, attempt: Attempt, reschedule: Callable[[Card | None], Card] | None = None) -> Card | None:
        """Keep an attempt and, with `reschedule`, the question's card after it, both or neither; the card comes back.

        When this returns, both are on disk.
        """
        with self._transaction() as connection:
            connection.execute(sa.insert(_attempts), _attempt_row(attempt))
            if reschedule is None:
                return None
            card = reschedule(_cards_in(connection, attempt.question).get(attempt.question))
            _keep(connection, attempt.question, card)
            return card

    def cards(self) -> Mapping[str, Card]:
        """The cards by the ids of their questions."""
        with self._transaction() as connection:
            return _cards_in(connection)

    def missed(self) -> tuple[str, ...]:
        """The ids of questions that were not right at the first answer when they were last asked, the oldest first."""
        latest = sa.select(sa.func.max(_attempts.c.id)).where(_attempts.c.tried <= 1).group_by(_attempts.c.question)
        wanted = (
            sa.select(_attempts.c.question)
            .where(_attempts.c.id.in_(latest), _attempts.c.verdict != "right")
            .order_by(_attempts.c.id)
        )
        with self._transaction() as connection:
            return tuple(connection.scalars(wanted))

    def seen(self, question: str) -> tuple[int, ...]:
        """The indices of the question's problems that were asked, the latest last."""
        wanted = (
            sa.select(_attempts.c.problem_index)
            .where(_attempts.c.question == question)
            .group_by(_attempts.c.problem_index)
            .order_by(sa.func.max(_attempts.c.id))
        )
        with self._transaction() as connection:
            return tuple(connection.scalars(wanted))

    def prepare(self) -> None:
        """Make the tables where there are none; UsageError for those of a newer cnnquiz."""
        with self._transaction() as connection:
            _TABLES.create_all(connection)
            version = connection.scalar(sa.select(sa.func.max(_schema.c.version)))
            if version is None:
                connection.execute(sa.insert(_schema), {"version": VERSION})
            elif version > VERSION:
                problem = f"its tables have version {version}, written by a newer cnnquiz"
                raise UsageError(f"{self._place}: {problem} (expected version {VERSION}; update, or give --database)")
            else:
                # A database that may only be read is told before anything is asked, not at the first answer.
                connection.execute(sa.update(_schema).values(version=_schema.c.version))

    @contextmanager
    def _transaction(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except sa.exc.SQLAlchemyError as error:
            cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
            expected = "a database that can be written; --database names another"
            raise UsageError(f"{self._place}: {str(cause).strip()} (expected {expected})") from error


@contextmanager
def open_store(place: str | None = None) -> Iterator[Store]:
    """The database at a path or URL, by default one in the user's data folder; made where there is none.

    UsageError where it cannot be opened, is no database, or is that of a newer cnnquiz.
    """
    engine, shown = _connect_to(place or str(default_path()))
    try:
        store = Store(engine, shown)
        store.prepare()
        yield store
    finally:
        engine.dispose()


def default_path() -> Path:
    """Where attempts are kept when nobody says where."""
    from platformdirs import user_data_path

    return user_data_path("cnnquiz", appauthor=False) / "practice.sqlite"


def _connect_to(place: str) -> tuple[sa.Engine, str]:
    """An engine, and what the database is called in messages: its path, or its URL without the password."""
    if "://" not in place:
        path = Path(place).expanduser()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            expected = "a folder that can be written; --database names another file"
            raise UsageError(f"{path.parent}: {error.strerror} (expected {expected})") from error
        return _sqlite(sa.URL.create("sqlite", database=os.fspath(path))), str(path)
    try:
        url = sa.make_url(place)
        if url.get_backend_name() == "sqlite":
            return _sqlite(url), url.database or place
        return sa.create_engine(url), url.render_as_string(hide_password=True)
    except (sa.exc.ArgumentError, ImportError) as error:
        scheme = place.partition("://")[0]
        raise UsageError(
            f"{scheme}://…: {error} (expected a path, or a URL such as sqlite:///practice.sqlite)"
        ) from error


def _sqlite(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(url, connect_args={"timeout": _BUSY_SECONDS})
    sa.event.listen(engine, "connect", _on_connect)
    sa.event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: Any, _record: object) -> None:
    # Without this, Python's driver begins transactions by itself, and only before it writes.
    connection.isolation_level = None
    # Readers and one writer at a time do not wait for each other.
    connection.execute("PRAGMA journal_mode = WAL")


def _on_begin(connection: sa.Connection) -> None:
    # A transaction that reads before it writes fails at once if another wrote in between, unless it announced itself.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _attempt_row(attempt: Attempt) -> dict[str, object]:
    row: dict[str, object] = {column.name: getattr(attempt, column.name, None) for column in _attempts.c}
    del row["id"]
    # PostgreSQL keeps no NUL in a text.
    response = attempt.response.replace("\0", "\N{REPLACEMENT CHARACTER}")
    return row | {
        "answered_at": _written(attempt.answered_at),
        "problem_index": attempt.index,
        "points": str(attempt.points),
        "response": response,
    }


def _cards_in(connection: sa.Connection, question: str | None = None) -> dict[str, Card]:
    wanted = sa.select(_cards) if question is None else sa.select(_cards).where(_cards.c.question == question)
    rows = connection.execute(wanted)
    return {row.question: Card(due=datetime.fromisoformat(row.due), memory=row.memory) for row in rows}


def _keep(connection: sa.Connection, question: str, card: Card) -> None:
    row = {"due": _written(card.due), "memory": card.memory}
    changed = connection.execute(sa.update(_cards).where(_cards.c.question == question).values(row))
    if changed.rowcount == 0:
        connection.execute(sa.insert(_cards), {"question": question, **row})


def _written(time: datetime) -> str:
    """A time as text of one length, so that texts sort as their times do."""
    return time.astimezone(UTC).isoformat(timespec="microseconds")
