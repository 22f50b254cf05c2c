"""MobileNet v1 and v2: 3×224×224 images in, 1000 scores out.

A. Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications",
arXiv:1704.04861, 2017. M. Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks",
arXiv:1801.04381, 2018. A convolution does two things at once: it looks around, and it mixes channels. Done
one after the other, a 3×3 convolution to N channels costs 1/N + 1/9 as much.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import relu, relu6


class DepthwiseSeparable(nn.Module):
    """A depthwise 3×3 convolution, then a pointwise (1×1) convolution, each normalised and with ReLU.

    Source: Howard et al. 2017, section 3.1 and figure 3 (right).
    Input: N×in_channels×H×W.  Output: N×out_channels×H/stride×W/stride, rounded up.
    Parameters: 9·in + in·out weights, no biases, plus 2·in + 2·out of batch normalisation.
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1) -> None:
        super().__init__()
        # groups=in_channels: each channel has one 3×3 kernel of its own, and channels do not mix. No biases:
        # batch normalisation subtracts the mean, and a bias with it.
        self.depthwise = nn.Conv2d(
            in_channels, in_channels, kernel_size=3, stride=stride, padding=1, groups=in_channels, bias=False
        )
        self.bn1 = nn.BatchNorm2d(in_channels)
        self.pointwise = nn.Conv2d(in_channels, out_channels, kernel_size=1, bias=False)  # mixes channels only
        self.bn2 = nn.BatchNorm2d(out_channels)

    def forward(self, x: Tensor) -> Tensor:
        x = relu(self.bn1(self.depthwise(x)))
        return relu(self.bn2(self.pointwise(x)))


class MobileNetV1(nn.Module):
    """A convolution and thirteen depthwise separable blocks; `width` thins every layer.

    Source: Howard et al. 2017, table 1. Its last depthwise row prints stride 2, yet keeps 7×7: it must be 1.
    Input: N×3×R×R for the resolution R = 224, 192, 160 or 128 (the "resolution multiplier" is a smaller
    image: it changes no parameter).  Output: N×num_classes logits.
    Parameters: 4,231,976 with batch normalisation's weights and biases and the classifier's biases; the
    paper's table 6 prints 4.2, 2.6, 1.3 and 0.5 million for widths 1, 0.75, 0.5 and 0.25.
    Multiply-adds at 224×224: 568,740,352, biases not counted (the paper prints 569 million), 95 % of them in
    1×1 convolutions. The paper's table 2 gives the first convolution 1.19 % of them; it is 1.91 %.
    """

    def __init__(self, num_classes: int = 1000, width: float = 1.0) -> None:
        super().__init__()

        def thin(channels: int) -> int:
            return int(channels * width)

        def block(in_channels: int, out_channels: int, stride: int = 1) -> DepthwiseSeparable:
            return DepthwiseSeparable(thin(in_channels), thin(out_channels), stride)

        # Sizes are those of width 1 and a 224×224 image.
        self.conv1 = nn.Conv2d(3, thin(32), kernel_size=3, stride=2, padding=1, bias=False)  # 32×112×112
        self.bn1 = nn.BatchNorm2d(thin(32))
        self.blocks = nn.Sequential(
            block(32, 64),  # 64×112×112
            block(64, 128, stride=2),  # 128×56×56
            block(128, 128),
            block(128, 256, stride=2),  # 256×28×28
            block(256, 256),
            block(256, 512, stride=2),  # 512×14×14
            block(512, 512),
            block(512, 512),
            block(512, 512),
            block(512, 512),
            block(512, 512),
            block(512, 1024, stride=2),  # 1024×7×7
            block(1024, 1024),
        )
        self.global_average = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(thin(1024), num_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = relu(self.bn1(self.conv1(x)))
        x = self.blocks(x)
        x = torch.flatten(self.global_average(x), start_dim=1)
        logits: Tensor = self.fc(x)
        return logits


class ConvBNReLU6(nn.Module):
    """A convolution that keeps the size (at stride 1), batch normalisation, ReLU6.

    Source: Sandler et al. 2018, table 1. ReLU6 is min(max(x, 0), 6): a bounded range suits few-bit arithmetic.
    Input: N×in_channels×H×W.  Output: N×out_channels×H/stride×W/stride, rounded up.
    """

    def __init__(self, in_channels: int, out_channels: int, kernel_size: int, stride: int = 1, groups: int = 1) -> None:
        super().__init__()
        padding = (kernel_size - 1) // 2
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding, groups=groups, bias=False)
        self.bn = nn.BatchNorm2d(out_channels)

    def forward(self, x: Tensor) -> Tensor:
        return relu6(self.bn(self.conv(x)))


