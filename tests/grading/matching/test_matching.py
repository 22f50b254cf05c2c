"""Weights find their place in a network written in another way; torch says whether both then compute the same."""

import pytest
import torch
import torch.nn.functional as F  # noqa: N812  # its usual name
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from cnnquiz.bank.exercise import exercise_against
from cnnquiz.grading.grade import Grader
from tests.grading.matching.networks import Net, all_matches, bn, carried, conv, linear, net, weight

IMAGE = (3, 8, 8)


def cat(*parts):
    return torch.cat(parts, dim=1)


def cat_list(parts):
    return torch.cat(list(parts), dim=1)


# Two branches of equal shapes: only what follows them tells them apart.
TWO_BRANCHES = {"a": conv(3, 4, 3), "b": conv(3, 4, 3)}
HEAD = {"fc": linear(8, 5)}


def dense(join):
    """Three layers that each read everything before them, then BN-ReLU-pooling-conv and a classifier."""

    def run(m, x):
        for layer in (m.a, m.b, m.c):
            x = join(x, layer(F.relu(x)))
        x = F.avg_pool2d(m.conv(F.relu(m.bn(x))), 2)
        return m.fc(x.flatten(1))

    layers = {"a": conv(3, 4, 3), "b": conv(7, 4, 3), "c": conv(11, 4, 3)}
    return net(run, **layers, bn=bn(15), conv=conv(15, 2), fc=linear(32, 5))


def reversed_declaration(build):
    """The same module with its layers declared from the last to the first."""

    def rebuilt():
        module = build()
        layers = dict(reversed(module._modules.items()))
        return Net(module._run, {name: lambda layer=layer: layer for name, layer in layers.items()})

    return rebuilt


