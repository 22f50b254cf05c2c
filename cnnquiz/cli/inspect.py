"""`cnnquiz inspect`: a network's layers and totals."""

from typing import TYPE_CHECKING

import click

from cnnquiz.cli.networks import find_network
from cnnquiz.cli.options import InputShape, json_option

if TYPE_CHECKING:
    pass


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
    found = find_network(network, input_shape)
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
