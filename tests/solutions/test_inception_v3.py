"""Inception v3 against torchvision's and the figures of its paper."""

import pytest
import torch
import torchvision
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from solutions.inception_v3 import INPUT_SHAPES, FactorisedInception, InceptionV3, inception_v3


def parameters_of(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


@pytest.fixture(scope="module")
def network() -> InceptionV3:
    with torch.device("meta"):
        return inception_v3()


def test_parameters_with_and_without_the_auxiliary_head(network):
    documented = torchvision.models.Inception_V3_Weights.DEFAULT.meta
    by_hand = 768 * 128 + 2 * 128 + 25 * 128 * 768 + 2 * 768 + (768 + 1) * 1000
    with torch.device("meta"):
        without = parameters_of(inception_v3(aux_head=False))
    assert parameters_of(network) == documented["num_params"] == 27_161_264
    assert without == 27_161_264 - by_hand == 23_834_568
    assert without < 25e6  # what the abstract promises


def test_multiply_adds_are_those_torchvision_documents(network):
    with FlopCounterMode(display=False) as counter:
        network.eval()(torch.empty(1, *INPUT_SHAPES["inception_v3"], device="meta"))
    documented = torchvision.models.Inception_V3_Weights.DEFAULT.meta["_ops"]
    assert counter.get_total_flops() / 2 / 1e9 == pytest.approx(documented, abs=1e-3)


def test_grids_are_those_of_table_1():
    with torch.device("meta"):
        network = inception_v3().eval()
    shapes: list[tuple[int, ...]] = []
    for part in (network.pool5, network.grid35, network.grid17, network.grid8):
        part.register_forward_hook(lambda module, inputs, output: shapes.append(tuple(output.shape[1:])))
    network(torch.empty(1, *INPUT_SHAPES["inception_v3"], device="meta"))
    assert shapes == [(192, 35, 35), (288, 35, 35), (768, 17, 17), (2048, 8, 8)]


def test_auxiliary_head_answers_in_training_only(network):
    x = torch.empty(2, *INPUT_SHAPES["inception_v3"], device="meta")
    assert [scores.shape for scores in network.train()(x)] == [(2, 1000)] * 2
    assert network.eval()(x).shape == (2, 1000)


def shake_batch_norm(network: nn.Module) -> None:
    """Fresh batch normalisation is almost the identity, which would hide one that is missing."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.bias, -0.1, 0.1)
            nn.init.uniform_(module.running_mean, -0.1, 0.1)
            nn.init.uniform_(module.running_var, 0.05, 0.2)


def test_same_function_as_torchvision_with_the_same_weights():
    ours = inception_v3(num_classes=10).eval()
    theirs = torchvision.models.Inception3(num_classes=10, transform_input=False, init_weights=False).eval()
    shake_batch_norm(theirs)
    ours.load_state_dict(dict(zip(ours.state_dict(), theirs.state_dict().values(), strict=True)))
    with torch.no_grad():
        x = torch.randn(1, 3, 107, 139)
        torch.testing.assert_close(ours(x), theirs(x), rtol=1e-5, atol=1e-5)
        x = torch.randn(2, 768, 17, 17)
        torch.testing.assert_close(ours.aux(x), theirs.AuxLogits(x), rtol=1e-5, atol=1e-5)


def test_factorised_module_has_14_weights_where_7x7_has_49():
    c = 160
    module = FactorisedInception(768, channels_7x7=c)
    weights = sum(p.numel() for p in module.parameters() if p.ndim == 4)
    ones = 768 * (192 + c + c + 192)
    pairs = (7 * c * c + 7 * c * 192) + (7 * 3 * c * c + 7 * c * 192)
    assert weights == ones + pairs


def test_factorised_module_sees_as_far_as_two_7x7():
    module = FactorisedInception(4, channels_7x7=4).eval()
    # Positive weights and inputs: no ReLU is ever flat, and no two paths cancel.
    for parameter in module.parameters():
        parameter.data.abs_()
    x = torch.rand(1, 4, 21, 21, requires_grad=True)
    out = module(x)
    assert out.shape == (1, 768, 21, 21)
    out[0, :, 10, 10].sum().backward()
    seen = x.grad[0].abs().amax(0).nonzero()
    assert seen.amin(0).tolist() == [4, 4]  # 13×13 = 7 + 7 − 1 about the middle
    assert seen.amax(0).tolist() == [16, 16]
