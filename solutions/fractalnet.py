"""FractalNet for CIFAR-10: 3×32×32 images in, 10 scores out.

G. Larsson, M. Maire, G. Shakhnarovich, "FractalNet: Ultra-Deep Neural Networks without Residuals", ICLR 2017
(arXiv:1605.07648). One rule makes deep networks of shallow ones: f_1 is a convolution, and f_{C+1}(x) is the
mean of f_C(f_C(x)) and a convolution of x. No path is an identity, yet short paths carry the gradient while
deep ones learn.
"""

import torch
from torch import Tensor, nn


class ConvUnit(nn.Sequential):
    """3×3 convolution, batch norm, ReLU: the paper's "conv".

    Input: N×in_channels×H×W.  Output: N×out_channels×H×W.
    """

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__(
            nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
        )


class FractalBlock(nn.Module):
    """The fractal f_C with C columns: 2^C − 1 convolutions, the longest path through 2^(C−1) of them.

    Source: Larsson et al. 2017, section 2 and figure 1; drop-path is section 3.
    A join is the mean of its inputs. Where joins would follow each other directly, they are one: all columns
    that end at the same depth have equal weight (so f_3 ends in a mean of three, not in a mean of a mean).

    Local drop-path, in training: for each mini-batch, a join drops each of its inputs with probability
    `local_drop_probability`, keeps at least one, and takes the mean of those it kept.
    Global drop-path: `column` names the only column to use, 0 for the shortest (one convolution) to C − 1 for
    the deepest; then nothing is joined, in training or evaluation.
    Input: N×in_channels×H×W.  Output: N×out_channels×H×W.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        num_columns: int = 4,
        local_drop_probability: float = 0.15,
    ) -> None:
        super().__init__()
        self.num_columns = num_columns
        self.local_drop_probability = local_drop_probability
        self.conv = ConvUnit(in_channels, out_channels)
        if num_columns > 1:
            smaller = num_columns - 1
            self.first = FractalBlock(in_channels, out_channels, smaller, local_drop_probability)
            self.second = FractalBlock(out_channels, out_channels, smaller, local_drop_probability)

    def forward(self, x: Tensor, column: int | None = None) -> Tensor:
        return self.join(self.columns(x)) if column is None else self.single_column(x, column)

    def columns(self, x: Tensor) -> list[Tensor]:
        """What the C columns bring to the last join, shortest column first."""
        shortest = self.conv(x)
        if self.num_columns == 1:
            return [shortest]
        halfway = self.first.join(self.first.columns(x))
        return [shortest, *self.second.columns(halfway)]

    def single_column(self, x: Tensor, column: int) -> Tensor:
        """The path along one column, 2^column convolutions long."""
        if column == 0:
            shortest: Tensor = self.conv(x)
            return shortest
        return self.second.single_column(self.first.single_column(x, column - 1), column - 1)

    def join(self, inputs: list[Tensor]) -> Tensor:
        if len(inputs) == 1:
            return inputs[0]
        if self.training:
            inputs = self.drop_locally(inputs)
        return torch.stack(inputs).mean(dim=0)

    def drop_locally(self, inputs: list[Tensor]) -> list[Tensor]:
        """Drop inputs at random, but not all: if none is left, one survives, each with the same chance."""
        survives = torch.rand(len(inputs), device="cpu") >= self.local_drop_probability
        if not survives.any():
            survives[torch.randint(len(inputs), (), device="cpu")] = True
        return [tensor for tensor, kept in zip(inputs, survives.tolist(), strict=True) if kept]


class FractalNet(nn.Module):
    """B fractal blocks, each followed by 2×2 max pooling, and one fully connected layer.

    Source: Larsson et al. 2017, section 4. With B = 5 blocks, pooling brings 32×32 down to 1×1; the depth is
    B·2^(C−1). In training, a mini-batch draws local drop-path, or with probability 1/2 global drop-path: one
    column, the same in all blocks.
    Input: N×3×32×32.  Output: N×num_classes logits.

    Parameters with channels 16, 32, 64, 128, 128 and 100 classes, against table 3 (CIFAR-100):

    | columns | depth | parameters | table 3 |   | columns | depth | parameters | table 3 |
    |---------|-------|------------|---------|---|---------|-------|------------|---------|
    | 1       | 5     |    258,292 | 0.3M    |   | 4       | 40    |  4,778,820 | 4.8M    |
    | 2       | 10    |    847,716 | 0.8M    |   | 5       | 80    | 10,184,692 | 10.2M   |
    | 3       | 20    |  2,125,204 | 2.1M    |   | 6       | 160   | 21,095,076 | 21.1M   |

    Doubtful: table 1 prints 38.6M for the 20 layers with channels 64, 128, 256, 512, 512, where this network
    has 33,724,618, as other re-implementations have; and 22.9M for 40 layers, of unnamed channels.

    Left out: the dropout of 0, 10, 20, 30 and 40 % in the five blocks that table 1 combines with drop-path.
    The authors pool before a block's last join, "for convenience"; here, as in figure 1, it comes first.
    """

    def __init__(
        self,
        num_columns: int = 4,
        channels: tuple[int, ...] = (16, 32, 64, 128, 128),
        num_classes: int = 10,
        local_drop_probability: float = 0.15,
        global_drop_probability: float = 0.5,
    ) -> None:
        super().__init__()
        self.num_columns = num_columns
        self.global_drop_probability = global_drop_probability
        self.blocks = nn.ModuleList(
            FractalBlock(in_channels, out_channels, num_columns, local_drop_probability)
            for in_channels, out_channels in zip((3, *channels[:-1]), channels, strict=True)
        )
        self.pool = nn.MaxPool2d(kernel_size=2, stride=2)
        self.fc = nn.Linear(channels[-1], num_classes)

    def forward(self, x: Tensor, column: int | None = None) -> Tensor:
        """`column` uses one column of every block, as the paper's "deepest column alone" (C − 1) does."""
        if column is None and self.training:
            column = self.drop_globally()
        for block in self.blocks:
            x = self.pool(block(x, column))
        logits: Tensor = self.fc(torch.flatten(x, start_dim=1))
        return logits

    def drop_globally(self) -> int | None:
        """Draw one column for the whole network, or none, for local drop-path."""
        if torch.rand((), device="cpu").item() >= self.global_drop_probability:
            return None
        return int(torch.randint(self.num_columns, (), device="cpu").item())


def fractalnet_cifar10(num_classes: int = 10) -> FractalNet:
    """FractalNet with 4 columns and 5 blocks, 40 layers deep: 4,767,210 parameters (table 3: 4.8M)."""
    return FractalNet(num_columns=4, num_classes=num_classes)


INPUT_SHAPES = {"fractalnet_cifar10": (3, 32, 32)}
