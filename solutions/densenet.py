"""Densely connected networks: 3×224×224 (ImageNet) or 3×32×32 (CIFAR) images in, class scores out.

G. Huang, Z. Liu, L. van der Maaten, K. Weinberger, "Densely Connected Convolutional Networks", CVPR 2017
(arXiv:1608.06993). Within a block, a layer reads the concatenation of everything before it and adds k
channels of its own: features are kept and reused, where ResNet adds them up. L layers have L(L + 1)/2
connections.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import relu


class DenseLayer(nn.Module):
    """BN-ReLU-conv1×1 to 4k channels, BN-ReLU-conv3×3 to k channels: the bottleneck layer of DenseNet-B.

    Source: Huang et al. 2017, section 3, "bottleneck layers".
    Input: N×in_channels×H×W.  Output: N×growth_rate×H×W, the new features only.
    """

    def __init__(self, in_channels: int, growth_rate: int) -> None:
        super().__init__()
        self.bn1 = nn.BatchNorm2d(in_channels)
        self.conv1 = nn.Conv2d(in_channels, 4 * growth_rate, kernel_size=1, bias=False)
        self.bn2 = nn.BatchNorm2d(4 * growth_rate)
        self.conv2 = nn.Conv2d(4 * growth_rate, growth_rate, kernel_size=3, padding=1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv1(relu(self.bn1(x)))
        new_features: Tensor = self.conv2(relu(self.bn2(x)))
        return new_features


class DenseBlock(nn.Module):
    """`num_layers` layers, each reading the block's input and all earlier layers' features.

    Source: Huang et al. 2017, figure 1 and equation 2.
    Input: N×in_channels×H×W.
    Output: N×(in_channels + num_layers·growth_rate)×H×W, oldest features first.
    """

    def __init__(self, in_channels: int, num_layers: int, growth_rate: int = 32) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            DenseLayer(in_channels + earlier * growth_rate, growth_rate) for earlier in range(num_layers)
        )

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = torch.cat([x, layer(x)], dim=1)
        return x


class Transition(nn.Sequential):
    """BN-ReLU-conv1×1 and 2×2 average pooling: half the channels (compression θ = 0.5), half the size.

    Source: Huang et al. 2017, section 3, "pooling layers" and "compression". The text names no ReLU; the
    caption of table 1 does ("each conv layer corresponds to the sequence BN-ReLU-Conv"), and so does the
    authors' code.
    Input: N×in_channels×H×W.  Output: N×in_channels/2×H/2×W/2 (halves are rounded down).
    """

    def __init__(self, in_channels: int) -> None:
        super().__init__(
            nn.BatchNorm2d(in_channels),
            nn.ReLU(),
            nn.Conv2d(in_channels, in_channels // 2, kernel_size=1, bias=False),
            nn.AvgPool2d(kernel_size=2, stride=2),
        )


def imagenet_stem(out_channels: int) -> nn.Sequential:
    """ResNet's stem: 3×224×224 to out_channels×56×56."""
    return nn.Sequential(
        nn.Conv2d(3, out_channels, kernel_size=7, stride=2, padding=3, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(),
        nn.MaxPool2d(kernel_size=3, stride=2, padding=1),
    )


def cifar_stem(out_channels: int) -> nn.Sequential:
    """One 3×3 convolution at full size; the first dense layer starts with the BN-ReLU that it needs."""
    return nn.Sequential(nn.Conv2d(3, out_channels, kernel_size=3, padding=1, bias=False))


class DenseNet(nn.Module):
    """DenseNet-BC: a stem of 2k channels, dense blocks with transitions between, BN-ReLU, pooling, FC.

    Source: Huang et al. 2017, section 3 and table 1; `num_layers` has one entry per dense block.
    Input: N×3×224×224 with `imagenet_stem`, N×3×32×32 with `cifar_stem`.  Output: N×num_classes logits.

    | network      | k  | parameters | multiply-adds | error on ImageNet, one crop, top-1 / top-5, table 3 |
    |--------------|----|------------|---------------|-----------------------------------------------------|
    | DenseNet-121 | 32 |  7,978,856 | 2.83 G        | 25.02 / 7.71 %                                      |
    | DenseNet-169 | 32 | 14,149,480 | 3.36 G        | 23.80 / 6.85 %                                      |
    | DenseNet-201 | 32 | 20,013,928 | 4.29 G        | 22.58 / 6.34 %                                      |
    | DenseNet-161 | 48 | 28,681,000 | 7.73 G        | in early versions of the paper and the code only    |

    The paper's text gives DenseNet-201 "20M parameters"; the other numbers it only plots (figure 3).
    The layers of the name are convolutions and the FC layer: DenseNet-121 = 1 + 2·(6 + 12 + 24 + 16) + 3 + 1.
    """

    def __init__(self, stem: nn.Sequential, growth_rate: int, num_layers: tuple[int, ...], num_classes: int) -> None:
        super().__init__()
        self.stem = stem
        channels = 2 * growth_rate
        parts: list[nn.Module] = []
        for block, layers in enumerate(num_layers):
            if block > 0:
                parts.append(Transition(channels))
                channels = channels // 2
            parts.append(DenseBlock(channels, layers, growth_rate))
            channels = channels + layers * growth_rate
        self.blocks = nn.Sequential(*parts)
        self.bn = nn.BatchNorm2d(channels)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(channels, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.blocks(self.stem(x))
        x = relu(self.bn(x))
        x = torch.flatten(self.avgpool(x), start_dim=1)
        logits: Tensor = self.fc(x)
        return logits


class DenseNet121(DenseNet):
    """DenseNet-121 for ImageNet: blocks of 6, 12, 24 and 16 layers, growth rate 32.

    Source: Huang et al. 2017, table 1.
    Channels: stem 64, after the blocks 256, 512, 1024, 1024; after the transitions 128, 256, 512.
    Input: N×3×224×224.  Output: N×num_classes logits.
    Parameters: 7,978,856.
    """

    def __init__(self, num_classes: int = 1000) -> None:
        super().__init__(imagenet_stem(64), 32, (6, 12, 24, 16), num_classes)


def densenet121(num_classes: int = 1000) -> DenseNet:
    """DenseNet-121 (k = 32): 7,978,856 parameters."""
    return DenseNet121(num_classes)


def densenet169(num_classes: int = 1000) -> DenseNet:
    """DenseNet-169 (k = 32): 14,149,480 parameters."""
    return DenseNet(imagenet_stem(64), 32, (6, 12, 32, 32), num_classes)


def densenet201(num_classes: int = 1000) -> DenseNet:
    """DenseNet-201 (k = 32): 20,013,928 parameters."""
    return DenseNet(imagenet_stem(64), 32, (6, 12, 48, 32), num_classes)


def densenet161(num_classes: int = 1000) -> DenseNet:
    """DenseNet-161 (k = 48): 28,681,000 parameters."""
    return DenseNet(imagenet_stem(96), 48, (6, 12, 36, 24), num_classes)


def densenet_bc_100_12(num_classes: int = 10) -> DenseNet:
    """DenseNet-BC for CIFAR, L = 100, k = 12, three blocks of (100 − 4)/6 = 16 layers: 769,162 parameters.

    Source: Huang et al. 2017, table 2: 0.8M parameters, error on CIFAR-10 4.51 % (augmented).
    """
    return DenseNet(cifar_stem(24), 12, (16, 16, 16), num_classes)


INPUT_SHAPES = {
    "densenet121": (3, 224, 224),
    "densenet169": (3, 224, 224),
    "densenet201": (3, 224, 224),
    "densenet161": (3, 224, 224),
    "densenet_bc_100_12": (3, 32, 32),
}
