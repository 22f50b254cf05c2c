"""Whatever a worker's process sends, its parent ends up with a fault, in time, and with nothing else."""

import json
import os
import random
import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import pytest

from cnnquiz.errors import GradingError
from cnnquiz.sandbox import Limits, Worker, WorkerFault, WrongOutput
from cnnquiz.sandbox.processes import End

LIMITS = Limits(import_seconds=0.5, call_seconds=0.5)
CLAIM = {
    "name": "w", "kind": "parameter", "shape": [2, 3], "dtype": "float32", "trainable": True, "saved": True
}  # fmt: skip
TYPE = {"shape": [2], "dtype": "float32"}


def frame(
    header: Any, payload: bytes = b"", *, header_size: int | None = None, payload_size: int | None = None
) -> bytes:
    encoded = header if type(header) is bytes else json.dumps(header).encode()
    sizes = (
        len(encoded) if header_size is None else header_size,
        len(payload) if payload_size is None else payload_size,
    )
    return struct.pack("<4sIQ", b"CQ1\0", *sizes) + encoded + payload


READY = frame({"operation": "ready", "id": "ready"})
Script = Callable[[socket.socket, dict[str, Any]], None]


class ScriptedProcess:
    """A worker's process played by a thread: it greets, then answers each request as a script says."""

    def __init__(self, script: Script, greeting: bytes = READY) -> None:
        self.channel, self._theirs = socket.socketpair()
        self.output, self._writing = os.pipe()
        self._script = script
        self._theirs.sendall(greeting)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def kill(self) -> None:
        with suppress(OSError):  # the script may have closed it
            self._theirs.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)

    def wait(self, seconds: float) -> End | None:
        return End(exit_code=0, cpu_seconds=0, peak_rss_bytes=0)

    def _serve(self) -> None:
        with os.fdopen(self._writing, "wb"), self._theirs, suppress(OSError):
            while True:
                self._script(self._theirs, self._request())

    def _request(self) -> dict[str, Any]:
        _, header_size, payload_size = struct.unpack("<4sIQ", self._exactly(16))
        header: dict[str, Any] = json.loads(self._exactly(header_size))
        self._exactly(payload_size)
        return header

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            part = self._theirs.recv(size - len(data))
            if not part:
                raise OSError
            data += part
        return data


def answer(request: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"operation": request["operation"], "id": request["id"], "tensors": [], **fields}


def converse(script: Script) -> Any:
    """Load and run once; what run returned."""
    with Worker(ScriptedProcess(script), limits=LIMITS) as worker:
        worker.load(b"", file_name="s.py", entry="Net")
        return worker.run([np.ones(2, "float32")], mode="eval", seed=0, expected=[((2,), "float32")])


def honest(request: dict[str, Any]) -> bytes:
    if request["operation"] == "load":
        return frame(answer(request, claims=[CLAIM]))
    return frame(answer(request, tensors=[TYPE], not_a_tensor=None), struct.pack("<2f", 1, 2))


def instead(operation: str, forge: Callable[[dict[str, Any]], bytes]) -> Script:
    """Honest, except for one operation."""

    def script(connection: socket.socket, request: dict[str, Any]) -> None:
        connection.sendall(forge(request) if request["operation"] == operation else honest(request))

    return script


def claimed(**changes: Any) -> Script:
    return instead("load", lambda request: frame(answer(request, claims=[CLAIM | changes])))


def returned(tensors: Any, payload: bytes = b"", **changes: Any) -> Script:
    fields = {"tensors": tensors, "not_a_tensor": None} | changes
    return instead("run", lambda request: frame(answer(request, **fields), payload))


def drip(connection: socket.socket, request: dict[str, Any]) -> None:
    for byte in honest(request):
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


def flood(connection: socket.socket, request: dict[str, Any]) -> None:
    while True:
        connection.sendall(bytes(1 << 16))


def silence(connection: socket.socket, request: dict[str, Any]) -> None:
    connection.recv(1)


def descriptors(connection: socket.socket, request: dict[str, Any]) -> None:
    with open("/dev/null") as null:
        socket.send_fds(connection, [frame({"operation": "load", "id": 0})], [null.fileno()] * 10)


