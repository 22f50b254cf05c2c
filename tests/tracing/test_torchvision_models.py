"""torchvision's models: totals as torch counts them and as torchvision publishes them, shapes as hooks see them."""

import inspect
import warnings
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode
from torchvision import models

from cnnquiz.cnn import Network
from cnnquiz.cnn.stored import from_json, to_json
from cnnquiz.errors import RecordingError, UsageError
from cnnquiz.tracing.record import record_network
from cnnquiz.tracing.torchvision_models import record_torchvision

torch.set_num_threads(1)

NAMES = (
    "alexnet",
    "vgg11",
    "resnet18",
    "googlenet",
    "densenet121",
    "mobilenet_v2",
    "shufflenet_v2_x1_0",
    "squeezenet1_1",
    "mnasnet1_0",
    "efficientnet_b0",
    "convnext_tiny",
)
each_model = pytest.mark.parametrize("name", NAMES)


@cache
def recorded(name: str) -> Network:
    return record_torchvision(name, (3, 224, 224))


@cache
def module_of(name: str) -> nn.Module:
    with torch.device("meta"), warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # about weights, of which there are none
        model: nn.Module = models.get_model(name, weights=None)
    return model.eval()


@each_model
def test_parameters_and_buffers(name: str) -> None:
    network, module = recorded(name), module_of(name)

    assert network.parameters == sum(parameter.numel() for parameter in module.parameters())
    assert network.buffers == sum(buffer.numel() for buffer in module.buffers())


@each_model
def test_multiply_adds(name: str) -> None:
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        module_of(name)(torch.empty(1, 3, 224, 224, device="meta"))

    assert recorded(name).flops == counter.get_total_flops()


@each_model
def test_published_numbers(name: str) -> None:
    published = models.get_model_weights(name).DEFAULT.meta
    # The published GoogLeNet comes without its auxiliary heads; a new one has them, though eval mode does not run them.
    auxiliary = [p.numel() for n, p in module_of(name).named_parameters() if n.startswith("aux")]

    assert recorded(name).parameters - sum(auxiliary) == published["num_params"]
    assert recorded(name).macs / 1e9 == pytest.approx(published["_ops"], abs=0.0006)


@each_model
def test_shapes_of_modules(name: str) -> None:
    """The last call that bears a module's name has the shape that a hook on the module sees."""
    seen: dict[str, tuple[int, ...]] = {}

    def watch(name: str) -> Callable[[nn.Module, Any, torch.Tensor], None]:
        return lambda _module, _inputs, output: seen.__setitem__(name, tuple(output.shape[1:]))

    module = module_of(name)
    handles = [m.register_forward_hook(watch(n)) for n, m in module.named_modules() if not list(m.children())]
    with torch.no_grad():
        module(torch.empty(1, 3, 224, 224, device="meta"))
    for handle in handles:
        handle.remove()
    ours = {call.name: tuple(call.output_shape) for call in recorded(name).calls}

    common = ours.keys() & seen.keys()
    assert {n: ours[n] for n in common} == {n: seen[n] for n in common}
    assert {n for n, m in module.named_modules() if isinstance(m, (nn.Conv2d, nn.Linear)) and n in seen} <= common


@each_model
def test_stored_and_read_again(name: str) -> None:
    network = recorded(name)
    text = to_json(network)
    again = from_json(text)

    assert to_json(again) == text
    assert (again.parameters, again.buffers, again.macs) == (network.parameters, network.buffers, network.macs)
    assert len(text.splitlines()) == len(network.calls) + 5  # schema, unused, blocks, calls, the end


@each_model
def test_only_layer_norm_has_a_cost_that_is_not_counted(name: str) -> None:
    assert recorded(name).not_counted == (("layer_norm",) if name == "convnext_tiny" else ())


def test_the_branches_of_one_shuffle_unit() -> None:
    calls = recorded("shufflenet_v2_x1_0").calls
    start = next(i for i, call in enumerate(calls) if call.op.title == "chunk")
    unit = calls[start : start + 14]

    assert [call.op.title for call in unit[:2] + unit[-4:]] == ["chunk", "chunk", "cat", "view", "transpose", "view"]
    # The first half skips the layers, the second goes through them.
    assert unit[2].inputs == (start + 2,)
    assert unit[-4].inputs == (start + 1, start + 10)
    assert [call.output_shape for call in unit[-4:]] == [(116, 28, 28), (2, 58, 28, 28), (58, 2, 28, 28), (116, 28, 28)]


def test_lines_are_those_of_torchvision_s_files() -> None:
    """Its folder is beside torch's own and begins with the same letters."""
    lines = {call.name: call.line for call in recorded("resnet18").calls}
    first = inspect.getsourcelines(models.ResNet._forward_impl)[1]

    assert lines["conv1"] == first + 2
    assert None not in lines.values()


def test_a_model_that_reads_numbers_while_it_is_built() -> None:
    """RegNet calls `.item()`, which the meta device refuses."""
    assert record_torchvision("regnet_y_400mf", (3, 224, 224)).parameters == 4_344_144


def test_an_unknown_model_is_named_with_its_neighbour() -> None:
    with pytest.raises(UsageError, match=r"torchvision has no model 'resnet19' \(expected resnet18\)"):
        record_torchvision("resnet19", (3, 224, 224))


def test_a_module_that_cannot_be_built() -> None:
    with pytest.raises(RecordingError, match="bad: the module could not be built: ValueError: in_channels must be"):
        record_network(lambda: nn.Conv2d(3, 4, 3, groups=2), (3, 8, 8), "bad")


def test_an_input_that_does_not_fit() -> None:
    with pytest.raises(
        RecordingError, match=r"alexnet: forward failed on an input of shape \(2, 1, 8, 8\): RuntimeErr"
    ):
        record_torchvision("alexnet", (1, 8, 8))
