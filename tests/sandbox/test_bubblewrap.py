"""bubblewrap is tried first; where it is missing or fails, the next level works and the reason is said."""

import json
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cnnquiz import sandbox
from cnnquiz.errors import GradingError
from cnnquiz.sandbox import Sandbox, WorkerFault
from cnnquiz.sandbox.bubblewrap import Bubblewrap, find_bubblewrap
from cnnquiz.sandbox.child.readable import masked_entries
from cnnquiz.sandbox.launch import site_packages

Source = Callable[..., bytes]


@pytest.fixture
def bwrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Puts a shell script in the place of bwrap."""

    def install(script: str) -> Path:
        path = tmp_path / "bwrap"
        path.write_text("#!/bin/sh\n" + textwrap.dedent(script))
        path.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))
        return path

    return install


def test_a_missing_bubblewrap_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"bwrap is not installed .*apt-get install bubblewrap"):
        find_bubblewrap()
    with Sandbox(levels=("bubblewrap", "landlock", "basic")) as opened:
        assert opened.isolation.reason.startswith("bubblewrap: bwrap is not installed")


def test_the_version_is_read(bwrap: Callable[[str], Path]) -> None:
    path = bwrap("echo bubblewrap 0.11.2")
    assert find_bubblewrap() == Bubblewrap(path=str(path), version="0.11.2")


def test_a_bwrap_without_a_version_is_not_taken(bwrap: Callable[[str], Path]) -> None:
    path = bwrap("echo no such thing")
    with pytest.raises(OSError, match=re.escape(f"{path} --version says 'no such thing', not a version")):
        find_bubblewrap()


def test_where_bubblewrap_fails_its_own_words_are_the_reason(bwrap: Callable[[str], Path], net: Source) -> None:
    bwrap("""
        [ "$1" = --version ] && { echo bubblewrap 0.8.0; exit 0; }
        echo "bwrap: setting up uid map: Permission denied" >&2
        exit 1
    """)
    with Sandbox(levels=("bubblewrap", "landlock", "basic")) as opened:
        with opened.worker() as worker:
            worker.load(net(), file_name="s.py", entry="Net")
        assert opened.isolation.kind in ("landlock", "basic")
        assert opened.isolation.reason.startswith("bubblewrap: bwrap: setting up uid map: Permission denied")


def test_a_bubblewrap_that_ends_before_it_reads_its_settings_says_why(
    bwrap: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, net: Source
) -> None:
    class EndedAtOnce(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **how: Any) -> None:
            super().__init__(*arguments, **how)
            if how.get("pass_fds"):  # not `bwrap --version`
                self.wait()

    bwrap("""
        [ "$1" = --version ] && { echo bubblewrap 0.8.0; exit 0; }
        echo "bwrap: No permissions to create new namespace" >&2
        exit 1
    """)
    monkeypatch.setattr(subprocess, "Popen", EndedAtOnce)
    with (
        Sandbox(levels=["bubblewrap"]) as opened,
        pytest.raises(GradingError, match="bwrap: No permissions to create new namespace"),
        opened.worker() as worker,
    ):
        worker.load(net(), file_name="s.py", entry="Net")


def test_no_weaker_level_is_taken_unasked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GradingError, match=r"no isolation level is left to try: .*bwrap is not installed"):
        Sandbox(levels=["bubblewrap"]).__enter__()


def test_the_memory_limit_counts_from_what_the_server_needs(sandbox_at: Callable[[str], Sandbox], net: Source) -> None:
    def allocate(gib: float) -> bytes:
        return net(f"x = torch.empty(int({gib} * 2**28)); return x[:2] * 0")

    opened = sandbox_at("bubblewrap")
    for gib, fits in ((1.5, True), (2.2, False)):
        with opened.worker() as worker:
            worker.load(allocate(gib), file_name="s.py", entry="Net")
            if fits:
                worker.record([(2,)])
                continue
            with pytest.raises(WorkerFault) as caught:
                worker.run([], mode="eval", seed=0, expected=[((2,), "float32")])
            assert caught.value.kind in ("memory", "raised")


LOOK = """
import json, os
def writes(path):
    try: open(path, "w")
    except OSError as error: return error.strerror
found = {"/": sorted(os.listdir("/")), "masked": [os.listdir(path) for path in PATHS]}
print(json.dumps(found | {"writes": [writes("/x"), writes("/tmp/x"), *(writes(path + "/x") for path in PATHS)]}))
"""


def test_below_bubblewrap_there_is_only_what_was_bound_and_nowhere_to_write() -> None:
    try:
        bubblewrap = find_bubblewrap()
    except OSError as error:
        pytest.skip(str(error))
    folders = site_packages()
    child = Path(sandbox.__file__).with_name("child")
    reading, writing = os.pipe()
    command = bubblewrap.command(
        child=child, recorder=None, site_packages=folders, masked=["torchvision", "numpy"], info=writing
    )
    masked = [path for folder in folders for path in masked_entries(folder, ["numpy"]) if os.path.isdir(path)]
    done = subprocess.run(
        [*command, os.path.realpath(sys.executable), "-I", "-S", "-c", LOOK.replace("PATHS", repr(masked))],
        capture_output=True,
        text=True,
        pass_fds=[writing],
    )
    os.close(reading)
    os.close(writing)
    if done.stderr.startswith("bwrap:"):
        pytest.skip(done.stderr)

    found = json.loads(done.stdout)
    assert "etc" in found["/"]
    assert not {"home", "var", "boot", "mnt"} & set(found["/"])
    assert found["masked"] == [[]] * len(masked)
    assert masked
    assert set(found["writes"]) == {"Read-only file system"}
