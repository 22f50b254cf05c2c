"""Arrays and claims about tensors: numpy goes into a frame's payload, checked types and numpy come out."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

ALIGNMENT = 64
MOST_DIMENSIONS, MOST_TENSORS, LONGEST_NAME = 16, 10_000, 300
DTYPES = (
    *("float16", "float32", "float64", "complex64", "complex128", "bool"),
    *("uint8", "int8", "int16", "int32", "int64"),
)

Array = NDArray[Any]


class TensorType(NamedTuple):
    """Shape and dtype of a tensor, as torch names them; equal to the plain pair."""

    shape: tuple[int, ...]
    dtype: str

    @property
    def elements(self) -> int:
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        """Bytes of the tensor; only for dtypes that numpy has."""
        return self.elements * np.dtype(self.dtype).itemsize


@dataclass(frozen=True, slots=True, kw_only=True)
class TensorClaim:
    """A parameter or buffer that a submission says it has; a claim until its use is proved.

    `saved` tells whether `state_dict` holds it.
    """

    name: str
    kind: Literal["parameter", "buffer"]
    shape: tuple[int, ...]
    dtype: str
    trainable: bool
    saved: bool = True


def malformed(condition: bool) -> None:
    """Raise ValueError if a received value breaks a rule."""
    if condition:
        raise ValueError("malformed")


def tensor_type(value: Any) -> TensorType:
    """Read a type out of a received header. ValueError unless every field is exactly what it should be."""
    malformed(type(value) is not dict or type(value.get("shape")) is not list or type(value.get("dtype")) is not str)
    shape, dtype = value["shape"], value["dtype"]
    # bool and float sizes would equal ints later on.
    malformed(len(shape) > MOST_DIMENSIONS or not all(type(size) is int and 0 <= size < 1 << 40 for size in shape))
    malformed(len(dtype) > 40)
    return TensorType(tuple(shape), dtype)


def tensor_types(values: Any) -> tuple[TensorType, ...]:
    """Read a list of types out of a received header."""
    malformed(type(values) is not list or len(values) > MOST_TENSORS)
    return tuple(tensor_type(value) for value in values)


def tensor_claims(values: Any) -> tuple[TensorClaim, ...]:
    """Read claimed parameters and buffers out of a received header; names are unique."""
    malformed(type(values) is not list or len(values) > MOST_TENSORS)
    claims = tuple(_claim(value) for value in values)
    malformed(len({claim.name for claim in claims}) != len(claims))
    return claims


def _claim(value: Any) -> TensorClaim:
    shape, dtype = tensor_type(value)
    name, kind, trainable, saved = (value.get(field) for field in ("name", "kind", "trainable", "saved"))
    malformed(type(name) is not str or len(name) > LONGEST_NAME)
    malformed(type(trainable) is not bool or type(saved) is not bool)
    malformed(kind not in ("parameter", "buffer"))
    return TensorClaim(name=name, kind=kind, shape=shape, dtype=dtype, trainable=trainable, saved=saved)


class Packed(NamedTuple):
    """Arrays as one run of bytes, and where in it each one lies."""

    parts: list[dict[str, object]]
    buffers: list[bytes]

    @property
    def nbytes(self) -> int:
        return sum(map(len, self.buffers))


def packed(arrays: Iterable[Array]) -> Packed:
    """Little-endian, C order, each array aligned."""
    parts: list[dict[str, object]] = []
    buffers: list[bytes] = []
    offset = 0
    for array in arrays:
        if array.dtype.name not in DTYPES:
            raise TypeError(f"an array of dtype {array.dtype} cannot be sent (expected one of {', '.join(DTYPES)})")
        data = array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
        parts.append({"shape": list(array.shape), "dtype": array.dtype.name, "offset": offset})
        buffers += [data, bytes(-len(data) % ALIGNMENT)]
        offset += len(data) + len(buffers[-1])
    return Packed(parts, buffers)


def unpacked(types: Sequence[TensorType], payload: bytes) -> tuple[Array, ...]:
    """Read-only arrays of these types that follow each other without gaps in the payload."""
    arrays = []
    start = 0
    for kind in types:
        flat = np.frombuffer(payload, dtype=kind.dtype, count=kind.elements, offset=start if kind.elements else 0)
        arrays.append(flat.reshape(kind.shape))
        start += kind.nbytes
    return tuple(arrays)
