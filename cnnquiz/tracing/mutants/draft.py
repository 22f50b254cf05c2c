"""A network goes in, is edited as nodes that know their inputs, and comes out as a network with its shapes inferred."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Self

from cnnquiz.cnn import Call, Network, Op, Parameter, Shape
from cnnquiz.cnn.convolution import Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from cnnquiz.cnn.linear import Linear
from cnnquiz.cnn.normalization import BatchNorm
from cnnquiz.cnn.structure import Other
from cnnquiz.errors import NetworkError

_CONVOLUTIONS = (Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d)

# Operations whose tensors follow from no attribute of theirs: an addition's operand may be a parameter.
_TAKE_ANY_TENSOR = ("add", "mul", "prelu")


class Node:
    """A call whose inputs are nodes; the network's input is the node without a call."""

    def __init__(self, call: Call | None, inputs: "list[Node]") -> None:
        self.call = call
        self.inputs = inputs

    @property
    def op(self) -> Op | None:
        return None if self.call is None else self.call.op

    def change(self, op: Op) -> None:
        """Another operation in the place of this one; its tensors follow its shapes."""
        assert self.call is not None
        self.call = replace(self.call, op=op)

    def use_tensors(self, roles: Mapping[str, str]) -> None:
        """Use the tensors of some roles in another way, which the new role says."""
        assert self.call is not None
        parameters = tuple(replace(p, role=roles.get(p.role, p.role)) for p in self.call.parameters)
        self.call = replace(self.call, parameters=parameters)


class Draft:
    """An editable copy of a network. `nodes` are in the order of execution, the input first."""

    def __init__(self, network: Network) -> None:
        self._origin = network
        self._calls = {id(call) for call in network.calls}
        self.nodes = [Node(None, [])]
        for call in network.calls:
            self.nodes.append(Node(call, [self.nodes[position] for position in call.inputs]))
        self.output = self.nodes[network.output]
        self._idle = {id(node) for node in self.nodes} - self._reachable()

    def at(self, place: int) -> Node:
        """The node of the network's call at that position."""
        return self.nodes[place + 1]

    def readers(self, node: Node) -> list[Node]:
        return [reader for reader in self.nodes if any(source is node for source in reader.inputs)]

    def redirect(self, old: Node, new: Node, *, but: Collection[Node] = ()) -> None:
        """Whatever reads `old` reads `new`."""
        for reader in self.nodes:
            if reader is not new and reader not in but:
                reader.inputs = [new if source is old else source for source in reader.inputs]
        if self.output is old:
            self.output = new

    def bypass(self, node: Node, kept: int = 0) -> Self:
        """What read the node reads one of its inputs instead."""
        self.redirect(node, node.inputs[kept])
        return self

    def insert(self, op: Op, after: Node) -> Node:
        """A new call between a node and all that read it."""
        new = self._new(op, [after], self.nodes.index(after) + 1)
        self.redirect(after, new)
        return new

    def insert_between(self, op: Op, source: Node, reader: Node, position: int = 0) -> Node:
        """A new call on one input of one reader."""
        new = self._new(op, [source], self.nodes.index(reader))
        reader.inputs = [new if k == position else old for k, old in enumerate(reader.inputs)]
        return new

    def _new(self, op: Op, inputs: list[Node], index: int) -> Node:
        shapes = (Shape(1),) * len(inputs)
        node = Node(Call(op=op, name=op.title, inputs=(0,), input_shapes=shapes, output_shape=Shape(1)), inputs)
        self.nodes.insert(index, node)
        return node

    def swap(self, first: Node, second: Node) -> Self:
        """Exchange a node with its only reader."""
        (source,) = first.inputs
        self.redirect(second, first, but=(second,))
        second.inputs = [source]
        first.inputs = [second]
        here, there = self.nodes.index(first), self.nodes.index(second)
        self.nodes[here], self.nodes[there] = second, first
        return self

    def network(self) -> Network:
        """The edited network; what the edit left without a reader is gone. NetworkError where shapes do not fit."""
        wanted = self._reachable() | self._idle
        positions: dict[int, int] = {id(self.nodes[0]): 0}
        calls: list[Call] = []
        shapes = [self._origin.input_shape]

        def emit(node: Node) -> None:
            for source in node.inputs:
                if id(source) not in positions:
                    emit(source)
            assert node.call is not None
            inputs = tuple(positions[id(source)] for source in node.inputs)
            call = node.call
            input_shapes = tuple(shapes[position] for position in inputs)
            if id(call) not in self._calls or input_shapes != call.input_shapes:
                call = _fitted(call, inputs, input_shapes)
            elif inputs != call.inputs:
                call = replace(call, inputs=inputs)
            calls.append(call)
            shapes.append(call.output_shape)
            positions[id(node)] = len(calls)

        for node in self.nodes[1:]:
            if id(node) in wanted and id(node) not in positions:
                emit(node)
        return replace(self._origin, calls=tuple(calls), output=positions[id(self.output)])

    def _reachable(self) -> set[int]:
        found: set[int] = set()
        left = [self.output]
        while left:
            node = left.pop()
            if id(node) not in found:
                found.add(id(node))
                left += node.inputs
        return found


def ancestors(node: Node) -> set[int]:
    """A node and all that it depends on, by id()."""
    found, left = set(), [node]
    while left:
        node = left.pop()
        if id(node) not in found:
            found.add(id(node))
            left += node.inputs
    return found


def _fitted(call: Call, inputs: tuple[int, ...], shapes: tuple[Shape, ...]) -> Call:
    """The call on inputs of these shapes: a layer with weights takes as many channels as arrive."""
    op = call.op
    if isinstance(op, Other) and shapes != call.input_shapes:
        raise NetworkError(f"{call.name}: no rule for the output shape of {op.title}")
    if isinstance(op, Linear) and shapes[0]:
        op = replace(op, in_features=shapes[0][-1])
    elif isinstance(op, _CONVOLUTIONS) and shapes[0]:
        op = replace(op, in_channels=shapes[0].channels)
    elif isinstance(op, BatchNorm) and shapes[0]:
        op = replace(op, num_features=shapes[0].channels)
    return Call(
        op=op,
        name=call.name,
        inputs=inputs,
        input_shapes=shapes,
        output_shape=op.output_shape(*shapes),
        parameters=_tensors(call, call.parameters, op.parameter_shapes()),
        buffers=_tensors(call, call.buffers, op.buffer_shapes()),
        line=call.line,
    )


def _tensors(call: Call, own: tuple[Parameter, ...], shapes: Mapping[str, tuple[int, ...]]) -> tuple[Parameter, ...]:
    """The tensors of a call in the shapes of its operation: those it owns by their names, others by new ones."""
    if call.op.title in _TAKE_ANY_TENSOR or isinstance(call.op, Other):
        return own
    named = {tensor.role.partition(".")[0]: tensor for tensor in own}
    found = []
    for role, shape in shapes.items():
        tensor = named.get(role) or Parameter(name=f"{call.name}.{role}", role=role, shape=shape)
        found.append(replace(tensor, shape=shape[::-1] if tensor.role.endswith(".T") else shape))
    return tuple(found)
