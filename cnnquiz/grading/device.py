"""A report from the CPU and one from another device go in; one report that says whether they agree comes out."""

from dataclasses import replace

from cnnquiz.errors import GradingError
from cnnquiz.grading.diagnosis.messages import sentence
from cnnquiz.grading.report import Check, Report
from cnnquiz.tracing.torch_machine import cuda_devices


def require_device(device: str) -> None:
    """Raises GradingError where this machine has no such device."""
    if not cuda_devices():
        raise GradingError(f"there is no {device} device on this machine (expected a GPU, or --device cpu)")


def beside_cpu(report: Report, on_device: Report, device: str) -> Report:
    """The CPU's report with a check, worth no points, that every other one ends alike on the device.

    On the device the same challenges are drawn and compared with the solution's own numbers there, within its own
    float32 noise; TF32 is off.
    """
    others = {check.name: check.passed for check in on_device.checks}
    differing = [check for check in report.checks if others[check.name] != check.passed]
    key = "device.same" if not differing else "device.differs"
    found = [check for check in on_device.checks if check.name in {each.name for each in differing}]
    facts = {"device": device, "title": found[0].title, "message": found[0].message} if found else {"device": device}
    check = Check(
        name="device",
        title=sentence("device", report.language, device=device),
        passed=not differing,
        points=0,
        max_points=0,
        message=sentence(key, report.language, **facts),
        expected=None,
        actual=None,
        soundness="proved",
    )
    verdict = "fail" if differing and report.verdict == "pass" else report.verdict
    return replace(report, checks=(*report.checks, check), verdict=verdict)
