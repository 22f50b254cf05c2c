"""A node and the labels of the channels that it reads go in; the labels of its own channels come out.

A label is a word that says where the numbers of a channel come from and what was done to them: equal channels carry
equal labels. An array of labels has one axis, or several where a view has split the channels into groups.
"""

from collections.abc import Hashable, Sequence
from math import prod

import numpy as np
from numpy.typing import NDArray

from cnnquiz.cnn.structure import Flatten
from cnnquiz.grading.matching.canonical import COMMUTATIVE, Node
from cnnquiz.grading.matching.channel_order import Order, keeps_channels
from cnnquiz.grading.matching.pairing import Pairing
from cnnquiz.grading.matching.routing import routing

Labels = NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E37_79B9_7F4A_7C15)
_SHIFTS = np.uint64(30), np.uint64(27), np.uint64(31)
_FACTORS = np.uint64(0xBF58_476D_1CE4_E5B9), np.uint64(0x94D0_49BB_1331_11EB)


def label(node: Node, position: int, pairing: Pairing, inputs: Sequence[Labels]) -> Labels:
    """Labels of a node that makes no channels of its own."""
    route = routing(node, [labels.shape for labels in inputs])
    if route is not None:
        zero = named("zero", 1)  # which of several zeros it is makes no difference
        return np.concatenate([*map(np.ravel, inputs), zero])[route]
    channels = node.shape[0] if node.shape else 1
    if is_flatten(node, inputs[0]):
        return at_places(np.repeat(inputs[0].reshape(-1), channels // inputs[0].size), inputs[0].size)
    if is_channelwise(node, inputs):
        joined = _joined(node, inputs)
        return marked(
            node, position, pairing, joined if joined.size > 1 else np.broadcast_to(joined.reshape(-1), channels)
        )
    return named((node.op, tuple(labels.tobytes() for labels in inputs)), channels)


def is_flatten(node: Node, labels: Labels) -> bool:
    """Whether each channel becomes a block of features, one for each place."""
    return (
        isinstance(node.op, Flatten) and len(node.shape) == 1 and labels.size > 0 and node.shape[0] % labels.size == 0
    )


def is_channelwise(node: Node, inputs: Sequence[Labels]) -> bool:
    """Whether each channel is computed from those at the same place of its inputs, single ones stretched."""
    fitting = (labels.size == 1 or labels.shape == node.shape[: labels.ndim] for labels in inputs)
    axes = {labels.ndim for labels in inputs if labels.size > 1}
    return keeps_channels(node) and len(axes) <= 1 and all(fitting)


def at_places(labels: Labels, channels: int) -> Labels:
    """The labels of blocks of features, each told apart from the others of its block."""
    return mixed(labels + mixed(np.tile(np.arange(labels.size // channels, dtype=np.uint64), channels)))


def marked(node: Node, position: int, pairing: Pairing, labels: Labels) -> Labels:
    """Labels that tell what was done: the ReLU of a channel is another channel, and so is its batch norm."""
    name = pairing.partners.get(position) if node.tensors else None
    mark = node.op if pairing.whole else None, name
    return labels if mark == (None, None) else mixed(labels ^ word(mark))


def _joined(node: Node, inputs: Sequence[Labels]) -> Labels:
    """Labels of numbers computed from those at the same place of each input; sums and products know no order."""
    if all(np.array_equal(labels, inputs[0]) for labels in inputs[1:]):
        return inputs[0]
    total: Labels = sum_of(operands(node, inputs))
    return total


def operands(node: Node, inputs: Sequence[Labels]) -> list[Labels]:
    """Labels as parts of a sum: those of a commutative operation do not tell which input it was."""
    ordered = not isinstance(node.op, COMMUTATIVE)
    return [mixed(labels + np.uint64(slot * ordered)) for slot, labels in enumerate(inputs)]


def sum_of(parts: Sequence[Labels]) -> Labels:
    """Summed modulo 2^64, single labels stretched."""
    shape = np.broadcast_shapes(*(part.shape for part in parts))
    total = np.zeros(shape, np.uint64)
    for part in parts:
        total += part
    return total


def named(name: Hashable, channels: int | tuple[int, ...]) -> Labels:
    """Labels of channels that only their place tells apart."""
    shape = (channels,) if isinstance(channels, int) else channels
    return renamed(name, np.arange(prod(shape)).reshape(shape))


def renamed(name: Hashable, order: Order) -> Labels:
    """The same, in another order."""
    return mixed(order.astype(np.uint64) + word(("channels of", name)))


def word(content: Hashable) -> np.uint64:
    return np.uint64(hash(content) & 0xFFFF_FFFF_FFFF_FFFF)


def mixed(words: Labels) -> Labels:
    """Another word for each: the finaliser of splitmix64 (Steele, Lea, Flood 2014)."""
    words = words + _GOLDEN
    words = (words ^ (words >> _SHIFTS[0])) * _FACTORS[0]
    words = (words ^ (words >> _SHIFTS[1])) * _FACTORS[1]
    return words ^ (words >> _SHIFTS[2])


def order_between(theirs: Labels, ours: Labels) -> Order | None:
    """`order` such that `theirs[i] == ours[order[i]]`; None for the identity, and where the labels are not the same.

    Equal labels are taken in order.
    """
    if theirs.shape != ours.shape or theirs.ndim != 1 or np.array_equal(theirs, ours):
        return None
    at, our_at = np.argsort(theirs, kind="stable"), np.argsort(ours, kind="stable")
    if not np.array_equal(theirs[at], ours[our_at]):
        return None
    order = np.empty(len(theirs), np.int64)
    order[at] = our_at
    return order


def occurrences(words: Labels) -> Labels:
    """How many equal words come before each."""
    at = np.argsort(words, kind="stable")
    ordered = words[at]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    counted = np.arange(len(words)) - np.repeat(starts, np.diff(np.r_[starts, len(words)]))
    numbers = np.empty(len(words), np.uint64)
    numbers[at] = counted
    return numbers
