"""What an exercise says about the order in which things are concatenated."""

from pathlib import Path

import pytest

from cnnquiz.bank.exercise import load_exercise
from cnnquiz.grading.grade import Grader

SOLUTION = """
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.left = nn.Conv2d(3, 4, 3, padding=1)
        self.right = nn.Conv2d(3, 4, 1)
        self.last = nn.Conv2d(8, 5, 1)

    def forward(self, x):
        return self.last(torch.cat([self.left(x), self.right(x)], 1))
"""
EXERCISE = """
class: Net
title: {en: A net, ko: 신경망}
statement: {en: Build it., ko: 만드십시오.}
solution: net.py
input_shape: [3, 7, 6]
points: {builds: 1, output_shape: 1, parameters: 1, layers: 2, eval_outputs: 3, train_outputs: 1, other_inputs: 1}
source: hand
"""


@pytest.mark.parametrize(("order", "verdict"), [("free", "pass"), ("fixed", "fail")])
def test_another_order_inside_a_network_counts_as_the_exercise_says(sandbox, tmp_path, order, verdict):
    (tmp_path / "net.py").write_text(SOLUTION)
    path: Path = tmp_path / "net.yaml"
    path.write_text(EXERCISE + f"concatenation: {order}\n", encoding="utf-8")
    grader = Grader(load_exercise(path), sandbox)
    other = SOLUTION.replace("[self.left(x), self.right(x)]", "[self.right(x), self.left(x)]")

    report = grader.grade(other.encode(), "mine.py")

    assert grader.grade(SOLUTION.encode(), "mine.py").verdict == "pass"
    assert report.verdict == verdict
    assert [each.bug for each in report.diagnosis] == (["concatenation order"] if order == "fixed" else [])
