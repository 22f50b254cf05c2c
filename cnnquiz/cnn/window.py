"""How often a window fits along one axis: the formula behind every convolution and pooling layer."""

from dataclasses import dataclass

from cnnquiz.errors import NetworkError


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What slides along one spatial axis, in pixels; `padding` is (before, after)."""

    kernel_size: int
    stride: int
    padding: tuple[int, int]
    dilation: int

    @property
    def span(self) -> int:
        """Pixels from the first to the last that the window touches: d(k−1) + 1."""
        return self.dilation * (self.kernel_size - 1) + 1


def per_axis(name: str, value: int | tuple[int, ...], axes: int, *, at_least: int) -> tuple[int, ...]:
    """One number for each spatial axis: an int stands for all of them, as in torch."""
    values = (value,) * axes if isinstance(value, int) else tuple(value)
    if len(values) != axes:
        raise NetworkError(f"{name} {value} has {len(values)} numbers (expected 1 or {axes})")
    if any(number < at_least for number in values):
        raise NetworkError(f"{name} {value} is too small (expected at least {at_least})")
    return values


def window_count(size: int, kernel_size: int, stride: int, padding: int | tuple[int, int], dilation: int) -> int:
    """Number of positions of a window along one axis, floor((n + 2p − d(k−1) − 1)/s) + 1.

    `size`, `kernel_size` and `padding` are in pixels; `padding` is per side, or (before, after).
    Raises NetworkError where the window does not fit once. Source: Dumoulin & Visin 2016, relationship 6,
    with the dilation of relationship 15.
    """
    before, after = (padding, padding) if isinstance(padding, int) else padding
    padded = size + before + after
    span = dilation * (kernel_size - 1) + 1
    if span > padded:
        raise NetworkError(f"a window of {span} does not fit into {padded} (input {size} and padding)")
    return (padded - span) // stride + 1


def pooled_count(
    size: int, kernel_size: int, stride: int, padding: int, dilation: int = 1, *, ceil_mode: bool = False
) -> int:
    """`window_count` with torch's rule for `ceil_mode`: round up, but never start a window in the right padding."""
    span = dilation * (kernel_size - 1) + 1
    room = size + 2 * padding - span
    count = (-(-room // stride) if ceil_mode else room // stride) + 1
    if ceil_mode and (count - 1) * stride >= size + padding:
        count -= 1
    if count < 1:
        raise NetworkError(f"a window of {span} does not fit into {size + 2 * padding} (input {size} and padding)")
    return count


def transposed_count(size: int, kernel_size: int, stride: int, padding: int, output_padding: int, dilation: int) -> int:
    """Output size of a transposed convolution along one axis: (n−1)s − 2p + d(k−1) + output_padding + 1."""
    count = (size - 1) * stride - 2 * padding + dilation * (kernel_size - 1) + output_padding + 1
    if count < 1:
        raise NetworkError(f"a transposed window gives size {count} from an input of {size} (expected at least 1)")
    return count
