"""Every network of solutions/, its numbers judged by torch: nothing here is computed by the code under test.

All of them with CNNQUIZ_ALL=1; otherwise every fourth, and the four that people know best.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from cnnquiz.bank.networks import load_network, network_names
from cnnquiz.cnn import Network
from cnnquiz.tracing.solutions import Solution, load_solutions

SOLUTIONS = {solution.name: solution for solution in load_solutions()}

# Names as users type them: CURRICULUM's every row in every variant.
_NAMES = """
lenet5 lenet5_1998 alexnet alexnet_one_tower zfnet zfnet_cs231n vgg11 vgg13 vgg16 vgg19 vgg11_bn vgg13_bn vgg16_bn
vgg19_bn nin_cifar10 nin_imagenet googlenet inception_v3 inception_v4 resnet18 resnet34 resnet50 resnet101 resnet152
resnet50_v1_5 resnet101_v1_5 resnet152_v1_5 resnet20_cifar resnet32_cifar resnet44_cifar resnet56_cifar resnet110_cifar
preact_resnet18 preact_resnet110 preact_resnet164 preact_resnet200 wrn_16_4 wrn_28_10 wrn_40_4 wide_resnet50_2
resnext50_32x4d resnext101_32x8d stochastic_depth_resnet110 fractalnet_cifar10 densenet121 densenet169 densenet201
densenet161 densenet_bc_100_12 se_resnet50 squeezenet1_0 squeezenet1_1 mobilenet_v1 mobilenet_v2
"""
CURRICULUM = _NAMES.split()

FAMILIAR = ("lenet5", "alexnet", "googlenet", "resnet50")
SAMPLE = sorted({*CURRICULUM[::4], *FAMILIAR})

every_network = pytest.mark.parametrize("name", CURRICULUM if os.environ.get("CNNQUIZ_ALL") else SAMPLE)


@contextmanager
def output_shapes(module: nn.Module) -> Iterator[dict[str, list[tuple[int, ...]]]]:
    """Shapes without batch of what each leaf module returned, call by call, seen by forward hooks."""
    shapes: dict[str, list[tuple[int, ...]]] = {}
    handles = []
    for name, child in module.named_modules():
        if name and not any(True for _ in child.children()):

            def note(_module: nn.Module, _inputs: object, output: torch.Tensor, name: str = name) -> None:
                shapes.setdefault(name, []).append(tuple(output.shape[1:]))

            handles.append(child.register_forward_hook(note))
    yield shapes
    for handle in handles:
        handle.remove()


def on_meta(solution: Solution) -> nn.Module:
    with torch.device("meta"):
        return solution.build().eval()


def recorded(name: str) -> Network:
    return load_network(name)


def test_every_network_of_the_curriculum_is_here():
    assert sorted(CURRICULUM) == sorted(SOLUTIONS)
    assert sorted(CURRICULUM) == list(network_names())


@pytest.mark.slow
@every_network
def test_numbers_are_torchs(name):
    module, network = on_meta(SOLUTIONS[name]), recorded(name)
    x = torch.empty(1, *SOLUTIONS[name].input_shape, device="meta")

    with torch.no_grad(), output_shapes(module) as shapes, FlopCounterMode(display=False) as counter:
        y = module(x)

    assert network.parameters == sum(p.numel() for p in module.parameters())
    assert network.buffers == sum(b.numel() for b in module.buffers())
    assert 2 * network.macs == counter.get_total_flops()
    assert tuple(network.output_shape) == tuple(y.shape[1:])
    ours = {name: [tuple(call.output_shape) for call in network.calls if call.name == name] for name in shapes}
    assert {n: s for n, s in ours.items() if s} == {n: shapes[n] for n, s in ours.items() if s}
    owners = {tensor.name.rpartition(".")[0] for c in network.calls for tensor in (*c.parameters, *c.buffers)}
    leaves = {name: module.get_submodule(name) for name in shapes}
    assert {name for name, leaf in leaves.items() if any(True for _ in (*leaf.parameters(), *leaf.buffers()))} <= owners
