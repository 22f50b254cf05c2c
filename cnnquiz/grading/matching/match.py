"""Which of a student's tensors plays the part of which of the solution's: names and order of declaration do not matter.

A match is only a hint. What proves equality is the numbers; a wrong match makes them differ.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from math import prod

from cnnquiz.cnn import Network, Parameter
from cnnquiz.grading.matching.canonical import CanonicalNetwork, canonical
from cnnquiz.grading.matching.joining import JoinedNetwork, Part, joined
from cnnquiz.grading.matching.pairing import Pairing, pairings
from cnnquiz.grading.matching.provenance import Permutation, permutations
from cnnquiz.sandbox import TensorClaim
from cnnquiz.sandbox.tensors import Array

_Key = Callable[[TensorClaim], object]


@dataclass(frozen=True, slots=True)
class Match:
    """The solution's tensor for each of the student's, by name, and how it must be laid out for the student.

    `permutations` say along which axes its positions stand in another order, because the student concatenated
    channels in another order; after them, only one of the `parts` is taken where the student has several layers for
    one, and it is `transposed`. `reordered` tells that layers run in another order or channels lie in another, so that
    random numbers drawn alike fall on others.
    A tensor that the solution has no partner for keeps the student's own value: if it matters, the numbers differ.
    """

    sources: Mapping[str, str]
    transposed: frozenset[str]
    permutations: Mapping[str, tuple[Permutation, ...]] = field(default_factory=dict)
    parts: Mapping[str, Part] = field(default_factory=dict)
    reordered: bool = field(default=False, compare=False)

    def arrays(self, weights: Mapping[str, Array]) -> dict[str, Array]:
        """The solution's weights under the student's names."""
        return {name: self.turned(name, weights[source]) for name, source in self.sources.items()}

    def moves(self, name: str) -> bool:
        """Whether numbers lie elsewhere in the student's tensor of that name."""
        return name in self.transposed or name in self.parts or bool(self.permutations.get(name))

    def turned(self, name: str, array: Array) -> Array:
        """An array of the solution in the layout of the student's tensor of that name."""
        for permutation in self.permutations.get(name, ()):
            array = permutation.applied(array)
        if name in self.parts:
            array = self.parts[name].taken(array)
        return array.T.copy() if name in self.transposed else array


def matches(
    claims: Sequence[TensorClaim],
    network: Network | None,
    solution_claims: Sequence[TensorClaim],
    solution_network: Network,
) -> Iterator[Match]:
    """Ways to carry the weights over, the likeliest first, each of them once.

    By order of use; by order of declaration; by what the recorded graphs have in common, which costs more and is not
    looked at before it is asked for. Empty where the solution has a tensor that fits none of the student's.
    """
    seen: list[Match] = []
    for match in chain(
        _in_order(claims, network, solution_claims, solution_network),
        _by_graph(claims, network, solution_claims, solution_network),
    ):
        if match not in seen:
            seen.append(match)
            yield match


def _in_order(
    claims: Sequence[TensorClaim],
    network: Network | None,
    solution_claims: Sequence[TensorClaim],
    solution_network: Network,
) -> Iterator[Match]:
    orders = [(claims, solution_claims)]
    if network is not None:
        orders.insert(0, (_by_use(claims, network), _by_use(solution_claims, solution_network)))
    turned = _turned(network) if network is not None else frozenset()
    for reordered, (theirs, ours) in zip((False, network is not None), orders, strict=False):
        match = _pair(theirs, ours, turned)
        if match is not None:
            yield replace(match, reordered=reordered)


def _by_graph(
    claims: Sequence[TensorClaim],
    network: Network | None,
    solution_claims: Sequence[TensorClaim],
    solution_network: Network,
) -> Iterator[Match]:
    """What no layer owns, such as a tensor that is never used, is paired as declared."""
    if network is None:
        return
    solution = canonical(solution_network)
    found = JoinedNetwork(network=canonical(network))
    if _layer_count(found.network) > _layer_count(solution):
        found = joined(found.network, {node.op for node in solution.nodes if node.tensors})
    student, parts = found.network, found.parts
    for pairing in pairings(student, solution):
        pairs = _paired_tensors(student, solution, pairing)
        if not _fit(pairs, parts, claims, solution_claims):
            continue
        match = _carried(pairs, parts, permutations(student, solution, pairing))
        taken = set(match.sources.values())
        left = [claim for claim in solution_claims if claim.name not in taken]
        rest = _pair([claim for claim in claims if claim.name not in match.sources], left, frozenset())
        if rest is not None:
            sources, transposed = {**rest.sources, **match.sources}, rest.transposed | match.transposed
            yield replace(match, sources=sources, transposed=transposed)


def _layer_count(network: CanonicalNetwork) -> int:
    return sum(bool(node.tensors) for node in network.nodes)


