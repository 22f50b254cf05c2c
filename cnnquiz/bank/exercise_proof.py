"""What was proved of an exercise goes in, its file comes out; and whether the files of a bank are up to date."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

from cnnquiz.bank.exercise import Arguments, Exercise, exercise_by_name, exercise_names

SCHEMA = "cnnquiz.proof/1"

# A proof is stale where its solution or the arguments have changed since, left over where there is no such exercise.
State = Literal["current", "missing", "stale", "left over"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MutantAt:
    """A bug of the solution, the layer that has it, and how far its numbers are from the solution's, in tolerances."""

    bug: str
    layer: str
    tolerances: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingProof:
    """How the mutants of the solution fared with one set of arguments.

    `told_apart` counts, by kind, those whose numbers are far from the solution's at every challenge, `other_tensors`
    those that the solution's weights do not fit; `equal` are the same function, `weak` are in between. `nearest` is the
    least of those told apart, where it is near. `tried` of the `calls` had bugs put into them: the rest is like them.
    `train_mode` tells whether the recording is the solution in train mode, too. With a solution that cannot be run from
    its recording nothing is proved; `unproved` says why.
    """

    arguments: Arguments
    input_shape: tuple[int, ...]
    challenges: int
    calls: int
    tried: int = 0
    train_mode: bool = True
    told_apart: Mapping[str, int]
    other_tensors: Mapping[str, int]
    equal: tuple[MutantAt, ...] = ()
    weak: tuple[MutantAt, ...] = ()
    nearest: MutantAt | None = None
    unproved: str = ""


def proof_path(folder: Path, name: str) -> Path:
    """Where the proof of a bank's exercise is."""
    return folder / "exercises" / "proofs" / f"{name}.json"


def proof_text(exercise: Exercise, proved: Sequence[SettingProof]) -> str:
    """The text of a stored proof: one set of arguments after the other, a mutant a line."""
    head = {"schema": SCHEMA, "exercise": exercise.name, **_digests(exercise)}
    lines = [f" {_text(name)}: {_text(value)}" for name, value in head.items()]
    settings = ",\n".join(_setting_text(each) for each in proved)
    return "{\n" + ",\n".join(lines) + ',\n "settings": [\n' + settings + "\n ]\n}\n"


def _setting_text(proof: SettingProof) -> str:
    entries: dict[str, object] = {
        "arguments": proof.arguments,
        "input_shape": proof.input_shape,
        "challenges": proof.challenges,
        "calls": proof.calls,
    }
    if proof.unproved:
        entries["unproved"] = proof.unproved
    else:
        nearest = proof.nearest
        entries |= {
            "tried": proof.tried,
            "train_mode": proof.train_mode,
            "told_apart": dict(sorted(proof.told_apart.items())),
            "other_tensors": dict(sorted(proof.other_tensors.items())),
            "nearest": nearest and {**_mutant(nearest), "tolerances": float(f"{nearest.tolerances:.1g}")},
        }
    texts = [f"   {_text(name)}: {_text(value)}" for name, value in entries.items()]
    if not proof.unproved:
        equal = [f"    {_text(_mutant(each))}" for each in proof.equal]
        texts.append('   "equal": ' + ("[\n" + ",\n".join(equal) + "]" if equal else "[]"))
    return "  {\n" + ",\n".join(texts) + "}"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _mutant(mutant: MutantAt) -> dict[str, object]:
    return {"bug": mutant.bug, "layer": mutant.layer}


def _digests(exercise: Exercise) -> dict[str, str]:
    """SHA-256 of what a proof is about: the solution's text, whatever its line ends, and what it is called with."""
    source = exercise.solution.read_bytes().replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    settings = [
        [exercise.solution_entry, each.solution_arguments, each.input_shape, each.other_input_shapes]
        for each in exercise.settings
    ]
    text = json.dumps(settings, sort_keys=True, ensure_ascii=False)
    return {"solution": sha256(source).hexdigest(), "called_with": sha256(text.encode()).hexdigest()}


def proof_states(folder: Path) -> dict[Path, State]:
    """The proofs that a bank's exercises have or lack, by file. BankError where an exercise cannot be read."""
    names = exercise_names(folder)
    found: dict[Path, State] = {proof_path(folder, name): _state(folder, name) for name in names}
    left = sorted((folder / "exercises" / "proofs").glob("*.json"))
    return found | {path: "left over" for path in left if path.stem not in names}


def _state(folder: Path, name: str) -> State:
    path = proof_path(folder, name)
    if not path.is_file():
        return "missing"
    exercise = exercise_by_name(name, folder)
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        return "stale"
    wanted = {"schema": SCHEMA, "exercise": exercise.name, **_digests(exercise)}
    if not isinstance(stored, dict) or not stored.items() >= wanted.items():
        return "stale"
    settings = stored.get("settings")
    whole = isinstance(settings, list) and len(settings) == len(exercise.settings)
    return "current" if whole else "stale"
