"""GoogLeNet (Inception v1): 3×224×224 images in, 1000 scores out; in training, two more sets of scores.

C. Szegedy et al., "Going Deeper with Convolutions", arXiv:1409.4842, 2014 (CVPR 2015). A module looks at its
input at several scales side by side and concatenates what it sees; 1×1 convolutions before the large kernels
pay for it.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import relu


class NaiveInception(nn.Module):
    """The module as first thought of: 1×1, 3×3, 5×5 and a 3×3 max pooling, concatenated.

    Source: Szegedy et al. 2014, section 4 and figure 2(a).
    Input: N×in_channels×H×W.  Output: N×(ch1x1 + ch3x3 + ch5x5 + in_channels)×H×W: the pooling passes all its
    channels on, so the width can only grow from module to module.
    Parameters, with biases: (in + 1)·ch1x1 + (9·in + 1)·ch3x3 + (25·in + 1)·ch5x5.
    """

    def __init__(self, in_channels: int, ch1x1: int, ch3x3: int, ch5x5: int) -> None:
        super().__init__()
        self.conv1x1 = nn.Conv2d(in_channels, ch1x1, kernel_size=1)
        self.conv3x3 = nn.Conv2d(in_channels, ch3x3, kernel_size=3, padding=1)
        self.conv5x5 = nn.Conv2d(in_channels, ch5x5, kernel_size=5, padding=2)
        self.pool = nn.MaxPool2d(kernel_size=3, stride=1, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        branch1 = relu(self.conv1x1(x))
        branch2 = relu(self.conv3x3(x))
        branch3 = relu(self.conv5x5(x))
        branch4 = self.pool(x)
        return torch.cat([branch1, branch2, branch3, branch4], dim=1)


class InceptionModule(nn.Module):
    """The module as used: 1×1 convolutions reduce the channels before 3×3 and 5×5, and after the pooling.

    Source: Szegedy et al. 2014, section 4 and figure 2(b); the arguments are the columns of table 1, in order.
    Input: N×in_channels×H×W.  Output: N×(ch1x1 + ch3x3 + ch5x5 + pool_proj)×H×W.
    Parameters of module 3a (192; 64, 96, 128, 16, 32, 32): 163,328 weights and 368 biases. The paper prints
    159K, weights only, with K = 1024.
    """

    def __init__(
        self,
        in_channels: int,
        ch1x1: int,
        ch3x3_reduce: int,
        ch3x3: int,
        ch5x5_reduce: int,
        ch5x5: int,
        pool_proj: int,
    ) -> None:
        super().__init__()
        self.conv1x1 = nn.Conv2d(in_channels, ch1x1, kernel_size=1)
        self.conv3x3_reduce = nn.Conv2d(in_channels, ch3x3_reduce, kernel_size=1)
        self.conv3x3 = nn.Conv2d(ch3x3_reduce, ch3x3, kernel_size=3, padding=1)
        self.conv5x5_reduce = nn.Conv2d(in_channels, ch5x5_reduce, kernel_size=1)
        self.conv5x5 = nn.Conv2d(ch5x5_reduce, ch5x5, kernel_size=5, padding=2)
        self.pool = nn.MaxPool2d(kernel_size=3, stride=1, padding=1)
        self.pool_proj = nn.Conv2d(in_channels, pool_proj, kernel_size=1)

    def forward(self, x: Tensor) -> Tensor:
        # Every convolution has its ReLU, those that reduce too.
        branch1 = relu(self.conv1x1(x))
        branch2 = relu(self.conv3x3(relu(self.conv3x3_reduce(x))))
        branch3 = relu(self.conv5x5(relu(self.conv5x5_reduce(x))))
        branch4 = relu(self.pool_proj(self.pool(x)))
        return torch.cat([branch1, branch2, branch3, branch4], dim=1)


class AuxiliaryHead(nn.Module):
    """A small classifier in the middle of the network, whose loss brings gradient to the layers below it.

    Source: Szegedy et al. 2014, section 5, the list after table 1. Used in training, with its loss times 0.3.
    Input: N×in_channels×14×14.  Output: N×num_classes logits.
    Parameters, with biases: 3,188,840 after module 4a (512 channels), 3,190,888 after module 4d (528).
    """

    def __init__(self, in_channels: int, num_classes: int) -> None:
        super().__init__()
        self.pool = nn.AvgPool2d(kernel_size=5, stride=3)  # 4×4
        self.conv = nn.Conv2d(in_channels, 128, kernel_size=1)
        self.fc1 = nn.Linear(128 * 4 * 4, 1024)
        self.dropout = nn.Dropout(0.7)
        self.fc2 = nn.Linear(1024, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = relu(self.conv(self.pool(x)))
        x = torch.flatten(x, start_dim=1)
        x = self.dropout(relu(self.fc1(x)))
        logits: Tensor = self.fc2(x)
        return logits


class GoogLeNet(nn.Module):
    """GoogLeNet: a stem, nine inception modules, global average pooling and one fully connected layer.

    Source: Szegedy et al. 2014, table 1 and figure 3. "22 layers" counts layers with weights along the
    longest path.
    Input: N×3×224×224.
    Output: N×num_classes logits in eval mode; in training mode, if `aux_heads`, a tuple of three such
    tensors: the network's, those after module 4a, those after module 4d.
    Parameters, with biases: 6,998,552 without the auxiliary heads, 13,378,280 with both.
    Multiply-adds: 1,582,671,872 without the heads, biases not counted (the paper says 1.5 billion).

    Table 1's multiply-adds come out, in millions, but for two rows: the 7×7 convolution has 118 and not 34,
    module 5a has 51 and not 54. Its parameters (weights without biases, K = 1024) come out for 3a and for the
    last layer; other rows are a few percent off, and the first prints 2.7K for 9,408 weights.
    The paper does not print the constants of its local response normalisation: these are those of Caffe's
    version. torchvision's `googlenet` is another network: batch normalisation and no biases, 3×3 in the place
    of 5×5, no local response normalisation, and 2×2 for the last 3×3 pooling.
    """

    def __init__(self, num_classes: int = 1000, aux_heads: bool = True) -> None:
        super().__init__()
        # The sizes in table 1, each half of the one before, need poolings that round up.
        self.conv1 = nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3)  # 64×112×112
        self.pool1 = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)  # 64×56×56
        self.norm1 = nn.LocalResponseNorm(size=5, alpha=1e-4, beta=0.75, k=1.0)
        self.conv2_reduce = nn.Conv2d(64, 64, kernel_size=1)
        self.conv2 = nn.Conv2d(64, 192, kernel_size=3, padding=1)  # 192×56×56
        self.norm2 = nn.LocalResponseNorm(size=5, alpha=1e-4, beta=0.75, k=1.0)
        self.pool2 = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)  # 192×28×28

        self.inception3a = InceptionModule(192, 64, 96, 128, 16, 32, 32)  # 256×28×28
        self.inception3b = InceptionModule(256, 128, 128, 192, 32, 96, 64)  # 480×28×28
        self.pool3 = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)

        self.inception4a = InceptionModule(480, 192, 96, 208, 16, 48, 64)  # 512×14×14
        self.inception4b = InceptionModule(512, 160, 112, 224, 24, 64, 64)
        self.inception4c = InceptionModule(512, 128, 128, 256, 24, 64, 64)
        self.inception4d = InceptionModule(512, 112, 144, 288, 32, 64, 64)  # 528×14×14
        self.inception4e = InceptionModule(528, 256, 160, 320, 32, 128, 128)  # 832×14×14
        self.pool4 = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)

        self.inception5a = InceptionModule(832, 256, 160, 320, 32, 128, 128)  # 832×7×7
        self.inception5b = InceptionModule(832, 384, 192, 384, 48, 128, 128)  # 1024×7×7

        self.global_average = nn.AdaptiveAvgPool2d(1)  # 7×7 to 1×1
        self.dropout = nn.Dropout(0.4)
        self.fc = nn.Linear(1024, num_classes)  # the only fully connected layer of the main path

        self.aux_heads = aux_heads
        if aux_heads:
            self.aux4a = AuxiliaryHead(512, num_classes)
            self.aux4d = AuxiliaryHead(528, num_classes)

    def forward(self, x: Tensor) -> Tensor | tuple[Tensor, Tensor, Tensor]:
        x = self.norm1(self.pool1(relu(self.conv1(x))))
        x = relu(self.conv2_reduce(x))
        x = self.pool2(self.norm2(relu(self.conv2(x))))

        x = self.inception3a(x)
        x = self.inception3b(x)
        x = self.pool3(x)

        after_4a: Tensor = self.inception4a(x)
        x = self.inception4b(after_4a)
        x = self.inception4c(x)
        after_4d: Tensor = self.inception4d(x)
        x = self.inception4e(after_4d)
        x = self.pool4(x)

        x = self.inception5a(x)
        x = self.inception5b(x)

        x = torch.flatten(self.global_average(x), start_dim=1)
        logits: Tensor = self.fc(self.dropout(x))
        if self.training and self.aux_heads:
            return logits, self.aux4a(after_4a), self.aux4d(after_4d)
        return logits


def googlenet(num_classes: int = 1000, aux_heads: bool = True) -> GoogLeNet:
    """GoogLeNet of the paper, for 3×224×224 images."""
    return GoogLeNet(num_classes, aux_heads)


INPUT_SHAPES = {"googlenet": (3, 224, 224)}
