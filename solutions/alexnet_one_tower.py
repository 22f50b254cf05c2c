"""AlexNet in one tower, the form that torchvision has: 3×224×224 images in, 1000 scores out.

A. Krizhevsky, "One weird trick for parallelizing convolutional neural networks", arXiv:1404.5997, 2014. One
GPU now holds the whole network, so no convolution is split; there are fewer filters in conv1 and conv2, and
no local response normalisation.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import relu


class AlexNetOneTower(nn.Module):
    """AlexNet without the two halves and without local response normalisation.

    Source: Krizhevsky 2014, the one-tower network, in the form of torchvision's `alexnet` (same weights fit,
    in order).
    Input: N×3×224×224; padding 2 in conv1 makes 55×55 of 224.  Output: N×num_classes logits.
    Parameters: 61,100,840 with biases (torchvision prints the same).
    Multiply-adds: 714,188,480 in convolutions and fully connected layers, biases not counted (torchvision:
    0.71 G).
    """

    def __init__(self, num_classes: int = 1000) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, kernel_size=11, stride=4, padding=2)  # 64×55×55
        self.pool1 = nn.MaxPool2d(kernel_size=3, stride=2)  # 64×27×27
        self.conv2 = nn.Conv2d(64, 192, kernel_size=5, padding=2)  # 192×27×27
        self.pool2 = nn.MaxPool2d(kernel_size=3, stride=2)  # 192×13×13
        self.conv3 = nn.Conv2d(192, 384, kernel_size=3, padding=1)  # 384×13×13
        self.conv4 = nn.Conv2d(384, 256, kernel_size=3, padding=1)  # 256×13×13
        self.conv5 = nn.Conv2d(256, 256, kernel_size=3, padding=1)  # 256×13×13
        self.pool5 = nn.MaxPool2d(kernel_size=3, stride=2)  # 256×6×6
        # Changes nothing for a 224×224 image; makes other sizes fit the fully connected layers.
        self.avgpool = nn.AdaptiveAvgPool2d((6, 6))
        # Before each of the first two layers; the 2012 network has it after them.
        self.dropout6 = nn.Dropout(0.5)
        self.fc6 = nn.Linear(256 * 6 * 6, 4096)
        self.dropout7 = nn.Dropout(0.5)
        self.fc7 = nn.Linear(4096, 4096)
        self.fc8 = nn.Linear(4096, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool1(relu(self.conv1(x)))
        x = self.pool2(relu(self.conv2(x)))
        x = relu(self.conv3(x))
        x = relu(self.conv4(x))
        x = self.pool5(relu(self.conv5(x)))
        x = torch.flatten(self.avgpool(x), start_dim=1)
        x = relu(self.fc6(self.dropout6(x)))
        x = relu(self.fc7(self.dropout7(x)))
        logits: Tensor = self.fc8(x)
        return logits


def alexnet_one_tower(num_classes: int = 1000) -> AlexNetOneTower:
    """AlexNet of the 2014 "one weird trick" paper, for 3×224×224 images."""
    return AlexNetOneTower(num_classes)


INPUT_SHAPES = {"alexnet_one_tower": (3, 224, 224)}
