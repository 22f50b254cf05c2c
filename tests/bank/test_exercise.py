"""Exercise files: what is read, each rule's bad input, and how the exercise of a submission is found."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cnnquiz.bank.exercise import CHECKS, exercise_by_name, find_exercise, load_exercise, load_exercises
from cnnquiz.errors import BankError, UsageError

KEYS = {
    "class": "Net",
    "title": "{en: A net, ko: 신경망}",
    "statement": "{en: Build it., ko: 만드십시오.}",
    "solution": "net.py",
    "input_shape": "[3, 32, 32]",
    "points": "{builds: 1, output_shape: 1, parameters: 0, layers: 2, eval_outputs: 4, train_outputs: 1}",
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


def test_the_exercises_that_ship_are_read() -> None:
    assert {"lenet5"} <= {exercise.name for exercise in load_exercises()}
