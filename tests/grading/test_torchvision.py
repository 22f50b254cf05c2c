"""torchvision's own code, handed in: where it is the network of the paper it gets full marks, else it is told what not.

Its classes are copied out of their files as text, as a student would, since no submission may import torchvision.
Networks that take images of any size are graded on small ones.
"""

import inspect
import os
from dataclasses import replace
from functools import cache
from importlib import import_module

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


def source(parts: tuple[object, ...], entry: str) -> bytes:
    """torchvision's classes and functions, and what makes the exercise's module of them."""
    return (IMPORTS + "\n\n".join([*map(inspect.getsource, parts), entry])).encode()


SAME = {
    "alexnet, with an adaptive pooling that changes nothing": (
        *("alexnet_one_tower", None, (alexnet.AlexNet,)),
        "class AlexNetOneTower(AlexNet): ...",
    ),
    "vgg16": (
        *("vgg16", None, (vgg.VGG, vgg.make_layers)),
        f"def VGG16():\n    return VGG(make_layers({vgg.cfgs['D']}), init_weights=False)",
    ),
    "resnet18": ("resnet18", (3, 64, 96), RESNET, "def ResNet18():\n    return ResNet(BasicBlock, [2, 2, 2, 2])"),
    "densenet121": (
        *("densenet121", (3, 64, 96), DENSENET),
        "def DenseNet121(num_classes=1000):\n    return DenseNet(num_classes=num_classes)",
    ),
    "squeezenet1_0, whose poolings would round up if there were a rest": (
        *("squeezenet", (3, 67, 99), SQUEEZENET),
        "def SqueezeNet_1_0(num_classes=1000):\n    return SqueezeNet('1_0', num_classes)",
    ),
    "the BasicBlock of resnet18": (
        *("basic_block", None, RESNET[:3]),
        DOWNSAMPLE + "Torchvision = BasicBlock\ndef BasicBlock(in_channels, out_channels, stride=1):\n"
        "    return Torchvision(in_channels, out_channels, stride, downsample(in_channels, out_channels, stride))",
    ),
    "the Bottleneck of resnext50": (
        *("resnext_block", None, RESNET[:4]),
        DOWNSAMPLE + "class Wide(Bottleneck):\n    expansion = 1\n"
        "def ResNeXtBlock(in_channels, out_channels, stride=1, groups=32, width_per_group=4):\n"
        "    base_width = groups * width_per_group * 64 / out_channels / groups\n"
        "    block = Bottleneck.__new__(Wide)\n"
        "    Wide.__init__(block, in_channels, out_channels, stride, downsample(in_channels, out_channels, stride),\n"
        "                  groups, base_width)\n"
        "    return block",
    ),
    "the Fire module of squeezenet": (
        *("fire_module", None, SQUEEZENET[:1]),
        "def FireModule(in_channels, squeeze_channels, expand1x1_channels, expand3x3_channels):\n"
        "    return Fire(in_channels, squeeze_channels, expand1x1_channels, expand3x3_channels)",
    ),
    "the dense block of densenet121": (
        *("dense_block", None, DENSENET[:2]),
        "def DenseBlock(in_channels, num_layers, growth_rate=32):\n"
        "    return _DenseBlock(num_layers, in_channels, bn_size=4, growth_rate=growth_rate, drop_rate=0.0)",
    ),
    "the inverted residual of mobilenet_v2": (
        *("inverted_residual", None, MOBILENET[:-1]),
        "Torchvision = InvertedResidual\ndef InvertedResidual(in_channels, out_channels, stride, expand_ratio):\n"
        "    return Torchvision(in_channels, out_channels, stride, expand_ratio)",
    ),
    "the InceptionC of inception_v3": (
        *("factorised_inception", None, INCEPTION),
        "class FactorisedInception(InceptionC): ...",
    ),
}
# These take seconds even on one small image.
LARGE = {"vgg16", "alexnet, with an adaptive pooling that changes nothing", "densenet121"}
