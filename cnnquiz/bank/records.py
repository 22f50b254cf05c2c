"""Networks and layers as formulas see them: records with torch's names."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from cnnquiz.bank.lazy_record import LazyRecord
from cnnquiz.cnn import Call, Network
from cnnquiz.cnn.memory import peak_elements, training_elements, weight_bytes

if TYPE_CHECKING:
    from cnnquiz.cnn.receptive_field import ReceptiveField
    from cnnquiz.formulas import Value

_NO_FIELD: "Mapping[str, Value]" = {"size": 0, "jump": 0, "start": 0}


def network_record(about: "Mapping[str, Value]", load: Callable[[], Network]) -> "Mapping[str, Value]":
    """What a formula may ask of a network: what is written about it, and what follows from its recording."""
    return LazyRecord(
        about,
        {
            "input_shape": lambda: tuple(load().input_shape),
            "output_shape": lambda: tuple(load().output_shape),
            "parameters": lambda: load().parameters,
            "buffers": lambda: load().buffers,
            "macs": lambda: load().macs,
            "flops": lambda: load().flops,
            "weight_bytes": lambda: weight_bytes(load()),
            "activation_elements": lambda: training_elements(load()),
            "peak_elements": lambda: peak_elements(load()),
            "receptive_field": lambda: _last_field(load()),
            "layers": lambda: layer_records(load()),
        },
    )


def layer_records(network: Network) -> "tuple[Mapping[str, Value], ...]":
    """The layers of a network in their order."""
    fields = _Fields(network)
    layers = [(number, call) for number, call in enumerate(network.calls) if call.is_layer]
    return tuple(_layer_record(call, place, number, fields) for place, (number, call) in enumerate(layers))


class _Fields:
    """The receptive fields of all calls, computed when the first of them is asked for."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._fields: tuple[ReceptiveField | None, ...] | None = None

    def of(self, number: int) -> "Mapping[str, Value]":
        if self._fields is None:
            from cnnquiz.cnn.receptive_field import receptive_fields

            self._fields = receptive_fields(self._network)
        return field_record(self._fields[number])


def _layer_record(call: Call, place: int, number: int, fields: _Fields) -> "Mapping[str, Value]":
    """Attributes as torch names them (a size that is the same along every axis is one number), shapes and costs."""
    attributes = {name: _value(value) for name, value in call.op.attributes().items()}
    return LazyRecord(
        {
            "name": call.name,
            "op": call.op.title,
            **{name: value for name, value in attributes.items() if value is not None},
            "position": place,
            "input_shape": tuple(call.input_shapes[0]),
            "output_shape": tuple(call.output_shape),
            "parameters": call.parameter_count,
        },
        {"macs": lambda: call.macs, "receptive_field": lambda: fields.of(number)},
    )


def _last_field(network: Network) -> "Mapping[str, Value]":
    from cnnquiz.cnn.receptive_field import last_spatial_field

    return field_record(last_spatial_field(network))


def field_record(field: "ReceptiveField | None") -> "Mapping[str, Value]":
    """Size, jump and start, one number where all axes agree; all 0 where there is no field."""
    if field is None:
        return _NO_FIELD
    sizes = {"size": field.size, "jump": field.jump, "start": field.start}
    return {name: value[0] if len(set(value)) == 1 else value for name, value in sizes.items()}


def _value(value: object) -> "Value | None":
    if isinstance(value, tuple):
        return value[0] if len(set(value)) == 1 else value
    if isinstance(value, float):
        return Fraction(repr(value))  # 0.1 as people write it, not the nearest binary number
    return value if isinstance(value, (bool, int, str)) else None
