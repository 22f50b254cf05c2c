"""Questions and a seed go in; a worksheet comes out: one student's drawn problems, with their key."""

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


def draw_worksheet(
    questions: Sequence[Question],
    *,
    title: str,
    seed: int,
    count: int | None = None,
    version: int = 1,
    language: Language = "en",
) -> Worksheet:
    """Draw `count` problems, easy ones first; without a count, one for each question.

    Every question is asked once before one is asked again with other numbers, and no problem comes twice.
    UsageError where the questions hold fewer than `count` different problems.
    """
    count = len(questions) if count is None else count
    if count < 1:
        raise UsageError(f"{count} problems (expected at least 1)")
    rounds = _rounds(questions, count, seed)
    problems = [
        draw(question, seed=seed, position=(version - 1) * times + repeat, language=language)
        for question, times in rounds
        for repeat in range(times)
    ]
    return Worksheet(title=title, language=language, seed=seed, version=version, problems=tuple(problems))


def _rounds(questions: Sequence[Question], count: int, seed: int) -> list[tuple[Question, int]]:
    """Which questions are asked, in the order of the worksheet, and how often each."""
    asked = [0] * len(questions)
    order = shuffled_positions(len(questions), f"{seed}/questions")
    while count:
        open_questions = [i for i in order if asked[i] < space_size(questions[i])]
        if not open_questions:
            most = sum(asked)
            raise UsageError(f"{most + count} problems (expected at most {most}: the questions hold no more)")
        for i in open_questions[:count]:
            asked[i] += 1
        count -= min(count, len(open_questions))
    chosen = [(question, times) for question, times in zip(questions, asked, strict=True) if times]
    return sorted(chosen, key=lambda pair: pair[0].difficulty)
