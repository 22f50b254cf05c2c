"""The parent's side of a worker's frames: a request goes out, a checked answer comes in before its deadline.

Every byte that arrives may be a lie. Sizes are compared before anything is read, values by their exact types;
while waiting, what the submission prints is drained so that it cannot block.
"""

import json
import os
import secrets
import select
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from cnnquiz.sandbox.child.frames import MAGIC, PREFIX
from cnnquiz.sandbox.faults import WorkerFault, malformed_answer, reported_fault
from cnnquiz.sandbox.limits import Limits

HEADER_BYTES = 1 << 20
CHUNK = 1 << 20

Header = dict[str, Any]
PayloadSize = Callable[[Header], int]
"""Checks a header and says how large its payload must be; raises ValueError, KeyError or TypeError."""


class Deadline(NamedTuple):
    """A moment of the monotonic clock, and what to tell the student when it has passed."""

    moment: float
    message: str

    @classmethod
    def after(cls, seconds: float, message: str) -> "Deadline":
        return cls(time.monotonic() + seconds, message)

    def left(self) -> float:
        """Seconds left; the fault once there are none."""
        left = self.moment - time.monotonic()
        if left <= 0:
            raise WorkerFault("timeout", self.message)
        return left


class ClosedError(Exception):
    """The worker's end of the channel is closed."""


class Channel:
    """A worker's socket and its output, read without ever blocking past a deadline."""

    def __init__(self, connection: socket.socket, output: int, *, limits: Limits, file_name: str = "") -> None:
        self.file_name = file_name
        self._socket = connection
        self._socket.setblocking(False)
        self._output = output
        os.set_blocking(output, False)
        self._output_open = True
        self._limits = limits
        self._kept = bytearray()
        self._printed_bytes = 0

    @property
    def printed(self) -> bytes:
        """What the submission wrote so far to stdout and stderr: its first bytes."""
        with suppress(WorkerFault):
            while self._drain():
                pass
        return bytes(self._kept)

    def greeting(self, deadline: Deadline) -> None:
        """Wait until the worker is locked down and ready for its first request."""
        self._answer("ready", "ready", lambda header: 0, deadline, HEADER_BYTES)

    def request(
        self,
        operation: str,
        fields: Header,
        payload: Sequence[bytes] = (),
        *,
        deadline: Deadline,
        payload_size: PayloadSize = lambda header: 0,
        descriptor: int | None = None,
        header_bytes: int = HEADER_BYTES,
    ) -> tuple[Header, bytes]:
        """Ask once, return the one right answer; WorkerFault for any other, ClosedError if none can come."""
        request_id = secrets.token_hex(16)
        header = json.dumps(fields | {"operation": operation, "id": request_id}).encode()
        self._send_prefix(PREFIX.pack(MAGIC, len(header), sum(map(len, payload))), descriptor, deadline)
        for part in (header, *payload):
            self._send(part, deadline)
        return self._answer(operation, request_id, payload_size, deadline, header_bytes)

    def close(self) -> None:
        """Close both descriptors; what was printed stays."""
        _ = self.printed
        self._socket.close()
        if self._output_open:
            os.close(self._output)
            self._output_open = False

    def _answer(
        self,
        operation: str,
        request_id: str,
        payload_size: PayloadSize,
        deadline: Deadline,
        header_bytes: int,
    ) -> tuple[Header, bytes]:
        magic, header_size, size = PREFIX.unpack(self._receive(PREFIX.size, deadline))
        if magic != MAGIC or header_size > header_bytes:
            raise malformed_answer()
        header = _parsed(self._receive(header_size, deadline))
        if header.get("operation") != operation or header.get("id") != request_id:
            raise WorkerFault("protocol", "the submission's process answered something that was not asked")
        if "error" in header:
            raise malformed_answer() if size else self._reported(header["error"])
        try:
            right_size = payload_size(header)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise malformed_answer() from error
        if size != right_size:
            raise malformed_answer()
        return header, self._receive(size, deadline)

    def _reported(self, error: Any) -> WorkerFault:
        return reported_fault(error, self.file_name, memory_bytes=self._limits.memory_bytes)

    def _send_prefix(self, prefix: bytes, descriptor: int | None, deadline: Deadline) -> None:
        if descriptor is None:
            self._send(prefix, deadline)
            return
        try:
            # Between two requests the socket's buffer is empty, so these few bytes go out whole.
            socket.send_fds(self._socket, [prefix], [descriptor])
        except BlockingIOError as error:
            raise malformed_answer() from error
        except OSError as error:
            raise ClosedError from error

    def _send(self, data: bytes, deadline: Deadline) -> None:
        view = memoryview(data)
        while view:
            try:
                view = view[self._socket.send(view[:CHUNK]) :]
            except BlockingIOError:
                self._wait(select.POLLOUT, deadline)
            except OSError as error:
                raise ClosedError from error

    def _receive(self, size: int, deadline: Deadline) -> bytes:
        data = bytearray(size)
        view = memoryview(data)
        while view:
            deadline.left()
            try:
                received = self._socket.recv_into(view[:CHUNK])
            except BlockingIOError:
                self._wait(select.POLLIN, deadline)
                continue
            except OSError as error:
                raise ClosedError from error
            if received == 0:
                raise ClosedError
            view = view[received:]
        return bytes(data)

    def _wait(self, event: int, deadline: Deadline) -> None:
        """Return when the socket may be ready; drain the output meanwhile."""
        poll = select.poll()
        poll.register(self._socket, event)
        if self._output_open:
            poll.register(self._output, select.POLLIN)
        for descriptor, _ in poll.poll(deadline.left() * 1000 + 1):
            if descriptor == self._output:
                self._drain()

    def _drain(self) -> bool:
        """Read some output; False when there is none now."""
        if not self._output_open:
            return False
        try:
            data = os.read(self._output, 1 << 16)
        except BlockingIOError:
            return False
        if not data:
            os.close(self._output)
            self._output_open = False
        self._printed_bytes += len(data)
        self._kept += data[: max(0, self._limits.kept_output_bytes - len(self._kept))]
        if self._printed_bytes > self._limits.flood_bytes:
            raise WorkerFault("flood", f"printed more than {self._limits.flood_bytes / (1 << 20):g} MiB")
        return bool(data)


def _parsed(data: bytes) -> Header:
    try:
        header = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise malformed_answer() from error
    if type(header) is not dict:
        raise malformed_answer()
    return header
