"""Which of a student's tensors plays the part of which of the solution's: names and order of declaration do not matter.

A match is only a hint. What proves equality is the numbers; a wrong match makes them differ.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod

from cnnquiz.cnn import Network
from cnnquiz.sandbox import TensorClaim
from cnnquiz.sandbox.tensors import Array


@dataclass(frozen=True, slots=True)
class _Tensor:
    name: str
    kind: str
    shape: tuple[int, ...]
    transposed: bool  # a raw matrix (in, out) where a linear layer holds (out, in)

    @property
    def usual_shape(self) -> tuple[int, ...]:
        return self.shape[::-1] if self.transposed else self.shape


@dataclass(frozen=True, slots=True)
class Match:
    """The solution's tensor for each of the student's, by name, and which of them are held transposed."""

    sources: Mapping[str, str]
    transposed: frozenset[str]

    def arrays(self, weights: Mapping[str, Array]) -> dict[str, Array]:
        """The solution's weights under the student's names."""
        return {
            name: weights[source].T.copy() if name in self.transposed else weights[source]
            for name, source in self.sources.items()
        }


def matches(
    claims: Sequence[TensorClaim],
    network: Network | None,
    solution_claims: Sequence[TensorClaim],
    solution_network: Network,
) -> Iterator[Match]:
    """Ways to carry the weights over, the likeliest first: by order of use, then by order of declaration.

    Empty where the tensors' sizes cannot be paired at all.
    """
    orders = [(_declared(claims), _declared(solution_claims))]
    if network is not None:
        orders.insert(0, (_used(claims, network), _used(solution_claims, solution_network)))
    seen: list[Match] = []
    for theirs, ours in orders:
        match = _pair(theirs, ours)
        if match is not None and match not in seen:
            seen.append(match)
            yield match


def _declared(claims: Sequence[TensorClaim]) -> list[_Tensor]:
    return [_Tensor(claim.name, claim.kind, claim.shape, False) for claim in claims]


def _used(claims: Sequence[TensorClaim], network: Network) -> list[_Tensor]:
    """In the order of first use; what is never used comes last, as declared."""
    roles = {t.name: t.role for call in network.calls for t in (*call.parameters, *call.buffers)}
    rank = {name: position for position, name in enumerate(roles)}
    ordered = sorted(claims, key=lambda claim: rank.get(claim.name, len(rank)))
    return [_Tensor(c.name, c.kind, c.shape, roles.get(c.name, "").endswith(".T")) for c in ordered]


def _pair(theirs: list[_Tensor], ours: list[_Tensor]) -> Match | None:
    """First come, first served among equal shapes, then equal sizes: a convolution can be a linear layer."""
    left = list(ours)
    sources: dict[str, str] = {}
    for same in (_same_shape, _same_size):
        for tensor in theirs:
            partner = next((other for other in left if tensor.name not in sources and same(tensor, other)), None)
            if partner is not None:
                left.remove(partner)
                sources[tensor.name] = partner.name
    if left or len(sources) != len(theirs):
        return None
    return Match(sources, frozenset(t.name for t in theirs if t.transposed))


def _same_shape(tensor: _Tensor, other: _Tensor) -> bool:
    return tensor.kind == other.kind and tensor.usual_shape == other.usual_shape


def _same_size(tensor: _Tensor, other: _Tensor) -> bool:
    return tensor.kind == other.kind and prod(tensor.shape) == prod(other.shape)
