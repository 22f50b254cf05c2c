"""One layer written as several: grouped convolutions as loops, blocks as towers; torch says whether both are the same."""

import pytest
import torch
import torch.nn.functional as F  # noqa: N812  # its usual name
from torch import nn

from cnnquiz.bank.exercise import exercise_against
from cnnquiz.grading.grade import Grader
from tests.grading.matching.networks import carried, conv, linear, net

IMAGE = (3, 8, 8)
GROUPS, WIDTH = 4, 3


def cat(*parts):
    return torch.cat(parts, 1)


def several(build, count=GROUPS):
    return lambda: nn.ModuleList(build() for _ in range(count))


def block(branch, **layers):
    """A residual block of 8 channels between a stem and a classifier."""
    return net(
        lambda m, x: m.fc(F.relu((y := m.stem(x)) + m.last(branch(m, y))).mean((2, 3))),
        stem=conv(3, 8), last=lambda: nn.BatchNorm2d(8), fc=linear(8, 5), **layers,
    )  # fmt: skip


def normalised(in_channels, out_channels, kernel_size=1, groups=1):
    """Convolution, batch norm and ReLU."""
    return lambda: nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size, padding=kernel_size // 2, groups=groups, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(),
    )


INNER = GROUPS * WIDTH
SHRINK, GROW = normalised(8, INNER), conv(INNER, 8, bias=False)


def tower(*end):
    return lambda: nn.Sequential(normalised(8, WIDTH)(), normalised(WIDTH, WIDTH, 3)(), *(build() for build in end))


def form_c(groups=GROUPS):
    """As ResNeXt is usually written."""
    middle = normalised(INNER, INNER, 3, groups)
    return block(lambda m, x: m.grow(m.middle(m.shrink(x))), shrink=SHRINK, middle=middle, grow=GROW)


def form_b(joined=cat):
    """Towers whose ends are concatenated."""
    return block(lambda m, x: m.grow(joined(*(each(x) for each in m.towers))), towers=several(tower()), grow=GROW)


def form_a(joined=sum):
    """Towers that are added up."""
    towers = several(tower(conv(WIDTH, 8, bias=False)))
    return block(lambda m, x: joined(each(x) for each in m.towers), towers=towers)


def looped(read):
    """A loop over the groups, in the place of the grouped convolution."""

    def branch(m, x):
        pieces = read(m.shrink(x))
        return m.grow(F.relu(m.norm(cat(*(layer(piece) for layer, piece in zip(m.groups, pieces, strict=True))))))

    groups = several(conv(WIDTH, WIDTH, 3, bias=False))
    return block(branch, shrink=SHRINK, groups=groups, norm=lambda: nn.BatchNorm2d(INNER), grow=GROW)


def average(maps):
    return sum(maps) / GROUPS


def depthwise(run, **layers):
    return net(
        lambda m, x: m.fc(F.relu(run(m, F.relu(m.stem(x)))).mean((2, 3))), stem=conv(3, 6), fc=linear(6, 5), **layers
    )


LOOP_OF_ONES = {"each": several(conv(1, 1, 3, stride=2), 6)}


def two_halves(meets):
    """AlexNet's convolutions on two GPUs; the halves meet before the third."""

    def run(m, x):
        a, b = F.relu(m.second_a(F.relu(m.first_a(x)))), F.relu(m.second_b(F.relu(m.first_b(x))))
        return m.fc(F.relu(m.third(meets(a, b))).flatten(1))

    firsts = {"first_a": conv(3, 4, 5), "first_b": conv(3, 4, 5)}
    seconds = {"second_a": conv(4, 6, 3), "second_b": conv(4, 6, 3)}
    return net(run, **firsts, **seconds, third=conv(12, 4, 3), fc=linear(256, 5))


ONE_TOWER = net(
    lambda m, x: m.fc(F.relu(m.third(F.relu(m.second(F.relu(m.first(x)))))).flatten(1)),
    first=conv(3, 8, 5), second=conv(8, 12, 3, groups=2), third=conv(12, 4, 3), fc=linear(256, 5),
)  # fmt: skip


