"""Grades LeNet-5 many times; prints milliseconds and megabytes per submission, and one file against `import torch`.

python benchmarks/sandbox.py [submissions]
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from cnnquiz.bank.exercise import exercise_by_name
from cnnquiz.grading.grade import RECORDER, Grader
from cnnquiz.sandbox import LEVELS, Sandbox

SUBMISSIONS = 60
ROUNDS = 5
WARM_UP = 10  # past the point where the server moves to huge pages


def main(submissions: int) -> None:
    exercise = exercise_by_name("lenet5")
    for level in LEVELS:
        with Sandbox(recorder=RECORDER, levels=[level.kind]) as sandbox:
            found = sandbox.isolation
            milliseconds = _submissions(Grader(exercise, sandbox), exercise.solution.read_bytes(), submissions)
            megabytes = _private_megabytes(sandbox, exercise.solution.read_bytes())
        print(
            f"{found.name}: {statistics.median(milliseconds):.1f} ms a submission"
            f" (fastest {min(milliseconds):.1f}), {megabytes:.1f} MB of its own"
        )
    _one_file(exercise.solution)


def _submissions(grader: Grader, source: bytes, count: int) -> list[float]:
    """Milliseconds from a submission in hand to its report, in a warm server."""
    for _ in range(WARM_UP):
        grader.grade(source, "lenet5.py")
    milliseconds = []
    for _ in range(count):
        started = time.perf_counter()
        assert grader.grade(source, "lenet5.py").verdict == "pass"
        milliseconds.append(1000 * (time.perf_counter() - started))
    return milliseconds


def _private_megabytes(sandbox: Sandbox, source: bytes) -> float:
    """Memory that one loaded worker changed, by the kernel's count; "nan" without the right to look at it."""
    import numpy as np

    with sandbox.worker() as worker:
        worker.load(source, file_name="lenet5.py", entry="LeNet5")
        worker.run([np.zeros((5, 1, 28, 28), "float32")], mode="eval", seed=0, expected=[((5, 10), "float32")])
        try:
            lines = Path(f"/proc/{_pid(worker)}/smaps_rollup").read_text().splitlines()
        except OSError:
            return float("nan")
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_Dirty")) / 1024


def _pid(worker: object) -> int:
    """The worker's process, from what the kernel says of its pidfd."""
    pidfd = worker._process._pidfd  # type: ignore[attr-defined]  # noqa: SLF001
    facts = Path(f"/proc/self/fdinfo/{pidfd}").read_text()
    return int(facts.partition("\nPid:")[2].split()[0])


def _one_file(path: Path) -> None:
    """The whole command against the import that it cannot do without, in turns, as other programs run too."""
    grade = [sys.executable, "-m", "cnnquiz", "grade", str(path)]
    alone = [sys.executable, "-c", "import torch"]
    rounds = [(_seconds(grade), _seconds(alone)) for _ in range(ROUNDS)]
    for i, kind in enumerate(("wall", "CPU")):
        ours, torchs = (statistics.median(command[i] for command in column) for column in zip(*rounds, strict=True))
        print(f"one file: {ours:.2f} s {kind}, import torch: {torchs:.2f} s, ratio {ours / torchs:.2f}")


def _seconds(command: list[str]) -> tuple[float, float]:
    """Seconds of the clock, and of processors in the command and all that it started and waited for."""
    started, before = time.perf_counter(), os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=os.environ | {"OMP_NUM_THREADS": "1"})
    elapsed, after = time.perf_counter() - started, os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return elapsed, used


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SUBMISSIONS)
