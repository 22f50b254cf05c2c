"""GoogLeNet against table 1 of its paper, and against torchvision's where that one can be made the same."""

import pytest
import torch
import torchvision
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode
from torchvision.models.googlenet import BasicConv2d

from solutions.googlenet import (
    INPUT_SHAPES,
    AuxiliaryHead,
    GoogLeNet,
    InceptionModule,
    NaiveInception,
    googlenet,
)


def parameters_of(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


@pytest.fixture(scope="module")
def network() -> GoogLeNet:
    with torch.device("meta"):
        return googlenet()


def test_sizes_are_those_of_table_1(network):
    shapes: dict[str, tuple[int, ...]] = {}

    def hook_for(name: str):
        def record(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
            shapes[name] = tuple(output.shape[1:])

        return record

    handles = [child.register_forward_hook(hook_for(name)) for name, child in network.named_children()]
    network.eval()(torch.empty(1, *INPUT_SHAPES["googlenet"], device="meta"))
    for handle in handles:
        handle.remove()
    assert shapes == {
        "conv1": (64, 112, 112),
        "pool1": (64, 56, 56),
        "norm1": (64, 56, 56),
        "conv2_reduce": (64, 56, 56),
        "conv2": (192, 56, 56),
        "norm2": (192, 56, 56),
        "pool2": (192, 28, 28),
        "inception3a": (256, 28, 28),
        "inception3b": (480, 28, 28),
        "pool3": (480, 14, 14),
        "inception4a": (512, 14, 14),
        "inception4b": (512, 14, 14),
        "inception4c": (512, 14, 14),
        "inception4d": (528, 14, 14),
        "inception4e": (832, 14, 14),
        "pool4": (832, 7, 7),
        "inception5a": (832, 7, 7),
        "inception5b": (1024, 7, 7),
        "global_average": (1024, 1, 1),
        "dropout": (1024,),
        "fc": (1000,),
    }


# Szegedy et al. 2014, table 1, column "ops", in millions of multiply-adds
@pytest.mark.parametrize(
    ("module", "inputs", "millions"),
    [
        pytest.param("inception3a", (192, 28), 128, id="3a"),
        pytest.param("inception3b", (256, 28), 304, id="3b"),
        pytest.param("inception4a", (480, 14), 73, id="4a"),
        pytest.param("inception4b", (512, 14), 88, id="4b"),
        pytest.param("inception4c", (512, 14), 100, id="4c"),
        pytest.param("inception4d", (512, 14), 119, id="4d"),
        pytest.param("inception4e", (528, 14), 170, id="4e"),
        pytest.param("inception5a", (832, 7), 51, id="5a, where the table prints 54"),
        pytest.param("inception5b", (832, 7), 71, id="5b"),
    ],
)
def test_multiply_adds_of_table_1(network, module, inputs, millions):
    channels, size = inputs
    with FlopCounterMode(display=False) as counter:
        network.get_submodule(module)(torch.empty(1, channels, size, size, device="meta"))
    # The table cuts 73.6 to 73, and rounds 118.5 to 119.
    assert abs(counter.get_total_flops() / 2 / 1e6 - millions) < 1


def test_multiply_adds_of_the_whole(network):
    # Table 1 prints 34 million for the first convolution and 360 for the next two.
    first, next_two = 112**2 * 64 * 147, 56**2 * (64 * 64 + 192 * 576)
    assert [round(first / 1e6), round(next_two / 1e6)] == [118, 360]

    with FlopCounterMode(display=False) as counter:
        network.eval()(torch.empty(1, *INPUT_SHAPES["googlenet"], device="meta"))
    assert counter.get_total_flops() == 2 * 1_582_671_872


def test_parameters_with_and_without_the_auxiliary_heads(network):
    # one convolution to 128, 4×4×128 to 1024, 1024 to 1000, with biases
    def head(channels: int) -> int:
        return (channels + 1) * 128 + (2048 + 1) * 1024 + (1024 + 1) * 1000

    with torch.device("meta"):
        without = parameters_of(googlenet(aux_heads=False))
    assert without == 6_998_552  # 13,378,280 − both heads: also the count of Caffe's bvlc_googlenet
    assert parameters_of(network) == without + head(512) + head(528) == 13_378_280


def test_module_3a_has_the_159k_weights_of_table_1():
    module = InceptionModule(192, 64, 96, 128, 16, 32, 32)
    weights = sum(p.numel() for p in module.parameters() if p.ndim == 4)
    by_hand = 192 * (64 + 96 + 16 + 32) + 9 * 96 * 128 + 25 * 16 * 32
    assert weights == by_hand
    assert weights // 1024 == 159


def test_22_layers_with_weights_on_the_longest_path(network):
    convolutions = sum(isinstance(module, nn.Conv2d) for module in network.children())
    modules = sum(isinstance(module, InceptionModule) for module in network.children())
    assert convolutions + 2 * modules + 1 == 22


def test_auxiliary_heads_answer_in_training_only(network):
    x = torch.empty(2, *INPUT_SHAPES["googlenet"], device="meta")
    assert [scores.shape for scores in network.train()(x)] == [(2, 1000)] * 3
    assert network.eval()(x).shape == (2, 1000)
    with torch.device("meta"):
        assert googlenet(num_classes=5, aux_heads=False).train()(x).shape == (2, 5)


def test_auxiliary_heads_hang_on_4a_and_4d():
    with torch.device("meta"):
        network = googlenet()
    inputs: dict[str, Tensor] = {}
    for name in ("aux4a", "aux4d"):
        network.get_submodule(name).register_forward_pre_hook(
            lambda module, args, name=name: inputs.update({name: args[0]})
        )
    outputs: dict[str, Tensor] = {}
    for name in ("inception4a", "inception4d"):
        network.get_submodule(name).register_forward_hook(
            lambda module, args, output, name=name: outputs.update({name: output})
        )
    network.train()(torch.empty(1, *INPUT_SHAPES["googlenet"], device="meta"))
    assert inputs["aux4a"] is outputs["inception4a"]
    assert inputs["aux4d"] is outputs["inception4d"]


def test_auxiliary_head_is_its_list_of_layers():
    head = AuxiliaryHead(8, num_classes=3).eval()
    conv, first, second = head.conv, head.fc1, head.fc2
    x = torch.randn(2, 8, 14, 14)
    pooled = x.unfold(2, 5, 3).unfold(3, 5, 3).mean((4, 5))
    hidden = torch.relu(first(torch.relu(conv(pooled)).flatten(1)))
    torch.testing.assert_close(head(x), second(hidden))
    assert [m.p for m in head.modules() if isinstance(m, nn.Dropout)] == [0.7]


def test_naive_module_passes_its_input_channels_on():
    module = NaiveInception(6, 2, 3, 4)
    x = torch.randn(1, 6, 5, 5)
    out = module(x)
    assert out.shape == (1, 2 + 3 + 4 + 6, 5, 5)
    assert parameters_of(module) == (6 + 1) * 2 + (54 + 1) * 3 + (150 + 1) * 4
    centre = x[:, :, 1:4, 1:4].amax((2, 3))  # the 3×3 window around the pixel in the middle
    torch.testing.assert_close(out[:, 9:, 2, 2], centre)


def fold_batch_norm(conv: nn.Conv2d, bn: nn.BatchNorm2d) -> tuple[Tensor, Tensor]:
    """Weight and bias of the one convolution that does what both do in eval mode."""
    scale = bn.weight / torch.sqrt(bn.running_var + bn.eps)
    return conv.weight * scale[:, None, None, None], bn.bias - bn.running_mean * scale


def test_same_function_as_torchvision_once_the_known_differences_are_taken_out():
    theirs = torchvision.models.GoogLeNet(num_classes=7, aux_logits=False, init_weights=False).double().eval()
    ours = googlenet(num_classes=7, aux_heads=False).double().eval()

    # torchvision has no local response normalisation and a smaller fourth pooling.
    ours.norm1, ours.norm2 = nn.Identity(), nn.Identity()
    ours.pool4 = nn.MaxPool2d(kernel_size=2, stride=2, ceil_mode=True)
    blocks = [m for m in theirs.modules() if isinstance(m, BasicConv2d)]
    convs = [m for m in ours.modules() if isinstance(m, nn.Conv2d)]
    with torch.no_grad():
        for conv, block in zip(convs, blocks, strict=True):
            nn.init.uniform_(block.bn.running_mean, -0.1, 0.1)
            nn.init.uniform_(block.bn.running_var, 0.05, 0.2)
            weight, bias = fold_batch_norm(block.conv, block.bn)
            border = (conv.kernel_size[0] - block.conv.kernel_size[0]) // 2
            conv.weight.copy_(nn.functional.pad(weight, (border,) * 4))  # a 3×3 kernel in the middle of our 5×5
            conv.bias.copy_(bias)
        ours.fc.load_state_dict(theirs.fc.state_dict())
        x = torch.randn(2, 3, 75, 64).double()
        torch.testing.assert_close(ours(x), theirs(x))