@pytest.mark.parametrize(
    ("ours", "theirs", "is_same"),
    [
        pytest.param(form_c(), form_b(), True, id="towers, concatenated"),
        pytest.param(form_c(), form_b(lambda *maps: cat(*reversed(maps))), True, id="towers, concatenated from the last"),
        pytest.param(form_c(), form_a(), True, id="towers, added up"),
        pytest.param(form_c(), form_a(lambda maps: F.relu(sum(maps))), False, id="towers, added up, and a ReLU"),
        pytest.param(form_c(), form_a(average), False, id="towers, averaged"),
        pytest.param(form_c(), form_b(lambda first, *rest: cat(first, first + 0 * rest[0], *rest[1:])), False, id="a tower that does not matter"),
        pytest.param(form_c(2), form_b(), False, id="four towers for two groups"),
        pytest.param(form_c(), looped(lambda x: x.chunk(GROUPS, 1)), True, id="a loop over chunks"),
        pytest.param(form_c(), looped(lambda x: x.split(WIDTH, 1)[::-1]), True, id="a loop over pieces, from the last"),
        pytest.param(form_c(), looped(lambda x: [x[:, i::GROUPS] for i in range(GROUPS)]), True, id="a loop over every fourth channel"),
        pytest.param(form_c(), looped(lambda x: [x[:, :WIDTH]] * GROUPS), False, id="a loop over the same channels"),
        pytest.param(
            depthwise(lambda m, x: m.each(x), each=conv(6, 6, 3, stride=2, groups=6)),
            depthwise(lambda m, x: cat(*(layer(x[:, i : i + 1]) for i, layer in enumerate(m.each))), **LOOP_OF_ONES),
            True,
            id="a loop over single channels",
        ),
        pytest.param(
            depthwise(lambda m, x: m.each(x), each=conv(6, 6, 3, stride=2, groups=6)),
            depthwise(lambda m, x: cat(*(layer(x[:, :1]) for layer in m.each)), **LOOP_OF_ONES),
            False,
            id="a loop over one channel",
        ),
        pytest.param(ONE_TOWER, two_halves(cat), True, id="two halves that meet"),
        pytest.param(ONE_TOWER, two_halves(lambda a, b: cat(b, a)), True, id="two halves that meet the other way round"),
        pytest.param(ONE_TOWER, two_halves(lambda a, b: cat(a, a)), False, id="one half twice"),
    ],
)  # fmt: skip
def test_one_layer_written_as_several(ours, theirs, is_same):
    assert (carried(theirs, ours, IMAGE) is not None) == is_same


LOOP = """
import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.groups = nn.ModuleList(nn.Conv2d(4, 4, 3, padding=1) for _ in range(2))
        self.norms = nn.ModuleList(nn.BatchNorm2d(4) for _ in range(2))
        self.fc = nn.Linear(8, 10)

    def forward(self, x):
        pieces = F.relu(self.stem(x)).chunk(2, dim=1)
        pieces = [norm(group(piece)) for group, norm, piece in zip(self.groups, self.norms, pieces)]
        return self.fc(F.relu(torch.cat(pieces, dim=1)).mean((2, 3)))
"""
GROUPED = """
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.grouped = nn.Conv2d(8, 8, 3, padding=1, groups=2)
        self.norm = nn.BatchNorm2d(8)
        self.fc = nn.Linear(8, 10)

    def forward(self, x):
        return self.fc(F.relu(self.norm(self.grouped(F.relu(self.stem(x))))).mean((2, 3)))
"""


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        pytest.param("", "", "pass", id="the same"),
        pytest.param("BatchNorm2d(4)", "BatchNorm2d(4, momentum=0.3)", "fail", id="another momentum"),
        pytest.param("norm(group(piece))", "norm(group(piece).detach())", "fail", id="a layer that does not learn"),
    ],
)
def test_a_loop_over_groups_is_graded_like_a_grouped_convolution(sandbox, tmp_path, old, new, verdict):
    solution, source = tmp_path / "solution.py", LOOP.replace(old, new) if old else LOOP
    solution.write_text(GROUPED, encoding="utf-8")
    exercise = exercise_against(solution, "Net", input_shape=IMAGE, source=source.encode(), path=tmp_path / "a.py")

    report = Grader(exercise, sandbox).grade(source.encode(), "submission.py")

    assert report.verdict == verdict
    assert (report.points == report.max_points) == (verdict == "pass")
