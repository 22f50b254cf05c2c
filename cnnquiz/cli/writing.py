"""Files appear whole or not at all, and nothing that exists is overwritten unless asked."""

import os
import shutil
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path

from cnnquiz.errors import UsageError


def write_folder(folder: Path, files: Mapping[str, str], *, force: bool, ours: Collection[str] = ()) -> None:
    """Write text files into a folder, all of them or none; UTF-8 with \\n line ends on every system.

    `ours` are names that an earlier run may have written: with `force`, those that are not written now are removed, so
    that no page of another draw is left beside the new ones.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: is not a folder (expected a folder or a new name)")
    if folder.is_dir() and any(folder.iterdir()) and not force:
        raise UsageError(f"{folder}: exists and is not empty (expected a new folder, or --force)")
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, text in files.items():
            (partial / name).write_text(text, encoding="utf-8", newline="\n")
        if folder.is_dir():
            for name in files:
                (partial / name).replace(folder / name)
            for name in set(ours) - set(files):
                (folder / name).unlink(missing_ok=True)
        else:
            partial.chmod(0o777 & ~_umask())
            partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


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
