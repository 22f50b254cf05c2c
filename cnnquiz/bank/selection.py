"""Entries of a bank go in; questions come out, each read when it is first looked at."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import overload

from cnnquiz.bank.library import Library
from cnnquiz.bank.question import Question
from cnnquiz.bank.reading.entry import Entry
from cnnquiz.bank.reading.question import read_questions, topics_of

_NEEDED = ("id", "topics", "difficulty", "kind")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What is known of a question before it is read; `question` reads it."""

    id: str
    topics: tuple[str, ...]
    difficulty: int
    kind: str
    question: Callable[[], Question]


def outlines(entry: Entry, library: Library, read: Callable[[], Sequence[Question]]) -> tuple[Outline, ...]:
    """An outline for each question of an entry, which `read` reads."""
    keys = entry.open_mapping()
    if any(name not in keys for name in _NEEDED):
        read_questions(entry, library)  # which says what is missing
    topics = topics_of(entry, library)
    named = topics[len(topics) - len(keys["topics"].items()) :]
    families = topics[: len(topics) - len(named)]
    own, difficulty, kind = (
        keys["id"].text(),
        keys["difficulty"].integer("difficulty", at_least=1, at_most=3),
        keys["kind"],
    )
    return tuple(
        Outline(
            id=f"{family}.{own}" if family else own,
            topics=(family, *named) if family else named,
            difficulty=difficulty,
            kind=kind.text(),
            question=lambda number=number: read()[number],  # type: ignore[misc]
        )
        for number, family in enumerate(families or ("",))
    )


class Selection(Sequence[Question]):
    """Questions in the order of their files. To narrow it down by their outlines reads none of them."""

    def __init__(self, found: Sequence[Outline]) -> None:
        self._found = tuple(found)

    def where(self, fits: Callable[[Outline], bool]) -> "Selection":
        return Selection([outline for outline in self._found if fits(outline)])

    @property
    def outlines(self) -> tuple[Outline, ...]:
        return self._found

    def __len__(self) -> int:
        return len(self._found)

    @overload
    def __getitem__(self, index: int) -> Question: ...

    @overload
    def __getitem__(self, index: slice) -> "Selection": ...

    def __getitem__(self, index: int | slice) -> "Question | Selection":
        if isinstance(index, slice):
            return Selection(self._found[index])
        return self._found[index].question()