SAME_FUNCTION = [
    pytest.param(
        net(lambda m, x: F.relu(m.a(x)) + torch.sigmoid(m.b(x)), **TWO_BRANCHES),
        net(lambda m, x: torch.sigmoid(m.first(x)) + F.relu(m.second(x)), first=conv(3, 4, 3), second=conv(3, 4, 3)),
        id="two branches of equal shapes run and declared in another order",
    ),
    pytest.param(
        net(lambda m, x: m.c(m.a(x)) + m.d(m.b(F.relu(x))), **TWO_BRANCHES, c=conv(4, 4), d=conv(4, 4)),
        net(
            lambda m, x: m.four(m.three(F.relu(x))) + m.two(m.one(x)),
            four=conv(4, 4), two=conv(4, 4), three=conv(3, 4, 3), one=conv(3, 4, 3),
        ),
        id="two branches of two layers, told apart only at their far end",
    ),
    pytest.param(
        net(lambda m, x: F.relu(m.a(x)) + torch.sigmoid(m.b(x)), **TWO_BRANCHES),
        net(
            lambda m, x: torch.sigmoid(F.conv2d(x, m.v, m.q, padding=1)) + F.conv2d(x, m.w, m.p, padding=1).clamp(min=0),
            v=weight(4, 3, 3, 3), w=weight(4, 3, 3, 3), p=weight(4), q=weight(4),
        ),
        id="functions with raw parameters, and clamp for ReLU",
    ),
    pytest.param(
        net(lambda m, x: m.fc(F.relu(m.a(x.mean((2, 3)))) + torch.sigmoid(m.b(x.mean((2, 3))))), a=linear(3, 4), b=linear(3, 4), fc=linear(4, 4)),
        net(
            lambda m, x: (torch.sigmoid(x.mean(3).mean(2) @ m.v + m.q) + F.relu(x.flatten(2).mean(2) @ m.w + m.p)) @ m.u + m.r,
            u=weight(4, 4), r=weight(4), v=weight(3, 4), w=weight(3, 4), q=weight(4), p=weight(4),
        ),
        id="matrices held transposed, also square ones, and biases added later",
    ),
    pytest.param(
        net(lambda m, x: F.relu(m.a(x)) + torch.sigmoid(m.b(x)), **TWO_BRANCHES),
        net(lambda m, x: torch.sigmoid(m.b(x)) + F.relu(m.a(x)), spare=conv(3, 4, 3), b=conv(3, 4, 3), a=conv(3, 4, 3)),
        id="a layer of the same shape that is never used, declared first",
    ),
    pytest.param(
        net(lambda m, x: m.b(m.a(F.relu(m.a(m.stem(x))))) + m.c(m.stem(x)), stem=conv(3, 4), a=conv(4, 4, 3), b=conv(4, 4), c=conv(4, 4)),
        net(
            lambda m, x: m.c(m.stem(x)) + m.b(m.a(m.a(m.stem(x)).relu())),
            c=conv(4, 4), b=conv(4, 4), a=conv(4, 4, 3), stem=conv(3, 4),
        ),
        id="a layer used twice",
    ),
    pytest.param(
        net(lambda m, x: F.relu(m.a(x)) + torch.sigmoid(m.b(x)), **TWO_BRANCHES),
        net(
            lambda m, x: torch.sigmoid(m.b(x)) + torch.where((y := m.a(x)) > 0, y, torch.zeros_like(y)),
            b=conv(3, 4, 3), a=conv(3, 4, 3),
        ),
        id="an activation of one's own, which no table knows",
    ),
    pytest.param(
        net(lambda m, x: m.c(F.relu(m.a(x))) + torch.sigmoid(m.b(x)), **TWO_BRANCHES, c=conv(4, 4)),
        net(
            lambda m, x: torch.sigmoid(m.b(x)) + m.c(torch.where((y := m.a(x)) > 0, y, torch.zeros_like(y))),
            b=conv(3, 4, 3), a=conv(3, 4, 3), c=conv(4, 4),
        ),
        id="an activation of one's own, and branches told apart by their layers",
    ),
    pytest.param(
        net(lambda m, x: m.fc(F.adaptive_avg_pool2d(cat(m.a(x), F.relu(m.b(x))), 1).flatten(1)), **TWO_BRANCHES, **HEAD),
        net(lambda m, x: m.fc(cat(F.relu(m.b(x)), m.a(x)).mean((2, 3))), **TWO_BRANCHES, **HEAD),
        id="concatenation in another order before pooling and a linear layer",
    ),
    pytest.param(
        net(lambda m, x: m.fc(F.relu(cat(m.a(x), torch.tanh(m.b(x)))).flatten(1)), **TWO_BRANCHES, fc=linear(512, 5)),
        net(lambda m, x: m.fc(F.relu(cat(torch.tanh(m.b(x)), m.a(x)))).flatten(1), **TWO_BRANCHES, fc=lambda: nn.Conv2d(8, 5, 8)),
        id="the same before a flatten, where each channel is a block of 64 features, and a convolution of full size",
    ),
    pytest.param(
        net(lambda m, x: m.fc(cat(m.a(x).flatten(1), torch.tanh(m.b(x)).flatten(1))), **TWO_BRANCHES, fc=linear(512, 5)),
        net(lambda m, x: m.fc(cat(torch.tanh(m.b(x)), m.a(x)).flatten(1)), **TWO_BRANCHES, fc=linear(512, 5)),
        id="joined after the flatten instead of before",
    ),
    pytest.param(
        net(lambda m, x: m.c(F.max_pool2d(F.relu(m.bn(cat(m.a(x), torch.tanh(m.b(x)), x))), 2)), **TWO_BRANCHES, bn=bn(11), c=conv(11, 3, 3)),
        net(lambda m, x: m.c(F.max_pool2d(F.relu(m.bn(cat(x, torch.tanh(m.b(x)), m.a(x)))), 2)), **TWO_BRANCHES, bn=bn(11), c=conv(11, 3, 3)),
        id="through batch norm, ReLU and pooling to a convolution",
    ),
    pytest.param(
        net(lambda m, x: m.c(m.d(cat(m.a(x), torch.tanh(m.b(x))))), **TWO_BRANCHES, d=conv(8, 8, 3, groups=8), c=conv(8, 3)),
        net(lambda m, x: m.c(m.d(cat(torch.tanh(m.b(x)), m.a(x)))), **TWO_BRANCHES, d=conv(8, 8, 3, groups=8), c=conv(8, 3)),
        id="through a depthwise convolution",
    ),
    pytest.param(
        net(lambda m, x: m.c(m.d(cat(m.a(x), torch.tanh(m.b(x))))), **TWO_BRANCHES, d=conv(8, 12, 3, groups=2), c=conv(12, 3)),
        net(lambda m, x: m.c(m.d(cat(torch.tanh(m.b(x)), m.a(x)))), **TWO_BRANCHES, d=conv(8, 12, 3, groups=2), c=conv(12, 3)),
        id="through a grouped convolution whose groups move whole",
    ),
    pytest.param(
        net(lambda m, x: m.c(m.d(cat(m.a(x), torch.tanh(m.b(x))))), **TWO_BRANCHES, d=lambda: nn.ConvTranspose2d(8, 6, 2, stride=2), c=conv(6, 3)),
        net(lambda m, x: m.c(m.d(cat(torch.tanh(m.b(x)), m.a(x)))), **TWO_BRANCHES, d=lambda: nn.ConvTranspose2d(8, 6, 2, stride=2), c=conv(6, 3)),
        id="to a transposed convolution",
    ),
    pytest.param(
        net(lambda m, x: m.c(m.d(cat(m.a(x), torch.tanh(m.b(x))))), **TWO_BRANCHES, d=lambda: nn.ConvTranspose2d(8, 6, 2, groups=2), c=conv(6, 3)),
        net(lambda m, x: m.c(m.d(cat(torch.tanh(m.b(x)), m.a(x)))), **TWO_BRANCHES, d=lambda: nn.ConvTranspose2d(8, 6, 2, groups=2), c=conv(6, 3)),
        id="through a grouped transposed convolution",
    ),
    pytest.param(
        net(lambda m, x: cat(m.a(y := m.c(cat(x, m.d(x)))), m.b(y)), **TWO_BRANCHES, c=conv(6, 3), d=conv(3, 3)),
        net(lambda m, x: cat(*reversed((m.b(y := m.c(cat(m.d(x), x))), m.a(y)))), b=conv(3, 4, 3), a=conv(3, 4, 3), c=conv(6, 3), d=conv(3, 3)),
        id="another order inside, and branches that only their place in the output tells apart",
    ),
    pytest.param(
        net(lambda m, x: m.c(cat(m.a(x), torch.tanh(m.b(x))) * m.scale), **TWO_BRANCHES, scale=weight(8, 1, 1), c=conv(8, 3)),
        net(lambda m, x: m.c(m.scale * cat(torch.tanh(m.b(x)), m.a(x))), **TWO_BRANCHES, scale=weight(1, 8, 1, 1), c=conv(8, 3)),
        id="through a scale for each channel",
    ),
    pytest.param(
        net(lambda m, x: m.fc(m.c(cat(F.max_pool2d(x, 3, 1, 1), F.avg_pool2d(x, 3, 1, 1))).mean((2, 3))), c=conv(6, 4, 3), fc=linear(4, 2)),
        net(lambda m, x: m.fc(m.c(cat(F.avg_pool2d(x, 3, 1, 1), F.max_pool2d(x, 3, 1, 1))).mean((2, 3))), c=conv(6, 4, 3), fc=linear(4, 2)),
        id="branches without weights, told apart by what they compute",
    ),
    pytest.param(
        net(lambda m, x: m.d(cat(m.c(x), cat(m.a(x), torch.tanh(m.b(x))))), **TWO_BRANCHES, c=conv(3, 2), d=conv(10, 3)),
        net(lambda m, x: m.d(cat(cat(torch.tanh(m.b(x)), m.c(x)), m.a(x))), **TWO_BRANCHES, c=conv(3, 2), d=conv(10, 3)),
        id="nested concatenations",
    ),
    pytest.param(
        net(lambda m, x: m.c(cat(m.a(x), torch.tanh(m.b(x)))[:, 4:]) + m.d(m.a(x)), **TWO_BRANCHES, c=conv(4, 4), d=conv(4, 4)),
        net(lambda m, x: m.d(m.a(x)) + m.c(cat(torch.tanh(m.b(x)), m.a(x)).chunk(2, dim=1)[0]), **TWO_BRANCHES, d=conv(4, 4), c=conv(4, 4)),
        id="the other half of channels that lie the other way round",
    ),
    pytest.param(
        net(lambda m, x: m.c((y := F.relu(cat(m.a(x), torch.tanh(m.b(x))))) * torch.sigmoid(m.up(F.relu(m.down(y.mean((2, 3))))))[:, :, None, None]), **TWO_BRANCHES, down=linear(8, 2), up=linear(2, 8), c=conv(8, 3)),
        net(lambda m, x: m.c((y := F.relu(cat(torch.tanh(m.b(x)), m.a(x)))) * torch.sigmoid(m.up(F.relu(m.down(y.mean((2, 3)))))).view(-1, 8, 1, 1)), **TWO_BRANCHES, down=linear(8, 2), up=linear(2, 8), c=conv(8, 3)),
        id="squeeze and excitation: a gate for each concatenated channel",
    ),
    pytest.param(
        net(lambda m, x: m.c(m.bn(m.stem(x)) + cat(m.a(x), torch.tanh(m.b(x)))), **TWO_BRANCHES, stem=conv(3, 8), bn=bn(8), c=conv(8, 3)),
        net(lambda m, x: m.c(cat(torch.tanh(m.b(x)), m.a(x)) + m.bn(m.stem(x))), **TWO_BRANCHES, stem=conv(3, 8), bn=bn(8), c=conv(8, 3)),
        id="concatenated channels added to a projection with batch norm",
    ),
    pytest.param(
        net(lambda m, x: m.c((y := m.stem(x)) + cat(m.d(y), torch.tanh(m.e(y)))), stem=conv(3, 8), d=conv(8, 4), e=conv(8, 4), c=conv(8, 3)),
        net(lambda m, x: m.c((y := m.stem(x)) + cat(torch.tanh(m.e(y)), m.d(y))), stem=conv(3, 8), d=conv(8, 4), e=conv(8, 4), c=conv(8, 3)),
        id="concatenated channels added to what the branches read",
    ),
    pytest.param(dense(cat), dense(lambda x, new: cat(new, x)), id="DenseNet layers that put new features first"),
    pytest.param(
        dense(cat), reversed_declaration(dense(lambda x, new: cat(new, x))), id="the same, declared from last to first"
    ),
]  # fmt: skip


