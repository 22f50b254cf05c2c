"""ZFNet against the figures of its paper and hand arithmetic."""

import pytest
import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from solutions.zfnet import INPUT_SHAPES, ZFNet, local_response_norm, zfnet, zfnet_cs231n

LINEAR = (4096 + 1) * 4096 + (4096 + 1) * 1000


@pytest.mark.parametrize(
    ("build", "convolutions", "first_linear", "total"),
    [
        pytest.param(
            zfnet,
            [(3, 7, 96), (96, 5, 256), (256, 3, 384), (384, 3, 384), (384, 3, 256)],
            (256 * 36 + 1) * 4096,
            62_357_608,
            id="figure 3 has 384, 384, 256 channels",
        ),
        pytest.param(
            zfnet_cs231n,
            [(3, 7, 96), (96, 5, 256), (256, 3, 512), (512, 3, 1024), (1024, 3, 512)],
            (512 * 36 + 1) * 4096,
            107_627_624,
            id="the slides have 512, 1024, 512",
        ),
    ],
)
def test_parameters(build, convolutions, first_linear, total):
    with torch.device("meta"):
        network = build()
    by_hand = sum((channels * size**2 + 1) * filters for channels, size, filters in convolutions)
    assert by_hand + first_linear + LINEAR == total
    assert sum(p.numel() for p in network.parameters()) == total


def test_sizes_are_those_of_figure_3():
    with torch.device("meta"):
        network = zfnet()
    sizes: list[tuple[int, int]] = []

    def record(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        sizes.append((output.shape[1], output.shape[2]))

    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.MaxPool2d):
            module.register_forward_hook(record)
    network(torch.empty(1, *INPUT_SHAPES["zfnet"], device="meta"))

    first, second = [(96, 110), (96, 55)], [(256, 26), (256, 13)]
    assert sizes == [*first, *second, (384, 13), (384, 13), (256, 13), (256, 6)]


@pytest.mark.parametrize(
    ("build", "macs"),
    [
        pytest.param(
            zfnet,
            110**2 * 96 * 147
            + 26**2 * 256 * 2400
            + 13**2 * (384 * 2304 + 384 * 3456 + 256 * 3456)
            + 9216 * 4096
            + 4096 * 4096
            + 4096 * 1000,
            id="figure 3",
        ),
        pytest.param(
            zfnet_cs231n,
            110**2 * 96 * 147
            + 26**2 * 256 * 2400
            + 13**2 * (512 * 2304 + 1024 * 4608 + 512 * 9216)
            + 18432 * 4096
            + 4096 * 4096
            + 4096 * 1000,
            id="slides",
        ),
    ],
)
def test_multiply_adds(build, macs):
    with torch.device("meta"), FlopCounterMode(display=False) as counter:
        build()(torch.empty(1, 3, 224, 224))
    assert counter.get_total_flops() == 2 * macs


def test_normalisation_comes_after_pooling_twice():
    with torch.device("meta"):
        network = ZFNet()
    order: list[str] = []
    for name, module in network.named_children():
        module.register_forward_hook(lambda module, inputs, output, name=name: order.append(name))
    network(torch.empty(1, *INPUT_SHAPES["zfnet"], device="meta"))
    assert order[:7] == ["conv1", "pool1", "norm1", "conv2", "pool2", "norm2", "conv3"]


def test_normalisation_of_one_lonely_channel():
    # Five neighbours of which four are missing: 10 / (2 + 10⁻⁴ · 10²)^0.75
    normalised = local_response_norm()(torch.full((1, 1, 1, 1), 10.0))
    torch.testing.assert_close(normalised.item(), 10 / 2.01**0.75, rtol=1e-6, atol=0)
