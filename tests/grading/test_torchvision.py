"""torchvision's own code, handed in: where it is the network of the paper it gets full marks, else it is told what not.

Its classes are copied out of their files as text, as a student would, since no submission may import torchvision.
Networks that take images of any size are graded on small ones.
"""

import inspect
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

import pytest
from torchvision.ops import misc

from cnnquiz.bank.exercise import Exercise, exercise_against, exercise_by_name
from cnnquiz.bundled import bundled_path
from cnnquiz.grading.grade import Grader
from cnnquiz.grading.report import Report
from cnnquiz.sandbox import Sandbox

# torchvision.models has a function beside each of these modules, under the same name.
alexnet, densenet, googlenet, inception, mobilenetv2, resnet, squeezenet, vgg = (
    import_module(f"torchvision.models.{name}")
    for name in ("alexnet", "densenet", "googlenet", "inception", "mobilenetv2", "resnet", "squeezenet", "vgg")
)

IMPORTS = """
import warnings
from collections import OrderedDict, namedtuple
from collections.abc import Sequence
from functools import partial
from typing import Any, Callable, Optional, Union, cast

import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.nn.init as init
import torch.utils.checkpoint as cp
from torch import Tensor

GoogLeNetOutputs = namedtuple("GoogLeNetOutputs", ["logits", "aux_logits2", "aux_logits1"])


def _log_api_usage_once(model):
    pass


def _make_ntuple(x, n):
    return tuple(x) if isinstance(x, (list, tuple)) else (x,) * n


"""

RESNET = (resnet.conv3x3, resnet.conv1x1, resnet.BasicBlock, resnet.Bottleneck, resnet.ResNet)
DENSENET = (densenet._DenseLayer, densenet._DenseBlock, densenet._Transition, densenet.DenseNet)
SQUEEZENET = (squeezenet.Fire, squeezenet.SqueezeNet)
GOOGLENET = (googlenet.BasicConv2d, googlenet.Inception, googlenet.InceptionAux, googlenet.GoogLeNet)
INCEPTION = (inception.BasicConv2d, inception.InceptionC)
CONVOLUTION = (misc.ConvNormActivation, misc.Conv2dNormActivation)
MOBILENET = (*CONVOLUTION, mobilenetv2._make_divisible, mobilenetv2.InvertedResidual, mobilenetv2.MobileNetV2)

# What of a shortcut torchvision's networks, not its blocks, build.
DOWNSAMPLE = """
def downsample(in_channels, out_channels, stride):
    if stride == 1 and in_channels == out_channels:
        return None
    return nn.Sequential(conv1x1(in_channels, out_channels, stride), nn.BatchNorm2d(out_channels))
"""


@dataclass(frozen=True, kw_only=True)
class Copied:
    """An exercise, or a network of solutions/, and what of torchvision is handed in for it.

    `small` is a small image for a network that takes any, `entry` what makes the exercise's module. Where it is not the
    network that was asked for, `bug` and `text` are what the student is told.
    """

    exercise: str
    parts: tuple[Any, ...]
    entry: str
    small: tuple[int, ...] | None = None
    bug: str = ""
    text: str = ""
    is_slow: bool = False

    @property
    def source(self) -> bytes:
        return (IMPORTS + "\n\n".join([*map(inspect.getsource, self.parts), self.entry])).encode()


BASIC_BLOCK = """
Torchvision = BasicBlock

def BasicBlock(in_channels, out_channels, stride=1):
    return Torchvision(in_channels, out_channels, stride, downsample(in_channels, out_channels, stride))
"""
BOTTLENECK = """
Torchvision = Bottleneck

def Bottleneck(in_channels, out_channels, stride=1):
    return Torchvision(in_channels, out_channels // 4, stride, downsample(in_channels, out_channels, stride))
"""
# Its width is rounded down after a division by 64, so a hair is added.
RESNEXT = """
class Unexpanded(Bottleneck):
    expansion = 1

def ResNeXtBlock(in_channels, out_channels, stride=1, groups=32, width_per_group=4):
    shortcut = downsample(in_channels, out_channels, stride)
    base_width = 64 * (width_per_group + 1e-6) / out_channels
    return Unexpanded(in_channels, out_channels, stride, shortcut, groups, base_width)
"""
SQUEEZE = """
Torchvision = SqueezeNet

def SqueezeNet(num_classes=1000):
    return Torchvision({version!r}, num_classes)
"""
ROUNDED_DOWN = """
Torchvision = SqueezeNet

def SqueezeNet(num_classes=1000):
    network = Torchvision("1_0", num_classes)
    for layer in network.modules():
        if isinstance(layer, nn.MaxPool2d):
            layer.ceil_mode = False
    return network
"""
GOOGLENET_WITHOUT_HEADS = """
Torchvision = GoogLeNet

def GoogLeNet(num_classes=1000, aux_heads=True):
    return Torchvision(num_classes, aux_logits=aux_heads, init_weights=False)
"""
INCEPTION_MODULE = """
def InceptionModule(in_channels, ch1x1, ch3x3_reduce, ch3x3, ch5x5_reduce, ch5x5, pool_proj):
    return Inception(in_channels, ch1x1, ch3x3_reduce, ch3x3, ch5x5_reduce, ch5x5, pool_proj)
"""
VGG_BLOCK = """
def VGGBlock(in_channels, out_channels, num_convs):
    layers = make_layers([out_channels] * num_convs + ["M"], batch_norm={batch_norm})
    layers[0] = nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1)
    return layers
"""
RESPONSE_NORM = """
def LocalResponseNorm(n=5, k=2.0, alpha=1e-4, beta=0.75):
    return nn.LocalResponseNorm(n, {alpha}, beta, k)
"""