@pytest.mark.parametrize(("ours", "theirs"), SAME_FUNCTION)
def test_the_same_function_is_found_to_be_the_same(ours, theirs):
    assert carried(theirs, ours, IMAGE) is not None


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        pytest.param(
            net(lambda m, x: cat(m.a(x), torch.tanh(m.b(x))), **TWO_BRANCHES),
            net(lambda m, x: cat(torch.tanh(m.b(x)), m.a(x)), **TWO_BRANCHES),
            id="the output in another order",
        ),
        pytest.param(
            net(lambda m, x: F.relu(m.bn(cat(m.a(x), m.b(x)))), a=conv(3, 4), b=conv(3, 2), bn=bn(6)),
            net(lambda m, x: F.relu(m.bn(cat(m.b(x), m.a(x)))), a=conv(3, 4), b=conv(3, 2), bn=bn(6)),
            id="the output in another order, behind batch norm and ReLU",
        ),
        pytest.param(
            net(lambda m, x: m.fc(m.a(x).flatten(1)), a=conv(3, 4, 3), fc=linear(256, 5)),
            net(lambda m, x: m.fc(m.a(x).permute(0, 2, 3, 1).flatten(1)), a=conv(3, 4, 3), fc=linear(256, 5)),
            id="a flatten with the channels last",
        ),
        pytest.param(
            net(lambda m, x: m.c(F.local_response_norm(cat(m.a(x), torch.tanh(m.b(x))), 5, alpha=9.0)), **TWO_BRANCHES, c=conv(8, 2)),
            net(lambda m, x: m.c(F.local_response_norm(cat(torch.tanh(m.b(x)), m.a(x)), 5, alpha=9.0)), **TWO_BRANCHES, c=conv(8, 2)),
            id="another order before a normalisation over neighbouring channels",
        ),
        pytest.param(
            net(lambda m, x: m.c(m.d(cat(m.a(x), torch.tanh(m.b(x))))), a=conv(3, 2), b=conv(3, 6), d=conv(8, 8, 3, groups=2), c=conv(8, 2)),
            net(lambda m, x: m.c(m.d(cat(torch.tanh(m.b(x)), m.a(x))[:, [0, 6, 1, 2, 3, 7, 4, 5]])), a=conv(3, 2), b=conv(3, 6), d=conv(8, 8, 3, groups=2), c=conv(8, 2)),
            id="another order that tears groups apart",
        ),
        pytest.param(
            net(lambda m, x: m.b(F.relu(m.a(x))), a=conv(3, 3, 3), b=conv(3, 3, 3)),
            net(lambda m, x: m.b(m.a(x)), a=conv(3, 3, 3), b=conv(3, 3, 3)),
            id="no ReLU",
        ),
    ],
)  # fmt: skip
def test_another_function_stays_another(ours, theirs):
    assert carried(theirs, ours, IMAGE) is None


