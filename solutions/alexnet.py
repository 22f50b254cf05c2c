"""AlexNet as in its paper, in two towers: 3×227×227 images in, 1000 scores out.

A. Krizhevsky, I. Sutskever, G. Hinton, "ImageNet Classification with Deep Convolutional Neural Networks",
NIPS 2012. The network was split over two GPUs of 3 GB each. Half of each layer's channels live on each GPU,
and the halves talk to each other only in conv3 and in the fully connected layers: conv2, conv4 and conv5 see
the channels of their own half, which is exactly a convolution with `groups=2`.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import relu


def local_response_norm() -> nn.LocalResponseNorm:
    """Divide each value by a measure of its five neighbours across channels.

    Source: paper, section 3.3, with its k=2, n=5, α=10⁻⁴, β=0.75. The paper multiplies α with the *sum* of
    the five squares, torch with their *mean*, hence torch's alpha = 5·10⁻⁴. (Caffe's AlexNet has 10⁻⁴ for the
    mean and k=1: another function, used by many copies of this network.)
    """
    return nn.LocalResponseNorm(size=5, alpha=5e-4, beta=0.75, k=2.0)


class AlexNet(nn.Module):
    """AlexNet with its two GPU halves.

    Source: Krizhevsky et al. 2012, section 3 and figure 2.
    Input: N×3×227×227. The paper prints 224×224, but the 55×55 of conv1 is (227 − 11)/4 + 1.
    Output: N×num_classes logits.
    Parameters: 60,965,224 with biases (the paper prints "60 million"); without the two halves, 62,378,344.
    Multiply-adds: 724,406,816 in convolutions and fully connected layers, biases not counted.
    The paper's numbers of neurons, 253,440–186,624–64,896–64,896–43,264–4096–4096–1000, are this network's,
    apart from the first: 55·55·96 is 290,400.
    """

    def __init__(self, num_classes: int = 1000) -> None:
        super().__init__()
        # Each half of conv1 sees the whole image, so its groups stay 1.
        self.conv1 = nn.Conv2d(3, 96, kernel_size=11, stride=4)  # 96×55×55
        self.norm1 = local_response_norm()
        self.pool1 = nn.MaxPool2d(kernel_size=3, stride=2)  # 96×27×27; windows overlap, as 3 > 2
        self.conv2 = nn.Conv2d(96, 256, kernel_size=5, padding=2, groups=2)  # 256×27×27
        self.norm2 = local_response_norm()
        self.pool2 = nn.MaxPool2d(kernel_size=3, stride=2)  # 256×13×13
        self.conv3 = nn.Conv2d(256, 384, kernel_size=3, padding=1)  # 384×13×13; here the halves meet
        self.conv4 = nn.Conv2d(384, 384, kernel_size=3, padding=1, groups=2)  # 384×13×13
        self.conv5 = nn.Conv2d(384, 256, kernel_size=3, padding=1, groups=2)  # 256×13×13
        self.pool5 = nn.MaxPool2d(kernel_size=3, stride=2)  # 256×6×6
        self.fc6 = nn.Linear(256 * 6 * 6, 4096)  # 37,752,832 parameters: most of the network
        # The paper halves the outputs at test time; torch doubles them in training instead: the same
        # expectation.
        self.dropout6 = nn.Dropout(0.5)
        self.fc7 = nn.Linear(4096, 4096)
        self.dropout7 = nn.Dropout(0.5)
        self.fc8 = nn.Linear(4096, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool1(self.norm1(relu(self.conv1(x))))  # normalised after ReLU, before pooling
        x = self.pool2(self.norm2(relu(self.conv2(x))))
        x = relu(self.conv3(x))
        x = relu(self.conv4(x))
        x = self.pool5(relu(self.conv5(x)))
        x = torch.flatten(x, start_dim=1)
        x = self.dropout6(relu(self.fc6(x)))
        x = self.dropout7(relu(self.fc7(x)))
        logits: Tensor = self.fc8(x)
        return logits


def alexnet(num_classes: int = 1000) -> AlexNet:
    """AlexNet of the 2012 paper, for 3×227×227 images."""
    return AlexNet(num_classes)


INPUT_SHAPES = {"alexnet": (3, 227, 227)}
