"""Two networks side by side: what belongs together, what differs, what each layer reads, and what is folded."""

import pytest
import torch
import torch.nn.functional as F  # noqa: N812  # its usual name
from torch import nn

from cnnquiz.cnn import Shape
from cnnquiz.grading.diagnosis.alignment import Fold, NumberedPair, aligned, folded
from cnnquiz.grading.matching.flow import flow
from cnnquiz.grading.report import AlignedLayer, AlignedPair, Alignment
from cnnquiz.tracing.record import record_network
from tests.grading.matching.networks import Build, bn, conv, linear, net


def rows(theirs: Build, ours: Build, shape: tuple[int, ...] = (3, 8, 8)) -> Alignment:
    student, solution = record_network(theirs, shape, "student"), record_network(ours, shape, "solution")
    return aligned(flow(student), flow(solution))


def operations(alignment: Alignment) -> list[tuple[str | None, str | None, bool]]:
    return [
        (row.theirs.operation if row.theirs else None, row.ours.operation if row.ours else None, row.differs)
        for row in alignment
    ]


SOLUTION = net(lambda m, x: m.zebra_2(torch.relu(m.zebra_1(x))), zebra_1=conv(3, 8, 3), zebra_2=conv(8, 8, 3))
CONV = "conv2d(kernel_size=3, padding=1, out_channels=8)"


@pytest.mark.parametrize(
    ("theirs", "expected"),
    [
        pytest.param(
            net(lambda m, x: m.b(torch.relu(m.a(x))), b=conv(8, 8, 3), a=conv(3, 8, 3)),
            [(CONV, CONV, False), ("relu", "relu", False), (CONV, CONV, False)],
            id="the same in other names and another order of declaration",
        ),
        pytest.param(
            net(lambda m, x: m.b(m.a(x)), a=conv(3, 8, 3), b=conv(8, 8, 3)),
            [(CONV, CONV, False), (None, "relu", True), (CONV, CONV, False)],
            id="a layer is missing",
        ),
        pytest.param(
            net(lambda m, x: torch.tanh(m.b(torch.relu(m.a(x)))), a=conv(3, 8, 3), b=conv(8, 8, 3)),
            [(CONV, CONV, False), ("relu", "relu", False), (CONV, CONV, False), ("tanh", None, True)],
            id="a layer too many",
        ),
        pytest.param(
            net(lambda m, x: m.b(torch.relu(m.a(x))), a=conv(3, 8, 3), b=conv(8, 8, 3, dilation=2, padding=2)),
            [
                (CONV, CONV, False),
                ("relu", "relu", False),
                (
                    "conv2d(kernel_size=3, padding=2, out_channels=8, dilation=2)",
                    "conv2d(kernel_size=3, padding=1, out_channels=8, dilation=1)",
                    True,
                ),
            ],
            id="every attribute that differs is written on both sides",
        ),
    ],
)
def test_rows(theirs, expected):
    assert operations(rows(theirs, SOLUTION)) == expected


def test_names_and_lines_are_the_students():
    first = rows(net(lambda m, x: m.mine(x), mine=conv(3, 8, 3)), SOLUTION)[0]

    assert first.theirs.name == "mine"
    assert first.theirs.output_shape == first.ours.output_shape == Shape(8, 8, 8)
    assert (first.ours.name, first.ours.line) == ("", None)


def test_an_operation_is_also_written_without_what_differs():
    row = rows(
        net(lambda m, x: m.conv(x), conv=conv(3, 8, 3)), net(lambda m, x: m.conv(x), conv=conv(3, 8, 3, stride=2))
    )

    assert row[0].theirs.operation == "conv2d(kernel_size=3, stride=1, padding=1, out_channels=8)"
    assert row[0].theirs.plain == CONV


def test_an_operation_is_written_as_it_was_called():
    """Pooling over everything is one operation in both spellings, and keeps the one that it has in the file."""
    alike = rows(
        net(lambda m, x: m.fc(F.avg_pool2d(x, 8).flatten(1)), fc=linear(3, 10)),
        net(lambda m, x: m.fc(F.adaptive_avg_pool2d(x, 1).flatten(1)), fc=linear(3, 10)),
    )

    assert operations(alike)[0] == (
        "avg_pool2d(kernel_size=8, stride=8)",
        "adaptive_avg_pool2d(output_size=1)",
        False,
    )


def test_rows_say_what_a_layer_reads():
    def residual(shortcut):
        return net(
            lambda m, x: torch.relu(m.bn(m.conv(x)) + shortcut(m, x)), conv=conv(3, 8, 3), bn=bn(8), short=conv(3, 8)
        )

    alignment = rows(residual(lambda m, x: m.short(x)), residual(lambda m, x: m.short(x)))

    assert [row.theirs.reads for row in alignment] == [row.ours.reads for row in alignment]
    assert [row.ours.reads for row in alignment] == [(0,), (1,), (0,), (2, 3), (4,)]


def test_a_convolution_that_acts_as_a_linear_layer_reads_its_own_flatten():
    alignment = rows(
        net(lambda m, x: m.full(x).flatten(1), full=lambda: nn.Conv2d(3, 10, 8)),
        net(lambda m, x: m.fc(x.flatten(1)), fc=linear(192, 10)),
    )

    assert operations(alignment) == [
        ("flatten", "flatten", False),
        ("conv2d(kernel_size=8, out_channels=10)", "linear(out_features=10)", False),
    ]
    assert [(row.theirs.reads, row.ours.reads, row.differs) for row in alignment] == [
        ((0,), (0,), False),
        ((1,), (1,), False),
    ]


def pairs(length: int, *different: int) -> Alignment:
    layer = AlignedLayer(operation="relu", plain="relu", output_shape=Shape(8), reads=())
    return tuple(AlignedPair(theirs=layer, ours=layer, differs=number in different) for number in range(1, length + 1))


def drawn(alignment: Alignment) -> list[str]:
    return [
        str(row.number) if isinstance(row, NumberedPair) else f"{row.first}-{row.last}:{row.differences}"
        for row in folded(alignment)
    ]


@pytest.mark.parametrize(
    ("alignment", "expected"),
    [
        pytest.param(pairs(40, 7), [str(number) for number in range(1, 41)], id="40 layers are not folded"),
        pytest.param(pairs(41), ["1-41:0"], id="nothing differs"),
        pytest.param(pairs(41, 20), ["1-17:0", "18", "19", "20", "21", "22", "23-41:0"], id="two rows around it"),
        pytest.param(pairs(41, 1, 41), ["1", "2", "3", "4-38:0", "39", "40", "41"], id="at both ends"),
        pytest.param(
            pairs(50, 20, 28),
            ["1-17:0", *map(str, range(18, 31)), "31-50:0"],
            id="three rows between two differences stay",
        ),
        pytest.param(
            pairs(50, 20, 29),
            ["1-17:0", *map(str, range(18, 23)), "23-26:0", *map(str, range(27, 32)), "32-50:0"],
            id="four are folded",
        ),
        pytest.param(
            pairs(400, *range(1, 401)), [*map(str, range(1, 301)), "301-400:100"], id="no page holds more than 300"
        ),
    ],
)
def test_folding(alignment, expected):
    assert drawn(alignment) == expected


def test_a_fold_counts_its_layers():
    assert Fold(first=23, last=26, differences=0).layers == 4
