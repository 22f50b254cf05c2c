"""Mutants against modules that have the same bug by hand: the same operations in the same order, the same shapes."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from cnnquiz.cnn import Network
from cnnquiz.tracing.mutants import SAME_LAYERS, Mutation, mutations, mutations_at, repeated, suggested
from cnnquiz.tracing.record import record_network

INPUT = (8, 12, 12)


class Net(nn.Module):
    """A strided convolution, two branches with a shortcut around them, pooling, dropout, two linear layers."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(8, 6, 5, stride=2, padding=2, bias=False)
        self.bn1 = nn.BatchNorm2d(6)
        self.left = nn.Conv2d(6, 3, 1)
        self.right = nn.Conv2d(6, 3, 3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.drop = nn.Dropout(0.4)
        self.fc1 = nn.Linear(54, 7)
        self.fc2 = nn.Linear(7, 5)

    def stem(self, x: Tensor) -> Tensor:
        return functional.relu(self.bn1(self.conv1(x)))

    def middle(self, x: Tensor) -> Tensor:
        return functional.relu(torch.cat([self.left(x), self.right(x)], 1) + x)

    def head(self, x: Tensor) -> Tensor:
        return self.fc2(functional.relu(self.fc1(self.drop(torch.flatten(self.pool(x), 1)))))

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.middle(self.stem(x)))


def record(build: Callable[[], nn.Module]) -> Network:
    return record_network(build, INPUT, "net")


@pytest.fixture(scope="module")
def network() -> Network:
    return record(Net)


def with_bug(**changed: Callable[..., object]) -> Callable[[], nn.Module]:
    """Net with other layers, or other methods of one argument."""

    def build() -> nn.Module:
        module = Net()
        for name, make in changed.items():
            if name in ("stem", "middle", "head"):
                setattr(module, name, make.__get__(module))
            else:
                setattr(module, name, make())
        return module

    return build


def right_first(left: Tensor, right: Tensor, x: Tensor) -> Tensor:
    return functional.relu(torch.cat([right, left], 1) + x)


BY_HAND = {
    "missing relu": with_bug(stem=lambda m, x: m.bn1(m.conv1(x))),
    "gelu for relu": with_bug(stem=lambda m, x: functional.gelu(m.bn1(m.conv1(x)))),
    "relu before batch_norm": with_bug(stem=lambda m, x: m.bn1(functional.relu(m.conv1(x)))),
    "batch_norm before conv2d": with_bug(bn1=lambda: nn.BatchNorm2d(8), stem=lambda m, x: functional.relu(m.conv1(m.bn1(x)))),
    "missing batch_norm": with_bug(stem=lambda m, x: functional.relu(m.conv1(x))),
    "extra relu": with_bug(stem=lambda m, x: functional.relu(m.bn1(functional.relu(m.conv1(x))))),
    "wrong bias": with_bug(conv1=lambda: nn.Conv2d(8, 6, 5, stride=2, padding=2)),
    "wrong kernel_size": with_bug(conv1=lambda: nn.Conv2d(8, 6, 3, stride=2, padding=1, bias=False)),
    "wrong padding": with_bug(conv1=lambda: nn.Conv2d(8, 6, 5, stride=2, bias=False), fc1=lambda: nn.Linear(24, 7)),
    "wrong stride": with_bug(conv1=lambda: nn.Conv2d(8, 6, 5, stride=1, padding=2, bias=False), fc1=lambda: nn.Linear(216, 7)),
    "wrong groups": with_bug(right=lambda: nn.Conv2d(6, 3, 3, padding=1, groups=3)),
    "wrong dilation": with_bug(right=lambda: nn.Conv2d(6, 3, 3, padding=2, dilation=2)),
    "reflect padding": with_bug(right=lambda: nn.Conv2d(6, 3, 3, padding=1, padding_mode="reflect")),
    "avg_pool2d for max_pool2d": with_bug(pool=lambda: nn.AvgPool2d(2)),
    "missing max_pool2d": with_bug(pool=nn.Identity, fc1=lambda: nn.Linear(216, 7)),
    "missing add": with_bug(middle=lambda m, x: functional.relu(torch.cat([m.left(x), m.right(x)], 1))),
    "relu before add": with_bug(middle=lambda m, x: functional.relu(torch.cat([m.left(x), m.right(x)], 1)) + x),
    "mean for add": with_bug(middle=lambda m, x: functional.relu(torch.stack([torch.cat([m.left(x), m.right(x)], 1), x], 1).mean(1))),
    "concatenation order": with_bug(middle=lambda m, x: right_first(m.left(x), m.right(x), x)),
    "missing dropout": with_bug(drop=nn.Identity),
    "wrong p": with_bug(drop=lambda: nn.Dropout(0.6)),
    "dropout active in eval mode": with_bug(head=lambda m, x: m.fc2(functional.relu(m.fc1(functional.dropout(torch.flatten(m.pool(x), 1), 0.4))))),
    "extra log_softmax": with_bug(fc2=lambda: nn.Sequential(nn.Linear(7, 5), nn.LogSoftmax(1))),
    "missing linear": with_bug(fc1=nn.Identity, fc2=lambda: nn.Linear(54, 5)),
    "wrong eps": with_bug(bn1=lambda: nn.BatchNorm2d(6, eps=1e-3)),
    "wrong momentum": with_bug(bn1=lambda: nn.BatchNorm2d(6, momentum=0.9)),
    "wrong affine": with_bug(bn1=lambda: nn.BatchNorm2d(6, affine=False)),
}  # fmt: skip


