"""A recorded network goes in; the graph of what can change its numbers comes out, in one of its many spellings."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cnnquiz.cnn import Call, Network, Op, Parameter, Shape
from cnnquiz.cnn.elementwise import Activation, Dropout
from cnnquiz.cnn.linear import Linear
from cnnquiz.cnn.structure import Add, Concatenate, Flatten, Mean, Multiply, Other
from cnnquiz.grading.matching.spelling import (
    GLOBAL_AVERAGE,
    changes_nothing,
    is_convolution,
    is_split,
    pick_at,
    picks_one,
    split_at,
    usual_op,
)

COMMUTATIVE = (Add, Multiply)

# Nested concatenations are joined into one; a recording could nest them until one has more inputs than memory holds.
_MOST_JOINED = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One operation in its usual spelling.

    `inputs` are positions: 0 is the network's input and n + 1 the output of node n; those of a sum or product are
    sorted. `shape` is that of the output, batch left out. `tensors` are parameters and buffers by role: `weight` is
    the weight however it is held, and a bias that is added by a call of its own is still `bias`. `call` is the position
    of the recorded call that it stands for.
    """

    op: Op
    inputs: tuple[int, ...]
    shape: Shape
    call: int
    tensors: Mapping[str, Parameter] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CanonicalNetwork:
    """The nodes that the output depends on, in the order of the forward pass."""

    input_shape: Shape
    nodes: tuple[Node, ...]
    output: int

    def shape(self, position: int) -> Shape:
        return self.nodes[position - 1].shape if position else self.input_shape


def canonical(network: Network, *, whole: bool = False) -> CanonicalNetwork:
    """Drop what changes no number in eval mode or does not reach the output, and give one name to what is the same.

    A `whole` graph keeps what people would miss: dropout, and pooling that pools nothing. Raises NetworkError where a
    recording claims sizes that no tensor has.
    """
    builder = _Builder(network, whole=whole)
    for position, call in enumerate(network.calls):
        builder.read(position, call)
    return pruned(network.input_shape, builder.nodes, builder.where[network.output])


