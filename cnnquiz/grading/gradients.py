"""A submission with right outputs goes in; the tensors whose gradients are wrong come out, and whether one arrives."""

from collections.abc import Sequence

from cnnquiz.grading.comparison import same_gradient, same_size
from cnnquiz.grading.matching.match import Match
from cnnquiz.grading.reference import Reference, gradient_step, gradients, train_batches, usual_gradient
from cnnquiz.sandbox import Gradients, TensorClaim, Worker
from cnnquiz.sandbox.tensors import Array
from cnnquiz.sandbox.worker import Mode


def wrong_gradients(
    worker: Worker,
    reference: Reference,
    match: Match,
    matched: Sequence[TensorClaim],
    ours: Gradients,
    *,
    mode: Mode,
) -> dict[str, bool]:
    """By the student's names, the input under an empty one; `ours` are the solution's gradients in that mode."""
    theirs = _gradients(worker, reference, matched, mode)
    pairs = [("", theirs.inputs[0], ours.inputs[0])]
    for name, gradient in theirs.parameters.items():
        pairs.append((name, gradient, _laid_out(reference, match, name, ours.parameters[match.sources[name]])))
    usual = usual_gradient(ours)
    return {
        name: actual is not None
        for name, actual, expected in pairs
        if expected is not None and (actual is None or not same_gradient(actual, expected, usual, reference.tolerance))
    }


def lost_gradients(
    worker: Worker, reference: Reference, match: Match, matched: Sequence[TensorClaim]
) -> dict[str, bool]:
    """In train mode, where other draws make other numbers of them: those that do not arrive, or in another size."""
    theirs = _gradients(worker, reference, matched, "train").parameters
    ours = {name: reference.gradients.parameters[match.sources[name]] for name in theirs}
    lost = {name: False for name, gradient in theirs.items() if gradient is None and ours[name] is not None}
    usual = usual_gradient(reference.gradients)
    for name, gradient in theirs.items():
        expected = ours[name]
        if gradient is not None and expected is not None and not same_size(gradient, expected, usual):
            lost[name] = True
    return lost


def _gradients(worker: Worker, reference: Reference, matched: Sequence[TensorClaim], mode: Mode) -> Gradients:
    x, seed = train_batches(reference.challenge)[0], reference.challenge.seed
    return gradients(worker, matched, x, reference.cotangents, mode=mode, seed=seed)


def _laid_out(reference: Reference, match: Match, name: str, expected: Array | None) -> Array | None:
    """A gradient of the solution's as the student's lies; of a sample, nothing where numbers lie elsewhere."""
    if expected is None or not match.moves(name):
        return expected
    shape = reference.challenge.weights[match.sources[name]].shape
    return match.turned(name, expected) if gradient_step(shape) == 1 else None
