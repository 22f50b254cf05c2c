"""A network goes in; the rows of its drawing come out: layers, or whole blocks, with repeats folded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from cnnquiz.cnn import Call, Network, Shape

# More boxes than this do not fit on a slide: blocks are drawn instead of their layers.
_MOST_LAYERS = 26

# What people write behind the layer that it follows.
_TRAILING = frozenset({"activation", "dropout", "batch_norm", "local_response_norm"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One box: what it is, its details, the shape that leaves it, and what it holds."""

    title: str
    detail: str
    kind: str
    output_shape: Shape
    parameters: int
    macs: int


def rows(network: Network) -> tuple[Row, ...]:
    """Boxes from input to output. Neighbouring blocks that are built alike are one box: "Bottleneck × 3"."""
    layers = [call for call in network.calls if call.is_layer]
    main = sum(call.op.name not in _TRAILING for call in layers)
    if main <= _MOST_LAYERS or not network.blocks:
        return tuple(_layer_rows(layers))
    found: list[Row] = []
    for block, calls in groupby(network.calls, key=lambda call: _block_of(call, network.blocks)):
        members = list(calls)
        found += (
            [_block_row(block, network.blocks, members)] if block else _layer_rows([c for c in members if c.is_layer])
        )
    return tuple(_folded(found))


def _layer_rows(layers: Sequence[Call]) -> list[Row]:
    found: list[Row] = []
    for call in layers:
        if call.op.name in _TRAILING and found:
            last = found[-1]
            detail = " · ".join(filter(None, (last.detail, _trailing(call))))
            parameters = last.parameters + call.parameter_count
            found[-1] = Row(
                title=last.title,
                detail=detail,
                kind=last.kind,
                output_shape=call.output_shape,
                parameters=parameters,
                macs=last.macs,
            )
        else:
            found.append(_layer_row(call))
    return found


def _layer_row(call: Call) -> Row:
    return Row(
        title=call.name,
        detail=_detail(call),
        kind=_kind(call),
        output_shape=call.output_shape,
        parameters=call.parameter_count,
        macs=call.macs,
    )


def _block_row(block: str, blocks: Mapping[str, str], calls: Sequence[Call]) -> Row:
    return Row(
        title=blocks[block],
        detail=_contents(block, blocks),
        kind="block",
        output_shape=calls[-1].output_shape,
        parameters=sum({p.name: p.elements for call in calls for p in call.parameters}.values()),
        macs=sum(call.macs for call in calls),
    )


def _contents(block: str, blocks: Mapping[str, str]) -> str:
    """The blocks that a block is made of, where they are of one class: "DenseLayer × 6"."""
    inside = [name for name in blocks if name.startswith(f"{block}.")]
    outermost = [name for name in inside if not any(name.startswith(f"{other}.") for other in inside)]
    classes = {blocks[name] for name in outermost}
    return f"{classes.pop()} × {len(outermost)}" if len(classes) == 1 and len(outermost) > 1 else ""


def _folded(found: Sequence[Row]) -> list[Row]:
    """Blocks of one class, made of the same, that follow each other at one size, as one row."""
    folded = []
    for _, group in groupby(found, key=lambda row: (row.kind, row.title, row.detail, row.output_shape.spatial)):
        members = list(group)
        if members[0].kind != "block" or len(members) == 1:
            folded += members
            continue
        folded.append(
            Row(
                title=f"{members[0].title} × {len(members)}",
                detail=members[0].detail,
                kind="block",
                output_shape=members[-1].output_shape,
                parameters=sum(row.parameters for row in members),
                macs=sum(row.macs for row in members),
            )
        )
    return folded


def _block_of(call: Call, blocks: Mapping[str, str]) -> str:
    """The outermost block that a call is in, or nothing."""
    parts = call.name.split(".")
    return next((name for i in range(1, len(parts) + 1) if (name := ".".join(parts[:i])) in blocks), "")


def _kind(call: Call) -> str:
    title = call.op.title
    if title.startswith("conv"):
        return "convolution"
    return "pooling" if "pool" in title else "linear" if title == "linear" else "other"


def _detail(call: Call) -> str:
    """A layer in the shorthand of papers: `5×5, 256, stride 2, groups 2`."""
    attributes = call.op.attributes()
    if call.op.title == "linear":
        return f"{call.output_shape[-1]:,}"
    parts = []
    if "kernel_size" in attributes:
        parts.append(_window(attributes["kernel_size"]))
    if "out_channels" in attributes:
        parts.append(str(attributes["out_channels"]))
    if attributes.get("stride") and _window(attributes["stride"]) != "1×1":
        parts.append(f"/{_short(attributes['stride'])}")
    if isinstance(groups := attributes.get("groups", 1), int) and groups > 1:
        parts.append(f"groups {groups}")
    return ", ".join(parts) if parts else ("" if call.op.title in call.name else call.op.title)


def _window(size: object) -> str:
    return "×".join(map(str, size)) if isinstance(size, tuple) else str(size)


def _short(size: object) -> str:
    return str(size[0]) if isinstance(size, tuple) and len(set(size)) == 1 else _window(size)


def _trailing(call: Call) -> str:
    names = {"batch_norm": "BN", "local_response_norm": "LRN", "dropout": "dropout", "relu": "ReLU", "relu6": "ReLU6"}
    return names.get(call.op.title, call.op.title)
