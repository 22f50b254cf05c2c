"""A plan and its versions go in; the files of each are written, one version after the other or spread over cores."""

import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING

from cnnquiz.cli.version_pages import Pages, write_page

if TYPE_CHECKING:
    from cnnquiz.worksheets.plan import Plan
    from cnnquiz.worksheets.version_files import WrittenVersion
    from cnnquiz.worksheets.worksheet import Student

_WORTH_A_PROCESS = 50
"""So many versions take longer than starting a process for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version to write: its number, whose it is, and what its file names end in."""

    number: int
    ending: str
    student: "Student | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Printer:
    """Writes versions of a plan into a folder."""

    plan: "Plan"
    pages: Pages
    folder: Path

    def write(self, version: Version) -> "WrittenVersion":
        from cnnquiz.worksheets.version_files import WrittenVersion
        from cnnquiz.worksheets.work import work

        worksheet = self.plan.worksheet(version.number, version.student)
        files = self.pages.of(worksheet, ending=version.ending)
        for name, content in files.items():
            write_page(self.folder / name, content)
        return WrittenVersion(
            version=version.number,
            id=worksheet.id,
            work=sum(map(work, worksheet.problems)),
            files=tuple(files),
            student=version.student,
        )

    def write_all(self, versions: Sequence[Version], *, jobs: int | None) -> "Iterator[WrittenVersion]":
        """Each version as soon as it is written; the files do not depend on `jobs`, None for what pays."""
        most = min(_cores(), len(versions) // _WORTH_A_PROCESS) if jobs is None else min(jobs, len(versions))
        left = {version.number: version for version in versions}
        if most > 1 and "fork" in multiprocessing.get_all_start_methods():
            for written in self._spread(versions, most):
                del left[written.version]
                yield written
        # All of them in one process; after several, those of a worker that failed, to fail here in the open.
        for version in left.values():
            yield self.write(version)

    def _spread(self, versions: Sequence[Version], jobs: int) -> "Iterator[WrittenVersion]":
        """Whole blocks to each worker, so that none is drawn twice. The workers end with this, however it ends."""
        fork = multiprocessing.get_context("fork")
        blocks = _blocks(versions, self.plan.block)
        workers, open_ends = [], []
        try:
            for number in range(jobs):
                receiver, sender = fork.Pipe(duplex=False)
                share = [version for block in blocks[number::jobs] for version in block]
                worker = fork.Process(target=self._work, args=(share, sender, os.getpid()), daemon=True)
                worker.start()
                sender.close()
                workers.append(worker)
                open_ends.append(receiver)
            yield from _received(open_ends)
        finally:
            for worker in workers:
                worker.terminate()
                worker.join()

    def _work(self, versions: Sequence[Version], sender: "Connection[WrittenVersion, None]", parent: int) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal tells all processes; the first one decides
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        # What fails here is not told: the first process finds the version missing and meets the same fault.
        with suppress(Exception):
            for version in versions:
                if os.getppid() != parent:
                    return
                sender.send(self.write(version))


def _blocks(versions: Sequence[Version], size: int) -> list[list[Version]]:
    blocks: dict[int, list[Version]] = {}
    for version in versions:
        blocks.setdefault((version.number - 1) // size, []).append(version)
    return list(blocks.values())


def _received(open_ends: "list[Connection[None, WrittenVersion]]") -> "Iterator[WrittenVersion]":
    """What comes out of any of the pipes until all are closed."""
    while open_ends:
        for ready in wait(open_ends):
            assert isinstance(ready, Connection)
            try:
                yield ready.recv()
            except EOFError:
                open_ends.remove(ready)


def _cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
