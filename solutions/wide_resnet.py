"""Wide residual networks: 3×32×32 (CIFAR) or 3×224×224 (ImageNet) images in, class scores out.

S. Zagoruyko, N. Komodakis, "Wide Residual Networks", BMVC 2016 (arXiv:1605.07146). Instead of more layers, k
times as many channels: about k² times the parameters, but work that a GPU does in parallel. WRN-d-k has d
convolutions and widening factor k.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import relu


class WideBlock(nn.Module):
    """BN-ReLU-conv3×3, dropout, BN-ReLU-conv3×3, and a shortcut; nothing after the addition.

    Source: Zagoruyko & Komodakis 2016, figure 1 (d), type B(3,3); dropout stands between the convolutions and
    not on the shortcut, right before the second convolution as in the authors' code. Where the channels
    change, the shortcut is a 1×1 convolution of the activated input.
    Input: N×in_channels×H×W.  Output: N×out_channels×H/stride×W/stride (halves are rounded up), of any sign.
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1, dropout: float = 0.0) -> None:
        super().__init__()
        self.bn1 = nn.BatchNorm2d(in_channels)
        self.conv1 = nn.Conv2d(in_channels, out_channels, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.dropout = nn.Dropout(dropout)
        self.conv2 = nn.Conv2d(out_channels, out_channels, kernel_size=3, padding=1, bias=False)
        self.projection = (
            nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=stride, bias=False)
            if stride != 1 or in_channels != out_channels
            else None
        )

    def forward(self, x: Tensor) -> Tensor:
        activated = relu(self.bn1(x))
        residual: Tensor = self.conv1(activated)
        residual = self.dropout(relu(self.bn2(residual)))
        residual = self.conv2(residual)
        if self.projection is not None:
            x = self.projection(activated)
        return x + residual


