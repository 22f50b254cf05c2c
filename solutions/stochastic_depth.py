"""Stochastic depth on ResNet-110: 3×32×32 images in, 10 scores out.

G. Huang, Y. Sun, Z. Liu, D. Sedra, K. Weinberger, "Deep Networks with Stochastic Depth", ECCV 2016
(arXiv:1603.09382). Training draws a shorter network for every mini-batch, by leaving residual branches out;
testing uses all of them, each weighted by how often it was there.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, pad, relu


class PooledShortcut(nn.Module):
    """A shortcut without parameters for changing shapes: average pooling, and zeros for the new channels.

    Source: Huang et al. 2016, section 4, implementation details. ResNet's option A takes every second pixel
    instead. The zero channels come last, as in the authors' code (yueatsprograms/Stochastic_Depth).
    Input: N×in_channels×H×W.  Output: N×out_channels×H/stride×W/stride (halves are rounded down).
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int) -> None:
        super().__init__()
        self.new_channels = out_channels - in_channels
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        if self.stride > 1:
            x = avg_pool2d(x, kernel_size=self.stride, stride=self.stride)
        # `pad` counts from the last dimension: width before and after, height before and after, channels.
        return pad(x, (0, 0, 0, 0, 0, self.new_channels))


class StochasticDepthBlock(nn.Module):
    """Residual block whose residual branch exists with probability p in training and counts p in evaluation.

    Source: Huang et al. 2016, equations 2 and 5. Training: ReLU(b·f(x) + x), where b is 1 with probability p
    and else 0, drawn once for the whole mini-batch, so that a dropped branch costs no time. Evaluation:
    ReLU(p·f(x) + x), the expected branch; nothing is scaled in training. (torchvision's `stochastic_depth`
    does it the other way round: it divides by p in training and leaves evaluation alone.)
    Input: N×in_channels×H×W, H and W even if stride is 2.  Output: N×out_channels×H/stride×W/stride.
    Raises ValueError unless 0 < survival_probability <= 1.
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1, survival_probability: float = 0.5) -> None:
        super().__init__()
        if not 0 < survival_probability <= 1:
            raise ValueError(f"survival_probability {survival_probability} is not in (0, 1]")
        self.survival_probability = survival_probability
        self.conv1 = nn.Conv2d(in_channels, out_channels, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, kernel_size=3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        same_shape = stride == 1 and in_channels == out_channels
        self.shortcut = nn.Identity() if same_shape else PooledShortcut(in_channels, out_channels, stride)

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return relu(self.survival_probability * self.residual(x) + self.shortcut(x))
        # On the CPU, so that a decision of one number does not wait for the GPU.
        if torch.rand((), device="cpu").item() < self.survival_probability:
            return relu(self.residual(x) + self.shortcut(x))
        return relu(self.shortcut(x))

    def residual(self, x: Tensor) -> Tensor:
        hidden = relu(self.bn1(self.conv1(x)))
        residual: Tensor = self.bn2(self.conv2(hidden))
        return residual


def linear_decay(num_blocks: int, last: float) -> list[float]:
    """Survival probabilities p_l = 1 − (l/L)·(1 − p_L) of blocks l = 1 … L, with p_L = `last`.

    Source: Huang et al. 2016, equation 4. Early blocks find the features that all later ones need, so they
    survive more often. The first block already has p_1 < 1; the input of the network counts as l = 0.
    """
    return [1 - block / num_blocks * (1 - last) for block in range(1, num_blocks + 1)]


class StochasticDepthResNet(nn.Module):
    """ResNet of depth 6n + 2 for CIFAR with stochastic depth.

    Source: Huang et al. 2016, section 3 and figure 2.
    Input: N×3×32×32.  Output: N×num_classes logits.
    Parameters with depth 110: 1,727,962, as ResNet-110 (1.7M).
    Expected number of blocks in training, with depth 110 (L = 54) and p_L = 0.5: Σp_l = (3L − 1)/4 = 40.25;
    the paper says "approximately 40".
    Error on CIFAR-10, augmented: 5.23 %, against 6.41 % with constant depth (figure 3).
    Raises ValueError for a depth that is not 6n + 2.
    """

    def __init__(self, depth: int = 110, last_survival_probability: float = 0.5, num_classes: int = 10) -> None:
        super().__init__()
        if depth < 8 or (depth - 2) % 6 != 0:
            raise ValueError(f"depth {depth} is not 6n + 2 (8, 14, 20, …)")
        blocks_per_stage = (depth - 2) // 6
        survival = linear_decay(3 * blocks_per_stage, last_survival_probability)
        self.conv1 = nn.Conv2d(3, 16, kernel_size=3, padding=1, bias=False)  # 16×32×32
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1 = stage(16, 16, 1, survival[:blocks_per_stage])  # 16×32×32
        self.layer2 = stage(16, 32, 2, survival[blocks_per_stage : 2 * blocks_per_stage])  # 32×16×16
        self.layer3 = stage(32, 64, 2, survival[2 * blocks_per_stage :])  # 64×8×8
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(64, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = relu(self.bn1(self.conv1(x)))
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = torch.flatten(self.avgpool(x), start_dim=1)
        logits: Tensor = self.fc(x)
        return logits


def stage(in_channels: int, out_channels: int, stride: int, survival: list[float]) -> nn.Sequential:
    """One block per survival probability; the first one changes the channels and, with stride 2, the size."""
    first = StochasticDepthBlock(in_channels, out_channels, stride, survival[0])
    rest = [StochasticDepthBlock(out_channels, out_channels, 1, probability) for probability in survival[1:]]
    return nn.Sequential(first, *rest)


def stochastic_depth_resnet110(num_classes: int = 10) -> StochasticDepthResNet:
    """ResNet-110 for CIFAR with survival probabilities falling linearly to p_L = 0.5: 1.7M parameters."""
    return StochasticDepthResNet(110, 0.5, num_classes)


INPUT_SHAPES = {"stochastic_depth_resnet110": (3, 32, 32)}
