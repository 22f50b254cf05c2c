"""Bugs that any layer can have: dropped, added, exchanged with its neighbour, with the weights of another."""

from collections.abc import Iterator
from dataclasses import replace

from cnnquiz.cnn import Call, Network, Op
from cnnquiz.cnn.elementwise import Activation, Dropout
from cnnquiz.tracing.mutants.draft import Draft, Node, ancestors
from cnnquiz.tracing.mutants.mutation import Attempt, Change

_MOVABLE = frozenset({"activation", "batch_norm", "local_response_norm", "dropout"})
_WEIGHTED = ("conv", "linear")

FROM_INPUT = frozenset({"in_channels", "in_features", "num_features"})
"""Attributes that follow from what arrives."""

# Where several attributes differ, the one that was meant: padding is adapted to the others.
_FIRST_NAMED = ("out_channels", "out_features", "kernel_size", "stride", "dilation", "padding")

# Functions that leave no negative number, and calls that make none of numbers that are not negative.
_NEVER_NEGATIVE = frozenset({"relu", "relu6", "sigmoid", "softmax", "hardsigmoid", "softplus"})
_KEEP_SIGN = ("max_pool", "avg_pool", "adaptive", "flatten", "dropout", "add", "mul", "cat", "stack", "mean", "local")
_LINEAR_FOR_POSITIVE = frozenset({"relu", "leaky_relu", "prelu"})
_ADDED = (Activation(function="relu"),)
_AT_THE_END = tuple(Activation(function=name) for name in ("softmax", "log_softmax", "sigmoid", "relu"))


def dropped(network: Network, place: int, kept: int = 0) -> Attempt:
    """Whatever read the call reads one of its inputs; where the others are computed from that one, a block is gone."""
    layer = network.calls[place].op.title

    def edit() -> Network:
        draft = Draft(network)
        return draft.bypass(draft.at(place), kept).network()

    ends = Draft(network).at(place).inputs
    if len(ends) > 1 and all(id(ends[kept]) in ancestors(end) for end in ends):
        return Change(bug="missing block", kind="block_dropped", place=place, layer=layer), edit
    return Change(bug=f"missing {layer}", kind="dropped", place=place, layer=layer), edit


def added(network: Network, place: int, op: Op) -> Attempt:
    """A call without weights behind another; at -1, in front of all."""

    def edit() -> Network:
        draft = Draft(network)
        draft.insert(op, draft.at(place))
        return draft.network()

    if isinstance(op, Dropout) and op.active:
        bug, kind = "dropout active in eval mode", "dropout_added_active"
        return Change(bug=bug, kind=kind, place=place, layer=op.title), edit
    return Change(bug=f"extra {op.title}", kind="added", place=place, layer=op.title), edit


def exchanged(network: Network, place: int, op: Op, *, named: str | None = None) -> Attempt:
    """Another operation in the place of one, or the same with other attributes, of which `named` names the bug."""
    old = network.calls[place].op

    def edit() -> Network:
        draft = Draft(network)
        draft.at(place).change(op)
        return draft.network()

    return _change(place, op, old, named), edit


def _change(place: int, op: Op, old: Op, named: str | None) -> Change:
    """What to call an operation in the place of another."""
    if op.title != old.title:
        bug = f"{op.title} for {old.title}"
        return Change(bug=bug, kind="replaced", place=place, layer=op.title, other=old.title)
    now, before = op.attributes(), old.attributes()
    wrong = [name for name, value in now.items() if value != before[name]]
    wrong.sort(key=lambda name: _FIRST_NAMED.index(name) if name in _FIRST_NAMED else len(_FIRST_NAMED))
    name = named or (wrong[0] if wrong else "")
    if name == "active" and now[name]:
        return Change(bug="dropout active in eval mode", kind="dropout_active", place=place, layer=op.title)
    if name == "track_running_stats" and not now[name]:
        return Change(bug="batch statistics in eval mode", kind="batch_statistics", place=place, layer=op.title)
    return Change(
        bug=f"wrong {name}",
        kind="attribute",
        place=place,
        layer=op.title,
        attribute=name,
        actual=now.get(name),
        expected=before.get(name),
        also=tuple((each, now[each], before[each]) for each in wrong if each != name and each not in FROM_INPUT),
    )