SAME = {
    "the BasicBlock of resnet18": Copied(exercise="basic_block", parts=RESNET[:3], entry=DOWNSAMPLE + BASIC_BLOCK),
    "the Bottleneck of resnext50": Copied(exercise="resnext_block", parts=RESNET[:4], entry=DOWNSAMPLE + RESNEXT),
    "the Fire module of squeezenet": Copied(
        exercise="fire_module",
        parts=SQUEEZENET[:1],
        entry="class FireModule(Fire):\n    def __init__(self, in_channels, squeeze_channels, expand1x1_channels, expand3x3_channels):\n        super().__init__(in_channels, squeeze_channels, expand1x1_channels, expand3x3_channels)",
    ),
    "the dense block of densenet121": Copied(
        exercise="dense_block",
        parts=DENSENET[:2],
        entry="def DenseBlock(in_channels, num_layers, growth_rate=32):\n"
        "    return _DenseBlock(num_layers, in_channels, bn_size=4, growth_rate=growth_rate, drop_rate=0.0)",
    ),
    "the inverted residual of mobilenet_v2": Copied(
        exercise="inverted_residual",
        parts=MOBILENET[:-1],
        entry="Torchvision = InvertedResidual\n\ndef InvertedResidual(in_channels, out_channels, stride, expand_ratio):\n"
        "    return Torchvision(in_channels, out_channels, stride, expand_ratio)",
    ),
    "the layers of vgg16": Copied(
        exercise="vgg_block", parts=(vgg.make_layers,), entry=VGG_BLOCK.format(batch_norm=False)
    ),
    "the InceptionC of inception_v3": Copied(
        exercise="factorised_inception", parts=INCEPTION, entry="class FactorisedInception(InceptionC): ..."
    ),
    # torch multiplies alpha with the mean of n squares, the paper with their sum.
    "torch's response normalisation, with an alpha n times as large": Copied(
        exercise="local_response_norm", parts=(), entry=RESPONSE_NORM.format(alpha="n * alpha")
    ),
    # Its poolings round sizes up, those of the paper's definition down: there is no rest for these images.
    "squeezenet1_0": Copied(
        exercise="squeezenet", parts=SQUEEZENET, entry=SQUEEZE.format(version="1_0"), small=(3, 67, 99)
    ),
    "squeezenet1_0 with poolings that round down": Copied(
        exercise="squeezenet", parts=SQUEEZENET, entry=ROUNDED_DOWN, small=(3, 67, 99)
    ),
    "resnet18": Copied(
        exercise="resnet18",
        parts=RESNET,
        entry="def ResNet18():\n    return ResNet(BasicBlock, [2, 2, 2, 2])",
        small=(3, 64, 64),
        is_slow=True,
    ),
    "densenet121": Copied(
        exercise="densenet121",
        parts=DENSENET,
        entry="def DenseNet121(num_classes=1000):\n    return DenseNet(num_classes=num_classes)",
        small=(3, 64, 64),
        is_slow=True,
    ),
    "mobilenet_v2": Copied(
        exercise="mobilenet.py:mobilenet_v2",
        parts=MOBILENET,
        entry="def mobilenet_v2():\n    return MobileNetV2()",
        small=(3, 64, 64),
        is_slow=True,
    ),
    # Adaptive pooling to 6×6 changes nothing where 6×6 pixels arrive.
    "alexnet": Copied(
        exercise="alexnet_one_tower",
        parts=(alexnet.AlexNet,),
        entry="class AlexNetOneTower(AlexNet): ...",
        is_slow=True,
    ),
    "vgg16": Copied(
        exercise="vgg16",
        parts=(vgg.VGG, vgg.make_layers),
        entry=f"def VGG16():\n    return VGG(make_layers({vgg.cfgs['D']}), init_weights=False)",
        is_slow=True,
    ),
}

