"""ResNeXt for ImageNet: 3×224×224 images in, 1000 scores out.

S. Xie, R. Girshick, P. Dollár, Z. Tu, K. He, "Aggregated Residual Transformations for Deep Neural Networks",
CVPR 2017 (arXiv:1611.05431). A residual is the sum of many small paths of the same shape; their number, the
cardinality, is a dimension beside depth and width. ResNeXt-50 (32×4d) has 32 paths of 4 channels and the cost
of ResNet-50.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import relu


class ResNeXtBlock(nn.Module):
    """Bottleneck whose 3×3 convolution works in groups.

    Source: Xie et al. 2017, figure 3 (c), which equals figure 3 (a): the first 1×1 convolution holds the 1×1s
    of all paths, the grouped 3×3 keeps the paths apart, and the last 1×1 sums them, since W·[y₁; …; y₃₂] =
    ΣWᵢ·yᵢ. (As in figure 3 (c), batch norm after the last 1×1 sees the sum.) `groups` is the cardinality C
    and `width_per_group` the channels d of one path.
    Input: N×in_channels×H×W.  Output: N×out_channels×H/stride×W/stride (halves are rounded up).
    Parameters with 256 channels, 32 groups of 4: 70,144 in convolutions (256·128 + 9·128·4 + 128·256), where
    ResNet's bottleneck has 69,632: "∼70k" each, as the paper says.
    """

    def __init__(
        self, in_channels: int, out_channels: int, stride: int = 1, groups: int = 32, width_per_group: int = 4
    ) -> None:
        super().__init__()
        width = groups * width_per_group
        self.conv1 = nn.Conv2d(in_channels, width, kernel_size=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, kernel_size=3, stride=stride, padding=1, groups=groups, bias=False)
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


class ResNeXt(nn.Module):
    """ResNet's plan with ResNeXt blocks; the width of a path doubles whenever the image halves.

    Source: Xie et al. 2017, table 1.
    Input: N×3×224×224.  Output: N×num_classes logits.
    ResNeXt-50 (32×4d): 25,028,904 parameters (the paper prints 25.0·10⁶; ResNet-50 has 25,557,032, it prints
    25.5·10⁶: cut off, not rounded) and 4.23 G multiply-adds (it prints 4.2·10⁹ "FLOPs", one for each).
    Error on ImageNet, top-1, one crop, table 3: 22.2 %, against 23.9 % with ResNet-50.
    """

    def __init__(
        self,
        num_blocks: tuple[int, int, int, int],
        groups: int = 32,
        width_per_group: int = 4,
        num_classes: int = 1000,
    ) -> None:
        super().__init__()
        c, d = groups, width_per_group
        self.conv1 = nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False)  # 64×112×112
        self.bn1 = nn.BatchNorm2d(64)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)  # 64×56×56
        self.layer1 = stage(num_blocks[0], 64, 256, stride=1, groups=c, width_per_group=d)  # 256×56×56
        self.layer2 = stage(num_blocks[1], 256, 512, stride=2, groups=c, width_per_group=2 * d)  # 512×28×28
        self.layer3 = stage(num_blocks[2], 512, 1024, stride=2, groups=c, width_per_group=4 * d)  # 1024×14×14
        self.layer4 = stage(num_blocks[3], 1024, 2048, stride=2, groups=c, width_per_group=8 * d)  # 2048×7×7
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


def stage(
    num_blocks: int, in_channels: int, out_channels: int, stride: int, groups: int, width_per_group: int
) -> nn.Sequential:
    """Blocks that work at one size; the first one changes the channels and, with stride 2, the size."""
    first = ResNeXtBlock(in_channels, out_channels, stride, groups, width_per_group)
    rest = [ResNeXtBlock(out_channels, out_channels, 1, groups, width_per_group) for _ in range(num_blocks - 1)]
    return nn.Sequential(first, *rest)


def resnext50_32x4d(num_classes: int = 1000) -> ResNeXt:
    """ResNeXt-50 (32×4d), as torchvision's: 25.0M parameters."""
    return ResNeXt((3, 4, 6, 3), groups=32, width_per_group=4, num_classes=num_classes)


def resnext101_32x8d(num_classes: int = 1000) -> ResNeXt:
    """ResNeXt-101 (32×8d), as torchvision's: 88,791,336 parameters.

    Source: not in the ResNeXt paper, whose 101-layer networks on ImageNet-1K are 32×4d and 64×4d; Mahajan et
    al. 2018 ("Exploring the Limits of Weakly Supervised Pretraining") print 88M parameters and 16 G
    multiply-adds.
    """
    return ResNeXt((3, 4, 23, 3), groups=32, width_per_group=8, num_classes=num_classes)


INPUT_SHAPES = {
    "resnext50_32x4d": (3, 224, 224),
    "resnext101_32x8d": (3, 224, 224),
}
