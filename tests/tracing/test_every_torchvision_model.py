"""Every classification network of torchvision: totals as torch counts them and as torchvision publishes them.

All of them with CNNQUIZ_ALL=1; otherwise one or two of each family.
"""

import os
import warnings
from functools import cache
from typing import Any

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode
from torchvision import models

from cnnquiz.cnn import Network
from cnnquiz.errors import RecordingError
from cnnquiz.tracing.torchvision_models import record_torchvision

torch.set_num_threads(1)

TRANSFORMERS = ("vit_", "swin_", "maxvit_")
NAMES = models.list_models(module=models)
CONVOLUTIONAL = [name for name in NAMES if not name.startswith(TRANSFORMERS)]
# Small ones, and what the others have not: auxiliary heads, 299 pixels, 5 × 5 kernels, rounding up, a build on the CPU.
SAMPLE = (
    "alexnet",
    "convnext_small",
    "densenet201",
    "efficientnet_b1",
    "efficientnet_v2_s",
    "googlenet",
    "inception_v3",
    "mnasnet0_5",
    "mobilenet_v3_small",
    "regnet_x_400mf",
    "regnet_y_800mf",
    "resnet34",
    "resnext50_32x4d",
    "shufflenet_v2_x0_5",
    "squeezenet1_0",
    "vgg13_bn",
    "wide_resnet50_2",
)

every_model = pytest.mark.parametrize("name", CONVOLUTIONAL if os.environ.get("CNNQUIZ_ALL") else SAMPLE)


def published(name: str) -> Any:
    """What torchvision says of its weights: parameters, giga multiply-adds, the image for which they hold."""
    return models.get_model_weights(name).DEFAULT


@cache
def pixels(name: str) -> int:
    size = published(name).transforms().crop_size
    return int(size[0])


@cache
def recorded(name: str) -> Network:
    return record_torchvision(name, (3, pixels(name), pixels(name)))


@cache
def module_of(name: str) -> nn.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # about weights, of which there are none
        try:
            with torch.device("meta"):
                model: nn.Module = models.get_model(name, weights=None)
        except (NotImplementedError, RuntimeError):  # RegNet reads numbers while it is built
            model = models.get_model(name, weights=None).to("meta")
    return model.eval()


def test_the_families_are_all_here() -> None:
    assert set(SAMPLE) <= set(CONVOLUTIONAL)
    assert len(CONVOLUTIONAL) >= 60
    assert {name for name in NAMES if name not in CONVOLUTIONAL} == {
        name for name in NAMES if name.startswith(TRANSFORMERS)
    }


@pytest.mark.slow
@every_model
def test_totals_and_output(name: str) -> None:
    network, module = recorded(name), module_of(name)
    x = torch.empty(1, 3, pixels(name), pixels(name), device="meta")
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        y = module(x)

    assert network.parameters == sum(parameter.numel() for parameter in module.parameters())
    assert network.buffers == sum(buffer.numel() for buffer in module.buffers())
    assert 2 * network.macs == counter.get_total_flops()
    assert tuple(network.output_shape) == tuple(y.shape[1:])


@pytest.mark.slow
@every_model
def test_published_totals(name: str) -> None:
    """Inception v3's published parameters have its auxiliary head in them, GoogLeNet's do not have its two."""
    meta = published(name).meta
    without = "aux" if name == "googlenet" else "nothing"
    left_out = [p.numel() for n, p in module_of(name).named_parameters() if n.startswith(without)]

    assert recorded(name).parameters - sum(left_out) == meta["num_params"]
    assert recorded(name).macs / 1e9 == pytest.approx(meta["_ops"], abs=0.00051)  # rounded to a million


@pytest.mark.slow
@every_model
def test_only_layer_norm_has_a_cost_that_is_not_counted(name: str) -> None:
    """And layer norm has no multiply-adds under the convention: what is counted is complete."""
    assert recorded(name).not_counted == (("layer_norm",) if name.startswith("convnext") else ())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("vit_b_32", "vit_b_32: the multiply-adds of multi_head_attention_forward are not known"),
        ("swin_t", "swin_t: the multiply-adds of matmul are not known"),
        ("swin_v2_t", "linear in line .* reads a tensor that was changed in place through another one"),
        ("maxvit_t", "maxvit_t: the multiply-adds of einsum are not known"),
    ],
)
def test_transformers_are_refused(name: str, problem: str) -> None:
    side = 256 if name.startswith("swin_v2") else 224
    with pytest.raises(RecordingError, match=problem):
        record_torchvision(name, (3, side, side))
