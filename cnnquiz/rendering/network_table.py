"""A network goes in; its layers and totals come out as a table for a terminal or in Markdown."""

from collections.abc import Sequence

from cnnquiz.cnn import Network
from cnnquiz.formulas import format_number

_HEADER = ("layer", "op", "output", "parameters", "MACs")


def render_network(network: Network, *, markdown: bool) -> str:
    """One row a layer, then the totals; calls that change no shape and own nothing are left out."""
    rows = [
        (call.name, call.op.title, str(call.output_shape), _number(call.parameter_count), _number(call.macs))
        for call in network.layers
    ]
    total = ("total", "", str(network.output_shape), _number(network.parameters), _number(network.macs))
    table = _markdown([_HEADER, *rows, total]) if markdown else _plain([_HEADER, *rows, total])
    title = f"{network.name}: {network.input_shape} → {network.output_shape}"
    heading = f"# {title}\n\n" if markdown else f"{title}\n\n"
    return f"{heading}{table}\n{_notes(network)}"


def _notes(network: Network) -> str:
    mib = network.weight_bytes / 2**20
    notes = [
        f"{format_number(network.flops)} FLOPs (2 × MACs; bias adds, normalisation, activations, pooling not counted)",
        f"{mib:,.2f} MiB of parameters in float32, {format_number(network.buffers)} numbers in buffers",
        f"{format_number(network.activation_elements)} activations for one input",
    ]
    linear = sum(call.parameter_count for call in network.calls if call.op.title == "linear")
    if linear and network.parameters:
        share = 100 * linear / network.parameters
        notes.append(f"{share:.1f} % of the parameters are in fully connected layers")
    if network.not_counted:
        notes.append(f"not counted: {', '.join(network.not_counted)}")
    return "".join(f"- {note}\n" for note in notes)


def _number(number: int) -> str:
    return format_number(number) if number else "–"


def _plain(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(_cell(cell, width, i) for i, (cell, width) in enumerate(zip(row, widths, strict=True)))
        for row in rows
    ]
    rule = "─" * max(map(len, lines))
    return "\n".join(line.rstrip() for line in [lines[0], rule, *lines[1:-1], rule, lines[-1]]) + "\n"


def _cell(text: str, width: int, column: int) -> str:
    return text.rjust(width) if column >= 2 else text.ljust(width)


def _markdown(rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|---|---|---:|---:|---:|", *lines[1:]]) + "\n"
