"""The table of operations by the name under which they are stored."""

from collections.abc import Mapping

from cnnquiz.cnn.convolution import Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from cnnquiz.cnn.elementwise import Activation, Dropout
from cnnquiz.cnn.indexing import IndexSelect, Pad, Slice
from cnnquiz.cnn.linear import Linear
from cnnquiz.cnn.normalization import BatchNorm, LocalResponseNorm
from cnnquiz.cnn.op import Op
from cnnquiz.cnn.pooling import (
    AdaptiveAvgPool1d,
    AdaptiveAvgPool2d,
    AdaptiveAvgPool3d,
    AdaptiveMaxPool1d,
    AdaptiveMaxPool2d,
    AdaptiveMaxPool3d,
    AvgPool1d,
    AvgPool2d,
    AvgPool3d,
    MaxPool1d,
    MaxPool2d,
    MaxPool3d,
)
from cnnquiz.cnn.structure import Add, Concatenate, Flatten, Mean, Multiply, Other, Stack

OPS: Mapping[str, type[Op]] = {
    op.name: op
    for op in (
        Conv1d,
        Conv2d,
        Conv3d,
        ConvTranspose1d,
        ConvTranspose2d,
        ConvTranspose3d,
        MaxPool1d,
        MaxPool2d,
        MaxPool3d,
        AvgPool1d,
        AvgPool2d,
        AvgPool3d,
        AdaptiveAvgPool1d,
        AdaptiveAvgPool2d,
        AdaptiveAvgPool3d,
        AdaptiveMaxPool1d,
        AdaptiveMaxPool2d,
        AdaptiveMaxPool3d,
        Linear,
        BatchNorm,
        LocalResponseNorm,
        Activation,
        Dropout,
        Flatten,
        Add,
        Multiply,
        Concatenate,
        Stack,
        Mean,
        IndexSelect,
        Slice,
        Pad,
        Other,
    )
}
