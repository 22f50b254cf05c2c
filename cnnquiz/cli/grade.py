"""`cnnquiz grade`: a submission is run in the sandbox and judged, or typed answers are marked."""

import sys
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cnnquiz.cli.grade_answers import ANSWERS, FEEDBACK_FORMATS, Marking
from cnnquiz.cli.options import InputShape, JsonObject, complete_exercises, json_option, language_option, wants_colour
from cnnquiz.errors import GradingError

if TYPE_CHECKING:
    from cnnquiz.bank.exercise import Exercise
    from cnnquiz.grading.report import Report

FEEDBACK = ("none", "location", "full")
"""Those of `grading.feedback`, which is imported only where something is graded."""

DEVICES = ("auto", "cpu", "cuda")
"""auto is the CPU: one submission is done there before a GPU has started."""

WEAKEST_FOR_OTHERS = "landlock"

_ABOUT_CODE = (
    *("exercise", "solution", "input_shapes", "entry", "arguments", "solution_arguments", "feedback"),
    *("language", "device", "allow_weak_isolation"),
)


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--exercise", metavar="NAME", shell_complete=complete_exercises,
              help="The exercise; found by the class in the file when it is not named.")  # fmt: skip
@click.option("--solution", metavar="REF.py:CLASS", help="Grade against this module instead of an exercise.")
@click.option("--input", "input_shapes", type=InputShape(), multiple=True, metavar="1x28x28",
              help="Its input, without the batch. May be given again for others that have to work too.")  # fmt: skip
@click.option("--entry", metavar="CLASS", help="The class to grade; with --solution, by default the one of its name.")
@click.option("--arguments", type=JsonObject(), metavar="JSON", help="Constructor arguments of the submission's class.")
@click.option("--solution-arguments", type=JsonObject(), metavar="JSON",
              help="Those of the solution's class.  [default: --arguments]")  # fmt: skip
@click.option("--feedback", type=click.Choice(FEEDBACK), default="full", show_default=True,
              help="What to tell of a difference: that, where, or what it is.")  # fmt: skip
@click.option("--worksheet", "worksheets", type=click.Path(path_type=Path, exists=True), multiple=True, metavar="FILE",
              help="The key as JSON, or a folder of keys, where PATH holds typed answers.")  # fmt: skip
@click.option("--amend", "amendments", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE",
              help="Mark typed answers again by the corrections in this YAML file.")  # fmt: skip
@click.option("--output", type=click.Path(path_type=Path), metavar="DIR",
              help="Write report.html and report.json here too; of answers, feedback, gradebook.csv and marks.json.",
)  # fmt: skip
@click.option("--format", "formats", type=click.Choice(FEEDBACK_FORMATS), multiple=True, default=("html",),
              show_default=True, help="How the feedback on typed answers is written.")  # fmt: skip
@click.option("--force", is_flag=True, help="Write into a folder that is not empty.")
@click.option("--templates", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="DIR",
              help="Templates of your own; what is not there comes from cnnquiz.")  # fmt: skip
@click.option("--device", type=click.Choice(DEVICES), default="auto", show_default=True,
              help="Where modules run; cuda comes after the CPU and is compared with it.")  # fmt: skip
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
    feedback: Any,
    worksheets: tuple[Path, ...],
    amendments: Path | None,
    output: Path | None,
    formats: tuple[str, ...],
    force: bool,
    templates: Path | None,
    device: str,
    as_json: bool,
    language: Any,
    allow_weak_isolation: bool,
    **against: Any,
) -> None:
    """Grade PATH, a Python file with a student's module, or typed answers as CSV, JSON or YAML.

    Answers are marked by the key of their --worksheet, those of a class each by its student's version.

    Leaves with exit code 0 for full marks, 1 for less, 3 if it could not be graded.
    """
    if worksheets or path.suffix.lower() in ANSWERS:
        _refuse_options_about_code(context)
        marking = Marking(
            path=path,
            worksheets=worksheets,
            amendments=amendments,
            output=output,
            formats=formats,
            force=force,
            templates=templates,
            as_json=as_json,
            colour=wants_colour(sys.stdout),
        )
        context.exit(marking.run())
    if amendments is not None:
        raise click.UsageError("--amend without --worksheet (expected typed answers and their key)")
    if formats != ("html",):
        raise click.UsageError("--format without --worksheet (expected typed answers and their key)")
    from cnnquiz.grading.device import beside_cpu, require_device
    from cnnquiz.grading.feedback import limited
    from cnnquiz.grading.grade import Grader, open_sandbox
    from cnnquiz.sandbox import read_submission

    if device == "cuda" and not allow_weak_isolation:
        raise click.UsageError("a GPU's driver needs what isolation forbids (expected --allow-weak-isolation too)")
    source = read_submission(path)
    try:
        if device == "cuda":
            require_device(device)
        # A folder that cannot be written is told before anything is graded; the sandbox imports torch meanwhile.
        with _folder(output, force=force) as folder:
            with open_sandbox(at_least=None if allow_weak_isolation else WEAKEST_FOR_OTHERS) as sandbox:
                found = _exercise(source, path, exercise, **against)
                report = Grader(found, sandbox, language).grade(source, path.name)
            if device == "cuda":
                with open_sandbox(device=device) as sandbox:
                    on_device = Grader(found, sandbox, language).grade(source, path.name)
                report = beside_cpu(report, on_device, device)
            report = limited(report, feedback)
            if folder is not None:
                _write(report, folder, templates)
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

        click.echo(render_report(report, colour=wants_colour(sys.stdout), templates=templates), nl=False)
    if report.crash is not None:
        click.echo(f"{path}: {report.crash.message}", err=True)
    context.exit(0 if report.verdict == "pass" else 1)


def _refuse_options_about_code(context: click.Context) -> None:
    for name in _ABOUT_CODE:
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
            option = "--input" if name == "input_shapes" else "--" + name.replace("_", "-")
            raise click.UsageError(f"{option} beside typed answers (expected it with a submission)")


def _exercise(
    source: bytes,
    path: Path,
    name: str | None,
    *,
    solution: str | None,
    input_shapes: tuple[tuple[int, ...], ...],
    entry: str | None,
    arguments: dict[str, object] | None,
    solution_arguments: dict[str, object] | None,
) -> "Exercise":
    """The exercise that was named or found, or one made up for --solution."""
    from cnnquiz.bank.exercise import exercise_against, find_exercise

    if solution is None:
        given = {"--input": input_shapes or None, "--arguments": arguments, "--solution-arguments": solution_arguments}
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
    if not input_shapes:
        raise click.UsageError("the input's shape is not known (expected --input, such as --input 1x28x28)")
    return exercise_against(
        Path(file),
        wanted,
        input_shape=input_shapes[0],
        other_input_shapes=input_shapes[1:],
        source=source,
        path=path,
        entry=entry,
        arguments=arguments,
        solution_arguments=arguments if solution_arguments is None else solution_arguments,
    )


def _folder(output: Path | None, *, force: bool) -> "AbstractContextManager[Path | None]":
    if output is None:
        return nullcontext()
    from cnnquiz.cli.writing import writing_folder

    return writing_folder(output, force=force)


def _write(report: "Report", folder: Path, templates: Path | None) -> None:
    from cnnquiz.exports.report_json import report_json
    from cnnquiz.rendering.report_page import render_page

    pages = {"report.html": render_page(report, templates=templates), "report.json": report_json(report)}
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
