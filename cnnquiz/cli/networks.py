"""How a command line names a network: recorded, of torchvision, or a class in a file."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from cnnquiz.cnn import Network


def find_network(name: str, input_shape: tuple[int, ...] | None) -> "Network":
    """The network that is meant by NETWORK, torchvision:NAME or FILE.py:CLASS; UsageError says what is missing."""
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
    from cnnquiz.bank.networks import load_network

    recorded = load_network(name)
    if input_shape is not None and tuple(recorded.input_shape) != input_shape:
        raise click.UsageError(
            f"{name} was recorded for {recorded.input_shape} (expected no --input, or FILE.py:CLASS)"
        )
    return recorded
