"""Pre-activation residual networks: 3×32×32 (CIFAR) or 3×224×224 (ImageNet) images in, class scores out.

K. He, X. Zhang, S. Ren, J. Sun, "Identity Mappings in Deep Residual Networks", ECCV 2016 (arXiv:1603.05027).
Batch norm and ReLU move in front of each convolution, and the ReLU after the addition goes. Then nothing
stands on the shortcut: x_L = x_l + ΣF(x_i), and the gradient of every block's input contains that of the
output unchanged.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import pad, relu


def preactivation(channels: int, preactivate: bool) -> nn.Module:
    """Batch norm and ReLU, or nothing where the network has applied them already."""
    return nn.Sequential(nn.BatchNorm2d(channels), nn.ReLU()) if preactivate else nn.Identity()


class PreActBlock(nn.Module):
    """BN-ReLU-conv, twice, and a shortcut; nothing after the addition.

    Source: He et al. 2016b, figure 4 (e) and the appendix. Where the shape changes, the shortcut is a 1×1
    convolution of the *activated* input, without a batch norm; elsewhere it is x itself, not activated.
    `preactivate=False` leaves the first BN-ReLU out: in the first block of a network it stands before the two
    paths part, right after the stem's convolution.
    Input: N×in_channels×H×W.  Output: N×out_channels×H/stride×W/stride (halves are rounded up), of any sign.
    Parameters with equal channels C: 18·C² in convolutions and 4·C in batch norm, as in ResNet's block.
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1, preactivate: bool = True) -> None:
        super().__init__()
        self.preactivation = preactivation(in_channels, preactivate)
        self.conv1 = nn.Conv2d(in_channels, out_channels, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, kernel_size=3, padding=1, bias=False)
        self.projection = (
            nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=stride, bias=False)
            if stride != 1 or in_channels != out_channels
            else None
        )

    def forward(self, x: Tensor) -> Tensor:
        activated = self.preactivation(x)
        residual: Tensor = self.conv1(activated)
        residual = self.conv2(relu(self.bn2(residual)))
        return self.shortcut(x, activated) + residual

    def shortcut(self, x: Tensor, activated: Tensor) -> Tensor:
        if self.projection is not None:
            x = self.projection(activated)
        return x


class PaddedPreActBlock(PreActBlock):
    """`PreActBlock` with a shortcut free of parameters: every second pixel of x, zeros for new channels.

    Source: He et al. 2016b says in a footnote that its *bottleneck* networks have projections, with
    pre-activation; so ResNet-110, of basic blocks, is taken to keep option A of the first paper.
    Input and output: as `PreActBlock`.
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1, preactivate: bool = True) -> None:
        super().__init__(in_channels, out_channels, stride, preactivate)
        self.projection = None
        self.new_channels = out_channels - in_channels
        self.stride = stride

    def shortcut(self, x: Tensor, activated: Tensor) -> Tensor:
        if self.stride == 1 and self.new_channels == 0:
            return x
        x = x[:, :, :: self.stride, :: self.stride]
        # `pad` counts from the last dimension: width before and after, height before and after, channels.
        return pad(x, (0, 0, 0, 0, 0, self.new_channels))


class PreActBottleneck(nn.Module):
    """BN-ReLU-conv three times, 1×1 to a quarter of the channels, 3×3, 1×1, and a shortcut.

    Source: He et al. 2016b, figure 4 (e) and the appendix; stride in the first 1×1 as in the authors' code
    (KaimingHe/resnet-1k-layers). Shortcut and `preactivate` as in `PreActBlock`.
    Input: N×in_channels×H×W.  Output: N×out_channels×H/stride×W/stride (halves are rounded up), of any sign.
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1, preactivate: bool = True) -> None:
        super().__init__()
        width = out_channels // 4
        self.preactivation = preactivation(in_channels, preactivate)
        self.conv1 = nn.Conv2d(in_channels, width, kernel_size=1, stride=stride, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, kernel_size=3, padding=1, bias=False)
        self.bn3 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, out_channels, kernel_size=1, bias=False)
        self.projection = (
            nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=stride, bias=False)
            if stride != 1 or in_channels != out_channels
            else None
        )

    def forward(self, x: Tensor) -> Tensor:
        activated = self.preactivation(x)
        residual: Tensor = self.conv1(activated)
        residual = self.conv2(relu(self.bn2(residual)))
        residual = self.conv3(relu(self.bn3(residual)))
        if self.projection is not None:
            x = self.projection(activated)
        return x + residual