def test_the_orders_of_use_and_of_declaration_come_first_and_no_match_comes_twice():
    build = net(lambda m, x: m.b(F.relu(m.a(x))), a=conv(3, 4), b=conv(4, 4))

    (match,) = all_matches(build, build, IMAGE)

    assert match.sources == {name: name for name in ("a.weight", "a.bias", "b.weight", "b.bias")}
    assert match.permutations == {}
    assert not match.reordered


def test_permutations_say_where_each_channel_is_found():
    ours = net(lambda m, x: m.c(cat(m.a(x), torch.tanh(m.b(x)))), a=conv(3, 1), b=conv(3, 2), c=conv(3, 1))
    theirs = net(lambda m, x: m.c(cat(torch.tanh(m.b(x)), m.a(x))), a=conv(3, 1), b=conv(3, 2), c=conv(3, 1))

    match = carried(theirs, ours, IMAGE)

    ((name, (permutation,)),) = match.permutations.items()
    assert (name, permutation.axis, permutation.order) == ("c.weight", 1, (1, 2, 0))
    assert match.reordered


def test_a_tensor_that_fits_nothing_leaves_no_match():
    ours = net(lambda m, x: m.b(m.a(x)), a=conv(3, 4), b=conv(4, 4))

    assert all_matches(net(lambda m, x: m.a(x), a=conv(3, 4)), ours, IMAGE) == []


