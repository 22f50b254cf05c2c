"""Recorded networks, and networks and layers as formulas see them: plain records with torch's names."""

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from cnnquiz.bundled import bundled_path
from cnnquiz.cnn import Call, Network
from cnnquiz.cnn.stored import from_json
from cnnquiz.errors import BankError, NetworkError, UsageError

if TYPE_CHECKING:
    from cnnquiz.formulas import Value


def network_folder() -> Path:
    """Where the recorded networks that ship with the package are."""
    return bundled_path("question_bank") / "networks"


def network_names() -> tuple[str, ...]:
    """Names of the recorded networks that ship with the package."""
    return tuple(sorted(path.stem for path in network_folder().glob("*.json")))


@cache
def load_network(name: str) -> Network:
    """A recorded network by name; UsageError names those that exist."""
    if name not in network_names():
        raise UsageError(f"network {name!r} is not recorded (expected one of {', '.join(network_names())})")
    path = network_folder() / f"{name}.json"
    try:
        return from_json(path.read_text(encoding="utf-8"))
    except NetworkError as error:
        raise BankError(path, 1, str(error), expected="a file that 'cnnquiz bank record' wrote") from error


@cache
def network_record(name: str) -> "Mapping[str, Value]":
    """What a formula may ask of a recorded network."""
    network = load_network(name)
    return {
        "name": network.name,
        "input_shape": tuple(network.input_shape),
        "output_shape": tuple(network.output_shape),
        "parameters": network.parameters,
        "buffers": network.buffers,
        "macs": network.macs,
        "flops": network.flops,
        "layers": tuple(_layer_record(call) for call in network.layers),
    }


def _layer_record(call: Call) -> "Mapping[str, Value]":
    """Attributes as torch names them (a size that is the same along every axis is one number), shapes and costs."""
    attributes = {name: _value(value) for name, value in call.op.attributes().items()}
    return {
        "name": call.name,
        "op": call.op.title,
        **{name: value for name, value in attributes.items() if value is not None},
        "input_shape": tuple(call.input_shapes[0]),
        "output_shape": tuple(call.output_shape),
        "parameters": call.parameter_count,
        "macs": call.macs,
    }


def _value(value: object) -> "Value | None":
    if isinstance(value, tuple):
        return value[0] if len(set(value)) == 1 else value
    if isinstance(value, float):
        return Fraction(repr(value))  # 0.1 as people write it, not the nearest binary number
    return value if isinstance(value, (bool, int, str)) else None
