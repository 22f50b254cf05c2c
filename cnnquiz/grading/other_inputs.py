"""A network that is right for the usual inputs goes in; what it does wrong with others comes out, if it does."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cnnquiz.grading.comparison import same_numbers
from cnnquiz.grading.matching import Match
from cnnquiz.grading.observation import OtherFailure
from cnnquiz.grading.reference import Reference
from cnnquiz.sandbox import TensorClaim, Worker, WorkerFault, WrongOutput
from cnnquiz.sandbox.tensors import Array


def other_failure(
    worker: Worker, reference: Reference, match: Match, claims: Sequence[TensorClaim]
) -> OtherFailure | None:
    """The first that fails: state saved, the input left as it was, other image sizes, float64 (which comes last: it
    converts the module)."""
    unsaved = [claim.name for claim in claims if claim.name in match.sources and not claim.saved]
    if unsaved:
        return OtherFailure(kind="unsaved", reason=unsaved[0])
    if _changes_input(worker, reference):
        return OtherFailure(kind="input_changed")
    for x, expected in reference.others:
        failed = _failed(worker, reference, x, expected, OtherFailure(kind="size", shape=x.shape[1:]))
        if failed is not None:
            return failed
    if reference.double is None:
        return None
    return _failed(worker, reference, *reference.double, OtherFailure(kind="float64"))


def _changes_input(worker: Worker, reference: Reference) -> bool:
    x = min(reference.challenge.inputs, key=len)
    expected = [((len(x), *reference.network.output_shape), "float32")]
    _, back = worker.run([x], mode="eval", seed=reference.challenge.seed, expected=expected, inputs_back=True)
    return not np.array_equal(x, back)


def _failed(
    worker: Worker, reference: Reference, x: Array, expected: Array, failure: OtherFailure
) -> OtherFailure | None:
    kind = [(expected.shape, expected.dtype.name)]
    double = x.dtype == np.float64
    try:
        (output,) = worker.run([x], mode="eval", seed=reference.challenge.seed, expected=kind, double=double)
    except WorkerFault as fault:
        if fault.kind != "raised":
            raise
        return replace(failure, reason=fault.message)
    except WrongOutput as wrong:
        return replace(failure, reason=wrong.message)
    return None if same_numbers(output, expected, reference.tolerance) else failure
