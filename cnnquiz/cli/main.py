"""The `cnnquiz` command: its subcommands, and the one place where errors become a line and an exit code."""

import gc
import os
import sys

import click

from cnnquiz import __version__
from cnnquiz.cli.bank import bank
from cnnquiz.cli.doctor import doctor
from cnnquiz.cli.generate import generate
from cnnquiz.cli.grade import grade
from cnnquiz.cli.inspect import inspect
from cnnquiz.cli.listing import list_
from cnnquiz.cli.practice import practice
from cnnquiz.cli.start import start
from cnnquiz.cli.stats import stats
from cnnquiz.errors import CnnQuizError

USAGE, COULD_NOT = 2, 3


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.pass_context
def main(context: click.Context, debug: bool) -> None:
    """Quizzes and autograding for courses on convolutional networks."""
    context.obj = debug


for command in (generate, grade, practice, inspect, start, list_, stats, bank, doctor):
    main.add_command(command)


def run() -> None:
    """Run the command line and leave with its exit code.

    0 done, 1 graded with less than full marks, 2 usage or input error, 3 could not grade.
    """
    # A command makes many small objects that stay until it ends: looking through them every 700 costs a third of it.
    gc.set_threshold(100_000)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # shapes and Korean in any locale
    sys.exit(exit_code(sys.argv[1:]))


def exit_code(arguments: list[str]) -> int:
    """Run one command line in this process and say what to leave with; nothing is raised."""
    try:
        code: int | None = main.main(arguments, prog_name="cnnquiz", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return USAGE
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        place = context.command_path if context else "cnnquiz"
        return _say(f"{place}: {error.format_message().rstrip('.')}", USAGE, arguments)
    except CnnQuizError as error:
        return _say(str(error), error.exit_code, arguments)
    except (click.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:
        # Whoever read our output has seen enough; flushing at exit must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _say(f"{error.filename or 'cnnquiz'}: {error.strerror or error}", COULD_NOT, arguments)
    except Exception as error:  # a fault of ours: one line and exit code 3, the traceback with --debug
        problem = f"cnnquiz: internal error: {type(error).__name__}: {error} (please report it with --debug's output)"
        return _say(problem, COULD_NOT, arguments)
    return code or 0


def _say(problem: str, code: int, arguments: list[str]) -> int:
    """One line on stderr, after the traceback where the user asked for it."""
    if "--debug" in arguments:
        import traceback

        traceback.print_exc()
    click.echo(" ".join(problem.split()), err=True)
    return code
