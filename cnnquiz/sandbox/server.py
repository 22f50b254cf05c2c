"""Limits and a recorder go in; workers come out, in processes as isolated as this machine allows."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from cnnquiz.errors import GradingError
from cnnquiz.sandbox.fork_server import ForkServer
from cnnquiz.sandbox.fresh_interpreter import FreshInterpreter
from cnnquiz.sandbox.isolation import BASIC, STRENGTH, Isolation, require, without_fork
from cnnquiz.sandbox.launch import MASKED, site_packages
from cnnquiz.sandbox.limits import LIMITS, Limits
from cnnquiz.sandbox.processes import ChildProcess
from cnnquiz.sandbox.worker import Worker

FORKS = sys.platform == "linux" and hasattr(os, "pidfd_open")


class Sandbox:
    """Starts workers; entering it starts the fork server, which imports torch while the parent goes on."""

    def __init__(
        self,
        *,
        limits: Limits = LIMITS,
        recorder: Path | None = None,
        isolation_at_least: str = BASIC.kind,
        levels: Sequence[str] = STRENGTH,
        masked: Sequence[str] = MASKED,
        forks: bool = FORKS,
        device: str = "cpu",
    ) -> None:
        """Prepare a sandbox.

        Args:
            limits: what one submission may use.
            recorder: a stand-alone Python file with `watch(module, inputs, training=, sample=)`, which returns a dict
                and a list of tensors, run by `Worker.record` and `Worker.watch`.
            isolation_at_least: the weakest level to accept, a `kind` of `LEVELS`.
            levels: the levels to try, strongest first.
            masked: installed packages that submissions may not read.
            forks: whether a fork server can be used here.
            device: where modules run. A GPU's driver needs what isolation forbids: on another device than the CPU each
                submission gets an interpreter of its own, isolated as on systems without fork.
        """
        self._limits = limits
        self._at_least = isolation_at_least
        self._masked = masked
        self._forks = forks and device == "cpu"
        self._server: ForkServer | None = None
        self._settings = {
            "recorder": None if recorder is None else str(recorder.resolve()),
            "levels": list(levels),
            "masked": list(masked),
            "memory_bytes": limits.memory_bytes,
            "cpu_seconds": limits.cpu_seconds,
            "device": device,
        }

    @property
    def isolation(self) -> Isolation:
        """What is enforced here. Raises GradingError if that is less than asked for or the server failed."""
        found = self._running().isolation if self._forks else without_fork(sys.platform)
        require(found, self._at_least)
        return found

    def worker(self) -> Worker:
        """A process for one submission; close it, or use it as a context manager."""
        if self.isolation.kind != BASIC.kind:
            return Worker(self._running().fork(), limits=self._limits, forbidden=self._masked)
        folder = tempfile.mkdtemp(prefix="cnnquiz-")
        return Worker(self._process_in(folder), limits=self._limits, forbidden=self._masked, on_close=_removal(folder))

    def close(self) -> None:
        """End the fork server and all its workers."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def __enter__(self) -> Self:
        if sys.platform == "win32":
            raise GradingError("submissions cannot be run on Windows (expected Linux, WSL or macOS)")
        self._settings["site_packages"] = site_packages()
        if self._forks:
            self._running()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _running(self) -> ForkServer:
        """The fork server, started anew if it has died."""
        if "site_packages" not in self._settings:
            raise GradingError("the sandbox is not open (expected to be used in a with statement)")
        if self._server is not None and not self._server.alive:
            self.close()
        if self._server is None:
            self._server = ForkServer(self._settings)
        return self._server

    def _process_in(self, folder: str) -> ChildProcess:
        if not self._forks:
            return FreshInterpreter(self._settings, folder)
        server = self._running()
        if server.uid != os.getuid():
            os.chown(folder, server.uid, server.uid)
        return server.fork(folder)


def _removal(folder: str) -> Callable[[], None]:
    return lambda: shutil.rmtree(folder, ignore_errors=True)
