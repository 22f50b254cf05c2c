"""Two small networks, one with shortcuts and one with branches, and bugs written by hand into them and into LeNet-5."""

from dataclasses import dataclass

from tests.grading.variants import PLAIN

RESIDUAL = """
import torch
from torch import nn
import torch.nn.functional as F


class Block(nn.Module):
    def __init__(self, c_in, c_out, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(c_in, c_out, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(c_out)
        self.conv2 = nn.Conv2d(c_out, c_out, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(c_out)
        self.project = nn.Sequential()
        if c_in != c_out:
            self.project = nn.Sequential(nn.Conv2d(c_in, c_out, 1, stride=stride, bias=False), nn.BatchNorm2d(c_out))

    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out = out + self.project(x)
        return F.relu(out)


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(8)
        self.block1 = Block(8, 8, 1)
        self.block2 = Block(8, 12, 2)
        self.drop = nn.Dropout(0.5)
        self.fc = nn.Linear(12, 10)

    def forward(self, x):
        x = F.relu(self.bn(self.stem(x)))
        x = self.block2(self.block1(x))
        x = F.adaptive_avg_pool2d(x, 1).flatten(1)
        return self.fc(self.drop(x))
"""

BRANCHES = """
import torch
from torch import nn
import torch.nn.functional as F


class Branches(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 5, stride=2, padding=2)
        self.norm = nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0)
        self.pool1 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.one = nn.Conv2d(8, 6, 1)
        self.three_reduce = nn.Conv2d(8, 4, 1)
        self.three = nn.Conv2d(4, 6, 3, padding=1)
        self.pool = nn.MaxPool2d(3, stride=1, padding=1)
        self.pool_project = nn.Conv2d(8, 6, 1)
        self.pool2 = nn.AvgPool2d(2)
        self.fc1 = nn.Linear(18 * 4 * 4, 20)
        self.drop = nn.Dropout(0.4)
        self.fc2 = nn.Linear(20, 10)

    def forward(self, x):
        x = self.pool1(self.norm(F.relu(self.conv1(x))))
        one = F.relu(self.one(x))
        three = F.relu(self.three(F.relu(self.three_reduce(x))))
        pool = F.relu(self.pool_project(self.pool(x)))
        x = torch.cat([one, three, pool], 1)
        x = torch.flatten(self.pool2(x), 1)
        x = self.drop(F.relu(self.fc1(x)))
        return self.fc2(x)
"""

SOURCES = {"LeNet5": (PLAIN, (1, 28, 28)), "Residual": (RESIDUAL, (3, 16, 16)), "Branches": (BRANCHES, (3, 32, 32))}


@dataclass(frozen=True)
class Bug:
    """Replacements in the source of a network; the bug's name, and a piece of the sentence with name and line."""

    network: str
    changes: tuple[tuple[str, str], ...]
    name: str
    text: str

    @property
    def source(self) -> bytes:
        source = SOURCES[self.network][0]
        for old, new in self.changes:
            assert source.count(old) == 1, old
            source = source.replace(old, new)
        return source.encode()


def _lenet5(name: str, text: str, *changes: tuple[str, str]) -> Bug:
    return Bug("LeNet5", changes, name, text)


def _residual(name: str, text: str, *changes: tuple[str, str]) -> Bug:
    return Bug("Residual", changes, name, text)


def _branches(name: str, text: str, *changes: tuple[str, str]) -> Bug:
    return Bug("Branches", changes, name, text)


