"""Named arrays go in; memory that any number of workers can map without copying comes out."""

import os
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from cnnquiz.sandbox.tensors import Array, packed

F_ADD_SEALS = 1033
SEAL_SEAL, SEAL_SHRINK, SEAL_GROW, SEAL_WRITE = 1, 2, 4, 8


class SharedArrays:
    """Arrays in sealed memory, which nobody can change; as plain bytes where the system has no memfd."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        parts, buffers = packed(arrays.values())
        self.parts = dict(zip(arrays, parts, strict=True))
        """Where each array lies, by name."""
        self.payload: tuple[bytes, ...] = ()
        """What to send where there is no descriptor."""
        self.descriptor: int | None = None
        if hasattr(os, "memfd_create") and any(buffers):
            self.descriptor = _sealed(buffers)
        else:
            self.payload = tuple(buffers)

    def close(self) -> None:
        """Give the memory back; workers that mapped it keep it."""
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _sealed(buffers: list[bytes]) -> int:
    import fcntl

    descriptor = os.memfd_create("cnnquiz", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    with os.fdopen(descriptor, "wb", closefd=False) as file:
        file.writelines(buffers)
    fcntl.fcntl(descriptor, F_ADD_SEALS, SEAL_SEAL | SEAL_SHRINK | SEAL_GROW | SEAL_WRITE)
    return descriptor
