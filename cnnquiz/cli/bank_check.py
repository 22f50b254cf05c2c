"""`cnnquiz bank check`: every question of a bank, drawn and answered."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cnnquiz.cli.options import bank_option
from cnnquiz.errors import CnnQuizError

if TYPE_CHECKING:
    from cnnquiz.bank.question import Question
    from cnnquiz.problems.check import Measure


@click.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True), required=False)
@bank_option
@click.option("--exhaustive", is_flag=True, help="Every problem of spaces up to 20,000; 2,000 of larger ones.")
@click.option("--with-torch", is_flag=True, help="Run real torch layers for the proofs; record the networks anew.")
@click.pass_context
def check(
    context: click.Context, path: Path | None, bank_folder: Path | None, exhaustive: bool, with_torch: bool
) -> None:
    """Draw and answer the problems of a bank, and name the place of all that is wrong.

    PATH is a question bank or one file of questions; without it, the bank that comes with cnnquiz.
    Leaves with exit code 1 where anything is wrong.
    """
    from cnnquiz.bank.bank import open_bank
    from cnnquiz.problems.draw import space_size

    measure = _measure(with_torch)
    opened = open_bank(path or bank_folder)
    faults = questions = problems = 0
    for read in opened.readings():
        if isinstance(read, CnnQuizError):
            click.echo(read, err=True)
            faults += 1
            continue
        found = _faults(read, measure, exhaustive=exhaustive)
        for fault in found:
            click.echo(fault, err=True)
        faults += len(found)
        questions += 1
        problems += 0 if found else space_size(read)
    for line in _proof_faults(path or bank_folder):
        click.echo(line, err=True)
        faults += 1
    for name in _stale_recordings() if with_torch and path is None and bank_folder is None else ():
        click.echo(f"networks/{name}: not what its solution does now (expected 'cnnquiz bank record')", err=True)
        faults += 1
    ways = "against torch" if with_torch else "by arithmetic"
    click.echo(f"{questions:,} questions with {problems:,} problems, proofs {ways}: {faults or 'no'} faults")
    context.exit(1 if faults else 0)


def _stale_recordings() -> list[str]:
    from cnnquiz.cli.bank_record import recordings, stale_files

    return stale_files(recordings())


def _proof_faults(bank: Path | None) -> list[str]:
    """Proofs of exercises that are not of what is there now; in a bank of one's own, none has to be there."""
    from cnnquiz.cli.bank_record import stale_proofs

    if bank is not None and not bank.is_dir():
        return []
    try:
        return [line for path, line in stale_proofs(bank).items() if bank is None or path.is_file()]
    except CnnQuizError as error:
        return [str(error)]


def _measure(with_torch: bool) -> "Measure":
    if with_torch:
        from cnnquiz.tracing.measure import measure_with_torch

        return measure_with_torch
    from cnnquiz.bank.measure import measure

    return measure


def _faults(question: "Question", measure: "Measure", *, exhaustive: bool) -> list[CnnQuizError]:
    from cnnquiz.problems.check import check_question
    from cnnquiz.rendering.figures.check import figure_faults

    found: list[CnnQuizError] = list(check_question(question, measure, exhaustive=exhaustive))
    return found or list(figure_faults(question, exhaustive=exhaustive)) or _unrendered(question, exhaustive=exhaustive)


def _unrendered(question: "Question", *, exhaustive: bool) -> list[CnnQuizError]:
    """What keeps problems from being set as pages, in any language and format; PDF, which takes long, where asked."""
    from cnnquiz.bank.space import fault
    from cnnquiz.bank.text import LANGUAGES
    from cnnquiz.rendering.worksheet import FORMATS, render_worksheet
    from cnnquiz.worksheets.plan import draw_worksheet

    for language in LANGUAGES:
        sheet = draw_worksheet([question], title=question.id, seed=0, count=1, language=language)
        for name in FORMATS:
            if name == "pdf" and not exhaustive:
                continue
            try:
                render_worksheet(sheet, format=name, part="solutions")
            except CnnQuizError as error:
                problem = f"as {name} in {language}: {error}"
                return [fault(question, problem, {}, expected="text that can be set")]
    return []
