"""A typed line goes in; the command that it is comes out, in either language."""

from collections.abc import Mapping
from typing import Literal

Command = Literal["hint", "skip", "solution", "quit", "help"]

_COMMANDS: Mapping[str, Command] = {
    "?": "hint", "hint": "hint", "힌트": "hint",
    "skip": "skip", "건너뛰기": "skip",
    "solution": "solution", "풀이": "solution",
    "quit": "quit", "exit": "quit", "그만": "quit",
    "help": "help", "도움말": "help",
}  # fmt: skip


def command(line: str) -> Command | None:
    """The command that a line is, whatever its case; None for an answer."""
    return _COMMANDS.get(line.strip().casefold())
