"""SqueezeNet against table 1 of its paper and against torchvision."""

import pytest
import torch
import torchvision
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from solutions.squeezenet import INPUT_SHAPES, FireModule, squeezenet1_0, squeezenet1_1


def parameters_of(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


# Iandola et al. 2016, table 1, column "#parameter before pruning", with biases
TABLE_1 = {
    "conv1": 14_208,
    "fire2": 11_920,
    "fire3": 12_432,
    "fire4": 45_344,
    "fire5": 49_440,
    "fire6": 104_880,
    "fire7": 111_024,
    "fire8": 188_992,
    "fire9": 197_184,
    "conv10": 513_000,
}


def test_every_row_of_table_1():
    with torch.device("meta"):
        network = squeezenet1_0()
    counts = {name: parameters_of(layer) for name, layer in network.named_children()}
    assert {name: count for name, count in counts.items() if count} == TABLE_1
    assert parameters_of(network) == sum(TABLE_1.values()) == 1_248_424


@pytest.mark.parametrize(
    ("build", "shape"),
    [
        pytest.param(squeezenet1_0, INPUT_SHAPES["squeezenet1_0"], id="1.0, as table 1 prints"),
        pytest.param(squeezenet1_1, INPUT_SHAPES["squeezenet1_1"], id="1.1, the same grids"),
    ],
)
def test_sizes_are_111_55_27_13(build, shape):
    with torch.device("meta"):
        network = build()
    sizes: list[int] = []
    for layer in network.children():
        layer.register_forward_hook(lambda module, inputs, output: sizes.append(output.shape[2]))
    network(torch.empty(1, *shape, device="meta"))
    assert list(dict.fromkeys(sizes)) == [111, 55, 27, 13, 1]


@pytest.mark.parametrize("name", ["squeezenet1_0", "squeezenet1_1"])
def test_parameters_and_multiply_adds_are_those_torchvision_documents(name):
    build = {"squeezenet1_0": squeezenet1_0, "squeezenet1_1": squeezenet1_1}[name]
    with torch.device("meta"), FlopCounterMode(display=False) as counter:
        network = build()
        network(torch.empty(1, 3, 224, 224))
    documented = torchvision.models.get_model_weights(name).DEFAULT.meta
    assert parameters_of(network) == documented["num_params"]
    # torchvision prints G multiply-adds with three decimals
    assert counter.get_total_flops() / 2 / 1e9 == pytest.approx(documented["_ops"], abs=1e-3)


@pytest.mark.parametrize("name", ["squeezenet1_0", "squeezenet1_1"])
def test_same_function_as_torchvision_with_the_same_weights(name):
    build = {"squeezenet1_0": squeezenet1_0, "squeezenet1_1": squeezenet1_1}[name]
    ours, theirs = build(num_classes=50).eval(), getattr(torchvision.models, name)(num_classes=50).eval()
    nn.init.normal_(theirs.classifier[1].weight, std=0.1)  # torchvision's 0.01 would leave hardly any score
    ours.load_state_dict(dict(zip(ours.state_dict(), theirs.state_dict().values(), strict=True)))
    x = torch.randn(2, 3, 66, 79)
    with torch.no_grad():
        assert ours(x).abs().max() > 1e-3
        torch.testing.assert_close(ours(x), theirs(x))


def test_fire_module_concatenates_1x1_before_3x3():
    fire = FireModule(5, 2, 3, 4)
    x = torch.randn(2, 5, 6, 6)
    squeezed = torch.relu(fire.squeeze(x))
    assert fire(x).shape == (2, 7, 6, 6)
    torch.testing.assert_close(fire(x)[:, :3], torch.relu(fire.expand1x1(squeezed)))
    torch.testing.assert_close(fire(x)[:, 3:], torch.relu(fire.expand3x3(squeezed)))
