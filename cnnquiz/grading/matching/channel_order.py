"""A layer and the order of the channels that it reads go in; where that shows in its outputs and tensors comes out."""

import numpy as np
from numpy.typing import NDArray

from cnnquiz.cnn.elementwise import Activation, Dropout
from cnnquiz.cnn.indexing import Pad
from cnnquiz.cnn.linear import Linear
from cnnquiz.cnn.normalization import BatchNorm
from cnnquiz.cnn.structure import Add, Concatenate, Mean, Multiply, Other
from cnnquiz.grading.matching.canonical import Node
from cnnquiz.grading.matching.spelling import is_convolution, is_transposed

Order = NDArray[np.int64]

# Functions of single numbers without a rule of their own; with two inputs, of two numbers at one place.
_ELEMENTWISE = frozenset(
    {"neg", "abs", "exp", "log", "sqrt", "rsqrt", "square", "pow", "reciprocal", "erf", "sign", "clamp", "threshold"}
    | {"sub", "rsub", "div", "true_divide", "__truediv__", "__sub__", "__rsub__", "maximum", "minimum", "where"}
    | {"gt", "ge", "lt", "le", "__gt__", "__ge__", "__lt__", "__le__", "interpolate", "upsample", "addcmul"}
)


def mixes_channels(node: Node) -> bool:
    """Whether the node's outputs are channels of its own."""
    return is_convolution(node.op) or (isinstance(node.op, Linear) and (len(node.shape) == 1 or _is_one_pixel(node)))


def _is_one_pixel(node: Node) -> bool:
    return node.shape[0] == node.shape.elements == node.op.attributes()["out_features"]


def keeps_channels(node: Node) -> bool:
    """Whether each output channel is computed from the input's channels at the same place, alike for all of them."""
    op = node.op
    if isinstance(op, (Activation, Dropout, BatchNorm, Add, Multiply, Linear)) or "_pool" in op.name:
        return True
    if isinstance(op, Pad):
        return not any(op.pad[-2:])
    if isinstance(op, (Mean, Concatenate)):
        return op.dim > 1
    return isinstance(op, Other) and op.function in _ELEMENTWISE


def groups_of(node: Node) -> int:
    groups = node.op.attributes().get("groups", 1)
    assert isinstance(groups, int)
    return groups


def is_depthwise(node: Node) -> bool:
    """Whether each channel has a filter of its own and gives one channel."""
    return 1 < groups_of(node) == node.op.attributes()["in_channels"] == node.shape[0]


def groups_read(node: Node, order: Order | None) -> Order | None:
    """Which of the partner's groups each of the node's reads, where `order` is that of the channels read.

    None where a group reads channels of several.
    """
    groups = groups_of(node)
    if groups == 1 or order is None or len(order) % groups:
        return np.arange(groups)
    blocks = order.reshape(groups, -1) // (len(order) // groups)
    return blocks[:, 0] if (blocks == blocks[:, :1]).all() else None


def axes_of(partner: Node, role: str, order: Order | None, outputs: Order | None) -> list[tuple[int, Order]]:
    """Axes of one of the partner's tensors along which the orders of the channels read and written show.

    An order that is as long as several axes together is one of them all.
    """
    tensor = partner.tensors[role]
    if not mixes_channels(partner):
        axis = len(tensor.shape) - len(partner.shape) if not isinstance(partner.op, BatchNorm) else 0
        fits = order is not None and axis >= 0 and tensor.shape[axis : axis + 1] == (len(order),)
        return [(axis, order)] if order is not None and fits else []
    if role != "weight":
        return [(0, outputs)] if outputs is not None and role == "bias" else []
    attributes = partner.op.attributes()
    if order is not None and len(order) != attributes.get("in_channels", attributes.get("in_features")):
        order = None
    held_turned = is_transposed(partner.op) or tensor.role.endswith(".T")
    if groups_of(partner) > 1:
        return _axes_of_groups(partner, order, outputs)
    found = [(int(held_turned), outputs), (1 - held_turned, order)]
    return [(axis, moved) for axis, moved in found if moved is not None]


def _axes_of_groups(partner: Node, order: Order | None, outputs: Order | None) -> list[tuple[int, Order]]:
    """The order of the first two axes together: each group may hold its channels in an order of its own."""
    groups, in_channels, out_channels = groups_of(partner), partner.op.attributes()["in_channels"], partner.shape[0]
    assert isinstance(in_channels, int)
    size, width = in_channels // groups, out_channels // groups
    order = (np.arange(in_channels) if order is None else order).reshape(groups, size)
    outputs = (np.arange(out_channels) if outputs is None else outputs).reshape(groups, width)
    if (order // size != outputs[:, :1] // width).any() or (outputs // width != outputs[:, :1] // width).any():
        return []
    if is_transposed(partner.op):
        return [(0, (order[:, :, None] * width + outputs[:, None] % width).reshape(-1))]
    return [(0, (outputs[:, :, None] * size + order[:, None] % size).reshape(-1))]
