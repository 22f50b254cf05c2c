"""Submissions that attack, break or surprise: each gets its verdict, and leaves nothing behind.

All of them run at every level of this machine with CNNQUIZ_ALL=1; otherwise every eighth, at two levels in turn.
"""

import os
import resource
import secrets
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from cnnquiz.bank.exercise import exercise_by_name
from cnnquiz.grading.grade import RECORDER, Grader
from cnnquiz.grading.report import Report
from cnnquiz.sandbox import Limits, Sandbox, launch
from tests.sandbox.corpus.case import Case, lenet5
from tests.sandbox.corpus.exhausting import EXHAUSTING
from tests.sandbox.corpus.forging import FORGING
from tests.sandbox.corpus.ordinary import BROKEN, ODD
from tests.sandbox.corpus.stealing import PERSISTING, STEALING

LIMITS = Limits(
    memory_bytes=1 << 30,
    import_seconds=5,
    call_seconds=5,
    total_seconds=20,
    cpu_seconds=10,
    flood_bytes=1 << 20,
)
CORPUS = FORGING | STEALING | PERSISTING | EXHAUSTING | BROKEN | ODD
LEVELS = ("bubblewrap", "landlock", "seccomp")
RUNS = [(level, name) for level in LEVELS for name in CORPUS]
SAMPLE = [(LEVELS[i % 2], name) for i, name in enumerate(list(CORPUS)[::8]) if CORPUS[name].seconds < 5]
SECRET = "PLANTED"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What lies around a submission that must not be touched, and who it is graded by."""

    folder: Path
    tcp: socket.socket
    udp: socket.socket
    token: str
    graders: dict[str, Grader]
    sandboxes: dict[str, Sandbox]
    stack: ExitStack

    def grader(self, level: str) -> Grader:
        if level not in self.graders:
            sandbox = self.stack.enter_context(Sandbox(limits=LIMITS, recorder=RECORDER, levels=(level, "basic")))
            self.sandboxes[level] = sandbox
            self.graders[level] = Grader(exercise_by_name("lenet5"), sandbox)
        found = self.sandboxes[level].isolation
        if found.kind != level:
            pytest.skip(f"this machine has no isolation at level {level}: {found.reason}")
        return self.graders[level]

    def filled(self, source: bytes) -> bytes:
        """The source with its placeholders replaced."""
        places = {
            "PORT": str(self.tcp.getsockname()[1]),
            "PARENT": str(os.getpid()),
            "SECRET": str(self.folder / "secret.txt"),
            "MARKER": str(self.folder / "marker"),
            "SOLUTION": str(exercise_by_name("lenet5").solution),
        }
        for name, value in places.items():
            source = source.replace(name.encode(), value.encode())
        return source

    def processes(self) -> list[int]:
        """Processes that came of our fork servers."""
        return [int(folder.name) for folder in Path("/proc").glob("[0-9]*") if self._is_ours(folder)]

    def _is_ours(self, folder: Path) -> bool:
        try:
            dead = (folder / "stat").read_text().rpartition(")")[2].split()[0] in "ZX"
            return not dead and self.token.encode() in (folder / "environ").read_bytes()
        except OSError:
            return False


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    folder.chmod(0o777)
    (folder / "secret.txt").write_text(f"{SECRET} in a file")
    (folder / "secret.txt").chmod(0o666)
    token = secrets.token_hex(8)
    with (
        pytest.MonkeyPatch.context() as patch,
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        ExitStack() as stack,
    ):
        udp.bind(("127.0.0.1", tcp.getsockname()[1]))
        for listener in (tcp, udp):
            listener.setblocking(False)
        patch.setenv("CNNQUIZ_SECRET", f"{SECRET} in the environment")
        patch.setitem(launch.ENVIRONMENT, "CNNQUIZ_TOKEN", token)
        yield World(folder=folder, tcp=tcp, udp=udp, token=token, graders={}, sandboxes={}, stack=stack)
    # The largest process of all that this one waited for, now that the fork servers are gone.
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss << (0 if sys.platform == "darwin" else 10)
    assert peak < LIMITS.memory_bytes + (1 << 30)


def all_text(report: Report) -> str:
    crash = report.crash
    parts = [crash.message, *(frame.source for frame in crash.frames)] if crash else []
    parts += [check.message for check in report.checks] + [found.message for found in report.diagnosis]
    return "\n".join(parts)


def settled(world: World) -> bool:
    """Whether there are soon no more processes than each fork server, its bubblewrap, and one worker forked ahead."""
    most = sum(3 if level == "bubblewrap" else 2 for level in world.graders)
    for _ in range(200):
        if len(world.processes()) <= most:
            return True
        time.sleep(0.02)
    return False


def untouched(world: World) -> None:
    """Nothing was written, connected to, changed or kept."""
    assert sorted(path.name for path in world.folder.iterdir()) == ["secret.txt"]
    assert (world.folder / "secret.txt").read_text() == f"{SECRET} in a file"
    assert (world.folder / "secret.txt").stat().st_mode & 0o777 == 0o666
    assert not Path("/dev/shm/cnnquiz-marker").exists()
    with pytest.raises(BlockingIOError):
        world.tcp.accept()
    with pytest.raises(BlockingIOError):
        world.udp.recv(1)


@pytest.mark.slow
@pytest.mark.parametrize(("level", "name"), RUNS if os.environ.get("CNNQUIZ_ALL") else SAMPLE)
def test_submission(world: World, level: str, name: str) -> None:
    case = CORPUS[name]
    grader = world.grader(level)
    assert grader.grade(lenet5(), "submission.py").verdict == "pass"
    descriptors = len(os.listdir("/proc/self/fd"))

    report = grader.grade(world.filled(case.source), "submission.py")

    assert report.verdict in case.verdicts, all_text(report) + report.printed
    assert case.message in all_text(report)
    assert report.seconds < 2 * case.seconds + 10
    assert len(all_text(report)) < 20_000
    assert len(report.printed) <= 4 * LIMITS.kept_output_bytes
    shown = (all_text(report) + report.printed).replace("\n", "").replace("\t", "")
    assert shown.isprintable()
    if level != "seccomp":  # which says that reading is open
        assert SECRET not in shown
    untouched(world)
    assert settled(world), "a process is left"
    assert len(os.listdir("/proc/self/fd")) <= descriptors + 1  # that of the worker forked ahead may have arrived
    assert grader.grade(lenet5(), "submission.py").verdict == "pass"


def test_the_corpus_is_large() -> None:
    hostile = FORGING | STEALING | PERSISTING | EXHAUSTING
    assert len(CORPUS) == sum(map(len, (FORGING, STEALING, PERSISTING, EXHAUSTING, BROKEN, ODD)))
    assert len(hostile) >= 80
    assert all(isinstance(case, Case) for case in CORPUS.values())
