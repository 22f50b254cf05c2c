"""Bugs of layers that slide a window: convolutions and pooling."""

from collections.abc import Iterator
from dataclasses import replace
from math import gcd
from typing import Any

from cnnquiz.cnn import OPS, Network, Op
from cnnquiz.cnn.indexing import Pad
from cnnquiz.cnn.pooling import AvgPool1d, AvgPool2d, AvgPool3d, MaxPool1d, MaxPool2d, MaxPool3d
from cnnquiz.tracing.mutants.draft import Draft
from cnnquiz.tracing.mutants.layers import exchanged
from cnnquiz.tracing.mutants.mutation import Attempt, Change

_FORWARD = ("conv1d", "conv2d", "conv3d")
_MAX, _AVERAGE = (MaxPool1d, MaxPool2d, MaxPool3d), (AvgPool1d, AvgPool2d, AvgPool3d)

# What stands between two convolutions of one branch.
_BETWEEN = ("activation", "batch_norm", "dropout", "local_response_norm")


def convolution_bugs(network: Network, place: int) -> Iterator[Attempt]:
    op: Any = network.calls[place].op
    if op.name not in _FORWARD:
        return
    if not isinstance(op.padding, str) and op.padding != (0,) * op.axes:
        yield exchanged(network, place, replace(op, padding=0))
    elif op.padding == "same":
        yield exchanged(network, place, replace(op, padding="valid"))
    yield from _paddings(network, place)
    yield from _strided(network, place)
    yield from _dilated(network, place)
    for groups in dict.fromkeys((1, 2, gcd(op.in_channels, op.out_channels))):
        if groups != op.groups and op.in_channels % groups == 0 and op.out_channels % groups == 0:
            yield exchanged(network, place, replace(op, groups=groups))
    yield exchanged(network, place, replace(op, bias=not op.bias))
    yield from _turned_kernels(network, place)
    yield from _stride_moved(network, place)
    yield from _kernels(network, place)


def _paddings(network: Network, place: int) -> Iterator[Attempt]:
    op: Any = network.calls[place].op
    if isinstance(op.padding, str):
        return
    for step in (-1, 1):
        padding = tuple(max(p + step, 0) for p in op.padding)
        if padding not in (op.padding, (0,) * op.axes):
            yield exchanged(network, place, replace(op, padding=padding))
    if any(op.padding):
        yield _padded(network, place, "reflect")
        yield _padded(network, place, "replicate")


def _padded(network: Network, place: int, mode: str) -> Attempt:
    """Border pixels instead of zeros around the input."""
    op: Any = network.calls[place].op

    def edit() -> Network:
        draft = Draft(network)
        node = draft.at(place)
        pairs = tuple(p for padding in reversed(op.padding) for p in (padding, padding))
        draft.insert_between(Pad(pad=(*pairs, 0, 0), mode=mode), node.inputs[0], node)
        node.change(replace(op, padding=0))
        return draft.network()

    change = Change(
        bug=f"{mode} padding", kind="attribute", place=place, attribute="padding_mode", actual=mode, expected="zeros"
    )
    return change, edit


def _strided(network: Network, place: int) -> Iterator[Attempt]:
    """Neighbouring strides, where there is more than one position."""
    call: Any = network.calls[place]
    for step in (-1, 1):
        stride = tuple(s + step for s in call.op.stride)
        if min(stride) >= 1 and max(call.output_shape.spatial) > 1:
            yield exchanged(network, place, replace(call.op, stride=stride))


