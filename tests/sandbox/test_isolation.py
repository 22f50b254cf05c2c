"""What is enforced is said, what is not is said as well, and too little is refused."""

import errno
import json
import os
import platform
import re
import struct
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest

from cnnquiz.errors import GradingError
from cnnquiz.sandbox import LEVELS, Isolation, Sandbox
from cnnquiz.sandbox.child import forkserver
from cnnquiz.sandbox.child.seccomp import program
from cnnquiz.sandbox.isolation import isolation, require, without_fork
from cnnquiz.sandbox.launch import site_packages

REPOSITORY = Path(__file__).parents[2]


def test_each_level_says_what_it_enforces_and_what_not(sandbox_at: Callable[[str], Sandbox]) -> None:
    found = [sandbox_at(level.kind).isolation for level in LEVELS]
    assert [level.kind for level in found] == ["bubblewrap", "landlock", "seccomp", "basic"]
    assert re.fullmatch(r"strong \(bubblewrap [\d.]+, Landlock \d+, seccomp\)", found[0].name)
    assert re.fullmatch(r"strong without namespaces \(Landlock \d+, seccomp\)", found[1].name)
    for level in found[:2]:
        assert {"reading files", "writing files", "network", "processes"} <= set(level.enforced)
    assert "reading files" not in found[2].enforced
    assert {"reading files", "writing files", "network"} <= set(found[3].missing)
    assert [level.reason for level in found] == ["", "", "", ""]


def test_a_refused_level_gives_its_reason() -> None:
    found = isolation("seccomp", refused={"landlock": "Function not implemented"}, landlock_version=0)
    assert found.reason == "landlock: Function not implemented"
    with pytest.raises(GradingError, match="every file that you can read, also your solutions; landlock: Function not"):
        require(found, "landlock")


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_a_filter_names_the_process_that_it_is_for(machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for pid in (0x01020304, 0x05060708):
        monkeypatch.setattr("os.getpid", lambda pid=pid: pid)
        code = program(machine)
        found.append([code[i : i + 8] for i in range(0, len(code), 8)])
    different = [pair for pair in zip(*found, strict=True) if pair[0] != pair[1]]
    # kill and tgkill: jump if equal, to the next instruction if so, over one if not
    assert different == [(b"\x15\0\0\1\4\3\2\1", b"\x15\0\0\1\x08\7\6\5")] * 2


def refuse(*arguments: object) -> NoReturn:
    raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))


@pytest.mark.parametrize(
    ("missing", "level", "refused"),
    [
        pytest.param([], "landlock", {}, id="nothing is missing"),
        pytest.param(["landlock.version"], "seccomp", {"landlock": "Function not implemented"}, id="no Landlock"),
        pytest.param(
            ["landlock.restrict"],
            "seccomp",
            {"landlock": "[Errno 38] Function not implemented"},
            id="Landlock is there but fails",
        ),
        pytest.param(
            ["landlock.version", "seccomp.install"],
            "basic",
            {"landlock": "Function not implemented", "seccomp": "[Errno 38] Function not implemented"},
            id="neither",
        ),
    ],
)
def test_the_first_level_that_works_is_chosen(
    strongest: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    missing: list[str],
    level: str,
    refused: dict[str, str],
) -> None:
    for name in missing:
        monkeypatch.setattr(f"cnnquiz.sandbox.child.{name}", refuse)
    settings = {
        "levels": ["landlock", "seccomp", "basic"],
        "address_space": 8 << 30,
        "memory_bytes": 1 << 30,
        "cpu_seconds": 9,
    }
    lockdown, reasons, _ = forkserver._strongest(settings, ["/usr/lib"])
    assert (lockdown.level, reasons) == (level, refused)


def test_too_weak_a_level_is_refused() -> None:
    expected = r"basic \(linux\) leaves open: memory; reading files; .*expected at least level 'seccomp'"
    with (
        Sandbox(forks=False, isolation_at_least="seccomp") as sandbox,
        pytest.raises(GradingError, match=expected),
    ):
        sandbox.worker()


def test_without_fork_each_submission_has_its_own_interpreter(lenet5: bytes) -> None:
    with Sandbox(forks=False) as sandbox:
        assert sandbox.isolation == without_fork(sys.platform)
        with sandbox.worker() as worker:
            worker.load(lenet5, file_name="s.py", entry="LeNet5")
            x = np.zeros((1, 1, 28, 28), "float32")
            (y,) = worker.run([x], mode="eval", seed=0, expected=[((1, 10), "float32")])
        assert y.shape == (1, 10)
        assert worker.usage.cpu_seconds > 0.1


