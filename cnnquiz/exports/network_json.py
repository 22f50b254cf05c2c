"""A network as a JSON document: every number that `inspect` shows."""

from typing import Any

from cnnquiz.cnn import Call, Network
from cnnquiz.cnn.receptive_field import ReceptiveField, last_spatial_field, receptive_fields
from cnnquiz.exports.documents import document

Json = Any


def network_json(network: Network) -> str:
    """Totals and layers; shapes without the batch, MACs of convolutions and linear layers without bias adds.

    The network's receptive field is that of its last feature map; a layer's that sees all has the input's size.
    """
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
            "receptive_field": _field(last_spatial_field(network)),
            "not_counted": list(network.not_counted),
            "layers": [
                _layer(call, field)
                for call, field in zip(network.calls, receptive_fields(network), strict=True)
                if call.is_layer
            ],
        },
    )


def _layer(call: Call, field: ReceptiveField | None) -> dict[str, Json]:
    return {
        "name": call.name,
        "op": call.op.title,
        "input_shapes": [list(shape) for shape in call.input_shapes],
        "output_shape": list(call.output_shape),
        "parameters": call.parameter_count,
        "macs": call.macs,
        "receptive_field": _field(field),
    }


def _field(field: ReceptiveField | None) -> Json:
    """One number where all axes agree, else one for each axis; null where the field is not known."""
    if field is None:
        return None
    facts = {"size": field.size, "jump": field.jump, "start": field.start}
    return {name: axes[0] if len(set(axes)) == 1 else list(axes) for name, axes in facts.items()}