def bugs(network: Network, place: int) -> Iterator[Attempt]:
    """What can go wrong with any layer at a place."""
    call = network.calls[place]
    if call.op.name in _MOVABLE or "pool" in call.op.name or call.op.name.startswith(_WEIGHTED):
        yield dropped(network, place)
    yield from _added(network, place)
    yield from _moved(network, place)
    yield from _shared(network, place)


def _added(network: Network, place: int) -> Iterator[Attempt]:
    """An activation where there is none, and one at the end, where scores are expected."""
    node = Draft(network).at(place)
    if network.output == place + 1:
        yield from (added(network, place, op) for op in _AT_THE_END if op != node.op)
    elif call_is_open(network, place) and not never_negative(node):
        yield from (added(network, place, op) for op in _ADDED)


def call_is_open(network: Network, place: int) -> bool:
    """Whether some reader of the call is no activation."""
    draft = Draft(network)
    return any(not isinstance(reader.op, Activation) for reader in draft.readers(draft.at(place)))


def never_negative(node: Node) -> bool:
    """Whether a ReLU behind the node changes nothing."""
    op = node.op
    if isinstance(op, Activation):
        return op.function in _NEVER_NEGATIVE
    if op is None or not op.name.startswith(_KEEP_SIGN) or (node.call is not None and node.call.parameters):
        return False
    return all(never_negative(source) for source in node.inputs)


def _moved(network: Network, place: int) -> Iterator[Attempt]:
    """The call in front of the one whose output it takes, where that one has no other reader."""
    draft = Draft(network)
    node = draft.at(place)
    first = node.inputs[0]
    if len(node.inputs) != 1 or first.call is None or len(first.inputs) != 1 or len(draft.readers(first)) != 1:
        return
    if draft.output is first or not _may_pass(first.call, network.calls[place]):
        return

    def edit() -> Network:
        draft = Draft(network)
        node = draft.at(place)
        return draft.swap(node.inputs[0], node).network()

    layer, other = network.calls[place].op.title, first.call.op.title
    neighbour = draft.nodes.index(first) - 1
    bug = f"{layer} before {other}"
    yield Change(bug=bug, kind="moved", place=place, layer=layer, other=other, neighbour=neighbour), edit


def _may_pass(first: Call, second: Call) -> bool:
    """Whether two neighbours are often confused in their order, and the order matters."""
    movable = [call.op.name in _MOVABLE or "pool" in call.op.name for call in (first, second)]
    if not all(movable):
        weighted = [call.op.name.startswith(_WEIGHTED) for call in (first, second)]
        names = (first.op.name, second.op.name)
        others = "dropout" in names or any("max_pool" in name for name in names)
        return any(weighted) and (second.op.name == "batch_norm" or others)
    titles = {first.op.title, second.op.title}
    positive = bool(titles & _LINEAR_FOR_POSITIVE)
    if first.op.name == second.op.name or (positive and "dropout" in titles):
        return False
    # Max pooling takes the largest number before a function that does not decrease as well as after it.
    increasing = {"relu", "relu6", "leaky_relu", "sigmoid", "tanh", "elu", "selu", "softplus"}
    return not (titles & increasing and any("max_pool" in title for title in titles))


def _shared(network: Network, place: int) -> Iterator[Attempt]:
    """The weights of the nearest layer before it that has the same shapes: one module used twice."""
    call = network.calls[place]
    for earlier in reversed(range(place)):
        other = network.calls[earlier]
        same = other.op.parameter_shapes() == call.op.parameter_shapes() and other.op.name == call.op.name
        if not call.parameters or not same or other.parameters == call.parameters:
            continue

        def edit(other: Call = other) -> Network:
            draft = Draft(network)
            draft.at(place).call = replace(call, parameters=other.parameters, buffers=other.buffers)
            return draft.network()

        bug = f"shared {call.op.title}"
        yield Change(bug=bug, kind="shared", place=place, layer=call.op.title, neighbour=earlier), edit
        return