class WideResNet(nn.Module):
    """WRN-d-k: a convolution, three groups of (d − 4)/6 blocks with 16k, 32k and 64k channels, an FC layer.

    Source: Zagoruyko & Komodakis 2016, table 1. The d convolutions include the three 1×1 projections.
    Input: N×3×32×32.  Output: N×num_classes logits.

    | network   | parameters | the paper prints    | error on CIFAR-10, % |
    |-----------|------------|---------------------|----------------------|
    | WRN-16-4  |  2,748,890 | no number           | 5.02 (table 6)       |
    | WRN-40-4  |  8,949,210 | 8.9M (table 5)      | 4.53                 |
    | WRN-28-10 | 36,479,194 | 36.5M (table 5)     | 4.00                 |

    The paper's dropout, where it uses any on CIFAR, has probability 0.3.
    Raises ValueError for a depth that is not 6n + 4.
    """

    def __init__(self, depth: int = 28, widen_factor: int = 10, num_classes: int = 10, dropout: float = 0.0) -> None:
        super().__init__()
        if depth < 10 or (depth - 4) % 6 != 0:
            raise ValueError(f"depth {depth} is not 6n + 4 (10, 16, 22, …)")
        num_blocks = (depth - 4) // 6
        k = widen_factor
        self.conv1 = nn.Conv2d(3, 16, kernel_size=3, padding=1, bias=False)  # 16×32×32, never widened
        self.layer1 = group(num_blocks, 16, 16 * k, stride=1, dropout=dropout)  # 32×32
        self.layer2 = group(num_blocks, 16 * k, 32 * k, stride=2, dropout=dropout)  # 16×16
        self.layer3 = group(num_blocks, 32 * k, 64 * k, stride=2, dropout=dropout)  # 8×8
        self.bn = nn.BatchNorm2d(64 * k)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(64 * k, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv1(x)
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = relu(self.bn(x))  # the blocks end with an addition, which nothing has activated
        x = torch.flatten(self.avgpool(x), start_dim=1)
        logits: Tensor = self.fc(x)
        return logits


def group(num_blocks: int, in_channels: int, out_channels: int, stride: int, dropout: float) -> nn.Sequential:
    """Blocks that work at one size (the paper's conv2, conv3 or conv4)."""
    first = WideBlock(in_channels, out_channels, stride, dropout)
    rest = [WideBlock(out_channels, out_channels, dropout=dropout) for _ in range(num_blocks - 1)]
    return nn.Sequential(first, *rest)


class WideBottleneck(nn.Module):
    """ResNet's bottleneck with `widen_factor` times the channels inside, and as many as before outside.

    Source: Zagoruyko & Komodakis 2016, section 3, ImageNet ("WRN-50-2-bottleneck"). On ImageNet the paper
    keeps the order conv-BN-ReLU of the first ResNets, as pre-activation gave no gain there. Stride in the
    3×3, as in the code that the authors built on and in torchvision.
    Input: N×in_channels×H×W.  Output: N×out_channels×H/stride×W/stride (halves are rounded up).
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1, widen_factor: int = 2) -> None:
        super().__init__()
        width = out_channels // 4 * widen_factor
        self.conv1 = nn.Conv2d(in_channels, width, kernel_size=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, out_channels, kernel_size=1, bias=False)
        self.bn3 = nn.BatchNorm2d(out_channels)
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or in_channels != out_channels:
            self.shortcut = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=stride, bias=False),
                nn.BatchNorm2d(out_channels),
            )

    def forward(self, x: Tensor) -> Tensor:
        residual = relu(self.bn1(self.conv1(x)))
        residual = relu(self.bn2(self.conv2(residual)))
        residual = self.bn3(self.conv3(residual))
        return relu(residual + self.shortcut(x))


class WideResNet50(nn.Module):
    """ResNet-50 with wide bottlenecks, for ImageNet.

    Source: Zagoruyko & Komodakis 2016, section 3, ImageNet, and table 8.
    Input: N×3×224×224.  Output: N×num_classes logits.
    Parameters with widen_factor 2: 68,883,240 (the paper prints 68.9M).
    Error on ImageNet, one crop, table 8: 21.9 % top-1, 5.79 % top-5, better than ResNet-152.
    """

    def __init__(self, widen_factor: int = 2, num_classes: int = 1000) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False)  # 64×112×112
        self.bn1 = nn.BatchNorm2d(64)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)  # 64×56×56
        self.layer1 = bottleneck_group(3, 64, 256, stride=1, widen_factor=widen_factor)  # 256×56×56
        self.layer2 = bottleneck_group(4, 256, 512, stride=2, widen_factor=widen_factor)  # 512×28×28
        self.layer3 = bottleneck_group(6, 512, 1024, stride=2, widen_factor=widen_factor)  # 1024×14×14
        self.layer4 = bottleneck_group(3, 1024, 2048, stride=2, widen_factor=widen_factor)  # 2048×7×7
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(2048, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.maxpool(relu(self.bn1(self.conv1(x))))
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = self.layer4(x)
        x = torch.flatten(self.avgpool(x), start_dim=1)
        logits: Tensor = self.fc(x)
        return logits


def bottleneck_group(
    num_blocks: int, in_channels: int, out_channels: int, stride: int, widen_factor: int
) -> nn.Sequential:
    """Bottlenecks that work at one size."""
    first = WideBottleneck(in_channels, out_channels, stride, widen_factor)
    rest = [WideBottleneck(out_channels, out_channels, 1, widen_factor) for _ in range(num_blocks - 1)]
    return nn.Sequential(first, *rest)


def wrn_16_4(num_classes: int = 10) -> WideResNet:
    """WRN-16-4 for CIFAR: 2,748,890 parameters."""
    return WideResNet(depth=16, widen_factor=4, num_classes=num_classes)


def wrn_28_10(num_classes: int = 10) -> WideResNet:
    """WRN-28-10 for CIFAR: 36.5M parameters."""
    return WideResNet(depth=28, widen_factor=10, num_classes=num_classes)


def wrn_40_4(num_classes: int = 10) -> WideResNet:
    """WRN-40-4 for CIFAR: 8.9M parameters."""
    return WideResNet(depth=40, widen_factor=4, num_classes=num_classes)


def wide_resnet50_2(num_classes: int = 1000) -> WideResNet50:
    """WRN-50-2-bottleneck for ImageNet, as torchvision's `wide_resnet50_2`: 68.9M parameters."""
    return WideResNet50(widen_factor=2, num_classes=num_classes)


INPUT_SHAPES = {
    "wrn_16_4": (3, 32, 32),
    "wrn_28_10": (3, 32, 32),
    "wrn_40_4": (3, 32, 32),
    "wide_resnet50_2": (3, 224, 224),
}
