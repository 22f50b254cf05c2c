"""Every mutant of a small solution is told apart, or the same function for a reason; a poor challenge is found out."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from cnnquiz.bank.exercise import Exercise, exercise_against
from cnnquiz.bank.exercise_proof import SettingProof
from cnnquiz.errors import GradingError
from cnnquiz.grading import challenge
from cnnquiz.grading.proof import prove as proof
from cnnquiz.sandbox import Sandbox
from cnnquiz.tracing.mutants import mutations
from cnnquiz.tracing.record import record_network
from cnnquiz.tracing.solutions import load_module

torch.set_num_threads(1)

INPUT = (3, 8, 6)
HEAD = "import torch\nfrom torch import nn\nfrom torch.nn import functional as F\n\n\nclass Net(nn.Module):\n"

PLAIN = """
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.bn = nn.BatchNorm2d(4)
        self.conv2 = nn.Conv2d(4, 16, 3)
        self.fc = nn.Linear(16, 7)

    def forward(self, x):
        x = F.max_pool2d(torch.relu(self.bn(self.conv(x))), 2)
        x = torch.relu(self.conv2(x))
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))
"""

ENDS_IN_POOLING = """
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.drop = nn.Dropout(0.0)
        self.pool = nn.MaxPool2d(2)

    def forward(self, x):
        return self.pool(self.drop(torch.relu(self.conv(x))))
"""

DROPOUT = PLAIN.replace("return self.fc(", "return self.fc(F.dropout(").replace(
    "flatten(1))", "flatten(1), 0.4, self.training))"
)
HALF = PLAIN.replace("return self.fc(", "return 0.5 * self.fc(")
OTHER_IN_TRAINING = PLAIN.replace(
    "x = torch.relu(self.conv2(x))", "x = torch.relu(self.conv2(x) if self.training else -self.conv2(x))"
)

Build = Callable[[str], Exercise]


@pytest.fixture
def exercise(tmp_path: Path) -> Build:
    def build(source: str) -> Exercise:
        path = tmp_path / "net.py"
        path.write_text(HEAD + source, encoding="utf-8")
        return exercise_against(path, "Net", input_shape=INPUT, source=path.read_bytes(), path=path)

    return build


def mutants_of(exercise: Exercise) -> int:
    module = load_module(exercise.solution)
    return len(list(mutations(record_network(module.Net, INPUT, "Net"))))


def bugs(found: object) -> set[tuple[str, str]]:
    return {(each.bug, each.layer) for each in found}


def counted(setting: SettingProof) -> int:
    told = sum(setting.told_apart.values()) + sum(setting.other_tensors.values())
    return told + len(setting.equal) + len(setting.weak)


@pytest.mark.parametrize("source", [PLAIN, DROPOUT], ids=["without dropout", "with dropout"])
def test_all_mutants_of_a_small_network_are_told_apart(sandbox: Sandbox, exercise: Build, source: str) -> None:
    made = exercise(source)

    (setting,) = proof.prove(made, sandbox)

    assert (setting.weak, setting.equal, setting.unproved) == ((), (), "")
    assert (setting.challenges, setting.train_mode) == (3, True)
    assert setting.tried == setting.calls
    assert counted(setting) == mutants_of(made) > 50
    assert setting.told_apart["batch_statistics"] == 1
    assert setting.other_tensors["attribute"] > 5, "groups and kernel sizes want tensors of other sizes"


def test_what_is_the_same_function_is_called_equal(sandbox: Sandbox, exercise: Build) -> None:
    """A ReLU behind what is never negative, and dropout that drops nothing."""
    (setting,) = proof.prove(exercise(ENDS_IN_POOLING), sandbox)

    assert setting.weak == ()
    assert {("extra relu", "pool"), ("missing dropout", "drop")} <= bugs(setting.equal)
    assert {layer for _, layer in bugs(setting.equal)} == {"pool", "drop"}


def test_without_biases_a_missing_bias_is_equal(sandbox, exercise, monkeypatch):
    monkeypatch.setattr(challenge, "_RANGES", {**challenge._RANGES, "bias": (0.0, 0.0)})

    (setting,) = proof.prove(exercise(PLAIN), sandbox)

    assert {("wrong bias", "conv2"), ("wrong bias", "fc")} <= bugs(setting.equal)


def test_with_biases_that_are_hardly_there_a_missing_bias_is_weak(sandbox, exercise, monkeypatch):
    monkeypatch.setattr(challenge, "_RANGES", {**challenge._RANGES, "bias": (5e-5, 6e-5)})

    (setting,) = proof.prove(exercise(PLAIN), sandbox)

    assert ("wrong bias", "fc") in bugs(setting.weak)
    assert all(0 <= mutant.tolerances < 4 for mutant in setting.weak)


def test_a_constant_that_is_not_recorded_leaves_nothing_proved(sandbox: Sandbox, exercise: Build) -> None:
    (setting,) = proof.prove(exercise(HALF), sandbox)

    assert setting.unproved == "mul: mul with a constant that the recording does not hold"
    assert (counted(setting), setting.challenges) == (0, 0)


def test_a_solution_that_is_another_network_in_training_says_so(sandbox: Sandbox, exercise: Build) -> None:
    (setting,) = proof.prove(exercise(OTHER_IN_TRAINING), sandbox)

    assert setting.train_mode is False
    assert setting.unproved == ""
    assert setting.told_apart["attribute"] > 10


def test_of_a_large_network_layers_that_are_alike_are_tried_at_both_ends(sandbox, exercise, monkeypatch):
    layers = ", ".join(["nn.Conv2d(4, 4, 3, padding=1), nn.ReLU()"] * 5)
    source = f"""
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(3, 4, 1), nn.ReLU(), {layers}, nn.Conv2d(4, 2, 1))

    def forward(self, x):
        return self.layers(x)
"""
    monkeypatch.setattr(proof, "_LARGE_MACS", 0)
    monkeypatch.setattr(proof, "_HUGE_MACS", 0)

    (setting,) = proof.prove(exercise(source), sandbox)

    assert (setting.calls, setting.challenges) == (13, 1)
    # Both ends of the network, the first and the last 3×3 convolution, and the first and last ReLU between two of them.
    assert setting.tried == 2 + 2 + 2
    assert setting.weak == ()


def test_a_solution_that_fails_is_our_fault(sandbox: Sandbox, exercise: Build) -> None:
    with pytest.raises(GradingError, match=r"net\.py: the solution of .* failed"):
        proof.prove(exercise("\n    def forward(self, x):\n        return x.no_such_thing\n"), sandbox)
