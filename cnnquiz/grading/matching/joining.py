"""A canonical network goes in; the same network with layers that lie side by side joined into one comes out.

A grouped convolution may be written as a loop over its groups, a block as towers that are concatenated or added at
their ends (Xie et al. 2016, figure 3). Only layers that the solution has are made.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise

from cnnquiz.cnn import Op, Parameter, Shape
from cnnquiz.cnn.indexing import Slice
from cnnquiz.cnn.linear import Linear
from cnnquiz.cnn.normalization import BatchNorm
from cnnquiz.cnn.structure import Add, Concatenate
from cnnquiz.grading.matching.canonical import CanonicalNetwork, Node, pruned
from cnnquiz.grading.matching.channel_order import keeps_channels
from cnnquiz.grading.matching.spelling import is_convolution, is_transposed
from cnnquiz.sandbox.tensors import Array

# Towers of the curriculum have some ten layers; a recording could claim more than can be followed.
_MOST_STEPS = 100

_CHANNELS = ("num_features", "in_channels", "out_channels", "groups", "in_features", "out_features")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Positions `start` to `stop` along one axis of a tensor of that shape, and the tensor that holds them."""

    tensor: Parameter
    shape: tuple[int, ...]
    axis: int
    start: int
    stop: int

    def taken(self, array: Array) -> Array:
        places = (slice(None),) * self.axis + (slice(self.start, self.stop),)
        return array.reshape(self.shape)[places]


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedNetwork:
    """`parts` of each tensor that was joined, by the name that it was given."""

    network: CanonicalNetwork
    parts: Mapping[str, tuple[Part, ...]] = field(default_factory=dict)


def joined(network: CanonicalNetwork, wanted: Collection[Op]) -> JoinedNetwork:
    """Layers whose outputs are concatenated, or that are added up, as one of the `wanted` layers where they make it."""
    joiner = _Joiner(network, wanted)
    for node in network.nodes:
        inputs = tuple(joiner.where[source] for source in node.inputs)
        if node.op == Concatenate():
            joiner.where.append(joiner.beside(inputs))
        elif isinstance(node.op, Add) and not node.tensors:
            joiner.where.append(joiner.added(node, inputs))
        else:
            joiner.where.append(joiner.append(replace(node, inputs=inputs)))
    joined_network = pruned(network.input_shape, joiner.nodes, joiner.where[network.output])
    used = {tensor.name for node in joined_network.nodes for tensor in node.tensors.values()}
    return JoinedNetwork(
        network=joined_network, parts={name: parts for name, parts in joiner.parts.items() if name in used}
    )


