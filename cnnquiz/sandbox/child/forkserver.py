"""Requests come in on a control socket; one locked-down worker process each comes out.

The server imports torch once and stays single-threaded. It never holds student code, solutions or secrets: a
worker starts as a copy of its memory.
"""

import array
import json
import os
import platform
import select
import signal
import socket
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from . import landlock, no_network, seccomp
from .frames import Frames
from .huge_pages import collapse
from .kernel import PR_SET_DUMPABLE, prctl
from .lockdown import CHANNEL, MECHANISMS, Lockdown, drop_privileges
from .preload import Recorder, preload, warm_up
from .readable import readable_paths
from .serve import serve

SETUP_FAILED = 97

MANY = 8
"""Workers from which on more are to be expected; huge pages then make up for the time that they take."""


def main(settings: dict[str, Any], standard_library: Sequence[str]) -> None:
    """Import torch, find the strongest isolation level that works here, say so, and fork on request."""
    control = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, 0, fileno=settings["control"])
    drop_privileges()
    watch = preload(settings["recorder"])
    control.send(json.dumps({"imported": True}).encode())
    measured = control.recv(1 << 16)  # by the parent, who has a /proc
    if not measured:
        return
    settings.update(json.loads(measured))
    if settings["threads"] != 1:
        raise RuntimeError(f"{settings['threads']} threads are running where only one can be forked")
    prctl(PR_SET_DUMPABLE, 0)

    with suppress(OSError):  # where there is no filter, each level that needs one will say so
        seccomp.program(platform.machine())
    paths = readable_paths(standard_library, settings["site_packages"], settings["masked"])
    lockdown, refused, version = _strongest(settings, paths)
    hello = {"level": lockdown.level, "refused": refused, "landlock_version": version, "uid": os.getuid()}
    control.send(json.dumps(hello).encode())
    ForkServer(control, lockdown, watch, settings["anonymous"]).run()


def _strongest(settings: dict[str, Any], readable: Sequence[str]) -> tuple[Lockdown, dict[str, str], int]:
    """The first of the levels that a forked process could really apply, and why others failed."""
    lockdown = Lockdown(
        level="basic",
        ruleset=None,
        address_space=settings["address_space"] + settings["memory_bytes"],
        cpu_seconds=settings["cpu_seconds"],
    )
    refused: dict[str, str] = {}
    for level in settings["levels"]:
        version, ruleset = 0, None
        if "landlock" in MECHANISMS[level]:
            try:
                version, ruleset = landlock.version(), landlock.ruleset(readable)
            except OSError as error:
                if level == "landlock":
                    refused[level] = str(error.strerror)
                    continue
        candidate = replace(lockdown, level=level, ruleset=ruleset)
        problem = _try(candidate)
        if not problem:
            return candidate, refused, version
        refused[level] = problem
    raise RuntimeError(f"no isolation level works here: {refused}")


def _try(lockdown: Lockdown) -> str:
    """Apply a lockdown in a process of its own; the problem met, or nothing."""
    server = os.getpid()
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            lockdown.apply(channel=writing, output=writing, server=server)
            os._exit(0)
        except (OSError, ValueError) as error:
            os.write(CHANNEL, str(error).encode())
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading) as answer:
        problem = answer.read()
    _, status = os.waitpid(pid, 0)
    return problem or (f"ended with status {status}" if status else "")


class ForkServer:
    """Forks workers, waits for them, and tells the parent how each one ended."""

    def __init__(
        self,
        control: socket.socket,
        lockdown: Lockdown,
        watch: Recorder | None,
        anonymous: Sequence[tuple[int, int]],
    ) -> None:
        self._control = control
        self._lockdown = lockdown
        self._watch = watch
        self._anonymous = anonymous
        self._workers: dict[int, tuple[int, int]] = {}
        """By pidfd: the parent's number for a worker, and its pid."""
        self._poll = select.poll()

    def run(self) -> None:
        """Serve until the parent closes the control socket."""
        self._poll.register(self._control, select.POLLIN)
        with suppress(ConnectionError):
            while True:
                for descriptor, _ in self._poll.poll():
                    if descriptor in self._workers:
                        self._report_end(descriptor)
                    else:
                        self._answer()
        for pidfd in self._workers:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(pidfd, signal.SIGKILL)
        os._exit(0)  # at once: Python takes a second to take torch apart

    def _answer(self) -> None:
        message, ancillary, _, _ = self._control.recvmsg(4096, socket.CMSG_LEN(8))
        if not message:
            raise ConnectionResetError("the parent is gone")
        descriptors = array.array("i")
        for _, _, data in ancillary:
            descriptors.frombytes(data)
        channel, output = descriptors
        self._fork(channel, output, **json.loads(message))

    def _fork(self, channel: int, output: int, *, number: int, folder: str) -> None:
        server = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._become_worker(channel, output, folder, server)
        os.close(channel)
        os.close(output)
        pidfd = os.pidfd_open(pid)
        self._workers[pidfd] = (number, pid)
        self._poll.register(pidfd, select.POLLIN)
        socket.send_fds(self._control, [json.dumps({"forked": number}).encode()], [pidfd])
        if number == MANY:
            collapse(self._anonymous)

    def _become_worker(self, channel: int, output: int, folder: str, server: int) -> None:
        try:
            os.chdir(folder)
            tempfile.tempdir = folder
            self._lockdown.apply(channel=channel, output=output, server=server)
            frames = Frames(CHANNEL)
            if MECHANISMS[self._lockdown.level]:
                no_network.explain()
            warm_up(self._watch, backward=True)
        except BaseException as error:
            os.write(output, f"a worker could not be set up: {error!r}\n".encode())
            os._exit(SETUP_FAILED)
        try:
            serve(frames, self._watch)
        finally:
            os._exit(1)

    def _report_end(self, pidfd: int) -> None:
        number, pid = self._workers.pop(pidfd)
        # What a worker without seccomp may have started; its zombie keeps the number from being reused.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        _, status, usage = os.wait4(pid, 0)
        self._poll.unregister(pidfd)
        os.close(pidfd)
        end = {
            "ended": number,
            "exit_code": os.waitstatus_to_exitcode(status),
            "cpu_seconds": usage.ru_utime + usage.ru_stime,
            "peak_rss_bytes": usage.ru_maxrss * 1024,
        }
        self._control.send(json.dumps(end).encode())
