"""A short text goes in; its QR code comes out as rows of modules, for templates to draw."""

from collections.abc import Iterator
from dataclasses import dataclass

_QUIET = 4  # modules of white around the code, as ISO 18004 asks


@dataclass(frozen=True, slots=True, kw_only=True)
class QrCode:
    """`rows` of modules, True where it is black, without the white around it."""

    text: str
    rows: tuple[tuple[bool, ...], ...]

    @property
    def svg(self) -> str:
        """One `<svg>` element, black on white whatever the page's colours are, with the white that readers need."""
        side = len(self.rows) + 2 * _QUIET
        path = "".join(f"M{x + _QUIET} {y + _QUIET}h{length}v1h-{length}z" for x, y, length in self.runs)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img" aria-label="{self.text}" '
            f'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/>'
            f'<path fill="#000" d="{path}"/></svg>'
        )

    def module(self, side: float) -> float:
        """The side of a module where the code's is `side`, in the same unit."""
        return round(side / len(self.rows), 4)

    @property
    def runs(self) -> Iterator[tuple[int, int, int]]:
        """Column, row and length of each run of black modules."""
        for y, row in enumerate(self.rows):
            x = 0
            while x < len(row):
                length = next((n for n, black in enumerate(row[x:]) if not black), len(row) - x)
                if length:
                    yield x, y, length
                x += length or 1


def qr_code(text: str) -> QrCode:
    """The smallest QR code of an id that still reads with 15 % of it damaged."""
    import segno

    # Any of the eight masks can be read; to look for the best one takes longer than the rest of a page.
    made = segno.make_qr(text, error="M", mask=4)
    return QrCode(text=text, rows=tuple(tuple(map(bool, row)) for row in made.matrix))
