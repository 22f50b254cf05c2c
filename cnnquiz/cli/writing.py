"""Files appear whole or not at all, and nothing that exists is overwritten unless asked."""

import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from cnnquiz.errors import UsageError


@contextmanager
def writing_folder(folder: Path, *, force: bool, ours: Collection[str] = ()) -> Iterator[Path]:
    """An empty folder to write files into; what is in it at the end appears in `folder`, or nothing after an error.

    `ours` are names that an earlier run may have written: with `force`, those that are not written now are removed, so
    that no page of another draw is left beside the new ones. To be told to stop (Ctrl-C, SIGTERM) is an error too.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: is not a folder (expected a folder or a new name)")
    if folder.is_dir() and any(folder.iterdir()) and not force:
        raise UsageError(f"{folder}: exists and is not empty (expected a new folder, or --force)")
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        with _signals({signal.SIGTERM: _stop}):
            yield partial
            # Moving files takes a moment; half of them moved would be neither the old folder nor the new one.
            with _signals({signal.SIGTERM: signal.SIG_IGN, signal.SIGINT: signal.SIG_IGN}):
                _move(partial, folder, ours)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _move(partial: Path, folder: Path, ours: Collection[str]) -> None:
    if not folder.is_dir():
        partial.chmod(0o777 & ~_umask())
        partial.rename(folder)
        return
    names = {path.name for path in partial.iterdir()}
    for name in sorted(names):
        (partial / name).replace(folder / name)
    for name in set(ours) - names:
        (folder / name).unlink(missing_ok=True)


def _stop(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


@contextmanager
def _signals(handlers: "dict[signal.Signals, signal._HANDLER]") -> Iterator[None]:
    """Handle signals so for a while; only a process's main thread can say how."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def write_file(path: Path, text: str, *, force: bool) -> None:
    """Write one text file whole; an existing one stays unless `force`."""
    if path.is_dir():
        raise UsageError(f"{path}: is a folder (expected the name of a file)")
    if path.exists() and not force:
        raise UsageError(f"{path}: exists (expected a new name, or --force)")
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, partial = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(partial).chmod(0o666 & ~_umask())
        Path(partial).replace(path)
    finally:
        Path(partial).unlink(missing_ok=True)


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
