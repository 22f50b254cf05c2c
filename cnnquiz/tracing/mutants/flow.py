"""Bugs where data meet: additions, gates, concatenations, and the way from maps to a row of features."""

from collections.abc import Iterator
from itertools import combinations

from cnnquiz.cnn import Network, Shape
from cnnquiz.cnn.elementwise import Activation
from cnnquiz.cnn.indexing import IndexSelect
from cnnquiz.cnn.pooling import AdaptiveAvgPool2d
from cnnquiz.cnn.structure import Add, Concatenate, Flatten, Mean, Multiply, Stack
from cnnquiz.tracing.mutants.draft import Draft, Node, ancestors
from cnnquiz.tracing.mutants.layers import added, dropped, exchanged, never_negative
from cnnquiz.tracing.mutants.mutation import Attempt, Change

# Beyond this size an order is no longer worth the memory of its positions.
_MOST_FEATURES = 1 << 17


def addition_bugs(network: Network, place: int) -> Iterator[Attempt]:
    """Of a residual addition, or a gate, of two feature maps."""
    call = network.calls[place]
    if not isinstance(call.op, (Add, Multiply)) or len(call.inputs) != 2:
        return
    yield from (dropped(network, place, kept) for kept in (0, 1))
    yield exchanged(network, place, Multiply() if isinstance(call.op, Add) else Add())
    if isinstance(call.op, Add):
        yield from _added_after_activation(network, place)
        yield from _scaled(network, place)
        yield from _without_projection(network, place)
        yield exchanged(network, place, Concatenate())


def _added_after_activation(network: Network, place: int) -> Iterator[Attempt]:
    """f(a + b) as f(a) + b, a + f(b) and f(a) + f(b)."""
    draft = Draft(network)
    readers = draft.readers(draft.at(place))
    if len(readers) != 1 or not isinstance(readers[0].op, Activation) or draft.output is draft.at(place):
        return
    op = readers[0].op
    open_ends = [k for k, source in enumerate(draft.at(place).inputs) if not never_negative(source)]
    for ends in ([end] for end in open_ends) if len(open_ends) == 1 else ([0], [1], [0, 1]):

        def edit(ends: list[int] = ends) -> Network:
            draft = Draft(network)
            node = draft.at(place)
            draft.bypass(draft.readers(node)[0])
            for end in ends:
                draft.insert_between(op, node.inputs[end], node, end)
            return draft.network()

        bug = f"{op.title} before add"
        yield Change(bug=bug, kind="moved", place=place, layer=op.title, other="add"), edit


def _scaled(network: Network, place: int) -> Iterator[Attempt]:
    """The mean for the sum, and either input added twice."""

    def averaged() -> Network:
        draft = Draft(network)
        node = draft.at(place)
        draft.insert(Mean(dim=1), node)
        node.change(Stack(dim=1))
        return draft.network()

    yield Change(bug="mean for add", kind="replaced", place=place, layer="mean", other="add"), averaged
    for position in (0, 1):

        def twice(position: int = position) -> Network:
            draft = Draft(network)
            node = draft.at(place)
            source = node.inputs[position]
            between = draft.insert_between(Add(), source, node, position)
            between.inputs = [source, source]
            return draft.network()

        yield Change(bug="added twice", kind="added_twice", place=place, layer="add"), twice


def _without_projection(network: Network, place: int) -> Iterator[Attempt]:
    """The input of the block itself where a convolution of it belongs."""
    draft = Draft(network)
    ends = draft.at(place).inputs
    reached = [ancestors(end) for end in ends]
    for position in (0, 1):
        projections = [node for node in _chain(ends[position]) if _is_convolution(node)]
        if len(projections) != 1 or id(projections[0].inputs[0]) not in reached[1 - position]:
            continue

        def edit(position: int = position) -> Network:
            draft = Draft(network)
            node = draft.at(place)
            (projection,) = (n for n in _chain(node.inputs[position]) if _is_convolution(n))
            node.inputs = [projection.inputs[0] if k == position else old for k, old in enumerate(node.inputs)]
            return draft.network()

        yield Change(bug="missing projection", kind="no_projection", place=place, layer="add"), edit


def _chain(node: Node) -> Iterator[Node]:
    """Backwards from a node, as long as each takes one input and no other addition is met."""
    while node.call is not None and len(node.inputs) == 1:
        yield node
        node = node.inputs[0]


def _is_convolution(node: Node) -> bool:
    return node.op is not None and node.op.name.startswith("conv")


def concatenation_bugs(network: Network, place: int) -> Iterator[Attempt]:
    call = network.calls[place]
    if not isinstance(call.op, Concatenate):
        return
    count = len(call.inputs)
    orders = [tuple(reversed(range(count)))]
    for first, second in combinations(range(count), 2):
        order = list(range(count))
        order[first], order[second] = second, first
        orders.append(tuple(order))
    for permuted in dict.fromkeys(orders[:12]):
        yield _ordered(network, place, permuted)
    for missing in range(count if count > 1 else 0):
        yield _without_branch(network, place, missing)
    if count == 2:
        yield exchanged(network, place, Add())


def _ordered(network: Network, place: int, order: tuple[int, ...]) -> Attempt:
    def edit() -> Network:
        draft = Draft(network)
        node = draft.at(place)
        node.inputs = [node.inputs[position] for position in order]
        return draft.network()

    shown = tuple(position + 1 for position in order)
    return Change(bug="concatenation order", kind="cat_order", place=place, layer="cat", actual=shown), edit


def _without_branch(network: Network, place: int, missing: int) -> Attempt:
    def edit() -> Network:
        draft = Draft(network)
        node = draft.at(place)
        node.inputs = [source for k, source in enumerate(node.inputs) if k != missing]
        return draft.network()

    return Change(bug="missing branch", kind="branch_missing", place=place, layer="cat", actual=missing + 1), edit


def flatten_bugs(network: Network, place: int) -> Iterator[Attempt]:
    """Another order of the features, and global pooling in the place of the flatten."""
    call = network.calls[place]
    x = call.input_shapes[0]
    if not isinstance(call.op, Flatten) or call.op.start_dim != 1 or len(x) != 3 or len(call.output_shape) != 1:
        return
    if x.elements <= _MOST_FEATURES:
        for axes, names in (((1, 2, 0), "height, width, channels"), ((0, 2, 1), "channels, width, height")):
            yield _flattened(network, place, x, axes, names)
    if x.spatial != (1, 1):
        yield added(network, call.inputs[0] - 1, AdaptiveAvgPool2d(output_size=1))


def _flattened(network: Network, place: int, x: Shape, axes: tuple[int, ...], names: str) -> Attempt:
    """After a flatten in torch's order, the features in the order that another order of axes gives."""
    strides = (x[1] * x[2], x[2], 1)

    def edit() -> Network:
        first, second, third = ([strides[axis] * k for k in range(x[axis])] for axis in axes)
        index = tuple(i + j + k for i in first for j in second for k in third)
        if index == tuple(range(len(index))):
            return network
        draft = Draft(network)
        draft.insert(IndexSelect(dim=1, index=index), draft.at(place))
        return draft.network()

    return Change(bug="flatten order", kind="flatten_order", place=place, layer="flatten", actual=names), edit
