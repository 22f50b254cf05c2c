"""Answers that were typed are marked by their worksheets' keys: what `cnnquiz grade` does with --worksheet."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cnnquiz.cli.version_pages import naming, write_page
from cnnquiz.errors import UsageError

if TYPE_CHECKING:
    from cnnquiz.marking.amendments import Amendments
    from cnnquiz.marking.gradebook import Gradebook, MarkedWorksheet
    from cnnquiz.marking.responses import Class
    from cnnquiz.worksheets.worksheet import Worksheet

ANSWERS = (".csv", ".tsv", ".json", ".yaml", ".yml")
"""How the names of files with answers end."""

FEEDBACK_FORMATS = ("html", "pdf")

_OURS = re.compile(r"feedback[\w.-]*\.(html|pdf)|gradebook\.csv|marks\.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking:
    """What is marked, by which worksheets, and where what comes of it goes."""

    path: Path
    worksheets: tuple[Path, ...]
    amendments: Path | None
    output: Path | None
    formats: tuple[str, ...]
    force: bool
    templates: Path | None
    as_json: bool
    colour: bool

    def run(self) -> int:
        """Mark everybody and say so: 0 where everything is right, else 1."""
        if not self.worksheets:
            raise UsageError(f"{self.path}: whose answers are these? (expected --worksheet with the key as JSON)")
        if not self.path.is_file() or self.path.suffix.lower() not in ANSWERS:
            problem = "is no file of answers" if self.path.exists() else "no such file"
            raise UsageError(f"{self.path}: {problem} (expected answers as {', '.join(ANSWERS)})")
        from cnnquiz.exports.responses_reading import read_responses
        from cnnquiz.exports.worksheet_reading import read_worksheets
        from cnnquiz.marking.amendment_reading import read_amendments
        from cnnquiz.marking.amendments import Amendments
        from cnnquiz.marking.gradebook import mark_class
        from cnnquiz.marking.responses import join

        worksheets = read_worksheets(self.worksheets)
        amendments = read_amendments(self.amendments, worksheets) if self.amendments else Amendments()
        answers = join(read_responses(self.path, worksheets), worksheets)
        gradebook = mark_class(answers, amend=amendments.mark)
        pages = _Pages(
            answers=answers,
            gradebook=gradebook,
            amendments=amendments,
            formats=self.formats,
            templates=self.templates,
        )
        if self.output is not None:
            self._write(pages, self.output)
        self._print(pages)
        for note in gradebook.notes:
            click.echo(f"{self.path}: {note}", err=True)
        return 0 if gradebook.all_right else 1

    def _write(self, pages: "_Pages", output: Path) -> None:
        from cnnquiz.cli.writing import writing_folder

        ours = [each.name for each in output.iterdir() if _OURS.fullmatch(each.name)] if output.is_dir() else []
        with writing_folder(output, force=self.force, ours=ours) as folder:
            for name, page in pages.files().items():
                write_page(folder / name, page)

    def _print(self, pages: "_Pages") -> None:
        if self.as_json:
            from cnnquiz.exports.marks_json import marks_json

            click.echo(marks_json(pages.gradebook), nl=False)
            return
        from cnnquiz.rendering.marks import render_changes, render_class

        language = pages.answers.answered[0].worksheet.language
        marked = pages.gradebook.marked
        if len(marked) == 1:
            click.echo(pages.terminal(marked[0], colour=self.colour), nl=False)
        else:
            click.echo(render_class(pages.gradebook, language), nl=False)
        if self.amendments is not None:
            click.echo("\n" + render_changes(pages.gradebook, language), nl=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pages:
    """The pages about marks."""

    answers: "Class"
    gradebook: "Gradebook"
    amendments: "Amendments"
    formats: tuple[str, ...]
    templates: Path | None

    def files(self) -> Mapping[str, str | bytes]:
        """File name → content: feedback for each student, the gradebook, and all of it as JSON."""
        from cnnquiz.exports.marks_json import gradebook_csv, marks_json
        from cnnquiz.exports.marks_reading import MARKS_FILE
        from cnnquiz.rendering.marks import render_feedback
        from cnnquiz.worksheets.version_files import endings

        files: dict[str, str | bytes] = {
            "gradebook.csv": gradebook_csv(self.gradebook),
            MARKS_FILE: marks_json(self.gradebook),
        }
        marked = self.gradebook.marked
        names = endings([each.student for each in marked])
        for ending, each, worksheet in zip(names, marked, self._worksheets(), strict=True):
            for name in self.formats:
                file = f"feedback{ending}.{name}"
                with naming(file):
                    files[file] = render_feedback(worksheet, each, format=name, templates=self.templates)
        return files

    def terminal(self, marked: "MarkedWorksheet", *, colour: bool) -> str:
        from cnnquiz.rendering.marks import render_feedback

        (worksheet,) = self._worksheets()
        return render_feedback(worksheet, marked, format="text", colour=colour, templates=self.templates)

    def _worksheets(self) -> "Sequence[Worksheet]":
        """Each student's worksheet with its key as it is now."""
        worksheets = (each.worksheet for each in self.answers.answered)
        return [replace(w, problems=tuple(map(self.amendments.key, w.problems))) for w in worksheets]
