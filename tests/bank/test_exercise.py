"""Exercise files: what is read, each rule's bad input, and how the exercise of a submission is found."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from cnnquiz.bank.exercise import CHECKS, Exercise, exercise_by_name, find_exercise, load_exercise, load_exercises
from cnnquiz.bank.text import LANGUAGES
from cnnquiz.bundled import bundled_path
from cnnquiz.errors import BankError, UsageError

KEYS = {
    "class": "Net",
    "title": "{en: A net, ko: 신경망}",
    "statement": "{en: Build it., ko: 만드십시오.}",
    "solution": "net.py",
    "input_shape": "[3, 32, 32]",
    "points": "{builds: 1, output_shape: 1, parameters: 0, layers: 2, eval_outputs: 4, train_outputs: 1, "
    "other_inputs: 1}",
    "source": "hand",
}
ZERO = "{" + ", ".join(f"{check}: 0" for check in CHECKS) + "}"

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    folder = tmp_path / "exercises"
    folder.mkdir()
    (folder / "net.py").write_text("class Net: ...\n")

    def exercise(name: str = "net", **changes: str | None) -> Path:
        keys = {key: value for key, value in {**KEYS, **changes}.items() if value is not None}
        path = folder / f"{name}.yaml"
        path.write_text("".join(f"{key}: {value}\n" for key, value in keys.items()), encoding="utf-8")
        return path

    return exercise


def test_an_exercise_is_read(write: Write) -> None:
    exercise = load_exercise(write(forbidden="[torchvision]"))
    assert (exercise.name, exercise.entry, exercise.input_shape) == ("net", "Net", (3, 32, 32))
    assert tuple(exercise.points) == CHECKS
    assert exercise.forbidden == ("torchvision",)
    assert exercise.title.fill("ko", {}) == "신경망"
    assert exercise.solution.name == "net.py"


def test_what_a_further_setting_leaves_out_is_as_usual(write: Write) -> None:
    exercise = load_exercise(
        write(
            arguments="{channels: 8, slope: 0.5}",
            solution_arguments="{width: 8}",
            other_input_shapes="[[3, 9, 7]]",
            also="[{input_shape: [3, 5, 6]}, {arguments: {channels: [4, 2], last: true}, other_input_shapes: [[3, 4, 4]]}]",
        )
    )
    first, smaller, other = exercise.settings

    assert [each.arguments for each in exercise.settings] == [
        *[{"channels": 8, "slope": 0.5}] * 2,
        {"channels": [4, 2], "last": True},
    ]
    assert [each.solution_arguments for each in (first, smaller)] == [{"width": 8}] * 2
    assert other.solution_arguments == other.arguments
    assert [each.input_shape for each in exercise.settings] == [(3, 32, 32), (3, 5, 6), (3, 32, 32)]
    assert [each.other_input_shapes for each in exercise.settings] == [((3, 9, 7),), (), ((3, 4, 4),)]
    assert all(each.also == () and each.points == exercise.points for each in exercise.settings)


def test_numbers_are_whole_unless_they_are_written_with_a_point(write: Write) -> None:
    exercise = load_exercise(write(defaults="{stride: 1, width: 1.0, alpha: 0.0001, name: '1', bias: false}"))

    assert repr(exercise.defaults) == "{'stride': 1, 'width': 1.0, 'alpha': 0.0001, 'name': '1', 'bias': False}"


@pytest.mark.parametrize(
    ("changes", "line", "message"),
    [
        ({"source": None}, 1, "'source' is missing (expected the keys class, title, statement, solution, input_shape, points, source)"),
        ({"sorce": "x"}, 8, "unknown key 'sorce' (expected 'source'?)"),
        ({"class": "Le Net"}, 1, "'Le Net' is no name in Python (expected the name of a class)"),
        ({"title": "{en: x}"}, 2, "'ko' is missing (expected the keys en, ko)"),
        ({"solution": "nte.py"}, 4, "there is no solution 'nte.py' (expected a file in solutions/ or beside the exercise)"),
        ({"input_shape": "[]"}, 5, "an input without sizes (expected sizes such as [3, 224, 224], batch left out)"),
        ({"input_shape": "3x32x32"}, 5, "'3x32x32' where a list of sizes belongs (expected a list of sizes)"),
        ({"input_shape": "[3, 0, 32]"}, 5, "a size is 0 (expected a whole number of at least 1)"),
        ({"points": ZERO}, 6, "no points at all (expected at least one point for one of the checks)"),
        ({"points": ZERO.replace("builds: 0", "builds: -1")}, 6, "points for builds is -1 (expected a whole number from 0 to 100)"),
        ({"points": "{builds: 1}"}, 6, "'output_shape' is missing (expected the keys " + ", ".join(CHECKS) + ")"),
        ({"points": ZERO.replace("layers", "layer")}, 6, "unknown key 'layer' (expected 'layers'?)"),
        ({"also": "{stride: 1}"}, 8, "a mapping where a list belongs (expected a list)"),
        ({"also": "[{stride: 1}]"}, 8, "unknown key 'stride' (expected one of arguments, input_shape, other_input_shapes, solution_arguments)"),
        ({"also": "[{input_shape: [0]}]"}, 8, "a size is 0 (expected a whole number of at least 1)"),
        ({"defaults": "[1]"}, 8, "a list where keys and values belong (expected key: value lines)"),
        ({"other_input_shapes": "[3, 9, 7]"}, 8, "'3' where a list of sizes belongs (expected a list of sizes)"),
        ({"concatenation": "any"}, 8, "an unknown order of concatenations (expected free or fixed)"),
        ({"forbidden": "torchvision"}, 8, "'torchvision' where a list belongs (expected a list)"),
    ],
)  # fmt: skip
def test_a_wrong_exercise(write: Write, changes: dict[str, str | None], line: int, message: str) -> None:
    path = write(**changes)
    with pytest.raises(BankError) as caught:
        load_exercise(path)
    assert str(caught.value) == f"{path}:{line}: {message}"


@pytest.mark.parametrize(
    "source",
    [
        b"import torch\nclass Net(torch.nn.Module): ...\n",
        b"def Net(): ...\n",
        b"\xef\xbb\xbfclass Net: ...\n",
        b"x = 1\r\nclass\tNet:\r\n    pass\r\n",
        b"# \xff is not UTF-8\nclass Net: ...\n",
    ],
    ids=["a class", "a function", "a byte order mark first", "Windows line ends", "not UTF-8"],
)
def test_the_exercise_of_a_submission_is_found_by_its_class(write: Write, source: bytes) -> None:
    folder = write().parent.parent
    assert find_exercise(source, Path("s.py"), None, folder).name == "net"


@pytest.mark.parametrize(
    ("source", "named", "message"),
    [
        (b"class Other: ...", None, "s.py: no class of an exercise in it (expected one of Net, Net2, or --exercise)"),
        (b"    class Net: ...", None, "s.py: no class of an exercise in it (expected one of Net, Net2, or --exercise)"),
        (b"class Net: ...\nclass Net2: ...", None, "s.py: it defines Net, Net2 (expected --exercise to say which one to grade)"),
        (b"class Net: ...", "nte", "unknown exercise 'nte' (expected 'net'?)"),
        (b"class Net: ...", "zzzz", "unknown exercise 'zzzz' (expected one of net, net2)"),
    ],
)  # fmt: skip
def test_an_exercise_that_is_not_found(write: Write, source: bytes, named: str | None, message: str) -> None:
    write()
    folder = write("net2", **{"class": "Net2"}).parent.parent
    with pytest.raises(UsageError) as caught:
        find_exercise(source, Path("s.py"), named, folder)
    assert str(caught.value) == message


def test_a_bank_without_exercises(tmp_path: Path) -> None:
    assert load_exercises(tmp_path) == ()
    with pytest.raises(UsageError) as caught:
        find_exercise(b"class Net: ...", Path("s.py"), None, tmp_path)
    assert str(caught.value).startswith("the question bank holds no exercises")
    with pytest.raises(UsageError) as caught:
        exercise_by_name("net", tmp_path)
    assert str(caught.value) == "unknown exercise 'net' (expected a bank that holds exercises)"


EXERCISES = load_exercises()
every_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)


def stated_signature(text: str, entry: str) -> tuple[list[str], dict[str, object]]:
    """Arguments that are always given, and those with defaults, of the class as a statement writes it."""
    call = next(found for found in re.findall(r"`(\w+(?:\([^`]*\))?)`", text) if found.partition("(")[0] == entry)
    tree = ast.parse(f"def {call if '(' in call else call + '()'}: ...").body[0]
    assert isinstance(tree, ast.FunctionDef)
    names = [argument.arg for argument in tree.args.args]
    values = [ast.literal_eval(value) for value in tree.args.defaults]
    given = len(names) - len(values)
    return names[:given], dict(zip(names[given:], values, strict=True))


@every_exercise
def test_what_is_graded_is_what_the_statement_promises(exercise: Exercise) -> None:
    assert exercise.statement is not None
    for language in LANGUAGES:
        given, defaults = stated_signature(exercise.statement.fill(language, {}), exercise.entry)

        assert defaults == exercise.defaults
        assert list(map(type, defaults.values())) == list(map(type, exercise.defaults.values()))
        for setting in exercise.settings:
            assert set(given) <= set(setting.arguments) <= {*given, *defaults}


@every_exercise
def test_every_block_is_graded_with_several_arguments_and_sizes(exercise: Exercise) -> None:
    is_block = exercise.input_shape[0] not in (1, 3)
    calls = [repr(setting.arguments) for setting in exercise.settings]

    assert len(set(calls)) == len(calls)
    if is_block:
        assert len(calls) > 1
        assert exercise.other_input_shapes
        sizes = {setting.input_shape[-2:] for setting in exercise.settings} | {
            shape[-2:] for shape in exercise.other_input_shapes
        }
        assert any(height != width for height, width in sizes)
        # A default is promised only if it is graded: some setting leaves the argument out.
        assert all(any(name not in each.arguments for each in exercise.settings) for name in exercise.defaults)


PAGE = (bundled_path("question_bank").parent / "docs" / "writing-exercises.md").read_text(encoding="utf-8")


def example(language: str) -> str:
    (code,) = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
    return str(code)


def test_the_example_on_the_page_about_exercises_is_one(tmp_path: Path) -> None:
    (tmp_path / "down_block.py").write_text(example("python"), encoding="utf-8")
    (tmp_path / "down_block.yaml").write_text(example("yaml"), encoding="utf-8")
    exercise = load_exercise(tmp_path / "down_block.yaml")

    assert exercise.statement is not None
    for language in LANGUAGES:
        assert stated_signature(exercise.statement.fill(language, {}), "DownBlock")[1] == exercise.defaults
    assert f"class {exercise.entry}(nn.Module)" in exercise.solution.read_text(encoding="utf-8")
    assert len(exercise.settings) == 2


def test_every_check_is_on_the_page_about_exercises() -> None:
    assert tuple(re.findall(r"^\| `(\w+)` \|", PAGE.partition("## Checks")[2], flags=re.MULTILINE)) == CHECKS
