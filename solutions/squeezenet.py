"""SqueezeNet 1.0 and 1.1: images of 3×227×227 or 3×224×224 in, 1000 scores out.

F. Iandola, S. Han, M. Moskewicz, K. Ashraf, W. Dally, K. Keutzer, "SqueezeNet: AlexNet-level accuracy with
50x fewer parameters and <0.5MB model size", arXiv:1602.07360, 2016. Three ways to fewer parameters: 1×1 in
place of 3×3 filters, few channels into the 3×3 filters that remain, and late downsampling, which costs no
parameters at all.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import relu


class FireModule(nn.Module):
    """Squeeze to a few channels with 1×1 filters, then expand with 1×1 and 3×3 filters side by side.

    Source: Iandola et al. 2016, section 3.2 and figure 1.
    Input: N×in_channels×H×W.  Output: N×(expand1x1_channels + expand3x3_channels)×H×W.
    Parameters with biases, s for squeeze_channels: in·s + s, s·e1 + e1, 9·s·e3 + e3; the paper's table 1
    prints 11,920 for fire2 (96 channels in; 16, 64, 64).
    """

    def __init__(
        self, in_channels: int, squeeze_channels: int, expand1x1_channels: int, expand3x3_channels: int
    ) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(in_channels, squeeze_channels, kernel_size=1)
        self.expand1x1 = nn.Conv2d(squeeze_channels, expand1x1_channels, kernel_size=1)
        # Padding 1 so that the two outputs have one size and can be concatenated.
        self.expand3x3 = nn.Conv2d(squeeze_channels, expand3x3_channels, kernel_size=3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        x = relu(self.squeeze(x))
        return torch.cat([relu(self.expand1x1(x)), relu(self.expand3x3(x))], dim=1)


class SqueezeNet(nn.Module):
    """A convolution, eight fire modules, a 1×1 convolution averaged over the image; no fully connected layer.

    Source: Iandola et al. 2016, table 1 and figure 2 (left), whose names the layers have.
    Input: N×3×227×227. The paper prints 224×224, but its 111×111 after conv1 is (227 − 7)/2 + 1. The last
    pooling is global, so other sizes fit too.
    Output: N×num_classes logits. conv10 has a ReLU too, so no logit is negative.
    Parameters: 1,248,424, as table 1 prints (with biases, before pruning), a 49th of AlexNet's.
    Multiply-adds: 832,667,936, biases not counted; at torchvision's 224×224, 818,924,576.
    """

    def __init__(self, num_classes: int = 1000) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 96, kernel_size=7, stride=2)  # 96×111×111
        self.pool1 = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)  # 96×55×55
        self.fire2 = FireModule(96, 16, 64, 64)  # 128×55×55
        self.fire3 = FireModule(128, 16, 64, 64)
        self.fire4 = FireModule(128, 32, 128, 128)  # 256×55×55
        self.pool4 = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)  # 256×27×27
        self.fire5 = FireModule(256, 32, 128, 128)
        self.fire6 = FireModule(256, 48, 192, 192)  # 384×27×27
        self.fire7 = FireModule(384, 48, 192, 192)
        self.fire8 = FireModule(384, 64, 256, 256)  # 512×27×27
        self.pool8 = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)  # 512×13×13
        self.fire9 = FireModule(512, 64, 256, 256)
        self.dropout9 = nn.Dropout(0.5)
        self.conv10 = nn.Conv2d(512, num_classes, kernel_size=1)  # num_classes×13×13
        self.pool10 = nn.AdaptiveAvgPool2d(1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool1(relu(self.conv1(x)))
        x = self.fire4(self.fire3(self.fire2(x)))
        x = self.pool4(x)
        x = self.fire8(self.fire7(self.fire6(self.fire5(x))))
        x = self.pool8(x)
        x = self.dropout9(self.fire9(x))
        x = self.pool10(relu(self.conv10(x)))
        return torch.flatten(x, start_dim=1)


class SqueezeNetV11(nn.Module):
    """SqueezeNet 1.1: a smaller conv1, and the poolings come earlier, after fire3 and fire5.

    Source: the authors' repository, directory SqueezeNet_v1.1: "2.4x less computation", the same accuracy.
    Input: N×3×224×224, of which the 3×3 convolution makes 111×111; other sizes fit too.
    Output: N×num_classes logits, none of them negative.
    Parameters: 1,235,496, with biases.
    Multiply-adds: 349,151,936, biases not counted.
    """

    def __init__(self, num_classes: int = 1000) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, kernel_size=3, stride=2)  # 64×111×111
        self.pool1 = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)  # 64×55×55
        self.fire2 = FireModule(64, 16, 64, 64)  # 128×55×55
        self.fire3 = FireModule(128, 16, 64, 64)
        self.pool3 = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)  # 128×27×27
        self.fire4 = FireModule(128, 32, 128, 128)  # 256×27×27
        self.fire5 = FireModule(256, 32, 128, 128)
        self.pool5 = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)  # 256×13×13
        self.fire6 = FireModule(256, 48, 192, 192)  # 384×13×13
        self.fire7 = FireModule(384, 48, 192, 192)
        self.fire8 = FireModule(384, 64, 256, 256)  # 512×13×13
        self.fire9 = FireModule(512, 64, 256, 256)
        self.dropout9 = nn.Dropout(0.5)
        self.conv10 = nn.Conv2d(512, num_classes, kernel_size=1)  # num_classes×13×13
        self.pool10 = nn.AdaptiveAvgPool2d(1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool1(relu(self.conv1(x)))
        x = self.pool3(self.fire3(self.fire2(x)))
        x = self.pool5(self.fire5(self.fire4(x)))
        x = self.fire9(self.fire8(self.fire7(self.fire6(x))))
        x = self.pool10(relu(self.conv10(self.dropout9(x))))
        return torch.flatten(x, start_dim=1)


def squeezenet1_0(num_classes: int = 1000) -> SqueezeNet:
    """SqueezeNet of the paper, for 3×227×227 images."""
    return SqueezeNet(num_classes)


def squeezenet1_1(num_classes: int = 1000) -> SqueezeNetV11:
    """SqueezeNet 1.1, for 3×224×224 images."""
    return SqueezeNetV11(num_classes)


INPUT_SHAPES = {"squeezenet1_0": (3, 227, 227), "squeezenet1_1": (3, 224, 224)}
