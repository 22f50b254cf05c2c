"""What a version was drawn from goes in; the short id that is printed on it comes out, and back what it tells."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from cnnquiz.problems.problem import Problem
from cnnquiz.problems.short_id import from_short_id, to_short_id

MOST_VERSIONS = 10_000

_LENGTH = 9
_MARK_BITS = 13


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionId:
    """What an id holds: the number of the version, a mark of what it was planned from, and one of its problems.

    The number makes the ids of an exam differ; the marks make that of another exam, seed or question bank noticed.
    """

    version: int
    origin: int
    content: int

    @classmethod
    def of(cls, *, version: int, origin: str, problems: Iterable[Problem]) -> "VersionId":
        """`origin` is all that the version was planned from, seed and language included."""
        return cls(version=version, origin=_mark(origin), content=_mark("\n".join(map(_printed, problems))))

    @classmethod
    def read(cls, text: str) -> "VersionId":
        """What a printed id says, hyphens and spaces not counted; UsageError where it was not copied right."""
        number = from_short_id(text, length=_LENGTH)
        mask = (1 << _MARK_BITS) - 1
        return cls(version=number >> 2 * _MARK_BITS, origin=number >> _MARK_BITS & mask, content=number & mask)

    def __str__(self) -> str:
        number = (self.version << _MARK_BITS | self.origin) << _MARK_BITS | self.content
        return to_short_id(number, length=_LENGTH, group=3)


def _mark(text: str) -> int:
    digest = blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 64 - _MARK_BITS


def _printed(problem: Problem) -> str:
    """All that a student reads of a problem, and its answer."""
    asked = (problem.id, problem.points, problem.prompt, problem.convention, problem.unit)
    shown = (problem.options, problem.items, problem.grid, problem.listing)
    return repr((*asked, *shown, problem.answer))
