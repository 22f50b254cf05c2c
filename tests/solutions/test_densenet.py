"""DenseNet against torchvision, the text of the paper, and arithmetic by hand."""

import pytest
import torch
import torchvision
from torch import nn

from solutions import densenet
from solutions.densenet import INPUT_SHAPES, DenseBlock, DenseNet121, Transition


def build(name: str) -> nn.Module:
    with torch.device("meta"):
        return getattr(densenet, name)().eval()


def parameters_of(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def expected_parameters(stem: int, num_layers: tuple[int, ...], k: int, classes: int) -> int:
    total, channels = stem, 2 * k
    for block, layers in enumerate(num_layers):
        if block > 0:
            total += 2 * channels + channels * (channels // 2)
            channels //= 2
        for _ in range(layers):
            total += 2 * channels + channels * 4 * k + 2 * 4 * k + 9 * 4 * k * k
            channels += k
    return total + 2 * channels + channels * classes + classes


@pytest.mark.parametrize(
    ("name", "num_layers", "k", "expected"),
    [
        pytest.param("densenet121", (6, 12, 24, 16), 32, 7_978_856, id="121 layers"),
        pytest.param("densenet169", (6, 12, 32, 32), 32, 14_149_480, id="169 layers"),
        pytest.param("densenet201", (6, 12, 48, 32), 32, 20_013_928, id="201 layers, 20M in section 4.4"),
        pytest.param("densenet161", (6, 12, 36, 24), 48, 28_681_000, id="161 layers, growth rate 48"),
    ],
)
def test_parameters_on_imagenet(name, num_layers, k, expected):
    stem = 49 * 3 * 2 * k + 2 * 2 * k
    with torch.device("meta"):
        torchvisions = getattr(torchvision.models, name)()
    assert parameters_of(build(name)) == expected_parameters(stem, num_layers, k, 1000) == expected
    assert parameters_of(torchvisions) == expected


def test_parameters_on_cifar_are_those_of_table_2():
    expected = expected_parameters(9 * 3 * 24, (16, 16, 16), 12, 10)
    assert parameters_of(build("densenet_bc_100_12")) == expected == 769_162
    assert round(expected / 1e6, 1) == 0.8


@pytest.mark.parametrize(("name", "shape"), INPUT_SHAPES.items())
def test_output_shape(name, shape):
    classes = 1000 if shape[1] == 224 else 10
    assert build(name)(torch.empty(2, *shape, device="meta")).shape == (2, classes)


@pytest.mark.parametrize(
    ("name", "layers"),
    [
        pytest.param("densenet121", 121, id="121"),
        pytest.param("densenet169", 169, id="169"),
        pytest.param("densenet201", 201, id="201"),
        pytest.param("densenet161", 161, id="161"),
        pytest.param("densenet_bc_100_12", 100, id="100"),
    ],
)
def test_the_name_counts_convolutions_and_the_fc_layer(name, layers):
    assert sum(isinstance(module, nn.Conv2d | nn.Linear) for module in build(name).modules()) == layers


def train_batch_norms(network: nn.Module) -> None:
    """Fresh batch norms are all alike; after this, no two can be confused."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            for tensor in (module.weight.data, module.running_var):
                tensor.uniform_(0.5, 1.5)
            for tensor in (module.bias.data, module.running_mean):
                tensor.normal_(std=0.1)


def test_same_function_as_torchvision_with_the_same_weights():
    torch.manual_seed(0)
    ours, theirs = DenseNet121().eval(), torchvision.models.densenet121().eval()
    train_batch_norms(ours)
    theirs.load_state_dict(dict(zip(theirs.state_dict(), ours.state_dict().values(), strict=True)))
    x = torch.randn(1, 3, 64, 64)
    with torch.no_grad():
        torch.testing.assert_close(ours(x), theirs(x))


def test_channels_grow_by_k_and_transitions_halve_them():
    network, channels = build("densenet121"), []
    for part in network.blocks:
        part.register_forward_hook(lambda module, inputs, output: channels.append(output.shape[1]))
    network(torch.empty(1, 3, 224, 224, device="meta"))
    assert channels == [256, 128, 512, 256, 1024, 512, 1024]


def test_a_block_keeps_its_input_and_appends_features_in_order():
    torch.manual_seed(0)
    block = DenseBlock(in_channels=5, num_layers=3, growth_rate=2).eval()
    x = torch.randn(2, 5, 4, 4)
    with torch.no_grad():
        output = block(x)
        assert output.shape == (2, 5 + 3 * 2, 4, 4)
        assert torch.equal(output[:, :5], x)
        for index, layer in enumerate(block.layers):
            seen = 5 + 2 * index
            torch.testing.assert_close(output[:, seen : seen + 2], layer(output[:, :seen]))


def test_a_transition_halves_channels_and_size():
    with torch.device("meta"):
        assert Transition(10)(torch.empty(1, 10, 8, 6)).shape == (1, 5, 4, 3)
