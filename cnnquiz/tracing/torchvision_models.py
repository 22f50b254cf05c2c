"""torchvision's models by name."""

import warnings
from collections.abc import Sequence

from cnnquiz.cnn import Network
from cnnquiz.errors import RecordingError, UsageError
from cnnquiz.tracing.record import record_network

# Functions without a rule that multiply and add: without them, a total is wrong.
_PRODUCTS = frozenset({"matmul", "bmm", "einsum", "scaled_dot_product_attention", "multi_head_attention_forward"})


def record_torchvision(name: str, input_shape: Sequence[int]) -> Network:
    """Record one of torchvision's models without weights; UsageError where there is none of that name.

    RecordingError for a transformer: what its attention costs is not known here.
    """
    from torchvision import models

    known = models.list_models(module=models)
    if name not in known:
        import difflib

        near = difflib.get_close_matches(name, known, 1)
        raise UsageError(f"torchvision has no model {name!r} (expected {near[0] if near else 'one of its names'})")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # GoogLeNet's and Inception's, about weights that do not matter
        network = record_network(lambda: models.get_model(name, weights=None), input_shape, name)
    attention = _PRODUCTS.intersection(network.not_counted)
    if attention:
        unknown = ", ".join(sorted(attention))
        raise RecordingError(f"{name}: the multiply-adds of {unknown} are not known (expected a convolutional network)")
    return network
