"""What a submission earned and why: judged checks, the first difference in words, and how safely it was run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from cnnquiz.bank.text import Language
from cnnquiz.cnn import Network
from cnnquiz.sandbox import Isolation, StudentFrame

Verdict = Literal["pass", "fail", "crash", "timeout", "memory", "rejected", "error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One judged property; `passed` is None where it could not be judged.

    "proved" rests on numbers that the parent compared, "advisory" on what the submission says about itself.
    """

    name: str
    title: str
    passed: bool | None
    points: int
    max_points: int
    message: str
    expected: str | None
    actual: str | None
    soundness: Literal["proved", "advisory"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """A difference from the solution: a short name for it, where it is in the student's own names, and what it does."""

    bug: str
    where: str
    message: str
    confidence: Literal["exact", "structural"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crash:
    """How the submission ended before it could be judged."""

    message: str
    frames: tuple[StudentFrame, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything a student is told about one submission.

    `arguments` are those with which something went wrong, where it was right with others before. `networks` are what
    was recorded of the submission, if it could be, and of the solution.
    """

    submission: str
    exercise: str
    title: str
    language: Language
    arguments: Mapping[str, object]
    verdict: Verdict
    checks: tuple[Check, ...]
    diagnosis: tuple[Diagnosis, ...]
    crash: Crash | None
    networks: tuple[Network | None, Network]
    printed: str
    isolation: Isolation
    seconds: float

    @property
    def points(self) -> int:
        return sum(check.points for check in self.checks)

    @property
    def max_points(self) -> int:
        return sum(check.max_points for check in self.checks)

    @property
    def score(self) -> float:
        """Earned share of the points, 0 to 1."""
        return self.points / self.max_points
