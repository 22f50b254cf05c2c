"""Two labelled graphs go in; which vertex of the one plays the part of which of the other comes out.

Joint colour refinement (Weisfeiler and Leman 1968) of both graphs at once, by splitting classes as Hopcroft does:
vertices stay in one class while nothing in their neighbourhoods, near or far, forward or backward, tells them apart.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """A directed graph: `labels` of its vertices, and edges (from, to, slot) whose slots are labels too."""

    labels: Sequence[Hashable]
    edges: Sequence[tuple[int, int, Hashable]]


def partners(left: Graph, right: Graph, *, last: bool = False) -> list[int] | None:
    """For each vertex of `left` one of `right`, or None where refinement shows that the graphs differ.

    Where several would do, the first of `left` is paired with the first of `right`, or with the `last`, and refinement
    goes on: right for vertices that are interchangeable, a guess for others.
    """
    if Counter(left.labels) != Counter(right.labels) or len(left.edges) != len(right.edges):
        return None
    partition = _Partition(left, right, last=last)
    if not partition.refine(partition.classes):
        return None
    for vertex in range(len(left.labels)):
        if not partition.individualise(vertex):
            return None
    return [partition.partner(vertex) for vertex in range(len(left.labels))]


class _Partition:
    """Classes of the vertices of both graphs; those of the right graph are numbered after those of the left."""

    def __init__(self, left: Graph, right: Graph, *, last: bool) -> None:
        self._choose = max if last else min
        self._left = len(left.labels)
        labels = [*left.labels, *right.labels]
        self._neighbours: list[list[tuple[int, Hashable]]] = [[] for _ in labels]
        shifted = ((a + self._left, b + self._left, slot) for a, b, slot in right.edges)
        for a, b, slot in (*left.edges, *shifted):
            self._neighbours[a].append((b, ("reads", slot)))
            self._neighbours[b].append((a, ("is read", slot)))
        numbers: dict[Hashable, int] = {}
        self._class_of = [numbers.setdefault(label, len(numbers)) for label in labels]
        self._members: list[set[int]] = [set() for _ in numbers]
        for vertex, number in enumerate(self._class_of):
            self._members[number].add(vertex)

    @property
    def classes(self) -> range:
        return range(len(self._members))

    def partner(self, vertex: int) -> int:
        """The vertex of the right graph in a left vertex's class; of several, the first or the last."""
        return self._choose(v for v in self._members[self._class_of[vertex]] if v >= self._left) - self._left

    def individualise(self, vertex: int) -> bool:
        """Tell a vertex of the left graph and its partner from all others; False where that tells the graphs apart."""
        if len(self._members[self._class_of[vertex]]) == 2:
            return True
        chosen = {vertex, self.partner(vertex) + self._left}
        return self.refine([self._split_off(chosen)])

    def refine(self, splitters: Iterable[int]) -> bool:
        """Split classes until each is alike seen from every other; False where a class is not half left, half right."""
        waiting = list(splitters)
        queued = set(waiting)
        while waiting:
            splitter = waiting.pop()
            queued.discard(splitter)
            for group in list(self._groups(splitter)):
                if 2 * sum(vertex < self._left for vertex in group) != len(group):
                    return False
                new = self._split_off(group)
                if new not in queued:
                    waiting.append(new)
                    queued.add(new)
        return True

    def _groups(self, splitter: int) -> Iterator[set[int]]:
        """Sets of vertices, each a part of one class, that see the splitter in one way and unlike the rest."""
        seen: defaultdict[int, list[Hashable]] = defaultdict(list)
        for member in self._members[splitter]:
            for neighbour, edge in self._neighbours[member]:
                seen[neighbour].append(edge)
        groups: defaultdict[tuple[int, Hashable], set[int]] = defaultdict(set)
        for vertex, edges in seen.items():
            groups[self._class_of[vertex], frozenset(Counter(edges).items())].add(vertex)
        whole = {number: len(self._members[number]) for number, _ in groups}
        for (number, _), group in groups.items():
            if len(group) < whole[number]:
                yield group

    def _split_off(self, group: set[int]) -> int:
        """Make a group of a class a class of its own; its number."""
        old = self._class_of[next(iter(group))]
        if len(group) == len(self._members[old]):
            return old
        self._members[old] -= group
        self._members.append(group)
        for vertex in group:
            self._class_of[vertex] = len(self._members) - 1
        return len(self._members) - 1
