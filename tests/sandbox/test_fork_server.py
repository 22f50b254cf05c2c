"""A worker waits ready before it is needed; a server that ends takes its workers along and is replaced."""

import os
import select
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from cnnquiz.sandbox import ForkServerError, Sandbox
from cnnquiz.sandbox.child.forkserver import MANY
from cnnquiz.sandbox.child.huge_pages import collapse
from cnnquiz.sandbox.server_process import _large_anonymous

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


def huge_kibibytes(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("AnonHugePages"))


def test_a_server_that_has_many_to_grade_moves_to_huge_pages(own: Sandbox, net: Source) -> None:
    answers(own, net())
    pid = server_pid(own)
    try:
        before = huge_kibibytes(pid)
    except OSError:
        pytest.skip("this user may not look at the server's memory")
    for _ in range(MANY):
        answers(own, net())
    assert huge_kibibytes(pid) > before + (50 << 10)


def test_memory_that_is_not_there_is_left_alone() -> None:
    collapse([(0, 8 << 20), (8 << 20, 8 << 20)])


def test_only_large_memory_without_a_file_is_moved() -> None:
    maps = """\
10000000-10200000 rw-p 00000000 00:00 0                                  [heap]
10200000-103ff000 rw-p 00000000 00:00 0
20000000-20400000 rw-p 00000000 00:00 0
30000000-30400000 rw-p 00001000 fe:00 123                                /usr/lib/my library.so
40000000-40400000 r--p 00000000 00:00 0
50000000-50400000 rw-s 00000000 00:00 0
60000000-60400000 rw-p 00000000 00:00 0                                  [stack]
"""
    assert _large_anonymous(maps) == [(0x10000000, 0x10200000), (0x20000000, 0x20400000)]


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


def test_a_server_whose_parent_has_left_ends_without_a_word(own: Sandbox, net: Source) -> None:
    answers(own, net())
    os.kill(server_pid(own), signal.SIGSTOP)
    answers(own, net())  # by the worker forked ahead; that its successor is forked, the server can tell nobody
    own._server._control.close()
    os.kill(server_pid(own), signal.SIGCONT)
    assert own._server._process.stop(60) == "it said nothing"


def test_nothing_is_left_when_a_sandbox_closes(own: Sandbox, net: Source) -> None:
    before = len(os.listdir("/proc/self/fd"))
    with Sandbox(levels=[own.isolation.kind]) as sandbox:
        answers(sandbox, net())
        pid = server_pid(sandbox)
    assert not os.path.exists(f"/proc/{pid}")
    assert len(os.listdir("/proc/self/fd")) == before
