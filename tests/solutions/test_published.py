"""The recorded networks against the tables of their papers, each with the paper, the table and how it rounds."""

from collections.abc import Callable, Mapping
from math import floor

import pytest

from cnnquiz.bank.networks import load_network
from cnnquiz.cnn import Call, Network


def rounded(number: float, digits: int) -> float:
    return round(number, digits)


def cut(number: float, digits: int) -> float:
    """The other way in which papers shorten a number: what follows the last printed digit is dropped."""
    return floor(number * 10.0**digits) / 10.0**digits


def parameters(network: Network) -> int:
    return network.parameters


def multiply_adds(network: Network) -> int:
    return network.macs


def used_parameters(network: Network) -> int:
    """Auxiliary heads left out: they do not run when a network answers."""
    return network.parameters - sum(tensor.elements for tensor in network.unused_parameters)


def weights(calls: "tuple[Call, ...] | list[Call]") -> int:
    """Parameters of convolutions and linear layers without their biases."""
    return sum(p.elements for call in calls for p in call.parameters if len(p.shape) > 1)


def all_weights(network: Network) -> int:
    return weights(network.calls)


Shorten = Callable[[float, int], float]
Count = Callable[[Network], int]

PUBLISHED: Mapping[str, list[tuple[str, Count, float, str, Shorten]]] = {
    "LeCun et al. 1998, section II.B": [
        ("lenet5_1998", parameters, 60_000, "", rounded),
    ],
    "Krizhevsky et al. 2012, abstract: '60 million parameters', all that its 60,965,224 begin with": [
        ("alexnet", parameters, 60, "M", cut),
    ],
    "Simonyan & Zisserman 2015, table 2, millions of parameters; batch norm came later": [
        ("vgg11", parameters, 133, "M", rounded),
        ("vgg13", parameters, 133, "M", rounded),
        ("vgg16", parameters, 138, "M", rounded),
        ("vgg19", parameters, 144, "M", rounded),
    ],
    "Szegedy et al. 2015 (GoogLeNet), section 1: a budget of 1.5 billion multiply-adds; ours has 1.58": [
        ("googlenet", multiply_adds, 1.5, "G", cut),
    ],
    "Szegedy et al. 2016 (Inception v3), section 10: '5 billion multiply-adds and less than 25 million parameters'": [
        ("inception_v3", multiply_adds, 5, "G", cut),
        ("inception_v3", used_parameters, 23.8, "M", rounded),
    ],
    "He et al. 2016, table 1, FLOPs, which are multiply-adds; 3.66 and 3.86 are cut, the others rounded": [
        ("resnet18", multiply_adds, 1.8, "G", rounded),
        ("resnet34", multiply_adds, 3.6, "G", cut),
        ("resnet50", multiply_adds, 3.8, "G", cut),
        ("resnet101", multiply_adds, 7.6, "G", rounded),
        ("resnet152", multiply_adds, 11.3, "G", rounded),
    ],
    "He et al. 2016, table 6": [
        ("resnet20_cifar", parameters, 0.27, "M", rounded),
        ("resnet32_cifar", parameters, 0.46, "M", rounded),
        ("resnet44_cifar", parameters, 0.66, "M", rounded),
        ("resnet56_cifar", parameters, 0.85, "M", rounded),
        ("resnet110_cifar", parameters, 1.7, "M", rounded),
    ],
    "He et al. 2016b (identity mappings), table 4: ResNet-164 has 1.7M, as has ResNet-110": [
        ("preact_resnet164", parameters, 1.7, "M", rounded),
        ("preact_resnet110", parameters, 1.7, "M", rounded),
    ],
    "Zagoruyko & Komodakis 2016, tables 4 and 8": [
        ("wrn_40_4", parameters, 8.9, "M", rounded),
        ("wrn_28_10", parameters, 36.5, "M", rounded),
        ("wide_resnet50_2", parameters, 68.9, "M", rounded),
    ],
    "Xie et al. 2017, table 1; its ResNet-50 has its strides on the 3x3 layers, and 25.56M is cut": [
        ("resnet50_v1_5", parameters, 25.5, "M", cut),
        ("resnet50_v1_5", multiply_adds, 4.1, "G", rounded),
        ("resnext50_32x4d", parameters, 25.0, "M", rounded),
        ("resnext50_32x4d", multiply_adds, 4.2, "G", rounded),
    ],
    "Larsson et al. 2017, table 3, 40 layers; theirs has 100 classes, 11,610 parameters more": [
        ("fractalnet_cifar10", parameters, 4.8, "M", rounded),
    ],
    "Huang et al. 2017 (DenseNet), table 2, DenseNet-BC with depth 100 and k = 12": [
        ("densenet_bc_100_12", parameters, 0.8, "M", rounded),
    ],
    "Hu et al. 2018 (SENet), table 2 for ResNet-50; table 10 of the journal's version for r = 16": [
        ("resnet50", multiply_adds, 3.86, "G", rounded),
        ("se_resnet50", parameters, 28.1, "M", rounded),
    ],
    "Iandola et al. 2016, table 1, the total before pruning, with biases": [
        ("squeezenet1_0", parameters, 1_248_424, "", rounded),
    ],
    "Howard et al. 2017, table 4": [
        ("mobilenet_v1", multiply_adds, 569, "M", rounded),
        ("mobilenet_v1", parameters, 4.2, "M", rounded),
    ],
    "Sandler et al. 2018, table 4; 3.47M weights without batch norm are cut (3.5M with it)": [
        ("mobilenet_v2", multiply_adds, 300, "M", cut),
        ("mobilenet_v2", all_weights, 3.4, "M", cut),
    ],
}
UNITS = {"": 1, "M": 10**6, "G": 10**9}


