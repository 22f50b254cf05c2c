"""Receptive fields: published ones, hand-computed ones, and the support of gradients as the judge."""

from collections.abc import Callable, Sequence
from copy import deepcopy

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from cnnquiz.cnn import Network
from cnnquiz.cnn.receptive_field import ReceptiveField, last_spatial_field, receptive_fields
from cnnquiz.tracing.record import record_network
from cnnquiz.tracing.torchvision_models import record_torchvision

torch.set_num_threads(1)

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")


def recorded(*layers: nn.Module, input_shape: Sequence[int] = (1, 64, 64)) -> Network:
    return record_network(lambda: deepcopy(nn.Sequential(*layers)).to("meta"), input_shape, "drawn")


def fields(network: Network) -> list[ReceptiveField]:
    known = [field for field in receptive_fields(network) if field is not None]
    assert len(known) == len(network.calls)
    return known


def conv(kernel_size: int, stride: int = 1, padding: int | str = 0, dilation: int = 1) -> nn.Conv2d:
    return nn.Conv2d(1, 1, kernel_size, stride, padding, dilation)


# Araujo, Norris & Sim, "Computing Receptive Fields of Convolutional Neural Networks" (2019), table of section 3:
# the field of the last layer before global pooling. All but Inception v3, DenseNet and MobileNet v2 recomputed by hand.
@pytest.mark.parametrize(
    ("name", "pixels", "size", "jump"),
    [
        pytest.param("alexnet", 224, 195, 32, id="AlexNet pool5"),
        pytest.param("vgg16", 224, 212, 32, id="VGG-16 pool5"),
        pytest.param("resnet18", 224, 435, 32, id="ResNet-18"),
        pytest.param(
            "resnet50", 224, 427, 32, id="ResNet-50 with its strides on the 3x3 layers, 56 less than on the 1x1"
        ),
        pytest.param("mobilenet_v2", 224, 491, 32, id="MobileNet v2"),
        pytest.param("inception_v3", 299, 1311, 32, id="Inception v3, where the branches differ"),
        pytest.param("densenet121", 224, 2071, 32, id="DenseNet-121, where every layer sees all before"),
    ],
)
def test_published_fields(name: str, pixels: int, size: int, jump: int) -> None:
    network = record_torchvision(name, (3, pixels, pixels))
    field = last_spatial_field(network)

    assert field is not None
    assert (field.size, field.jump) == ((size, size), (jump, jump))
    assert fields(network)[-1].whole_input


class _Bottleneck(nn.Module):
    """A residual block with its stride on the first 1x1 layer, as in the paper."""

    def __init__(self, stride: int) -> None:
        super().__init__()
        self.main = nn.Sequential(conv(1, stride), conv(3, padding=1), conv(1))
        self.shortcut = conv(1, stride)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.main(x) + self.shortcut(x)


def test_resnet_50_as_in_its_paper() -> None:
    """7; 11 after pooling; then 2·jump for each block: 3·8 + 4·16 + 6·32 + 3·64 = 472, in all 483 (Araujo 2019)."""
    blocks = [_Bottleneck(2 if i == 0 and n > 0 else 1) for n, count in enumerate((3, 4, 6, 3)) for i in range(count)]
    network = recorded(conv(7, 2, 3), nn.MaxPool2d(3, 2, 1), *blocks, input_shape=(1, 224, 224))
    field = last_spatial_field(network)

    assert field is not None
    assert (field.size, field.jump) == ((483, 483), (32, 32))
    # Stem -3, pooling -1·2, then -jump for each 3x3: -3·4 - 4·8 - 6·16 - 3·32.
    assert field.start == (-241, -241)


def test_alexnet_layer_by_layer() -> None:
    network = record_torchvision("alexnet", (3, 224, 224))
    spatial = [
        (call.op.name, field.size[0], field.jump[0], field.start[0])
        for call, field in zip(network.calls, fields(network), strict=True)
        if call.op.name in ("conv2d", "max_pool2d")
    ]

    # start: -2; conv2 pads 2 of jump 8; conv3, conv4, conv5 pad 1 of jump 16.
    assert spatial == [
        ("conv2d", 11, 4, -2),
        ("max_pool2d", 19, 8, -2),
        ("conv2d", 51, 8, -18),
        ("max_pool2d", 67, 16, -18),
        ("conv2d", 99, 16, -34),
        ("conv2d", 131, 16, -50),
        ("conv2d", 163, 16, -66),
        ("max_pool2d", 195, 32, -66),
    ]


