"""Boxes joined by arrows go in; rows of boxes, and where each arrow passes a row between its ends, come out.

Layered drawing after Sugiyama, Tagawa & Toda 1981: long arrows get a place of their own in each row that they pass, so
that none runs through a box.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import inf

_SWEEPS = 60
_STILL = 0.05  # points: less is not seen
_CROSSING_SWEEPS = 6
# How much an arrow counts that is the only one between its boxes, one of several, or one that passes rows: the ways
# through a block are straight, and what leads around them keeps out of the way.
_ONLY, _ONE_OF_SEVERAL, _PASSING = 40.0, 2.0, 0.05

Arrow = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranks:
    """Rows from top to bottom, each from left to right: boxes by their numbers, then the places of passing arrows.

    `paths` has for each arrow the numbers that it goes through, its ends included.
    """

    rows: tuple[tuple[int, ...], ...]
    paths: tuple[tuple[int, ...], ...]


@lru_cache(maxsize=1024)
def ranked(boxes: int, arrows: tuple[Arrow, ...]) -> Ranks:
    """Each box below all boxes that lead to it; crossings are few, not always fewest."""
    rank = _ranks(boxes, arrows)
    rows: list[list[int]] = [[] for _ in range(max(rank) + 1)]
    for box in range(boxes):
        rows[rank[box]].append(box)
    paths: list[tuple[int, ...]] = []
    following = boxes
    for start, end in arrows:
        path = [start]
        for row in range(rank[start] + 1, rank[end]):
            rows[row].append(following)
            path.append(following)
            following += 1
        paths.append((*path, end))
    return Ranks(rows=_with_few_crossings(rows, paths), paths=tuple(paths))


def _ranks(boxes: int, arrows: Sequence[Arrow]) -> list[int]:
    """The longest way from a source; a source stands right above the first box that it leads to."""
    rank = [0] * boxes
    for start, end in sorted(arrows):
        rank[end] = max(rank[end], rank[start] + 1)
    for box in range(boxes):
        if all(end != box for _, end in arrows):
            rank[box] = min(rank[end] for start, end in arrows if start == box) - 1
    return rank


def _with_few_crossings(rows: list[list[int]], paths: Sequence[tuple[int, ...]]) -> tuple[tuple[int, ...], ...]:
    """Sort each row by the mean place of its neighbours, down and up again."""
    neighbours = joined(paths)
    for sweep in range(_CROSSING_SWEEPS):
        order = range(1, len(rows)) if sweep % 2 == 0 else range(len(rows) - 2, -1, -1)
        for number in order:
            other = rows[number - 1 if sweep % 2 == 0 else number + 1]
            place = {each: position for position, each in enumerate(other)}

            def mean(each: int, place: dict[int, int] = place, row: list[int] = rows[number]) -> float:
                found = [place[near] for near in neighbours[each] if near in place]
                return sum(found) / len(found) if found else row.index(each)

            rows[number] = sorted(rows[number], key=mean)
    return tuple(map(tuple, rows))


def joined(paths: Sequence[tuple[int, ...]]) -> dict[int, list[int]]:
    """For each number those right before and after it on any path."""
    neighbours: dict[int, list[int]] = {}
    for path in paths:
        for one, other in pairwise(path):
            neighbours.setdefault(one, []).append(other)
            neighbours.setdefault(other, []).append(one)
    return neighbours


@lru_cache(maxsize=1024)  # the problems of one question differ by a few digits
def placed(ranks: Ranks, widths: tuple[float, ...], gap: float) -> tuple[float, ...]:
    """The middle of each number of the rows: neighbours in a row are `gap` apart, arrows as straight as can be.

    `widths` are those of the boxes; a passing arrow has no width, and is straight unless it crosses another.
    """
    lanes = _lanes(ranks)
    apart = _constraints(ranks, widths, gap, lanes)
    order = _left_to_right(apart, set(lanes))
    if order is None:  # passing arrows that cross cannot be straight
        lanes = list(range(len(lanes)))
        apart = _constraints(ranks, widths, gap, lanes)
        order = _left_to_right(apart, set(lanes))
    assert order is not None
    return _settled(ranks, apart, order, lanes)


def _lanes(ranks: Ranks) -> list[int]:
    """For each number the one whose place it shares: of a passing arrow, its first."""
    lanes = list(range(sum(map(len, ranks.rows))))
    for path in ranks.paths:
        for each in path[1:-1]:
            lanes[each] = path[1]
    return lanes


def _constraints(ranks: Ranks, widths: Sequence[float], gap: float, lanes: Sequence[int]) -> dict[Arrow, float]:
    """How far apart the middles of neighbours must be, by the lanes of the left and the right one."""
    apart: dict[Arrow, float] = {}
    for row in ranks.rows:
        for left, right in pairwise(row):
            half = (sum(widths[each] for each in (left, right) if each < len(widths))) / 2
            pair = lanes[left], lanes[right]
            apart[pair] = max(apart.get(pair, 0.0), half + gap)
    return apart


def _left_to_right(apart: Mapping[Arrow, float], lanes: set[int]) -> list[int] | None:
    """The lanes, each after all that are left of it; None where that goes round in a circle."""
    waiting = dict.fromkeys(sorted(lanes), 0)
    for _, right in apart:
        waiting[right] += 1
    order: list[int] = []
    ready = [lane for lane, count in waiting.items() if not count]
    while ready:
        lane = ready.pop(0)
        order.append(lane)
        for left, right in apart:
            if left == lane:
                waiting[right] -= 1
                if not waiting[right]:
                    ready.append(right)
    return order if len(order) == len(lanes) else None


def _settled(
    ranks: Ranks, apart: Mapping[Arrow, float], order: Sequence[int], lanes: Sequence[int]
) -> tuple[float, ...]:
    """As far left as can be first; then each moves towards its neighbours on the arrows, as far as it has room."""
    lefts: dict[int, list[tuple[int, float]]] = {lane: [] for lane in order}
    rights: dict[int, list[tuple[int, float]]] = {lane: [] for lane in order}
    for (left, right), distance in apart.items():
        lefts[right].append((left, distance))
        rights[left].append((right, distance))
    pulls = _pulls(ranks, lanes)
    x: dict[int, float] = {}
    for lane in order:
        x[lane] = max((x[left] + distance for left, distance in lefts[lane]), default=0.0)
    for sweep in range(_SWEEPS):
        before = dict(x)
        for lane in order if sweep % 2 else reversed(order):
            wanted = sum(weight * x[near] for near, weight in pulls[lane]) / sum(weight for _, weight in pulls[lane])
            least = max((x[left] + distance for left, distance in lefts[lane]), default=-inf)
            most = min((x[right] - distance for right, distance in rights[lane]), default=inf)
            x[lane] = min(max(wanted, least), most)
        if all(abs(x[lane] - before[lane]) < _STILL for lane in order):
            break
    return tuple(x[lane] for lane in lanes)


def _pulls(ranks: Ranks, lanes: Sequence[int]) -> dict[int, list[tuple[int, float]]]:
    """For each lane those that its arrows lead to or come from, and how much each of them counts."""
    starts = Counter(path[0] for path in ranks.paths)
    ends = Counter(path[-1] for path in ranks.paths)
    pulls: dict[int, list[tuple[int, float]]] = {}
    for path in ranks.paths:
        only = starts[path[0]] == ends[path[-1]] == 1
        weight = _PASSING if len(path) > 2 else _ONLY if only else _ONE_OF_SEVERAL
        for one, other in pairwise(dict.fromkeys(lanes[each] for each in path)):
            pulls.setdefault(one, []).append((other, weight))
            pulls.setdefault(other, []).append((one, weight))
    return pulls