class Dag(nn.Module):
    """A drawn network: each step reads earlier values; order of steps, declarations and operands are given."""

    def __init__(self, steps, order, declared, turned):
        super().__init__()
        self.steps, self.order, self.turned = steps, order, turned
        for number in declared:
            kind, _, channels, width = steps[number]
            if kind in LAYERS:
                setattr(self, f"layer{number}", LAYERS[kind](channels, width))

    def forward(self, x):
        values = {-1: x}
        for number in self.order:
            kind, sources, _, _ = self.steps[number]
            operands = [values[source] for source in sources]
            if number in self.turned:
                operands.reverse()
            if kind == "cat":
                values[number] = torch.cat(operands, dim=1)
            elif kind == "add":
                values[number] = operands[0] + operands[1]
            elif kind == "head":
                values[number] = self.get_submodule(f"layer{number}")(cat_list(operands).mean((2, 3)))
            else:
                values[number] = F.relu(self.get_submodule(f"layer{number}")(operands[0]))
        return values[len(self.steps) - 1]


LAYERS = {
    "conv": lambda channels, width: nn.Conv2d(channels, width, 3, padding=1),
    "narrow": lambda channels, width: nn.Conv2d(channels, width, 1, bias=False),
    "bn": lambda channels, width: nn.BatchNorm2d(channels),
    "depthwise": lambda channels, width: nn.Conv2d(channels, channels, 3, padding=1, groups=channels),
    "head": nn.Linear,
}


@st.composite
def dags(draw):
    """Steps (kind, what it reads, channels read, channels written), and the same in another order."""
    steps, widths = [], [3]
    for _ in range(draw(st.integers(2, 9))):
        kind = draw(st.sampled_from(["conv", "conv", "conv", "narrow", "bn", "depthwise", "cat", "cat", "add"]))
        sources = [draw(st.integers(0, len(steps)))]
        if kind in ("cat", "add"):
            sources.append(draw(st.integers(0, len(steps))))
        width = draw(st.sampled_from([2, 4])) if kind in ("conv", "narrow") else sum(widths[s] for s in sources)
        if kind == "add":
            if widths[sources[0]] != widths[sources[1]]:
                continue
            width = widths[sources[0]]
        steps.append((kind, [source - 1 for source in sources], widths[sources[0]], width))
        widths.append(width)
    read = {source for _, sources, _, _ in steps for source in sources}
    ends = [number for number in range(len(steps)) if number not in read] or [-1]
    steps.append(("head", ends, sum(widths[end + 1] for end in ends), 5))
    waiting, order = list(range(len(steps))), []
    while waiting:
        ready = [n for n in waiting if all(source in (-1, *order) for source in steps[n][1])]
        order.append(draw(st.sampled_from(ready)))
        waiting.remove(order[-1])
    declared = draw(st.permutations(range(len(steps))))
    turned = draw(st.sets(st.sampled_from(range(len(steps)))))
    return steps, order, declared, turned


