"""A coding exercise: its statement, the module it asks for, its checks and their points."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, get_args

from cnnquiz.bank.reading.entry import Entry
from cnnquiz.bank.reading.yaml_tree import read_yaml
from cnnquiz.bank.text import Text, literal_text, read_text
from cnnquiz.bundled import bundled_path
from cnnquiz.errors import UsageError

ConcatenationOrder = Literal["free", "fixed"]
CHECKS = ("builds", "output_shape", "parameters", "layers", "eval_outputs", "train_outputs", "other_inputs")
_DEFINITION = re.compile(r"^(?:class|def)[ \t]+(\w+)", re.MULTILINE)
_KEYS = ("class", "title", "statement", "solution", "input_shape", "points", "source")
_OPTIONAL = (
    *("forbidden", "solution_class", "other_input_shapes", "arguments", "defaults", "solution_arguments", "also"),
    "concatenation",
)
_CONCATENATION: tuple[ConcatenationOrder, ...] = get_args(ConcatenationOrder)
_SETTING = ("arguments", "solution_arguments", "input_shape", "other_input_shapes")
_MODULE = re.compile(r"^class[ \t]+(\w+)[ \t]*\([^)]*Module[^)]*\)", re.MULTILINE)
_POINTS = dict(zip(CHECKS, (1, 1, 1, 2, 3, 1, 1), strict=True))

Arguments = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Arguments of both sides and the inputs for them."""

    arguments: Arguments
    solution_arguments: Arguments
    input_shape: tuple[int, ...]
    other_input_shapes: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """What a student writes and how it is judged.

    `entry` is the name of the class or function to hand in, `solution_entry` that of the solution; each is called with
    its keyword arguments. `input_shape` is one input without the batch; inputs of `other_input_shapes` have to work
    with the same module. `also` are further arguments and inputs with which everything is judged again. `defaults` are
    the values that the statement promises for arguments that are left out. With a fixed `concatenation` the inputs of
    each must come in the solution's order; else any order will do of which the outputs tell nothing. An exercise that
    was made up for one solution has no statement.
    """

    name: str
    entry: str
    title: Text
    statement: Text | None
    solution: Path
    solution_entry: str
    arguments: Arguments
    solution_arguments: Arguments
    input_shape: tuple[int, ...]
    points: Mapping[str, int]
    forbidden: tuple[str, ...]
    source: str
    other_input_shapes: tuple[tuple[int, ...], ...] = ()
    also: tuple[Setting, ...] = ()
    defaults: Arguments = field(default_factory=dict)
    concatenation: ConcatenationOrder = "free"

    @property
    def settings(self) -> tuple["Exercise", ...]:
        """The exercise once for each set of arguments with which it is judged, without others beside them."""
        others = (
            replace(
                self,
                arguments=each.arguments,
                solution_arguments=each.solution_arguments,
                input_shape=each.input_shape,
                other_input_shapes=each.other_input_shapes,
                also=(),
            )
            for each in self.also
        )
        return replace(self, also=()), *others


def load_exercise(path: Path) -> Exercise:
    """Read one exercise file; BankError names file, line and what was expected."""
    keys = read_yaml(path).mapping((*_KEYS, *_OPTIONAL), required=_KEYS)
    setting = _setting(keys)
    return Exercise(
        name=path.stem,
        entry=_entry(keys["class"]),
        title=read_text(keys["title"]),
        statement=read_text(keys["statement"]),
        solution=_solution(keys["solution"]),
        solution_entry=_entry(keys["solution_class"] if "solution_class" in keys else keys["class"]),
        arguments=setting.arguments,
        solution_arguments=setting.solution_arguments,
        input_shape=setting.input_shape,
        other_input_shapes=setting.other_input_shapes,
        also=tuple(_setting(item.mapping(_SETTING), keys) for item in keys["also"].items()) if "also" in keys else (),
        defaults=_arguments(keys.get("defaults")),
        points=_points(keys["points"]),
        concatenation=_concatenation(keys["concatenation"]) if "concatenation" in keys else "free",
        forbidden=tuple(item.text("a module's name") for item in keys["forbidden"].items())
        if "forbidden" in keys
        else (),
        source=keys["source"].text("a source (paper, section or table)"),
    )


def load_exercises(folder: Path | None = None) -> tuple[Exercise, ...]:
    """All exercises of a bank, by name."""
    folder = folder or bundled_path("question_bank")
    return tuple(load_exercise(path) for path in sorted((folder / "exercises").glob("*.yaml")))


def exercise_names(folder: Path | None = None) -> tuple[str, ...]:
    """Names of a bank's exercises, without reading them."""
    folder = folder or bundled_path("question_bank")
    return tuple(sorted(path.stem for path in (folder / "exercises").glob("*.yaml")))


def exercise_by_name(name: str, folder: Path | None = None) -> Exercise:
    """One exercise; UsageError names those that exist."""
    names = exercise_names(folder)
    if name not in names:
        near = difflib.get_close_matches(name, names, 1)
        expected = f"{near[0]!r}?" if near else "one of " + ", ".join(names) if names else "a bank that holds exercises"
        raise UsageError(f"unknown exercise {name!r} (expected {expected})")
    return load_exercise((folder or bundled_path("question_bank")) / "exercises" / f"{name}.yaml")