@pytest.mark.parametrize(
    ("name", "count", "printed", "unit", "shorten"),
    [pytest.param(*case, id=f"{case[0]}: {table}") for table, cases in PUBLISHED.items() for case in cases],
)
def test_totals(name: str, count: Count, printed: float, unit: str, shorten: Shorten) -> None:
    digits = len(str(printed).partition(".")[2])

    assert shorten(count(load_network(name)) / UNITS[unit], digits) == printed


# Howard et al. 2017, table 2: percent of multiply-adds and of parameters by type of layer; their parameters are those
# weights alone. The first layer's share of the multiply-adds is printed 1.19, which leaves the column at 99.29.
@pytest.mark.parametrize(
    ("kind", "of_macs", "of_parameters"),
    [
        pytest.param("1x1", 94.86, 74.59, id="Conv 1 × 1"),
        pytest.param("depthwise", 3.06, 1.06, id="Conv DW 3 × 3"),
        pytest.param("3x3", 1.91, 0.02, id="Conv 3 × 3, printed 1.19 where 1.91 is meant"),
        pytest.param("linear", 0.18, 24.33, id="Fully connected"),
    ],
)
def test_mobilenet_spends_its_time_in_1x1(kind: str, of_macs: float, of_parameters: float) -> None:
    network = load_network("mobilenet_v1")
    calls = [call for call in network.calls if call.macs and mobilenet_kind(call) == kind]

    assert round(100 * sum(call.macs for call in calls) / network.macs, 2) == of_macs
    assert round(100 * weights(calls) / all_weights(network), 2) == of_parameters


def mobilenet_kind(call: Call) -> str:
    attributes = call.op.attributes()
    if call.op.name == "linear":
        return "linear"
    if attributes["groups"] != 1:
        return "depthwise"
    return "1x1" if attributes["kernel_size"] == (1, 1) else "3x3"


# Szegedy et al. 2015, table 1, column "params": weights in units of 1024, cut. These rows follow from the channels that
# the table gives; the first convolution's 2.7K does not (7 · 7 · 3 · 64 is 9,408), nor do most rows after 3a.
@pytest.mark.parametrize(("layer", "thousands"), [("conv2", 112), ("inception3a", 159), ("fc", 1000)])
def test_googlenet_table_1(layer: str, thousands: int) -> None:
    calls = [call for call in load_network("googlenet").calls if call.name.startswith(layer)]

    assert weights(calls) // 1024 == thousands


def test_senet_counts_pooling_and_scaling() -> None:
    """Table 2 prints 3.87 GFLOPs: 3.860 of layers and, for each gated map, an add and a multiplication a number."""
    gated = 3 * 256 * 56**2 + 4 * 512 * 28**2 + 6 * 1024 * 14**2 + 3 * 2048 * 7**2

    assert round((load_network("se_resnet50").macs + 2 * gated) / 1e9, 2) == 3.87


def test_squeezenet_has_50_times_fewer_parameters_than_alexnet() -> None:
    """Iandola et al. 2016, abstract; '50x' is 60.97M to 1.25M, which is 48.8."""
    alexnet, squeezenet = load_network("alexnet"), load_network("squeezenet1_0")

    assert round(alexnet.parameters / squeezenet.parameters, 1) == 48.8
