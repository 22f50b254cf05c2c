"""`cnnquiz generate`: worksheets and their keys."""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import click

from cnnquiz.cli.options import LANGUAGES, InputShape, WholeNumber, bank_option, complete_topics
from cnnquiz.cli.planning import Asked, make_plan, numbered_versions, versions_of, warn_of_repetitions
from cnnquiz.cli.version_pages import FORMATS, Pages, earlier_files
from cnnquiz.cli.version_writing import Printer, Version

if TYPE_CHECKING:
    from cnnquiz.worksheets.plan import Plan
    from cnnquiz.worksheets.version_files import WrittenVersion
    from cnnquiz.worksheets.worksheet import Student


@click.command()
@click.option("--topic", "topics", multiple=True, shell_complete=complete_topics, help="What to ask about.")
@click.option("--network", metavar="NETWORK", help="Ask about this network: a name, torchvision:NAME or FILE.py:CLASS.")
@click.option("--input", "input_shape", type=InputShape(), metavar="3x32x32", help="Its input, without the batch.")
@click.option("--blueprint", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE",
              help="Write the exam that this YAML file describes; see docs/blueprints.md.")  # fmt: skip
@click.option("--roster", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE",
              help="One version for each student of this CSV file.")  # fmt: skip
@click.option("--count", type=WholeNumber(1, 500), help="How many problems.  [default: 10, or one for each question]")
@click.option("--versions", type=WholeNumber(1, 10_000), help="How many worksheets with different problems.")
@click.option("--again", metavar="ID", help="Only the version with this id, as it was, from the same options.")
@click.option("--distinct", is_flag=True, help="Only questions whose problems last for all versions.")
@click.option("--seed", type=WholeNumber(0, 2**63 - 1),
              help="Same seed, same worksheet.  [default: 0, or the blueprint's]")  # fmt: skip
@click.option("--difficulty", type=WholeNumber(1, 3), help="Only problems of this difficulty.")
@click.option("--language", type=click.Choice(LANGUAGES),
              help="Language of the texts.  [default: en, or the blueprint's]")  # fmt: skip
@click.option(
    "--format", "formats", type=click.Choice(FORMATS), multiple=True,
    help="May be given more than once with --output.  [default: text; html and json with --output]",
)  # fmt: skip
@click.option("--output", type=click.Path(path_type=Path), metavar="DIR", help="Write files here instead of to stdout.")
@click.option("--force", is_flag=True, help="Write into a folder that is not empty.")
@click.option("--no-key", is_flag=True, help="Leave the answers out.")
@click.option("--solutions", is_flag=True, help="The worked solutions and the marking guide too.")
@click.option("--templates", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="DIR",
              help="Templates of your own; what is not there comes from cnnquiz.")  # fmt: skip
@click.option("--jobs", type=WholeNumber(1, 256), help="How many processes.  [default: one for each core, if it pays]")
@bank_option
def generate(
    roster: Path | None,
    versions: int | None,
    again: str | None,
    formats: tuple[str, ...],
    output: Path | None,
    force: bool,
    no_key: bool,
    solutions: bool,
    templates: Path | None,
    jobs: int | None,
    **asked: Any,
) -> None:
    """Write a worksheet with its key, on --topic, on --network, or as a --blueprint says.

    Without --output, one format goes to stdout: the worksheet, then its key. With --versions, each file name carries
    the number of its version, with --roster the id of its student; versions.csv says which version is whose.
    """
    what = Asked(**asked)
    what.check()
    if no_key and solutions:
        raise click.UsageError("--solutions beside --no-key (expected one of them)")
    if roster and versions:
        raise click.UsageError("--versions beside --roster (expected one of them)")
    if output is None and len(formats) > 1:
        raise click.UsageError("several formats do not fit on stdout (expected one --format, or --output DIR)")
    if output is None and (versions or roster) and not again:
        option = "--versions" if versions else "--roster"
        raise click.UsageError(f"{option} writes many files (expected --output DIR)")
    students = _students(roster)
    count = len(students) or versions or 1
    plan = make_plan(what, count)
    wanted = versions_of(students, plan) if students else numbered_versions(count) if versions else [_only()]
    if again:
        wanted = [_wanted_again(plan, again, wanted)]
    else:
        warn_of_repetitions(plan, count)
    usual = ("html", "json") if output else ("text",)
    pages = Pages(formats=formats or usual, key=not no_key, solutions=solutions, templates=templates)
    if output is None:
        worksheet = plan.worksheet(wanted[0].number, wanted[0].student)
        click.echo("\n".join(map(_text, pages.of(worksheet).values())), nl=False)
        return
    written = _write(plan, wanted, pages, output, force=force, jobs=jobs, index=bool(versions or roster) and not again)
    click.echo(_summary(output, plan, written), err=True)


def _students(roster: Path | None) -> "Sequence[Student]":
    if roster is None:
        return ()
    from cnnquiz.worksheets.roster import read_roster

    return read_roster(roster)


def _only() -> Version:
    return Version(number=1, ending="")


def _wanted_again(plan: "Plan", id: str, versions: Sequence[Version]) -> Version:
    """The version with this id, for the student who had it where a roster says so."""
    worksheet = plan.again(id)
    for version in versions:
        if version.number == worksheet.version and version.student is not None:
            return version
    return Version(number=worksheet.version, ending=f"-{worksheet.id}")


def _text(content: str | bytes) -> str:
    if isinstance(content, bytes):
        raise click.UsageError("this format is no text (expected --output DIR)")
    return content


def _write(
    plan: "Plan", versions: Sequence[Version], pages: Pages, output: Path, *, force: bool, jobs: int | None, index: bool
) -> "list[WrittenVersion]":
    """All files or none, with their index where there are many."""
    from cnnquiz.cli.writing import writing_folder
    from cnnquiz.worksheets.version_files import INDEX, index_csv

    with writing_folder(output, force=force, ours=earlier_files(output)) as folder:
        printer = Printer(plan=plan, pages=pages, folder=folder)
        written = list(_shown_progress(printer.write_all(versions, jobs=jobs), len(versions)))
        written.sort(key=lambda each: each.version)
        if index:
            (folder / INDEX).write_text(index_csv(written), encoding="utf-8", newline="")
    return written


def _shown_progress(written: "Iterable[WrittenVersion]", count: int) -> "Iterable[WrittenVersion]":
    if count == 1 or not sys.stderr.isatty():
        return written
    with click.progressbar(written, length=count, label="versions", file=sys.stderr) as shown:
        return list(shown)


def _summary(output: Path, plan: "Plan", written: "Sequence[WrittenVersion]") -> str:
    """What was written, and how much the work that versions ask for differs."""
    files = [name for each in written for name in each.files]
    names = ", ".join(files) if len(files) <= 4 else f"{len(files)} files"
    facts = f"{plan.size} problems, seed {plan.seed}"
    if len(written) > 1:
        amounts = [each.work for each in written]
        facts += f", work {min(amounts)} to {max(amounts)} with median {median(amounts):g}"
    elif len(written) == 1:
        facts += f", id {written[0].id}"
    return f"{output}: {names} ({facts})"
