"""Network in Network against hand arithmetic and the size of the authors' weights."""

import pytest
import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from solutions.nin import INPUT_SHAPES, NiNBlock, nin_cifar10, nin_imagenet

# (filters, weights per filter) of each convolution, from the authors' Caffe files
CIFAR10 = [
    *((192, 75), (160, 192), (96, 160)),
    *((192, 96 * 25), (192, 192), (192, 192)),
    *((192, 192 * 9), (192, 192), (10, 192)),
]
IMAGENET = [
    *((96, 363), (96, 96), (96, 96)),
    *((256, 96 * 25), (256, 256), (256, 256)),
    *((384, 256 * 9), (384, 384), (384, 384)),
    *((1024, 384 * 9), (1024, 1024), (1000, 1024)),
]


@pytest.mark.parametrize(
    ("build", "filters", "total"),
    [
        pytest.param(nin_cifar10, CIFAR10, 966_986, id="CIFAR-10"),
        pytest.param(nin_imagenet, IMAGENET, 7_595_176, id="ImageNet"),
    ],
)
def test_parameters(build, filters, total):
    with torch.device("meta"):
        network = build()
    assert sum(count * (weights + 1) for count, weights in filters) == total
    assert sum(p.numel() for p in network.parameters()) == total


def test_imagenet_weights_are_the_29_megabytes_of_the_model_zoo():
    with torch.device("meta"):
        parameters = sum(p.numel() for p in nin_imagenet().parameters())
    assert round(4 * parameters / 2**20) == 29


def test_multiply_adds_of_the_imagenet_form():
    pixels = [54**2] * 3 + [27**2] * 3 + [13**2] * 3 + [6**2] * 3
    by_hand = sum(n * count * weights for n, (count, weights) in zip(pixels, IMAGENET, strict=True))
    with torch.device("meta"), FlopCounterMode(display=False) as counter:
        nin_imagenet()(torch.empty(1, *INPUT_SHAPES["nin_imagenet"]))
    assert counter.get_total_flops() == 2 * by_hand == 2 * 1_100_188_800


@pytest.mark.parametrize(
    ("build", "shape", "expected"),
    [
        pytest.param(
            nin_cifar10,
            INPUT_SHAPES["nin_cifar10"],
            [(96, 32, 32), (192, 16, 16), (10, 8, 8)],
            id="CIFAR-10 halves twice",
        ),
        pytest.param(
            nin_imagenet,
            INPUT_SHAPES["nin_imagenet"],
            [(96, 54, 54), (256, 27, 27), (384, 13, 13), (1000, 6, 6)],
            id="ImageNet goes 54-27-13-6",
        ),
    ],
)
def test_block_shapes(build, shape, expected):
    with torch.device("meta"):
        network = build()
    shapes: list[tuple[int, ...]] = []

    def record(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        shapes.append(tuple(output.shape[1:]))

    for module in network.modules():
        if isinstance(module, NiNBlock):
            module.register_forward_hook(record)
    scores = network(torch.empty(2, *shape, device="meta"))
    assert shapes == expected
    assert scores.shape == (2, expected[-1][0])


def test_scores_are_the_averages_of_the_last_maps():
    network = nin_cifar10().eval()
    maps: list[Tensor] = []
    network.block3.register_forward_hook(lambda module, inputs, output: maps.append(output))
    with torch.no_grad():
        scores = network(torch.randn(2, 3, 32, 32))
    torch.testing.assert_close(scores, maps[0].mean(dim=(2, 3)))


def test_1x1_convolutions_are_a_small_network_at_every_pixel():
    block = NiNBlock(3, (4, 5, 6), kernel_size=3, stride=2, padding=1)
    conv, first, second = block.conv, block.mlp1, block.mlp2
    x = torch.randn(1, 3, 7, 7)

    pixels = torch.relu(conv(x)).permute(0, 2, 3, 1)  # one row of four numbers for each pixel
    pixels = torch.relu(pixels @ first.weight[:, :, 0, 0].T + first.bias)
    pixels = torch.relu(pixels @ second.weight[:, :, 0, 0].T + second.bias)
    assert block(x).shape == (1, 6, 4, 4)
    torch.testing.assert_close(block(x), pixels.permute(0, 3, 1, 2))
