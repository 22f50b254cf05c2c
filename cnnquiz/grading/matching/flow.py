"""A network goes in; its layers in the order in which numbers flow come out, whatever order they are run in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cnnquiz.cnn import Call, Network, Op
from cnnquiz.cnn.normalization import BatchNorm
from cnnquiz.grading.matching.canonical import COMMUTATIVE, CanonicalNetwork, Node, canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A call that changes numbers, at its position among all calls, with its operation in the usual spelling.

    `inputs` are positions of the calls that it reads, -1 for the network's input.
    """

    call: Call
    position: int
    op: Op
    inputs: tuple[int, ...]


Flow = tuple[Layer, ...]


def flow(network: Network) -> Flow:
    """Layers from the input to the output, each after what it reads.

    Of the branches of a sum the longer one comes first, those of a concatenation come in its order; what does not reach
    the output is left out, and so is what changes nothing in either mode, but for pooling.
    """
    graph = canonical(network, whole=True)
    return tuple(_layer(network, graph, position) for position in _in_order(graph))


def _layer(network: Network, graph: CanonicalNetwork, position: int) -> Layer:
    node = graph.nodes[position - 1]
    call = network.calls[node.call]
    read = tuple(graph.nodes[source - 1].call if source else -1 for source in node.inputs)
    return Layer(call=call, position=node.call, op=_op(node, call), inputs=read)


def _op(node: Node, call: Call) -> Op:
    """The usual spelling with what does not show in its numbers in eval mode: that there is a bias, the momentum."""
    if isinstance(call.op, BatchNorm):
        return call.op
    if "bias" not in node.op.attributes():
        return node.op
    bias = "bias" in node.tensors or bool(call.op.attributes().get("bias"))  # which may not be a registered tensor
    return replace(node.op, bias=bias)  # type: ignore[call-arg]


def _in_order(graph: CanonicalNetwork) -> list[int]:
    """Positions of the nodes, depth first from the output."""
    depths = _depths(graph)
    order: list[int] = []
    done = {0}
    stack = [(graph.output, False)]
    while stack:
        position, is_read = stack.pop()
        if position in done:
            continue
        if is_read:
            done.add(position)
            order.append(position)
            continue
        node = graph.nodes[position - 1]
        stack.append((position, True))
        stack += [(source, False) for source in reversed(_branches(node, depths)) if source not in done]
    return order


def _branches(node: Node, depths: Sequence[int]) -> list[int]:
    """What a node reads, in the order in which it is told."""
    if isinstance(node.op, COMMUTATIVE):
        return sorted(node.inputs, key=lambda source: -depths[source])
    return list(node.inputs)


def _depths(graph: CanonicalNetwork) -> list[int]:
    """The longest way from the input to each value."""
    depths = [0]
    for node in graph.nodes:
        depths.append(1 + max(depths[source] for source in node.inputs))
    return depths
