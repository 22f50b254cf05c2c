"""What numbers alone do not name: cut gradients, lost weights, frozen statistics, other inputs; each is told with its place."""

import inspect
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812  # its usual name

from cnnquiz.bank.exercise import exercise_against
from cnnquiz.grading.grade import Grader
from cnnquiz.grading.report import Report
from cnnquiz.sandbox import Sandbox
from cnnquiz.tracing.recorder import record

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
        ("fixed to one dtype", ".float()", "other_inputs"),
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


# In line LINE - 1, a ReLU in place that does no harm; the line that breaks the backward pass is told.
IN_PLACE = {
    "a tensor that a ReLU returned": (("y = F.relu(self.conv2(x))", "y = F.relu(self.conv2(x))\n        y += 0"), 1),
    "a tensor that a convolution has read": (("y = F.relu(self.conv2(x))", "y = F.relu(self.conv2(x))\n        x *= 1"), 1),
    "a shortcut added into a ReLU's output": (("y = self.conv3(y) + x", "x += self.conv3(y)\n        y = x"), 1),
}  # fmt: skip


@pytest.mark.parametrize("name", IN_PLACE)
@pytest.mark.parametrize(("language", "said"), [("en", "(line {})"), ("ko", "({}번째 줄)")])
def test_the_in_place_call_that_breaks_backward_is_named_and_no_harmless_one(sandbox, solution, name, language, said):
    (old, new), after = IN_PLACE[name]
    harmless = ("F.relu(self.bn1(self.conv1(x)))", "F.relu(self.bn1(self.conv1(x)), inplace=True)")
    source = SOLUTION.replace(*harmless).replace(old, new).encode()
    exercise = exercise_against(solution, "Net", input_shape=(3, 12, 12), source=source, path=Path("mine.py"))

    report = Grader(exercise, sandbox, language).grade(source, "mine.py")

    assert [each.bug for each in report.diagnosis] == ["in-place operation breaks backward"]
    assert said.format(LINE + after) in report.diagnosis[0].message


WEIGHT = torch.ones(4, 4, 1, 1, requires_grad=True)
AT_WORK = {
    "relu": torch.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh, "softmax": lambda x: F.softmax(x, 1),
    "log_softmax": lambda x: F.log_softmax(x, 1), "exp": torch.exp, "sqrt": torch.sqrt, "log": torch.log,
    "leaky_relu": F.leaky_relu, "elu": F.elu, "gelu": F.gelu, "silu": F.silu, "hardswish": F.hardswish,
    "relu6": F.relu6, "clamp": lambda x: x.clamp(min=0), "max_pool2d": lambda x: F.max_pool2d(x, 2),
    "avg_pool2d": lambda x: F.avg_pool2d(x, 2), "mean": lambda x: x.mean((2, 3)), "var": lambda x: x.var(1),
    "conv2d": lambda x: F.conv2d(x, WEIGHT), "matmul": lambda x: x @ x, "square": lambda x: x**2,
    "product": lambda x: x * x, "scaled": lambda x: x * 2, "halved": lambda x: x / 2, "sum": lambda x: x + x,
    "joined": lambda x: torch.cat([x, x], 1), "layer_norm": lambda x: F.layer_norm(x, (4,)),
}  # fmt: skip


class _ThenInPlace(nn.Module):
    """Changes harmlessly in place, applies a function, then changes what it was given or what it returned."""

    def __init__(self, function: Callable[[torch.Tensor], torch.Tensor], changed: str) -> None:
        super().__init__()
        self.function = function
        self.changed = changed

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        given = x + 1
        given += 1
        result = self.function(given)
        (given if self.changed == "given" else result).add_(1)
        return result


@pytest.mark.parametrize("changed", ["given", "returned"])
@pytest.mark.parametrize("name", AT_WORK)
def test_what_breaks_backward_is_noted_first_where_torch_says_so(name, changed):
    module = _ThenInPlace(AT_WORK[name], changed)
    x = torch.rand(2, 4, 4, 4)
    result = module(x.clone().requires_grad_())
    try:
        result.sum().backward()
        breaks = False
    except RuntimeError:
        breaks = True

    first = next(hint for hint in record(module, [x])["hints"] if hint["kind"] == "in_place")

    line = inspect.getsourcelines(_ThenInPlace.forward)[1]
    lines = {False: line + 2, True: line + 4}
    assert first == {"kind": "in_place", "module": "", "line": lines[breaks]}