def _carried(
    pairs: Mapping[str, tuple[Parameter, Parameter]],
    parts: Mapping[str, Sequence[Part]],
    moved: Mapping[str, tuple[Permutation, ...]],
) -> Match:
    """The match of what is paired, the student's joined tensors in their parts."""
    held = {name: {part.tensor.name: part for part in parts.get(name, ())} for name in pairs}
    names = {name: tuple(own) or (name,) for name, own in held.items()}
    return Match(
        sources={each: our.name for name, (_, our) in pairs.items() for each in names[name]},
        transposed=frozenset(name for name, (their, our) in pairs.items() if _is_turned(their) != _is_turned(our)),
        permutations={each: moved[name] for name in pairs if name in moved for each in names[name]},
        parts={each: part for own in held.values() for each, part in own.items()},
        reordered=True,
    )


def _paired_tensors(
    student: CanonicalNetwork, solution: CanonicalNetwork, pairing: Pairing
) -> dict[str, tuple[Parameter, Parameter]]:
    """Both tensors of one role in paired layers, by the student's name; each is paired once."""
    pairs: dict[str, tuple[Parameter, Parameter]] = {}
    taken = set()
    for position, partner in pairing.partners.items():
        if position == 0:
            continue
        ours = solution.nodes[partner - 1].tensors
        for role, their in student.nodes[position - 1].tensors.items():
            our = ours.get(role)
            if our is not None and their.name not in pairs and our.name not in taken:
                pairs[their.name] = their, our
                taken.add(our.name)
    return pairs


def _fit(
    pairs: Mapping[str, tuple[Parameter, Parameter]],
    parts: Mapping[str, Sequence[Part]],
    claims: Sequence[TensorClaim],
    solution_claims: Sequence[TensorClaim],
) -> bool:
    """Whether all claimed tensors of each pair exist, are of one kind and hold as many numbers as was recorded."""
    theirs, ours = ({c.name: (c.kind, prod(c.shape)) for c in some} for some in (claims, solution_claims))
    for name, (their, our) in pairs.items():
        kind, elements = ours.get(our.name, ("", 0))
        held = [part.tensor for part in parts[name]] if name in parts else [their]
        if any(theirs.get(tensor.name) != (kind, tensor.elements) for tensor in held):
            return False
        if elements != their.elements or elements != our.elements or elements != sum(t.elements for t in held):
            return False
    return True


def _is_turned(tensor: Parameter) -> bool:
    """Whether it is a raw matrix (in, out) where a linear layer holds (out, in)."""
    return tensor.role.endswith(".T")


def _by_use(claims: Sequence[TensorClaim], network: Network) -> list[TensorClaim]:
    """In the order of first use; what is never used comes last, as declared."""
    used = [tensor.name for call in network.calls for tensor in (*call.parameters, *call.buffers)]
    rank = {name: position for position, name in reversed(list(enumerate(used)))}
    return sorted(claims, key=lambda claim: rank.get(claim.name, len(used)))


def _turned(network: Network) -> frozenset[str]:
    """Raw matrices (in, out) where a linear layer holds (out, in)."""
    return frozenset(p.name for call in network.calls for p in call.parameters if _is_turned(p))


def _pair(theirs: Sequence[TensorClaim], ours: Sequence[TensorClaim], turned: frozenset[str]) -> Match | None:
    """First come, first served among equal shapes, then reversed ones, then equal sizes.

    A matrix may be held transposed, and a convolution can be a linear layer.
    """

    def usual(claim: TensorClaim) -> tuple[int, ...]:
        return claim.shape[::-1] if claim.name in turned else claim.shape

    rules: list[tuple[_Key, _Key]] = [
        (usual, lambda our: our.shape),
        (lambda their: usual(their)[::-1] if len(their.shape) == 2 else None, lambda our: our.shape),
        (lambda their: prod(their.shape), lambda our: prod(our.shape)),
    ]
    left = {our.name: our for our in ours}
    sources: dict[str, str] = {}
    transposed = set()
    for their_key, our_key in rules:
        waiting: defaultdict[object, deque[TensorClaim]] = defaultdict(deque)
        for our in left.values():
            waiting[our.kind, our_key(our)].append(our)
        for their in theirs:
            fitting = waiting.get((their.kind, their_key(their)))
            if their.name not in sources and fitting:
                our = fitting.popleft()
                del left[our.name]
                sources[their.name] = our.name
                if their.shape == our.shape[::-1] and (their.name in turned or their.shape != our.shape):
                    transposed.add(their.name)
    return None if any(not _is_counter(our) for our in left.values()) else Match(sources, frozenset(transposed))


def _is_counter(claim: TensorClaim) -> bool:
    """A number of batches seen, which batch normalisation of one's own need not keep."""
    return claim.kind == "buffer" and claim.shape == () and claim.dtype == "int64"
