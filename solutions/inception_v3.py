"""Inception v3: 3×299×299 images in, 1000 scores out; in training, one more set of scores.

C. Szegedy, V. Vanhoucke, S. Ioffe, J. Shlens, Z. Wojna, "Rethinking the Inception Architecture for Computer
Vision", arXiv:1512.00567, 2015 (CVPR 2016). Large kernels are factorised: a 5×5 into two 3×3 (25 weights
become 18), an n×n into 1×n and n×1 (49 become 14 for n = 7). The field of view stays, the cost falls, and a
nonlinearity is gained.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import relu


class ConvBNReLU(nn.Module):
    """A convolution without bias, batch normalisation and ReLU: what the paper's figures call a convolution.

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


class InceptionWithTwo3x3(nn.Module):
    """The module for 35×35: beside the 5×5 branch there is one with two 3×3 in a row, which sees as far.

    Source: Szegedy et al. 2015, figure 5; widths of the released network, which kept one 5×5 branch.
    Input: N×in_channels×H×W.  Output: N×(64 + 64 + 96 + pool_proj)×H×W.
    """

    def __init__(self, in_channels: int, pool_proj: int) -> None:
        super().__init__()
        self.branch1x1 = ConvBNReLU(in_channels, 64, kernel_size=1)
        self.branch5x5 = nn.Sequential(
            ConvBNReLU(in_channels, 48, kernel_size=1),
            ConvBNReLU(48, 64, kernel_size=5, padding=2),
        )
        self.branch3x3_twice = nn.Sequential(
            ConvBNReLU(in_channels, 64, kernel_size=1),
            ConvBNReLU(64, 96, kernel_size=3, padding=1),
            ConvBNReLU(96, 96, kernel_size=3, padding=1),
        )
        self.branch_pool = nn.Sequential(
            nn.AvgPool2d(kernel_size=3, stride=1, padding=1),
            ConvBNReLU(in_channels, pool_proj, kernel_size=1),
        )

    def forward(self, x: Tensor) -> Tensor:
        branches = [self.branch1x1(x), self.branch5x5(x), self.branch3x3_twice(x), self.branch_pool(x)]
        return torch.cat(branches, dim=1)


class ReductionTo17(nn.Module):
    """Halves 35×35 to 17×17 with convolutions and a pooling side by side, so that no information is squeezed
    first.

    Source: Szegedy et al. 2015, section 5 and figure 10.
    Input: N×in_channels×35×35.  Output: N×(384 + 96 + in_channels)×17×17.
    """

    def __init__(self, in_channels: int) -> None:
        super().__init__()
        self.branch3x3 = ConvBNReLU(in_channels, 384, kernel_size=3, stride=2)
        self.branch3x3_twice = nn.Sequential(
            ConvBNReLU(in_channels, 64, kernel_size=1),
            ConvBNReLU(64, 96, kernel_size=3, padding=1),
            ConvBNReLU(96, 96, kernel_size=3, stride=2),
        )
        self.branch_pool = nn.MaxPool2d(kernel_size=3, stride=2)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.branch3x3(x), self.branch3x3_twice(x), self.branch_pool(x)], dim=1)


class FactorisedInception(nn.Module):
    """The module for 17×17: every 7×7 is a 1×7 and a 7×1 in a row.

    Source: Szegedy et al. 2015, section 3.2 and figure 6, n = 7; widths of the released network.
    Input: N×in_channels×H×W.  Output: N×768×H×W, 192 channels from each of four branches.
    Parameters, c for channels_7x7 and weights only: 14·c² in place of 49·c² for each factorised 7×7.
    """

    def __init__(self, in_channels: int, channels_7x7: int) -> None:
        super().__init__()
        c = channels_7x7
        self.branch1x1 = ConvBNReLU(in_channels, 192, kernel_size=1)
        self.branch7x7 = nn.Sequential(
            ConvBNReLU(in_channels, c, kernel_size=1),
            # Padding follows the kernel: 3 on the sides where it is 7 long, 0 where it is 1.
            ConvBNReLU(c, c, kernel_size=(1, 7), padding=(0, 3)),
            ConvBNReLU(c, 192, kernel_size=(7, 1), padding=(3, 0)),
        )
        self.branch7x7_twice = nn.Sequential(
            ConvBNReLU(in_channels, c, kernel_size=1),
            ConvBNReLU(c, c, kernel_size=(7, 1), padding=(3, 0)),
            ConvBNReLU(c, c, kernel_size=(1, 7), padding=(0, 3)),
            ConvBNReLU(c, c, kernel_size=(7, 1), padding=(3, 0)),
            ConvBNReLU(c, 192, kernel_size=(1, 7), padding=(0, 3)),
        )
        self.branch_pool = nn.Sequential(
            nn.AvgPool2d(kernel_size=3, stride=1, padding=1),
            ConvBNReLU(in_channels, 192, kernel_size=1),
        )

    def forward(self, x: Tensor) -> Tensor:
        branches = [self.branch1x1(x), self.branch7x7(x), self.branch7x7_twice(x), self.branch_pool(x)]
        return torch.cat(branches, dim=1)


