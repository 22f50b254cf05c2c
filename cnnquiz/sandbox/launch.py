"""How a child interpreter is started: its command line, environment, settings and folders of packages."""

import contextlib
import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from importlib.machinery import PathFinder
from pathlib import Path
from typing import IO, Any

from cnnquiz.errors import GradingError

CHILD = Path(__file__).with_name("child")

MASKED = ("cnnquiz", "torchvision", "timm", "transformers")
"""Packages that a submission cannot import: ready-made networks, and this toolkit."""

ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/nonexistent",
    "LANG": "C.UTF-8",
    # One thread each: a process with threads cannot be forked safely.
    "OMP_NUM_THREADS": "1",
    "OMP_THREAD_LIMIT": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "",
    # Nothing is writable: no compiler, and a cache folder that exists.
    "TORCHDYNAMO_DISABLE": "1",
    "TORCHINDUCTOR_CACHE_DIR": "/",
    "PYTHONDONTWRITEBYTECODE": "1",
}


def site_packages() -> list[str]:
    """The folders of installed packages, with torch among them. Raises GradingError where torch is missing.

    Only such folders: the working directory, also on sys.path, may hold a student's file named torch.py.
    """
    paths = sysconfig.get_paths()
    installed = [path for path in sys.path if os.path.basename(path) in ("site-packages", "dist-packages")]
    folders = [folder for folder in (*installed, paths["purelib"], paths["platlib"]) if os.path.isdir(folder)]
    folders = list(dict.fromkeys(os.path.realpath(folder) for folder in folders))
    if PathFinder.find_spec("torch", folders) is None:
        raise GradingError("torch is not installed beside this Python (expected: pip install torch)")
    return folders


def start(
    settings: Mapping[str, object],
    *,
    descriptors: Sequence[int],
    stdout: int,
    stderr: int | IO[bytes],
    folder: str = "/",
    wrapper: Sequence[str] = (),
    child: str = str(CHILD),
) -> "subprocess.Popen[bytes]":
    """Start a child without waiting for it; it inherits these descriptors under their numbers.

    `wrapper` are the words of a command that runs the rest of its command line, where the child's code is at `child`.
    """
    # -I -S: no PYTHON* variables, no working directory, no .pth, no sitecustomize. -B: nothing is written.
    process: subprocess.Popen[Any] = subprocess.Popen(
        [*wrapper, os.path.realpath(sys.executable), "-I", "-S", "-B", f"{child}/__main__.py"],
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=stderr,
        env=ENVIRONMENT,
        cwd=folder,
        pass_fds=descriptors,
        start_new_session=True,  # an interrupt typed at the terminal is for the parent alone
    )
    if process.stdin is None:
        raise GradingError("the sandbox's interpreter has no stdin (expected a pipe)")
    # A process that ended before it read its settings says why on stderr; who waits for it notices its end.
    with contextlib.suppress(BrokenPipeError), process.stdin as stdin:
        stdin.write(json.dumps(settings).encode())
    return process
