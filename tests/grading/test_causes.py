"""What numbers alone do not name: cut gradients, lost weights, frozen statistics, other inputs; each is told with its place."""

from pathlib import Path

import pytest

from cnnquiz.bank.exercise import exercise_against
from cnnquiz.grading.grade import Grader
from cnnquiz.grading.report import Report
from cnnquiz.sandbox import Sandbox

SOLUTION = """
import torch
from torch import nn
from torch.nn import functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(8)
        self.conv2 = nn.Conv2d(8, 8, 3, padding=1)
        self.conv3 = nn.Conv2d(8, 8, 3, padding=1)
        self.fc = nn.Linear(8, 5)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        y = F.relu(self.conv2(x))
        y = self.conv3(y) + x
        return self.fc(F.relu(y).mean((2, 3)))
"""

LINE = SOLUTION.splitlines().index("        y = F.relu(self.conv2(x))") + 1

# What is written instead of what; the name of the bug, what its message says, the check that fails.
CASES = {
    "a shortcut that is detached": (
        ("self.conv3(y) + x", "self.conv3(y) + x.detach()"),
        ("gradient cut off by detach", f"(line {LINE + 1})", "train_outputs"),
    ),
    "a layer under no_grad": (
        ("        y = F.relu(self.conv2(x))", "        with torch.no_grad():\n            y = F.relu(self.conv2(x))"),
        ("gradient cut off by no_grad", f"(line {LINE + 1})", "train_outputs"),
    ),
    "layers in a plain list": (
        ("self.conv3 = nn.Conv2d(8, 8, 3, padding=1)", "self.rest = [nn.Conv2d(8, 8, 3, padding=1)]"),
        ("weights that are not registered", "nn.ModuleList", "eval_outputs"),
    ),
    "a batch norm that stays in eval mode": (
        ("        x = F.relu(self.bn1", "        self.bn1.eval()\n        x = F.relu(self.bn1"),
        ("wrong running statistics", "`bn1` do not change", "train_outputs"),
    ),
    "a layer that reads another": (
        ("y = self.conv3(y) + x", "y = self.conv3(x) + y"),
        ("conv2d reads another layer", "`conv3` reads the output of", "eval_outputs"),
    ),
    "one module where two belong": (
        ("self.conv3(y)", "self.conv2(y)"),
        ("shared conv2d", "`conv2`", "eval_outputs"),
    ),
    "a hard-coded dtype": (
        ("        x = F.relu(self.bn1", "        x = x.float()\n        x = F.relu(self.bn1"),
        ("fixed to one dtype", "float32", "other_inputs"),
    ),
    "an input that is changed": (
        ("        x = F.relu(self.bn1", "        x.mul_(1.5)\n        x = x / 1.5\n        x = F.relu(self.bn1"),
        ("input changed in place", "in place", "other_inputs"),
    ),
    "an output of the batch's statistics": (
        ("nn.BatchNorm2d(8)", "nn.BatchNorm2d(8, track_running_stats=False)"),
        ("batch statistics in eval mode", "`bn1`", "eval_outputs"),
    ),
    "a layer built with a tensor": (
        ("y = F.relu(self.conv2(x))", "y = self.conv2(nn.ReLU(x))"),
        (None, "nn.ReLU()(x)", "eval_outputs"),
    ),
}


def repaired(source: str) -> str:
    """The layers of a plain list are used where they were."""
    return source.replace("self.conv3(y)", "self.rest[0](y)") if "self.rest" in source else source


@pytest.fixture(scope="module")
def solution(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("solution") / "reference.py"
    path.write_text(SOLUTION, encoding="utf-8")
    return path


def graded(sandbox: Sandbox, solution: Path, source: str, **options: object) -> Report:
    exercise = exercise_against(
        solution, "Net", input_shape=(3, 12, 12), source=source.encode(), path=Path("mine.py"), **options
    )
    return Grader(exercise, sandbox).grade(source.encode(), "mine.py")


@pytest.mark.parametrize("name", CASES)
def test_the_cause_is_named_with_its_place(sandbox, solution, name):
    (old, new), (bug, text, check) = CASES[name]
    assert old in SOLUTION

    report = graded(sandbox, solution, repaired(SOLUTION.replace(old, new)))

    assert report.verdict != "pass"
    assert not next(each for each in report.checks if each.name == check).passed
    told = "\n".join([*(each.message for each in report.diagnosis), report.crash.message if report.crash else ""])
    assert [each.bug for each in report.diagnosis] == ([bug] if bug else [])
    assert text in told


def test_a_buffer_that_is_not_saved_is_named(sandbox, tmp_path):
    kept = SOLUTION.replace(
        "        self.fc", "        self.register_buffer('scale', torch.ones(8, 1, 1))\n        self.fc"
    )
    kept = kept.replace("F.relu(y).mean", "(self.scale * F.relu(y)).mean")
    path = tmp_path / "reference.py"
    path.write_text(kept, encoding="utf-8")

    report = graded(sandbox, path, kept.replace("torch.ones(8, 1, 1))", "torch.ones(8, 1, 1), persistent=False)"))

    assert [(each.name, each.passed) for each in report.checks][-1] == ("other_inputs", False)
    assert (report.diagnosis[0].bug, report.diagnosis[0].where) == ("state that is not saved", "scale")


def test_inputs_of_other_sizes_have_to_work_where_they_are_asked_for(sandbox, solution):
    fixed = SOLUTION.replace("F.relu(y).mean((2, 3))", "F.avg_pool2d(F.relu(y), 12).flatten(1)")

    alone = graded(sandbox, solution, fixed)
    others = graded(sandbox, solution, fixed, other_input_shapes=((3, 16, 13),))

    assert alone.verdict == "pass"
    assert others.verdict == "fail"
    assert "3×16×13" in next(each for each in others.checks if each.name == "other_inputs").message


def test_a_network_with_one_bug_keeps_the_points_of_what_is_right(sandbox, solution):
    report = graded(sandbox, solution, SOLUTION.replace("F.relu(self.bn1(self.conv1(x)))", "self.bn1(self.conv1(x))"))

    points = {each.name: each.points for each in report.checks}
    assert points == {
        "builds": 1, "output_shape": 1, "parameters": 1, "layers": 1,
        "eval_outputs": 0, "train_outputs": 0, "other_inputs": 0,
    }  # fmt: skip


TWO_OUTPUTS = SOLUTION.replace(
    "return self.fc(F.relu(y).mean((2, 3)))", "y = F.relu(y).mean((2, 3))\n        return self.fc(y), y"
)


def test_a_solution_may_return_several_tensors_and_each_counts(sandbox, tmp_path):
    path = tmp_path / "reference.py"
    path.write_text(TWO_OUTPUTS, encoding="utf-8")

    same = graded(sandbox, path, TWO_OUTPUTS.replace("self.fc", "self.head"))
    other = graded(sandbox, path, TWO_OUTPUTS.replace("self.fc(y), y", "self.fc(y), 2 * y"))
    one = graded(sandbox, path, TWO_OUTPUTS.replace("self.fc(y), y", "self.fc(y)"))

    assert [same.verdict, other.verdict, one.verdict] == ["pass", "fail", "fail"]
    assert next(each for each in other.checks if not each.passed).name == "eval_outputs"
    assert "returned 1 tensor, expected 2" in "".join(each.message for each in one.checks)