class ReductionTo8(nn.Module):
    """Halves 17×17 to 8×8.

    Source: Szegedy et al. 2015, section 5; widths and the 1×7, 7×1 pair of the released network.
    Input: N×in_channels×17×17.  Output: N×(320 + 192 + in_channels)×8×8.
    """

    def __init__(self, in_channels: int) -> None:
        super().__init__()
        self.branch3x3 = nn.Sequential(
            ConvBNReLU(in_channels, 192, kernel_size=1),
            ConvBNReLU(192, 320, kernel_size=3, stride=2),
        )
        self.branch7x7 = nn.Sequential(
            ConvBNReLU(in_channels, 192, kernel_size=1),
            ConvBNReLU(192, 192, kernel_size=(1, 7), padding=(0, 3)),
            ConvBNReLU(192, 192, kernel_size=(7, 1), padding=(3, 0)),
            ConvBNReLU(192, 192, kernel_size=3, stride=2),
        )
        self.branch_pool = nn.MaxPool2d(kernel_size=3, stride=2)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.branch3x3(x), self.branch7x7(x), self.branch_pool(x)], dim=1)


class ForkedConv(nn.Module):
    """A 1×3 and a 3×1 convolution of the same input, side by side and not in a row, concatenated.

    Source: Szegedy et al. 2015, figure 7: a wider representation where the image is smallest.
    Input: N×in_channels×H×W.  Output: N×2·out_channels×H×W.
    """

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv1x3 = ConvBNReLU(in_channels, out_channels, kernel_size=(1, 3), padding=(0, 1))
        self.conv3x1 = ConvBNReLU(in_channels, out_channels, kernel_size=(3, 1), padding=(1, 0))

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.conv1x3(x), self.conv3x1(x)], dim=1)


class InceptionWithForks(nn.Module):
    """The module for 8×8, whose 3×3 branches end in forks.

    Source: Szegedy et al. 2015, figure 7; widths of the released network.
    Input: N×in_channels×H×W.  Output: N×2048×H×W = 320 + 2·384 + 2·384 + 192 channels.
    """

    def __init__(self, in_channels: int) -> None:
        super().__init__()
        self.branch1x1 = ConvBNReLU(in_channels, 320, kernel_size=1)
        self.branch3x3 = nn.Sequential(
            ConvBNReLU(in_channels, 384, kernel_size=1),
            ForkedConv(384, 384),
        )
        self.branch3x3_twice = nn.Sequential(
            ConvBNReLU(in_channels, 448, kernel_size=1),
            ConvBNReLU(448, 384, kernel_size=3, padding=1),
            ForkedConv(384, 384),
        )
        self.branch_pool = nn.Sequential(
            nn.AvgPool2d(kernel_size=3, stride=1, padding=1),
            ConvBNReLU(in_channels, 192, kernel_size=1),
        )

    def forward(self, x: Tensor) -> Tensor:
        branches = [self.branch1x1(x), self.branch3x3(x), self.branch3x3_twice(x), self.branch_pool(x)]
        return torch.cat(branches, dim=1)


