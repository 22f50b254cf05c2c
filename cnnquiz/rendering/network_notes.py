"""A network goes in; what a student should notice about its numbers comes out, a sentence each."""

from cnnquiz.cnn import Call, Network
from cnnquiz.cnn.memory import peak_elements, training_elements, weight_bytes
from cnnquiz.cnn.receptive_field import last_spatial_field

_MIB = 2**20
_WORTH_SAYING = 0.5


def notes(network: Network) -> list[str]:
    """Totals with their conventions first, then what stands out."""
    found = [
        f"{network.flops:,} FLOPs (2 × MACs; bias adds, normalisation, activations, pooling not counted)",
        f"parameters: {weight_bytes(network) / _MIB:,.2f} MiB in float32; {network.buffers:,} numbers in buffers",
        f"activations of one image in float32: {_mib(training_elements(network))} kept for training, "
        f"{_mib(peak_elements(network))} at once without gradients",
    ]
    found += _shares(network)
    found += _field(network)
    if network.unused_parameters:
        unused = sum(tensor.elements for tensor in network.unused_parameters)
        found.append(f"{unused:,} parameters play no part in the output in eval mode")
    if network.not_counted:
        found.append(f"not counted: {', '.join(network.not_counted)}")
    return found


def _shares(network: Network) -> list[str]:
    """Where the parameters and where the arithmetic are, when one kind or one layer has most of them."""
    found = []
    linear = [call for call in network.calls if call.op.title == "linear"]
    convolutions = [call for call in network.calls if call.op.title.startswith("conv")]
    share = _share([call.parameter_count for call in linear], network.parameters)
    if share >= _WORTH_SAYING:
        largest = max(linear, key=lambda call: call.parameter_count)
        found.append(f"{share:.1%} of the parameters are in fully connected layers, most of them in {largest.name}")
    share = _share([call.macs for call in convolutions], network.macs)
    if share >= _WORTH_SAYING:
        found.append(f"{share:.1%} of the MACs are in convolutions")
    share = _share([call.macs for call in convolutions if _is_pointwise(call)], network.macs)
    if share >= _WORTH_SAYING:
        found.append(f"{share:.1%} of the MACs are in 1×1 convolutions")
    return found


def _field(network: Network) -> list[str]:
    field = last_spatial_field(network)
    image = network.input_shape.spatial
    if field is None or len(field.size) != len(image):
        return []
    if all(size > pixels for size, pixels in zip(field.size, image, strict=True)):
        return [f"the last feature map sees {field.size[0]} pixels each way: more than the whole image"]
    return [f"the last feature map sees {field.size[0]} of {image[0]} pixels each way"]


def _is_pointwise(call: Call) -> bool:
    kernel_size = call.op.attributes()["kernel_size"]
    return isinstance(kernel_size, tuple) and set(kernel_size) == {1}


def _share(parts: list[int], whole: int) -> float:
    return sum(parts) / whole if whole else 0.0


def _mib(elements: int) -> str:
    return f"{4 * elements / _MIB:,.2f} MiB"
