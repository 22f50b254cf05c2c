"""torchvision's models by name."""

import warnings
from collections.abc import Sequence

from cnnquiz.cnn import Network
from cnnquiz.errors import UsageError
from cnnquiz.tracing.record import record_network


def record_torchvision(name: str, input_shape: Sequence[int]) -> Network:
    """Record one of torchvision's models without weights; UsageError where there is none of that name."""
    from torchvision import models

    known = models.list_models(module=models)
    if name not in known:
        import difflib

        near = difflib.get_close_matches(name, known, 1)
        raise UsageError(f"torchvision has no model {name!r} (expected {near[0] if near else 'one of its names'})")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # GoogLeNet's and Inception's, about weights that do not matter
        return record_network(lambda: models.get_model(name, weights=None), input_shape, name)
