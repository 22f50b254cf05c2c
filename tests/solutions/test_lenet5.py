"""The LeNet-5s against the figures of the 1998 paper."""

import pytest
import torch
from torch import Tensor, nn

from solutions.lenet5 import (
    INPUT_SHAPES,
    LeNet5,
    PartialConv2d,
    RadialBasis,
    ScaledTanh,
    Subsampling,
    lenet5,
    lenet5_1998,
)


def parameters_of(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def output_shapes(network: nn.Module, shape: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    """Shapes without batch of what each named child returned, in order."""
    shapes: dict[str, tuple[int, ...]] = {}

    def hook_for(name: str):
        def record(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
            shapes[name] = tuple(output.shape[1:])

        return record

    for name, child in network.named_modules():
        child.register_forward_hook(hook_for(name))
    network(torch.zeros(1, *shape))
    return shapes


def test_todays_lenet5_has_the_parameters_of_hand_arithmetic():
    conv = (1 * 25 + 1) * 6 + (6 * 25 + 1) * 16
    linear = (400 + 1) * 120 + (120 + 1) * 84 + (84 + 1) * 10
    assert conv + linear == 61_706
    assert parameters_of(lenet5()) == 61_706


def test_todays_lenet5_pools_to_16x5x5():
    shapes = output_shapes(LeNet5(), INPUT_SHAPES["lenet5"])
    assert [shapes[name] for name in ("conv1", "pool1", "conv2", "pool2")] == [
        (6, 28, 28),
        (6, 14, 14),
        (16, 10, 10),
        (16, 5, 5),
    ]
    assert shapes[""] == (10,)


def test_todays_lenet5_is_the_function_written_out_by_hand():
    network = lenet5()
    w1, b1, w2, b2, *linear = network.parameters()
    x = torch.randn(2, 1, 28, 28)

    y = torch.conv2d(x, w1, b1, padding=2).clamp(min=0).unfold(2, 2, 2).unfold(3, 2, 2).amax((4, 5))
    y = torch.conv2d(y, w2, b2).clamp(min=0).unfold(2, 2, 2).unfold(3, 2, 2).amax((4, 5)).reshape(2, 400)
    y = (y @ linear[0].T + linear[1]).clamp(min=0)
    y = (y @ linear[2].T + linear[3]).clamp(min=0)
    torch.testing.assert_close(network(x), y @ linear[4].T + linear[5])


# LeCun et al. 1998, section II.B, prints one count for each layer.
PUBLISHED = {"c1": 156, "s2": 12, "c3": 1_516, "s4": 32, "c5": 48_120, "f6": 10_164, "output": 0}


@pytest.mark.parametrize(("layer", "published"), PUBLISHED.items())
def test_layers_of_1998_have_the_published_parameters(layer, published):
    assert parameters_of(lenet5_1998().get_submodule(layer)) == published


def test_lenet5_of_1998_has_60_000_parameters_and_340_908_connections():
    network = lenet5_1998()
    shapes = output_shapes(network, INPUT_SHAPES["lenet5_1998"])
    positions = {name: shapes[name][1] * shapes[name][2] for name in ("c1", "c3", "c5")}
    connections = sum(PUBLISHED[name] * positions[name] for name in positions)
    connections += 6 * 14 * 14 * (4 + 1) + 16 * 5 * 5 * (4 + 1)  # S2, S4: four inputs and a bias per unit
    connections += PUBLISHED["f6"] + 84 * 10

    assert parameters_of(network) == 60_000
    assert connections == 340_908


def test_shapes_of_1998_are_those_of_figure_2():
    shapes = output_shapes(lenet5_1998(), INPUT_SHAPES["lenet5_1998"])
    assert {name: shapes[name] for name in PUBLISHED} == {
        "c1": (6, 28, 28),
        "s2": (6, 14, 14),
        "c3": (16, 10, 10),
        "s4": (16, 5, 5),
        "c5": (120, 1, 1),
        "f6": (84,),
        "output": (10,),
    }


# The crosses of Table I, one row per S2 map, as printed.
TABLE_I = """
X...XXX..XXXX.XX
XX...XXX..XXXX.X
XXX...XXX..X.XXX
.XXX..XXXX..X.XX
..XXX..XXXX.XX.X
...XXX..XXXX.XXX
"""


def test_c3_is_a_dense_convolution_whose_missing_connections_are_zero():
    c3 = lenet5_1998().c3
    weight, bias = torch.zeros(16, 6, 5, 5), torch.stack([conv.bias[0] for conv in c3.convs])
    for output, conv in enumerate(c3.convs):
        crosses = [row[output] == "X" for row in TABLE_I.split()]
        weight[output, torch.tensor(crosses)] = conv.weight[0].detach()

    x = torch.randn(2, 6, 14, 14)
    torch.testing.assert_close(c3(x), torch.conv2d(x, weight, bias))


def test_partial_convolution_keeps_the_order_of_its_table():
    conv = PartialConv2d(((1,), (0,)), kernel_size=1)
    for part in conv.convs:
        nn.init.ones_(part.weight)
        nn.init.zeros_(part.bias)
    x = torch.randn(1, 2, 3, 3)
    torch.testing.assert_close(conv(x), x[:, [1, 0]])


def test_subsampling_sums_four_scales_and_shifts():
    layer = Subsampling(1)
    nn.init.constant_(layer.coefficient, 0.5)
    nn.init.constant_(layer.bias, 3.0)
    square = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
    assert layer(square).item() == 0.5 * 10 + 3


def test_squashing_maps_one_to_one():
    torch.testing.assert_close(
        ScaledTanh()(torch.tensor([-1.0, 0.0, 1.0])), torch.tensor([-1.0, 0.0, 1.0]), atol=1e-4, rtol=0
    )


def test_a_code_is_at_distance_zero_from_its_own_digit_only():
    layer = RadialBasis()
    distances = layer(layer.codes)
    assert layer.codes.shape == (10, 84)
    assert set(layer.codes.unique().tolist()) == {-1.0, 1.0}
    assert (distances == 0).equal(torch.eye(10, dtype=torch.bool))
    # Each differing pixel, +1 against −1, adds 2² to the squared distance.
    assert distances[3, 8] == 4 * (layer.codes[3] != layer.codes[8]).sum()