@settings(max_examples=60)
@given(dags())
def test_a_network_whose_steps_declarations_and_operands_are_shuffled_is_matched(dag):
    steps, order, declared, turned = dag
    plain = range(len(steps))

    def theirs():
        return Dag(steps, order, declared, turned)

    assert carried(theirs, lambda: Dag(steps, plain, plain, set()), IMAGE) is not None


SMALL = """
import torch
import torch.nn.functional as F
from torch import nn


class Inception(nn.Module):
    def __init__(self, c=3):
        super().__init__()
        self.one = nn.Conv2d(c, 4, 1)
        self.two = nn.Conv2d(c, 4, 1)
        self.pooled = nn.Conv2d(c, 4, 1)
        self.bn = nn.BatchNorm2d(12)

    def forward(self, x):
        one = self.one(x)
        two = torch.tanh(self.two(x))
        pooled = self.pooled(F.max_pool2d(x, 3, 1, 1))
        return F.relu(self.bn(torch.cat([one, two, pooled], 1)))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.inception = Inception()
        self.layers = nn.ModuleList(nn.Conv2d(12 + 4 * i, 4, 3, padding=1) for i in range(3))
        self.fc = nn.Linear(24 * 16, 10)

    def forward(self, x):
        x = self.inception(x)
        for layer in self.layers:
            x = torch.cat([x, layer(F.relu(x))], 1)
        x = F.max_pool2d(x, 2).flatten(1)
        x = F.dropout(x, 0.4, self.training)
        return self.fc(x)
"""

IN_ORDER = """        one = self.one(x)
        two = torch.tanh(self.two(x))
        pooled = self.pooled(F.max_pool2d(x, 3, 1, 1))
        return F.relu(self.bn(torch.cat([one, two, pooled], 1)))
"""
ANOTHER_ORDER = """        pooled = self.pooled(F.max_pool2d(x, 3, 1, 1))
        two = torch.tanh(self.two(x))
        one = self.one(x)
        return F.relu(self.bn(torch.cat([pooled, two, one], 1)))
"""


@pytest.mark.parametrize(
    ("changes", "entry", "verdict"),
    [
        pytest.param([(IN_ORDER, ANOTHER_ORDER)], "Net", "pass", id="Inception branches run and joined in another order"),
        pytest.param([("[x, layer(F.relu(x))]", "[layer(F.relu(x)), x]")], "Net", "pass", id="dense layers that put new features first"),
        pytest.param([(IN_ORDER, ANOTHER_ORDER), ("0.4, self.training", "0.6, self.training")], "Net", "fail", id="and another dropout rate"),
        pytest.param([(IN_ORDER, ANOTHER_ORDER)], "Inception", "fail", id="a block whose output has another order"),
        pytest.param([(IN_ORDER, ANOTHER_ORDER.replace("torch.tanh", ""))], "Net", "fail", id="a function that is missing"),
    ],
)  # fmt: skip
def test_a_report_counts_another_order_inside_as_right_and_at_the_output_as_wrong(
    sandbox, tmp_path, changes, entry, verdict
):
    solution, source = tmp_path / "solution.py", SMALL
    solution.write_text(source, encoding="utf-8")
    for old, new in changes:
        assert source.count(old) == 1
        source = source.replace(old, new)
    exercise = exercise_against(solution, entry, input_shape=(3, 8, 8), source=source.encode(), path=tmp_path / "a.py")

    report = Grader(exercise, sandbox).grade(source.encode(), "submission.py")

    assert report.verdict == verdict, [check.message for check in report.checks]
