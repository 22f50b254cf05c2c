"""The parent's handle on the fork server: a request goes out, a worker's process comes in."""

import json
import os
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from cnnquiz.errors import GradingError
from cnnquiz.sandbox.isolation import Isolation, isolation
from cnnquiz.sandbox.launch import start
from cnnquiz.sandbox.processes import ChildProcess, End
from cnnquiz.sandbox.submission import printable

START_SECONDS = 120.0
FORK_SECONDS = 30.0


class ForkServer:
    """A process that has imported torch once and forks a locked-down worker on request."""

    def __init__(self, settings: Mapping[str, object]) -> None:
        """Start it and return at once; the first use waits for its greeting."""
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the server
        with theirs:
            self._process = start(
                {**settings, "forks": True, "control": theirs.fileno()},
                descriptors=[theirs.fileno()],
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
            )
        self._lock = threading.Lock()
        self._hello: dict[str, Any] | None = None
        self._forked = 0
        self._ends: dict[int, End] = {}

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    @property
    def isolation(self) -> Isolation:
        """What the server found that it can enforce."""
        hello = self._greeting()
        return isolation(hello["level"], refused=hello["refused"], landlock_version=hello["landlock_version"])

    @property
    def uid(self) -> int:
        """The user that workers run as."""
        uid: int = self._greeting()["uid"]
        return uid

    def fork(self, folder: str) -> ChildProcess:
        """A new worker whose working directory is the folder. GradingError if the server fails."""
        self._greeting()
        ours, theirs = socket.socketpair()
        output, writing = os.pipe()
        with self._lock:
            self._forked += 1
            number = self._forked
            request = json.dumps({"number": number, "folder": folder}).encode()
            try:
                socket.send_fds(self._control, [request], [theirs.fileno(), writing])
            except OSError as error:
                ours.close()
                os.close(output)
                raise self._failure() from error
            finally:
                theirs.close()
                os.close(writing)
            while True:
                message, pidfds = self._must_receive(FORK_SECONDS)
                if pidfds:
                    return ForkedProcess(self, number, pidfds[0], ours, output)
                self._note(message)

    def end_of(self, number: int, seconds: float) -> End | None:
        """How a worker ended, if it ends within that time."""
        moment = time.monotonic() + seconds
        with self._lock:
            while number not in self._ends:
                try:
                    message, _ = self._receive(max(0.001, moment - time.monotonic()))
                except TimeoutError:
                    return None
                self._note(message)
            return self._ends.pop(number)

    def close(self) -> None:
        """End the server and every worker."""
        self._control.close()
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:  # still importing torch
            self._process.kill()
            self._process.wait()
        self._errors.close()

    def _greeting(self) -> dict[str, Any]:
        with self._lock:
            if self._hello is None:
                self._hello, _ = self._must_receive(START_SECONDS)
            return self._hello

    def _must_receive(self, seconds: float) -> tuple[dict[str, Any], list[int]]:
        try:
            return self._receive(seconds)
        except TimeoutError as error:
            raise self._failure() from error

    def _receive(self, seconds: float) -> tuple[dict[str, Any], list[int]]:
        try:
            self._control.settimeout(seconds)
            message, descriptors, _, _ = socket.recv_fds(self._control, 1 << 16, 1)
        except TimeoutError:
            raise
        except OSError as error:
            raise self._failure() from error
        if not message:
            raise self._failure()
        parsed: dict[str, Any] = json.loads(message)
        return parsed, descriptors

    def _note(self, message: dict[str, Any]) -> None:
        number = message.pop("ended")
        self._ends[number] = End(**message)

    def _failure(self) -> GradingError:
        """Stop a server that failed, and say what it wrote last."""
        if self._errors.closed:
            return GradingError("the sandbox is closed (expected to be used inside its with statement)")
        self._process.kill()
        self._process.wait()
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines() or ["it said nothing"]
        return GradingError(f"the sandbox's fork server stopped: {printable(lines[-1], 500)} (expected it to run)")


class ForkedProcess:
    """A worker forked by the server; only its pidfd can name it, never a number that may be reused."""

    def __init__(self, server: ForkServer, number: int, pidfd: int, channel: socket.socket, output: int) -> None:
        self.channel = channel
        self.output = output
        self._server = server
        self._number = number
        self._pidfd = pidfd
        self._end: End | None = None
        self._killed = False

    def kill(self) -> None:
        """End the process at once; the server ends what is left of its session."""
        if not self._killed:
            self._killed = True
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
            os.close(self._pidfd)

    def wait(self, seconds: float) -> End | None:
        """How the process ended, or None if it still runs after that time."""
        if self._end is None:
            self._end = self._server.end_of(self._number, seconds)
        return self._end
