"""Inception v4: 3×299×299 images in, 1000 scores out.

C. Szegedy, S. Ioffe, V. Vanhoucke, A. Alemi, "Inception-v4, Inception-ResNet and the Impact of Residual
Connections on Learning", arXiv:1602.07261, 2016 (AAAI 2017). Inception v3 without the compromises of its
history: one kind of module for each grid, repeated, and a stem with forks of its own. In the figures "V"
means no padding.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import relu


class ConvBNReLU(nn.Module):
    """A convolution without bias, batch normalisation and ReLU: what the paper's figures call "Conv".

    Input: N×in_channels×H×W.  Output: N×out_channels×H'×W'.
    Parameters: kernel area·in·out weights and 2·out of batch normalisation.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding, bias=False)
        self.bn = nn.BatchNorm2d(out_channels, eps=0.001)  # the authors' eps; torch's default is 1e-5

    def forward(self, x: Tensor) -> Tensor:
        return relu(self.bn(self.conv(x)))


class Concatenate(nn.Module):
    """Branches side by side: each gets the same input, and their outputs are concatenated over channels.

    Every module of this network is one of these, so that the lists below read like the paper's figures.
    Input: N×in_channels×H×W.  Output: N×(sum of the branches' channels)×H'×W'.
    """

    def __init__(self, *branches: nn.Module) -> None:
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([branch(x) for branch in self.branches], dim=1)


def average_then_1x1(in_channels: int, out_channels: int) -> nn.Sequential:
    """The pooling branch of each module; the padding's zeros are no part of the average, as in TensorFlow."""
    return nn.Sequential(
        nn.AvgPool2d(kernel_size=3, stride=1, padding=1, count_include_pad=False),
        ConvBNReLU(in_channels, out_channels, kernel_size=1),
    )


def stem() -> nn.Sequential:
    """Figure 3: 3×299×299 to 384×35×35. Its last 3×3 convolution must have stride 2, which the figure leaves
    out."""
    return nn.Sequential(
        ConvBNReLU(3, 32, kernel_size=3, stride=2),  # 32×149×149
        ConvBNReLU(32, 32, kernel_size=3),  # 32×147×147
        ConvBNReLU(32, 64, kernel_size=3, padding=1),  # 64×147×147
        Concatenate(  # 160×73×73
            nn.MaxPool2d(kernel_size=3, stride=2),
            ConvBNReLU(64, 96, kernel_size=3, stride=2),
        ),
        Concatenate(  # 192×71×71
            nn.Sequential(
                ConvBNReLU(160, 64, kernel_size=1),
                ConvBNReLU(64, 96, kernel_size=3),
            ),
            nn.Sequential(
                ConvBNReLU(160, 64, kernel_size=1),
                ConvBNReLU(64, 64, kernel_size=(7, 1), padding=(3, 0)),
                ConvBNReLU(64, 64, kernel_size=(1, 7), padding=(0, 3)),
                ConvBNReLU(64, 96, kernel_size=3),
            ),
        ),
        Concatenate(  # 384×35×35
            ConvBNReLU(192, 192, kernel_size=3, stride=2),
            nn.MaxPool2d(kernel_size=3, stride=2),
        ),
    )


def inception_a() -> Concatenate:
    """Figure 4: 384×35×35 to the same."""
    return Concatenate(
        average_then_1x1(384, 96),
        ConvBNReLU(384, 96, kernel_size=1),
        nn.Sequential(
            ConvBNReLU(384, 64, kernel_size=1),
            ConvBNReLU(64, 96, kernel_size=3, padding=1),
        ),
        nn.Sequential(
            ConvBNReLU(384, 64, kernel_size=1),
            ConvBNReLU(64, 96, kernel_size=3, padding=1),
            ConvBNReLU(96, 96, kernel_size=3, padding=1),
        ),
    )


def reduction_a() -> Concatenate:
    """Figure 7 with k, l, m, n = 192, 224, 256, 384 (table 1): 384×35×35 to 1024×17×17."""
    return Concatenate(
        nn.MaxPool2d(kernel_size=3, stride=2),
        ConvBNReLU(384, 384, kernel_size=3, stride=2),
        nn.Sequential(
            ConvBNReLU(384, 192, kernel_size=1),
            ConvBNReLU(192, 224, kernel_size=3, padding=1),
            ConvBNReLU(224, 256, kernel_size=3, stride=2),
        ),
    )


