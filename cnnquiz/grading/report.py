"""What a submission earned and why: judged checks, the first difference in words, and how safely it was run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from cnnquiz.bank.text import Language
from cnnquiz.cnn import Shape
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
    """A difference from the solution: a short name for it, where it is in the student's own names, and what it does.

    `line` is that of the student's file, where it is known; the message says it too.
    """

    bug: str
    where: str
    message: str
    confidence: Literal["exact", "structural"]
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignedLayer:
    """One layer as people write it, `conv2d(kernel_size=5, padding=2)`, at its place in an alignment.

    `name` is the student's attribute or function, empty for a layer of the solution, whose names nobody learns; `line`
    is that of the student's file. `reads` are the numbers of the rows whose outputs go in, 0 for the network's input.
    `plain` is the operation without what is written only because it differs from the other network's.
    """

    operation: str
    plain: str
    output_shape: Shape
    reads: tuple[int, ...]
    name: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignedPair:
    """A row of an alignment: the layers of both networks that belong together; None where one of them has no such."""

    theirs: AlignedLayer | None
    ours: AlignedLayer | None
    differs: bool


Alignment = tuple[AlignedPair, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crash:
    """How the submission ended before it could be judged."""

    message: str
    frames: tuple[StudentFrame, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything a student is told about one submission.

    `entry` is the class or function that was graded. `arguments` are those with which something went wrong, where it
    was right with others before. `alignment` are the layers of both networks in the order of data flow, row by row;
    None where nothing was recorded of the submission.
    """

    submission: str
    exercise: str
    title: str
    language: Language
    entry: str
    arguments: Mapping[str, object]
    verdict: Verdict
    checks: tuple[Check, ...]
    diagnosis: tuple[Diagnosis, ...]
    crash: Crash | None
    alignment: Alignment | None
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
