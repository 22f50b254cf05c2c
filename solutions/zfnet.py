"""ZFNet: AlexNet with a finer first look at the image; 3×224×224 images in, 1000 scores out.

M. Zeiler, R. Fergus, "Visualizing and Understanding Convolutional Networks", arXiv:1311.2901, 2013 (ECCV
2014). Pictures of AlexNet's filters showed dead ones and aliasing from the stride of 4, so conv1 became 7×7
with stride 2.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import relu


def local_response_norm() -> nn.LocalResponseNorm:
    """Contrast normalisation across channels.

    The paper does not print its constants, so these are AlexNet's: k=2, n=5, α=10⁻⁴, β=0.75, where torch's
    alpha is n·α because torch takes the mean of the n squares and not their sum.
    """
    return nn.LocalResponseNorm(size=5, alpha=5e-4, beta=0.75, k=2.0)


class ZFNet(nn.Module):
    """The convolutional network of figure 3, with the widths of conv3, conv4 and conv5 to choose.

    Source: Zeiler & Fergus 2013, figure 3; `channels=(512, 1024, 512)` is the wider model (b) of table 2.
    Input: N×3×224×224.  Output: N×num_classes logits.
    Parameters, with biases, by our arithmetic as the paper prints none: 62,357,608 with 384, 384, 256 and
    107,627,624 with 512, 1024, 512.
    Multiply-adds of convolutions and fully connected layers, biases not counted: 1,168,032,896 and
    2,476,704,896.
    The paper prints sizes 110-55-26-13-6 but no padding: padding 1 in conv1 and poolings that round up give them.
    """

    def __init__(self, num_classes: int = 1000, channels: tuple[int, int, int] = (384, 384, 256)) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 96, kernel_size=7, stride=2, padding=1)  # 96×110×110; AlexNet: 11×11, stride 4
        self.pool1 = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)  # 96×55×55
        self.norm1 = local_response_norm()
        self.conv2 = nn.Conv2d(96, 256, kernel_size=5, stride=2)  # 256×26×26
        self.pool2 = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)  # 256×13×13
        self.norm2 = local_response_norm()
        # One tower: no groups.
        self.conv3 = nn.Conv2d(256, channels[0], kernel_size=3, padding=1)
        self.conv4 = nn.Conv2d(channels[0], channels[1], kernel_size=3, padding=1)
        self.conv5 = nn.Conv2d(channels[1], channels[2], kernel_size=3, padding=1)
        self.pool5 = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)  # 6×6
        self.fc6 = nn.Linear(channels[2] * 6 * 6, 4096)
        self.dropout6 = nn.Dropout(0.5)
        self.fc7 = nn.Linear(4096, 4096)
        self.dropout7 = nn.Dropout(0.5)
        self.fc8 = nn.Linear(4096, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.norm1(self.pool1(relu(self.conv1(x))))  # normalised after pooling, where AlexNet does it before
        x = self.norm2(self.pool2(relu(self.conv2(x))))
        x = relu(self.conv3(x))
        x = relu(self.conv4(x))
        x = self.pool5(relu(self.conv5(x)))
        x = torch.flatten(x, start_dim=1)
        x = self.dropout6(relu(self.fc6(x)))
        x = self.dropout7(relu(self.fc7(x)))
        logits: Tensor = self.fc8(x)
        return logits


def zfnet(num_classes: int = 1000) -> ZFNet:
    """ZFNet of figure 3: 384, 384 and 256 channels in conv3, conv4 and conv5."""
    return ZFNet(num_classes)


def zfnet_cs231n(num_classes: int = 1000) -> ZFNet:
    """ZFNet as the CS231n slides show it: 512, 1024 and 512 channels, the paper's model (b) of table 2."""
    return ZFNet(num_classes, channels=(512, 1024, 512))


INPUT_SHAPES = {"zfnet": (3, 224, 224), "zfnet_cs231n": (3, 224, 224)}
