"""Single bugs of a recorded network, as networks: what students' programs often are instead of the one asked for."""

from collections.abc import Container, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from cnnquiz.cnn import Network, Op
from cnnquiz.errors import NetworkError
from cnnquiz.tracing.mutants import flow, layers, pointwise, windows
from cnnquiz.tracing.mutants.mutation import Attempt, Change, Family, Mutation, attempted
from cnnquiz.tracing.mutants.repeat import again, repeated

__all__ = ["SAME_LAYERS", "Change", "Mutation", "again", "mutations", "mutations_at", "repeated", "suggested"]

# Kinds of bugs that a list of layers with their attributes does not show.
SAME_LAYERS = frozenset({"flipped", "transposed", "shared", "cat_order"})

_FAMILIES: Sequence[Family] = (
    pointwise.activation_bugs,
    pointwise.normalization_bugs,
    pointwise.dropout_bugs,
    pointwise.linear_bugs,
    windows.convolution_bugs,
    windows.pooling_bugs,
    flow.addition_bugs,
    flow.concatenation_bugs,
    flow.flatten_bugs,
    layers.bugs,
)


def mutations(network: Network) -> Iterator[Mutation]:
    """Every single bug that the network's shapes allow, in the order of its calls."""
    for place in range(len(network.calls)):
        yield from mutations_at(network, place)


def mutations_at(network: Network, place: int, kinds: Container[str] | None = None) -> Iterator[Mutation]:
    """The bugs of one call: what it is, what it does, and whether it is there; all, or those of some kinds."""
    for family in _FAMILIES:
        for attempt in family(network, place):
            wanted = kinds is None or attempt[0].kind in kinds
            mutation = attempted(network, attempt, family) if wanted else None
            if mutation is not None:
                yield mutation


def suggested(network: Network, place: int, op: Op | None, *, extra: bool) -> Mutation | None:
    """The network with `op` in the place of one call, or behind it if it is extra; without the call if there is none.

    None where the shapes do not allow it, and for an extra layer with weights, of which nobody knows what they are.
    """

    if extra and op is not None and op.parameter_shapes():
        return None
    old = network.calls[place].op if place >= 0 and not extra else None
    same_kind = old is not None and op is not None and op.title == old.title
    changed = {} if old is None or op is None or not same_kind else _changed(old, op)

    def family(network: Network, place: int) -> Iterator[Attempt]:
        if op is None:
            yield layers.dropped(network, place)
        elif extra:
            yield layers.added(network, place, op)
        elif not same_kind:
            yield layers.exchanged(network, place, op)
        else:
            with suppress(NetworkError):  # attributes of one layer that do not go with those of another
                yield layers.exchanged(network, place, replace(network.calls[place].op, **changed))

    return next((attempted(network, attempt, family) for attempt in family(network, place)), None)


def _changed(old: Op, new: Op) -> dict[str, Any]:
    """Attributes that differ, but for those that follow from what arrives."""
    before = old.attributes()
    return {
        k: value
        for k, value in new.attributes().items()
        if k in before and value != before[k] and k not in layers.FROM_INPUT
    }
