"""What a problem's figure shows, as plain data in the problem's language; drawing it is another's work."""

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

Sizes = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowFigure:
    """A square window that slides over a padded square map, in pixels."""

    kind: ClassVar[str] = "window"

    alt: str
    size: int
    kernel_size: int
    stride: int
    padding: int
    dilation: int

    @property
    def span(self) -> int:
        """Pixels from the first to the last that the window touches."""
        return self.dilation * (self.kernel_size - 1) + 1

    @property
    def padded(self) -> int:
        return self.size + 2 * self.padding

    @property
    def has_blank(self) -> bool:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainFigure:
    """Layers one after another, each with the lines of its box; `shapes` go in, between them, and out.

    None in the place of a shape is the blank: what the question asks for.
    """

    kind: ClassVar[str] = "layers"

    alt: str
    layers: tuple[tuple[str, ...], ...]
    shapes: tuple[Sizes | None, ...]

    @property
    def has_blank(self) -> bool:
        return None in self.shapes


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldLayer:
    """A layer as receptive fields know it."""

    kernel_size: int
    stride: int
    dilation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFigure:
    """What a unit of the last layer sees, layer by layer down to the input; without a `size`, that is the blank."""

    kind: ClassVar[str] = "field"

    alt: str
    layers: tuple[FieldLayer, ...]
    size: int | None

    @property
    def has_blank(self) -> bool:
        return self.size is None


@dataclass(frozen=True, slots=True, kw_only=True)
class WiringFigure:
    """Boxes with their texts, and arrows between them by their positions; a text "?" is a blank."""

    kind: ClassVar[str] = "wiring"

    alt: str
    boxes: tuple[str, ...]
    arrows: tuple[tuple[int, int], ...]

    @property
    def has_blank(self) -> bool:
        return any("?" in text for text in self.boxes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A named line through points from left to right."""

    name: str
    points: tuple[tuple[Fraction, Fraction], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvesFigure:
    """Curves over one horizontal axis, such as errors over epochs."""

    kind: ClassVar[str] = "curves"

    alt: str
    across: str
    up: str
    curves: tuple[Curve, ...]

    @property
    def has_blank(self) -> bool:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Intensity:
    """Work with a name, by its operations for each byte."""

    name: str
    flops_per_byte: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class RooflineFigure:
    """What a device can reach (operations a second) over operations for each byte; `blank` hides its ridge point."""

    kind: ClassVar[str] = "roofline"

    alt: str
    flops_per_second: Fraction
    bytes_per_second: Fraction
    works: tuple[Intensity, ...]
    blank: bool

    @property
    def ridge(self) -> Fraction:
        """Operations for each byte from which on arithmetic is the limit."""
        return self.flops_per_second / self.bytes_per_second

    @property
    def has_blank(self) -> bool:
        return self.blank


Figure = WindowFigure | ChainFigure | FieldFigure | WiringFigure | CurvesFigure | RooflineFigure
