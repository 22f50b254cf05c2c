"""Layers go in; what a proof may ask of them comes out, by the arithmetic of `cnnquiz.cnn`."""

from collections.abc import Mapping

from cnnquiz.bank.lazy_record import LazyRecord
from cnnquiz.bank.records import field_record, layer_records
from cnnquiz.cnn.memory import training_elements, weight_bytes
from cnnquiz.cnn.receptive_field import last_spatial_field
from cnnquiz.cnn.shape import Shape
from cnnquiz.cnn.stack import Layer, stack
from cnnquiz.formulas import Value


def measure(layers: tuple[Layer, ...], input_shape: Shape) -> Mapping[str, Value]:
    """Shapes, counts and field of layers that run one after another; NetworkError where one does not fit."""
    network = stack(layers, input_shape)
    return LazyRecord(
        {
            "name": network.name,
            "output_shape": tuple(network.output_shape),
            "parameters": network.parameters,
            "buffers": network.buffers,
            "macs": network.macs,
            "weight_bytes": weight_bytes(network),
        },
        {
            "activation_elements": lambda: training_elements(network),
            "layers": lambda: layer_records(network),
            "receptive_field": lambda: field_record(last_spatial_field(network)),
        },
    )
