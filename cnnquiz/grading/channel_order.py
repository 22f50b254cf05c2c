"""A layer and the order of the channels that it reads go in; where that shows in its outputs and tensors comes out."""

import numpy as np
from numpy.typing import NDArray

from cnnquiz.cnn.elementwise import Activation, Dropout
from cnnquiz.cnn.indexing import Pad
from cnnquiz.cnn.linear import Linear
from cnnquiz.cnn.normalization import BatchNorm
from cnnquiz.cnn.structure import Add, Concatenate, Mean, Multiply, Other
from cnnquiz.grading.canonical import Node
from cnnquiz.grading.spelling import is_convolution, is_transposed

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


def pads_channels(node: Node) -> bool:
    """Whether it lays zeros beside the channels, and nothing else."""
    op = node.op
    return (
        isinstance(op, Pad) and op.mode == "constant" and min(op.pad) >= 0 and any(op.pad[-2:]) and not any(op.pad[:-2])
    )


def groups_of(node: Node) -> int:
    groups = node.op.attributes().get("groups", 1)
    assert isinstance(groups, int)
    return groups


def is_depthwise(node: Node) -> bool:
    """Whether each channel has a filter of its own and gives one channel."""
    return 1 < groups_of(node) == node.op.attributes()["in_channels"] == node.shape[0]


def outputs_of(node: Node, order: Order | None) -> Order:
    """Which of the partner's output channels each of the node's is: groups that are read in another order move."""
    channels, groups = node.shape[0], groups_of(node)
    if order is None or groups == 1 or len(order) != node.op.attributes()["in_channels"]:
        return np.arange(channels)
    outputs, _ = _grouped(order, groups, channels)
    return np.arange(channels) if outputs is None else outputs


def axes_of_input(partner: Node, role: str, order: Order) -> list[tuple[int, Order]]:
    """Axes of one of the partner's tensors along which `order`, that of the channels read, shows."""
    tensor = partner.tensors[role]
    if isinstance(partner.op, Linear):
        fits = role == "weight" and len(order) == partner.op.in_features
        return [(0 if tensor.role.endswith(".T") else 1, order)] if fits else []
    if is_convolution(partner.op):
        return _axes_of_convolution(partner, role, order)
    axis = len(tensor.shape) - len(partner.shape) if not isinstance(partner.op, BatchNorm) else 0
    return [(axis, order)] if axis >= 0 and tensor.shape[axis : axis + 1] == (len(order),) else []


def _axes_of_convolution(partner: Node, role: str, order: Order) -> list[tuple[int, Order]]:
    groups, channels = groups_of(partner), partner.shape[0]
    if len(order) != partner.op.attributes()["in_channels"]:
        return []
    if groups == 1:
        return [(0 if is_transposed(partner.op) else 1, order)] if role == "weight" else []
    outputs, within = _grouped(order, groups, channels)
    if outputs is None:
        return []
    if role != "weight":
        return [(0, outputs)]
    if not is_transposed(partner.op):
        return [(0, outputs), (1, within)]
    return [(0, order)]  # its weight holds the channels read, not those of a group, along its first axis


def _grouped(order: Order, groups: int, channels: int) -> tuple[Order | None, Order]:
    """Order of the output channels, and of the inputs within a group, where `order` moves whole groups alike."""
    size = len(order) // groups
    blocks = order.reshape(groups, size)
    group = blocks[:, 0] // size
    within = blocks - group[:, None] * size
    if (within != within[0]).any() or within.min() < 0 or within.max() >= size:
        return None, order
    width = channels // groups
    outputs = group[:, None] * width + np.arange(width)
    return outputs.reshape(-1), within[0]


def axes_of_output(partner: Node, role: str, order: Order) -> list[tuple[int, Order]]:
    """Axes of a tensor of an ungrouped layer along which `order`, that of its output channels, shows."""
    held_turned = is_transposed(partner.op) or partner.tensors[role].role.endswith(".T")
    return [(1 if role == "weight" and held_turned else 0, order)] if role in ("weight", "bias") else []