def test_yu_and_koltun_table_1() -> None:
    """The basic context module: 3x3 layers, dilated by 1, 1, 2, 4, 8, 16, 1, and a 1x1 layer."""
    layers = [conv(3, padding=d, dilation=d) for d in (1, 1, 2, 4, 8, 16, 1)]

    assert [f.size[0] for f in fields(recorded(*layers, conv(1)))] == [3, 5, 9, 17, 33, 65, 67, 67]


@pytest.mark.parametrize(
    ("layers", "size", "jump", "start"),
    [
        pytest.param([conv(3), conv(3)], 5, 1, 0, id="two 3x3 see 5x5"),
        pytest.param([conv(3), conv(3), conv(3)], 7, 1, 0, id="three 3x3 see 7x7"),
        pytest.param([conv(3, 2), conv(3)], 7, 2, 0, id="a stride doubles what comes after it"),
        pytest.param([conv(3), conv(3, 2)], 5, 2, 0, id="and nothing before it"),
        pytest.param([conv(3, padding=1), conv(5, padding=2)], 7, 1, -3, id="padding moves the start"),
        pytest.param([conv(1)], 1, 1, 0, id="1x1 sees a pixel"),
        pytest.param([conv(1, 2)], 1, 2, 0, id="1x1 with a stride leaves pixels out"),
        pytest.param([conv(2, padding="same")], 2, 1, 0, id="'same' puts the odd pixel after"),
        pytest.param([nn.MaxPool2d(3, 2, dilation=2)], 5, 2, 0, id="dilated pooling"),
        pytest.param([conv(3), nn.BatchNorm2d(1), nn.ReLU(), nn.Dropout()], 3, 1, 0, id="each number by itself"),
        pytest.param([conv(5, 2, 2), nn.AdaptiveAvgPool2d(8)], 11, 8, -2, id="adaptive pooling that divides: 32 to 8"),
        pytest.param([conv(3, padding=1), nn.AdaptiveAvgPool2d(64)], 3, 1, -1, id="adaptive pooling to its own size"),
    ],
)
def test_by_hand(layers: list[nn.Module], size: int, jump: int, start: int) -> None:
    field = fields(recorded(*layers))[-1]

    assert (field.size, field.jump, field.start) == ((size,) * 2, (jump,) * 2, (start,) * 2)
    assert field.centre == (start + (size - 1) / 2,) * 2
    assert not field.whole_input


def test_axes_are_separate() -> None:
    network = recorded(nn.Conv2d(1, 1, (1, 7), (1, 2), (0, 3)), nn.Conv2d(1, 1, (7, 1), padding=(3, 0)))
    field = fields(network)[-1]

    assert (field.size, field.jump, field.start) == ((7, 7), (1, 2), (-3, -3))


class _Function(nn.Module):
    def __init__(self, function: Callable[..., torch.Tensor], *layers: nn.Module) -> None:
        super().__init__()
        self.function = function
        self.layers = nn.ModuleList(layers)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.function(x, *self.layers)


def squeeze_and_excite(x: torch.Tensor, layer: nn.Module, gate: nn.Module) -> torch.Tensor:
    x = layer(x)
    return x * gate(x.mean((2, 3))).view(x.size(0), -1, 1, 1)


@pytest.mark.parametrize(
    ("module", "size", "start"),
    [
        pytest.param(_Function(lambda x, f: x + f(x), conv(3, padding=1)), 3, -1, id="a shortcut never enlarges"),
        pytest.param(
            _Function(lambda x, f, g: torch.cat([f(x), g(x)], 1), conv(1), conv(5, padding=2)), 5, -2, id="the widest"
        ),
        pytest.param(
            _Function(
                lambda x, f, g, h: torch.cat([g(f(x)), h(x)], 1),
                conv(2, padding="same"),
                conv(2, padding="same"),
                conv(3, padding=1),
            ),
            4,
            -1,
            id="the box around branches that are not centred alike",
        ),
        pytest.param(
            _Function(squeeze_and_excite, conv(3, padding=1), nn.Linear(1, 1)), 3, -1, id="a gate is left out"
        ),
        pytest.param(_Function(lambda x, f: f(x) * torch.sigmoid(x), conv(3, padding=1)), 3, -1, id="a map as a gate"),
    ],
)
def test_branches(module: nn.Module, size: int, start: int) -> None:
    field = receptive_fields(recorded(module))[-1]

    assert field is not None
    assert (field.size, field.start) == ((size, size), (start, start))


