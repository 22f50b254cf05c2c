"""An `nn.Module`, or a function that builds one, goes in; its `Network` comes out."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cnnquiz.cnn import Network
from cnnquiz.errors import RecordingError
from cnnquiz.tracing.interpret import interpret

if TYPE_CHECKING:
    from torch import nn

# Any batch shows the shapes of one sample; 2 keeps apart what belongs to the batch from sizes of 1.
_BATCH = 2


def record_network(build: Callable[[], "nn.Module"], input_shape: Sequence[int], name: str) -> Network:
    """Build a module on the meta device, run it on one input without doing any arithmetic, and read what it did.

    `input_shape` is (channels, height, width), batch left out. Raises RecordingError with the reason where building
    or the forward pass fails.
    """
    import torch

    from cnnquiz.tracing.recorder import record

    module = _on_meta(build, name)
    x = torch.empty(_BATCH, *input_shape, device="meta")
    try:
        with torch.device("meta"):  # what forward creates must be where the module is
            recording = record(module, [x])
    except Exception as error:  # whatever a user's forward raises is the reason, not a fault of ours
        reason = f"{type(error).__name__}: {error}"
        raise RecordingError(f"{name}: forward failed on an input of shape {tuple(x.shape)}: {reason}") from error
    return interpret(recording, name)


def _on_meta(build: Callable[[], "nn.Module"], name: str) -> "nn.Module":
    """The module on the meta device; built elsewhere first where building it reads numbers, as RegNet's does."""
    import torch

    try:
        try:
            with torch.device("meta"), _without_initialisation():
                return build()
        except (NotImplementedError, RuntimeError):
            with torch.device("cpu"):
                return build().to("meta")
    except Exception as error:  # as above: the reason, not a fault of ours
        raise RecordingError(f"{name}: the module could not be built: {type(error).__name__}: {error}") from error


@contextmanager
def _without_initialisation() -> Iterator[None]:
    """Draw no initial weights: on the meta device there are none, and torch takes half of its time to find that out."""
    from torch.nn import init

    drawn = {name: function for name, function in vars(init).items() if name.endswith("_") and callable(function)}
    try:
        for name in drawn:
            setattr(init, name, lambda tensor, *_arguments, **_options: tensor)
        yield
    finally:
        for name, function in drawn.items():
            setattr(init, name, function)
