"""`cnnquiz bank record`: what torch finds out about a bank once, stored as data: networks, and proofs of exercises."""

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cnnquiz.cli.options import bank_option, complete_exercises
from cnnquiz.errors import UsageError

if TYPE_CHECKING:
    from cnnquiz.bank.exercise import Exercise
    from cnnquiz.bank.exercise_proof import SettingProof
    from cnnquiz.sandbox import Sandbox


@click.command()
@click.argument("names", metavar="[EXERCISE]...", nargs=-1, shell_complete=complete_exercises)
@bank_option
@click.option("--all", "everything", is_flag=True, help="Prove all exercises, not only those that changed.")
@click.option("--check", is_flag=True, help="Write nothing; leave with exit code 1 if a file is missing or stale.")
@click.pass_context
def record(
    context: click.Context, names: tuple[str, ...], bank_folder: Path | None, everything: bool, check: bool
) -> None:
    """Bring up to date what a bank has recorded: the networks of solutions/, and proofs of its exercises.

    A proof says that bugs of an exercise's solution cannot pass: each was put into the solution, and compared with it
    on weights and inputs as they are drawn for a submission. One that comes too near is named, and no proof is written.

    EXERCISE is proved again even if nothing has changed, and alone. Leaves with exit code 1 where a bug is too near.
    """
    if names and everything:
        raise click.UsageError("names of exercises, or --all, not both")
    if check:
        stale = _stale(bank_folder, names)
        for line in stale:
            click.echo(line)
        context.exit(1 if stale else 0)
    if bank_folder is None and not names:
        _record_networks()
    context.exit(0 if _record_proofs(bank_folder, names, everything=everything) else 1)


def recordings() -> dict[str, str]:
    """What running each solution gives now, by the name of its file."""
    from cnnquiz.cnn.stored import to_json
    from cnnquiz.tracing.solutions import load_solutions

    return {f"{solution.name}.json": to_json(solution.record()) for solution in load_solutions()}


def stale_files(texts: dict[str, str]) -> list[str]:
    """The stored recordings that are not what running the solutions gives."""
    from cnnquiz.bank.networks import network_folder

    stored = {path.name: path.read_text(encoding="utf-8") for path in sorted(network_folder().glob("*.json"))}
    return sorted(name for name in texts.keys() | stored.keys() if texts.get(name) != stored.get(name))


def stale_proofs(bank_folder: Path | None, names: Collection[str] = ()) -> dict[Path, str]:
    """What is wrong with each proof that is not up to date, with the command that mends it."""
    from cnnquiz.bank.exercise_proof import proof_states

    cure = "cnnquiz bank record" + (f" --bank {bank_folder}" if bank_folder else "")
    return {
        path: f"{path}: {state} (expected {cure!r})"
        for path, state in proof_states(_folder(bank_folder)).items()
        if state != "current" and (not names or path.stem in names)
    }


def _folder(bank_folder: Path | None) -> Path:
    from cnnquiz.bundled import bundled_path

    if bank_folder is not None and not bank_folder.is_dir():
        raise UsageError(f"{bank_folder}: is not a folder (expected a question bank)")
    return bank_folder or bundled_path("question_bank")


def _stale(bank_folder: Path | None, names: Collection[str]) -> list[str]:
    from cnnquiz.bank.exercise import exercise_by_name
    from cnnquiz.bank.networks import network_folder

    for name in names:
        exercise_by_name(name, _folder(bank_folder))
    networks = stale_files(recordings()) if bank_folder is None and not names else []
    return [*(f"{network_folder() / name}: stale" for name in networks), *stale_proofs(bank_folder, names).values()]


def _record_networks() -> None:
    from cnnquiz.bank.networks import network_folder
    from cnnquiz.cli.writing import write_file

    folder, texts = network_folder(), recordings()
    for name in stale_files(texts):
        click.echo(f"{folder / name}: {'written' if name in texts else 'removed'}")
        if name in texts:
            write_file(folder / name, texts[name], force=True)
        else:
            (folder / name).unlink()


def _record_proofs(bank_folder: Path | None, names: Collection[str], *, everything: bool) -> bool:
    """Prove the exercises that are named, or else what is not up to date; whether all could be proved."""
    from cnnquiz.bank.exercise import exercise_by_name
    from cnnquiz.bank.exercise_proof import proof_path, proof_states
    from cnnquiz.grading.proof.prove import open_patient_sandbox

    folder = _folder(bank_folder)
    states = {} if names else proof_states(folder)
    for path, state in states.items():
        if state == "left over":
            path.unlink()
            click.echo(f"{path}: removed")
    wanted = names or [
        path.stem for path, state in states.items() if state != "left over" and (state != "current" or everything)
    ]
    exercises = [exercise_by_name(name, folder) for name in dict.fromkeys(wanted)]
    if not exercises:
        return True
    with open_patient_sandbox() as sandbox:
        done = [_record_proof(exercise, proof_path(folder, exercise.name), sandbox) for exercise in exercises]
    return all(done)


def _record_proof(exercise: "Exercise", path: Path, sandbox: "Sandbox") -> bool:
    """Write the proof and what its author should look at; where a bug is too near, say so and write nothing."""
    from cnnquiz.bank.exercise_proof import proof_text
    from cnnquiz.cli.writing import write_file
    from cnnquiz.grading.proof.prove import FAR, prove

    proved = prove(exercise, sandbox)
    for setting in proved:
        for mutant in setting.weak:
            near = f"{mutant.tolerances:.1g} tolerances from the solution (expected at least {FAR:g})"
            click.echo(f"{path}: {mutant.bug} at {mutant.layer} is {near}; {_called(setting)}", err=True)
    if any(setting.weak for setting in proved):
        return False
    write_file(path, proof_text(exercise, proved), force=True)
    click.echo(f"{path}: written")
    for setting in proved:
        if setting.unproved:
            click.echo(f"  nothing proved: {setting.unproved}; {_called(setting)}")
        for mutant in setting.equal:
            click.echo(f"  the same function: {mutant.bug} at {mutant.layer}; {_called(setting)}")
    return True


def _called(setting: "SettingProof") -> str:
    shown = ", ".join(f"{name}={value!r}" for name, value in setting.arguments.items())
    return f"called with ({shown}) on {'×'.join(map(str, setting.input_shape))}"
