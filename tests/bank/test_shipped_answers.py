"""Answers of the shipped bank computed a second time: by torch on the layers that a question describes, or by trial."""

import math
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import pytest
import torch
from torch import nn

from cnnquiz.bank.library import shipped_library
from cnnquiz.bank.question import Question
from cnnquiz.bank.reading.question import read_question
from cnnquiz.bank.reading.yaml_tree import read_yaml
from cnnquiz.bank.space import assignments
from cnnquiz.bundled import bundled_path
from cnnquiz.problems.draw import draw

SAMPLED = 40

Values = Mapping[str, Any]


def conv(channels: int, height: int, width: int, **attributes: Any) -> tuple[int, ...]:
    """The shape that torch gives after a convolution."""
    layer = nn.Conv2d(channels, **attributes, device="meta")
    return tuple(layer(torch.empty(1, channels, height, width, device="meta")).shape[1:])


def pool(channels: int, height: int, width: int, **attributes: Any) -> tuple[int, ...]:
    return tuple(nn.MaxPool2d(**attributes)(torch.empty(1, channels, height, width, device="meta")).shape[1:])


@cache
def side(n: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> int:
    """Height after a convolution of one channel; 0 where torch says that the kernel does not fit."""
    try:
        return conv(1, n, n, out_channels=1, kernel_size=k, stride=s, padding=p, dilation=d)[1]
    except RuntimeError:
        return 0


def weights(*layers: nn.Module) -> int:
    return sum(parameter.numel() for layer in layers for parameter in layer.parameters())


def recorded(layer: Values) -> nn.Conv2d:
    """The convolution that a recorded layer describes."""
    names = ("in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "groups", "bias")
    return nn.Conv2d(**{name: layer[name] for name in names}, device="meta")


def macs(layer: Values) -> int:
    """As many as a filter has weights, for each value of the output that torch gives."""
    convolution = recorded(layer)
    output: torch.Tensor = convolution(torch.empty(1, *layer["input_shape"], device="meta"))
    return convolution.weight[0].numel() * output.numel()


def paper_convolutions(groups: int) -> list[nn.Conv2d]:
    """Krizhevsky et al. 2012, section 3.5; `groups` is that of conv2, conv4 and conv5."""
    table = [(3, 96, 11, 1), (96, 256, 5, groups), (256, 384, 3, 1), (384, 384, 3, groups), (384, 256, 3, groups)]
    return [nn.Conv2d(i, o, k, groups=g, device="meta") for i, o, k, g in table]


def fully_connected(classes: int) -> list[nn.Linear]:
    return [nn.Linear(i, o, device="meta") for i, o in ((9216, 4096), (4096, 4096), (4096, classes))]


def reached_rows(v: Values) -> int:
    padded = v["n"] + 2 * v["p"]
    tops = [top for top in range(0, padded, v["s"]) if top + v["k"] <= padded]
    return padded - (tops[-1] + v["k"])


def only(found: list[int]) -> int:
    assert len(found) == 1, f"{found} are all right"
    return found[0]


def blocks(v: Values) -> int:
    c, h, w = 3, v["n"], v["n"]
    for filters in (v["c"], v["m"]):
        c, h, w = conv(c, h, w, out_channels=filters, kernel_size=v["k"], padding=v["p"])
        c, h, w = pool(c, h, w, kernel_size=2, stride=2)
    return c * h * w


def alexnet_maps(n: int) -> tuple[int, ...]:
    x = pool(*conv(3, n, n, out_channels=96, kernel_size=11, stride=4), kernel_size=3, stride=2)
    x = pool(*conv(*x, out_channels=256, kernel_size=5, padding=2), kernel_size=3, stride=2)
    for filters in (384, 384, 256):
        x = conv(*x, out_channels=filters, kernel_size=3, padding=1)
    return pool(*x, kernel_size=3, stride=2)


def parameter_share(v: Values) -> float:
    if v["network"]["name"] == "alexnet":
        convolutions = weights(*paper_convolutions(2))
    else:  # Krizhevsky 2014 as in torchvision
        table = [(3, 64, 11), (64, 192, 5), (192, 384, 3), (384, 256, 3), (256, 256, 3)]
        convolutions = weights(*(nn.Conv2d(i, o, k, device="meta") for i, o, k in table))
    connected = weights(*fully_connected(v["classes"]))
    return 100 * connected / (convolutions + connected)


AGAIN: Mapping[str, Callable[[Values], object]] = {
    "shapes.conv-output": lambda v: side(v["n"], v["k"], v["s"], v["p"]),
    "shapes.conv-output-shape": lambda v: conv(
        v["c"], v["n"], v["n"], out_channels=v["m"], kernel_size=v["k"], stride=v["s"], padding=v["p"]
    ),
    "shapes.conv-output-floor": lambda v: side(v["n"], v["k"], v["s"], v["p"]),
    "shapes.conv-rectangular": lambda v: conv(
        8, v["h"], v["w"], out_channels=v["m"], kernel_size=(v["k_h"], v["k_w"]), padding=(v["p_h"], v["p_w"])
    ),
    "shapes.conv-dilated": lambda v: side(v["n"], v["k"], v["s"], v["p"], v["d"]),
    "shapes.pool-output": lambda v: pool(v["c"], v["n"], v["n"], kernel_size=v["k"], stride=v["s"]),
    "shapes.pool-ceil": lambda v: pool(1, v["n"], v["n"], kernel_size=v["k"], stride=v["s"], ceil_mode=True)[1],
    "shapes.padding-keeps-size": lambda v: only(
        [p for p in range(v["d"] * v["k"]) if side(v["n"], v["k"], 1, p, v["d"]) == v["n"]]
    ),
    "shapes.padding-for-size": lambda v: only(
        [p for p in range(v["k"]) if side(v["n"], v["k"], v["s"], p) == side(v["n"], v["k"], v["s"], v["p"])]
    ),
    "shapes.stride-for-size": lambda v: only(
        [s for s in range(1, v["n"] // 4) if side(v["n"], v["k"], s, v["p"]) == side(v["n"], v["k"], v["s"], v["p"])]
    ),
    "shapes.unused-rows": reached_rows,
    "shapes.conv-pool": lambda v: pool(
        *conv(v["c"], v["n"], v["n"], out_channels=v["m"], kernel_size=v["k"], padding=v["p"]),
        kernel_size=v["z"],
        stride=2,
    ),
    "shapes.flatten-features": blocks,
    "shapes.conv-weight-shape": lambda v: tuple(
        nn.Conv2d(v["c"], v["m"], v["k"], groups=v["g"], device="meta").weight.shape
    ),
    "shapes.conv-parameters": lambda v: weights(nn.Conv2d(v["c"], v["m"], v["k"], device="meta")),
    "shapes.grouped-parameters": lambda v: weights(
        nn.Conv2d(v["c"], v["m"], v["k"], groups=v["g"], bias=False, device="meta")
    ),
    "shapes.transposed-output": lambda v: nn.ConvTranspose2d(1, 1, v["k"], v["s"], v["p"], device="meta")(
        torch.empty(1, 1, v["n"], v["n"], device="meta")
    ).shape[2],
    "alexnet.conv-shape": lambda v: tuple(
        recorded(v["layer"])(torch.empty(1, *v["layer"]["input_shape"], device="meta")).shape[1:]
    ),
    "alexnet.conv1-other-image": lambda v: side(v["n"], 11, 4),
    "alexnet.pool-size": lambda v: pool(1, v["n"], v["n"], kernel_size=3, stride=2)[1],
    "alexnet.conv-parameters": lambda v: weights(recorded(v["layer"])),
    "alexnet.conv-weights": lambda v: recorded(v["layer"]).weight.numel(),
    "alexnet.grouped-parameters": lambda v: weights(recorded(v["layer"])),
    "alexnet.other-split": lambda v: weights(*paper_convolutions(v["g"]), *fully_connected(1000)),
    "alexnet.conv-macs": lambda v: macs(v["layer"]),
    "alexnet.grouped-macs": lambda v: macs(v["layer"]),
    "alexnet.fc6-parameters": lambda v: weights(nn.Linear(256 * v["h"] ** 2, v["m"], device="meta")),
    "alexnet.fc-parameter-share": parameter_share,
    "alexnet.conv1-stride": lambda v: only([s for s in range(1, v["n"] // 4) if side(v["n"], 11, s) == v["o"]]),
    "alexnet.conv1-padding": lambda v: min(p for p in range(12) if side(v["n"], 11, 4, p) == v["o"]),
    "alexnet.neurons": lambda v: torch.empty(*v["layer"]["output_shape"], device="meta").numel(),
    "alexnet.conv-part-shape": lambda v: alexnet_maps(v["n"]),
}


def named(files: tuple[str, ...] = ("shapes.yaml", "alexnet.yaml")) -> Iterator[tuple[str, Question]]:
    """The questions that are computed again, and no others, are read."""
    for file in files:
        for entry in read_yaml(bundled_path("question_bank") / "questions" / file).items():
            name = entry.open_mapping()["id"].text()
            if name in AGAIN:
                yield name, read_question(entry, shipped_library())


QUESTIONS: Mapping[str, Question] = dict(named())


def drawn(question: Question) -> Iterator[tuple[Any, Values]]:
    space = assignments(question)
    for position in range(min(SAMPLED, len(space))):
        problem = draw(question, seed=5, position=position)
        yield problem, space[problem.index]


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_answers_hold_when_they_are_computed_again(name: str) -> None:
    for problem, values in drawn(QUESTIONS[name]):
        again = AGAIN[name](values)
        if isinstance(again, float):
            # One decimal is asked for.
            assert math.isclose(problem.answer, again, abs_tol=0.0500001), problem.prompt
        else:
            assert problem.answer == again, problem.prompt


def test_every_question_that_is_computed_again_is_in_the_bank() -> None:
    assert AGAIN.keys() == QUESTIONS.keys()
