"""Networks that split, shuffle and join channels in ways of their own, each beside one that computes something else.

Torch says whether two networks then compute the same. ShuffleNet V2's units are equal whichever way they shuffle
exactly if, for each layer, as many of its channels are read by the same later layers; that was counted by hand.
"""

import pytest
import torch
import torch.nn.functional as F  # noqa: N812  # its usual name
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from tests.grading.matching.networks import bn, carried, conv, linear, net

IMAGE = (3, 8, 8)


def cat(*parts):
    return torch.cat(parts, 1)


def shuffled(x, groups=2):
    n, c, h, w = x.shape
    return x.view(n, groups, c // groups, h, w).transpose(1, 2).reshape(n, c, h, w)


def unshuffled(x, groups=2):
    n, c, h, w = x.shape
    return x.view(n, c // groups, groups, h, w).transpose(1, 2).reshape(n, c, h, w)


def halves(x):
    return x.chunk(2, 1)


def even_and_odd(x):
    return x[:, ::2], x[:, 1::2]


def picked(x):
    n, c, h, w = x.shape
    pairs = x.view(n, c // 2, 2, h, w)
    return pairs[:, :, 0], pairs[:, :, 1]


def unbound(x):
    n, c, h, w = x.shape
    return x.view(n, c // 2, 2, h, w).unbind(2)


def folded_into_the_batch(x):
    """As the authors of ShuffleNet V2 published it."""
    n, c, h, w = x.shape
    pairs = x.reshape(n * c // 2, 2, h * w).permute(1, 0, 2).reshape(2, -1, c // 2, h, w)
    return pairs[0], pairs[1]


def shuffle_units(split, join, channels=20, units=4):
    """Units of ShuffleNet V2: one half passes, the other goes through a layer, both are joined."""

    def run(m, x):
        x = m.stem(x)
        for layer in m.layers:
            passed, processed = split(x)
            x = join(passed, F.relu(layer(processed)))
        return m.fc(F.relu(m.head(x)).mean((2, 3)))

    half = channels // 2
    layers = {"layers": lambda: nn.ModuleList(nn.Conv2d(half, half, 3, padding=1) for _ in range(units))}
    return net(run, stem=conv(3, channels), **layers, head=conv(channels, 8), fc=linear(8, 5))


SHUFFLED = shuffle_units(halves, lambda passed, new: shuffled(cat(passed, new)))
SHUFFLED_16 = shuffle_units(halves, lambda passed, new: shuffled(cat(passed, new)), channels=16)

SHUFFLE_UNITS = [
    pytest.param(shuffle_units(even_and_odd, cat), True, id="even and odd channels"),
    pytest.param(shuffle_units(picked, cat), True, id="one of each pair of a view"),
    pytest.param(shuffle_units(unbound, cat), True, id="pairs unbound"),
    pytest.param(shuffle_units(folded_into_the_batch, cat), True, id="pairs folded into the batch"),
    pytest.param(shuffle_units(halves, lambda a, b: unshuffled(cat(a, b))), True, id="the inverse shuffle"),
    pytest.param(shuffle_units(lambda x: reversed(halves(x)), lambda a, b: shuffled(cat(a, b))), False, id="the first half processed"),
    pytest.param(shuffle_units(halves, lambda a, b: shuffled(cat(b, a))), False, id="the new half first"),
    pytest.param(shuffle_units(lambda x: reversed(even_and_odd(x)), cat), False, id="even channels processed"),
    pytest.param(shuffle_units(halves, cat), False, id="no shuffle"),
    pytest.param(shuffle_units(even_and_odd, lambda a, b: shuffled(cat(a, b))), False, id="even and odd, and a shuffle"),
    pytest.param(shuffle_units(halves, lambda a, b: cat(a, b).flip(1)), False, id="reversed instead of shuffled"),
]  # fmt: skip


@pytest.mark.parametrize(("theirs", "is_same"), SHUFFLE_UNITS)
def test_units_that_shuffle_their_own_way(theirs, is_same):
    assert (carried(theirs, SHUFFLED, IMAGE) is not None) == is_same
    assert (carried(SHUFFLED, theirs, IMAGE) is not None) == is_same


@pytest.mark.parametrize(
    ("split", "join"),
    [
        pytest.param(lambda x: reversed(halves(x)), lambda a, b: shuffled(cat(a, b)), id="the first half processed"),
        pytest.param(halves, lambda a, b: shuffled(cat(b, a)), id="the new half first"),
        pytest.param(
            halves, lambda a, b: F.channel_shuffle(cat(b, a), 2), id="torch's own shuffle, the new half first"
        ),
        pytest.param(lambda x: reversed(even_and_odd(x)), cat, id="even channels processed"),
    ],
)
def test_where_every_half_can_be_halved_again_it_does_not_matter_which_is_processed(split, join):
    theirs = shuffle_units(split, join, channels=16)

    assert carried(theirs, SHUFFLED_16, IMAGE) is not None


def shuffle_groups(shuffle):
    """Units of ShuffleNet: two grouped convolutions with a shuffle and a depthwise convolution between them."""

    def run(m, x):
        x = m.stem(x)
        for first, depthwise, second in zip(m.first, m.depthwise, m.second, strict=True):
            x = F.relu(x + second(depthwise(shuffle(F.relu(first(x))))))
        return m.fc(x.mean((2, 3)))

    def layers(*sizes, **options):
        return lambda: nn.ModuleList(nn.Conv2d(*sizes, **options) for _ in range(2))

    return net(
        run,
        stem=conv(3, 12),
        first=layers(12, 18, 1, groups=3),
        depthwise=layers(18, 18, 3, padding=1, groups=18),
        second=layers(18, 12, 1, groups=3),
        fc=linear(12, 5),
    )


def option_a(shortcut):
    """Two residual blocks that halve the size and double the channels without weights in the shortcut."""

    def run(m, x):
        x = m.stem(x)
        for layer in (m.a, m.b):
            x = F.relu(layer(x) + shortcut(x))
        return m.fc(x.mean((2, 3)))

    return net(run, stem=conv(3, 4), a=conv(4, 8, 3, stride=2), b=conv(8, 16, 3, stride=2), fc=linear(16, 5))


def pad_channels(before, after):
    return lambda x: F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, x.shape[1] * before // 4, x.shape[1] * after // 4))


def gated(gate):
    return net(
        lambda m, x: m.fc(F.relu(m.c(gate(m, m.stem(x)))).mean((2, 3))),
        stem=conv(3, 8, 3), down=linear(8, 2), up=linear(2, 8), c=conv(8, 4), fc=linear(4, 5),
    )  # fmt: skip


def excited(m, s):
    return torch.sigmoid(m.up(F.relu(m.down(s))))


REVERSED = list(range(7, -1, -1))


def neighbours(join):
    """A concatenation whose groups, of four channels each, a grouped convolution reads."""
    return net(
        lambda m, x: m.c(F.relu(m.d(join(m.a(x), torch.tanh(m.b(x)))))),
        a=conv(3, 2), b=conv(3, 6), d=conv(8, 12, 3, groups=2), c=conv(12, 3),
    )  # fmt: skip


def listed(joined, read):
    """DenseNet's layers with the maps in a list."""

    def run(m, x):
        maps = [m.stem(x)]
        for layer in (m.a, m.b, m.c):
            maps = joined(maps, layer(F.relu(torch.cat(read(maps), 1))))
        return m.fc(F.relu(m.bn(torch.cat(maps, 1))).mean((2, 3)))

    layers = {"a": conv(4, 2, 3), "b": conv(6, 2, 3), "c": conv(8, 2, 3)}
    return net(run, stem=conv(3, 4), **layers, bn=bn(10), fc=linear(10, 5))


@pytest.mark.parametrize(
    ("ours", "same", "other"),
    [
        pytest.param(
            shuffle_groups(lambda x: shuffled(x, 3)),
            [shuffle_groups(lambda x: unshuffled(x, 3)), shuffle_groups(lambda x: cat(*(x[:, i::6] for i in range(6))))],
            [shuffle_groups(lambda x: x), shuffle_groups(lambda x: x.roll(6, 1)), shuffle_groups(lambda x: shuffled(x, 9))],
            id="grouped convolutions with a shuffle between them",
        ),
        pytest.param(
            option_a(pad_channels(0, 4)),
            [
                option_a(pad_channels(2, 2)),
                option_a(pad_channels(4, 0)),
                option_a(lambda x: F.pad(F.avg_pool2d(x, 1, 2), (0, 0, 0, 0, x.shape[1] // 2, x.shape[1] // 2))),
                option_a(pad_channels(1, 3)),
            ],
            [
                option_a(lambda x: F.pad(F.avg_pool2d(x, 2), (0, 0, 0, 0, 0, x.shape[1]))),
                option_a(lambda x: F.pad(x[:, :, 1::2, 1::2], (0, 0, 0, 0, 0, x.shape[1]))),
                option_a(lambda x: cat(x, x)[:, :, ::2, ::2]),
            ],
            id="zeros beside the channels of a shortcut",
        ),
        pytest.param(
            gated(lambda m, x: x * excited(m, x.mean((2, 3)))[:, :, None, None]),
            [
                gated(lambda m, x: x * excited(m, x.mean((2, 3))[:, REVERSED])[:, :, None, None]),
                gated(lambda m, x: x * excited(m, x.mean((2, 3)))[:, REVERSED][:, :, None, None]),
                gated(lambda m, x: x[:, REVERSED] * excited(m, x.mean((2, 3)))[:, :, None, None]),
            ],
            [
                gated(lambda m, x: x + excited(m, x.mean((2, 3)))[:, :, None, None]),
                gated(lambda m, x: x[:, :1] * excited(m, x.mean((2, 3)))[:, :, None, None]),
            ],
            id="a gate for each channel, in another order",
        ),
        pytest.param(
            neighbours(cat),
            [
                neighbours(lambda a, b: cat(b, a)),
                neighbours(lambda a, b: cat(b[:, :3], a, b[:, 3:])[:, [3, 5, 4, 0, 1, 2, 6, 7]]),
            ],
            [neighbours(lambda a, b: cat(a[:, :1], b[:, :3], a[:, 1:], b[:, 3:]))],
            id="groups that lie in another order, or hold other channels of the same layer",
        ),
        pytest.param(
            listed(lambda maps, new: [*maps, new], lambda maps: maps),
            [
                listed(lambda maps, new: [new, *maps], lambda maps: maps),
                listed(lambda maps, new: [*maps, new], lambda maps: maps[::-1]),
                listed(lambda maps, new: [torch.cat([new, *maps], 1)], lambda maps: maps),
            ],
            [
                listed(lambda maps, new: [*maps, F.relu(new)], lambda maps: maps),
                listed(lambda maps, new: [*maps, new], lambda maps: [*maps[:-1], maps[-1].flip(2)]),
                listed(lambda maps, new: [*maps, new], lambda maps: [maps[0], *(maps[:0:-1] and [maps[-1]] * (len(maps) - 1))]),
            ],
            id="dense layers that read and write in orders of their own",
        ),
    ],
)  # fmt: skip
def test_channels_in_another_order(ours, same, other):
    assert [carried(theirs, ours, IMAGE) is not None for theirs in same] == [True] * len(same)
    assert [carried(theirs, ours, IMAGE) is not None for theirs in other] == [False] * len(other)


def block(split, shuffle):
    """A block whose output is shuffled; inside it, one half of the channels goes through a layer."""

    def run(m, x):
        passed, processed = split(m.a(x))
        return shuffle(m.c(cat(passed, F.relu(m.b(processed)))))

    return net(run, a=conv(3, 12), b=conv(6, 6), c=conv(12, 12))


@pytest.mark.parametrize(
    ("theirs", "is_same"),
    [
        pytest.param(block(even_and_odd, shuffled), True, id="another order inside"),
        pytest.param(block(halves, unshuffled), False, id="another order of the output"),
        pytest.param(block(even_and_odd, unshuffled), False, id="another order inside, and of the output"),
    ],
)
def test_the_order_of_a_blocks_output_is_its_contract(theirs, is_same):
    assert (carried(theirs, block(halves, shuffled), IMAGE) is not None) == is_same


@given(order=st.permutations(range(12)), groups=st.sampled_from([1, 2, 3, 4, 6, 12]))
@settings(max_examples=12)
def test_any_order_of_the_channels_that_are_read(order, groups):
    """Channels of one layer, put in any order before the next: grouped ones find theirs again, wherever they lie."""

    def build(turn):
        return net(
            lambda m, x: m.fc(F.relu(m.b(turn(F.relu(m.bn(m.a(x)))))).mean((2, 3))),
            a=conv(3, 12), bn=bn(12), b=conv(12, 12, 3, groups=groups), fc=linear(12, 5),
        )  # fmt: skip

    assert carried(build(lambda x: x[:, list(order)]), build(lambda x: x), IMAGE) is not None
