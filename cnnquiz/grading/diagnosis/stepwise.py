"""Where a submission's numbers go wrong goes in; bugs that explain them, one after the other, come out."""

from collections.abc import Iterator

from cnnquiz.cnn import Network
from cnnquiz.errors import ReplayError
from cnnquiz.grading.comparison import same_numbers
from cnnquiz.grading.diagnosis.fitting import Fitting
from cnnquiz.grading.diagnosis.layer_by_layer import FirstWrong, OnTheWay, layer_by_layer
from cnnquiz.grading.diagnosis.layer_pairs import suspects
from cnnquiz.grading.diagnosis.suggestions import places_alike, suggestions
from cnnquiz.grading.matching.flow import Flow, flow
from cnnquiz.tracing.mutants import Mutation, again, mutations_at, repeated
from cnnquiz.tracing.replay import Watched

_MOST_BUGS = 3

# How far behind its place in the solution a layer's numbers are looked for: a mutant has more calls, or less.
_NEAR = 8


def step_by_step(fitting: Fitting, student: Flow, on_the_way: OnTheWay) -> tuple[Mutation, ...]:
    """Mutations of which each sets the first wrong layer right, and all of them all outputs; or none at all.

    Each is one of the network that the one before it made.
    """
    network = fitting.reference.network
    found: tuple[Mutation, ...] = ()
    for _ in range(_MOST_BUGS):
        try:
            run = fitting.watch(network, on_the_way)
        except ReplayError:
            return ()
        spot = _spot(fitting, student, on_the_way, run)
        if spot is None:
            last = _at_the_end(fitting, student, network)
            return () if last is None else _essential((*found, last))
        step = _step(fitting, student, on_the_way, run, spot)
        if step is None:
            return ()
        found, network = (*found, step), step.network
        if fitting.fits(network):
            return _essential(found)
    return ()


def _at_the_end(fitting: Fitting, student: Flow, network: Network) -> Mutation | None:
    """What explains the outputs where all layers that have a partner are right, such as a softmax behind them."""
    for mutation in (
        *suggestions(suspects(student, flow(network)), network),
        *mutations_at(network, network.output - 1),
    ):
        if fitting.is_late():
            break
        if fitting.fits(mutation.network):
            return mutation
    return None


def _essential(found: tuple[Mutation, ...]) -> tuple[Mutation, ...]:
    """Without those that would change nothing alone: average pooling over 8×8 is global where maps are 8×8."""
    origin = flow(found[0].origin)
    alone = [(each, again(each, found[0].origin)) for each in found]
    return tuple(each for each, network in alone if network is None or suspects(flow(network), origin)) or found


def _spot(fitting: Fitting, student: Flow, on_the_way: OnTheWay, run: Watched) -> FirstWrong | None:
    return layer_by_layer(student, on_the_way, run.network, run.samples, fitting.reference.tolerance).first


def _step(fitting: Fitting, student: Flow, on_the_way: OnTheWay, run: Watched, spot: FirstWrong) -> Mutation | None:
    """A mutation that explains everything, at best one that looks like the student's network; else the furthest."""
    seeming = suspects(student, flow(run.network))
    fits: Mutation | None = None
    furthest: tuple[int, Mutation] | None = None
    for mutation in _near(student, run.network, spot):
        if fitting.is_late():
            break
        if not _sets_right(fitting, mutation, on_the_way, run, spot):
            continue
        for each in (mutation, *repeated(mutation, places_alike(mutation, seeming))):
            if fitting.fits(each.network):
                if not suspects(student, flow(each.network)):
                    return each
                fits = fits or each
            elif fits is None:
                reached = _reached(fitting, student, on_the_way, each)
                if furthest is None or reached > furthest[0]:
                    furthest = reached, each
    return fits or (furthest[1] if furthest is not None else None)


def _reached(fitting: Fitting, student: Flow, on_the_way: OnTheWay, mutation: Mutation) -> int:
    """How many of the student's layers come before the first that is wrong even so."""
    try:
        spot = _spot(fitting, student, on_the_way, fitting.watch(mutation.network, on_the_way))
    except ReplayError:
        return -1
    return len(student) if spot is None else student.index(spot.layer)


def _near(student: Flow, network: Network, spot: FirstWrong) -> Iterator[Mutation]:
    """What the student seems to have done there, then all bugs there."""
    yield from suggestions([each for each in suspects(student, flow(network)) if each.place in spot.ours], network)
    for place in (*spot.ours, *spot.beside):
        if place >= 0:
            yield from mutations_at(network, place)


def _sets_right(fitting: Fitting, mutation: Mutation, on_the_way: OnTheWay, run: Watched, spot: FirstWrong) -> bool:
    """Whether the layer that went wrong has the student's numbers in the mutant."""
    if not fitting.may_replay(mutation.network):  # what takes other tensors needs another run of the submission
        return fitting.fits(mutation.network)
    wanted = on_the_way.numbers.get(spot.layer.position)
    last = max(spot.ours) + _NEAR
    try:
        samples = fitting.watch(mutation.network, on_the_way, known=run, stop=last).samples
    except ReplayError:
        return False
    return wanted is not None and any(
        same_numbers(wanted, each, fitting.reference.tolerance) for each in samples[max(0, min(spot.ours)) :]
    )
