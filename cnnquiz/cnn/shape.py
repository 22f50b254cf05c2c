"""The shape of a feature map without its batch: (channels, height, width), or (features,) after a flatten."""

from __future__ import annotations

import reprlib

from cnnquiz.errors import NetworkError

# Sizes are 64-bit numbers in torch; no layer has more axes than a few.
LARGEST_SIZE = 2**63 - 1
MOST_AXES = 16


class Shape(tuple[int, ...]):
    """Sizes of a tensor, batch left out; the first is the channels, the others are spatial.

    A plain tuple in every comparison and in JSON: `Shape(96, 55, 55) == (96, 55, 55)`.
    NetworkError for what no tensor has: negative or fractional sizes, sizes beyond 64 bits, more than 16 axes.
    """

    __slots__ = ()

    def __new__(cls, *sizes: int) -> Shape:
        if len(sizes) > MOST_AXES:
            raise NetworkError(f"a shape of {len(sizes)} axes (expected at most {MOST_AXES})")
        for size in sizes:
            if not _is_size(size):
                raise NetworkError(f"a size of {reprlib.repr(size)} (expected a whole number from 0 to 2^63 - 1)")
        return super().__new__(cls, sizes)

    def __getnewargs__(self) -> tuple[int, ...]:
        return tuple(self)

    @property
    def channels(self) -> int:
        return self[0]

    @property
    def spatial(self) -> tuple[int, ...]:
        return tuple(self[1:])

    @property
    def height(self) -> int:
        return self[1]

    @property
    def width(self) -> int:
        return self[2]

    @property
    def elements(self) -> int:
        """How many numbers a tensor of this shape holds."""
        product = 1
        for size in self:
            product *= size
        return product

    def __str__(self) -> str:
        return "×".join(map(str, self)) if self else "scalar"

    def __repr__(self) -> str:
        return f"Shape({', '.join(map(str, self))})"


def _is_size(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_SIZE
