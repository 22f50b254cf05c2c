"""`cnnquiz start`: starter code for an exercise."""

from pathlib import Path
from typing import Any

import click

from cnnquiz.cli.options import complete_exercises, language_option


@click.command()
@click.argument("exercise", shell_complete=complete_exercises)
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write here instead of to stdout.")
@click.option("--force", is_flag=True, help="Overwrite the file.")
@language_option
def start(exercise: str, output: Path | None, force: bool, language: Any) -> None:
    """Print starter code for EXERCISE.

    The statement is its docstring.
    """
    from cnnquiz.bank.exercise import exercise_by_name
    from cnnquiz.rendering.starter import render_starter

    code = render_starter(exercise_by_name(exercise), language)
    if output is None:
        click.echo(code, nl=False)
        return
    from cnnquiz.cli.writing import write_file

    write_file(output, code, force=force)
    command = f"cnnquiz grade {output} --exercise {exercise}"
    click.echo(f"{output}: starter code for {exercise}; grade it with: {command}", err=True)
