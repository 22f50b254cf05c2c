"""The one-tower AlexNet against torchvision's."""

import torch
import torchvision

from solutions.alexnet_one_tower import INPUT_SHAPES, alexnet_one_tower


def test_parameters_are_those_of_hand_arithmetic():
    conv = (3 * 121 + 1) * 64 + (64 * 25 + 1) * 192 + (192 * 9 + 1) * 384 + (384 * 9 + 1) * 256 + (256 * 9 + 1) * 256
    linear = (9216 + 1) * 4096 + (4096 + 1) * 4096 + (4096 + 1) * 1000
    with torch.device("meta"):
        network = alexnet_one_tower()
    assert sum(p.numel() for p in network.parameters()) == conv + linear == 61_100_840


def test_convolutions_give_256x6x6_without_the_adaptive_pooling():
    with torch.device("meta"):
        network = alexnet_one_tower()
        shapes = []
        network.pool5.register_forward_hook(lambda _module, _inputs, output: shapes.append(output.shape))
        network(torch.empty(1, *INPUT_SHAPES["alexnet_one_tower"]))
    assert shapes == [(1, 256, 6, 6)]


def test_same_function_as_torchvision_with_the_same_weights():
    ours, theirs = alexnet_one_tower().eval(), torchvision.models.alexnet().eval()
    weights = zip(ours.state_dict(), theirs.state_dict().values(), strict=True)
    ours.load_state_dict(dict(weights))
    x = torch.randn(1, 3, 255, 287)  # 7×8 before the adaptive pooling, which makes 6×6 of it
    with torch.no_grad():
        torch.testing.assert_close(ours(x), theirs(x))