class AuxiliaryHead(nn.Module):
    """A classifier on the last 17×17 grid, used in training; the paper sees it as a regulariser.

    Source: Szegedy et al. 2015, section 4 and figure 8; widths of the released network.
    Input: N×768×17×17.  Output: N×num_classes logits.
    Parameters: 3,326,696 for 1000 classes.
    """

    def __init__(self, num_classes: int) -> None:
        super().__init__()
        self.pool = nn.AvgPool2d(kernel_size=5, stride=3)  # 768×5×5
        self.conv1 = ConvBNReLU(768, 128, kernel_size=1)
        self.conv2 = ConvBNReLU(128, 768, kernel_size=5)  # 768×1×1
        self.global_average = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(768, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv2(self.conv1(self.pool(x)))
        x = torch.flatten(self.global_average(x), start_dim=1)
        logits: Tensor = self.fc(x)
        return logits


class InceptionV3(nn.Module):
    """Inception v3, the network that the authors released and that torchvision ported.

    Source: Szegedy et al. 2015, section 6. Table 1 is an outline that differs from the release: a strided 3×3
    convolution where the release pools, 3×3 where it has 1×1 from 64 to 80 channels, and the grids' modules
    and reductions counted together. Where they differ this is the release, the same function as torchvision's
    `inception_v3` (without `transform_input`; the same weights fit, in order).
    Input: N×3×299×299.
    Output: N×num_classes logits in eval mode; in training mode, if `aux_head`, a pair of such tensors: the
    network's and the auxiliary head's.
    Parameters: 23,834,568 without the auxiliary head (the paper: "less than 25 million"), 27,161,264 with it,
    as torchvision prints.
    Multiply-adds: 5,713,216,096 without the head (the paper: "5 billion").
    """

    def __init__(self, num_classes: int = 1000, aux_head: bool = True) -> None:
        super().__init__()
        self.conv1 = ConvBNReLU(3, 32, kernel_size=3, stride=2)  # 32×149×149
        self.conv2 = ConvBNReLU(32, 32, kernel_size=3)  # 32×147×147
        self.conv3 = ConvBNReLU(32, 64, kernel_size=3, padding=1)  # 64×147×147
        self.pool3 = nn.MaxPool2d(kernel_size=3, stride=2)  # 64×73×73
        self.conv4 = ConvBNReLU(64, 80, kernel_size=1)  # 80×73×73
        self.conv5 = ConvBNReLU(80, 192, kernel_size=3)  # 192×71×71
        self.pool5 = nn.MaxPool2d(kernel_size=3, stride=2)  # 192×35×35
        self.grid35 = nn.Sequential(
            InceptionWithTwo3x3(192, pool_proj=32),  # 256×35×35
            InceptionWithTwo3x3(256, pool_proj=64),  # 288×35×35
            InceptionWithTwo3x3(288, pool_proj=64),
        )
        self.grid17 = nn.Sequential(
            ReductionTo17(288),  # 768×17×17
            FactorisedInception(768, channels_7x7=128),
            FactorisedInception(768, channels_7x7=160),
            FactorisedInception(768, channels_7x7=160),
            FactorisedInception(768, channels_7x7=192),
        )
        self.aux_head = aux_head
        if aux_head:
            self.aux = AuxiliaryHead(num_classes)
        self.grid8 = nn.Sequential(
            ReductionTo8(768),  # 1280×8×8
            InceptionWithForks(1280),  # 2048×8×8
            InceptionWithForks(2048),
        )
        self.global_average = nn.AdaptiveAvgPool2d(1)
        self.dropout = nn.Dropout(0.5)
        self.fc = nn.Linear(2048, num_classes)

    def forward(self, x: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        x = self.pool3(self.conv3(self.conv2(self.conv1(x))))
        x = self.pool5(self.conv5(self.conv4(x)))
        x = self.grid35(x)
        after_17: Tensor = self.grid17(x)
        x = self.grid8(after_17)
        x = torch.flatten(self.global_average(x), start_dim=1)
        logits: Tensor = self.fc(self.dropout(x))
        if self.training and self.aux_head:
            return logits, self.aux(after_17)
        return logits


def inception_v3(num_classes: int = 1000, aux_head: bool = True) -> InceptionV3:
    """Inception v3 for 3×299×299 images."""
    return InceptionV3(num_classes, aux_head)


INPUT_SHAPES = {"inception_v3": (3, 299, 299)}
