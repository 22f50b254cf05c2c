"""A network and a device go in; arithmetic intensity and the least time of a forward pass come out."""

from dataclasses import dataclass

from cnnquiz.cnn.memory import bytes_of
from cnnquiz.cnn.network import Call, Network
from cnnquiz.errors import NetworkError


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """Published peaks of a processor: floating-point operations a second by dtype, bytes a second to its memory."""

    name: str
    title: str
    flops_per_second: dict[str, int]
    bytes_per_second: int
    memory_bytes: int
    source: str

    def ridge(self, dtype: str) -> float:
        """FLOPs per byte from which a layer is limited by arithmetic and no longer by memory."""
        return self.peak(dtype) / self.bytes_per_second

    def peak(self, dtype: str) -> int:
        """Floating-point operations a second; NetworkError where none are published for the dtype."""
        if dtype not in self.flops_per_second:
            known = ", ".join(self.flops_per_second)
            raise NetworkError(f"{self.title} has no peak for {dtype!r} (expected one of {known})")
        return self.flops_per_second[dtype]


def moved_bytes(call: Call, *, batch: int, dtype: str) -> int:
    """Bytes that a call moves at least: it reads its inputs and parameters once and writes its output once."""
    if batch < 1:
        raise NetworkError(f"a batch of {batch} (expected at least 1)")
    activations = sum(shape.elements for shape in call.input_shapes) + call.output_shape.elements
    return bytes_of(batch * activations + call.parameter_count, dtype)


def arithmetic_intensity(call: Call, *, batch: int = 1, dtype: str = "float32") -> float:
    """FLOPs (two for a multiply–add) for each byte moved."""
    return 2 * batch * call.macs / moved_bytes(call, batch=batch, dtype=dtype)


def least_seconds(network: Network, device: Device, *, batch: int = 1, dtype: str = "float32") -> float:
    """Lower bound of a forward pass whose layers run one after the other.

    Each layer takes at least its arithmetic at peak and at least its traffic at peak bandwidth, whichever is more
    (Williams, Waterman & Patterson 2009). Number-by-number calls and views are taken to be fused away.
    """
    counted = (call for call in network.calls if call.macs or "pool" in call.op.name)
    return sum(_least(call, device, batch, dtype) for call in counted)


def _least(call: Call, device: Device, batch: int, dtype: str) -> float:
    arithmetic = 2 * batch * call.macs / device.peak(dtype)
    return max(arithmetic, moved_bytes(call, batch=batch, dtype=dtype) / device.bytes_per_second)
