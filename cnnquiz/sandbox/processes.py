"""One child process as its parent sees it: its descriptors, how to end it, and how it ended."""

from dataclasses import dataclass
from socket import socket
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a submission used, by the kernel's count; peak_rss_bytes includes Python and torch."""

    cpu_seconds: float
    peak_rss_bytes: int
    wall_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a process ended: its exit code, or minus the number of the signal that killed it."""

    exit_code: int
    cpu_seconds: float
    peak_rss_bytes: int


class ChildProcess(Protocol):
    """A process that runs one submission."""

    channel: socket
    output: int

    def kill(self) -> None:
        """End the process and what it started, at once."""

    def wait(self, seconds: float) -> End | None:
        """How the process ended, or None if it still runs after that time."""