def described(network: Network) -> list[object]:
    """The graph without names and lines; the two inputs of an addition in any order."""
    return [
        (
            call.op,
            sorted(call.inputs) if call.op.name == "add" else call.inputs,
            call.output_shape,
            [(tensor.role, tensor.shape) for tensor in (*call.parameters, *call.buffers)],
        )
        for call in network.calls
    ]


@pytest.mark.parametrize("bug", BY_HAND)
def test_a_mutant_is_the_module_with_that_bug(network, bug):
    wanted = described(record(BY_HAND[bug]))

    found = [mutation.change.bug for mutation in mutations(network) if described(mutation.network) == wanted]

    assert bug in found
    assert set(found) == {bug}


def test_mutants_differ_from_the_network_and_leave_it_as_it_was(network):
    before = described(network)
    made = list(mutations(network))

    assert len(made) > 80
    assert all(mutation.network != network and mutation.origin is network for mutation in made)
    assert described(network) == before == described(record(Net))


def test_shapes_that_do_not_fit_are_left_out():
    """Nothing here can lose its padding or stride, or be dropped, without the two sides of the addition falling apart."""

    def build() -> nn.Module:
        conv = nn.Conv2d(8, 8, 3, padding=1)

        class Shortcut(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.conv = conv

            def forward(self, x: Tensor) -> Tensor:
                return self.conv(x) + x

        return Shortcut()

    bugs = {mutation.change.bug for mutation in mutations(record(build))}

    assert not bugs & {"wrong padding", "wrong stride"}
    assert {"wrong dilation", "wrong kernel_size", "wrong groups", "missing add"} <= bugs


def test_the_same_bug_is_put_everywhere(network):
    relu = next(m for m in mutations(network) if m.change.bug == "missing relu")
    everywhere = list(repeated(relu))

    wanted = with_bug(
        stem=lambda m, x: m.bn1(m.conv1(x)),
        middle=lambda m, x: torch.cat([m.left(x), m.right(x)], 1) + x,
        head=lambda m, x: m.fc2(m.fc1(m.drop(torch.flatten(m.pool(x), 1)))),
    )
    assert [described(mutation.network) for mutation in everywhere] == [described(record(wanted))]
    assert [mutation.change.more for mutation in everywhere] == [2]


def test_bugs_that_layers_do_not_show_are_those_of_their_kinds(network):
    def layers(mutation: Mutation) -> list[object]:
        return [call.op for call in mutation.network.calls]

    hidden = [m for place in range(len(network.calls)) for m in mutations_at(network, place, SAME_LAYERS)]

    assert {m.change.bug for m in hidden} == {"flipped kernel", "transposed kernel", "concatenation order"}
    same = [call.op for call in network.calls]
    assert all(layers(m) == same for m in hidden)
    assert not [m.change for m in mutations(network) if layers(m) == same and m.change.kind not in SAME_LAYERS]


def test_what_a_student_has_is_put_in_its_place(network):
    place = next(k for k, call in enumerate(network.calls) if call.name == "bn1")
    tanh = record(nn.Tanh).calls[0].op
    linear = network.calls[-1].op

    replaced = suggested(network, place, tanh, extra=False)
    extra = suggested(network, place, tanh, extra=True)

    assert replaced.change.bug == "tanh for batch_norm"
    assert extra.change.bug == "extra tanh"
    assert [call.op.title for call in extra.network.calls][place : place + 2] == ["batch_norm", "tanh"]
    assert suggested(network, place, linear, extra=True) is None
