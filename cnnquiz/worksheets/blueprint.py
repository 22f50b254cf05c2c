"""What an exam draws from and how it is set, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cnnquiz.bank.question import AnswerKind
from cnnquiz.bank.text import Language, Text, literal_text
from cnnquiz.worksheets.worksheet import Layout

NOTHING = literal_text("")

FIELD_LABELS: Mapping[str, Mapping[Language, str]] = {
    "name": {"en": "Name", "ko": "이름"},
    "id": {"en": "Student ID", "ko": "학번"},
    "group": {"en": "Group", "ko": "분반"},
    "seat": {"en": "Seat", "ko": "좌석"},
    "signature": {"en": "Signature", "ko": "서명"},
}
"""Fields that a page can fill in for a student of the roster, but for the signature; any other is a label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """`count` problems of the questions with these ids, or of those on any of the topics.

    Of the latter only questions of these difficulties and answer kinds are asked; none given, of any. With `mix`,
    versions ask different questions of equal difficulty; without, all ask the same with other numbers.
    """

    count: int
    topics: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    difficulties: tuple[int, ...] = ()
    kinds: tuple[AnswerKind, ...] = ()
    mix: bool = False
    line: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlueprintSection:
    """A part of the exam. `points_each` is what each of its problems is worth, None as its question says."""

    title: Text
    instructions: Text
    points_each: int | None
    draws: tuple[Draw, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """An exam: two with the same content print alike, whatever their files are called and however they are written.

    `fields` are words of FIELD_LABELS, or labels of their own as texts.
    """

    title: Text
    sections: tuple[BlueprintSection, ...]
    language: Language = "en"
    seed: int = 0
    course: Text = NOTHING
    date: Text = NOTHING
    minutes: int | None = None
    instructions: Text = NOTHING
    aids: tuple[Text, ...] = ()
    formula_sheet: tuple[Text, ...] = ()
    fields: tuple[str | Text, ...] = ("name", "id")
    layout: Layout = field(default_factory=Layout)
    path: Path = field(default=Path(), compare=False, repr=False)
