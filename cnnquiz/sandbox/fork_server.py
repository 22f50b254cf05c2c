"""The parent's handle on the fork server: a request goes out, a worker's process comes in."""

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from cnnquiz.errors import GradingError
from cnnquiz.sandbox.bubblewrap import Bubblewrap, find_bubblewrap
from cnnquiz.sandbox.isolation import BUBBLEWRAP, Isolation, isolation
from cnnquiz.sandbox.processes import ChildProcess, End
from cnnquiz.sandbox.server_process import ServerProcess

START_SECONDS = 120.0
FORK_SECONDS = 30.0
CLOSE_SECONDS = 2.0
STRICT_FOLDER = "/"
"""The working directory of workers that may write nothing."""


class ForkServerError(GradingError):
    """The fork server was running and ended: never a student's fault, and worth one more try."""


class Asked(NamedTuple):
    """A worker that the server was asked for, and our ends of its descriptors."""

    number: int
    channel: socket.socket
    output: int

    def close(self) -> None:
        self.channel.close()
        os.close(self.output)


class ForkServer:
    """A process that has imported torch once and forks a locked-down worker on request."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        """Start it and return at once; the first use waits for its greeting."""
        self._settings = dict(settings)
        self._refused: dict[str, str] = {}
        self._lock = threading.Lock()
        self._hello: dict[str, Any] | None = None
        self._forked = 0
        self._pidfds: dict[int, int] = {}
        self._ends: dict[int, End] = {}
        self._spare: Asked | None = None
        self._closed = False
        self._last_words = ""
        self._bubblewrap = self._found_bubblewrap()
        self._start()

    @property
    def alive(self) -> bool:
        return self._hello is None or self._process.alive

    @property
    def isolation(self) -> Isolation:
        """What the server found that it can enforce."""
        hello = self._greeting()
        return isolation(
            hello["level"],
            refused=self._refused | hello["refused"],
            landlock_version=hello["landlock_version"],
            bubblewrap_version=self._bubblewrap.version if self._bubblewrap else "",
        )

    @property
    def uid(self) -> int:
        """The user that workers run as."""
        uid: int = self._greeting()["uid"]
        return uid

    def fork(self, folder: str = STRICT_FOLDER) -> ChildProcess:
        """A new worker whose working directory is the folder. GradingError if the server fails.

        In the strict folder the next worker is forked ahead, while the parent is busy with this one.
        """
        self._greeting()
        with self._lock:
            if folder == STRICT_FOLDER and self._spare is not None:
                asked, self._spare = self._spare, None
            else:
                asked = self._ask(folder)
            try:
                if folder == STRICT_FOLDER:
                    self._spare = self._ask(folder)
                return self._forked_process(asked)
            except GradingError:
                asked.close()
                raise

    def end_of(self, number: int, seconds: float) -> End | None:
        """How a worker ended, if it ends within that time."""
        moment = time.monotonic() + seconds
        with self._lock:
            while number not in self._ends:
                try:
                    self._receive(max(0.001, moment - time.monotonic()))
                except TimeoutError:
                    return None
            return self._ends.pop(number)

    def close(self) -> None:
        """End the server and every worker."""
        self._closed = True
        self._control.close()
        self._process.stop(CLOSE_SECONDS)
        if self._spare is not None:
            self._spare.close()
            self._spare = None
        for pidfd in self._pidfds.values():
            os.close(pidfd)
        self._pidfds.clear()

    def _found_bubblewrap(self) -> Bubblewrap | None:
        """The bubblewrap to try, if that level is wanted."""
        if BUBBLEWRAP.kind not in self._settings["levels"]:
            return None
        try:
            return find_bubblewrap()
        except OSError as error:
            self._refused[BUBBLEWRAP.kind] = str(error)
            return None

    def _start(self) -> None:
        wrapped = self._bubblewrap is not None
        levels = [level for level in self._settings["levels"] if (level == BUBBLEWRAP.kind) == wrapped]
        if not levels:
            raise GradingError(f"no isolation level is left to try: {self._refused} (expected one that works here)")
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = ServerProcess(self._settings | {"levels": levels}, theirs.fileno(), self._bubblewrap)

    def _greeting(self) -> dict[str, Any]:
        with self._lock:
            if self._hello is None:
                try:
                    self._hello = self._greeted()
                except GradingError as error:
                    if self._bubblewrap is None or self._closed:
                        raise
                    self._refused[BUBBLEWRAP.kind] = self._last_words or str(error)
                    self._bubblewrap = None
                    self._control.close()
                    self._start()
                    self._hello = self._greeted()
            return self._hello

    def _greeted(self) -> dict[str, Any]:
        self._must_receive(START_SECONDS)  # torch is imported
        try:
            self._control.send(json.dumps(self._process.measure()).encode())
        except OSError as error:
            raise self._failure() from error
        return self._must_receive(START_SECONDS)

    def _ask(self, folder: str) -> Asked:
        self._forked += 1
        ours, theirs = socket.socketpair()
        output, writing = os.pipe()
        request = json.dumps({"number": self._forked, "folder": folder}).encode()
        try:
            socket.send_fds(self._control, [request], [theirs.fileno(), writing])
        except OSError as error:
            ours.close()
            os.close(output)
            raise self._failure() from error
        finally:
            theirs.close()
            os.close(writing)
        return Asked(self._forked, ours, output)

    def _forked_process(self, asked: Asked) -> ChildProcess:
        while asked.number not in self._pidfds:
            self._must_receive(FORK_SECONDS)
        return ForkedProcess(self, asked, self._pidfds.pop(asked.number))

    def _must_receive(self, seconds: float) -> dict[str, Any]:
        try:
            return self._receive(seconds)
        except TimeoutError as error:
            raise self._failure() from error

    def _receive(self, seconds: float) -> dict[str, Any]:
        """The server's next message; what it tells of workers is noted."""
        try:
            self._control.settimeout(seconds)
            data, descriptors, _, _ = socket.recv_fds(self._control, 1 << 16, 1)
        except TimeoutError:
            raise
        except OSError as error:
            raise self._failure() from error
        if not data:
            raise self._failure()
        message: dict[str, Any] = json.loads(data)
        if "forked" in message:
            self._pidfds[message["forked"]] = descriptors[0]
        elif "ended" in message:
            number = message.pop("ended")
            self._ends[number] = End(**message)
        return message

    def _failure(self) -> GradingError:
        """Stop a server that failed, and say what it wrote last."""
        if self._closed:
            return GradingError("the sandbox is closed (expected to be used inside its with statement)")
        self._last_words = self._process.stop(0) or self._last_words
        kind = GradingError if self._hello is None else ForkServerError
        return kind(f"the sandbox's fork server stopped: {self._last_words} (expected it to run)")


class ForkedProcess:
    """A worker forked by the server; only its pidfd can name it, never a number that may be reused."""

    def __init__(self, server: ForkServer, asked: Asked, pidfd: int) -> None:
        self.channel = asked.channel
        self.output = asked.output
        self._server = server
        self._number = asked.number
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
