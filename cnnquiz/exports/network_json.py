"""A network as a JSON document: every number that `inspect` shows."""

from typing import Any

from cnnquiz.cnn import Call, Network
from cnnquiz.exports.documents import document

Json = Any


def network_json(network: Network) -> str:
    """Totals and layers; shapes without the batch, MACs of convolutions and linear layers without bias adds."""
    return document(
        "network",
        {
            "name": network.name,
            "input_shape": list(network.input_shape),
            "output_shape": list(network.output_shape),
            "parameters": network.parameters,
            "buffers": network.buffers,
            "macs": network.macs,
            "flops": network.flops,
            "weight_bytes": network.weight_bytes,
            "activation_elements": network.activation_elements,
            "receptive_field": None,
            "not_counted": list(network.not_counted),
            "layers": [_layer(call) for call in network.layers],
        },
    )


def _layer(call: Call) -> dict[str, Json]:
    return {
        "name": call.name,
        "op": call.op.title,
        "input_shapes": [list(shape) for shape in call.input_shapes],
        "output_shape": list(call.output_shape),
        "parameters": call.parameter_count,
        "macs": call.macs,
        "receptive_field": None,
    }
