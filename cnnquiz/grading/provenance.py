"""Two networks with their layers paired go in; how the student's weights must be permuted comes out.

Each channel of each value carries a label that says where its numbers come from. Where a layer of the student reads
the labels that its partner reads, but in another order, because branches were concatenated in another order, its
weights are permuted on the way.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnquiz.cnn.indexing import IndexSelect, Pad, Slice
from cnnquiz.cnn.structure import Concatenate, Flatten
from cnnquiz.grading.canonical import COMMUTATIVE, CanonicalNetwork, Node
from cnnquiz.grading.channel_order import (
    Order,
    axes_of_input,
    axes_of_output,
    groups_of,
    is_depthwise,
    keeps_channels,
    mixes_channels,
    outputs_of,
    pads_channels,
)
from cnnquiz.grading.pairing import Pairing
from cnnquiz.sandbox.tensors import Array

Labels = NDArray[np.uint64]

# What a student's recording claims to be channels must fit into this process.
_MOST_LABELS = 1 << 23


@dataclass(frozen=True, slots=True)
class Permutation:
    """Positions along one axis in another order: position i holds what position `order[i]` held.

    The axes from `axis` on are one where `order` is as long as they are together, as after a flatten.
    """

    axis: int
    order: tuple[int, ...]

    def applied(self, array: Array) -> Array:
        split = array.reshape(*array.shape[: self.axis], len(self.order), -1)
        return split.take(self.order, self.axis).reshape(array.shape)


def permutations(
    student: CanonicalNetwork, solution: CanonicalNetwork, pairing: Pairing
) -> dict[str, tuple[Permutation, ...]]:
    """What must be done to the solution's tensors to get the student's, by the student's names; identities left out.

    Where the labels that two partners read are not the same, nothing is permuted: the numbers will say so.
    """
    if max(_label_count(student), _label_count(solution)) > _MOST_LABELS:
        return {}
    itself = Pairing(partners={p: p for p in range(len(solution.nodes) + 1)}, whole=pairing.whole)
    ours, theirs = _Channels(solution, itself), _Channels(student, pairing)
    ours.follow(None)
    theirs.follow(ours)
    return theirs.permutations


class _Channels:
    """Labels of the channels of every value of one network, named after the solution's nodes."""

    def __init__(self, network: CanonicalNetwork, pairing: Pairing) -> None:
        self.network = network
        self.labels = [_named(0, np.arange(network.input_shape[0]))]
        self._names = pairing.partners
        self._whole = pairing.whole
        self._turned: dict[int, Order] = {}  # where a layer's own output channels lie in another order
        self._found: dict[int, dict[str, tuple[Permutation, ...]]] = {}

    @property
    def permutations(self) -> dict[str, tuple[Permutation, ...]]:
        """By tensor; one that several layers share is permuted as the first of them needs it."""
        joined: dict[str, tuple[Permutation, ...]] = {}
        for _, found in sorted(self._found.items()):
            joined = found | joined
        return joined

    def follow(self, solution: "_Channels | None") -> None:
        """Label the values in the order of the forward pass; against the solution, note what is permuted."""
        while len(self.labels) <= len(self.network.nodes):
            position = len(self.labels)
            node, name = self.network.nodes[position - 1], self._names.get(position)
            order = None
            if solution is not None and name is not None:
                maker = self._layer_to_turn(node, solution)
                if maker is not None:  # go back to it
                    del self.labels[maker:]
                    continue
                partner = solution.network.nodes[name - 1]
                order = (
                    _order(self.labels[node.inputs[0]], solution.labels[partner.inputs[0]]) if node.tensors else None
                )
                self._found[position] = self._permutations_of(node, partner, order, self._turned.get(position))
            self.labels.append(self._label(position, name, order))

    def _permutations_of(
        self, node: Node, partner: Node, order: Order | None, turned: Order | None
    ) -> dict[str, tuple[Permutation, ...]]:
        found = {}
        for role, tensor in node.tensors.items():
            if role in partner.tensors:
                axes = axes_of_output(partner, role, turned) if turned is not None else []
                axes += axes_of_input(partner, role, order) if order is not None else []
                moved = [(axis, o) for axis, o in axes if not np.array_equal(o, np.arange(len(o)))]
                found[tensor.name] = tuple(Permutation(axis, tuple(o.tolist())) for axis, o in moved)
        return {name: moved for name, moved in found.items() if moved}

    def _layer_to_turn(self, node: Node, solution: "_Channels") -> int | None:
        """The layer whose outputs are added to (or gate) channels that lie in another order than the solution's."""
        if not self._whole or not isinstance(node.op, COMMUTATIVE) or len(node.inputs) < 2:
            return None
        orders = [_order(self.labels[source], solution.labels[self._names[source]]) for source in node.inputs]
        wanted = next((order for order in orders if order is not None), None)
        if wanted is None:
            return None
        for source, order in zip(node.inputs, orders, strict=True):
            maker = self._maker(source) if order is None else None
            if maker is None or maker in self._turned:
                continue
            if node.shape[0] == len(wanted) == self.network.nodes[maker - 1].shape[0]:
                self._turned[maker] = wanted
                return maker
        return None

    def _maker(self, source: int) -> int | None:
        """The layer that decides in which order the channels of a value lie, if it is a single one."""
        while source:
            node = self.network.nodes[source - 1]
            channelwise = is_depthwise(node) or keeps_channels(node)
            if mixes_channels(node) and not is_depthwise(node):
                return source if groups_of(node) == 1 else None
            if len(node.inputs) != 1 or not channelwise:
                return None
            source = node.inputs[0]
        return None

    def _label(self, position: int, name: int | None, order: Order | None) -> Labels:
        node = self.network.nodes[position - 1]
        inputs = [self.labels[source] for source in node.inputs]
        op, x, channels = node.op, inputs[0], node.shape[0] if node.shape else 1
        if name is not None and mixes_channels(node):
            turned = self._turned.get(position)
            return _named(name, outputs_of(node, order) if turned is None else turned)
        if isinstance(op, Concatenate) and op.dim == 1:
            return np.concatenate(inputs)
        if isinstance(op, Pad) and pads_channels(node):
            before, after = op.pad[-2:]
            zeros = _named("padding", np.arange(before + after))  # which of them stands where makes no difference
            return np.concatenate([zeros[:before], x, zeros[before:]])
        if isinstance(op, Slice):
            return x[op.start[0] : op.stop[0] : op.step[0]]
        if isinstance(op, IndexSelect) and op.dim == 1:
            return x[list(op.index)]
        if isinstance(op, Flatten) and len(node.shape) == 1 and len(x) and channels % len(x) == 0:
            positions = channels // len(x)
            return _mixed(np.repeat(x, positions) + _mixed(np.tile(np.arange(positions), len(x)).astype(np.uint64)))
        if keeps_channels(node) and all(len(labels) in (1, channels) for labels in inputs):
            return self._marks(node, name, _joined(node, inputs, channels))
        content = hash((op, tuple(labels.tobytes() for labels in inputs)))
        return _named(content, np.arange(channels))

    def _marks(self, node: Node, name: int | None, labels: Labels) -> Labels:
        """Labels that tell what was done: the ReLU of a channel is another channel, and so is its batch norm."""
        mark = node.op if self._whole else None, name if node.tensors else None
        return labels if mark == (None, None) else _mixed(labels ^ _word(hash(mark)))


