"""Where the numbers of a wrong network leave the solution's, and what is told about it."""

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


def normalised(bn, x):
    mean, variance = bn.running_mean.view(1, -1, 1, 1), bn.running_var.view(1, -1, 1, 1)
    x = (x - mean) / (variance + bn.eps).sqrt()
    return x * bn.weight.view(1, -1, 1, 1) + bn.bias.view(1, -1, 1, 1)


class Unit(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.bn = nn.BatchNorm2d(channels)
        self.reduce = nn.Conv2d(channels, 4, 1)
        self.bn2 = nn.BatchNorm2d(4)
        self.grow = nn.Conv2d(4, 4, 3, padding=1)

    def forward(self, x):
        y = self.reduce(F.relu(self.bn(x)))
        y = self.grow(F.relu(self.bn2(y)))
        return torch.cat([x, y], 1)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.units = nn.Sequential(Unit(8), Unit(12))
        self.left = nn.Conv2d(16, 6, 1)
        self.right = nn.Conv2d(16, 6, 3, padding=1)
        self.fc = nn.Linear(12, 5)

    def forward(self, x):
        x = self.units(self.stem(x))
        a = F.relu(self.left(x))
        b = F.relu(self.right(x))
        x = torch.cat([a, b], 1)
        return self.fc(x.mean((2, 3)))
"""


def line(text: str, source: str = SOLUTION) -> int:
    return next(k for k, each in enumerate(source.splitlines(), start=1) if text in each)


POST = """        y = F.relu(self.bn2(self.reduce(x)))
        y = F.relu(self.bn3(self.grow(y)))
"""
PRE = SOLUTION[SOLUTION.index("        y = self.reduce") : SOLUTION.index("        return torch.cat([x, y], 1)")]

# What is written instead of what; the name of the bug, its place, and what else is said of it.
CASES = {
    "an ε behind the root, in code of one's own": (
        [
            ("y = self.reduce(F.relu(self.bn(x)))", "y = self.reduce(F.relu(normalised(self.bn, x)))"),
            ("(variance + bn.eps).sqrt()", "(variance.sqrt() + 0.2)"),
        ],
        ("own batch_norm", "units.0", "(variance"),
        "at ε",
    ),
    "a branch twice in a concatenation": (
        [("torch.cat([a, b], 1)", "torch.cat([a, a], 1)")],
        ("an input of cat twice", "cat", "torch.cat([a, b], 1)"),
        "twice",
    ),
    "a branch that reads the other": (
        [("b = F.relu(self.right(x))", "b = F.relu(self.right(torch.cat([a, a, a[:, :4]], 1)))")],
        (None, "", "b = F.relu"),
        "",
    ),
    "the image's mean over the batch": (
        [("x = self.units(self.stem(x))", "x = self.units(self.stem(x - x.mean(0)))")],
        ("images of a batch are not independent", "", "x = self.units"),
        "depends on the other images",
    ),
    "a constant of one's own": (
        [("x = torch.cat([a, b], 1)", "x = torch.cat([a, b.clamp(max=0.3)], 1)")],
        ("extra clamp", "clamp", "x = torch.cat([a, b], 1)"),
        "clamp",
    ),
    "convolutions before batch norm": (
        [(PRE, POST), ("self.bn = nn.BatchNorm2d(channels)", "self.bn3 = nn.BatchNorm2d(4)")],
        ("order of conv2d", "units.0.reduce", "y = self.reduce"),
        "the other way round",
    ),
    "two attributes of one layer": (
        [("self.right = nn.Conv2d(16, 6, 3, padding=1)", "self.right = nn.Conv2d(16, 6, 3, padding=2, dilation=2)")],
        ("wrong dilation", "right", "b = F.relu"),
        "dilation 2 instead of 1 and padding 2 instead of 1",
    ),
    "layers that only training knows": (
        [("        x = torch.cat([a, b], 1)", "        x = torch.cat([a, torch.tanh(b) if self.training else b], 1)")],
        ("other layers in train mode", "tanh", "x = torch.cat([a, b], 1)"),
        "self.training",
    ),
    "one unit too few": (
        [("nn.Sequential(Unit(8), Unit(12))", "nn.Sequential(Unit(8))"), ("nn.Conv2d(16,", "nn.Conv2d(12,")],
        ("missing block", "units.0.cat", "return torch.cat([x, y], 1)"),
        "a block is missing",
    ),
}


@pytest.fixture(scope="module")
def solution(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("solution") / "reference.py"
    path.write_text(SOLUTION, encoding="utf-8")
    return path


def graded(sandbox: Sandbox, solution: Path, *changes: tuple[str, str]) -> Report:
    source = SOLUTION
    for old, new in changes:
        assert old in source
        source = source.replace(old, new)
    exercise = exercise_against(solution, "Net", input_shape=(3, 10, 9), source=source.encode(), path=Path("mine.py"))
    return Grader(exercise, sandbox).grade(source.encode(), "mine.py")


@pytest.mark.parametrize("name", CASES)
def test_a_bug_is_told_where_the_numbers_go_wrong(sandbox, solution, name):
    changes, (bug, where, at), text = CASES[name]

    report = graded(sandbox, solution, *changes)

    first = report.diagnosis[0]
    assert bug is None or first.bug == bug, first
    assert where in first.where, first
    assert not at or first.line == line(at), first
    assert text in first.message


def test_what_is_computed_in_another_way_is_no_difference(sandbox, solution):
    other = ("self.fc(x.mean((2, 3)))", "self.fc(x.sum((2, 3)) / 90)")
    bug = ("b = F.relu(self.right(x))", "b = self.right(x)")

    honest, wrong = graded(sandbox, solution, other), graded(sandbox, solution, other, bug)

    assert honest.verdict == "pass"
    layers = next(check for check in wrong.checks if check.name == "layers")
    assert layers.message.startswith("one difference: "), layers.message
    assert "relu" in layers.message


def test_three_bugs_are_found_one_after_the_other(sandbox, solution):
    report = graded(
        sandbox,
        solution,
        ("a = F.relu(self.left(x))", "a = torch.tanh(self.left(x))"),
        ("b = F.relu(self.right(x))", "b = self.right(x)"),
        ("self.fc(x.mean((2, 3)))", "F.softmax(self.fc(x.mean((2, 3))), 1)"),
    )

    assert [each.confidence for each in report.diagnosis] == ["exact"] * 3
    assert {each.bug for each in report.diagnosis} == {
        "tanh for relu", "missing relu", "extra softmax"
    }  # fmt: skip


def test_numbers_kept_from_the_call_before_are_found(sandbox, solution):
    """Though no two batches in a row have one shape otherwise."""
    report = graded(
        sandbox,
        solution,
        ("        x = torch.cat([a, b], 1)", "        x = self.mixed(torch.cat([a, b], 1))"),
        (
            "    def forward(self, x):\n        x = self.units",
            "    def mixed(self, x):\n        last = getattr(self, 'last', x)\n"
            "        self.last = x.detach()\n"
            "        return x + 0.01 * last if last.shape == x.shape and last is not x else x\n\n"
            "    def forward(self, x):\n        x = self.units",
        ),
    )

    assert report.verdict == "fail"
    assert "another output each time" in next(each.message for each in report.checks if each.name == "eval_outputs")
