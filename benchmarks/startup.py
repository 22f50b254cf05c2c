"""CPU time of whole commands, against a bare interpreter and against `import torch`, as ratios in one run."""

import os
import subprocess
import sys
from pathlib import Path

ROUNDS = 7
BIN = Path(sys.executable).parent

COMMANDS = {
    "a bare interpreter": [sys.executable, "-c", "pass"],
    "cnnquiz --help": [str(BIN / "cnnquiz"), "--help"],
    "cnnquiz inspect alexnet --json": [str(BIN / "cnnquiz"), "inspect", "alexnet", "--json"],
    "cnnquiz generate --topic alexnet": [str(BIN / "cnnquiz"), "generate", "--topic", "alexnet"],
    "cnnquiz grade solutions/lenet5.py": [str(BIN / "cnnquiz"), "grade", "solutions/lenet5.py"],
    "import torch": [sys.executable, "-c", "import torch"],
}


def cpu_seconds(command: list[str]) -> float:
    """User and system time of the command and its children."""
    before = os.times()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def main() -> None:
    rounds: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(ROUNDS):
        for name, command in COMMANDS.items():
            rounds[name].append(cpu_seconds(command))
    least = {name: min(seconds) for name, seconds in rounds.items()}
    bare, torch = least["a bare interpreter"], least["import torch"]
    for name, seconds in least.items():
        print(f"{name:36} {1000 * seconds:7.0f} ms CPU   {seconds / bare:6.1f} × bare   {seconds / torch:5.2f} × torch")


if __name__ == "__main__":
    main()
