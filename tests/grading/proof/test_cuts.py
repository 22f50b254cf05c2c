"""Where a network falls into two parts that one value connects, against the definition; and the parts themselves."""

import pytest
import torch

from cnnquiz.bank.networks import load_network
from cnnquiz.cnn import Network
from cnnquiz.grading.challenge import draw_challenge, used_tensors
from cnnquiz.grading.proof.cuts import common_calls, cuts, part
from cnnquiz.tracing.mutants import mutations
from cnnquiz.tracing.replay import Replay, as_tensors

torch.set_num_threads(1)

NAMES = ("lenet5", "resnet18", "googlenet", "densenet121")


def is_cut(network: Network, position: int) -> bool:
    later = network.calls[position:]
    return network.output >= position and all(source >= position for call in later for source in call.inputs)


@pytest.mark.parametrize("name", NAMES)
def test_a_cut_is_where_nothing_later_reads_anything_earlier(name):
    network = load_network(name)

    found = cuts(network)

    assert found == [position for position in range(len(network.calls) + 1) if is_cut(network, position)]
    assert len(found) > 5
    assert (found[0], found[-1]) == (0, network.output)


def test_two_parts_compute_what_the_whole_does():
    network = load_network("lenet5")
    challenge = draw_challenge(used_tensors(network), network, network.input_shape, large=True)
    tensors = as_tensors(challenge.weights)
    x = challenge.inputs[0]
    whole = Replay(network, tensors).run(x, mode="eval", seed=1)

    for cut in cuts(network)[1:-1]:
        between = Replay(part(network, 0, cut), tensors).run(x, mode="eval", seed=1)
        assert between.shape[1:] == network.calls[cut - 1].output_shape
        assert (Replay(part(network, cut), tensors).run(between, mode="eval", seed=1) == whole).all()


def test_a_mutant_shares_the_calls_in_front_of_its_bug():
    network = load_network("lenet5")

    for mutation in mutations(network):
        shared = common_calls(mutation.network, network)
        first = min(place for place in (mutation.change.place, mutation.change.neighbour) if place is not None)
        assert shared in (first, first + 1), mutation.change
        assert mutation.network.calls[:shared] == network.calls[:shared]
    assert common_calls(network, network) == len(network.calls)
