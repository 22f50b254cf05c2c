"""`cnnquiz generate`: worksheets and their keys."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cnnquiz.cli.options import InputShape, WholeNumber, bank_option, complete_topics, language_option

if TYPE_CHECKING:
    from cnnquiz.worksheets.worksheet import Plan, Worksheet

FORMATS = {"html": "html", "markdown": "md", "text": "txt", "json": "json"}
_OURS = re.compile(rf"(worksheet|key)(-\d+)?\.({'|'.join(FORMATS.values())})")
_SHOWN_REPETITIONS = 5


@click.command()
@click.option("--topic", "topics", multiple=True, shell_complete=complete_topics, help="What to ask about.")
@click.option("--network", metavar="NETWORK", help="Ask about this network: a name, torchvision:NAME or FILE.py:CLASS.")
@click.option("--input", "input_shape", type=InputShape(), metavar="3x32x32", help="Its input, without the batch.")
@click.option("--count", type=WholeNumber(1, 500), help="How many problems.  [default: 10, or one for each question]")
@click.option("--versions", type=WholeNumber(1, 10_000), help="How many worksheets with different problems.")
@click.option("--distinct", is_flag=True, help="Only questions whose problems last for all versions.")
@click.option("--seed", type=WholeNumber(0, 2**63 - 1), default=0, show_default=True, help="Same seed, same worksheet.")
@click.option("--difficulty", type=WholeNumber(1, 3), help="Only problems of this difficulty.")
@language_option
@click.option(
    "--format", "formats", type=click.Choice(list(FORMATS)), multiple=True,
    help="May be given more than once with --output.  [default: text; html and json with --output]",
)  # fmt: skip
@click.option("--output", type=click.Path(path_type=Path), metavar="DIR", help="Write files here instead of to stdout.")
@click.option("--force", is_flag=True, help="Write into a folder that is not empty.")
@click.option("--no-key", is_flag=True, help="Leave the answers out.")
@click.option("--templates", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="DIR",
              help="Templates of your own; what is not there comes from cnnquiz.")  # fmt: skip
@bank_option
def generate(
    topics: tuple[str, ...],
    network: str | None,
    input_shape: tuple[int, ...] | None,
    formats: tuple[str, ...],
    output: Path | None,
    force: bool,
    no_key: bool,
    templates: Path | None,
    versions: int | None,
    **chosen: Any,
) -> None:
    """Write a worksheet with its key, on --topic or on --network.

    Without --output, one format goes to stdout: the worksheet, then its key. With --versions, each file name carries
    the number of its version.
    """
    if topics and network:
        raise click.UsageError("--topic beside --network (expected one of them)")
    if not topics and not network:
        raise click.UsageError("what to ask about? (expected --topic, or --network)")
    if output is None and len(formats) > 1:
        raise click.UsageError("several formats do not fit on stdout (expected one --format, or --output DIR)")
    if output is None and versions is not None:
        raise click.UsageError("--versions writes many files (expected --output DIR)")
    plan = _plan(topics, network, input_shape, versions or 1, **chosen)
    _warn_of_repetitions(plan, versions or 1)
    if output is None:
        parts = _files(plan.worksheet(), formats or ("text",), key=not no_key, templates=templates)
        click.echo("\n".join(parts.values()), nl=False)
        return
    from cnnquiz.cli.writing import write_folder

    files: dict[str, str] = {}
    for version, ending in _versions(versions):
        of_version = _files(
            plan.worksheet(version), formats or ("html", "json"), key=not no_key, templates=templates, ending=ending
        )
        files |= of_version
    earlier = [path.name for path in output.iterdir() if _OURS.fullmatch(path.name)] if output.is_dir() else []
    write_folder(output, files, force=force, ours=earlier)
    problems = sum(times for _, times in plan.asked)
    names = ", ".join(files) if len(files) <= 4 else f"{len(files)} files"
    click.echo(f"{output}: {names} ({problems} problems, seed {plan.seed})", err=True)


def _plan(
    topics: tuple[str, ...],
    network: str | None,
    input_shape: tuple[int, ...] | None,
    versions: int,
    *,
    count: int | None,
    seed: int,
    difficulty: int | None,
    language: Any,
    distinct: bool,
    bank_folder: Path | None,
) -> "Plan":
    from cnnquiz.bank.bank import open_bank
    from cnnquiz.problems.draw import space_size
    from cnnquiz.worksheets.worksheet import plan_worksheets

    bank = open_bank(bank_folder)
    if network is None:
        questions, title = bank.select(topics, difficulty), bank.title(topics, language)
    else:
        from cnnquiz.cli.networks import find_network

        found = find_network(network, input_shape)
        questions, title = bank.about_network(found), found.name
        questions = tuple(each for each in questions if difficulty in (None, each.difficulty))
        if not questions:
            raise click.UsageError(f"no question on {title} has difficulty {difficulty}")
    if distinct:
        questions = tuple(each for each in questions if space_size(each) >= versions)
        if not questions:
            raise click.UsageError(f"no question holds {versions} different problems (expected fewer --versions)")
    return plan_worksheets(
        questions,
        title=title,
        seed=seed,
        count=min(10, len(questions)) if count is None else count,
        language=language,
        versions=versions,
        distinct=distinct,
    )


def _warn_of_repetitions(plan: "Plan", versions: int) -> None:
    """Say before anything is written which problems will come again."""
    repetitions = sorted(plan.repetitions(versions), key=lambda each: each.version)
    for each in repetitions[:_SHOWN_REPETITIONS]:
        problems = "1 problem" if each.space == 1 else f"{each.space} problems"
        click.echo(f"{each.question.id} holds {problems}: from version {each.version} on they come again", err=True)
    if repetitions:
        more = len(repetitions) - _SHOWN_REPETITIONS
        rest = f"{more} more questions repeat. " if more > 0 else ""
        click.echo(f"{rest}--distinct asks only what lasts for all {versions} versions", err=True)


def _versions(versions: int | None) -> Iterator[tuple[int, str]]:
    """Each version with what its file names end in, so that they sort."""
    if versions is None:
        yield 1, ""
        return
    for version in range(1, versions + 1):
        yield version, f"-{version:0{len(str(versions))}}"


def _files(
    worksheet: "Worksheet", formats: tuple[str, ...], *, key: bool, templates: Path | None, ending: str = ""
) -> dict[str, str]:
    """File name → text: worksheet and key in every format; the JSON worksheet holds its own key."""
    files: dict[str, str] = {}
    for name in formats:
        suffix = f"{ending}.{FORMATS[name]}"
        if name == "json":
            from cnnquiz.exports.worksheet_json import worksheet_json

            # Named for what it holds: a worksheet.json with answers would be handed out one day.
            files[f"{'key' if key else 'worksheet'}{suffix}"] = worksheet_json(worksheet, key=key)
            continue
        from cnnquiz.rendering.worksheet import render_worksheet

        for part in ("worksheet", "key") if key else ("worksheet",):
            files[f"{part}{suffix}"] = render_worksheet(worksheet, format=name, part=part, templates=templates)  # type: ignore[arg-type]
    return files
