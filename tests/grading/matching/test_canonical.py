"""One canonical form for the many spellings of one network, and another for networks that differ."""

import pytest
import torch
import torch.nn.functional as F  # noqa: N812  # its usual name
from torch import nn

from cnnquiz.cnn import Call, Network, Shape
from cnnquiz.cnn.elementwise import Activation
from cnnquiz.cnn.structure import Add, Concatenate
from cnnquiz.grading.matching.canonical import canonical
from cnnquiz.grading.matching.pairing import pairings
from cnnquiz.grading.matching.refinement import Graph, partners
from cnnquiz.tracing.record import record_network
from tests.grading.matching.networks import Net, conv, linear, net, weight

IMAGE = (3, 8, 8)


def form(run, **layers):
    """Operations with what they read, and the names of the tensors that they own."""
    network = canonical(record_network(net(run, **layers), IMAGE, "network"))
    nodes = [(node.op, node.inputs, {r: t.name for r, t in node.tensors.items()}) for node in network.nodes]
    return nodes, network.output


def titles(run, **layers):
    return [op.title for op, _, _ in form(run, **layers)[0]]


@pytest.mark.parametrize(
    ("layers", "spellings"),
    [
        pytest.param(
            {"fc": linear(192, 5)},
            [
                lambda m, x: m.fc(x.flatten(1)),
                lambda m, x: m.fc(torch.flatten(x, 1)),
                lambda m, x: m.fc(x.view(x.size(0), -1)),
                lambda m, x: m.fc(x.reshape(len(x), 192).contiguous()),
                lambda m, x: m.fc(nn.Flatten()(x.clone())),
                lambda m, x: F.linear(F.dropout(x, 0.5, training=m.training).flatten(1), m.fc.weight, m.fc.bias),
                lambda m, x: F.linear(x.flatten(1), m.fc.weight) + m.fc.bias,
            ],
            id="flatten, view, dropout in eval mode, a bias added later",
        ),
        pytest.param(
            {"fc": linear(3, 5)},
            [
                lambda m, x: m.fc(F.adaptive_avg_pool2d(x, 1).flatten(1)),
                lambda m, x: m.fc(nn.AdaptiveAvgPool2d((1, 1))(x).squeeze(-1).squeeze(-1)),
                lambda m, x: m.fc(F.avg_pool2d(x, 8).view(-1, 3)),
                lambda m, x: m.fc(F.avg_pool2d(x, x.size(3), stride=1).reshape(-1, 3)),
                lambda m, x: m.fc(x.mean((2, 3))),
                lambda m, x: m.fc(x.mean(dim=[-1, -2], keepdim=True).flatten(1)),
                lambda m, x: m.fc(x.mean(3).mean(2)),
                lambda m, x: m.fc(x.flatten(2).mean(-1)),
            ],
            id="global average pooling",
        ),
        pytest.param(
            {},
            [
                lambda m, x: F.max_pool2d(F.relu(x), 2),
                lambda m, x: F.max_pool2d(nn.ReLU(inplace=True)(x.clone()), 2, 2, ceil_mode=True),
                lambda m, x: F.max_pool2d(x.clamp(min=0), (2, 2), stride=2),
                lambda m, x: F.max_pool2d(F.relu(torch.relu(x)), 2),
                lambda m, x: F.adaptive_max_pool2d(F.relu(x), 4),
                lambda m, x: F.adaptive_avg_pool2d(F.max_pool2d(F.relu(x), 2), (4, 4)),
                lambda m, x: F.avg_pool2d(F.max_pool2d(F.relu(F.pad(x, (0, 0))), 2), 1),
            ],
            id="ReLU twice, rounding that changes nothing, pooling to the size that is there",
        ),
        pytest.param(
            {"a": conv(3, 4), "b": conv(3, 4)},
            [
                lambda m, x: m.a(x) + m.b(x),
                lambda m, x: torch.add(m.a(x), m.b(x)),
                lambda m, x: m.a(x).add_(m.b(x)),
            ],
            id="addition",
        ),
        pytest.param(
            {"a": conv(3, 2), "b": conv(3, 2), "c": conv(3, 2)},
            [
                lambda m, x: torch.cat([m.a(x), m.b(x), m.c(x)], 1),
                lambda m, x: torch.cat([torch.cat([m.a(x), m.b(x)], dim=-3), m.c(x)], 1),
                lambda m, x: torch.concat((m.a(x), torch.cat([torch.cat([m.b(x)], 1), m.c(x)], 1)), dim=1),
            ],
            id="nested concatenations",
        ),
        pytest.param(
            {"a": conv(3, 4, 3)},
            [
                lambda m, x: F.relu(m.a(x)).flatten(1),
                lambda m, x: F.relu(m.a(x).flatten(1)),
                lambda m, x: F.relu(F.conv2d(x, m.a.weight, m.a.bias, padding="same")).flatten(1),
            ],
            id="ReLU behind the flatten, padding 'same'",
        ),
        pytest.param(
            {},
            [
                lambda m, x: torch.cat([x.chunk(3, 1)[0], x.chunk(3, 1)[2]], 1),
                lambda m, x: torch.cat([x[:, :1], x[:, 2:]], 1),
                lambda m, x: torch.cat([x.split([1, 1, 1], dim=1)[0], x[:, 2:3]], 1),
            ],
            id="chunk, split and slices",
        ),
    ],
)
def test_spellings_of_one_network_have_one_form(layers, spellings):
    first, *others = [form(run, **layers) for run in spellings]

    for other in others:
        assert other == first


