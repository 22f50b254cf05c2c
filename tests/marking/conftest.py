"""Problems that are built by hand, so that a table of cases says all there is to know about them."""

from fractions import Fraction
from typing import Any

from cnnquiz.problems.problem import Problem

PROMPTS = {"en": "How wide is the output of conv1?", "ko": "conv1의 출력은 너비가 얼마입니까?"}


def problem(kind: str, answer: Any, **changes: Any) -> Problem:
    """A problem of that kind with this key; `points` is 4, so that shares of it are easy to read."""
    language = changes.get("language", "en")
    fields: dict[str, Any] = {
        "question": "t.case",
        "index": 0,
        "space": 1,
        "language": language,
        "topics": ("t",),
        "difficulty": 1,
        "kind": kind,
        "points": 4,
        "prompt": PROMPTS[language],
        "convention": None,
        "options": (),
        "unit": None,
        "answer": answer,
        "tolerance": Fraction(0),
        "mistakes": (),
        "hints": (),
        "solution": None,
        "working": None,
        "source": "by hand",
    }
    return Problem(**fields | changes)
