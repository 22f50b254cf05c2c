"""Bytes moved, arithmetic intensity and the least time of a forward pass, by hand."""

import pytest
import torch
from torch import nn

from cnnquiz.cnn import Network
from cnnquiz.cnn.roofline import Device, arithmetic_intensity, least_seconds, moved_bytes
from cnnquiz.errors import NetworkError
from cnnquiz.tracing.record import record_network

torch.set_num_threads(1)

# A million FLOPs and a hundred thousand bytes a second: the ridge is at 10 FLOPs a byte.
SLOW = Device(
    name="slow",
    title="Slow",
    flops_per_second={"float32": 10**6, "float16": 4 * 10**6},
    bytes_per_second=10**5,
    memory_bytes=10**6,
    source="a test",
)


def linear(in_features: int = 100, out_features: int = 50) -> Network:
    return record_network(lambda: nn.Linear(in_features, out_features), (in_features,), "net")


def test_the_ridge_is_where_arithmetic_and_memory_take_as_long() -> None:
    assert (SLOW.ridge("float32"), SLOW.ridge("float16")) == (10, 40)


@pytest.mark.parametrize(
    ("batch", "dtype", "expected"),
    [
        pytest.param(1, "float32", 4 * (100 + 50 + 5050), id="input, output, weights and biases"),
        pytest.param(8, "float32", 4 * (8 * 150 + 5050), id="weights are read once for the batch"),
        pytest.param(8, "float16", 2 * (8 * 150 + 5050), id="half as many in half precision"),
    ],
)
def test_moved_bytes(batch: int, dtype: str, expected: int) -> None:
    (call,) = linear().calls

    assert moved_bytes(call, batch=batch, dtype=dtype) == expected
    assert arithmetic_intensity(call, batch=batch, dtype=dtype) == pytest.approx(2 * batch * 5000 / expected)


def test_a_linear_layer_needs_a_batch_to_be_limited_by_arithmetic() -> None:
    """One sample is a matrix times a vector, half a FLOP a byte; 64 samples are 19 FLOPs a byte."""
    network = linear()

    # 20,800 bytes at 10^5 a second; 640,000 FLOPs at 10^6 a second, for which 58,600 bytes take 0.586.
    assert least_seconds(network, SLOW) == pytest.approx(0.208)
    assert least_seconds(network, SLOW, batch=64) == pytest.approx(0.64)


def test_layers_run_one_after_the_other_and_what_is_fused_takes_no_time() -> None:
    layers = (nn.Conv2d(1, 8, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(288, 10))
    network = record_network(lambda: nn.Sequential(*layers).to("meta"), (1, 16, 16), "net")

    convolution = max(2 * 8 * 144 * 25 / 1e6, 4 * (256 + 1152 + 208) / 1e5)  # 0.0576 s against 0.0646 s
    pooling = 4 * (1152 + 288) / 1e5
    linear_layer = max(2 * 2880 / 1e6, 4 * (288 + 10 + 2890) / 1e5)
    assert least_seconds(network, SLOW) == pytest.approx(convolution + pooling + linear_layer)


def test_both_inputs_of_an_addition_are_read() -> None:
    class Residual(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x + x.relu()

    add = record_network(Residual, (4, 4, 4), "net").calls[-1]

    assert moved_bytes(add, batch=1, dtype="float32") == 4 * 3 * 64
    assert arithmetic_intensity(add) == 0


@pytest.mark.parametrize(
    ("batch", "dtype", "problem"),
    [
        pytest.param(
            1, "bfloat16", r"Slow has no peak for 'bfloat16' \(expected one of float32, float16\)", id="no peak"
        ),
        pytest.param(1, "float8", r"Slow has no peak for 'float8'", id="an unknown dtype"),
        pytest.param(0, "float32", r"a batch of 0 \(expected at least 1\)", id="no samples"),
    ],
)
def test_what_cannot_be(batch: int, dtype: str, problem: str) -> None:
    with pytest.raises(NetworkError, match=problem):
        least_seconds(linear(), SLOW, batch=batch, dtype=dtype)
