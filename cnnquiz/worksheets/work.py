"""A problem goes in; how much there is to do by hand comes out."""

import re
from collections.abc import Iterator

from cnnquiz.problems.problem import Answer, Problem

_OPERATION = re.compile(r"\*\*|//|<=|>=|==|!=|[-+*/%<>]|[a-z_]+(?=\()")
_DIGIT = re.compile(r"[0-9]")


def work(problem: Problem) -> int:
    """Operations of the worked formula, and digits to read and write: of the formula with its numbers, and the answer.

    Where no formula is worked out, the digits are those of the prompt and of the options.
    """
    if problem.working is None:
        shown = (problem.prompt, *problem.options, *problem.items)
        return _digits(*shown) + _digits(*_numbers(problem.answer))
    line = problem.working.substituted
    return len(_OPERATION.findall(line)) + _digits(line, problem.working.value)


def _digits(*texts: str) -> int:
    return sum(len(_DIGIT.findall(text)) for text in texts)


def _numbers(answer: Answer) -> Iterator[str]:
    for each in answer if isinstance(answer, tuple) else (answer,):
        yield str(each)
