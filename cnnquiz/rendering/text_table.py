"""Titles and rows of texts go in; lines in columns come out, for a terminal."""

from collections.abc import Collection, Sequence

from cnnquiz.rendering.columns import columns


def text_table(titles: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Collection[int] = ()) -> str:
    """Columns as wide as their widest cell, those at the positions `numbers` flush right."""
    widths = [max(map(columns, cells)) for cells in zip(titles, *rows, strict=True)]
    lines = []
    for cells in (titles, *rows):
        padding = [" " * (width - columns(cell)) for width, cell in zip(widths, cells, strict=True)]
        shown = [pad + c if n in numbers else c + pad for n, (c, pad) in enumerate(zip(cells, padding, strict=True))]
        lines.append("  ".join(shown).rstrip())
    return "\n".join((lines[0], "  ".join("─" * width for width in widths), *lines[1:]))
