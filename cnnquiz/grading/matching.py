"""Which of a student's tensors plays the part of which of the solution's: names and order of declaration do not matter.

A match is only a hint. What proves equality is the numbers; a wrong match makes them differ.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod

from cnnquiz.cnn import Network
from cnnquiz.sandbox import TensorClaim
from cnnquiz.sandbox.tensors import Array


@dataclass(frozen=True, slots=True)
class Match:
    """The solution's tensor for each of the student's, by name, and which of them are held transposed.

    A tensor that the solution has no partner for keeps the student's own value: if it matters, the numbers differ.
    """

    sources: Mapping[str, str]
    transposed: frozenset[str]

    def arrays(self, weights: Mapping[str, Array]) -> dict[str, Array]:
        """The solution's weights under the student's names."""
        return {name: self.turned(name, weights[source]) for name, source in self.sources.items()}

    def turned(self, name: str, array: Array) -> Array:
        """An array of the solution in the layout of the student's tensor of that name."""
        return array.T.copy() if name in self.transposed else array


def matches(
    claims: Sequence[TensorClaim],
    network: Network | None,
    solution_claims: Sequence[TensorClaim],
    solution_network: Network,
) -> Iterator[Match]:
    """Ways to carry the weights over, the likeliest first: by order of use, then by order of declaration.

    Empty where the solution has a tensor that fits none of the student's.
    """
    orders = [(claims, solution_claims)]
    if network is not None:
        orders.insert(0, (_by_use(claims, network), _by_use(solution_claims, solution_network)))
    turned = _turned(network) if network is not None else frozenset()
    seen: list[Match] = []
    for theirs, ours in orders:
        match = _pair(theirs, ours, turned)
        if match is not None and match not in seen:
            seen.append(match)
            yield match


def _by_use(claims: Sequence[TensorClaim], network: Network) -> list[TensorClaim]:
    """In the order of first use; what is never used comes last, as declared."""
    used = [tensor.name for call in network.calls for tensor in (*call.parameters, *call.buffers)]
    rank = {name: position for position, name in reversed(list(enumerate(used)))}
    return sorted(claims, key=lambda claim: rank.get(claim.name, len(used)))


def _turned(network: Network) -> frozenset[str]:
    """Raw matrices (in, out) where a linear layer holds (out, in)."""
    return frozenset(p.name for call in network.calls for p in call.parameters if p.role.endswith(".T"))


def _pair(theirs: Sequence[TensorClaim], ours: Sequence[TensorClaim], turned: frozenset[str]) -> Match | None:
    """First come, first served among equal shapes, then reversed ones, then equal sizes.

    A matrix may be held transposed, and a convolution can be a linear layer.
    """

    def usual(claim: TensorClaim) -> tuple[int, ...]:
        return claim.shape[::-1] if claim.name in turned else claim.shape

    rules: list[Callable[[TensorClaim, TensorClaim], bool]] = [
        lambda their, our: usual(their) == our.shape,
        lambda their, our: len(our.shape) == 2 and usual(their) == our.shape[::-1],
        lambda their, our: prod(their.shape) == prod(our.shape),
    ]
    left = list(ours)
    sources: dict[str, str] = {}
    transposed = set()
    for rule in rules:
        for their in theirs:
            if their.name in sources:
                continue
            our = next((our for our in left if our.kind == their.kind and rule(their, our)), None)
            if our is not None:
                left.remove(our)
                sources[their.name] = our.name
                if their.shape == our.shape[::-1] and (their.name in turned or their.shape != our.shape):
                    transposed.add(their.name)
    return None if left else Match(sources, frozenset(transposed))
