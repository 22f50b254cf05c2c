"""A single worker in its own interpreter, for platforms without fork: only time is limited."""

import os
import tempfile
from typing import Any

import torch

from .frames import Frames
from .lockdown import limit_resources
from .preload import preload
from .serve import serve


def main(settings: dict[str, Any]) -> None:
    """Become the worker; the parent gave this process a session and a folder of its own."""
    watch = preload(settings["recorder"])
    tempfile.tempdir = os.getcwd()
    limit_resources(address_space=None, cpu_seconds=settings["cpu_seconds"])
    device = settings["device"]
    if device != "cpu":
        # TF32 keeps ten bits of a number: its noise is as large as a bug.
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    serve(Frames(settings["channel"]), watch, device)
