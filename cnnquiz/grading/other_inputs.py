"""A network that is right for the usual inputs goes in; what it does wrong with others comes out, if it does."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cnnquiz.grading.comparison import same_numbers
from cnnquiz.grading.matching.match import Match
from cnnquiz.grading.observation import OtherFailure
from cnnquiz.grading.reference import Reference, joined, run
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
    for x, outputs in reference.others:
        failed = _failed(worker, reference, x, outputs, OtherFailure(kind="size", shape=x.shape[1:]))
        if failed is not None:
            return failed
    if reference.double is None:
        return None
    x, output = reference.double
    try:
        found = run(worker, reference.returned, x, mode="eval", seed=reference.challenge.seed, double=True)
    except WorkerFault as fault:
        # An assertion says what the module is for; memory and time for twice as many bytes were never promised.
        if fault.kind != "raised" or fault.exception == "AssertionError":
            return None
        return OtherFailure(kind="float64", reason=fault.message)
    except WrongOutput as wrong:
        return OtherFailure(kind="float64", reason=wrong.message)
    return None if same_numbers(found, output, reference.tolerance) else OtherFailure(kind="float64")


def _changes_input(worker: Worker, reference: Reference) -> bool:
    x = min(reference.challenge.inputs, key=len)
    expected = [((len(x), *shape), "float32") for shape in reference.returned]
    *_, back = worker.run([x], mode="eval", seed=reference.challenge.seed, expected=expected, inputs_back=True)
    return not np.array_equal(x, back)


def _failed(
    worker: Worker, reference: Reference, x: Array, expected: Sequence[Array], failure: OtherFailure
) -> OtherFailure | None:
    kinds = [(output.shape, output.dtype.name) for output in expected]
    try:
        outputs = worker.run([x], mode="eval", seed=reference.challenge.seed, expected=kinds)
    except WorkerFault as fault:
        if fault.kind != "raised":
            raise
        return replace(failure, reason=fault.message)
    except WrongOutput as wrong:
        return replace(failure, reason=wrong.message)
    return None if same_numbers(joined(outputs), joined(expected), reference.tolerance) else failure
