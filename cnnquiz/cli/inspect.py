"""`cnnquiz inspect`: a network's layers and totals."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cnnquiz.cli.options import InputShape, json_option

if TYPE_CHECKING:
    from cnnquiz.cnn import Network


@click.command()
@click.argument("network")
@click.option(
    "--input", "input_shape", type=InputShape(), metavar="CxHxW", help="Shape of one input, such as 3x224x224."
)
@click.option(
    "--format",
    "layout",
    type=click.Choice(["table", "markdown", "svg"]),
    default="table",
    show_default=True,
    help="How to show it.",
)
@json_option
def inspect(network: str, input_shape: tuple[int, ...] | None, layout: str, as_json: bool) -> None:
    """Show the layers, parameters and MACs of NETWORK.

    NETWORK is the name of a recorded network (see `cnnquiz list networks`), FILE.py:CLASS, or torchvision:NAME.
    """
    found = _network(network, input_shape)
    if as_json:
        from cnnquiz.exports.network_json import network_json

        click.echo(network_json(found), nl=False)
        return
    if layout == "svg":
        from cnnquiz.rendering.network_svg import render_svg

        click.echo(render_svg(found), nl=False)
        return
    from cnnquiz.rendering.network_table import render_network

    click.echo(render_network(found, markdown=layout == "markdown"), nl=False)


def _network(name: str, input_shape: tuple[int, ...] | None) -> "Network":
    if name.startswith("torchvision:"):
        from cnnquiz.tracing.torchvision_models import record_torchvision

        return record_torchvision(name.removeprefix("torchvision:"), input_shape or (3, 224, 224))
    if name.endswith(".py"):
        raise click.UsageError(f"{name}: which class? (expected {name}:CLASS)")
    file, colon, entry = name.rpartition(":")
    if colon and file.endswith(".py"):
        if not Path(file).exists():
            raise click.UsageError(f"{file}: no such file")
        if input_shape is None:
            raise click.UsageError("the input's shape is not known (expected --input, such as --input 3x32x32)")
        from cnnquiz.grading.grade import open_sandbox
        from cnnquiz.grading.unknown_network import record_file

        with open_sandbox() as sandbox:
            return record_file(Path(file), entry, input_shape, sandbox)
    from cnnquiz.bank.records import load_network

    recorded = load_network(name)
    if input_shape is not None and tuple(recorded.input_shape) != input_shape:
        raise click.UsageError(
            f"{name} was recorded for {recorded.input_shape} (expected no --input, or FILE.py:CLASS)"
        )
    return recorded