def find_exercise(source: bytes, path: Path, name: str | None, folder: Path | None = None) -> Exercise:
    """The exercise that was named, or the only one whose class or function the file defines.

    The file is searched as text: student code is never parsed in this process.
    """
    if name is not None:
        return exercise_by_name(name, folder)
    defined = set(_DEFINITION.findall(source.decode("utf-8-sig", "replace")))
    exercises = load_exercises(folder)
    found = [exercise for exercise in exercises if exercise.entry in defined]
    if len(found) == 1:
        return found[0]
    if not exercises:
        raise UsageError("the question bank holds no exercises (expected .yaml files in its folder 'exercises')")
    entries = ", ".join(exercise.entry for exercise in found or exercises)
    if found:
        raise UsageError(f"{path}: it defines {entries} (expected --exercise to say which one to grade)")
    raise UsageError(f"{path}: no class of an exercise in it (expected one of {entries}, or --exercise)")


def exercise_against(
    solution: Path,
    solution_entry: str,
    *,
    input_shape: tuple[int, ...],
    other_input_shapes: tuple[tuple[int, ...], ...] = (),
    source: bytes,
    path: Path,
    entry: str | None = None,
    arguments: Arguments | None = None,
    solution_arguments: Arguments | None = None,
) -> Exercise:
    """An exercise that asks for what a teacher's module does.

    `source` is the submission of that path; without `entry` its class is the one that is called as the solution's, or
    the only module in it.
    """
    title = literal_text(f"{solution.name}:{solution_entry}")
    return Exercise(
        name=f"{solution.stem}:{solution_entry}",
        entry=entry or _only_module(source, path, solution_entry),
        title=title,
        statement=None,
        solution=solution,
        solution_entry=solution_entry,
        arguments=arguments or {},
        solution_arguments=solution_arguments or {},
        input_shape=input_shape,
        other_input_shapes=other_input_shapes,
        points=_POINTS,
        forbidden=(),
        source=str(solution),
    )


def _only_module(source: bytes, path: Path, wanted: str) -> str:
    text = source.decode("utf-8-sig", "replace")
    if wanted in _DEFINITION.findall(text):
        return wanted
    modules = _MODULE.findall(text)
    if len(modules) == 1:
        return str(modules[0])
    found = f"it defines {', '.join(modules)}" if modules else "no module in it"
    raise UsageError(f"{path}: {found} (expected --entry to say which class to grade)")


def _arguments(entry: Entry | None) -> Arguments:
    """Keyword arguments: whole numbers, decimals, true and false, texts, and lists of them."""
    return {name: _argument(item) for name, item in entry.open_mapping().items()} if entry is not None else {}


def _argument(entry: Entry) -> object:
    if isinstance(entry.value, list):
        return [_argument(item) for item in entry.value]
    if entry.plain and entry.value in ("true", "false"):
        return entry.value == "true"
    if entry.value is None:
        return None
    if entry.is_number:
        number = entry.fraction("a number")
        return float(number) if number.denominator != 1 or "." in entry.text() else number.numerator
    return entry.text("a value")


def _setting(keys: Mapping[str, Entry], usual: Mapping[str, Entry] | None = None) -> Setting:
    """Arguments and inputs; what further settings leave out is as usual, but for inputs of other shapes."""
    usual = usual or {}
    arguments = keys.get("arguments", usual.get("arguments"))
    own = keys.get("solution_arguments", usual.get("solution_arguments") if "arguments" not in keys else None)
    shapes = keys["other_input_shapes"].items() if "other_input_shapes" in keys else ()
    return Setting(
        arguments=_arguments(arguments),
        solution_arguments=_arguments(own or arguments),
        input_shape=_input_shape(keys["input_shape"] if "input_shape" in keys else usual["input_shape"]),
        other_input_shapes=tuple(map(_input_shape, shapes)),
    )


def _concatenation(entry: Entry) -> ConcatenationOrder:
    for order in _CONCATENATION:
        if entry.value == order:
            return order
    raise entry.error("an unknown order of concatenations", expected=" or ".join(_CONCATENATION))


def _entry(entry: Entry) -> str:
    name = entry.text("the name of a class")
    if not name.isidentifier():
        raise entry.error(f"{name!r} is no name in Python", expected="the name of a class")
    return name


def _input_shape(entry: Entry) -> tuple[int, ...]:
    sizes = tuple(size.integer("a size", at_least=1) for size in entry.items("a list of sizes"))
    if not sizes:
        raise entry.error("an input without sizes", expected="sizes such as [3, 224, 224], batch left out")
    return sizes


def _solution(entry: Entry) -> Path:
    name = entry.text("a file of solutions/")
    beside = entry.path.parent / name
    path = beside if beside.is_file() else bundled_path("solutions") / name
    if not path.is_file():
        raise entry.error(f"there is no solution {name!r}", expected="a file in solutions/ or beside the exercise")
    return path


def _points(entry: Entry) -> dict[str, int]:
    checks = entry.mapping(CHECKS, required=CHECKS)
    points = {check: checks[check].integer(f"points for {check}", at_least=0, at_most=100) for check in CHECKS}
    if not any(points.values()):
        raise entry.error("no points at all", expected="at least one point for one of the checks")
    return points
