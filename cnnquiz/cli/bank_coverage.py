"""`cnnquiz bank coverage`: which network is asked about what, and what is missing."""

from pathlib import Path

import click

from cnnquiz.cli.options import bank_option


@click.command()
@click.option(
    "--check", is_flag=True, help="Write nothing; leave with exit code 1 if the file is stale or a cell empty."
)
@bank_option
@click.pass_context
def coverage(context: click.Context, check: bool, bank_folder: Path | None) -> None:
    """Count the questions on each network and topic.

    The tables are written to docs/coverage.md of the checkout, those of another bank to coverage.md in its folder.
    """
    from cnnquiz.bank.bank import open_bank
    from cnnquiz.bank.coverage import cover, to_markdown
    from cnnquiz.cli.writing import write_file

    bank = open_bank(bank_folder)
    path = _place(bank_folder)
    covered = cover(bank)
    page = to_markdown(covered)
    stale = not path.is_file() or path.read_text(encoding="utf-8") != page
    for network, aspect in covered.empty:
        click.echo(f"{network}: no question asks for {aspect} (expected at least one)", err=True)
    if check and stale:
        click.echo(f"{path}: is stale (expected what `cnnquiz bank coverage` writes)", err=True)
    if not check:
        write_file(path, page, force=True)
    click.echo(
        f"{path}: {covered.all_questions:,} questions with {covered.all_problems:,} problems, "
        f"{len(covered.empty) or 'no'} empty cells"
    )
    context.exit(1 if check and (stale or covered.empty) else 0)


def _place(bank_folder: Path | None) -> Path:
    from cnnquiz.bundled import bundled_path

    if bank_folder is None:
        docs = bundled_path("question_bank").parent / "docs"
        if not docs.is_dir():
            raise click.UsageError("there is no folder docs here (expected a checkout of cnnquiz, or --bank)")
        return docs / "coverage.md"
    if not bank_folder.is_dir():
        raise click.UsageError(f"{bank_folder}: is a file (expected the folder of a question bank)")
    return bank_folder / "coverage.md"
