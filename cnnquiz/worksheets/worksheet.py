"""Questions and a seed go in; worksheets come out: for each version one student's drawn problems, with their key."""

from collections.abc import Sequence
from dataclasses import dataclass

from cnnquiz.bank.question import Question
from cnnquiz.bank.text import Language
from cnnquiz.errors import UsageError
from cnnquiz.problems.draw import draw, space_size
from cnnquiz.problems.permutation import shuffled_positions
from cnnquiz.problems.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Worksheet:
    """Problems in the order in which they are asked. `seed` and `version` (1, 2, …) name it; it holds its key."""

    title: str
    language: Language
    seed: int
    version: int
    problems: tuple[Problem, ...]

    @property
    def max_points(self) -> int:
        return sum(problem.points for problem in self.problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repetition:
    """A question that runs out: from `version` on, its problems come again."""

    question: Question
    space: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Which questions every version asks, and how often each, in the order of the worksheet."""

    title: str
    language: Language
    seed: int
    asked: tuple[tuple[Question, int], ...]

    def worksheet(self, version: int = 1) -> Worksheet:
        """The worksheet of one version; no two versions share a problem while the spaces last."""
        problems = (
            draw(question, seed=self.seed, position=(version - 1) * times + repeat, language=self.language)
            for question, times in self.asked
            for repeat in range(times)
        )
        return Worksheet(
            title=self.title, language=self.language, seed=self.seed, version=version, problems=tuple(problems)
        )

    def repetitions(self, versions: int) -> tuple[Repetition, ...]:
        """The questions whose problems do not last for so many versions."""
        return tuple(
            Repetition(question=question, space=space, version=space // times + 1)
            for question, times in self.asked
            if (space := space_size(question)) < versions * times
        )


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
    """Choose `count` problems, easy ones first; without a count, as many as there are questions.

    Every question is asked once before one is asked again with other numbers, and no problem comes twice on a
    worksheet. With `distinct`, only questions are asked whose problems last for all versions. UsageError where the
    questions hold fewer than `count` such problems.
    """
    # Spaces are enumerated as far as they matter: of what is asked again, or must last for all versions.
    needed = versions if distinct else 1
    asked = [0] * len(questions)
    order = shuffled_positions(len(questions), f"{seed}/questions")
    missing = len(questions) if count is None else count
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
    chosen = [(question, times) for question, times in zip(questions, asked, strict=True) if times]
    chosen.sort(key=lambda pair: pair[0].difficulty)
    return Plan(title=title, language=language, seed=seed, asked=tuple(chosen))


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
