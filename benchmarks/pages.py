"""How fast pages are made: 100 versions of 10 problems as HTML and PDF, and whether memory grows with the versions."""

import resource
import sys
import time
from multiprocessing import get_context

from cnnquiz.bank.bank import open_bank
from cnnquiz.rendering.worksheet import FORMATS, render_worksheet
from cnnquiz.worksheets.plan import Plan, plan_worksheets

VERSIONS, MANY_VERSIONS, PROBLEMS = 100, 400, 10
TOPICS = ["shapes"]


def main() -> None:
    """Seconds of CPU in this process, and as a share of what drawing the same problems takes."""
    # First, as a child's peak starts at what its parent holds.
    for name in ("html", "pdf"):
        few, many = (_peak_in_a_fresh_process(name, versions) for versions in (VERSIONS, MANY_VERSIONS))
        print(f"{name}: peak memory {few} MiB for {VERSIONS} versions, {many} MiB for {MANY_VERSIONS}")
    plan = _plan()
    drawn = _seconds(plan, None)
    print(f"{VERSIONS * PROBLEMS:,} problems drawn: {drawn:.2f} s CPU")
    for name in FORMATS:
        render_worksheet(plan.worksheet(1), format=name, part="worksheet")
        seconds = _seconds(plan, name) - drawn
        print(f"{name}: {seconds:.2f} s CPU for {VERSIONS} worksheets ({seconds / drawn:.1f} × drawing)")
    assert "torch" not in sys.modules


def _plan() -> Plan:
    return plan_worksheets(open_bank().select(TOPICS), title="benchmark", seed=1, count=PROBLEMS)


def _seconds(plan: Plan, format: str | None, versions: int = VERSIONS) -> float:
    started = time.process_time()
    for version in range(1, versions + 1):
        worksheet = plan.worksheet(version)
        if format is not None:
            render_worksheet(worksheet, format=format, part="worksheet")
    return time.process_time() - started


def _peak_in_a_fresh_process(format: str, versions: int) -> int:
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_peak, (format, versions))


def _peak(format: str, versions: int) -> int:
    _seconds(_plan(), format, versions)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