def test_linear_and_global_pooling_see_the_whole_input() -> None:
    network = recorded(conv(3, 2), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1, 5), input_shape=(1, 20, 30))
    first, *others = fields(network)

    assert not first.whole_input
    assert {(field.size, field.start, field.whole_input) for field in others} == {((20, 30), (0, 0), True)}
    assert last_spatial_field(network) == first


def test_a_flattened_map_is_not_the_whole_input_before_a_linear_layer() -> None:
    flat, linear = fields(recorded(conv(3), nn.Flatten(), nn.Linear(62 * 62, 5)))[1:]

    assert (flat.size, flat.whole_input) == ((3, 3), False)
    assert (linear.size, linear.whole_input) == ((64, 64), True)


@pytest.mark.parametrize(
    "layers",
    [
        pytest.param([nn.ConvTranspose2d(1, 1, 3, 2)], id="a transposed convolution: positions differ"),
        pytest.param([nn.AdaptiveAvgPool2d(7)], id="adaptive pooling of 64 to 7: windows differ"),
        pytest.param([nn.Linear(64, 64)], id="a linear layer along one axis"),
        pytest.param([nn.Flatten(2)], id="pixels in a row"),
        pytest.param([nn.Upsample(scale_factor=2)], id="a function without a rule"),
        pytest.param([nn.Upsample(scale_factor=2), conv(3)], id="whatever follows one"),
        pytest.param([_Function(lambda x, f: x + f(x).flip(2), conv(3, padding=1))], id="a branch without a rule"),
        pytest.param([_Function(lambda x, f: torch.cat([x, f(x)], 2), conv(3, padding=1))], id="cat of pixels"),
    ],
)
def test_unknown_fields(layers: list[nn.Module]) -> None:
    network = recorded(*layers)

    assert receptive_fields(network)[-1] is None
    assert last_spatial_field(network) is None


def test_a_network_of_features_has_no_fields() -> None:
    network = recorded(nn.Linear(8, 4), nn.ReLU(), input_shape=(8,))

    assert receptive_fields(network) == (None, None)
    assert last_spatial_field(network) is None


# Average instead of maximum pooling: the gradient of a maximum reaches one pixel of its window.
@st.composite
def layers_1d(draw: st.DrawFn) -> nn.Module:
    kernel_size, stride = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    if draw(st.booleans()):
        return nn.AvgPool1d(kernel_size, stride, draw(st.integers(0, kernel_size // 2)))
    return nn.Conv1d(1, 1, kernel_size, stride, draw(st.integers(0, 3)), draw(st.integers(1, 3)), bias=False)


@st.composite
def blocks_1d(draw: st.DrawFn) -> nn.Module:
    """Two paths of one length: a shortcut or a dilated layer beside a 'same' convolution."""
    kernel_size, dilation = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    main = nn.Conv1d(1, 1, kernel_size, padding="same", bias=False)
    side = draw(st.sampled_from([nn.Identity(), nn.Conv1d(1, 1, 2, padding="same", dilation=dilation, bias=False)]))
    return _Function(lambda x, f, g: f(x) + g(x), main, side)


@settings(max_examples=60, derandomize=True)
@given(st.lists(layers_1d() | blocks_1d(), min_size=1, max_size=4))
def test_gradients_reach_the_field_and_nothing_else(layers: list[nn.Module]) -> None:
    pixels = 600
    module = nn.Sequential(*layers).double()
    for parameter in module.parameters():
        nn.init.ones_(parameter)
    x = torch.zeros(1, 1, pixels, dtype=torch.double, requires_grad=True)
    y = module(x)
    position = y.size(2) // 2
    y[0, 0, position].backward()
    assert x.grad is not None
    reached = x.grad[0, 0].nonzero().flatten()

    (axis,) = fields(recorded(*layers, input_shape=(1, pixels)))[-1].axes

    first = axis.start + position * axis.jump
    assert (int(reached[0]), int(reached[-1])) == (first, first + axis.size - 1)
