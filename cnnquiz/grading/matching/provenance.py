"""Two networks with their layers paired go in; how the student's weights must be permuted comes out.

Each channel of each value carries a label that says where its numbers come from. Where a layer of the student reads
the labels that its partner reads, but in another order, because branches were concatenated in another order, its
weights are permuted on the way. Where that is not enough, because channels are split or shuffled in another way, each
layer writes its own channels in the order in which they are used alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cnnquiz.grading.matching.canonical import CanonicalNetwork, Node
from cnnquiz.grading.matching.channel_order import Order, axes_of, groups_of, groups_read, mixes_channels
from cnnquiz.grading.matching.channel_use import channel_uses
from cnnquiz.grading.matching.labels import Labels, label, mixed, named, order_between, renamed
from cnnquiz.grading.matching.pairing import Pairing, order_shows
from cnnquiz.sandbox.tensors import Array

# What a student's recording claims to be channels must fit into this process.
_MOST_LABELS = 1 << 23


@dataclass(frozen=True, slots=True)
class Permutation:
    """Positions along one axis in another order: position i holds what position `order[i]` held.

    The axes from `axis` on are one where `order` is as long as they are together, as after a flatten.
    """

    axis: int
    order: tuple[int, ...]

    def applied(self, array: Array) -> Array:
        split = array.reshape(*array.shape[: self.axis], len(self.order), -1)
        return split.take(self.order, self.axis).reshape(array.shape)


def permutations(
    student: CanonicalNetwork, solution: CanonicalNetwork, pairing: Pairing
) -> dict[str, tuple[Permutation, ...]]:
    """What must be done to the solution's tensors to get the student's, by the student's names; identities left out.

    Where the labels that two partners read are not the same, nothing is permuted: the numbers will say so.
    """
    if pairing.alike or max(_label_count(student), _label_count(solution)) > _MOST_LABELS:
        return {}
    itself = Pairing(partners={p: p for p in range(len(solution.nodes) + 1)}, whole=pairing.whole)
    ours, theirs = _Channels(solution, itself), _Channels(student, pairing)
    ours.follow(None)
    theirs.follow(ours)
    if not theirs.fits:
        ours.uses = channel_uses(solution, itself)
        theirs = _Channels(student, pairing, uses=channel_uses(student, pairing))
        theirs.follow(ours)
    return theirs.permutations


class _Channels:
    """Labels of the channels of every value of one network, named after the solution's nodes.

    Without `uses`, each layer's own channels lie in the same order in both networks; it `fits` when all layers then
    read what their partners read. With them, they lie so that they are used alike.
    """

    def __init__(self, network: CanonicalNetwork, pairing: Pairing, *, uses: Sequence[Labels] | None = None) -> None:
        self.network = network
        self.pairing = pairing
        self.uses = uses
        self.labels = [named(0, network.input_shape[0])]
        self.fits = True
        self._shown = order_shows(network)
        self._found: list[dict[str, tuple[Permutation, ...]]] = []

    @property
    def permutations(self) -> dict[str, tuple[Permutation, ...]]:
        """By tensor; one that several layers share is permuted as the first of them needs it."""
        joined: dict[str, tuple[Permutation, ...]] = {}
        for found in self._found:
            joined = found | joined
        return joined

    def follow(self, solution: "_Channels | None") -> None:
        """Label the values in the order of the forward pass; against the solution, note what is permuted."""
        for position, node in enumerate(self.network.nodes, start=1):
            name = self.pairing.partners.get(position)
            inputs = [self.labels[source] for source in node.inputs]
            outputs = None
            if solution is not None and name is not None and node.tensors:
                partner = solution.network.nodes[name - 1]
                wanted = solution.labels[partner.inputs[0]]
                order = order_between(inputs[0], wanted)
                self.fits &= groups_read(node, order) is not None and (
                    order is not None or np.array_equal(inputs[0], wanted)
                )
                outputs = self._written(position, order, solution) if mixes_channels(node) else None
                self._found.append(_permutations_of(node, partner, order, outputs))
            if name is not None and mixes_channels(node):
                self.labels.append(renamed(name, np.arange(node.shape[0]) if outputs is None else outputs))
            else:
                self.labels.append(label(node, position, self.pairing, inputs))

    def _written(self, position: int, order: Order | None, solution: "_Channels") -> Order | None:
        """Which of the partner's output channels each of a layer's is: in its group, the one that is used alike.

        Where channels reach the output one by one, in the order in which they are made: it is part of the answer.
        """
        node, name = self.network.nodes[position - 1], self.pairing.partners[position]
        groups, width = groups_of(node), node.shape[0] // groups_of(node)
        read = groups_read(node, order)
        own = np.arange(node.shape[0]) // width
        moved = np.arange(groups) if read is None else read
        outputs = (moved[:, None] * width + np.arange(width)).reshape(-1)
        if self.uses is not None and solution.uses is not None and position not in self._shown:
            theirs = self.uses[position] + mixed((outputs // width).astype(np.uint64))
            used_alike = order_between(theirs, solution.uses[name] + mixed(own.astype(np.uint64)))
            outputs = outputs if used_alike is None else used_alike
        return None if np.array_equal(outputs, np.arange(node.shape[0])) else outputs


def _permutations_of(
    node: Node, partner: Node, order: Order | None, outputs: Order | None
) -> dict[str, tuple[Permutation, ...]]:
    found = {}
    for role, tensor in node.tensors.items():
        axes = axes_of(partner, role, order, outputs) if role in partner.tensors else []
        moved = [(axis, o) for axis, o in axes if not np.array_equal(o, np.arange(len(o)))]
        if moved:
            found[tensor.name] = tuple(Permutation(axis, tuple(o.tolist())) for axis, o in moved)
    return found


def _label_count(network: CanonicalNetwork) -> int:
    return sum(node.shape[0] if node.shape else 1 for node in network.nodes) + network.input_shape[0]
