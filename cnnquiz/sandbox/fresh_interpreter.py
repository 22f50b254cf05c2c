"""A worker in an interpreter of its own, for platforms without fork: seconds for each submission."""

import os
import signal
import socket
import sys
import time
from collections.abc import Mapping
from contextlib import suppress

from cnnquiz.sandbox.launch import start
from cnnquiz.sandbox.processes import End

# ru_maxrss counts bytes on macOS and KiB elsewhere.
RSS_UNIT = 1 if sys.platform == "darwin" else 1024


class FreshInterpreter:
    """A process that imports torch for one submission alone."""

    def __init__(self, settings: Mapping[str, object], folder: str) -> None:
        self.channel, theirs = socket.socketpair(socket.AF_UNIX)
        self.output, writing = os.pipe()
        with theirs:
            self._process = start(
                {**settings, "forks": False, "channel": theirs.fileno()},
                descriptors=[theirs.fileno()],
                stdout=writing,
                stderr=writing,
                folder=folder,
            )
        os.close(writing)
        self._end: End | None = None

    def kill(self) -> None:
        """End the process and its session at once."""
        if self._end is None:  # not reaped, so its number is still its own
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def wait(self, seconds: float) -> End | None:
        """How the process ended, or None if it still runs after that time."""
        moment = time.monotonic() + seconds
        while self._end is None:
            pid, status, usage = os.wait4(self._process.pid, os.WNOHANG)
            if pid:
                self._process.returncode = os.waitstatus_to_exitcode(status)
                self._end = End(
                    exit_code=self._process.returncode,
                    cpu_seconds=usage.ru_utime + usage.ru_stime,
                    peak_rss_bytes=usage.ru_maxrss * RSS_UNIT,
                )
            elif time.monotonic() >= moment:
                return None
            else:
                time.sleep(0.005)
        return self._end
