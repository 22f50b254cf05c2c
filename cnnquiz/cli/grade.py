"""`cnnquiz grade`: a submission is run in the sandbox, judged, and told what is wrong."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cnnquiz.cli.options import InputShape, JsonObject, complete_exercises, json_option, language_option
from cnnquiz.errors import GradingError

if TYPE_CHECKING:
    from cnnquiz.bank.exercise import Exercise

WEAKEST_FOR_OTHERS = "landlock"


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--exercise", metavar="NAME", shell_complete=complete_exercises,
              help="The exercise; found by the class in the file when it is not named.")  # fmt: skip
@click.option("--solution", metavar="REF.py:CLASS", help="Grade against this module instead of an exercise.")
@click.option("--input", "input_shape", type=InputShape(), metavar="1x28x28", help="Its input, without the batch.")
@click.option("--entry", metavar="CLASS", help="The class to grade; with --solution, by default the one of its name.")
@click.option("--arguments", type=JsonObject(), metavar="JSON", help="Constructor arguments of the submission's class.")
@click.option("--solution-arguments", type=JsonObject(), metavar="JSON",
              help="Those of the solution's class.  [default: --arguments]")  # fmt: skip
@json_option
@language_option
@click.option(
    "--allow-weak-isolation", is_flag=True, help="Grade even where this machine cannot isolate the code well."
)
@click.pass_context
def grade(
    context: click.Context,
    /,
    path: Path,
    exercise: str | None,
    as_json: bool,
    language: Any,
    allow_weak_isolation: bool,
    **against: Any,
) -> None:
    """Grade PATH, a Python file with a student's module.

    Leaves with exit code 0 for full marks, 1 for less, 3 if it could not be graded.
    """
    from cnnquiz.grading.grade import Grader, open_sandbox
    from cnnquiz.sandbox import read_submission

    source = read_submission(path)
    try:
        # The sandbox imports torch meanwhile.
        with open_sandbox(at_least=None if allow_weak_isolation else WEAKEST_FOR_OTHERS) as sandbox:
            found = _exercise(source, path, exercise, **against)
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


def _exercise(
    source: bytes,
    path: Path,
    name: str | None,
    *,
    solution: str | None,
    input_shape: tuple[int, ...] | None,
    entry: str | None,
    arguments: dict[str, object] | None,
    solution_arguments: dict[str, object] | None,
) -> "Exercise":
    """The exercise that was named or found, or one made up for --solution."""
    from cnnquiz.bank.exercise import exercise_against, find_exercise

    if solution is None:
        given = {"--input": input_shape, "--arguments": arguments, "--solution-arguments": solution_arguments}
        for option, value in given.items():
            if value is not None:
                raise click.UsageError(f"{option} without --solution (expected REF.py:CLASS to grade against)")
        found = find_exercise(source, path, name)
        return found if entry is None else replace(found, entry=entry)
    if name is not None:
        raise click.UsageError("--exercise beside --solution (expected one of them)")
    file, _, wanted = solution.rpartition(":")
    if not file.endswith(".py") or not wanted.isidentifier():
        raise click.UsageError(f"{solution!r} is no solution (expected REF.py:CLASS)")
    if not Path(file).is_file():
        raise click.UsageError(f"{file}: no such file")
    if input_shape is None:
        raise click.UsageError("the input's shape is not known (expected --input, such as --input 1x28x28)")
    return exercise_against(
        Path(file),
        wanted,
        input_shape=input_shape,
        source=source,
        path=path,
        entry=entry,
        arguments=arguments,
        solution_arguments=arguments if solution_arguments is None else solution_arguments,
    )


def _colour() -> bool:
    """Colour for a terminal that wants it (https://no-color.org)."""
    import os
    import sys

    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