class InvertedResidual(nn.Module):
    """Expand with 1×1, look around with a depthwise 3×3, project back with a linear 1×1; add the input.

    Source: Sandler et al. 2018, table 1 and figure 4(d). A ResNet bottleneck is wide-narrow-wide; this one is
    narrow-wide-narrow, so the shortcut joins the narrow ends. No ReLU at the end: on few channels it loses
    too much.
    Input: N×in_channels×H×W.  Output: N×out_channels×H/stride×W/stride, rounded up.
    Parameters, t for expand_ratio: t·in² + 9·t·in + t·in·out weights, no biases, plus 4·t·in + 2·out of batch
    normalisation; with t = 1 there is no expansion, 9·in + in·out plus 2·in + 2·out.
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int, expand_ratio: int) -> None:
        super().__init__()
        hidden = in_channels * expand_ratio
        self.expand = ConvBNReLU6(in_channels, hidden, kernel_size=1) if expand_ratio != 1 else nn.Identity()
        self.depthwise = ConvBNReLU6(hidden, hidden, kernel_size=3, stride=stride, groups=hidden)
        self.project = nn.Conv2d(hidden, out_channels, kernel_size=1, bias=False)
        self.bn = nn.BatchNorm2d(out_channels)
        self.has_shortcut = stride == 1 and in_channels == out_channels

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.depthwise(self.expand(x))
        out = self.bn(self.project(out))
        return x + out if self.has_shortcut else out


def multiple_of_8(channels: float) -> int:
    """Round to the nearest multiple of 8, but never lose more than a tenth of the channels."""
    rounded = max(8, int(channels + 4) // 8 * 8)
    return rounded if rounded >= 0.9 * channels else rounded + 8


class MobileNetV2(nn.Module):
    """A convolution, seventeen inverted residual blocks, a 1×1 convolution to 1280 channels.

    Source: Sandler et al. 2018, table 2; rounding of channels and dropout 0.2 as in the authors' code and
    torchvision.
    Input: N×3×224×224.  Output: N×num_classes logits.
    Parameters: 3,504,872 with batch normalisation (the paper's table 4 prints 3.4 M: without batch
    normalisation's 34,112 it is 3.47 M, cut and not rounded).
    Multiply-adds: 300,774,272, biases not counted (the paper prints 300 M).
    """

    # expand_ratio t, out_channels c, repeats n, stride s of the first: the rows of table 2
    TABLE_2 = (
        (1, 16, 1, 1),
        (6, 24, 2, 2),
        (6, 32, 3, 2),
        (6, 64, 4, 2),
        (6, 96, 3, 1),
        (6, 160, 3, 2),
        (6, 320, 1, 1),
    )

    def __init__(self, num_classes: int = 1000, width: float = 1.0) -> None:
        super().__init__()
        channels = multiple_of_8(32 * width)
        # The last layer is not thinned below 1280: a thin network still has a thousand classes to tell apart.
        last_channels = multiple_of_8(1280 * max(1.0, width))

        self.conv1 = ConvBNReLU6(3, channels, kernel_size=3, stride=2)
        blocks: list[nn.Module] = []
        for expand_ratio, out_channels, repeats, first_stride in self.TABLE_2:
            out_channels = multiple_of_8(out_channels * width)
            for repeat in range(repeats):
                stride = first_stride if repeat == 0 else 1
                blocks.append(InvertedResidual(channels, out_channels, stride, expand_ratio))
                channels = out_channels
        self.blocks = nn.Sequential(*blocks)
        self.conv2 = ConvBNReLU6(channels, last_channels, kernel_size=1)
        self.global_average = nn.AdaptiveAvgPool2d(1)
        self.dropout = nn.Dropout(0.2)
        self.fc = nn.Linear(last_channels, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv1(x)  # 32×112×112 at width 1 and 224×224
        x = self.blocks(x)  # 320×7×7
        x = self.conv2(x)  # 1280×7×7
        x = torch.flatten(self.global_average(x), start_dim=1)
        logits: Tensor = self.fc(self.dropout(x))
        return logits


def mobilenet_v1(num_classes: int = 1000, width: float = 1.0) -> MobileNetV1:
    """MobileNet of 2017; a smaller resolution is a smaller input."""
    return MobileNetV1(num_classes, width)


def mobilenet_v2(num_classes: int = 1000, width: float = 1.0) -> MobileNetV2:
    """MobileNetV2 of 2018."""
    return MobileNetV2(num_classes, width)


INPUT_SHAPES = {"mobilenet_v1": (3, 224, 224), "mobilenet_v2": (3, 224, 224)}
