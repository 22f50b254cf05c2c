"""`cnnquiz bank new`: an entry that works, for its author to change."""

import json
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cnnquiz.cli.options import complete_topics

if TYPE_CHECKING:
    from cnnquiz.bank.reading.entry import Entry

KINDS = ("number", "shape", "choice", "choices", "table", "order", "match", "text", "listing")


@click.command()
@click.argument("id")
@click.option("--kind", type=click.Choice(KINDS), required=True, help="What the student is to give.")
@click.option("--topic", "topics", multiple=True, shell_complete=complete_topics,
              help="May be given more than once.  [default: what is before the dot of ID]")  # fmt: skip
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Add the entry to the end of this file, which is made when there is none.")  # fmt: skip
def new(id: str, kind: str, topics: tuple[str, ...], output: Path | None) -> None:
    """Write a new question called ID, such as vgg.pool-shape.

    It is a small example that passes `cnnquiz bank check`; comments explain every key. Change it into your own.
    """
    from cnnquiz.rendering.pages import fill

    words = map(_word, topics or (id.partition(".")[0],))
    shown = {"id": _word(id), "kind": kind, "topics": tuple(words)}
    text = fill(f"bank/{kind}.yaml", shown, templates=None)
    added = _added(text, output)
    if output is None:
        click.echo(text, nl=False)
        return
    output.parent.mkdir(parents=True, exist_ok=True)
    with output.open("ab") as file:  # what is there is never written again
        file.write(added)
    click.echo(f"{output}: {id} was added; `cnnquiz bank check {output}` checks it", err=True)


def _word(given: str) -> str:
    """What was given, in quotes where it is no simple word and YAML could take it for something else."""
    return given if re.fullmatch(r"[a-z][a-z0-9.-]*", given) else json.dumps(given)


def _added(text: str, output: Path | None) -> bytes:
    """What to put at the end of the file; UsageError where that would be no bank, or its id is taken."""
    from cnnquiz.bank.library import shipped_library
    from cnnquiz.bank.reading.question import read_questions
    from cnnquiz.errors import BankError, UsageError

    former = output.read_bytes() if output is not None and output.exists() else b""
    gap = b"" if not former else b"\n" if former.endswith(b"\n") else b"\n\n"
    added = gap + text.encode()
    try:
        *entries, entry = _entries(former + added)
    except BankError as error:
        problem = f"{output}: no entry can be added: line {error.line}: {error.problem}"
        raise UsageError(f"{problem} (expected a list whose entries start with '- ' at the start of a line)") from error
    try:
        (question,) = read_questions(entry, shipped_library())
    except BankError as error:
        raise UsageError(f"{error.problem} (expected {error.expected})") from error
    for other in entries:
        if _is_called(other, question.id):
            raise UsageError(f"{output}:{other.line}: the id {question.id!r} is taken (expected an id of its own)")
    return added


def _entries(content: bytes) -> "list[Entry]":
    """The entries of a file before it is written."""
    from cnnquiz.bank.reading.yaml_tree import read_yaml

    with tempfile.TemporaryDirectory(prefix="cnnquiz-") as folder:
        path = Path(folder) / "entries.yaml"
        path.write_bytes(content)
        return read_yaml(path).items("a list of questions")


def _is_called(entry: "Entry", id: str) -> bool:
    keys = entry.open_mapping()
    name = keys["id"].text() if "id" in keys else None
    # An entry that is asked of families has a question FAMILY.name for each of them.
    return name == (id.partition(".")[2] if "families" in keys else id)
