"""Residual networks for ImageNet: 3×224×224 images in, 1000 scores out.

K. He, X. Zhang, S. Ren, J. Sun, "Deep Residual Learning for Image Recognition", CVPR 2016 (arXiv:1512.03385).
A block need not learn the wanted mapping H(x), only the residual F(x) = H(x) − x; the shortcut adds x back.

Two versions of the bottleneck are in use. The paper halves the image in the first 1×1 convolution (v1), most
code since 2016 in the 3×3 (v1.5, also torchvision's): same parameters, more multiply-adds, another function.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import relu


def shortcut(in_channels: int, out_channels: int, stride: int) -> nn.Module:
    """Identity where the shapes agree, else a 1×1 convolution and batch norm (projection, option B)."""
    if stride == 1 and in_channels == out_channels:
        return nn.Identity()
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=stride, bias=False),
        nn.BatchNorm2d(out_channels),
    )


class BasicBlock(nn.Module):
    """Two 3×3 convolutions and a shortcut around them; the unit of ResNet-18 and ResNet-34.

    Source: He et al. 2016, figure 2 and figure 5, left; the projection is section 3.3, option B.
    Input: N×in_channels×H×W.  Output: N×out_channels×H/stride×W/stride (halves are rounded up).
    Parameters with equal channels C: 18·C² in convolutions and 4·C in batch norm.
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1) -> None:
        super().__init__()
        # No biases: batch norm subtracts the mean, and with it any constant, and then adds its own.
        self.conv1 = nn.Conv2d(in_channels, out_channels, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, kernel_size=3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.shortcut = shortcut(in_channels, out_channels, stride)

    def forward(self, x: Tensor) -> Tensor:
        residual = relu(self.bn1(self.conv1(x)))
        residual = self.bn2(self.conv2(residual))  # no ReLU yet: a residual may be negative
        return relu(residual + self.shortcut(x))


class Bottleneck(nn.Module):
    """1×1 down to a quarter of the channels, 3×3, 1×1 up again; the unit of ResNet-50, 101 and 152.

    Source: He et al. 2016, figure 5, right. Here, as in the paper, the first 1×1 convolution has the stride.
    Input: N×in_channels×H×W.  Output: N×out_channels×H/stride×W/stride (halves are rounded up).
    Parameters with 256 channels in and out: 69,632 in convolutions, where two 3×3 convolutions from 256 to
    256 would have 1,179,648; two from 64 to 64 have 73,728, "similar time complexity" as the paper says.
    """

    stride_in_3x3 = False

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1) -> None:
        super().__init__()
        width = out_channels // 4
        stride_of_1x1, stride_of_3x3 = (1, stride) if self.stride_in_3x3 else (stride, 1)
        self.conv1 = nn.Conv2d(in_channels, width, kernel_size=1, stride=stride_of_1x1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, kernel_size=3, stride=stride_of_3x3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, out_channels, kernel_size=1, bias=False)
        self.bn3 = nn.BatchNorm2d(out_channels)
        self.shortcut = shortcut(in_channels, out_channels, stride)

    def forward(self, x: Tensor) -> Tensor:
        residual = relu(self.bn1(self.conv1(x)))
        residual = relu(self.bn2(self.conv2(residual)))
        residual = self.bn3(self.conv3(residual))
        return relu(residual + self.shortcut(x))


class BottleneckV15(Bottleneck):
    """The bottleneck of "ResNet v1.5": the 3×3 convolution has the stride, so no pixel goes unread.

    Source: not in the paper; facebook/fb.resnet.torch (2016), which Xie et al. 2017 and torchvision follow.
    Input, output and parameters: as `Bottleneck`.
    """

    stride_in_3x3 = True


