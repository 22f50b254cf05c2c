"""LeNet-5: grey 28×28 or 32×32 images of digits in, ten scores out.

Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-Based Learning Applied to Document Recognition",
Proceedings of the IEEE 86(11), 1998. `LeNet5` is the form that courses teach today; `LeNet5Original` is
section II.B of the paper, layer by layer. They share the plan conv-pool-conv-pool-FC-FC-output, and almost
none of the details.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import relu


class LeNet5(nn.Module):
    """LeNet-5 as it is taught today: dense convolutions, ReLU, max pooling, a linear output layer.

    Source: the layer sizes of LeCun et al. 1998, section II.B; padding 2 turns the 28×28 pixels of MNIST into
    the paper's 32×32.
    Input: N×1×28×28.  Output: N×10, unnormalised scores (logits).
    Parameters: 61,706 with biases. The paper prints 60,000, which is `LeNet5Original`: fewer in its second
    convolution and none in its output layer, but some in its subsampling layers.
    """

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, kernel_size=5, padding=2)  # 6×28×28: padding 2 keeps the size
        self.pool1 = nn.MaxPool2d(kernel_size=2, stride=2)  # 6×14×14
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)  # 16×10×10: every output channel sees all 6 inputs
        self.pool2 = nn.MaxPool2d(kernel_size=2, stride=2)  # 16×5×5
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool1(relu(self.conv1(x)))
        x = self.pool2(relu(self.conv2(x)))
        x = torch.flatten(x, start_dim=1)  # 400 = 16·5·5; the batch stays an axis of its own
        x = relu(self.fc1(x))
        x = relu(self.fc2(x))
        logits: Tensor = self.fc3(x)  # no ReLU and no softmax: the cross-entropy loss wants raw scores
        return logits


class ScaledTanh(nn.Module):
    """The paper's squashing function A·tanh(S·a), with A = 1.7159 and S = 2/3.

    Source: LeCun et al. 1998, section II.B, equation 6, and appendix A. The constants make f(1) = 1 and
    f(−1) = −1, so that the targets ±1 lie where the function bends most and not on its flat ends.
    Input and output: any shape.
    """

    def forward(self, a: Tensor) -> Tensor:
        return 1.7159 * torch.tanh(2 / 3 * a)


class Subsampling(nn.Module):
    """Trainable subsampling: the sum of each 2×2 square, times a coefficient, plus a bias.

    Source: LeCun et al. 1998, section II.B, layers S2 and S4. One coefficient and one bias per channel are
    learned, so the layer can blur (small coefficient) or act almost as a logical OR or AND (large
    coefficient).
    Input: N×C×H×W.  Output: N×C×H/2×W/2.
    Parameters: 2·C; the paper prints 12 for S2 (C = 6) and 32 for S4 (C = 16).
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.average = nn.AvgPool2d(kernel_size=2, stride=2)
        self.coefficient = nn.Parameter(torch.ones(channels, 1, 1))
        self.bias = nn.Parameter(torch.zeros(channels, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        sum_of_four: Tensor = 4 * self.average(x)
        return self.coefficient * sum_of_four + self.bias


# Table I of the paper, read by columns: which of the six S2 maps each of the sixteen C3 maps looks at.
C3_INPUTS = (
    # every three neighbours, counted in a circle
    *((0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5)),
    # every four neighbours
    *((0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5)),
    # four that are not neighbours
    *((0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5)),
    # all
    (0, 1, 2, 3, 4, 5),
)


class PartialConv2d(nn.Module):
    """A convolution whose output channels each look at their own choice of input channels.

    Source: LeCun et al. 1998, section II.B, layer C3 and Table I. Leaving connections out kept the cost down
    and, since maps with different inputs cannot learn the same thing, broke the symmetry between them.
    Input: N×C×H×W.  Output: N×K×(H−4)×(W−4) for K rows of `inputs` and a 5×5 kernel.
    Parameters: 25 weights for each of the table's crosses plus one bias per output channel. The paper's table
    has 60 crosses: 60·25 + 16 = 1,516, where a dense convolution has 6·16·25 + 16 = 2,416.
    """

    def __init__(self, inputs: tuple[tuple[int, ...], ...], kernel_size: int) -> None:
        super().__init__()
        self.inputs = inputs
        self.convs = nn.ModuleList(nn.Conv2d(len(chosen), 1, kernel_size) for chosen in inputs)

    def forward(self, x: Tensor) -> Tensor:
        maps = [conv(x[:, chosen]) for conv, chosen in zip(self.convs, self.inputs, strict=True)]
        return torch.cat(maps, dim=1)


# Each digit as a picture of 7×12 = 84 pixels, which is why layer F6 has 84 units. The paper's figure 3 prints
# such pictures for all of ASCII; these ten are drawn in its manner, not traced from it.
DIGITS = """
....... ....... ....... ....... ....... ....... ....... ....... ....... .......
..###.. ...##.. .#####. .#####. ....##. ####### ..####. ####### .#####. .#####.
.##.##. ..###.. ##...## ##...## ...###. ##..... .##.... .....## ##...## ##...##
##...## .####.. ##...## .....## ..####. ##..... ##..... .....## ##...## ##...##
##...## ...##.. .....## .....## .##.##. ##..... ##..... ....##. ##...## ##...##
##...## ...##.. ....##. ..####. ##..##. ######. ######. ....##. .#####. .######
##...## ...##.. ...##.. .....## ##..##. .....## ##...## ...##.. ##...## .....##
##...## ...##.. ..##... .....## ####### .....## ##...## ...##.. ##...## .....##
##...## ...##.. .##.... .....## ....##. .....## ##...## ..##... ##...## .....##
.##.##. ...##.. ##..... ##...## ....##. ##...## ##...## ..##... ##...## ....##.
..###.. .###### ####### .#####. ....##. .#####. .#####. ..##... .#####. .####..
....... ....... ....... ....... ....... ....... ....... ....... ....... .......
"""


def digit_codes() -> Tensor:
    """Read the pictures as a 10×84 tensor of +1 (ink) and −1 (paper)."""
    rows = [line.split() for line in DIGITS.strip().splitlines()]
    pictures = ["".join(row[digit] for row in rows) for digit in range(10)]
    return torch.tensor([[1.0 if pixel == "#" else -1.0 for pixel in picture] for picture in pictures])


class RadialBasis(nn.Module):
    """Squared distance from the input to each of ten fixed codes.

    Source: LeCun et al. 1998, section II.B, equation 7: y_i = Σ_j (x_j − w_ij)². The codes w are chosen by
    hand and kept fixed, so they are a buffer and not a parameter.
    Input: N×84.  Output: N×10, *distances*: the answer is the digit with the smallest.
    Parameters: 0, as in the paper's count.
    """

    codes: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("codes", digit_codes())

    def forward(self, x: Tensor) -> Tensor:
        differences = x.unsqueeze(1) - self.codes  # N×1×84 − 10×84 = N×10×84
        return differences.square().sum(dim=2)


class LeNet5Original(nn.Module):
    """LeNet-5 of 1998, with the paper's names for its layers.

    Source: LeCun et al. 1998, section II.B and figure 2.
    Input: N×1×32×32 (a 28×28 digit in the middle).  Output: N×10 distances, the smallest wins.
    Parameters: 60,000, as printed: C1 156, S2 12, C3 1,516, S4 32, C5 48,120, F6 10,164 (trainable ones, with
    biases). The 340,908 "connections" of the paper count every use of a weight or bias, 840 of
    them in the output layer.
    The error printed is 0.95 % on the MNIST test set.
    """

    def __init__(self) -> None:
        super().__init__()
        self.squash = ScaledTanh()
        self.c1 = nn.Conv2d(1, 6, kernel_size=5)
        self.s2 = Subsampling(6)
        self.c3 = PartialConv2d(C3_INPUTS, kernel_size=5)
        self.s4 = Subsampling(16)
        self.c5 = nn.Conv2d(16, 120, kernel_size=5)  # a convolution: a larger image would give more than 1×1
        self.f6 = nn.Linear(120, 84)
        self.output = RadialBasis()

    def forward(self, x: Tensor) -> Tensor:
        x = self.squash(self.c1(x))  # 6×28×28
        x = self.squash(self.s2(x))  # 6×14×14
        x = self.squash(self.c3(x))  # 16×10×10
        x = self.squash(self.s4(x))  # 16×5×5
        x = self.squash(self.c5(x))  # 120×1×1
        x = self.squash(self.f6(torch.flatten(x, start_dim=1)))
        distances: Tensor = self.output(x)
        return distances


def lenet5() -> LeNet5:
    """LeNet-5 of today's courses, for 1×28×28 images."""
    return LeNet5()


def lenet5_1998() -> LeNet5Original:
    """LeNet-5 of the 1998 paper, for 1×32×32 images."""
    return LeNet5Original()


INPUT_SHAPES = {"lenet5": (1, 28, 28), "lenet5_1998": (1, 32, 32)}
