"""A worksheet as plain data: one student's drawn problems with their key, and what stands around them on paper."""

from dataclasses import dataclass, replace
from typing import Literal

from cnnquiz.bank.text import Language
from cnnquiz.problems.problem import Problem

Paper = Literal["a4", "letter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Student:
    """Whose worksheet it is. `id` is text as the roster has it: its leading zeros count."""

    id: str
    name: str = ""
    email: str = ""
    group: str = ""
    seat: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A line at the top of the page: its label in the worksheet's language, and its value, empty to be filled in.

    `fact` names the attribute of a Student that is its value, where there is one.
    """

    label: str
    value: str = ""
    fact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How the pages are set. `answer_space` is the room under each problem in millimetres, `font_size` in points."""

    paper: Paper = "a4"
    columns: int = 1
    answer_space: int = 0
    font_size: int = 11
    page_per_section: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a worksheet with the problems that are asked in it; their numbers go on from section to section."""

    title: str
    problems: tuple[Problem, ...]
    instructions: str = ""

    @property
    def max_points(self) -> int:
        return sum(problem.points for problem in self.problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What stands around the problems: texts in the worksheet's language, which carry the marks of prompts.

    `date` is as its author wrote it, `minutes` the time to work in, `aids` what may be used, `formula_sheet` the lines
    of a sheet that is printed with the problems.
    """

    course: str = ""
    date: str = ""
    minutes: int | None = None
    instructions: str = ""
    aids: tuple[str, ...] = ()
    formula_sheet: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    layout: Layout = Layout()

    def of(self, student: Student) -> "Heading":
        """The same with the fields filled in for a student."""
        fields = (replace(each, value=getattr(student, each.fact) if each.fact else "") for each in self.fields)
        return replace(self, fields=tuple(fields))


@dataclass(frozen=True, slots=True, kw_only=True)
class Worksheet:
    """Problems in the order in which they are asked, with their key.

    `seed` and `version` (1, 2, …) say which problems were drawn. `id` is short, is printed on each page and in every
    export, and is empty only where a worksheet was made by hand. A worksheet without sections has none to name;
    one with sections asks all of its problems in them.
    """

    title: str
    language: Language
    seed: int
    version: int
    problems: tuple[Problem, ...]
    id: str = ""
    student: Student | None = None
    sections: tuple[Section, ...] = ()
    heading: Heading = Heading()

    @property
    def max_points(self) -> int:
        return sum(problem.points for problem in self.problems)
