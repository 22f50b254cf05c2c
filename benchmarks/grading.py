"""A large network graded against itself, from the file to the verdict, beside the passes alone that this needs.

Prints seconds of the wall clock and (graded - 1 s) / passes, which is to stay below 3. Run by `make bench`.

python benchmarks/grading.py [exercise ...]
"""

import subprocess
import sys
import time
from pathlib import Path

import torch

from cnnquiz.bank.exercise import Exercise, exercise_by_name
from cnnquiz.tracing.solutions import load_module

EXERCISES = ("resnet50", "densenet121")


def graded(exercise: Exercise) -> float:
    """Seconds of `cnnquiz grade` on the solution, in a process of its own."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "cnnquiz", "grade", str(exercise.solution), "--exercise", exercise.name, "--json"]
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started


def passes(exercise: Exercise) -> float:
    """Seconds of what both sides compute: two batches in eval mode, one in train mode, one backward pass."""
    module = getattr(load_module(exercise.solution), exercise.solution_entry)(**exercise.solution_arguments)
    one, two = (torch.randn(n, *exercise.input_shape) for n in (1, 2))
    module.eval()(one)
    started = time.perf_counter()
    for _ in ("solution", "submission"):
        with torch.no_grad():
            module.eval()(one)
            module.eval()(two)
            module.train()(two)
        module.train()(two.requires_grad_()).sum().backward()
    return time.perf_counter() - started


def main(names: list[str]) -> None:
    torch.set_num_threads(1)  # as in the sandbox
    print(f"{'exercise':16}{'graded':>9}{'passes':>9}{'ratio':>8}")
    for name in names:
        exercise = exercise_by_name(name)
        alone, whole = passes(exercise), graded(exercise)
        print(f"{name:16}{whole:8.1f}s{alone:8.1f}s{(whole - 1) / alone:8.2f}")


if __name__ == "__main__":
    main([Path(argument).stem for argument in sys.argv[1:]] or list(EXERCISES))
