"""Runs the command line, as a user does in a process of its own, or in this one, which is faster."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from cnnquiz.cli.main import exit_code


@dataclass(frozen=True)
class Result:
    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Result]


@pytest.fixture
def cnnquiz(tmp_path: Path) -> Run:
    """`cnnquiz("list", "topics")` in a new process and an empty folder."""

    def run(*arguments: str | Path, **environment: str) -> Result:
        done = subprocess.run(
            [sys.executable, "-m", "cnnquiz", *map(str, arguments)],
            cwd=tmp_path,
            env={**os.environ, **environment},
            capture_output=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The same in this process."""

    def run(*arguments: str | Path) -> Result:
        monkeypatch.chdir(tmp_path)
        code = exit_code(list(map(str, arguments)))
        return Result(code, *capsys.readouterr())

    return run
