"""Only a plain file is read, and a student's text cannot act on a terminal."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnquiz.sandbox import SubmissionError, printable, read_submission


def test_bytes_come_back_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "submission.py"
    path.write_bytes(b"\xff\x00\r\n")
    assert read_submission(path) == b"\xff\x00\r\n"


def nothing(path: Path) -> None:
    assert not path.exists()


def fifo(path: Path) -> None:
    os.mkfifo(path)


def link(path: Path) -> None:
    path.symlink_to("/etc/hostname")


def folder(path: Path) -> None:
    path.mkdir()


def large(path: Path) -> None:
    path.write_bytes(bytes((1 << 20) + 1))


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (nothing, "no such file or directory (expected a regular file)"),
        (fifo, "is not a regular file (expected a file of Python source code)"),
        (folder, "is not a regular file (expected a file of Python source code)"),
        (link, "is a symbolic link (expected a regular file)"),
        (large, "is too large (expected at most 1024 KiB)"),
    ],
    ids=["nothing", "fifo", "folder", "link", "large"],
)
def test_refused(tmp_path: Path, make: Callable[[Path], None], problem: str) -> None:
    path = tmp_path / "submission\x1b[1m.py"
    make(path)
    with pytest.raises(SubmissionError) as caught:
        read_submission(path)
    assert str(caught.value) == f"{tmp_path}/submission\\x1b[1m.py: {problem}"


def test_a_device_is_refused() -> None:
    with pytest.raises(SubmissionError, match="/dev/zero: is not a regular file"):
        read_submission("/dev/zero")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("합성곱 é 🙂", "합성곱 é 🙂", id="letters of any language"),
        pytest.param("\x1b[2J\x07", "\\x1b[2J\\x07", id="escape sequences"),
        pytest.param("\u202egnp.exe", "\\u202egnp.exe", id="reversed text"),
        pytest.param("a\r\nb", "a\\r\\nb", id="line ends"),
        pytest.param("\ud800", "\\ud800", id="half of a pair"),
        pytest.param("\U000e0041", "\\U000e0041", id="invisible tags"),
    ],
)
def test_printable(text: str, shown: str) -> None:
    assert printable(text, 100) == shown


def test_lines_are_kept_on_request() -> None:
    assert printable("a\r\n\tb", 100, multiline=True) == "a\\r\n\tb"


@given(st.text(alphabet=st.characters(codec=None)), st.integers(0, 20))
def test_anything_becomes_printable(text: str, limit: int) -> None:
    shown = printable(text, limit)
    assert shown.isprintable()
    shown.encode()


ELSEWHERE = """
import numpy, os, signal, socket, select, sys
for module, names in {
    os: ["O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "getuid", "memfd_create", "pidfd_open", "killpg", "wait4"],
    signal: ["SIGKILL", "SIGXCPU", "pidfd_send_signal"],
    socket: ["AF_UNIX", "send_fds", "recv_fds"],
    select: ["poll"],
}.items():
    for name in names:
        delattr(module, name)
sys.modules |= dict.fromkeys(["fcntl", "resource", "pwd"])
sys.platform = "win32"
from cnnquiz.errors import GradingError
from cnnquiz.sandbox import Sandbox, read_submission
print(read_submission(PATH))
try:
    Sandbox().__enter__()
except GradingError as error:
    print(error)
"""


def test_elsewhere_submissions_can_be_read_though_not_run(tmp_path: Path) -> None:
    path = tmp_path / "submission.py"
    path.write_bytes(b"x = 1\r\n")
    code = ELSEWHERE.replace("PATH", repr(str(path)))
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert done.stdout.splitlines() == [
        "b'x = 1\\r\\n'",
        "submissions cannot be run on Windows (expected Linux, WSL or macOS)",
    ], done.stderr
