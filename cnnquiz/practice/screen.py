"""What a session says goes in; lines for a terminal come out, with colour or without."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from cnnquiz.bank.question import AnswerKind
from cnnquiz.bank.text import Language
from cnnquiz.marking.mark import Mark
from cnnquiz.practice.summary import Summary, Total
from cnnquiz.practice.turn import Reply, Told, Turn
from cnnquiz.practice.words import PRACTICE, Words
from cnnquiz.problems.problem import Grid, Problem
from cnnquiz.rendering.columns import wrap
from cnnquiz.rendering.pages import fill
from cnnquiz.rendering.setting import Setting, setting_in
from cnnquiz.rendering.shown import AskedCell, AskedGrid
from cnnquiz.rendering.words import WORKSHEET, counted
from cnnquiz.worksheets.worksheet import Layout

Style = Literal["strong", "good", "bad", "faint"]

_COLOURS: Mapping[Style, str] = {"strong": "1", "good": "32", "bad": "31", "faint": "2"}

_DIGITS = re.compile(r"\d+")

_STYLES: Mapping[str, Style] = {"hint": "strong", "unread": "bad", "moved on": "bad"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """Writes in one language, in lines of at most `width` columns. Without `colour`, no escape sequence is written.

    `title` names a topic in the language.
    """

    language: Language
    width: int
    colour: bool
    title: Callable[[str], str]

    def start(self, topics: tuple[str, ...]) -> str:
        """What a session begins with."""
        return self._fill("start", title=", ".join(map(self.title, topics)) or self._words["everything"])

    def problem(self, turn: Turn, length: int | None) -> str:
        """A problem as it is asked; blanks of a table have numbers to name them by."""
        asked = self._setting.asked(turn.number, turn.problem, Layout())
        words = self._words
        heading = words["problem_of" if length else "problem"].format(number=turn.number, length=length)
        return self._fill(
            "problem", heading=heading, problem=asked, grid=self._numbered(turn.problem), how=self._how(turn)
        )

    def reply(self, turn: Turn, reply: Reply) -> str:
        """What follows a line; `turn` is as it was left by it."""
        if isinstance(reply, Mark):
            return self._marked(turn, reply)
        if reply.what == "solution":
            return self.solution(turn.problem, with_answer=True)
        sentences = self._told(turn, reply)
        return "".join(f"{self._styled(self._lines(each), _STYLES.get(reply.what, 'faint'))}\n" for each in sentences)

    def solution(self, problem: Problem, *, with_answer: bool) -> str:
        """The worked solution with its source, and the key where it is not known yet."""
        return self._fill("solution", problem=self._setting.solved(0, problem, Layout()), with_answer=with_answer)

    def summary(self, summary: Summary, due: int) -> str:
        """What a session adds up to; `due` is how many of its questions come again within a day."""
        words = self._words
        return self._fill(
            "summary",
            summary=summary,
            totals=" · ".join(self._totals(summary)),
            topics=self._topics(summary),
            slips=tuple(f"{self._setting.marked(each.feedback)} ({each.question})" for each in summary.slips),
            revise=tuple(f"{each.source} ({', '.join(each.questions)})" for each in summary.revise),
            due=words["due_one" if due == 1 else "due"].format(count=due) if due else "",
        )

    def say(self, name: str) -> str:
        """A sentence of our own."""
        return self._lines(self._words[name]) + "\n"

    @property
    def _words(self) -> Words:
        return PRACTICE[self.language]

    @property
    def _setting(self) -> Setting:
        return setting_in("text", self.language)

    def _told(self, turn: Turn, told: Told) -> tuple[str, ...]:
        words, text = self._words, self._setting.marked(told.text)
        match told.what:
            case "hint":
                return (words["hint"].format(number=told.number, hint=text),)
            case "no hint":
                return (words["no_further_hint" if told.number else "no_hint"],)
            case "help":
                return tuple(filter(None, (self._how(turn), words["commands"])))
            case "blank":
                return (words["blank"].format(number=told.number),)
            case "unread":
                return (text,)
            case "moved on":
                return text, words["moved_on"]
            case "solution" | "quit":
                return ()
            case _:
                return (words[told.what],)

    def _marked(self, turn: Turn, mark: Mark) -> str:
        right = mark.verdict == "right"
        sign = "✓" if right else "✗"
        notes = [self._points(mark)] if mark.points else []
        if _surprises(turn.problem, mark):
            notes.append(self._words["read_as"].format(answer=mark.read_as))
        noted = f" ({', '.join(notes)})" if notes else ""
        feedback = self._setting.marked(mark.feedback) + noted
        lines = [self._styled(self._lines(feedback, first=f"{sign} "), "good" if right else "bad")]
        if right:
            return f"{lines[0]}\n{self.solution(turn.problem, with_answer=False)}"
        wrong = [
            _part_name(number, turn.problem.kind, WORKSHEET[self.language])
            for number, part in enumerate(mark.parts, start=1)
            if part.verdict != "right"
        ]
        if len(wrong) > 1:
            lines.append(self._lines(self._words["wrong_parts"].format(parts=", ".join(wrong)), first="  "))
        lines.append(self._styled(self._lines(self._words["try_again"]), "faint"))
        return "\n".join(lines) + "\n"

    def _points(self, mark: Mark) -> str:
        words = WORKSHEET[self.language]
        if mark.points == mark.max_points:
            return counted(words, "points", mark.max_points)
        return self._words["partly"].format(points=mark.points, all=counted(words, "points", mark.max_points))

    def _how(self, turn: Turn) -> str:
        """How to type an answer, where that does not go without saying."""
        problem = turn.problem
        how = [self._words.get(problem.kind, "").format(blanks=_blanks(problem.grid))]
        if problem.unit is not None:
            how.append(self._words["in_unit"].format(unit=self._setting.marked(problem.unit)))
        return " ".join(filter(None, how))

    def _numbered(self, problem: Problem) -> AskedGrid | None:
        numbers = [f"[{number}]" for number in range(1, _blanks(problem.grid) + 1)]
        return self._setting.grid(problem.grid, numbers)

    def _totals(self, summary: Summary) -> list[str]:
        words, total = self._words, summary.total
        told = [words["right_at_once"].format(right=total.right, asked=total.asked)]
        if summary.with_hints:
            told.append(words["with_hints"].format(count=summary.with_hints))
        if summary.passed_over:
            told.append(words["passed_over"].format(count=summary.passed_over))
        all_points = counted(WORKSHEET[self.language], "points", total.max_points)
        return [*told, words["partly"].format(points=total.points, all=all_points)]

    def _topics(self, summary: Summary) -> AskedGrid:
        words = self._words

        def row(topic: str, total: Total) -> tuple[AskedCell, ...]:
            right = words["of"].format(right=total.right, asked=total.asked)
            points = words["of"].format(right=total.points, asked=total.max_points)
            return tuple(AskedCell(text=text, blank=False) for text in (self.title(topic), right, points))

        return AskedGrid(
            columns=(words["topic"], words["right"], words["points"]),
            rows=tuple(row(topic, total) for topic, total in summary.topics),
        )

    def _fill(self, template: str, **shown: object) -> str:
        common = {
            "words": self._words,
            "worksheet": WORKSHEET[self.language],
            "width": self.width,
            "style": self._styled,
        }
        return fill(f"practice/{template}.txt", common | shown, templates=None)

    def _lines(self, text: str, first: str = "") -> str:
        return wrap(text, self.width, first=first)

    def _styled(self, text: str, style: Style) -> str:
        return f"\x1b[{_COLOURS[style]}m{text}\x1b[0m" if self.colour and text else text


def _surprises(problem: Problem, mark: Mark) -> bool:
    """Whether a number or shape was read otherwise than it was typed, but for spaces, commas and its unit."""
    if mark.read_as is None or problem.kind not in ("number", "shape"):
        return False
    read, typed = ("".join(_DIGITS.findall(text)) for text in (mark.read_as, mark.response))
    return read != typed


def _blanks(grid: Grid | None) -> int:
    return 0 if grid is None else sum(cell is None for row in grid.rows for cell in row)


def _part_name(number: int, kind: AnswerKind, words: Words) -> str:
    """What a part of an answer is called: the line and the effect of a listing, else its number."""
    return (words["line"], words["effect"])[number - 1] if kind == "listing" else f"[{number}]"
