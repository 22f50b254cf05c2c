"""A worksheet goes in; the contents of its files come out, in every format that was asked for."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cnnquiz.errors import UsageError

if TYPE_CHECKING:
    from cnnquiz.rendering.formats import Part
    from cnnquiz.worksheets.worksheet import Worksheet

PAGES = ("html", "pdf", "latex", "markdown", "text", "notebook")
"""The names of `rendering.formats`, which is imported only where a page is set."""

FORMATS = (*PAGES, "json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """What is written of each worksheet: formats and parts, set by templates of one's own or ours."""

    formats: tuple[str, ...]
    key: bool
    solutions: bool
    templates: Path | None

    def of(self, worksheet: "Worksheet", *, ending: str = "") -> dict[str, str | bytes]:
        """File name → content: every part in every format; the JSON worksheet holds its own key."""
        files: dict[str, str | bytes] = {}
        for name in self.formats:
            if name == "json":
                from cnnquiz.exports.worksheet_json import worksheet_json

                # Named for what it holds: a worksheet.json with answers would be handed out one day.
                part = "key" if self.key else "worksheet"
                files[f"{part}{ending}.json"] = worksheet_json(worksheet, key=self.key)
                continue
            from cnnquiz.rendering.formats import FORMATS
            from cnnquiz.rendering.worksheet import render_worksheet

            for part in self._parts():
                file = f"{part}{ending}{FORMATS[name].suffix}"
                with naming(file):
                    files[file] = render_worksheet(worksheet, format=name, part=part, templates=self.templates)
        return files

    def _parts(self) -> "Iterator[Part]":
        yield "worksheet"
        if self.key:
            yield "key"
        if self.solutions:
            yield "solutions"


@contextmanager
def naming(file: str) -> Iterator[None]:
    """Errors of a page that is set within name its file: in one of many, a student's name may be the fault."""
    try:
        yield
    except UsageError as error:
        raise UsageError(f"{file}: {error}") from error


def write_page(path: Path, content: str | bytes) -> None:
    r"""Text as UTF-8 with \n line ends on every system."""
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content, encoding="utf-8", newline="\n")


def earlier_files(folder: Path) -> frozenset[str]:
    """The files in a folder that an earlier run wrote: those that its index lists, and those with our names."""
    from cnnquiz.rendering.formats import FORMATS, PARTS
    from cnnquiz.worksheets.version_files import INDEX, indexed_files

    if not folder.is_dir():
        return frozenset()
    suffixes = "|".join(re.escape(each.suffix) for each in FORMATS.values())
    ours = re.compile(rf"({'|'.join(PARTS)})(-\d+|(-[0-9A-Z]{{3}}){{3}})?({suffixes}|\.json)")
    names = {path.name for path in folder.iterdir()}
    index = folder / INDEX
    listed = indexed_files(index.read_text(encoding="utf-8", errors="replace")) | {INDEX} if index.is_file() else set()
    return frozenset(name for name in names if name in listed or ours.fullmatch(name))
