"""`cnnquiz grade`: a submission is run in the sandbox, judged, and told what is wrong."""

from pathlib import Path
from typing import Any

import click

from cnnquiz.cli.options import complete_exercises, json_option, language_option
from cnnquiz.errors import GradingError

WEAKEST_FOR_OTHERS = "landlock"


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--exercise", metavar="NAME", shell_complete=complete_exercises,
              help="The exercise; found by the class in the file when it is not named.")  # fmt: skip
@json_option
@language_option
@click.option(
    "--allow-weak-isolation", is_flag=True, help="Grade even where this machine cannot isolate the code well."
)
@click.pass_context
def grade(
    context: click.Context, path: Path, exercise: str | None, as_json: bool, language: Any, allow_weak_isolation: bool
) -> None:
    """Grade PATH, a Python file with a student's module.

    Leaves with exit code 0 for full marks, 1 for less, 3 if it could not be graded.
    """
    from cnnquiz.bank.exercise import find_exercise
    from cnnquiz.grading.grade import Grader, open_sandbox
    from cnnquiz.sandbox import read_submission

    source = read_submission(path)
    try:
        # The sandbox imports torch meanwhile.
        with open_sandbox(at_least=None if allow_weak_isolation else WEAKEST_FOR_OTHERS) as sandbox:
            found = find_exercise(source, path, exercise)
            report = Grader(found, sandbox, language).grade(source, path.name)
    except GradingError as error:
        if as_json:
            from cnnquiz.exports.report_json import error_json

            click.echo(error_json(path.name, exercise, str(error)), nl=False)
        raise
    if as_json:
        from cnnquiz.exports.report_json import report_json

        click.echo(report_json(report), nl=False)
    else:
        from cnnquiz.rendering.report import render_report

        click.echo(render_report(report, colour=_colour()), nl=False)
    if report.crash is not None:
        click.echo(f"{path}: {report.crash.message}", err=True)
    context.exit(0 if report.verdict == "pass" else 1)


def _colour() -> bool:
    """Colour for a terminal that wants it (https://no-color.org)."""
    import os
    import sys

    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
