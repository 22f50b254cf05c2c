"""A worker waits ready before it is needed; a server that ends takes its workers along and is replaced."""

import os
import select
import signal
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from cnnquiz.sandbox import ForkServerError, Sandbox

Source = Callable[..., bytes]
ONES = np.ones(2, "float32")


@pytest.fixture(params=["bubblewrap", "landlock"])
def own(request: pytest.FixtureRequest, sandbox_at: Callable[[str], Sandbox]) -> Iterator[Sandbox]:
    """A sandbox that a test may break."""
    sandbox_at(request.param)
    with Sandbox(levels=[request.param]) as sandbox:
        yield sandbox


def answers(sandbox: Sandbox, source: bytes) -> None:
    with sandbox.worker() as worker:
        worker.load(source, file_name="s.py", entry="Net")
        (y,) = worker.run([ONES], mode="eval", seed=0, expected=[((2,), "float32")])
    np.testing.assert_array_equal(y, ONES)


def server_pid(sandbox: Sandbox) -> int:
    assert sandbox._server is not None
    pid = sandbox._server._process._pid
    assert pid is not None
    return pid


def test_the_next_worker_is_forked_ahead(own: Sandbox, net: Source) -> None:
    answers(own, net())
    assert select.select([own._server._control], [], [], 10)[0]
    pid = server_pid(own)
    os.kill(pid, signal.SIGSTOP)
    try:
        answers(own, net())
    finally:
        os.kill(pid, signal.SIGCONT)


def test_a_server_that_ends_takes_its_workers_along_and_is_replaced(own: Sandbox, net: Source) -> None:
    with own.worker() as worker:
        worker.load(net("while True: pass"), file_name="s.py", entry="Net")
        os.kill(server_pid(own), signal.SIGKILL)
        with pytest.raises(ForkServerError, match="fork server stopped: it said nothing"):
            worker.run([ONES], mode="eval", seed=0, expected=[((2,), "float32")])
    answers(own, net())


def test_a_server_that_ended_while_nobody_looked_is_replaced(own: Sandbox, net: Source) -> None:
    answers(own, net())
    pid = server_pid(own)
    os.kill(pid, signal.SIGKILL)
    while own._server.alive:
        time.sleep(0.01)
    answers(own, net())
    assert server_pid(own) != pid


def test_nothing_is_left_when_a_sandbox_closes(own: Sandbox, net: Source) -> None:
    before = len(os.listdir("/proc/self/fd"))
    with Sandbox(levels=[own.isolation.kind]) as sandbox:
        answers(sandbox, net())
        pid = server_pid(sandbox)
    assert not os.path.exists(f"/proc/{pid}")
    assert len(os.listdir("/proc/self/fd")) == before
