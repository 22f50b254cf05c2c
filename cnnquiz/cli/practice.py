"""`cnnquiz practice`: test yourself in the terminal."""

import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from cnnquiz.cli.options import WholeNumber, bank_option, complete_topics, json_option, language_option, wants_colour

if TYPE_CHECKING:
    from cnnquiz.bank.text import Language

_PROMPT = "> "
_USUAL_COUNT = 10
_INTERRUPTED = 130


@click.command()
@click.option("--topic", "topics", multiple=True, shell_complete=complete_topics,
              help="What to ask about.  [default: everything]")  # fmt: skip
@click.option("--count", type=WholeNumber(1, 500),
              help="How many problems.  [default: 10; with --again, all that was missed]")  # fmt: skip
@click.option("--difficulty", type=WholeNumber(1, 3), help="Only problems of this difficulty.")
@click.option("--again", is_flag=True, help="Only what was missed when it was last asked, with new numbers.")
@click.option("--seed", type=WholeNumber(0, 2**63 - 1),
              help="Same seed and same attempts so far, same problems.  [default: another each time]")  # fmt: skip
@click.option("--database", envvar="CNNQUIZ_DATABASE", metavar="PATH|URL",
              help="Where attempts are kept.  [default: practice.sqlite in your data folder]")  # fmt: skip
@language_option
@json_option
@bank_option
@click.pass_context
def practice(
    context: click.Context,
    topics: tuple[str, ...],
    count: int | None,
    difficulty: int | None,
    again: bool,
    seed: int | None,
    database: str | None,
    language: "Language",
    as_json: bool,
    bank_folder: Path | None,
) -> None:
    """Test yourself: one problem at a time, with hints, feedback and a summary.

    What was missed comes again soon, what was right later; attempts are kept on this machine. Answers are read line by
    line, from a pipe too. Ctrl-C leaves with exit code 130 after the summary; with --json, the conversation is on
    stderr and the summary on stdout.
    """
    import secrets
    import uuid

    from cnnquiz.bank.bank import open_bank
    from cnnquiz.practice.conversation import converse
    from cnnquiz.practice.screen import Screen
    from cnnquiz.practice.session import Session, Wanted
    from cnnquiz.practice.store import open_store
    from cnnquiz.practice.summary import summarise

    bank = open_bank(bank_folder)
    wanted = Wanted(
        outlines=bank.select(topics or bank.topics, difficulty).outlines,
        language=language,
        seed=secrets.randbelow(2**31) if seed is None else seed,
        count=_USUAL_COUNT if count is None and not again else count,
        again=again,
    )
    out = sys.stderr if as_json else sys.stdout
    screen = Screen(
        language=language,
        width=_width(out),
        colour=wants_colour(out),
        title=lambda topic: bank.title([topic], language),
    )
    interrupted = False
    with open_store(database) as store:
        session = Session(wanted, store, id=uuid.uuid4().hex, clock=lambda: datetime.now(UTC))
        write = _writer(out)
        try:
            write(screen.start(topics))
            converse(session, screen, read=_reader(write), write=write)
        except KeyboardInterrupt:
            interrupted = True
            write("\n")
        write(screen.summary(summarise(session.results), session.due_until(datetime.now(UTC) + timedelta(days=1))))
        if as_json:
            from cnnquiz.practice.summary_json import summary_json

            click.echo(summary_json(session, interrupted=interrupted), nl=False)
    context.exit(_INTERRUPTED if interrupted else 0)


def _writer(out: TextIO) -> Callable[[str], None]:
    def write(text: str) -> None:
        out.write(text)
        out.flush()

    return write


def _reader(write: Callable[[str], None]) -> Callable[[], str | None]:
    """Reads a line; None at the end of the input. What comes through a pipe is shown as a terminal would show it."""
    if sys.stdin is None:  # closed by whoever started us
        return lambda: None
    if hasattr(sys.stdin, "reconfigure"):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    return _typed if sys.stdin.isatty() and sys.stdout.isatty() else lambda: _piped(write)


def _typed() -> str | None:
    """A line from a terminal, with the keys of readline where Python has it."""
    with suppress(ImportError):
        import readline  # noqa: F401
    try:
        return input(_PROMPT)
    except EOFError:
        return None


def _piped(write: Callable[[str], None]) -> str | None:
    write(_PROMPT)
    line = sys.stdin.readline()
    shown = "".join(character if character.isprintable() else " " for character in line.rstrip("\n"))
    if not sys.stdin.isatty():
        write(f"{shown}\n")
    return line if line else None


def _width(out: TextIO) -> int:
    """That of the terminal, within what reads well; 80 for a file."""
    import shutil

    return max(40, min(shutil.get_terminal_size().columns - 1, 100)) if out.isatty() else 80