def test_a_convolution_of_the_full_size_is_a_linear_layer():
    convolution = form(lambda m, x: m.b(F.relu(m.a(x))), a=conv(3, 6, 8, padding=0), b=conv(6, 5))
    fully_connected = form(lambda m, x: m.b(F.relu(m.a(x.flatten(1)))), a=linear(192, 6), b=linear(6, 5))

    assert convolution == fully_connected


def test_a_matrix_has_one_role_whichever_way_it_is_held():
    nodes, _ = form(lambda m, x: x.flatten(1) @ m.w + m.b, w=weight(192, 5), b=weight(5))

    assert nodes[-1][2] == {"weight": "w", "bias": "b"}


@pytest.mark.parametrize(
    ("run", "kept"),
    [
        pytest.param(lambda m, x: F.dropout(x, 0.5), ["dropout"], id="dropout that is on in eval mode"),
        pytest.param(lambda m, x: F.max_pool2d(x, 3, 1, 1), ["max_pool2d"], id="pooling that keeps the size"),
        pytest.param(lambda m, x: x.permute(0, 2, 3, 1).flatten(1), ["permute", "flatten"], id="axes that move"),
        pytest.param(lambda m, x: x.transpose(2, 3), ["transpose"], id="height and width exchanged"),
        pytest.param(lambda m, x: x.view(-1, 8, 3, 8), ["view"], id="a view that makes other channels"),
        pytest.param(lambda m, x: F.relu(x) + F.relu(x), ["relu", "add"], id="the same number computed twice is one"),
        pytest.param(lambda m, x: F.softmax(x.flatten(1), 1), ["flatten", "softmax"], id="softmax over all positions"),
    ],
)
def test_what_changes_numbers_is_kept(run, kept):
    assert titles(run) == kept


def test_what_does_not_reach_the_output_is_left_out():
    nodes, output = form(lambda m, x: (m.a(x), m.aux(F.relu(x)))[0], a=conv(3, 4), aux=conv(3, 7))

    assert [tensors["weight"] for _, _, tensors in nodes] == ["a.weight"]
    assert output == 1


def joined_call(op, *inputs, shapes):
    read = tuple(shapes[value] for value in inputs)
    shapes.append(op.output_shape(*read))
    return Call(op=op, name=op.title, inputs=inputs, input_shapes=read, output_shape=shapes[-1])