def _joined(node: Node, inputs: Sequence[Labels], channels: int) -> Labels:
    """Labels of numbers computed from those at the same place of each input; sums and products know no order."""
    if all(np.array_equal(labels, inputs[0]) for labels in inputs[1:]):
        return np.broadcast_to(inputs[0], (channels,))
    ordered = not isinstance(node.op, COMMUTATIVE)
    slots = [_mixed(labels + np.uint64(slot * ordered)) for slot, labels in enumerate(inputs)]
    return np.broadcast_to(np.sum(np.broadcast_arrays(*slots), axis=0, dtype=np.uint64), (channels,))


def _label_count(network: CanonicalNetwork) -> int:
    return sum(node.shape[0] if node.shape else 1 for node in network.nodes) + network.input_shape[0]


def _order(theirs: Labels, ours: Labels) -> Order | None:
    """`order` such that `theirs[i] == ours[order[i]]`; None for the identity, and where the labels are not the same."""
    if len(theirs) != len(ours) or np.array_equal(theirs, ours):
        return None
    at, our_at = np.argsort(theirs, kind="stable"), np.argsort(ours, kind="stable")
    if not np.array_equal(theirs[at], ours[our_at]):
        return None
    order = np.empty(len(theirs), np.int64)
    order[at] = our_at
    return order


def _named(name: Hashable, channels: Order) -> Labels:
    """Labels of a node's channels."""
    return _mixed(channels.astype(np.uint64) + _word(hash(("channels of", name))))


def _word(number: int) -> np.uint64:
    return np.uint64(number & 0xFFFF_FFFF_FFFF_FFFF)


def _mixed(words: Labels) -> Labels:
    """Another word for each: the finaliser of splitmix64 (Steele, Lea, Flood 2014)."""
    words = words + np.uint64(0x9E37_79B9_7F4A_7C15)
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58_476D_1CE4_E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D0_49BB_1331_11EB)
    return words ^ (words >> np.uint64(31))
