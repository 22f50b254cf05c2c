"""`cnnquiz generate`: a worksheet and its key."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cnnquiz.cli.options import WholeNumber, bank_option, complete_topics, language_option

if TYPE_CHECKING:
    from cnnquiz.worksheets.worksheet import Worksheet

FORMATS = {"html": "html", "markdown": "md", "text": "txt", "json": "json"}


@click.command()
@click.option(
    "--topic", "topics", multiple=True, required=True, shell_complete=complete_topics, help="What to ask about."
)
@click.option("--count", type=WholeNumber(1, 500), help="How many problems.  [default: 10, or one for each question]")
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
    count: int | None,
    seed: int,
    difficulty: int | None,
    language: Any,
    formats: tuple[str, ...],
    output: Path | None,
    force: bool,
    no_key: bool,
    templates: Path | None,
    bank_folder: Path | None,
) -> None:
    """Write a worksheet with its key.

    Without --output, one format goes to stdout: the worksheet, then its key.
    """
    from cnnquiz.bank.bank import load_questions, select, title
    from cnnquiz.worksheets.worksheet import draw_worksheet

    questions = select(load_questions(bank_folder), topics, difficulty)
    worksheet = draw_worksheet(
        questions,
        title=title(topics, language, bank_folder),
        seed=seed,
        count=min(10, len(questions)) if count is None else count,
        language=language,
    )
    if output is None:
        if len(formats) > 1:
            raise click.UsageError("several formats do not fit on stdout (expected one --format, or --output DIR)")
        parts = _files(worksheet, formats or ("text",), key=not no_key, templates=templates)
        click.echo("\n".join(parts.values()), nl=False)
        return
    from cnnquiz.cli.writing import write_folder

    files = _files(worksheet, formats or ("html", "json"), key=not no_key, templates=templates)
    ours = [f"{part}.{ending}" for part in ("worksheet", "key") for ending in FORMATS.values()]
    write_folder(output, files, force=force, ours=ours)
    click.echo(f"{output}: {', '.join(files)} ({len(worksheet.problems)} problems, seed {seed})", err=True)


def _files(worksheet: "Worksheet", formats: tuple[str, ...], *, key: bool, templates: Path | None) -> dict[str, str]:
    """File name → text: worksheet and key in every format; the JSON worksheet holds its own key."""
    files: dict[str, str] = {}
    for name in formats:
        ending = FORMATS[name]
        if name == "json":
            from cnnquiz.exports.worksheet_json import worksheet_json

            # Named for what it holds: a worksheet.json with answers would be handed out one day.
            files[f"{'key' if key else 'worksheet'}.{ending}"] = worksheet_json(worksheet, key=key)
            continue
        from cnnquiz.rendering.worksheet import render_worksheet

        for part in ("worksheet", "key") if key else ("worksheet",):
            files[f"{part}.{ending}"] = render_worksheet(worksheet, format=name, part=part, templates=templates)  # type: ignore[arg-type]
    return files
