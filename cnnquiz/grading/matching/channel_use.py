"""A network whose layers have names goes in; for each channel of each value, a word for what becomes of it comes out.

Which of a layer's output channels is which shows in the layers that read it: a network may split, join and shuffle
channels in its own way as long as each layer reads those that its partner reads. The words of two networks are
compared; refined by turns forwards, by what a channel is made of, and backwards, by what it is read by.
"""

from collections.abc import Sequence

import numpy as np

from cnnquiz.grading.matching.canonical import CanonicalNetwork, Node
from cnnquiz.grading.matching.channel_order import groups_of, is_depthwise, mixes_channels
from cnnquiz.grading.matching.labels import (
    Labels,
    at_places,
    is_channelwise,
    is_flatten,
    label,
    marked,
    mixed,
    named,
    occurrences,
    operands,
    sum_of,
    word,
)
from cnnquiz.grading.matching.pairing import Pairing
from cnnquiz.grading.matching.routing import ZERO, routing

# So many turns; then channels that are used alike are told apart by their order, so that those which are added to each
# other, or read by one group, stay together.
_TURNS = 1


def channel_uses(network: CanonicalNetwork, pairing: Pairing) -> list[Labels]:
    """Words by position; those of the output and the input are all different."""
    uses = None
    for turn in range(_TURNS + 1):
        labels = _forwards(network, pairing, uses)
        uses = _backwards(network, pairing, labels, in_order=turn == _TURNS)
    assert uses is not None
    return uses


def makes_channels(node: Node) -> bool:
    """Whether the node's outputs are channels of its own that no single channel of its input decides."""
    return mixes_channels(node) and not is_depthwise(node)


def _forwards(network: CanonicalNetwork, pairing: Pairing, uses: Sequence[Labels] | None) -> list[Labels]:
    """Labels by position; channels of one layer differ by group and by what becomes of them."""
    labels = [named(0, network.input_shape[0])]
    for position, node in enumerate(network.nodes, start=1):
        inputs = [labels[source] for source in node.inputs]
        if not mixes_channels(node):
            labels.append(label(node, position, pairing, inputs))
            continue
        made = np.zeros(node.shape[0], np.uint64) if uses is None else uses[position]
        read = np.repeat(_by_group(node, mixed(inputs[0])), node.shape[0] // groups_of(node))
        labels.append(mixed(made + read + word(("made by", pairing.partners.get(position)))))
    return labels


def _backwards(
    network: CanonicalNetwork, pairing: Pairing, labels: Sequence[Labels], *, in_order: bool
) -> list[Labels]:
    uses = [np.zeros(each.shape, np.uint64) for each in labels]
    uses[network.output] = named("output", labels[network.output].shape)
    for position in range(len(network.nodes), 0, -1):
        node = network.nodes[position - 1]
        inputs = [labels[source] for source in node.inputs]
        for source, use in zip(
            node.inputs, _used(node, position, pairing, uses[position], inputs, in_order), strict=True
        ):
            uses[source] += use
    return uses


def _used(
    node: Node, position: int, pairing: Pairing, own: Labels, inputs: Sequence[Labels], in_order: bool
) -> list[Labels]:
    """What a node does with the channels of each of its inputs, its own being used as `own` says."""
    name, x = pairing.partners.get(position), inputs[0]
    if mixes_channels(node):
        return [_by_layer(node, own, x, in_order) ^ word(("read by", name))]
    route = routing(node, [labels.shape for labels in inputs])
    if route is not None:
        used = np.zeros(sum(labels.size for labels in inputs) + 1, np.uint64)
        np.add.at(used, route.reshape(-1), own.reshape(-1))
        used = used[:ZERO]
        pieces = np.split(used, np.cumsum([labels.size for labels in inputs[:-1]]))
        return [piece.reshape(labels.shape) for piece, labels in zip(pieces, inputs, strict=True)]
    if is_flatten(node, x):
        return [at_places(own, x.size).reshape(*x.shape, -1).sum(-1, dtype=np.uint64)]
    if is_channelwise(node, inputs):
        return _by_channel(node, marked(node, position, pairing, own), inputs, in_order)
    return [named(("place", node.op.title, slot), labels.shape) for slot, labels in enumerate(inputs)]


def _by_layer(node: Node, own: Labels, x: Labels, in_order: bool) -> Labels:
    """Channels are alike to a layer that sums over all of them, and to one that sums over groups those of a group."""
    if groups_of(node) == 1 or x.size % groups_of(node):
        return np.zeros(x.shape, np.uint64)
    used = mixed(_by_group(node, mixed(own)) + _by_group(node, mixed(x)))
    if in_order and x.size > groups_of(node):
        used = mixed(used + occurrences(used))
    return np.repeat(used, x.size // groups_of(node))


def _by_group(node: Node, labels: Labels) -> Labels:
    """For each group of a layer the sum of its channels' labels."""
    groups = groups_of(node)
    if labels.size % groups:
        return np.zeros(groups, np.uint64)
    total: Labels = labels.reshape(groups, -1).sum(1, dtype=np.uint64)
    return total


def _by_channel(node: Node, own: Labels, inputs: Sequence[Labels], in_order: bool) -> list[Labels]:
    """Each channel is used with those that it is computed with; a single one with all of them."""
    if len(inputs) == 1 and inputs[0].size == own.size:
        return [own]
    parts = operands(node, inputs)
    whole = sum_of([*parts, own])
    if in_order and len(inputs) > 1:
        whole = whole + mixed(occurrences(whole.reshape(-1)).reshape(whole.shape))
    used = [mixed(whole - part) for part in parts]
    return [
        use.sum(dtype=np.uint64).reshape(labels.shape) if labels.size == 1 else use
        for use, labels in zip(used, inputs, strict=True)
    ]
