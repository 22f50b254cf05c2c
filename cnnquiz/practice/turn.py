"""A problem that is being asked and a typed line go in; what follows and what to reply come out."""

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from cnnquiz.marking.mark import Mark, mark
from cnnquiz.marking.parts import split_table
from cnnquiz.marking.typed import plain_characters
from cnnquiz.marking.words import said
from cnnquiz.practice.commands import Command, command
from cnnquiz.problems.problem import Problem

MOST_ASKED_AGAIN = 3

_AROUND_BLANKS = " \t;|"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One problem from the moment that it is asked until it is `closed`.

    `hints` is how many were shown, `tries` how many answers were given, `unread` how many lines were not understood,
    and `blanks` what was typed so far of a table that is filled in bit by bit.
    """

    number: int
    problem: Problem
    hints: int = 0
    tries: int = 0
    unread: int = 0
    blanks: tuple[str, ...] = ()
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A reply that is no mark. `text` is a hint, or says why a line was not understood; `number` counts the hints or is
    that of the next blank.
    """

    what: Literal[
        "hint",
        "no hint",
        "help",
        "nothing",
        "incomplete",
        "blank",
        "unread",
        "moved on",
        "skipped",
        "early",
        "solution",
        "quit",
    ]
    text: str = ""
    number: int = 0


Reply: TypeAlias = Told | Mark


def respond(turn: Turn, line: str) -> tuple[Turn, Reply]:
    """What a line does: a command, or an answer. Never raises, whatever the line; nothing is stored."""
    given = command(line)
    if given is None or _names_the_key(turn.problem, line):
        return _answered(turn, line)
    return _commanded(turn, given)


def _names_the_key(problem: Problem, line: str) -> bool:
    """Whether a line that is a command is also the word that is asked for."""
    return line.strip().casefold() in map(str.casefold, problem.accepted)


def _commanded(turn: Turn, given: Command) -> tuple[Turn, Reply]:
    match given:
        case "hint" if turn.hints < len(turn.problem.hints):
            shown = turn.hints + 1
            return replace(turn, hints=shown), Told(what="hint", text=turn.problem.hints[turn.hints], number=shown)
        case "hint":
            return turn, Told(what="no hint", number=turn.hints)
        case "help":
            return turn, Told(what="help")
        case "skip":
            return replace(turn, closed=True), Told(what="skipped")
        case "solution" if turn.tries:
            return replace(turn, closed=True), Told(what="solution")
        case "solution":
            return turn, Told(what="early")
        case "quit":
            return turn, Told(what="quit")


def _answered(turn: Turn, line: str) -> tuple[Turn, Reply]:
    problem = turn.problem
    typed = line.strip(_AROUND_BLANKS) if problem.kind == "table" else line.strip()
    blanks = _blanks(turn, typed)
    text = "; ".join(blanks) or typed
    found = mark(problem, text)
    if not typed or found.verdict == "empty":
        return turn, Told(what="nothing")
    if found.verdict == "not-understood":
        return _unread(turn, found)
    if problem.kind in ("match", "listing") and any(part.verdict == "empty" for part in found.parts):
        return turn, Told(what="incomplete")
    blank = _next_blank(problem, text)
    if blank is not None:
        return replace(turn, blanks=blanks), Told(what="blank", number=blank)
    return replace(turn, tries=turn.tries + 1, blanks=(), closed=found.verdict == "right"), found


def _blanks(turn: Turn, typed: str) -> tuple[str, ...]:
    """What was typed of a table so far; a line that fills all of it takes the place of what came before."""
    if turn.problem.kind != "table":
        return ()
    fills_all = mark(turn.problem, typed).verdict != "not-understood" and _next_blank(turn.problem, typed) is None
    return (typed,) if fills_all else (*turn.blanks, typed)


def _next_blank(problem: Problem, text: str) -> int | None:
    """The number of the first blank that a text does not reach, where it fills a table from the top."""
    if problem.kind != "table":
        return None
    parts = split_table(problem, plain_characters(text.replace("\t", ";"))) or ()
    reached = max((number for number, part in enumerate(parts, start=1) if part), default=0)
    return reached + 1 if reached < len(parts) else None


def _unread(turn: Turn, found: Mark) -> tuple[Turn, Told]:
    """Ask again, for a few times; what is right of the other parts is not told."""
    unread = turn.unread + 1
    closed = unread > MOST_ASKED_AGAIN
    text = found.feedback
    for number, part in enumerate(found.parts, start=1):
        if part.verdict == "not-understood":
            text = said(turn.problem.language, "part", number=number, feedback=part.feedback)
            break
    return replace(turn, unread=unread, closed=closed), Told(what="moved on" if closed else "unread", text=text)
