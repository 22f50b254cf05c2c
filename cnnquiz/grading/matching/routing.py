"""A node that only moves channels goes in; which channel of what it reads each of its own is comes out."""

from collections.abc import Sequence
from itertools import accumulate, permutations
from math import prod

import numpy as np
from numpy.typing import NDArray

from cnnquiz.cnn.indexing import IndexSelect, Pad, Slice
from cnnquiz.cnn.structure import Concatenate, Flatten, Other, Stack
from cnnquiz.grading.matching.canonical import Node
from cnnquiz.grading.matching.channel_order import Order
from cnnquiz.tracing.functions import RESHAPES, TURNS

ZERO = -1

_MOVES = (Concatenate, Stack, Pad, Slice, IndexSelect, Flatten, Other)

# A recording does not say of how many groups; ShuffleNet V2 has two.
_SHUFFLED_GROUPS = 2


def routing(node: Node, inputs: Sequence[tuple[int, ...]]) -> Order | None:
    """For each of the node's channels its position among those of all inputs, laid side by side; ZERO for none.

    `inputs` are the axes that hold channels, as is the shape of the result: a view splits them into groups, and a
    transposition turns those round. None for a node that does more than move channels.
    """
    if not isinstance(node.op, _MOVES):
        return None
    ends = accumulate(map(prod, inputs))
    read = [np.arange(end - prod(shape), end).reshape(shape) for end, shape in zip(ends, inputs, strict=True)]
    moved = _moved(node, read)
    return moved if moved is not None and moved.shape == node.shape[: moved.ndim] else None


def _moved(node: Node, read: Sequence[Order]) -> Order | None:
    op, x = node.op, read[0]
    if isinstance(op, Concatenate) and op.dim <= min(each.ndim for each in read) == max(each.ndim for each in read):
        return np.concatenate(read, op.dim - 1)
    if isinstance(op, Stack) and 0 < op.dim <= x.ndim + 1 and len({each.shape for each in read}) == 1:
        return np.stack(read, op.dim - 1)
    if isinstance(op, Pad) and pads_channels(node) and x.ndim == 1:
        return np.pad(x, op.pad[-2:], constant_values=ZERO)
    if isinstance(op, Slice):
        cut = x[tuple(map(slice, op.start, op.stop, op.step))[: x.ndim]]
        return cut if cut.shape == node.shape[: cut.ndim] else _led(cut, node)
    if isinstance(op, IndexSelect) and op.dim <= x.ndim:
        return x.take(op.index, op.dim - 1)
    if isinstance(op, Flatten) or (isinstance(op, Other) and len(read) == 1):
        return _reshaped(node, x)
    return None


def pads_channels(node: Node) -> bool:
    """Whether it lays zeros beside the channels, and nothing else."""
    op = node.op
    return (
        isinstance(op, Pad) and op.mode == "constant" and min(op.pad) >= 0 and any(op.pad[-2:]) and not any(op.pad[:-2])
    )


def _reshaped(node: Node, x: Order) -> Order | None:
    name, shape = node.op.title, tuple(node.shape)
    if name == "flatten" or name in RESHAPES:
        return _led(x, node)
    if name in TURNS and x.ndim > 1:
        return _turned(x, shape)
    if name == "channel_shuffle" and x.ndim == 1 and x.size % _SHUFFLED_GROUPS == 0:
        return x.reshape(_SHUFFLED_GROUPS, -1).T.reshape(-1)
    if name == "cat" and x.ndim == 1 and shape[0] > x.size:  # beside what no input reaches, such as zeros
        return np.pad(x, (0, shape[0] - x.size), constant_values=ZERO)
    return None


def _led(x: Order, node: Node) -> Order | None:
    """The same channels along the first axes of the node's output that hold as many."""
    leading = next(
        (node.shape[:end] for end in range(1, len(node.shape) + 1) if prod(node.shape[:end]) == x.size), None
    )
    return x.reshape(leading) if leading else None


def _turned(x: Order, shape: tuple[int, ...]) -> NDArray[np.int64] | None:
    """Axes in another order: a recording does not say in which, the first that fits is taken."""
    axes = range(x.ndim)
    for order in permutations(axes):
        if order != tuple(axes) and tuple(x.shape[axis] for axis in order) == shape[: x.ndim]:
            return x.transpose(order)
    return x.T.reshape(-1) if shape[:1] == (x.size,) else None  # the batch stood among the axes that were turned
