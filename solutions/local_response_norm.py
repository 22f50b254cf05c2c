"""Local response normalisation written out: N×C×H×W in, the same shape out.

A. Krizhevsky, I. Sutskever, G. Hinton, "ImageNet Classification with Deep Convolutional Neural Networks",
NIPS 2012. A large value damps the values of its neighbours: those at the same pixel in the feature maps next
to it. AlexNet, ZFNet and GoogLeNet have it; batch normalisation took its place.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import pad


class LocalResponseNorm(nn.Module):
    """Divides each value by a power of k plus α times the sum of squares in a window of n channels.

    Source: Krizhevsky et al. 2012, section 3.3, whose constants are the defaults.
    Input: N×C×H×W.  Output: N×C×H×W.
    Parameters: none.
    `torch.nn.LocalResponseNorm` multiplies α with the mean of the n squares and not with their sum: there,
    alpha is n times as large for the same function.

    Raises ValueError for an even n, whose window would have no middle.
    """

    def __init__(self, n: int = 5, k: float = 2.0, alpha: float = 1e-4, beta: float = 0.75) -> None:
        super().__init__()
        if n < 1 or n % 2 == 0:
            raise ValueError(f"a window of n={n} channels has no middle (expected an odd number)")
        self.n = n
        self.k = k
        self.alpha = alpha
        self.beta = beta

    def forward(self, x: Tensor) -> Tensor:
        channels = x.shape[1]
        half = self.n // 2
        # Zeros stand for the neighbours that the first and the last channels lack. `pad` counts from the last
        # dimension: width before and after, height before and after, channels before and after.
        squares = pad(x * x, (0, 0, 0, 0, half, half))
        # Shifted by 0, 1, … n − 1 channels and stacked, so that each value's window lies along one dimension.
        shifted = [squares[:, shift : shift + channels] for shift in range(self.n)]
        sums = torch.stack(shifted).sum(dim=0)
        return x / (self.k + self.alpha * sums) ** self.beta


INPUT_SHAPES: dict[str, tuple[int, ...]] = {}  # a layer, and no network of its own