class _Builder:
    def __init__(self, network: Network, *, whole: bool) -> None:
        self._whole = whole
        self._call = 0  # the position of the one that is being read
        self.nodes: list[Node] = []
        self.where = [0]  # the canonical position of each of the network's values
        self._shapes = [network.input_shape]
        self._uses = _uses(network)
        self._known: dict[tuple[Op, tuple[int, ...]], int] = {}
        self._split_so_far: dict[tuple[str, int], int] = {}
        self._joined = 0

    def read(self, position: int, call: Call) -> None:
        self._call = position
        inputs = tuple(self.where[value] for value in call.inputs)
        if is_split(call):
            self.where.append(self._split(call, inputs[0]))
        elif picks_one(call) and not self._whole:
            self.where.append(self._picked(call, inputs[0]))
        elif self._is_idle(call) or self._repeats_relu(call.op, inputs):
            self.where.append(inputs[0])
        elif self._is_late_bias(call, inputs):
            self.where.append(self._with_bias(inputs[0], call))
        else:
            self.where.append(self._append(usual_op(call), inputs, call))

    def _is_idle(self, call: Call) -> bool:
        kept = (isinstance(call.op, Dropout) and call.op.p > 0) or "_pool" in call.op.name
        return not (self._whole and kept) and changes_nothing(call)

    def _append(self, op: Op, inputs: tuple[int, ...], call: Call) -> int:
        tensors = _by_role((*call.parameters, *call.buffers))
        if isinstance(op, Linear) and is_convolution(call.op):
            inputs = (self._flattened(inputs[0]),)
        if isinstance(op, (Add, Concatenate)) and not tensors:
            inputs = self._joined_inputs(op, inputs, call)
        if op == GLOBAL_AVERAGE and self._is_mean_of_rows(inputs[0]):
            inputs = self.nodes[inputs[0] - 1].inputs
        if not tensors and self._reads_flat(op, inputs):
            return self._flattened_later(op, inputs)
        if isinstance(op, COMMUTATIVE):
            inputs = tuple(sorted(inputs))
        return self._node(op, inputs, call.output_shape, tensors)

    def _node(self, op: Op, inputs: tuple[int, ...], shape: Shape, tensors: Mapping[str, Parameter]) -> int:
        """The position of a new node, or of one that computes the same already."""
        pure = not tensors and not isinstance(op, (Other, Dropout))
        if pure and (op, inputs) in self._known:
            return self._known[op, inputs]
        self.nodes.append(Node(op=op, inputs=inputs, shape=shape, call=self._call, tensors=tensors))
        if pure:
            self._known[op, inputs] = len(self.nodes)
        self._shapes.append(shape)
        return len(self.nodes)

    def _split(self, call: Call, source: int) -> int:
        """A piece of `chunk` or `split`: pieces are calls of their own, in order, until the axis is used up."""
        key = (call.op.title, call.inputs[0])
        piece = split_at(call, self._split_so_far.get(key, 0))
        if piece is None:
            return self._node(call.op, (source,), call.output_shape, {})
        op, self._split_so_far[key] = piece
        return self._node(op, (source,), call.output_shape, {})

    def _picked(self, call: Call, source: int) -> int:
        """One position of an axis: those of a value are taken in order."""
        key = (call.op.title, call.inputs[0])
        number = self._split_so_far.get(key, 0)
        self._split_so_far[key] = number + 1
        return self._node(pick_at(call, number) or call.op, (source,), call.output_shape, {})

    def _flattened(self, source: int) -> int:
        """What a convolution of the full size, which is a linear layer, reads."""
        shape = self._shapes[source]
        return source if shape.elements == shape[0] else self._node(Flatten(), (source,), Shape(shape.elements), {})

    def _joined_inputs(self, op: Op, inputs: tuple[int, ...], call: Call) -> tuple[int, ...]:
        """Inputs with nested concatenations laid side by side; sums only where nothing else reads the inner one."""
        joined: list[int] = []
        for value, source in zip(call.inputs, inputs, strict=True):
            node = self.nodes[source - 1] if source else None
            inner = node is not None and node.op == op and not node.tensors
            if node is not None and inner and (isinstance(op, Concatenate) or self._uses[value] == 1):
                joined += node.inputs
            else:
                joined.append(source)
        self._joined += len(joined)
        return tuple(joined) if len(joined) <= _MOST_JOINED and self._joined <= 100 * _MOST_JOINED else inputs

    def _repeats_relu(self, op: Op, inputs: Sequence[int]) -> bool:
        relu = Activation(function="relu")
        return op == relu and inputs[0] > 0 and self.nodes[inputs[0] - 1].op == relu

    def _is_mean_of_rows(self, source: int) -> bool:
        """`x.mean(3).mean(2)` is the mean over both axes."""
        inner = self.nodes[source - 1].op if source else None
        return isinstance(inner, Mean) and inner.dim > 1

    def _reads_flat(self, op: Op, inputs: Sequence[int]) -> bool:
        """Whether an operation that could as well come before the flatten reads maps of one size, each flattened."""
        single = isinstance(op, Activation) and op.function not in ("softmax", "log_softmax")
        if not (single or op == Concatenate()) or any(not i or self.nodes[i - 1].op != Flatten() for i in inputs):
            return False
        return len({self._shapes[self.nodes[i - 1].inputs[0]].spatial for i in inputs}) == 1

    def _flattened_later(self, op: Op, inputs: Sequence[int]) -> int:
        maps = tuple(self.nodes[i - 1].inputs[0] for i in inputs)
        shape = Shape(sum(self._shapes[i][0] for i in maps), *self._shapes[maps[0]].spatial)
        return self._flattened(self._node(op, maps, shape, {}))

    def _is_late_bias(self, call: Call, inputs: Sequence[int]) -> bool:
        """`x @ weight + bias`, in two calls."""
        if not isinstance(call.op, Add) or len(inputs) != 1 or len(call.parameters) != 1 or not inputs[0]:
            return False
        layer = self.nodes[inputs[0] - 1]
        attributes = layer.op.attributes()
        channels = attributes.get("out_features", attributes.get("out_channels"))
        alone = self._uses[call.inputs[0]] == 1 and "bias" not in layer.tensors
        return alone and call.parameters[0].elements == channels

    def _with_bias(self, source: int, call: Call) -> int:
        layer = self.nodes[source - 1]
        tensors = {**layer.tensors, "bias": call.parameters[0]}
        self.nodes[source - 1] = replace(layer, tensors=tensors)
        return source


def _uses(network: Network) -> Counter[int]:
    """How often each value is read on a way to the output."""
    live = {network.output}
    uses: Counter[int] = Counter((network.output,))
    for position in range(len(network.calls), 0, -1):
        if position in live:
            inputs = network.calls[position - 1].inputs
            live.update(inputs)
            uses.update(inputs)
    return uses


def _by_role(tensors: Iterable[Parameter]) -> dict[str, Parameter]:
    """Tensors by role, whichever way a matrix is held; several in one role are numbered."""
    found: dict[str, Parameter] = {}
    for tensor in tensors:
        role = tensor.role.removesuffix(".T")
        found[role if role not in found else f"{role}{len(found)}"] = tensor
    return found


def pruned(input_shape: Shape, nodes: Sequence[Node], output: int) -> CanonicalNetwork:
    """Only what the output depends on, numbered anew."""
    live = {output}
    for position in range(len(nodes), 0, -1):
        if position in live:
            live.update(nodes[position - 1].inputs)
    kept = sorted(live - {0})
    new = {0: 0} | {old: position for position, old in enumerate(kept, start=1)}
    renumbered = tuple(
        replace(node, inputs=tuple(new[i] for i in node.inputs)) for node in (nodes[old - 1] for old in kept)
    )
    return CanonicalNetwork(input_shape=input_shape, nodes=renumbered, output=new[output])
