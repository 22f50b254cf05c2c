"""FractalNet against its table 3, the picture of its columns, and the rules of drop-path."""

import itertools

import pytest
import torch
from torch import Tensor, nn

from solutions.fractalnet import INPUT_SHAPES, ConvUnit, FractalBlock, FractalNet, fractalnet_cifar10


def parameters_of(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def column_units(block: FractalBlock, column: int) -> list[ConvUnit]:
    """The convolutions of one column, top to bottom (column 0 is the shortest)."""
    if column == 0:
        return [block.conv]
    return column_units(block.first, column - 1) + column_units(block.second, column - 1)


def by_rows(block: FractalBlock, x: Tensor) -> Tensor:
    """Figure 1 read from top to bottom: in each row, the columns whose convolution ends there are joined."""
    columns = [column_units(block, column) for column in range(block.num_columns)]
    rows = 2 ** (block.num_columns - 1)
    current = [x] * block.num_columns
    for row in range(1, rows + 1):
        ending = [c for c in range(block.num_columns) if row % (rows // 2**c) == 0]
        for c in ending:
            current[c] = columns[c][row * 2**c // rows - 1](current[c])
        joined = sum(current[c] for c in ending) / len(ending)
        for c in ending:
            current[c] = joined
    return current[0]


@pytest.mark.parametrize(
    ("num_columns", "depth", "published_millions"),
    [
        # Larsson et al. 2017, table 3, CIFAR-100
        pytest.param(1, 5, 0.3, id="1 column, 0.3M"),
        pytest.param(2, 10, 0.8, id="2 columns, 0.8M"),
        pytest.param(3, 20, 2.1, id="3 columns, 2.1M"),
        pytest.param(4, 40, 4.8, id="4 columns, 4.8M"),
        pytest.param(5, 80, 10.2, id="5 columns, 10.2M"),
        pytest.param(6, 160, 21.1, id="6 columns, 21.1M"),
    ],
)
def test_depth_and_parameters_are_those_of_table_3(num_columns, depth, published_millions):
    with torch.device("meta"):
        network = FractalNet(num_columns, num_classes=100)
    deepest = sum(len(column_units(block, num_columns - 1)) for block in network.blocks)
    assert deepest == 5 * 2 ** (num_columns - 1) == depth
    assert round(parameters_of(network) / 1e6, 1) == published_millions


def test_cifar10_network_has_4_767_210_parameters():
    # Per block: 4 of its 15 convolutions see the block's input.
    channels = [3, 16, 32, 64, 128, 128]
    expected = sum(9 * (4 * i * o + 11 * o * o) + 15 * 2 * o for i, o in itertools.pairwise(channels))
    with torch.device("meta"):
        network = fractalnet_cifar10().eval()
    assert parameters_of(network) == expected + 128 * 10 + 10 == 4_767_210
    assert network(torch.empty(2, *INPUT_SHAPES["fractalnet_cifar10"], device="meta")).shape == (2, 10)


def test_the_20_layers_of_table_1_do_not_have_the_printed_38_6_million():
    with torch.device("meta"):
        network = FractalNet(num_columns=3, channels=(64, 128, 256, 512, 512))
    assert parameters_of(network) == 33_724_618  # also what the re-implementation of imgclsmob asserts


@pytest.mark.parametrize("num_columns", [1, 2, 3, 4])
def test_a_block_is_its_picture(num_columns):
    torch.manual_seed(0)
    block = FractalBlock(3, 8, num_columns).double().eval()
    x = torch.randn(2, 3, 6, 6, dtype=torch.float64)
    assert sum(isinstance(module, ConvUnit) for module in block.modules()) == 2**num_columns - 1
    torch.testing.assert_close(block(x), by_rows(block, x))


def test_the_last_join_of_three_columns_is_one_mean_of_three():
    torch.manual_seed(0)
    block = FractalBlock(3, 4, num_columns=3).eval()
    x = torch.randn(1, 3, 5, 5)
    inputs = block.columns(x)
    assert len(inputs) == 3
    torch.testing.assert_close(block(x), (inputs[0] + inputs[1] + inputs[2]) / 3)


@pytest.mark.parametrize("column", [0, 1, 2, 3])
def test_one_column_is_a_plain_network(column):
    torch.manual_seed(0)
    block = FractalBlock(3, 4, num_columns=4).eval()
    units = column_units(block, column)
    x = torch.randn(1, 3, 5, 5)
    assert len(units) == 2**column
    torch.testing.assert_close(block(x, column=column), nn.Sequential(*units)(x))


def test_a_join_keeps_at_least_one_input_and_takes_the_mean_of_the_kept():
    torch.manual_seed(0)
    block = FractalBlock(1, 1, num_columns=2, local_drop_probability=0.5)
    inputs = [torch.tensor(1.0), torch.tensor(10.0), torch.tensor(100.0)]
    means = {sum(kept) / len(kept) for n in (1, 2, 3) for kept in itertools.combinations((1.0, 10.0, 100.0), n)}
    seen = {float(block.join(inputs)) for _ in range(300)}
    assert seen == {float(torch.tensor(mean)) for mean in means}


def test_an_input_is_dropped_as_often_as_the_rule_says():
    """With p = 0.5 and two inputs: dropped with 1/4 alone, and in half of the 1/4 where both would go."""
    torch.manual_seed(0)
    block = FractalBlock(1, 1, num_columns=2, local_drop_probability=0.5)
    inputs = [torch.tensor(0.0), torch.tensor(1.0)]
    draws = [len(block.drop_locally(inputs)) for _ in range(2000)]
    assert draws.count(2) / 2000 == pytest.approx(0.25, abs=0.04)
    first = sum(block.drop_locally(inputs)[0] is inputs[0] for _ in range(2000))
    assert first / 2000 == pytest.approx(0.25 + 0.25 + 0.125, abs=0.045)


def test_evaluation_drops_nothing_and_training_does():
    torch.manual_seed(0)
    block = FractalBlock(3, 4, num_columns=3, local_drop_probability=0.5)
    x = torch.randn(2, 3, 5, 5)
    with torch.no_grad():
        assert len({float(block(x).sum()) for _ in range(20)}) > 1
        block.eval()
        assert torch.equal(block(x), block(x))


def test_half_of_the_mini_batches_draw_one_column_each_as_often():
    torch.manual_seed(0)
    network = FractalNet(num_columns=4, channels=(2, 2))
    draws = [network.drop_globally() for _ in range(4000)]
    assert draws.count(None) / 4000 == pytest.approx(0.5, abs=0.035)
    assert [draws.count(column) / 4000 for column in range(4)] == pytest.approx([0.125] * 4, abs=0.025)


@pytest.mark.parametrize(
    ("training", "probability", "columns_used"),
    [
        pytest.param(True, 1.0, {0, 1, 2}, id="training with global drop-path only"),
        pytest.param(True, 0.0, {None}, id="training with local drop-path only"),
        pytest.param(False, 1.0, {None}, id="evaluation, all columns"),
    ],
)
def test_all_blocks_use_the_same_column(training, probability, columns_used):
    torch.manual_seed(0)
    network = FractalNet(num_columns=3, channels=(2, 2), global_drop_probability=probability)
    network.fc = nn.Identity()  # the input stays larger than 1×1
    used: list[int | None] = []
    for block in network.blocks:
        block.register_forward_pre_hook(lambda module, inputs: used.append(inputs[1]))
    for _ in range(30):
        network.train(training)(torch.randn(2, 3, 8, 8))
    assert used[0::2] == used[1::2]
    assert set(used) == columns_used


def test_the_deepest_column_alone():
    torch.manual_seed(0)
    network = fractalnet_cifar10().eval()
    x = torch.randn(1, 3, 32, 32)
    expected = x
    for block in network.blocks:
        expected = nn.functional.max_pool2d(nn.Sequential(*column_units(block, 3))(expected), 2)
    torch.testing.assert_close(network(x, column=3), network.fc(expected.flatten(1)))