BUGS: dict[str, Bug] = {
    "no ReLU after a convolution": _lenet5(
        "missing relu", "without the ReLU after `conv2` (line 18)", ("F.relu(self.conv2(x))", "self.conv2(x)")
    ),
    "sigmoid for ReLU": _lenet5(
        "sigmoid for relu",
        "with sigmoid instead of ReLU at `sigmoid` (line 20)",
        ("F.relu(self.fc1(x))", "torch.sigmoid(self.fc1(x))"),
    ),
    "no padding, and fewer features": _lenet5(
        "wrong padding",
        "with padding 0 instead of 2 at `conv1` (line 17)",
        ("nn.Conv2d(1, 6, 5, padding=2)", "nn.Conv2d(1, 6, 5)"),
        ("nn.Linear(400, 120)", "nn.Linear(256, 120)"),
    ),
    "a kernel of 3": _lenet5(
        "wrong kernel_size",
        "with kernel_size 3 instead of 5 at `conv2` (line 18)",
        ("nn.Conv2d(6, 16, 5)", "nn.Conv2d(6, 16, 3)"),
        ("nn.Linear(400, 120)", "nn.Linear(576, 120)"),
    ),
    "height, width, channels": _lenet5(
        "flatten order",
        "the features at `flatten` in the order height, width, channels",
        ("torch.flatten(x, 1)", "x.permute(0, 2, 3, 1).flatten(1)"),
    ),
    "average pooling": _lenet5(
        "avg_pool2d for max_pool2d",
        "with average pooling instead of max pooling at `avg_pool2d` (line 18)",
        ("F.max_pool2d(F.relu(self.conv2(x)), 2)", "F.avg_pool2d(F.relu(self.conv2(x)), 2)"),
    ),
    "log-softmax at the end": _lenet5(
        "extra log_softmax",
        "with log_softmax added after `fc3` (line 22)",
        ("return self.fc3(x)", "return F.log_softmax(self.fc3(x), 1)"),
    ),
    "a true convolution": _lenet5(
        "flipped kernel",
        "with the kernel turned round by 180 degrees at `conv2` (line 18)",
        ("self.conv2(x)", "F.conv2d(x, self.conv2.weight.flip(2, 3), self.conv2.bias)"),
    ),
    "pixels repeated at the border": _lenet5(
        "replicate padding",
        "with padding_mode replicate instead of zeros at `conv1.conv2d` (line 17)",
        ("nn.Conv2d(1, 6, 5, padding=2)", "nn.Conv2d(1, 6, 5, padding=2, padding_mode='replicate')"),
    ),
    "two bugs": _lenet5(
        "missing relu",
        "2 bugs together explain your network's numbers exactly. The first: it is like the reference without the ReLU"
        " after `fc1` (line 20)\nbug 2 of 2: it is also like the reference with softmax added after"
        " `fc3` (line 22)",
        ("F.relu(self.fc1(x))", "self.fc1(x)"),
        ("return self.fc3(x)", "return F.softmax(self.fc3(x), 1)"),
    ),
    "added after the ReLU": _residual(
        "relu before add",
        "with the ReLU moved in front of the addition at `block1.add`, and in 1 more",
        ("out = self.bn2(self.conv2(out))", "out = F.relu(self.bn2(self.conv2(out)))"),
        ("return F.relu(out)", "return out"),
    ),
    "no shortcut": _residual(
        "missing add", "without the addition after `block1.bn2`, and in 1 more", ("out = out + self.project(x)", "pass")
    ),
    "batch norm behind the ReLU": _residual(
        "relu before batch_norm",
        "with the ReLU moved in front of the batch norm",
        ("x = F.relu(self.bn(self.stem(x)))", "x = self.bn(F.relu(self.stem(x)))"),
    ),
    "no batch norm in the projection": _residual(
        "missing batch_norm",
        "without the batch norm after `block2.project.0`",
        (
            "nn.Sequential(nn.Conv2d(c_in, c_out, 1, stride=stride, bias=False), nn.BatchNorm2d(c_out))",
            "nn.Sequential(nn.Conv2d(c_in, c_out, 1, stride=stride, bias=False))",
        ),
    ),
    "the stride in the second convolution": _residual(
        "stride moved",
        "with the stride at `block2.conv1` moved to `block2.conv2` (line 19)",
        ("nn.Conv2d(c_in, c_out, 3, stride=stride, padding=1, bias=False)", "nn.Conv2d(c_in, c_out, 3, padding=1, bias=False)"),
        ("nn.Conv2d(c_out, c_out, 3, padding=1, bias=False)", "nn.Conv2d(c_out, c_out, 3, stride=stride, padding=1, bias=False)"),
    ),
    "one batch norm for two": _residual(
        "shared batch_norm",
        "with one module used twice at `block1.bn1`",
        ("        out = self.bn2(self.conv2(out))", "        bn2 = self.bn1 if len(self.project) == 0 else self.bn2\n        out = bn2(self.conv2(out))"),
    ),
    "another eps": _residual(
        "wrong eps", "with eps 0.1 instead of 1e-05 at `bn`", ("nn.BatchNorm2d(8)", "nn.BatchNorm2d(8, eps=0.1)")
    ),
    "another momentum": _residual(
        "wrong momentum",
        "with momentum 0.9 instead of 0.1 at `bn`",
        ("nn.BatchNorm2d(8)", "nn.BatchNorm2d(8, momentum=0.9)"),
    ),
    "statistics of the batch": _residual(
        "batch statistics in eval mode",
        "with the batch's statistics at `bn` in eval mode",
        ("self.bn(self.stem(x))", "F.batch_norm(self.stem(x), None, None, self.bn.weight, self.bn.bias, True)"),
    ),
    "another rate of dropout": _residual(
        "wrong p", "with p 0.2 instead of 0.5 at `drop`", ("nn.Dropout(0.5)", "nn.Dropout(0.2)")
    ),
    "no dropout": _residual("missing dropout", "without the dropout after", ("self.fc(self.drop(x))", "self.fc(x)")),
    "dropout behind the classifier": _residual(
        "linear before dropout", "with the linear layer moved in front of the dropout at `fc`", ("self.fc(self.drop(x))", "self.drop(self.fc(x))")
    ),
    "dropout that is always on": _residual(
        "dropout active in eval mode",
        "with dropout at `dropout` that still drops numbers in eval mode",
        ("self.drop(x)", "F.dropout(x, 0.5)"),
    ),
    "no response normalisation": _branches(
        "missing local_response_norm",
        "without the local response norm after `relu` (line 24)",
        ("self.norm(F.relu(self.conv1(x)))", "F.relu(self.conv1(x))"),
    ),
    "the paper's alpha": _branches(
        "wrong alpha", "with alpha 0.0001 instead of 0.0005 at `norm`", ("alpha=5e-4", "alpha=1e-4")
    ),
    "normalised after pooling": _branches(
        "max_pool2d before local_response_norm",
        "with the max pooling moved in front of the local response norm",
        ("self.pool1(self.norm(F.relu(self.conv1(x))))", "self.norm(self.pool1(F.relu(self.conv1(x))))"),
    ),
    "a branch is missing": _branches(
        "missing branch",
        "without input no. 2 of the concatenation at `cat` (line 28)",
        ("torch.cat([one, three, pool], 1)", "torch.cat([one, pool], 1)"),
        ("18 * 4 * 4", "12 * 4 * 4"),
    ),
    "no ReLU inside a branch": _branches(
        "missing relu",
        "without the ReLU after `three_reduce` (line 26)",
        ("self.three(F.relu(self.three_reduce(x)))", "self.three(self.three_reduce(x))"),
    ),
    "grouped convolution": _branches(
        "wrong groups",
        "with groups 2 instead of 1 at `three` (line 26)",
        ("nn.Conv2d(4, 6, 3, padding=1)", "nn.Conv2d(4, 6, 3, padding=1, groups=2)"),
    ),
    "padding around another pooling": _branches(
        "wrong padding",
        "with padding 1 instead of 0 and ceil_mode False instead of True at `pool1` (line 24)",
        ("nn.MaxPool2d(3, stride=2, ceil_mode=True)", "nn.MaxPool2d(3, stride=2, padding=1)"),
    ),
}  # fmt: skip
