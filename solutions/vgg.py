"""VGG-11, -13, -16 and -19: 3×224×224 images in, 1000 scores out.

K. Simonyan, A. Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition",
arXiv:1409.1556, 2014 (ICLR 2015). One kind of convolution (3×3, stride 1, padding 1) and one kind of pooling
(2×2, stride 2), repeated. Two 3×3 layers see as far as one 5×5, three as far as one 7×7, with fewer weights
and more nonlinearities. The number in a name counts the layers with weights: convolutions and fully connected
layers.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import relu


class VGGBlock(nn.Sequential):
    """Some 3×3 convolutions at one size, then a pooling that halves it.

    Source: Simonyan & Zisserman 2014, table 1: the layers between two horizontal "maxpool" lines.
    Input: N×in_channels×H×W.  Output: N×out_channels×H/2×W/2.
    Parameters: 9·in·out + out for the first convolution, 9·out² + out for each of the others.
    """

    def __init__(self, in_channels: int, out_channels: int, num_convs: int, batch_norm: bool = False) -> None:
        super().__init__()
        # A Sequential calls its modules in the order in which they were added.
        for number in range(1, num_convs + 1):
            self.add_module(f"conv{number}", nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1))
            if batch_norm:
                self.add_module(f"bn{number}", nn.BatchNorm2d(out_channels))
            self.add_module(f"relu{number}", nn.ReLU())
            in_channels = out_channels
        self.add_module("pool", nn.MaxPool2d(kernel_size=2, stride=2))


class VGG(nn.Module):
    """Five blocks and three fully connected layers; `num_convs` says how many convolutions each block has.

    Source: Simonyan & Zisserman 2014, table 1; batch normalisation is torchvision's addition, for the paper
    is older.
    Input: N×3×224×224.  Output: N×num_classes logits.
    Parameters with biases, and multiply-adds of convolutions and fully connected layers without biases:

        VGG-11  (column A)  132,863,336   7,609,090,048   (the paper's table 2 prints 133 M parameters)
        VGG-13  (column B)  133,047,848  11,308,466,176   (133 M)
        VGG-16  (column D)  138,357,544  15,470,264,320   (138 M)
        VGG-19  (column E)  143,667,240  19,632,062,464   (144 M)

    Batch normalisation adds a weight and a bias for each output channel of each convolution. Most memory for
    activations goes into the first block (64×224×224 each), most parameters into the first fully connected
    layer.
    """

    def __init__(
        self, num_convs: tuple[int, int, int, int, int], num_classes: int = 1000, batch_norm: bool = False
    ) -> None:
        super().__init__()
        self.block1 = VGGBlock(3, 64, num_convs[0], batch_norm)  # 64×112×112
        self.block2 = VGGBlock(64, 128, num_convs[1], batch_norm)  # 128×56×56
        self.block3 = VGGBlock(128, 256, num_convs[2], batch_norm)  # 256×28×28
        self.block4 = VGGBlock(256, 512, num_convs[3], batch_norm)  # 512×14×14
        self.block5 = VGGBlock(512, 512, num_convs[4], batch_norm)  # 512×7×7
        self.fc6 = nn.Linear(512 * 7 * 7, 4096)  # 102,764,544 parameters
        self.dropout6 = nn.Dropout(0.5)
        self.fc7 = nn.Linear(4096, 4096)
        self.dropout7 = nn.Dropout(0.5)
        self.fc8 = nn.Linear(4096, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.block1(x)
        x = self.block2(x)
        x = self.block3(x)
        x = self.block4(x)
        x = self.block5(x)
        x = torch.flatten(x, start_dim=1)
        x = self.dropout6(relu(self.fc6(x)))
        x = self.dropout7(relu(self.fc7(x)))
        logits: Tensor = self.fc8(x)
        return logits


class VGG16(VGG):
    """VGG-16, column D of table 1: 13 convolutions and 3 fully connected layers.

    Source: Simonyan & Zisserman 2014, table 1, column D.
    Input: N×3×224×224.  Output: N×num_classes logits.
    Parameters: 138,357,544 with biases (the paper's table 2 prints 138 M).
    """

    def __init__(self, num_classes: int = 1000) -> None:
        super().__init__((2, 2, 3, 3, 3), num_classes)


def vgg11(num_classes: int = 1000) -> VGG:
    """Column A of table 1."""
    return VGG((1, 1, 2, 2, 2), num_classes)


def vgg13(num_classes: int = 1000) -> VGG:
    """Column B of table 1."""
    return VGG((2, 2, 2, 2, 2), num_classes)


def vgg16(num_classes: int = 1000) -> VGG:
    """Column D of table 1 (column C has 1×1 convolutions as the last of the blocks 3 to 5)."""
    return VGG16(num_classes)


def vgg19(num_classes: int = 1000) -> VGG:
    """Column E of table 1."""
    return VGG((2, 2, 4, 4, 4), num_classes)


def vgg11_bn(num_classes: int = 1000) -> VGG:
    """VGG-11 with batch normalisation after each convolution."""
    return VGG((1, 1, 2, 2, 2), num_classes, batch_norm=True)


def vgg13_bn(num_classes: int = 1000) -> VGG:
    """VGG-13 with batch normalisation after each convolution."""
    return VGG((2, 2, 2, 2, 2), num_classes, batch_norm=True)


def vgg16_bn(num_classes: int = 1000) -> VGG:
    """VGG-16 with batch normalisation after each convolution."""
    return VGG((2, 2, 3, 3, 3), num_classes, batch_norm=True)


def vgg19_bn(num_classes: int = 1000) -> VGG:
    """VGG-19 with batch normalisation after each convolution."""
    return VGG((2, 2, 4, 4, 4), num_classes, batch_norm=True)


INPUT_SHAPES = {
    "vgg11": (3, 224, 224),
    "vgg13": (3, 224, 224),
    "vgg16": (3, 224, 224),
    "vgg19": (3, 224, 224),
    "vgg11_bn": (3, 224, 224),
    "vgg13_bn": (3, 224, 224),
    "vgg16_bn": (3, 224, 224),
    "vgg19_bn": (3, 224, 224),
}
