"""Two canonical networks go in; ways to pair the layers of the one with those of the other come out."""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass

from cnnquiz.cnn import Op
from cnnquiz.cnn.indexing import Pad
from cnnquiz.cnn.structure import Concatenate
from cnnquiz.grading.matching.canonical import COMMUTATIVE, CanonicalNetwork, Node
from cnnquiz.grading.matching.refinement import Graph, partners


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """Positions in the solution by positions in the student's network; 0 is the input of either.

    A `whole` pairing covers every node, one that is not only those that own tensors. An `alike` one is whole and pairs
    nodes that do the very same with their inputs, so that channels lie in the same order in both networks.
    """

    partners: Mapping[int, int]
    whole: bool
    alike: bool = False


def pairings(student: CanonicalNetwork, solution: CanonicalNetwork) -> Iterator[Pairing]:
    """Every node with its attributes, concatenations in order; then in any order.

    Where neither pairs the networks, only layers that own tensors and how numbers flow between them, whatever is
    computed on the way; where that leaves a choice, both in the same order and in the opposite one.
    """
    if sum(bool(node.tensors) for node in student.nodes) != sum(bool(node.tensors) for node in solution.nodes):
        return  # before anything is built that a recording could make large
    strict = partners(_whole(student, ordered=True), _whole(solution, ordered=True))
    if strict is not None:
        yield Pairing(partners=dict(enumerate(strict[:-1])), whole=True, alike=True)
    loose = partners(_whole(student, ordered=False), _whole(solution, ordered=False))
    if loose is not None and loose != strict:
        yield Pairing(partners=dict(enumerate(loose[:-1])), whole=True)
    if strict is None and loose is None:
        yield from _by_layers(student, solution)


def _by_layers(student: CanonicalNetwork, solution: CanonicalNetwork) -> Iterator[Pairing]:
    (theirs, places), (ours, our_places) = _contracted(student), _contracted(solution)
    for last in (False, True):
        pairs = partners(theirs, ours, last=last)
        if pairs is not None:
            placed = zip(places, pairs, strict=False)  # the last vertex is the output, which has no place
            yield Pairing(partners={place: our_places[partner] for place, partner in placed}, whole=False)


def _whole(network: CanonicalNetwork, *, ordered: bool) -> Graph:
    """A vertex for the input, one for each node, one for the output."""
    uses = _uses(network)
    kept = set() if not ordered else set(range(len(network.nodes) + 1))
    kept |= order_shows(network)
    named = [
        (_in_any_order(node.op) if position not in kept else node.op, _owned(node, uses))
        for position, node in enumerate(network.nodes, start=1)
    ]
    labels: list[Hashable] = ["input", *named, "output"]
    edges: list[tuple[int, int, Hashable]] = [(network.output, len(labels) - 1, 0)]
    for position, node in enumerate(network.nodes, start=1):
        free = isinstance(node.op, Concatenate) and position not in kept
        symmetric = free or isinstance(node.op, COMMUTATIVE)
        edges += [(source, position, 0 if symmetric else slot) for slot, source in enumerate(node.inputs)]
    return Graph(labels=labels, edges=edges)


def _in_any_order(op: Op) -> Hashable:
    """Of channels laid beside others, how many there are: zeros may stand on either side."""
    return ("pad", sum(op.pad[-2:]), op.pad[:-2], op.mode) if isinstance(op, Pad) else op


def _contracted(network: CanonicalNetwork) -> tuple[Graph, list[int]]:
    """Vertices for the input, the nodes that own tensors, and the output; the positions of all but the last."""
    uses = _uses(network)
    labels: list[Hashable] = ["input"]
    places = [0]
    edges: list[tuple[int, int, Hashable]] = []
    sources = [1]  # of each position, as a set of vertices: bit n is vertex n
    for position, node in enumerate(network.nodes, start=1):
        read = 0
        for source in node.inputs:
            read |= sources[source]
        if node.tensors:
            edges += [(vertex, len(places), 0) for vertex in _members(read)]
            labels.append((node.op.name, tuple(node.op.parameter_shapes().items()), _owned(node, uses)))
            read = 1 << len(places)
            places.append(position)
        sources.append(read)
    edges += [(vertex, len(places), 0) for vertex in _members(sources[network.output])]
    return Graph(labels=[*labels, "output"], edges=edges), places


def _members(bits: int) -> list[int]:
    return [vertex for vertex, bit in enumerate(reversed(f"{bits:b}")) if bit == "1"]


def _uses(network: CanonicalNetwork) -> Counter[str]:
    """How many nodes use each tensor: a layer that is applied twice is unlike two layers."""
    return Counter(tensor.name for node in network.nodes for tensor in node.tensors.values())


def _owned(node: Node, uses: Counter[str]) -> tuple[tuple[str, int, int], ...]:
    """Role, size and number of uses of a node's tensors; a shape may be written in several ways."""
    return tuple(sorted((role, t.elements, uses[t.name]) for role, t in node.tensors.items()))


def order_shows(network: CanonicalNetwork) -> set[int]:
    """Positions from which numbers reach the output channel by channel: their order is part of the answer."""
    shown = {network.output}
    for position in range(len(network.nodes), 0, -1):
        node = network.nodes[position - 1]
        if position in shown and not any(role.startswith("weight") for role in node.tensors):
            shown.update(node.inputs)
    return shown