class ResNet(nn.Module):
    """A stem, four stages of residual blocks, global average pooling and one fully connected layer.

    Source: He et al. 2016, table 1. `num_blocks` and `out_channels` have one entry for each of its stages.
    Input: N×3×224×224.  Output: N×num_classes logits.

    Multiply-adds, in convolutions and the fully connected layer, against "FLOPs" of table 1 (a multiply-add
    is one FLOP there), for 18, 34, 50, 101 and 152 layers: 1.81, 3.66, 3.86, 7.57 and 11.28 G; the paper
    prints 1.8, 3.6, 3.8, 7.6 and 11.3. Its 3.6 is without the projections (option A has 3.64), its 3.8 is cut
    off, not rounded. v1.5 has 4.09, 7.80 and 11.51 G with 50, 101 and 152 layers.
    The paper prints no numbers of parameters for these networks.
    """

    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        num_blocks: tuple[int, int, int, int],
        out_channels: tuple[int, int, int, int],
        num_classes: int = 1000,
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False)  # 64×112×112
        self.bn1 = nn.BatchNorm2d(64)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)  # 64×56×56
        self.layer1 = stage(block, num_blocks[0], 64, out_channels[0], stride=1)  # 56×56
        self.layer2 = stage(block, num_blocks[1], out_channels[0], out_channels[1], stride=2)  # 28×28
        self.layer3 = stage(block, num_blocks[2], out_channels[1], out_channels[2], stride=2)  # 14×14
        self.layer4 = stage(block, num_blocks[3], out_channels[2], out_channels[3], stride=2)  # 7×7
        self.avgpool = nn.AdaptiveAvgPool2d(1)  # 1×1, whatever the size before
        self.fc = nn.Linear(out_channels[3], num_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.maxpool(relu(self.bn1(self.conv1(x))))
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = self.layer4(x)
        x = torch.flatten(self.avgpool(x), start_dim=1)
        logits: Tensor = self.fc(x)
        return logits


def stage(
    block: type[BasicBlock] | type[Bottleneck],
    num_blocks: int,
    in_channels: int,
    out_channels: int,
    stride: int,
) -> nn.Sequential:
    """Blocks that work at one size; the first one changes the channels and, with stride 2, the size."""
    first = block(in_channels, out_channels, stride)
    rest = [block(out_channels, out_channels) for _ in range(num_blocks - 1)]
    return nn.Sequential(first, *rest)


class ResNet18(ResNet):
    """ResNet with 18 layers that have weights (projections not counted).

    Source: He et al. 2016, table 1, with projections where the shape changes (option B).
    Input: N×3×224×224.  Output: N×num_classes logits.
    Parameters: 11,689,512.  Multiply-adds: 1.81 G (the paper prints 1.8).
    Error on ImageNet, top-1, ten crops, table 2: 27.88 % (with option A); 18 plain layers 27.94 %.
    """

    def __init__(self, num_classes: int = 1000) -> None:
        super().__init__(BasicBlock, (2, 2, 2, 2), (64, 128, 256, 512), num_classes)


class ResNet50(ResNet):
    """ResNet with 50 layers that have weights (projections not counted), stride in the first 1×1.

    Source: He et al. 2016, table 1.
    Input: N×3×224×224.  Output: N×num_classes logits.
    Parameters: 25,557,032.  Multiply-adds: 3.86 G (the paper prints 3.8).
    Error on ImageNet, top-1, ten crops, table 3: 22.85 %.
    """

    def __init__(self, num_classes: int = 1000) -> None:
        super().__init__(Bottleneck, (3, 4, 6, 3), (256, 512, 1024, 2048), num_classes)


def resnet18(num_classes: int = 1000) -> ResNet:
    """ResNet-18, option B: 11,689,512 parameters."""
    return ResNet18(num_classes)


def resnet34(num_classes: int = 1000) -> ResNet:
    """ResNet-34, option B: 21,797,672 parameters; top-1 error 24.52 % (table 3)."""
    return ResNet(BasicBlock, (3, 4, 6, 3), (64, 128, 256, 512), num_classes)


def resnet50(num_classes: int = 1000) -> ResNet:
    """ResNet-50 as in the paper, stride in the first 1×1: 25,557,032 parameters."""
    return ResNet50(num_classes)


def resnet101(num_classes: int = 1000) -> ResNet:
    """ResNet-101 as in the paper: 44,549,160 parameters; top-1 error 21.75 % (table 3)."""
    return ResNet(Bottleneck, (3, 4, 23, 3), (256, 512, 1024, 2048), num_classes)


def resnet152(num_classes: int = 1000) -> ResNet:
    """ResNet-152 as in the paper: 60,192,808 parameters; top-1 error 21.43 % (table 3)."""
    return ResNet(Bottleneck, (3, 8, 36, 3), (256, 512, 1024, 2048), num_classes)


def resnet50_v1_5(num_classes: int = 1000) -> ResNet:
    """ResNet-50 with the stride in the 3×3, as torchvision's `resnet50`: 25,557,032 parameters."""
    return ResNet(BottleneckV15, (3, 4, 6, 3), (256, 512, 1024, 2048), num_classes)


def resnet101_v1_5(num_classes: int = 1000) -> ResNet:
    """ResNet-101 with the stride in the 3×3, as torchvision's `resnet101`: 44,549,160 parameters."""
    return ResNet(BottleneckV15, (3, 4, 23, 3), (256, 512, 1024, 2048), num_classes)


def resnet152_v1_5(num_classes: int = 1000) -> ResNet:
    """ResNet-152 with the stride in the 3×3, as torchvision's `resnet152`: 60,192,808 parameters."""
    return ResNet(BottleneckV15, (3, 8, 36, 3), (256, 512, 1024, 2048), num_classes)


INPUT_SHAPES = {
    "resnet18": (3, 224, 224),
    "resnet34": (3, 224, 224),
    "resnet50": (3, 224, 224),
    "resnet101": (3, 224, 224),
    "resnet152": (3, 224, 224),
    "resnet50_v1_5": (3, 224, 224),
    "resnet101_v1_5": (3, 224, 224),
    "resnet152_v1_5": (3, 224, 224),
}
