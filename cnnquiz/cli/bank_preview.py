"""`cnnquiz bank preview`: one problem of a question, as its author wants to see it."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cnnquiz.cli.options import WholeNumber, bank_option, language_option

if TYPE_CHECKING:
    from cnnquiz.bank.bank import Bank
    from cnnquiz.bank.question import Question
    from cnnquiz.worksheets.worksheet import Worksheet


def complete_ids(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    from cnnquiz.bank.bank import open_bank
    from cnnquiz.bank.question import Question

    readings = open_bank(context.params.get("bank_folder")).readings()
    return [each.id for each in readings if isinstance(each, Question) and each.id.startswith(incomplete)]


@click.command()
@click.argument("id", shell_complete=complete_ids)
@click.option("--seed", type=WholeNumber(0, 2**63 - 1), default=0, show_default=True, help="Same seed, same problem.")
@language_option
@bank_option
@click.option("--browser", is_flag=True, help="Show the page with its answers in the browser.")
def preview(id: str, seed: int, language: Any, bank_folder: Path | None, browser: bool) -> None:
    """Show one problem of the question ID with all that is on its key."""
    from cnnquiz.bank.bank import open_bank
    from cnnquiz.worksheets.plan import draw_worksheet

    question = _find(open_bank(bank_folder), id)
    worksheet = draw_worksheet([question], title=question.id, seed=seed, count=1, language=language)
    for name, value in _facts(question, worksheet):
        click.echo(f"{name:<12}{value}")
    if browser:
        _show_in_browser(worksheet)
        return
    from cnnquiz.rendering.worksheet import render_worksheet

    click.echo()
    click.echo(render_worksheet(worksheet, format="text", part="solutions"), nl=False)


def _find(bank: "Bank", id: str) -> "Question":
    """The question, even where others of its bank are faulty; those after it are not read."""
    from cnnquiz.bank.question import Question

    for reading in bank.readings():
        if isinstance(reading, Question) and reading.id == id:
            return reading
    return bank.question(id)  # which now says what is wrong with the bank, or which ids are near


def _facts(question: "Question", worksheet: "Worksheet") -> list[tuple[str, str]]:
    (problem,) = worksheet.problems
    return [
        ("topics", ", ".join(question.topics)),
        ("aspect", question.aspect or "–"),
        ("kind", question.kind),
        ("difficulty", f"{question.difficulty} of 3"),
        ("problem", f"{problem.index + 1:,} of {problem.space:,}"),
        ("file", f"{question.path}:{question.line}"),
    ]


def _show_in_browser(worksheet: "Worksheet") -> None:
    """The file stays: the browser may open it after this command has ended."""
    import tempfile
    import webbrowser

    from cnnquiz.rendering.worksheet import render_worksheet

    page = render_worksheet(worksheet, format="html", part="solutions")
    with tempfile.NamedTemporaryFile(
        "w", prefix="cnnquiz-", suffix=".html", encoding="utf-8", newline="\n", delete=False
    ) as file:
        file.write(page)
    click.echo(f"{'page':<12}{file.name}")
    if not webbrowser.open(Path(file.name).as_uri()):
        click.echo(f"{file.name}: no browser could be started (expected you to open the page yourself)", err=True)
