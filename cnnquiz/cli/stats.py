"""`cnnquiz stats`: what marks say about the questions, the versions and the exam."""

from pathlib import Path
from typing import Any

import click

from cnnquiz.cli.options import json_option, language_option

_FILES = ("statistics.html", "statistics.csv", "statistics.json")


@click.command()
@click.argument("results", type=click.Path(path_type=Path, exists=True))
@click.option("--csv", "as_csv", is_flag=True, help="Print the questions' table as CSV and nothing else.")
@click.option("--output", type=click.Path(path_type=Path), metavar="DIR",
              help="Write a page with plots, the table and the JSON document here.")  # fmt: skip
@click.option("--force", is_flag=True, help="Write into a folder that is not empty.")
@click.option("--templates", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="DIR",
              help="Templates of your own; what is not there comes from cnnquiz.")  # fmt: skip
@json_option
@language_option
def stats(
    results: Path,
    as_csv: bool,
    output: Path | None,
    force: bool,
    templates: Path | None,
    as_json: bool,
    language: Any,
) -> None:
    """Statistics of RESULTS, the marks.json of `cnnquiz grade --output DIR` or that folder.

    For each question: facility, discrimination, what was left open, and the share of each mistake. For the exam: the
    scores, Cronbach's alpha, and whether its versions were alike.
    """
    from cnnquiz.errors import UsageError
    from cnnquiz.exports.marks_reading import read_marks
    from cnnquiz.exports.statistics_json import statistics_csv, statistics_json
    from cnnquiz.marking.statistics import statistics

    if as_csv and as_json:
        raise click.UsageError("--csv beside --json (expected one of them)")
    gradebook = read_marks(results)
    if not any(marked.marks for marked in gradebook.marked):
        raise UsageError(f"{results}: no marks in it (expected those of at least one student)")
    found = statistics(gradebook)
    if output is not None:
        from cnnquiz.cli.version_pages import write_page
        from cnnquiz.cli.writing import writing_folder
        from cnnquiz.rendering.statistics import render_statistics_page

        page = render_statistics_page(found, language, templates=templates)
        with writing_folder(output, force=force) as folder:
            for name, text in zip(_FILES, (page, statistics_csv(found), statistics_json(found)), strict=True):
                write_page(folder / name, text)
    if as_json or as_csv:
        click.echo(statistics_json(found) if as_json else statistics_csv(found), nl=False)
    else:
        from cnnquiz.rendering.statistics import render_statistics

        click.echo(render_statistics(found, language), nl=False)