def test_the_honest_script_is_believed() -> None:
    (y,) = converse(instead("nothing", honest))
    np.testing.assert_array_equal(y, [1, 2])


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        pytest.param(silence, "timeout", id="says nothing"),
        pytest.param(drip, "timeout", id="a byte at a time"),
        pytest.param(flood, "protocol", id="zeros for ever"),
        pytest.param(descriptors, "protocol", id="sends open files"),
        pytest.param(instead("load", lambda r: b"CQ2\0" + honest(r)[4:]), "protocol", id="other magic"),
        pytest.param(instead("load", lambda r: frame(b"", header_size=2**32 - 1)), "protocol", id="huge header"),
        pytest.param(
            instead("load", lambda r: frame(answer(r, claims=[]), payload_size=2**64 - 1)),
            "protocol",
            id="huge payload",
        ),
        pytest.param(instead("load", lambda r: frame(b"[" * 900_000)), "protocol", id="deep nesting"),
        pytest.param(instead("load", lambda r: frame(b'{"id":' + b"9" * 9_000 + b"}")), "protocol", id="long number"),
        pytest.param(instead("load", lambda r: frame(b"\xff\xfe")), "protocol", id="no text"),
        pytest.param(instead("load", lambda r: frame([1])), "protocol", id="no object"),
        pytest.param(instead("load", lambda r: frame(answer(r) | {"id": "0" * 32})), "protocol", id="wrong id"),
        pytest.param(instead("load", lambda r: frame(answer(r) | {"id": True})), "protocol", id="id is true"),
        pytest.param(
            instead("load", lambda r: frame(answer(r, operation="run", claims=[]))),
            "protocol",
            id="other operation",
        ),
        pytest.param(instead("load", lambda r: frame(answer(r))), "protocol", id="no claims"),
        pytest.param(instead("load", lambda r: frame(answer(r, claims="x"))), "protocol", id="claims are text"),
        pytest.param(instead("load", lambda r: frame(answer(r, claims=[1]))), "protocol", id="claim is a number"),
        pytest.param(
            instead("load", lambda r: frame(answer(r, claims=[CLAIM, CLAIM]))),
            "protocol",
            id="two of one name",
        ),
        pytest.param(
            instead("load", lambda r: frame(answer(r, claims=[CLAIM] * 10_001))),
            "protocol",
            id="too many claims",
        ),
        pytest.param(claimed(shape=[-2, -3]), "protocol", id="negative size"),
        pytest.param(claimed(shape=[2.0, 3]), "protocol", id="size is a float"),
        pytest.param(claimed(shape=[True]), "protocol", id="size is true"),
        pytest.param(claimed(shape=[2**40]), "protocol", id="huge size"),
        pytest.param(claimed(shape=[1] * 17), "protocol", id="too many dimensions"),
        pytest.param(claimed(name={"a": 1}), "protocol", id="name is an object"),
        pytest.param(claimed(name="x" * 301), "protocol", id="long name"),
        pytest.param(claimed(kind=["parameter"]), "protocol", id="kind is a list"),
        pytest.param(claimed(dtype=None), "protocol", id="no dtype"),
        pytest.param(claimed(trainable=1), "protocol", id="trainable is 1"),
        pytest.param(instead("load", lambda r: frame(answer(r, error=True))), "protocol", id="error is true"),
        pytest.param(
            instead("load", lambda r: frame(answer(r, error={"exception": [], "message": {}, "frames": 3}))),
            "protocol",
            id="error of odd types",
        ),
        pytest.param(
            instead(
                "load",
                lambda r: frame(answer(r, error={"exception": "E", "message": "", "frames": []}), b"x"),
            ),
            "protocol",
            id="error with a payload",
        ),
        pytest.param(instead("run", lambda r: honest(r)[:-1]), "timeout", id="a byte short"),
        pytest.param(
            instead("run", lambda r: frame(answer(r, tensors=[TYPE], not_a_tensor=None), bytes(12))),
            "protocol",
            id="too long",
        ),
        pytest.param(returned([TYPE], bytes(8), not_a_tensor=3), "protocol", id="type's name is a number"),
        pytest.param(
            returned([{"shape": [2.0], "dtype": "float32"}], bytes(8)),
            "protocol",
            id="output shape of floats",
        ),
        pytest.param(returned("x"), "protocol", id="outputs are text"),
        pytest.param(instead("run", lambda r: frame(answer(r))), "protocol", id="no outputs"),
    ],
)
def test_forged(script: Script, kind: str) -> None:
    start = time.monotonic()
    with pytest.raises(WorkerFault) as caught:
        converse(script)
    assert caught.value.kind == kind
    assert time.monotonic() - start < 3


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        pytest.param([{"shape": [0, 10], "dtype": "float32"}], r"shape \(0, 10\), expected \(2,\)", id="empty"),
        pytest.param([{"shape": [2], "dtype": "object"}], "dtype object, expected float32", id="pickled"),
        pytest.param([], "0 tensors, expected 1 tensor", id="nothing"),
        pytest.param([{"shape": [2], "dtype": "\x1b[2J"}], r"dtype \\x1b\[2J", id="a terminal control"),
    ],
)
def test_wrong_output_is_told_before_its_payload_is_read(tensors: Any, message: str) -> None:
    with pytest.raises(WrongOutput, match=message):
        converse(instead("run", lambda r: frame(answer(r, tensors=tensors, not_a_tensor=None), payload_size=1 << 60)))


