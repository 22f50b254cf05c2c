"""Residual networks for CIFAR-10: 3×32×32 images in, 10 scores out.

K. He, X. Zhang, S. Ren, J. Sun, "Deep Residual Learning for Image Recognition", CVPR 2016 (arXiv:1512.03385),
section 4.2. Small and deep on purpose: the point was to study depth, so every shortcut is free of parameters
and a residual network has exactly the parameters of the plain network of the same depth.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import pad, relu


class PaddedShortcut(nn.Module):
    """An identity for changing shapes: every second pixel, and zeros for the new channels (option A).

    Source: He et al. 2016, section 3.3. The paper does not say on which side the zero channels go; here, as
    in the first public code (facebook/fb.resnet.torch), they come last.
    Input: N×in_channels×H×W.  Output: N×out_channels×H/stride×W/stride (halves are rounded up).
    Parameters: none.
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int) -> None:
        super().__init__()
        self.new_channels = out_channels - in_channels
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        x = x[:, :, :: self.stride, :: self.stride]
        # `pad` counts from the last dimension: width before and after, height before and after, channels.
        return pad(x, (0, 0, 0, 0, 0, self.new_channels))


class CifarBlock(nn.Module):
    """Two 3×3 convolutions and a shortcut without parameters.

    Source: He et al. 2016, section 4.2 and figure 2.
    Input: N×in_channels×H×W.  Output: N×out_channels×H/stride×W/stride (halves are rounded up).
    Parameters with equal channels C: 18·C² in convolutions and 4·C in batch norm.
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, kernel_size=3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        same_shape = stride == 1 and in_channels == out_channels
        self.shortcut = nn.Identity() if same_shape else PaddedShortcut(in_channels, out_channels, stride)

    def forward(self, x: Tensor) -> Tensor:
        residual = relu(self.bn1(self.conv1(x)))
        residual = self.bn2(self.conv2(residual))
        return relu(residual + self.shortcut(x))


class ResNetCifar(nn.Module):
    """ResNet of depth 6n + 2: a convolution, three stages of n blocks (16, 32, 64 channels), an FC layer.

    Source: He et al. 2016, section 4.2 and table 6.
    Input: N×3×32×32.  Output: N×num_classes logits.

    | depth | n  | parameters | the paper prints | error on CIFAR-10, % |
    |-------|----|------------|------------------|----------------------|
    | 20    | 3  |    269,722 | 0.27M            | 8.75                 |
    | 32    | 5  |    464,154 | 0.46M            | 7.51                 |
    | 44    | 7  |    658,586 | 0.66M            | 7.17                 |
    | 56    | 9  |    853,018 | 0.85M            | 6.97                 |
    | 110   | 18 |  1,727,962 | 1.7M             | 6.43 (best of five)  |

    Raises ValueError for a depth that is not 6n + 2.
    """

    def __init__(self, depth: int = 20, num_classes: int = 10) -> None:
        super().__init__()
        if depth < 8 or (depth - 2) % 6 != 0:
            raise ValueError(f"depth {depth} is not 6n + 2 (8, 14, 20, …)")
        num_blocks = (depth - 2) // 6
        self.conv1 = nn.Conv2d(3, 16, kernel_size=3, padding=1, bias=False)  # 16×32×32, and no pooling
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1 = stage(num_blocks, 16, 16, stride=1)  # 16×32×32
        self.layer2 = stage(num_blocks, 16, 32, stride=2)  # 32×16×16
        self.layer3 = stage(num_blocks, 32, 64, stride=2)  # 64×8×8
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(64, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = relu(self.bn1(self.conv1(x)))
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = torch.flatten(self.avgpool(x), start_dim=1)
        logits: Tensor = self.fc(x)
        return logits


def stage(num_blocks: int, in_channels: int, out_channels: int, stride: int) -> nn.Sequential:
    """Blocks that work at one size; the first one changes the channels and, with stride 2, the size."""
    first = CifarBlock(in_channels, out_channels, stride)
    rest = [CifarBlock(out_channels, out_channels) for _ in range(num_blocks - 1)]
    return nn.Sequential(first, *rest)


def resnet20_cifar(num_classes: int = 10) -> ResNetCifar:
    """ResNet-20 for CIFAR: 0.27M parameters."""
    return ResNetCifar(20, num_classes)


def resnet32_cifar(num_classes: int = 10) -> ResNetCifar:
    """ResNet-32 for CIFAR: 0.46M parameters."""
    return ResNetCifar(32, num_classes)


def resnet44_cifar(num_classes: int = 10) -> ResNetCifar:
    """ResNet-44 for CIFAR: 0.66M parameters."""
    return ResNetCifar(44, num_classes)


def resnet56_cifar(num_classes: int = 10) -> ResNetCifar:
    """ResNet-56 for CIFAR: 0.85M parameters."""
    return ResNetCifar(56, num_classes)


def resnet110_cifar(num_classes: int = 10) -> ResNetCifar:
    """ResNet-110 for CIFAR: 1.7M parameters."""
    return ResNetCifar(110, num_classes)


INPUT_SHAPES = {
    "resnet20_cifar": (3, 32, 32),
    "resnet32_cifar": (3, 32, 32),
    "resnet44_cifar": (3, 32, 32),
    "resnet56_cifar": (3, 32, 32),
    "resnet110_cifar": (3, 32, 32),
}
