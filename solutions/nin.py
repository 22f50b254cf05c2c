"""Network in Network, for CIFAR-10 (3×32×32 images) and for ImageNet (3×224×224 images); scores out.

M. Lin, Q. Chen, S. Yan, "Network In Network", arXiv:1312.4400, 2013. Two ideas that stayed: 1×1 convolutions
after a convolution, which are a small fully connected network at every pixel, and global average pooling in
place of fully connected layers. The paper draws the networks without their widths; they are in the authors'
Caffe files.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import relu


class NiNBlock(nn.Module):
    """An "mlpconv" layer: a convolution and two 1×1 convolutions, each with ReLU.

    Source: Lin et al. 2013, section 3.1, equation 2.
    Input: N×in_channels×H×W.  Output: N×channels[2]×H'×W', where only the first convolution changes the size.
    Parameters: k²·in·c0 + c0 for the first, then c0·c1 + c1 and c1·c2 + c2.
    """

    def __init__(
        self,
        in_channels: int,
        channels: tuple[int, int, int],
        kernel_size: int,
        stride: int = 1,
        padding: int = 0,
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, channels[0], kernel_size, stride=stride, padding=padding)
        self.mlp1 = nn.Conv2d(channels[0], channels[1], kernel_size=1)
        self.mlp2 = nn.Conv2d(channels[1], channels[2], kernel_size=1)

    def forward(self, x: Tensor) -> Tensor:
        x = relu(self.conv(x))
        x = relu(self.mlp1(x))
        return relu(self.mlp2(x))


class NiNCifar(nn.Module):
    """Network in Network for CIFAR-10: three mlpconv layers and global average pooling.

    Source: Lin et al. 2013, figure 2 and section 4.1; widths from the authors' Caffe file (which has average
    in place of max pooling after the second block; the paper says max pooling after both).
    Input: N×3×32×32.  Output: N×num_classes logits, one feature map each, averaged.
    Parameters: 966,986 with biases, by our arithmetic; the paper prints an error (10.41 % without
    augmentation), no count.
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        self.block1 = NiNBlock(3, (192, 160, 96), kernel_size=5, padding=2)  # 96×32×32
        self.pool1 = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)  # 96×16×16: Caffe's poolings round up
        self.dropout1 = nn.Dropout(0.5)
        self.block2 = NiNBlock(96, (192, 192, 192), kernel_size=5, padding=2)  # 192×16×16
        self.pool2 = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)  # 192×8×8
        self.dropout2 = nn.Dropout(0.5)
        self.block3 = NiNBlock(192, (192, 192, num_classes), kernel_size=3, padding=1)  # num_classes×8×8
        # A map becomes a number: nothing to learn, so nothing to overfit.
        self.global_average = nn.AdaptiveAvgPool2d(1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.dropout1(self.pool1(self.block1(x)))
        x = self.dropout2(self.pool2(self.block2(x)))
        x = self.global_average(self.block3(x))
        return torch.flatten(x, start_dim=1)


class NiNImageNet(nn.Module):
    """Network in Network for ImageNet: four mlpconv layers and global average pooling.

    Source: the authors' Caffe file (the paper itself has no ImageNet network), which the Caffe Model Zoo
    lists as 29 MB of float32 weights.
    Input: N×3×224×224.  Output: N×num_classes logits.
    Parameters: 7,595,176 with biases, which is 29.0 MiB in float32; AlexNet has eight times as many.
    Multiply-adds: 1,100,188,800, biases not counted.
    """

    def __init__(self, num_classes: int = 1000) -> None:
        super().__init__()
        self.block1 = NiNBlock(3, (96, 96, 96), kernel_size=11, stride=4)  # 96×54×54
        self.pool1 = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)  # 96×27×27
        self.block2 = NiNBlock(96, (256, 256, 256), kernel_size=5, padding=2)  # 256×27×27
        self.pool2 = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)  # 256×13×13
        self.block3 = NiNBlock(256, (384, 384, 384), kernel_size=3, padding=1)  # 384×13×13
        self.pool3 = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)  # 384×6×6
        self.dropout3 = nn.Dropout(0.5)
        self.block4 = NiNBlock(384, (1024, 1024, num_classes), kernel_size=3, padding=1)  # num_classes×6×6
        self.global_average = nn.AdaptiveAvgPool2d(1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool1(self.block1(x))
        x = self.pool2(self.block2(x))
        x = self.dropout3(self.pool3(self.block3(x)))
        x = self.global_average(self.block4(x))
        return torch.flatten(x, start_dim=1)


def nin_cifar10(num_classes: int = 10) -> NiNCifar:
    """Network in Network for 3×32×32 images."""
    return NiNCifar(num_classes)


def nin_imagenet(num_classes: int = 1000) -> NiNImageNet:
    """Network in Network for 3×224×224 images."""
    return NiNImageNet(num_classes)


INPUT_SHAPES = {"nin_cifar10": (3, 32, 32), "nin_imagenet": (3, 224, 224)}