class _Joiner:
    def __init__(self, network: CanonicalNetwork, wanted: Collection[Op]) -> None:
        self._input_shape = network.input_shape
        self._wanted = wanted
        self.nodes: list[Node] = []
        self.where = [0]  # the new position of each of the network's values
        self.parts: dict[str, tuple[Part, ...]] = {}
        self._steps = 0  # so deep in towers

    def append(self, node: Node) -> int:
        self.nodes.append(node)
        return len(self.nodes)

    def beside(self, sources: Sequence[int]) -> int:
        """The position of the values of `sources`, concatenated; what made them is joined where it can be."""
        towers = [self.nodes[source - 1] for source in sources if source]
        alike = len(towers) == len(sources) > 1 and len({_kind(tower) for tower in towers}) == 1
        if alike and self._steps < _MOST_STEPS:
            self._steps += 1
            found = self._joined_slices(towers)
            found = self._joined_towers(towers) if found is None else found
            self._steps -= 1
            if found is not None:
                return found
        shapes = [self.nodes[source - 1].shape if source else self._input_shape for source in sources]
        shape = Shape(sum(each[0] for each in shapes), *shapes[0].spatial)
        return self.append(Node(op=Concatenate(), inputs=tuple(sources), shape=shape, call=_call(towers)))

    def added(self, node: Node, sources: Sequence[int]) -> int:
        """Convolutions that are added up are one that reads what they read, concatenated."""
        layers = [source for source in sources if source and is_convolution(self.nodes[source - 1].op)]
        towers = [self.nodes[source - 1] for source in layers]
        op = _summed(towers)
        if op is None or op not in self._wanted:
            return self.append(replace(node, inputs=tuple(sorted(sources))))
        read = self.beside([tower.inputs[0] for tower in towers])
        tensors = self._joined_tensors(towers, axis=1)
        layer = self.append(replace(towers[0], op=op, inputs=(read,), tensors=tensors, call=_call(towers)))
        rest = [source for source in sources if source not in layers]
        return self.append(replace(node, inputs=tuple(sorted([*rest, layer])))) if rest else layer

    def _joined_slices(self, towers: Sequence[Node]) -> int | None:
        """What a value was cut from, where its pieces are all there and in order."""
        cuts = [(tower.op.start, tower.op.stop, tower.op.step) for tower in towers if isinstance(tower.op, Slice)]
        (source,) = towers[0].inputs if cuts else (0,)
        if not cuts or any(tower.inputs != (source,) for tower in towers):
            return None
        shape = self.nodes[source - 1].shape if source else self._input_shape
        meets = all(before[1][0] == after[0][0] for before, after in pairwise(cuts))
        whole = cuts[0][0][0] == 0 and cuts[-1][1][0] == shape[0] and all(set(step) == {1} for _, _, step in cuts)
        uncut = all(not any(start[1:]) and stop[1:] == tuple(shape[1:]) for start, stop, _ in cuts)
        return source if meets and whole and uncut else None

    def _joined_towers(self, towers: Sequence[Node]) -> int | None:
        """One layer in place of several; a function of single channels where what it reads can be joined."""
        op = _beside(towers)
        if (
            any(len(tower.inputs) != 1 for tower in towers)
            or op is None
            or (towers[0].tensors and op not in self._wanted)
        ):
            return None
        is_dense = _is_dense(op)
        read = towers[0].inputs[0] if is_dense else self.beside([tower.inputs[0] for tower in towers])
        if not towers[0].tensors and self.nodes[read - 1].op == Concatenate():
            return None
        shape = Shape(sum(tower.shape[0] for tower in towers), *towers[0].shape.spatial)
        tensors = self._joined_tensors(towers, axis=0)
        return self.append(Node(op=op, inputs=(read,), shape=shape, call=_call(towers), tensors=tensors))

    def _joined_tensors(self, towers: Sequence[Node], *, axis: int) -> dict[str, Parameter]:
        found = {}
        for role in towers[0].tensors:
            tensors = [tower.tensors[role] for tower in towers]
            ends = [0, *accumulate(tensor.shape[axis] for tensor in tensors)]
            first = tensors[0].shape
            shape = (*first[:axis], ends[-1], *first[axis + 1 :])
            name = "+".join(tensor.name for tensor in tensors)
            self.parts[name] = tuple(
                Part(tensor=tensor, shape=shape, axis=axis, start=start, stop=stop)
                for tensor, (start, stop) in zip(tensors, pairwise(ends), strict=True)
            )
            found[role] = Parameter(name=name, role=role, shape=shape)
        return found


def _kind(node: Node) -> tuple[object, ...]:
    """What nodes have in common that can be joined; how many channels each has may differ."""
    attributes = {name: value for name, value in node.op.attributes().items() if name not in _CHANNELS}
    attributes = {} if isinstance(node.op, Slice) else attributes
    tensors = tuple((role, tensor.role, tensor.shape[2:]) for role, tensor in sorted(node.tensors.items()))
    return node.op.title, tuple(attributes.items()), tensors


def _beside(towers: Sequence[Node]) -> Op | None:
    """The operation that does what several of one kind do side by side."""
    first, ops = towers[0].op, [tower.op for tower in towers]
    totals = {name: sum(_number(op, name) for op in ops) for name in first.attributes() if name in _CHANNELS}
    if isinstance(first, BatchNorm):
        return _changed(first, totals)
    if not towers[0].tensors:
        return first if keeps_channels(towers[0]) else None
    if not (isinstance(first, Linear) or is_convolution(first)) or is_transposed(first):
        return None
    if any(tensor.role.endswith(".T") for tower in towers for tensor in tower.tensors.values()):
        return None
    alike = len({tuple(tower.op.attributes().items()) for tower in towers}) == 1
    if len({tower.inputs for tower in towers}) == 1 and _groups(first) == 1:
        outputs = "out_features" if isinstance(first, Linear) else "out_channels"
        return _changed(first, {outputs: totals[outputs]})
    return _changed(first, totals) if alike and is_convolution(first) else None


def _summed(towers: Sequence[Node]) -> Op | None:
    """The convolution that computes the sum of several."""
    if len(towers) < 2 or len({(_kind(tower), tower.shape) for tower in towers}) > 1:
        return None
    if any(set(tower.tensors) != {"weight"} or _groups(tower.op) > 1 or is_transposed(tower.op) for tower in towers):
        return None
    return _changed(towers[0].op, {"in_channels": sum(_number(tower.op, "in_channels") for tower in towers)})


def _changed(op: Op, attributes: Mapping[str, int]) -> Op:
    return replace(op, **attributes)


def _is_dense(op: Op) -> bool:
    return (isinstance(op, Linear) or is_convolution(op)) and _groups(op) == 1


def _groups(op: Op) -> int:
    return _number(op, "groups") if is_convolution(op) else 1


def _number(op: Op, name: str) -> int:
    value = op.attributes()[name]
    assert isinstance(value, int)
    return value


def _call(towers: Sequence[Node]) -> int:
    return max((tower.call for tower in towers), default=0)
