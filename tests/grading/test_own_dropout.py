"""Dropout that people write themselves, told from torch's by what it does to the outputs of many runs."""

from pathlib import Path

import pytest

from cnnquiz.bank.exercise import exercise_against
from cnnquiz.grading.grade import Grader

SOLUTION = """
import torch
from torch import nn
from torch.nn import functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(4, 8, 3, padding=1, groups=2)
        self.bn = nn.BatchNorm2d(8)
        self.drop = nn.Dropout(0.4)
        self.fc = nn.Linear(8, 5)

    def forward(self, x):
        x = F.relu(self.bn(self.conv(x)))
        return self.fc(self.drop(x.mean((2, 3))))
"""

# Two towers, the second first, with batch normalisations of their own.
SUBMISSION = """
import torch
from torch import nn
from torch.nn import functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(2, 4, 3, padding=1)
        self.b = nn.Conv2d(2, 4, 3, padding=1)
        self.bn_a = nn.BatchNorm2d(4)
        self.bn_b = nn.BatchNorm2d(4)
        self.fc = nn.Linear(8, 5)

    def forward(self, x):
        p, q = x.chunk(2, 1)
        x = torch.cat([F.relu(self.bn_b(self.b(q))), F.relu(self.bn_a(self.a(p)))], 1).mean((2, 3))
        if self.training:
            x = x * (torch.rand_like(x) > 0.4) / 0.6
        return self.fc(x)
"""


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        pytest.param("", "", "pass", id="right"),
        pytest.param("> 0.4", "> 0.3", "fail", id="kept too often for its scale"),
        pytest.param("> 0.4) / 0.6", "> 0.3) / 0.7", "fail", id="another rate"),
        pytest.param("rand_like(x)", "rand_like(x[:1])", "fail", id="one mask for the batch"),
    ],
)
def test_own_dropout_in_towers(sandbox, tmp_path, old, new, verdict):
    path: Path = tmp_path / "reference.py"
    path.write_text(SOLUTION)
    source = SUBMISSION.replace(old, new) if old else SUBMISSION
    exercise = exercise_against(path, "Net", input_shape=(4, 9, 8), source=source.encode(), path=Path("mine.py"))

    assert Grader(exercise, sandbox).grade(source.encode(), "mine.py").verdict == verdict