def inception_b() -> Concatenate:
    """Figure 5: 1024×17×17 to the same. Its third branch prints 1×7 twice: the second must be 7×1 to see
    7×7."""
    return Concatenate(
        average_then_1x1(1024, 128),
        ConvBNReLU(1024, 384, kernel_size=1),
        nn.Sequential(
            ConvBNReLU(1024, 192, kernel_size=1),
            ConvBNReLU(192, 224, kernel_size=(1, 7), padding=(0, 3)),
            ConvBNReLU(224, 256, kernel_size=(7, 1), padding=(3, 0)),
        ),
        nn.Sequential(
            ConvBNReLU(1024, 192, kernel_size=1),
            ConvBNReLU(192, 192, kernel_size=(1, 7), padding=(0, 3)),
            ConvBNReLU(192, 224, kernel_size=(7, 1), padding=(3, 0)),
            ConvBNReLU(224, 224, kernel_size=(1, 7), padding=(0, 3)),
            ConvBNReLU(224, 256, kernel_size=(7, 1), padding=(3, 0)),
        ),
    )


def reduction_b() -> Concatenate:
    """Figure 8: 1024×17×17 to 1536×8×8."""
    return Concatenate(
        nn.MaxPool2d(kernel_size=3, stride=2),
        nn.Sequential(
            ConvBNReLU(1024, 192, kernel_size=1),
            ConvBNReLU(192, 192, kernel_size=3, stride=2),
        ),
        nn.Sequential(
            ConvBNReLU(1024, 256, kernel_size=1),
            ConvBNReLU(256, 256, kernel_size=(1, 7), padding=(0, 3)),
            ConvBNReLU(256, 320, kernel_size=(7, 1), padding=(3, 0)),
            ConvBNReLU(320, 320, kernel_size=3, stride=2),
        ),
    )


def fork(in_channels: int) -> Concatenate:
    """The end of two branches in figure 6: 1×3 and 3×1 side by side, 256 channels each."""
    return Concatenate(
        ConvBNReLU(in_channels, 256, kernel_size=(1, 3), padding=(0, 1)),
        ConvBNReLU(in_channels, 256, kernel_size=(3, 1), padding=(1, 0)),
    )


def inception_c() -> Concatenate:
    """Figure 6: 1536×8×8 to the same."""
    return Concatenate(
        average_then_1x1(1536, 256),
        ConvBNReLU(1536, 256, kernel_size=1),
        nn.Sequential(
            ConvBNReLU(1536, 384, kernel_size=1),
            fork(384),
        ),
        nn.Sequential(
            ConvBNReLU(1536, 384, kernel_size=1),
            ConvBNReLU(384, 448, kernel_size=(1, 3), padding=(0, 1)),
            ConvBNReLU(448, 512, kernel_size=(3, 1), padding=(1, 0)),
            fork(512),
        ),
    )


class InceptionV4(nn.Module):
    """Inception v4: the stem, then 4, 7 and 3 modules with reductions between.

    Source: Szegedy et al. 2016, figures 3 to 9. The weights that the authors released have 1×n and n×1 the
    other way round in some branches, with equal counts.
    Input: N×3×299×299.  Output: N×num_classes logits.
    Parameters: 42,679,816 with batch normalisation's weights and biases (timm prints 42.68 M; the paper
    prints none).
    Multiply-adds: 12,253,974,624, biases not counted (timm, counting more operations: 12.28 G).
    """

    def __init__(self, num_classes: int = 1000) -> None:
        super().__init__()
        self.features = nn.Sequential(
            stem(),
            *(inception_a() for _ in range(4)),
            reduction_a(),
            *(inception_b() for _ in range(7)),
            reduction_b(),
            *(inception_c() for _ in range(3)),
        )
        self.global_average = nn.AdaptiveAvgPool2d(1)
        self.dropout = nn.Dropout(0.2)  # the paper says "keep 0.8"; torch's argument is what is dropped
        self.fc = nn.Linear(1536, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.features(x)
        x = torch.flatten(self.global_average(x), start_dim=1)
        logits: Tensor = self.fc(self.dropout(x))
        return logits


def inception_v4(num_classes: int = 1000) -> InceptionV4:
    """Inception v4 for 3×299×299 images."""
    return InceptionV4(num_classes)


INPUT_SHAPES = {"inception_v4": (3, 299, 299)}
