"""A network goes in; its layers and totals come out as a table for a terminal or in Markdown."""

from collections.abc import Sequence

from cnnquiz.cnn import Network
from cnnquiz.cnn.receptive_field import ReceptiveField, receptive_fields
from cnnquiz.rendering.network_notes import notes

_HEADER = ("layer", "op", "output", "parameters", "MACs", "field", "jump")
_LEFT_COLUMNS = 2


def render_network(network: Network, *, markdown: bool) -> str:
    """One row a layer, then the totals and what is worth noticing; calls that change nothing are left out.

    "field" is the receptive field in pixels, "jump" the pixels between neighbouring positions (the effective stride).
    """
    rows = [
        (
            call.name,
            call.op.title,
            str(call.output_shape),
            _number(call.parameter_count),
            _number(call.macs),
            *_field(field),
        )
        for call, field in zip(network.calls, receptive_fields(network), strict=True)
        if call.is_layer
    ]
    total = ("total", "", str(network.output_shape), _number(network.parameters), _number(network.macs), "", "")
    table = _markdown([_HEADER, *rows, total]) if markdown else _plain([_HEADER, *rows, total])
    title = f"{network.name}: {network.input_shape} → {network.output_shape}"
    heading = f"# {title}\n\n" if markdown else f"{title}\n\n"
    return f"{heading}{table}\n" + "".join(f"- {note}\n" for note in notes(network))


def _field(field: ReceptiveField | None) -> tuple[str, str]:
    if field is None:
        return "?", "?"
    if field.whole_input:
        return "all", ""
    return _sizes(field.size), _sizes(field.jump)


def _sizes(sizes: tuple[int, ...]) -> str:
    return str(sizes[0]) if len(set(sizes)) == 1 else "×".join(map(str, sizes))


def _number(number: int) -> str:
    return f"{number:,}" if number else "–"


def _plain(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(_cells(row, widths)).rstrip() for row in rows]
    rule = "─" * max(map(len, lines))
    return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]]) + "\n"


def _cells(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    padded = enumerate(zip(row, widths, strict=True))
    return [text.ljust(width) if column < _LEFT_COLUMNS else text.rjust(width) for column, (text, width) in padded]


def _markdown(rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|---|---|---:|---:|---:|---:|---:|", *lines[1:]]) + "\n"