def test_a_value_joined_with_itself_again_and_again_is_not_laid_out():
    """40 times would be 2^40 inputs."""
    shapes = [Shape(1, 1, 1)]
    calls = [joined_call(Concatenate(), position, position, shapes=shapes) for position in range(40)]
    network = Network(name="deep", input_shape=shapes[0], calls=tuple(calls), output=40)

    assert sum(len(node.inputs) for node in canonical(network).nodes) < 100_000


def test_thousands_of_growing_concatenations_are_not_all_laid_out():
    """3000 of them, each read by a ReLU, would be 4.5 million inputs."""
    shapes, relu = [Shape(1, 1, 1)], Activation(function="relu")
    calls = [joined_call(Concatenate(), position, 0, shapes=shapes) for position in range(3000)]
    calls += [joined_call(relu, position, shapes=shapes) for position in range(1, 3001)]
    calls.append(joined_call(Concatenate(), *range(3001, 6001), shapes=shapes))
    network = Network(name="wide", input_shape=shapes[0], calls=tuple(calls), output=6001)

    assert sum(len(node.inputs) for node in canonical(network).nodes) < 500_000


def cycle(*sizes):
    """Rings of vertices, each pointing at the next; every vertex looks like every other."""
    edges, start = [], 0
    for size in sizes:
        edges += [(start + i, start + (i + 1) % size, 0) for i in range(size)]
        start += size
    return Graph(labels=["same"] * start, edges=edges)


def test_a_guess_among_equals_is_followed_through():
    rotated = Graph(labels=["same"] * 5, edges=[((2 * a) % 5, (2 * b) % 5, 0) for a, b, _ in cycle(5).edges])

    found = partners(cycle(5), rotated)

    assert {(found[a], found[b], 0) for a, b, _ in cycle(5).edges} == set(rotated.edges)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param(Graph(labels=["a", "b"], edges=[(0, 1, 0)]), Graph(labels=["a", "c"], edges=[(0, 1, 0)]), id="a label"),
        pytest.param(Graph(labels=["a", "b"], edges=[(0, 1, 0)]), Graph(labels=["a", "b"], edges=[(1, 0, 0)]), id="a direction"),
        pytest.param(Graph(labels=["a", "b"], edges=[(0, 1, 0)]), Graph(labels=["a", "b"], edges=[(0, 1, 1)]), id="a slot"),
        pytest.param(Graph(labels=["a", "b"], edges=[(0, 1, 0)]), Graph(labels=["a", "b"], edges=[]), id="an edge"),
        pytest.param(cycle(6), cycle(3, 3), id="two rings for one, which only a guess brings out"),
    ],
)  # fmt: skip
def test_graphs_that_differ_have_no_partners(left, right):
    assert partners(left, right) is None


def test_the_order_of_a_concatenation_that_is_the_output_tells_branches_apart():
    def branches(*order):
        build = net(lambda m, x: torch.cat([getattr(m, name)(x) for name in order], 1), a=conv(3, 4), b=conv(3, 4))
        return canonical(record_network(build, IMAGE, "network"))

    found = list(pairings(branches("a", "b"), branches("b", "a")))

    assert {tuple(pairing.partners.items()) for pairing in found if pairing.whole} == {((0, 0), (1, 1), (2, 2), (3, 3))}


def test_a_layer_used_twice_is_unlike_two_layers():
    twice, two = (
        canonical(record_network(net(run, a=conv(3, 3), b=conv(3, 3)), IMAGE, "network"))
        for run in (lambda m, x: m.a(m.a(x)), lambda m, x: m.b(m.a(x)))
    )

    assert list(pairings(twice, two)) == []


def test_operands_of_a_sum_are_sorted():
    network = canonical(record_network(lambda: Net(lambda m, x: F.relu(x) + x, {}), IMAGE, "network"))

    assert [node.inputs for node in network.nodes if isinstance(node.op, Add)] == [(0, 1)]
