"""A submission with wrong numbers is run once more; what its layers computed on the way comes out."""

import numpy as np

from cnnquiz.cnn import Network
from cnnquiz.errors import NetworkError, RecordingError, ReplayError
from cnnquiz.grading.comparison import relative_error, same_numbers
from cnnquiz.grading.diagnosis.fitting import Take
from cnnquiz.grading.diagnosis.layer_by_layer import LayerByLayer, OnTheWay, layer_by_layer
from cnnquiz.grading.matching.flow import Flow, Layer
from cnnquiz.grading.reference import Reference
from cnnquiz.grading.rerun import Rerun
from cnnquiz.sandbox import WorkerFault
from cnnquiz.sandbox.tensors import Array
from cnnquiz.sandbox.worker import Mode
from cnnquiz.tracing.interpret import interpret_numbered
from cnnquiz.tracing.recording import Hint, read_hints
from cnnquiz.tracing.replay import Replay, as_tensors

# Numbers that are kept: of one layer, and of a whole network, 16 MB.
_MOST_OF_A_LAYER, _MOST = 1 << 14, 1 << 22


def closer_look(
    rerun: Rerun, reference: Reference, take: Take, network: Network, x: Array, *, mode: Mode
) -> tuple[OnTheWay | None, tuple[Hint, ...]]:
    """Numbers by the calls of `network`, which was recorded before, and the hints of this run.

    `take` says how the weights are carried over. Nothing comes out where the submission fails now, and no numbers where
    it makes other calls than before: no judgement hangs on them.
    """
    seed = reference.train_runs[0].seed if mode == "train" else reference.challenge.seed
    sample = min(_MOST_OF_A_LAYER, max(1, _MOST // max(1, len(network.calls))))
    try:
        with rerun.loaded() as (worker, _):
            worker.assign(take.match.arrays(reference.challenge.weights))
            recording, samples = worker.watch(x, mode=mode, seed=seed, sample=sample)
        again, numbers = interpret_numbered(recording, network.name)
        hints = read_hints(recording)
    except (WorkerFault, RecordingError, NetworkError):
        return None, ()
    known = [number < len(samples) for number in numbers.values()]
    if _calls(again) != _calls(network) and mode == "train":
        others = [call for call in again.calls if (call.name, call.line) not in _calls(network)]
        hints += tuple(Hint(kind="train_only", module=call.name, line=call.line) for call in others[:1])
    if take.match.permutations or not all(known) or _calls(again) != _calls(network):
        return None, hints
    of_calls = {position: samples[number] for position, number in numbers.items()}
    return OnTheWay(x=x, mode=mode, seed=seed, sample=sample, numbers=of_calls), hints


def by_layer(reference: Reference, student: Flow, on_the_way: OnTheWay) -> LayerByLayer | None:
    """None where a recording of the solution's does not hold all that it takes to run it."""
    replay = Replay(reference.network, as_tensors(reference.challenge.weights))
    try:
        run = replay.watch(on_the_way.x, mode=on_the_way.mode, seed=on_the_way.seed, sample=on_the_way.sample)
    except ReplayError:
        return None
    return layer_by_layer(student, on_the_way, reference.network, run.samples, reference.tolerance)


def most_wrong(reference: Reference, take: Take) -> Array:
    """One image of the batch whose output is furthest from the solution's; some images where none came out."""
    if not take.runs:
        return min((x for x in reference.challenge.inputs if len(x) > 1), key=len)
    pairs = zip(take.runs, reference.eval_outputs, strict=False)
    errors = [np.nan_to_num(relative_error(run.output, expected), nan=np.inf) for run, expected in pairs]
    return reference.challenge.inputs[int(np.argmax(errors))][:1]


def first_mixed(student: Flow, alone: OnTheWay, together: OnTheWay, tolerance: float) -> Layer | None:
    """The first layer whose numbers for an image are others alone than in a batch."""
    for layer in student:
        found = [run.numbers.get(layer.position) for run in (alone, together)]
        if found[0] is not None and found[1] is not None and not same_numbers(found[0], found[1], tolerance):
            return layer
    return None


def _calls(network: Network) -> list[tuple[str, int | None]]:
    return [(call.name, call.line) for call in network.calls]
