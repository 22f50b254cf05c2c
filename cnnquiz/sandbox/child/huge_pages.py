"""Stretches of memory go in; the same memory on fewer, larger pages comes out, which fork copies in less time."""

from collections.abc import Sequence
from contextlib import suppress

from .kernel import memory_advice

SIZE = 2 << 20
COLLAPSE = 25  # MADV_COLLAPSE, since Linux 6.1


def collapse(stretches: Sequence[tuple[int, int]]) -> None:
    """Move what lies between these addresses of this process to huge pages, as far as the kernel can."""
    for start, end in stretches:
        first, last = -(-start // SIZE) * SIZE, end // SIZE * SIZE
        if first < last:
            with suppress(OSError):  # an older kernel, another page size, or no free memory in one piece
                memory_advice(first, last - first, COLLAPSE)