def cifar_stem(out_channels: int) -> nn.Sequential:
    """One 3×3 convolution at full size, then the first activation: 3×32×32 to out_channels×32×32."""
    return nn.Sequential(
        nn.Conv2d(3, out_channels, kernel_size=3, padding=1, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(),
    )


def imagenet_stem(out_channels: int) -> nn.Sequential:
    """ResNet's stem, first activation included: 3×224×224 to out_channels×56×56."""
    return nn.Sequential(
        nn.Conv2d(3, out_channels, kernel_size=7, stride=2, padding=3, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(),
        nn.MaxPool2d(kernel_size=3, stride=2, padding=1),
    )


class PreActResNet(nn.Module):
    """A stem, stages of pre-activation blocks, a last BN-ReLU, global average pooling and one FC layer.

    Source: He et al. 2016b, appendix. `num_blocks` and `out_channels` have one entry per stage; every stage
    but the first halves the image. Nothing has activated the last sum, hence the BN-ReLU before pooling
    (often forgotten).
    Input: N×3×32×32 with `cifar_stem`, N×3×224×224 with `imagenet_stem`.  Output: N×num_classes logits.

    ResNet-110 has 1,727,962 parameters, as many as without pre-activation (1.7M in the first paper; this one
    prints no number), and ResNet-164 1,703,258. Error on CIFAR-10, table 2, median of five runs: 6.37 % with
    110 layers (6.61 % without pre-activation) and 5.46 % with 164 (5.93 %).
    """

    def __init__(
        self,
        block: type[PreActBlock] | type[PreActBottleneck],
        stem: nn.Sequential,
        stem_channels: int,
        num_blocks: tuple[int, ...],
        out_channels: tuple[int, ...],
        num_classes: int,
    ) -> None:
        super().__init__()
        self.stem = stem
        blocks: list[nn.Module] = []
        in_channels = stem_channels
        for stage, (count, channels) in enumerate(zip(num_blocks, out_channels, strict=True)):
            for position in range(count):
                stride = 2 if stage > 0 and position == 0 else 1
                blocks.append(block(in_channels, channels, stride, preactivate=len(blocks) > 0))
                in_channels = channels
        self.blocks = nn.Sequential(*blocks)
        self.bn = nn.BatchNorm2d(in_channels)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(in_channels, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.blocks(self.stem(x))
        x = relu(self.bn(x))
        x = torch.flatten(self.avgpool(x), start_dim=1)
        logits: Tensor = self.fc(x)
        return logits


class PreActResNet18(PreActResNet):
    """Pre-activation ResNet-18 for CIFAR: stages of 64, 128, 256 and 512 channels, two blocks each.

    Source: a network that courses use, not one of the paper's: table 1 of He et al. 2016 with the small stem
    of their CIFAR networks and the blocks of He et al. 2016b. Many copies leave out the first or the last
    BN-ReLU.
    Input: N×3×32×32.  Output: N×num_classes logits.
    Parameters: 11,172,170.
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__(PreActBlock, cifar_stem(64), 64, (2, 2, 2, 2), (64, 128, 256, 512), num_classes)


def preact_resnet18(num_classes: int = 10) -> PreActResNet:
    """Pre-activation ResNet-18 for CIFAR: 11,172,170 parameters."""
    return PreActResNet18(num_classes)


def preact_resnet110(num_classes: int = 10) -> PreActResNet:
    """Pre-activation ResNet-110 for CIFAR, 54 basic blocks with option A: 1,727,962 parameters."""
    return PreActResNet(PaddedPreActBlock, cifar_stem(16), 16, (18, 18, 18), (16, 32, 64), num_classes)


def preact_resnet164(num_classes: int = 10) -> PreActResNet:
    """Pre-activation ResNet-164 for CIFAR, 54 bottlenecks with projections: 1,703,258 parameters."""
    return PreActResNet(PreActBottleneck, cifar_stem(16), 16, (18, 18, 18), (64, 128, 256), num_classes)


def preact_resnet200(num_classes: int = 1000) -> PreActResNet:
    """Pre-activation ResNet-200 for ImageNet: 64,666,152 parameters.

    Source: He et al. 2016b, section 5: ResNet-152 with 16 more bottlenecks at 28×28. Error on ImageNet,
    top-1, one crop of 320×320, table 5: 20.7 %, against 21.8 % without pre-activation. The paper prints no
    number of parameters.
    """
    return PreActResNet(PreActBottleneck, imagenet_stem(64), 64, (3, 24, 36, 3), (256, 512, 1024, 2048), num_classes)


INPUT_SHAPES = {
    "preact_resnet18": (3, 32, 32),
    "preact_resnet110": (3, 32, 32),
    "preact_resnet164": (3, 32, 32),
    "preact_resnet200": (3, 224, 224),
}