DIFFERENT = {
    # Goyal et al. 2017, arXiv:1706.02677: "ResNet v1.5" has the stride in the 3×3 convolution.
    "the Bottleneck of resnet50": Copied(
        exercise="bottleneck",
        parts=RESNET[:4],
        entry=DOWNSAMPLE + BOTTLENECK,
        bug="stride moved",
        text="the stride at `conv1` moved to `conv2`",
    ),
    "resnet50": Copied(
        exercise="resnet50",
        parts=RESNET,
        entry="def ResNet50():\n    return ResNet(Bottleneck, [3, 4, 6, 3])",
        small=(3, 64, 64),
        bug="stride moved",
        text="the stride at `layer2.0.conv1` moved to `layer2.0.conv2`, and in 2 more of its kind",
        is_slow=True,
    ),
    # It is TensorFlow's: batch normalisation, hence no biases, and a 3×3 convolution where the paper has a 5×5.
    "the inception module of googlenet": Copied(
        exercise="inception_module",
        parts=GOOGLENET[:2],
        entry=INCEPTION_MODULE,
        bug="wrong bias",
        text="`branch1.conv` has bias False; the reference has bias True",
    ),
    "googlenet": Copied(
        exercise="googlenet",
        parts=GOOGLENET,
        entry=GOOGLENET_WITHOUT_HEADS,
        small=(3, 64, 96),
        bug="wrong bias",
        text="`conv1.conv` has bias False; the reference has bias True",
        is_slow=True,
    ),
    # Version 1.1 starts with 64 filters of 3×3 where the paper has 96 of 7×7, and pools earlier.
    "squeezenet1_1": Copied(
        exercise="squeezenet",
        parts=SQUEEZENET,
        entry=SQUEEZE.format(version="1_1"),
        small=(3, 67, 99),
        bug="wrong out_channels",
        text="`features.0` has out_channels 64; the reference has out_channels 96",
    ),
    # Krizhevsky 2014 has one tower with 64 filters first, 2012 two towers with 48 each, and response normalisation.
    "alexnet for that of 2012": Copied(
        exercise="alexnet",
        parts=(alexnet.AlexNet,),
        entry="Torchvision = AlexNet\n\nclass AlexNet(Torchvision): ...",
        bug="wrong out_channels",
        text="`features.0` has out_channels 64; the reference has out_channels 96",
        is_slow=True,
    ),
    # The authors' first code has biases, the paper's equations have none.
    "the squeeze-and-excitation of torchvision.ops": Copied(
        exercise="se_block",
        parts=(misc.SqueezeExcitation,),
        entry="def SEBlock(channels, reduction=16):\n    return SqueezeExcitation(channels, channels // reduction)",
        bug="wrong bias",
        text="with bias True instead of False at `fc1`, and in 1 more of its kind",
    ),
    "the layers of vgg16_bn": Copied(
        exercise="vgg_block",
        parts=(vgg.make_layers,),
        entry=VGG_BLOCK.format(batch_norm=True),
        bug="extra batch_norm",
        text="after `0` your network has batch_norm (`1`); the reference does not",
    ),
}

ALL = bool(os.environ.get("CNNQUIZ_ALL"))


def graded(copied: Copied, sandbox: Sandbox) -> Report:
    return Grader(exercise_of(copied), sandbox).grade(copied.source, "mine.py")


def exercise_of(copied: Copied) -> Exercise:
    file, _, network = copied.exercise.partition(":")
    if network:
        assert copied.small is not None
        path = bundled_path("solutions") / file
        return exercise_against(path, network, input_shape=copied.small, source=copied.source, path=path)
    exercise = exercise_by_name(copied.exercise)
    return exercise if copied.small is None else replace(exercise, input_shape=copied.small, also=())


def cases(table: Mapping[str, Copied]) -> list[str]:
    return [name for name, copied in table.items() if ALL or not copied.is_slow]


@pytest.mark.slow
@pytest.mark.parametrize("name", cases(SAME))
def test_the_network_of_the_paper_gets_full_marks(sandbox, name):
    report = graded(SAME[name], sandbox)

    assert report.verdict == "pass", report.diagnosis or report.checks
    assert report.points == report.max_points


@pytest.mark.slow
@pytest.mark.parametrize("name", cases(DIFFERENT))
def test_a_variant_of_the_network_is_told_what_it_does_otherwise(sandbox, name):
    copied = DIFFERENT[name]

    report = graded(copied, sandbox)

    assert report.verdict == "fail"
    assert report.points < report.max_points
    assert report.diagnosis[0].bug == copied.bug
    assert copied.text in report.diagnosis[0].message


@pytest.mark.slow
def test_torchs_alpha_is_not_that_of_the_paper(sandbox):
    copied = Copied(exercise="local_response_norm", parts=(), entry=RESPONSE_NORM.format(alpha="alpha"))

    report = graded(copied, sandbox)

    assert report.verdict == "fail"
    assert {check.name for check in report.checks if check.passed} == {"builds", "output_shape", "parameters"}
