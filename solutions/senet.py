"""Squeeze-and-excitation on ResNet-50: 3×224×224 images in, 1000 scores out.

J. Hu, L. Shen, G. Sun, "Squeeze-and-Excitation Networks", CVPR 2018 (arXiv:1709.01507, 2017). Each block
looks at the mean of every channel over the whole image, and decides from these how much each channel shall
count.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import relu


class SEBlock(nn.Module):
    """Scale each channel by a gate between 0 and 1, computed from the means of all channels.

    Source: Hu et al. 2018, section 3, equations 2 to 4.
    Squeeze: global average pooling to C numbers. Excite: FC to C/r, ReLU, FC to C, sigmoid. Scale: multiply.
    Input and output: N×C×H×W, C = `channels`, r = `reduction`.
    Parameters: 2C²/r. There are no biases, as in the paper's equations 3 and 5; the later journal version
    says that leaving them out helps. The authors' first public models do have them, C + C/r more, as
    torchvision's `SqueezeExcitation` has; `bias=True` is that form.
    """

    def __init__(self, channels: int, reduction: int = 16, bias: bool = False) -> None:
        super().__init__()
        self.fc1 = nn.Linear(channels, channels // reduction, bias=bias)
        self.fc2 = nn.Linear(channels // reduction, channels, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        squeezed = x.mean(dim=(2, 3))  # N×C
        gates = torch.sigmoid(self.fc2(relu(self.fc1(squeezed))))
        return x * gates[:, :, None, None]  # each gate scales a whole H×W map


class SEBottleneck(nn.Module):
    """ResNet's bottleneck with an SE block on the residual, before it is added.

    Source: Hu et al. 2018, figure 3; stride in the first 1×1, as in the authors' SE-ResNet-50.
    Input: N×in_channels×H×W.  Output: N×out_channels×H/stride×W/stride (halves are rounded up).
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1, reduction: int = 16) -> None:
        super().__init__()
        width = out_channels // 4
        self.conv1 = nn.Conv2d(in_channels, width, kernel_size=1, stride=stride, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, kernel_size=3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, out_channels, kernel_size=1, bias=False)
        self.bn3 = nn.BatchNorm2d(out_channels)
        self.se = SEBlock(out_channels, reduction)
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or in_channels != out_channels:
            self.shortcut = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=stride, bias=False),
                nn.BatchNorm2d(out_channels),
            )

    def forward(self, x: Tensor) -> Tensor:
        residual = relu(self.bn1(self.conv1(x)))
        residual = relu(self.bn2(self.conv2(residual)))
        residual = self.se(self.bn3(self.conv3(residual)))
        return relu(residual + self.shortcut(x))


class SEResNet50(nn.Module):
    """ResNet-50 with an SE block in each of its 16 bottlenecks.

    Source: Hu et al. 2018, tables 1 and 2.
    Input: N×3×224×224.  Output: N×num_classes logits.
    Parameters: 28,071,976, which is ResNet-50's 25,557,032 and (2/r)·Σ N_s·C_s² = 2,514,944 in the SE blocks
    (the paper: "∼2.5 million", "∼10 %"; more than half of it in the last stage). With biases, 28,088,024.
    Multiply-adds: 3.86 G in convolutions and fully connected layers, of which the SE blocks have 2.5 M; the
    paper prints 3.87 G, against 3.86 G for ResNet-50, and counts the pooling and the scaling too.
    Error on ImageNet, one crop, table 2: 23.29 % top-1, 6.62 % top-5, against 24.80 and 7.48 for their
    ResNet-50.
    """

    def __init__(self, reduction: int = 16, num_classes: int = 1000) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False)  # 64×112×112
        self.bn1 = nn.BatchNorm2d(64)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)  # 64×56×56
        self.layer1 = stage(3, 64, 256, stride=1, reduction=reduction)  # 256×56×56
        self.layer2 = stage(4, 256, 512, stride=2, reduction=reduction)  # 512×28×28
        self.layer3 = stage(6, 512, 1024, stride=2, reduction=reduction)  # 1024×14×14
        self.layer4 = stage(3, 1024, 2048, stride=2, reduction=reduction)  # 2048×7×7
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


def stage(num_blocks: int, in_channels: int, out_channels: int, stride: int, reduction: int) -> nn.Sequential:
    """Blocks that work at one size; the first one changes the channels and, with stride 2, the size."""
    first = SEBottleneck(in_channels, out_channels, stride, reduction)
    rest = [SEBottleneck(out_channels, out_channels, 1, reduction) for _ in range(num_blocks - 1)]
    return nn.Sequential(first, *rest)


def se_resnet50(num_classes: int = 1000) -> SEResNet50:
    """SE-ResNet-50 with reduction 16: 28,071,976 parameters."""
    return SEResNet50(reduction=16, num_classes=num_classes)


INPUT_SHAPES = {"se_resnet50": (3, 224, 224)}
