"""The verdict on another device beside that of the CPU."""

from dataclasses import replace

import pytest

from cnnquiz.errors import GradingError
from cnnquiz.grading.device import beside_cpu, require_device
from tests.grading.variants import PLAIN


@pytest.fixture(scope="module")
def report(lenet5):
    return lenet5.grade(PLAIN.encode(), "submission.py")


def test_reports_that_agree_pass_with_a_check_worth_no_points(report):
    joined = beside_cpu(report, report, "cuda")

    assert joined.verdict == "pass"
    assert (joined.points, joined.max_points) == (report.points, report.max_points)
    assert (joined.checks[-1].name, joined.checks[-1].passed) == ("device", True)
    assert "TF32" in joined.checks[-1].message


def test_a_check_that_fails_on_the_device_alone_is_named(report):
    checks = [
        replace(each, passed=False, message="a tensor stayed on the CPU") if each.name == "eval_outputs" else each
        for each in report.checks
    ]

    joined = beside_cpu(report, replace(report, verdict="fail", checks=tuple(checks)), "cuda")

    assert joined.verdict == "fail"
    assert joined.checks[-1].passed is False
    assert "outputs in eval mode" in joined.checks[-1].message
    assert "a tensor stayed on the CPU" in joined.checks[-1].message


def test_a_machine_without_a_gpu_says_so(monkeypatch):
    monkeypatch.setattr("cnnquiz.grading.device.cuda_devices", lambda: ())

    with pytest.raises(GradingError, match="there is no cuda device"):
        require_device("cuda")