def test_mutated_frames_never_surprise() -> None:
    """Random bytes changed in the two answers: a fault, a wrong output, or numbers of the right shape."""
    rng = random.Random(11)

    def mutate(connection: socket.socket, request: dict[str, Any]) -> None:
        data = bytearray(honest(request))
        for _ in range(rng.randrange(1, 6)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)

    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    for _ in range(150):
        try:
            (y,) = converse(mutate)
            assert y.shape == (2,)
        except (WorkerFault, WrongOutput):
            pass
    time.sleep(0.2)
    after = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    assert after - before <= 4


@pytest.mark.parametrize(
    "greeting",
    [
        pytest.param(frame({"operation": "run", "id": "ready"}), id="another operation"),
        pytest.param(b"\0" * 100, id="zeros"),
    ],
)
def test_without_a_greeting_it_is_not_the_students_fault(greeting: bytes) -> None:
    worker = Worker(ScriptedProcess(silence, greeting), limits=LIMITS)
    with worker, pytest.raises(GradingError, match="a sandboxed process did not start: it said nothing"):
        worker.load(b"", file_name="s.py", entry="Net")


def test_a_recording_may_be_long_but_not_endless() -> None:
    sizes = iter([4 << 20, 9 << 20])

    def record(request: dict[str, Any]) -> bytes:
        return frame(answer(request, recording={"text": "x" * next(sizes)}))

    with Worker(ScriptedProcess(instead("record", record)), limits=Limits(call_seconds=3)) as worker:
        assert len(str(worker.record([(2,)])["text"])) == 4 << 20
        with pytest.raises(WorkerFault, match="malformed"):
            worker.record([(2,)])


@pytest.mark.parametrize(
    "tensors",
    [
        pytest.param([{"shape": [6], "dtype": "float32"}], id="more than was asked for"),
        pytest.param([{"shape": [2], "dtype": "float64"}], id="another dtype"),
        pytest.param([{"shape": [5], "dtype": "float32"}] * 10_001, id="more tensors than any network has values"),
    ],
)
def test_numbers_of_a_watched_run_are_checked_before_they_are_read(tensors: list[dict[str, Any]]) -> None:
    def watch(request: dict[str, Any]) -> bytes:
        return frame(answer(request, recording={}, tensors=tensors))

    x = np.zeros((1, 2), np.float32)
    worker = Worker(ScriptedProcess(instead("watch", watch)), limits=Limits(call_seconds=3))
    with worker, pytest.raises(WorkerFault, match="malformed"):
        worker.watch(x, mode="eval", seed=0, sample=5)


def test_numbers_of_a_watched_run_are_not_endless() -> None:
    def watch(request: dict[str, Any]) -> bytes:
        return frame(answer(request, recording={}, tensors=[{"shape": [1 << 14], "dtype": "float32"}] * 1025))

    x = np.zeros((1, 2), np.float32)
    worker = Worker(ScriptedProcess(instead("watch", watch)), limits=Limits(call_seconds=3))
    with worker, pytest.raises(WorkerFault, match="malformed"):
        worker.watch(x, mode="eval", seed=0, sample=1 << 14)
