"""Students and a plan go in; who gets which version comes out, so that no neighbours share a problem."""

import re
from collections.abc import Iterator, Sequence

from cnnquiz.worksheets.plan import Plan
from cnnquiz.worksheets.worksheet import Student

Seat = tuple[int, int]

_SEAT = re.compile(
    r"(?:row|r)?\s*(?P<row>[0-9]+|[a-z])(?P<between>\s*[-/.,:행열 ]?\s*(?:column|col|seat|c)?\s*)(?P<column>[0-9]+)",
    re.IGNORECASE,
)
_TRIED = 64
"""So many versions are looked at for each seat before the one that shares the fewest problems is taken."""

_MOST_SWAPS = 200_000
"""So many swaps are looked at in all: a second or two."""


def seat_of(text: str) -> Seat | None:
    """Row and column of a seat such as B12, 3-5 or R3C5; None for another text."""
    found = _SEAT.fullmatch(text.strip())
    if found is None or (found["row"].isdecimal() and not found["between"]):
        return None
    row = int(found["row"]) if found["row"].isdecimal() else ord(found["row"].lower()) - ord("a") + 1
    return row, int(found["column"])


def seat_versions(students: Sequence[Student], plan: Plan) -> tuple[int, ...]:
    """For each student the number of a version, each of 1 … N given once.

    Where all students have seats in rows, neighbours are the eight around a seat, and share no problem as far as the
    spaces allow. Otherwise neighbours are those in a row of the roster, and get versions in a row.
    """
    seats = [seat for student in students if (seat := seat_of(student.seat)) is not None]
    if len(set(seats)) < len(students):
        return tuple(range(1, len(students) + 1))
    room = _Room(plan, seats)
    room.fill()
    room.mend()
    return tuple(room.given[seat] for seat in seats)


def neighbours(seat: Seat) -> Iterator[Seat]:
    """The eight seats around one."""
    row, column = seat
    return ((row + y, column + x) for y in (-1, 0, 1) for x in (-1, 0, 1) if (y, x) != (0, 0))


class _Room:
    """Seats and the versions that are given to them."""

    def __init__(self, plan: Plan, seats: Sequence[Seat]) -> None:
        self._seats = sorted(seats)
        self._may_share = plan.sharing(len(seats))
        self.given: dict[Seat, int] = {}

    def fill(self) -> None:
        """Give each seat the first version left that shares nothing with those around it, or else the least."""
        left = dict.fromkeys(range(1, len(self._seats) + 1))
        for seat in self._seats:
            best, least = 0, -1
            for version, _ in zip(left, range(_TRIED), strict=False):
                shared = self._shared(seat, version)
                if least < 0 or shared < least:
                    best, least = version, shared
                if not shared:
                    break
            self.given[seat] = best
            del left[best]

    def mend(self) -> None:
        """Swap what the last seats got, for whom little was left, with any others for whom that is no worse."""
        looked_at = 0
        for seat in self._seats:
            for other in self._seats:
                before = self._shared(seat, self.given[seat])
                if not before or looked_at > _MOST_SWAPS:
                    break
                looked_at += 1
                before += self._shared(other, self.given[other])
                self._swap(seat, other)
                if self._shared(seat, self.given[seat]) + self._shared(other, self.given[other]) >= before:
                    self._swap(seat, other)

    def _swap(self, one: Seat, other: Seat) -> None:
        self.given[one], self.given[other] = self.given[other], self.given[one]

    def _shared(self, seat: Seat, version: int) -> int:
        """How many problems a version on this seat may share with those around it."""
        around = (self.given[near] for near in neighbours(seat) if near in self.given)
        return sum(self._may_share(version, other) for other in around)
