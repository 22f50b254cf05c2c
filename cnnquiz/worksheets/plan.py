"""Questions and a seed go in; a plan comes out, and from it worksheet after worksheet, each when it is asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice

from cnnquiz.bank.question import Question
from cnnquiz.bank.text import Language
from cnnquiz.errors import UsageError
from cnnquiz.problems.draw import draw, space_size
from cnnquiz.problems.permutation import shuffled_positions
from cnnquiz.problems.problem import Problem
from cnnquiz.worksheets.balance import balanced_block, group_size
from cnnquiz.worksheets.version_id import VersionId
from cnnquiz.worksheets.worksheet import Heading, Section, Student, Worksheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """What every version asks at one place: `times` problems of a question, or of several that take turns.

    Questions that take turns have one difficulty. `points` is what each problem is worth, None as its question says.
    """

    questions: tuple[Question, ...]
    times: int = 1
    points: int | None = None

    @property
    def space(self) -> int:
        """How many problems come before one comes again."""
        return len(self.questions) * min(map(space_size, self.questions))

    def problem(self, position: int, *, seed: int, language: Language) -> Problem:
        """The problem at one position of the order that the seed gives them."""
        turn, number = divmod(position, len(self.questions))
        problem = draw(self.questions[number], seed=seed, position=turn, language=language)
        return problem if self.points is None else replace(problem, points=self.points)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSection:
    """A section of every version."""

    title: str
    slots: tuple[Slot, ...]
    instructions: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repetition:
    """A question that runs out, with `others` that take turns with it: from `version` on, problems come again."""

    question: Question
    space: int
    version: int
    others: int = 0


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What every version asks, in the order of the worksheet.

    `origin` is all that was planned from, as text: the ids of versions carry a mark of it. The problems of each
    `block` versions are dealt out among them so that all have a similar amount of work (see `balance`).
    """

    title: str
    language: Language
    seed: int
    sections: tuple[PlannedSection, ...]
    origin: str
    heading: Heading = field(default_factory=Heading)
    block: int = 1

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        return tuple(slot for section in self.sections for slot in section.slots)

    @property
    def size(self) -> int:
        """The number of problems on each version."""
        return sum(slot.times for slot in self.slots)

    def worksheet(self, version: int = 1, student: Student | None = None) -> Worksheet:
        """The worksheet of one version; no two versions share a problem while the spaces last."""
        problems = balanced_block(self, (version - 1) // self.block)[(version - 1) % self.block]
        return Worksheet(
            title=self.title,
            language=self.language,
            seed=self.seed,
            version=version,
            problems=problems,
            id=str(VersionId.of(version=version, origin=self.origin, problems=problems)),
            student=student,
            sections=self._sections(problems),
            heading=self.heading if student is None else self.heading.of(student),
        )

    def _sections(self, problems: Sequence[Problem]) -> tuple[Section, ...]:
        """The sections by their titles; one without a title is no section to speak of."""
        if not any(section.title for section in self.sections):
            return ()
        left = iter(problems)
        return tuple(
            Section(
                title=section.title,
                instructions=section.instructions,
                problems=tuple(islice(left, sum(slot.times for slot in section.slots))),
            )
            for section in self.sections
        )

    def again(self, id: str, student: Student | None = None) -> Worksheet:
        """The version that has this id; UsageError where it was drawn from something else."""
        wanted = VersionId.read(id)
        worksheet = self.worksheet(max(1, wanted.version), student)
        found = VersionId.read(worksheet.id)
        if found.origin != wanted.origin or found.version != wanted.version:
            raise UsageError(
                f"{id}: was written from another blueprint or with other options "
                "(expected the same blueprint, seed and language, or the same options)"
            )
        if found.content != wanted.content:
            raise UsageError(f"{id}: was written from another question bank (expected the questions as they were then)")
        return worksheet

    def sharing(self, versions: int) -> Callable[[int, int], int]:
        """A function of two of so many versions: of how many slots both may draw a problem.

        It is known without drawing them, and may be too much where problems are dealt out among a group of versions.
        """
        rings = [
            (slot.space, slot.times, group_size(slot.space, slot.times, self.block))
            for slot in self.slots
            if slot.space < versions * slot.times
        ]
        return lambda version, other: sum(_may_meet(version - 1, other - 1, *ring) for ring in rings)

    def repetitions(self, versions: int) -> tuple[Repetition, ...]:
        """The questions whose problems do not last for so many versions."""
        return tuple(
            Repetition(
                question=min(slot.questions, key=space_size),
                space=space,
                version=space // slot.times + 1,
                others=len(slot.questions) - 1,
            )
            for slot in self.slots
            if (space := slot.space) < versions * slot.times
        )


def _may_meet(version: int, other: int, space: int, times: int, size: int) -> bool:
    """May two versions, counted from 0, draw the same problem of a space, which groups of `size` versions deal out?"""
    group, other_group = version // size, other // size
    if group == other_group:
        return False
    problems = size * times
    apart = (group - other_group) * problems % space
    return min(apart, space - apart) < problems


def choose_questions(
    questions: Sequence[Question], count: int, *, seed: int, versions: int = 1, distinct: bool = False
) -> tuple[tuple[Question, int], ...]:
    """Choose `count` problems: each question with how often it is asked, easy ones first.

    Every question is asked once before one is asked again with other numbers. UsageError where the questions hold
    fewer problems; with `distinct`, they must hold so many for each of `versions`.
    """
    # Spaces are enumerated as far as they matter: of what is asked again, or must last for all versions.
    needed = versions if distinct else 1
    asked = [0] * len(questions)
    order = shuffled_positions(len(questions), f"{seed}/questions")
    missing = count
    if missing < 1:
        raise UsageError(f"{missing} problems (expected at least 1)")
    while missing:
        open_questions: list[int] = []
        for i in order:
            if (asked[i] == 0 and needed == 1) or (asked[i] + 1) * needed <= space_size(questions[i]):
                open_questions.append(i)
            if len(open_questions) == missing:
                break
        if not open_questions:
            most, different = sum(asked), " different on all versions" if distinct else ""
            raise UsageError(
                f"{most + missing} problems (expected at most {most}: the questions hold no more{different})"
            )
        for i in open_questions[:missing]:
            asked[i] += 1
        missing -= min(missing, len(open_questions))
    chosen = [(questions[i], times) for i, times in enumerate(asked) if times]
    return tuple(sorted(chosen, key=lambda pair: pair[0].difficulty))


def plan_worksheets(
    questions: Sequence[Question],
    *,
    title: str,
    seed: int,
    count: int | None = None,
    language: Language = "en",
    versions: int = 1,
    distinct: bool = False,
) -> Plan:
    """Plan `count` problems, easy ones first; without a count, as many as there are questions.

    No problem comes twice on a worksheet. With `distinct`, only questions are asked whose problems last for all
    versions. UsageError as in `choose_questions`.
    """
    size = len(questions) if count is None else count
    chosen = choose_questions(questions, size, seed=seed, versions=versions, distinct=distinct)
    asked = tuple((question.id, times) for question, times in chosen)
    slots = tuple(Slot(questions=(question,), times=times) for question, times in chosen)
    return Plan(
        title=title,
        language=language,
        seed=seed,
        sections=(PlannedSection(title="", slots=slots),),
        origin=repr((title, language, seed, asked)),
    )


def draw_worksheet(
    questions: Sequence[Question],
    *,
    title: str,
    seed: int,
    count: int | None = None,
    version: int = 1,
    language: Language = "en",
) -> Worksheet:
    """The worksheet of one version, planned as by `plan_worksheets`."""
    return plan_worksheets(questions, title=title, seed=seed, count=count, language=language).worksheet(version)