def test_a_broken_torch_is_no_fault_of_a_student(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "torch.py").write_text("raise ValueError('broken installation')")
    monkeypatch.setattr("cnnquiz.sandbox.server.site_packages", lambda: [str(tmp_path)])
    expected = "fork server stopped: ValueError: broken installation"
    with Sandbox() as sandbox, pytest.raises(GradingError, match=expected):
        sandbox.worker()


def test_a_missing_torch_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setattr("sysconfig.get_paths", lambda: {"purelib": "/nowhere", "platlib": "/nowhere"})
    with pytest.raises(GradingError, match="torch is not installed beside this Python"):
        site_packages()


def test_a_torch_beside_the_submission_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "torch.py").write_text("raise ValueError('a trap')")
    monkeypatch.syspath_prepend(tmp_path)
    assert str(tmp_path) not in site_packages()


def test_a_sandbox_that_is_not_open_says_so() -> None:
    with pytest.raises(GradingError, match="the sandbox is not open"):
        Sandbox().worker()


def test_the_parent_imports_no_torch() -> None:
    code = "import sys, cnnquiz.sandbox; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr


@pytest.mark.parametrize(
    ("machine", "architecture", "getpid"), [("x86_64", 0xC000003E, 39), ("aarch64", 0xC00000B7, 172)]
)
def test_a_filter_checks_the_architecture_and_ends_in_a_refusal(machine: str, architecture: int, getpid: int) -> None:
    code = program(machine)
    instructions = [struct.unpack("<HBBI", code[i : i + 8]) for i in range(0, len(code), 8)]
    assert instructions[1][3] == architecture
    assert any(operation == 0x15 and value == getpid for operation, _, _, value in instructions)
    assert instructions[-1] == (0x06, 0, 0, 0x00050000 | 1)
    assert len(instructions) < 4096


def test_an_unknown_machine_has_no_filter() -> None:
    with pytest.raises(OSError, match="no system call table for riscv64"):
        program("riscv64")


ORDINARY_USER = """
import json, numpy, os
from cnnquiz.sandbox import Sandbox
source = b'''
import torch
class Net(torch.nn.Module):
    def forward(self, x):
        import os
        for attempt in (lambda: open({secret!r}), lambda: open({secret!r}, "w"), os.fork):
            try: print("done", attempt())
            except OSError: print("refused")
        return x * 2
'''
with Sandbox(levels=({level!r}, "basic")) as sandbox, sandbox.worker() as worker:
    kind = sandbox.isolation.kind
    worker.load(source, file_name="s.py", entry="Net")
    (y,) = worker.run([numpy.ones(1, "float32")], mode="eval", seed=0, expected=[((1,), "float32")])
print(json.dumps([os.getuid(), kind, y.tolist(), worker.printed.split()]))
"""


@pytest.mark.parametrize("level", ["bubblewrap", "landlock"])
def test_an_ordinary_user_gets_the_same_isolation(
    sandbox_at: Callable[[str], Sandbox], planted: Path, level: str
) -> None:
    sandbox_at(level)
    if os.getuid() != 0:
        pytest.skip("every other test runs as an ordinary user already")
    python = _python_of_everybody()
    site_packages = os.path.dirname(os.path.dirname(np.__file__))
    code = textwrap.dedent(ORDINARY_USER).replace("{secret!r}", repr(str(planted)))
    code = code.replace("{level!r}", repr(level))
    done = subprocess.run(
        [python, "-B", "-c", code],
        cwd="/",
        env={"PYTHONPATH": f"{REPOSITORY}:{site_packages}"},
        user=65534,
        group=65534,
        extra_groups=[],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [65534, level, [2.0], ["refused", "refused", "refused"]]


def _python_of_everybody() -> str:
    """An interpreter of this version that user 65534 can run, or a skip that says why there is none."""
    site_packages = os.path.dirname(os.path.dirname(np.__file__))
    problems = []
    for python in (
        os.path.realpath(sys.executable),
        f"/usr/bin/python{sys.version_info[0]}.{sys.version_info[1]}",
    ):
        try:
            done = subprocess.run(
                [python, "-c", "import numpy, cnnquiz"],
                cwd="/",
                env={"PYTHONPATH": f"{REPOSITORY}:{site_packages}"},
                user=65534,
                group=65534,
                extra_groups=[],
                capture_output=True,
                text=True,
            )
        except OSError as error:
            problems.append(f"{python}: {error.strerror}")
            continue
        if done.returncode == 0:
            return python
        problems.append(f"{python}: {done.stderr.strip().splitlines()[-1]}")
    pytest.skip(f"user 65534 cannot run Python here: {'; '.join(problems)} ({platform.platform()})")


def test_isolation_is_plain_data(strongest: Sandbox) -> None:
    assert type(strongest.isolation) is Isolation
