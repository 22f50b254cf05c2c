"""A submission for `lenet5`, and the verdicts that it may get."""

import textwrap
from dataclasses import dataclass

PLAIN = """
import torch
from torch import nn
import torch.nn.functional as F
{top}


class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)
{init}
    def forward(self, x):
{before}
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(torch.flatten(x, 1)))
        y = self.fc3(F.relu(self.fc2(x)))
{after}
        return {returns}
"""
ZEROS = "torch.zeros(len(x), 10)"

REFUSED = ("fail", "crash", "timeout", "memory", "rejected")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`PORT`, `PARENT`, `SECRET`, `MARKER` and `SOLUTION` in the source are replaced before it is graded."""

    source: bytes
    verdicts: tuple[str, ...]
    message: str = ""
    """What a report must contain."""
    seconds: float = 1
    """What it takes, where that is long."""


def lenet5(*, top: str = "", init: str = "", before: str = "", after: str = "", returns: str = "y") -> bytes:
    """A right LeNet-5 with code put into it: at import, into the constructor, before and after the forward pass."""

    def indented(code: str) -> str:
        return textwrap.indent(textwrap.dedent(code).strip(), " " * 8)

    parts = {"init": indented(init), "before": indented(before), "after": indented(after)}
    return PLAIN.format(top=textwrap.dedent(top).strip(), returns=returns, **parts).encode()


def attempt(action: str, *, top: str = "import ctypes, os, socket, subprocess, sys") -> Case:
    """A right network that tries something in its forward pass, and says what came of it."""
    code = f"""
try: print("got", {action})
except BaseException as error: print("refused", type(error).__name__)
"""
    return Case(source=lenet5(top=top, before=code), verdicts=("pass",))


def at_import(code: str) -> Case:
    """A right network that tries something at import, and says what came of it."""
    body = textwrap.indent(textwrap.dedent(code).strip(), "    ")
    top = f"import ctypes, os, socket, subprocess, sys\ntry:\n{body}\nexcept BaseException as error: print('refused', error)"
    return Case(source=lenet5(top=top), verdicts=("pass",))