def _dilated(network: Network, place: int) -> Iterator[Attempt]:
    """Twice the distance between the pixels of a kernel, or none, with the padding that keeps the size and without."""
    op: Any = network.calls[place].op
    if set(op.kernel_size) == {1}:
        return
    dilation = (2,) * op.axes if set(op.dilation) == {1} else (1,) * op.axes
    if not isinstance(op.padding, str):
        spans = zip(op.padding, op.kernel_size, op.dilation, dilation, strict=True)
        padding = tuple(max(p + (new - old) * (k - 1) // 2, 0) for p, k, old, new in spans)
        yield exchanged(network, place, replace(op, dilation=dilation, padding=padding), named="dilation")
    yield exchanged(network, place, replace(op, dilation=dilation), named="dilation")


def _kernels(network: Network, place: int) -> Iterator[Attempt]:
    """A kernel one size up or down, or lying instead of standing, with the padding that goes with it."""
    op: Any = network.calls[place].op
    if isinstance(op.padding, str):
        return
    for step in (-2, 2):
        kernel_size = tuple(k + step for k in op.kernel_size)
        padding = tuple(max(p + step // 2, 0) for p in op.padding)
        if min(kernel_size) >= 1:
            changed = replace(op, kernel_size=kernel_size, padding=padding)
            yield exchanged(network, place, changed, named="kernel_size")
            if padding != op.padding:
                yield exchanged(network, place, replace(op, kernel_size=kernel_size), named="kernel_size")
    if len(set(op.kernel_size)) > 1:
        changed = replace(op, kernel_size=op.kernel_size[::-1], padding=op.padding[::-1])
        yield exchanged(network, place, changed, named="kernel_size")


def _turned_kernels(network: Network, place: int) -> Iterator[Attempt]:
    """A true convolution, which flips its kernel, and height taken for width."""
    op: Any = network.calls[place].op
    roles = {"flip": "flipped", "mT": "transposed"}
    if set(op.kernel_size) == {1} or "weight" not in {p.role for p in network.calls[place].parameters}:
        return
    for turn, name in roles.items():
        if turn == "mT" and op.axes != 2:
            continue

        def edit(turn: str = turn) -> Network:
            draft = Draft(network)
            draft.at(place).use_tensors({"weight": f"weight.{turn}"})
            return draft.network()

        yield Change(bug=f"{name} kernel", kind=name, place=place, layer=op.title), edit


def _stride_moved(network: Network, place: int) -> Iterator[Attempt]:
    """The stride of a convolution in the next one, or the one before, of the same branch."""
    call: Any = network.calls[place]
    if set(call.op.stride) == {1}:
        return
    for neighbour in (_next(network, place), _previous(network, place)):
        if neighbour is None:
            continue
        other: Any = network.calls[neighbour]
        if set(other.op.stride) != {1} or other.op.axes != call.op.axes or isinstance(other.op.padding, str):
            continue

        def edit(neighbour: int = neighbour, other: Any = other) -> Network:
            draft = Draft(network)
            draft.at(place).change(replace(call.op, stride=1))
            draft.at(neighbour).change(replace(other.op, stride=call.op.stride))
            return draft.network()

        yield (
            Change(bug="stride moved", kind="stride_moved", place=place, layer=call.op.title, neighbour=neighbour),
            edit,
        )


def _next(network: Network, place: int) -> int | None:
    """The convolution that takes what this one gives, if nothing else does."""
    while True:
        readers = [k for k, call in enumerate(network.calls) if place + 1 in call.inputs]
        if len(readers) != 1 or network.output == place + 1:
            return None
        place = readers[0]
        if network.calls[place].op.name in _FORWARD:
            return place
        if network.calls[place].op.name not in _BETWEEN:
            return None


def _previous(network: Network, place: int) -> int | None:
    """The convolution from whose output this one is the first to be computed."""
    while network.calls[place].inputs[0]:
        place = network.calls[place].inputs[0] - 1
        if network.calls[place].op.name in _FORWARD:
            return place
        if network.calls[place].op.name not in _BETWEEN:
            return None
    return None


def pooling_bugs(network: Network, place: int) -> Iterator[Attempt]:
    call = network.calls[place]
    op: Any = call.op
    if op.name.startswith("adaptive"):
        kind = ("avg", "max") if "avg" in op.name else ("max", "avg")
        build: Any = OPS[op.name.replace(*kind)]
        yield exchanged(network, place, build(output_size=op.output_size))
    if op.name.startswith(("max_pool", "avg_pool")):
        yield from _window_bugs(network, place)


def _window_bugs(network: Network, place: int) -> Iterator[Attempt]:
    call = network.calls[place]
    op: Any = call.op
    yield exchanged(network, place, _other_kind(op))
    rounded = replace(op, ceil_mode=not op.ceil_mode)
    partial = rounded.output_shape(*call.input_shapes) != call.output_shape
    if partial:
        yield exchanged(network, place, rounded)
    for step in (-1, 1):
        kernel_size = tuple(k + step for k in op.kernel_size)
        if min(kernel_size) >= 1 and all(2 * p <= k for p, k in zip(op.padding, kernel_size, strict=True)):
            if op.stride == op.kernel_size:  # which is what torch takes where none is named
                both = replace(op, kernel_size=kernel_size, stride=kernel_size)
                yield exchanged(network, place, both, named="kernel_size")
            yield exchanged(network, place, replace(op, kernel_size=kernel_size))
    if op.stride != op.kernel_size:
        yield exchanged(network, place, replace(op, stride=op.kernel_size))
    yield from _strided(network, place)
    for step in (-1, 1):
        padding = tuple(p + step for p in op.padding)
        if min(padding) >= 0 and all(2 * p <= k for p, k in zip(padding, op.kernel_size, strict=True)):
            yield exchanged(network, place, replace(op, padding=padding))
    if op.name.startswith("avg_pool") and any(op.padding):
        yield exchanged(network, place, replace(op, count_include_pad=not op.count_include_pad))


def _other_kind(op: Any) -> Op:
    """Maximum for average and the reverse, with the same windows."""
    sizes = {name: getattr(op, name) for name in ("kernel_size", "stride", "padding", "ceil_mode")}
    kinds = (_MAX, _AVERAGE) if isinstance(op, _AVERAGE) else (_AVERAGE, _MAX)
    build: Any = kinds[0][op.axes - 1]
    return build(**sizes)  # type: ignore[no-any-return]  # one of the six classes
