"""Submissions for `lenet5`, made from one plain implementation: honest rewrites, and wrong ones with what is wrong."""

PLAIN = """
import torch
from torch import nn
import torch.nn.functional as F


class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)
"""


def changed(*replacements: tuple[str, str]) -> bytes:
    """The plain implementation with pieces of its text replaced; each must be there, once."""
    source = PLAIN
    for old, new in replacements:
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    return source.encode()


SEQUENTIAL = b"""
from torch import nn

class LeNet5(nn.Sequential):
    def __init__(self):
        super().__init__(
            nn.Conv2d(1, 6, kernel_size=5, stride=1, padding="same"), nn.ReLU(inplace=True), nn.MaxPool2d(2, 2),
            nn.Conv2d(6, 16, (5, 5)), nn.ReLU(True), nn.MaxPool2d((2, 2)),
            nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
        )
"""

RAW_PARAMETERS = b"""
import torch
from torch import nn
from torch.nn import functional as F

class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.out_b = nn.Parameter(torch.zeros(10))
        self.out_w = nn.Parameter(torch.randn(84, 10))
        self.w2 = nn.Parameter(torch.randn(16, 6, 5, 5)); self.b2 = nn.Parameter(torch.zeros(16))
        self.w1 = nn.Parameter(torch.randn(6, 1, 5, 5)); self.b1 = nn.Parameter(torch.zeros(6))
        self.w4 = nn.Parameter(torch.randn(84, 120)); self.b4 = nn.Parameter(torch.zeros(84))
        self.w3 = nn.Parameter(torch.randn(400, 120)); self.b3 = nn.Parameter(torch.zeros(120))

    def forward(self, x):
        x = F.max_pool2d(torch.conv2d(x, self.w1, self.b1, padding=2).clamp(min=0), 2)
        x = F.max_pool2d(torch.conv2d(x, self.w2, self.b2).relu_(), kernel_size=2, stride=2)
        x = x.view(x.size(0), -1)
        x = torch.relu(x @ self.w3 + self.b3)
        x = torch.relu(F.linear(x, self.w4, self.b4))
        return torch.addmm(self.out_b, x, self.out_w)
"""

CONVOLUTIONAL_HEAD = b"""
import torch
from torch import nn

class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, 5)])
        self.c5 = nn.Conv2d(16, 120, 5)
        self.f6 = nn.Conv2d(120, 84, 1)
        self.out = nn.Conv2d(84, 10, 1)

    def forward(self, x):
        for layer in self.layers:
            x = nn.functional.max_pool2d(layer(x).relu(), 2)
        x = torch.relu(self.f6(torch.relu(self.c5(x))))
        return self.out(x).squeeze(-1).squeeze(-1)
"""

HONEST = {
    "plain": changed(),
    "windows line ends": changed().replace(b"\n", b"\r\n"),
    "byte order mark and a Korean comment": b"\xef\xbb\xbf# \xec\xa0\x9c\xec\xb6\x9c\n" + changed(),
    "Sequential, in-place ReLU, padding same": SEQUENTIAL,
    "raw parameters, declared in another order, matrices transposed": RAW_PARAMETERS,
    "fully connected layers as convolutions": CONVOLUTIONAL_HEAD,
    "layers declared from the last to the first": changed(
        (
            """        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)
""",
            """        self.z = nn.Linear(84, 10)
        self.y = nn.Linear(120, 84)
        self.x = nn.Linear(400, 120)
        self.b = nn.Conv2d(6, 16, 5)
        self.a = nn.Conv2d(1, 6, 5, padding=2)
""",
        ),
        ("self.conv1(x)", "self.a(x)"),
        ("self.conv2(x)", "self.b(x)"),
        ("self.fc1(x)", "self.x(x)"),
        ("self.fc2(x)", "self.y(x)"),
        ("self.fc3(x)", "self.z(x)"),
    ),
    "ReLU after pooling, which is the same for max pooling": changed(
        ("F.max_pool2d(F.relu(self.conv1(x)), 2)", "F.relu(F.max_pool2d(self.conv1(x), 2))")
    ),
    "a factory function of that name": changed(("class LeNet5(", "class Net("))
    + b"\n\ndef LeNet5():\n    return Net()\n",
    "prints, seeds and a training loop under the main guard": changed()
    + b"\nprint('hello')\ntorch.manual_seed(0)\nif __name__ == '__main__':\n    raise SystemExit('training')\n",
    "a matrix (in, out) used through einsum": changed(
        (
            "        self.fc1 = nn.Linear(400, 120)\n",
            "        self.w = nn.Parameter(torch.empty(400, 120)); self.b = nn.Parameter(torch.empty(120))\n",
        ),
        ("F.relu(self.fc1(x))", "F.relu(torch.einsum('ni,io->no', x, self.w) + self.b)"),
    ),
    "a scripted module": changed(("class LeNet5(", "class Net("))
    + b"\n\ndef LeNet5():\n    return torch.jit.script(Net())\n",
    "lazy layers": b"""
from torch import nn

class LeNet5(nn.Sequential):
    def __init__(self):
        super().__init__(
            nn.LazyConv2d(6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.LazyConv2d(16, 5), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.LazyLinear(120), nn.ReLU(), nn.LazyLinear(84), nn.ReLU(), nn.LazyLinear(10),
        )
""",
    "a buffer of its own": changed(
        ("        self.fc3 =", "        self.register_buffer('mean', torch.tensor(0.0))\n        self.fc3 ="),
        ("x = torch.flatten(x, 1)", "x = torch.flatten(x, 1) - self.mean"),
    ),
    "checks of its own weights and activations": changed(
        ("        self.fc3 =", "        nn.init.orthogonal_(self.fc2.weight)\n        self.fc3 ="),
        (
            "    def forward(self, x):\n",
            "        assert torch.isfinite(self.fc3.weight).all() and self.fc3.weight.std() > 0\n\n    def forward(self, x):\n",
        ),
        ("return self.fc3(x)", "assert torch.isfinite(x).all()\n        return self.fc3(x)"),
    ),
    "an optional argument and helper methods": changed(
        (
            "def forward(self, x):",
            "def describe(self):\n        return 'LeNet'\n\n    def forward(self, x, verbose=False):",
        )
    ),
    "a compiled forward": changed(("class LeNet5(nn.Module):\n", "class LeNet5(nn.Module):\n    @torch.compile\n"))
    .replace(b"    @torch.compile\n    def __init__", b"    def __init__")
    .replace(b"    def forward", b"    @torch.compile\n    def forward"),
}

