"""Settings go in; the running process of a fork server comes out, with or without bubblewrap around it."""

import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from cnnquiz.sandbox.bubblewrap import INSIDE, Bubblewrap
from cnnquiz.sandbox.launch import CHILD, start
from cnnquiz.sandbox.submission import printable

LARGE = 2 << 20
MOST_STRETCHES = 500
"""What fits into one message."""


class ServerProcess:
    """A process, seen from outside."""

    def __init__(self, settings: Mapping[str, Any], control: int, bubblewrap: Bubblewrap | None) -> None:
        """Start it and return at once; it talks on its copy of the descriptor `control`."""
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._information: int | None = None
        self._inner: int | None = None
        """Below bubblewrap, the process within: its pidfd names it, whatever becomes of bubblewrap's."""
        settings = {**settings, "forks": True, "control": control}
        if bubblewrap is None:
            self._process = self._started(settings, [control])
            self._pid: int | None = self._process.pid
            return
        self._pid = None
        self._information, writing = os.pipe()
        wrapper = bubblewrap.command(
            child=CHILD,
            recorder=settings["recorder"],
            site_packages=settings["site_packages"],
            masked=settings["masked"],
            info=writing,
        )
        if settings["recorder"] is not None:
            settings["recorder"] = f"{INSIDE}/recorder.py"
        self._process = self._started(settings, [control, writing], wrapper=wrapper, child=f"{INSIDE}/child")
        os.close(writing)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def measure(self) -> dict[str, Any]:
        """Bytes of address space, number of threads, and where its own memory lies, by the kernel's count.

        OSError once the process is gone.
        """
        self._look_inside()
        lines = Path(f"/proc/{self._pid}/status").read_text().splitlines()
        facts = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
        return {
            "address_space": int(facts["VmSize"].split()[0]) << 10,
            "threads": int(facts["Threads"]),
            "anonymous": _large_anonymous(Path(f"/proc/{self._pid}/maps").read_text()),
        }

    def stop(self, seconds: float) -> str:
        """End the process, by force after that time; the last line that it wrote."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._kill()
        if self._inner is not None:
            os.close(self._inner)
            self._inner = None
        if self._errors.closed:
            return ""
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines() or ["it said nothing"]
        self._errors.close()
        return printable(lines[-1], 500)

    def _started(self, settings: Mapping[str, object], descriptors: list[int], **how: Any) -> "subprocess.Popen[bytes]":
        return start(settings, descriptors=descriptors, stdout=subprocess.DEVNULL, stderr=self._errors, **how)

    def _look_inside(self) -> None:
        """Learn from bubblewrap which process it started."""
        if self._information is None:
            return
        with os.fdopen(self._information) as information:
            said = information.read()
        self._information = None
        if said:
            pid: int = json.loads(said)["child-pid"]
            self._pid = pid
            with suppress(ProcessLookupError):
                self._inner = os.pidfd_open(pid)

    def _kill(self) -> None:
        self._look_inside()
        if self._inner is not None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._inner, signal.SIGKILL)
        self._process.kill()
        self._process.wait()


def _large_anonymous(maps: str) -> list[tuple[int, int]]:
    """First and last address of each large stretch of writable memory that no file is behind, in /proc's list."""
    found = []
    for line in maps.splitlines():
        addresses, rights, _, _, file, *name = line.split(None, 5)
        start, end = (int(address, 16) for address in addresses.split("-"))
        if rights == "rw-p" and file == "0" and name in ([], ["[heap]"]) and end - start >= LARGE:
            found.append((start, end))
    return found[:MOST_STRETCHES]