# name → (source, exact diagnosis `bug` or None, text that the report must contain)
WRONG: dict[str, tuple[bytes, str | None, str]] = {
    "no padding": (
        changed(
            ("nn.Conv2d(1, 6, 5, padding=2)", "nn.Conv2d(1, 6, 5)"), ("nn.Linear(400, 120)", "nn.Linear(256, 120)")
        ),
        "wrong padding",
        "`conv1` has padding 0; the reference has padding 2 (line 17)",
    ),
    "missing ReLU": (
        changed(("F.relu(self.fc1(x))", "self.fc1(x)")),
        "missing relu",
        "after `fc1` the reference has relu; your network does not",
    ),
    "wrong channels": (
        changed(
            ("nn.Conv2d(1, 6, 5, padding=2)", "nn.Conv2d(1, 8, 5, padding=2)"),
            ("nn.Conv2d(6, 16, 5)", "nn.Conv2d(8, 16, 5)"),
        ),
        "wrong out_channels",
        "`conv1` has out_channels 8; the reference has out_channels 6",
    ),
    "missing pool": (
        changed(
            ("F.max_pool2d(F.relu(self.conv2(x)), 2)", "F.relu(self.conv2(x))"),
            ("nn.Linear(400, 120)", "nn.Linear(1600, 120)"),
        ),
        "missing max_pool2d",
        "the reference has max_pool2d(kernel_size=2, stride=2); your network does not",
    ),
    "wrong flatten": (
        changed(("torch.flatten(x, 1)", "x.permute(0, 2, 3, 1).flatten(1)")),
        "flatten order",
        "your network has permute",
    ),
    "softmax at the end": (
        changed(("return self.fc3(x)", "return F.softmax(self.fc3(x), dim=1)")),
        "extra softmax",
        "after `fc3` your network has softmax; the reference does not (line 22)",
    ),
    "dropout always on": (
        changed(("x = F.relu(self.fc2(x))", "x = F.dropout(F.relu(self.fc2(x)), 0.5)")),
        "dropout active in eval mode",
        "still drops numbers in eval mode",
    ),
    "wrong stride": (
        changed(
            ("nn.Conv2d(6, 16, 5)", "nn.Conv2d(6, 16, 5, stride=2)"), ("nn.Linear(400, 120)", "nn.Linear(64, 120)")
        ),
        "wrong stride",
        "`conv2` has stride 2; the reference has stride 1",
    ),
    "wrong output size": (
        changed(("nn.Linear(84, 10)", "nn.Linear(84, 9)")),
        "wrong out_features",
        ", 9), expected (",
    ),
    "hard-coded output": (
        changed(("return self.fc3(x)", "return torch.arange(10.0).repeat(len(x), 1)")),
        "constant output",
        "the output does not depend on the input",
    ),
    "average pooling": (
        changed(("F.max_pool2d(F.relu(self.conv1(x)), 2)", "F.avg_pool2d(F.relu(self.conv1(x)), 2)")),
        "avg_pool2d for max_pool2d",
        "the reference has max_pool2d(kernel_size=2, stride=2) there",
    ),
    "no bias": (
        changed(("nn.Linear(120, 84)", "nn.Linear(120, 84, bias=False)")),
        "wrong bias",
        "61,622 parameters, 84 fewer than the reference",
    ),
    "leaky ReLU": (
        changed(("F.relu(self.fc2(x))", "F.leaky_relu(self.fc2(x))")),
        "leaky_relu for relu",
        "the reference has relu there",
    ),
    "an unused layer": (
        changed(("        self.fc3 =", "        self.spare = nn.Linear(3, 3)\n        self.fc3 =")),
        "unused parameters",
        "61,718 parameters, 12 more than the reference",
    ),
    "dropout in train mode": (
        changed(("x = F.relu(self.fc2(x))", "x = F.dropout(F.relu(self.fc2(x)), 0.5, self.training)")),
        "extra dropout",
        "your network has dropout",
    ),
    "a frozen copy of its own weights": (
        changed(("return self.fc3(x)", "return F.linear(x, self.frozen[0], self.frozen[1])")).replace(
            b"    def forward",
            b"        self.frozen = [p.detach().clone() for p in self.fc3.parameters()]\n\n    def forward",
        ),
        None,
        "outputs differ",
    ),
    "answers right only for the first call": (
        changed(
            ("return self.fc3(x)", "self.n = getattr(self, 'n', 0) + 1\n        return self.fc3(x) * (self.n < 3)")
        ),
        None,
        "another output each time",
    ),
    "a dictionary instead of a tensor": (
        changed(("return self.fc3(x)", "return {'logits': self.fc3(x)}")),
        None,
        "forward() returned dict, expected 1 tensor",
    ),
    "nothing is learnt: no_grad": (
        changed(("    def forward(self, x):", "    @torch.no_grad()\n    def forward(self, x):")),
        None,
        "no gradient reaches the input",
    ),
    "half of it learns nothing: detach": (
        changed(("x = torch.flatten(x, 1)", "x = torch.flatten(x, 1).detach()")),
        None,
        "no gradient reaches the input",
    ),
    "one layer learns nothing: .data": (
        changed(("F.relu(self.fc1(x))", "F.relu(F.linear(x, self.fc1.weight.data, self.fc1.bias))")),
        None,
        "no gradient reaches `fc1.weight`",
    ),
    "parameters that are not trainable": (
        changed(
            (
                "        self.fc3 = nn.Linear(84, 10)",
                "        self.fc3 = nn.Linear(84, 10)\n        self.requires_grad_(False)",
            )
        ),
        None,
        "0 parameters, 61,706 fewer than the reference",
    ),
    "black for images without negative pixels": (
        changed(
            ("return self.fc3(x)", "return self.fc3(x) * self.sign"),
            ("    def forward(self, x):\n", "    def forward(self, x):\n        self.sign = float(x.min() < 0)\n"),
        ),
        None,
        "outputs differ",
    ),
    "only the first three images of a batch": (
        changed(("x = torch.flatten(x, 1)", "x = torch.flatten(x, 1)\n        x = torch.cat([x[:2], x[2:] * 0])")),
        None,
        "outputs differ",
    ),
    "right for one batch size only": (
        changed(("x = torch.flatten(x, 1)", "x = torch.flatten(x, 1)\n        x = x if len(x) != 1 else x * 2")),
        None,
        "outputs differ",
    ),
}

# name → (source, verdict, text that the report must contain)
BROKEN: dict[str, tuple[bytes, str, str]] = {
    "a syntax error": (b"class LeNet5(nn.Module:\n    pass\n", "crash", "SyntaxError"),
    "an exception at import": (b"1 / 0\nclass LeNet5: pass\n", "crash", "ZeroDivisionError: division by zero (line 1)"),
    "super().__init__() forgotten": (changed(("        super().__init__()\n", "")), "crash", "line 9"),
    "a forward that raises": (changed(("nn.Linear(400, 120)", "nn.Linear(256, 120)")), "crash", "line 20"),
    "torchvision": (
        b"import torchvision\nclass LeNet5: pass\n",
        "crash",
        "torchvision is not allowed in this exercise",
    ),
    "exit": (
        b"import os\nos._exit(0)\nclass LeNet5: pass\n",
        "crash",
        "ended by itself (exit code 0) before answering",
    ),
    "no module": (b"class LeNet5:\n    pass\n", "rejected", "LeNet5"),
}
