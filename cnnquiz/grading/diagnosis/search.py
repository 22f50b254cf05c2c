"""What a wrong submission answered goes in; the mutant of the solution that answers the same comes out, if one does."""

from collections.abc import Iterator, Sequence

from cnnquiz.cnn import Network
from cnnquiz.grading.diagnosis.fitting import Fitting
from cnnquiz.grading.diagnosis.layer_by_layer import OnTheWay
from cnnquiz.grading.diagnosis.layer_pairs import Suspect, suspects
from cnnquiz.grading.diagnosis.stepwise import step_by_step
from cnnquiz.grading.diagnosis.suggestions import places_alike, suggestions
from cnnquiz.grading.matching.flow import Flow, flow
from cnnquiz.tracing.mutants import SAME_LAYERS, Mutation, mutations_at, repeated

# Two bugs at once are looked for in networks whose layers are aligned in no time.
_MOST_CALLS_FOR_PAIRS = 150


def find_mutant(fitting: Fitting, student: Flow | None, on_the_way: OnTheWay | None = None) -> tuple[Mutation, ...]:
    """One mutation, or some that were made one after the other, whose numbers are those of every run of a take.

    Empty where none is found in time, or where the solution cannot be replayed. What the student's network says of
    itself, as `student` and `on_the_way`, decides only what is tried first.
    """
    if not fitting.replays_solution():
        return ()
    fitting.start()
    origin = fitting.reference.network
    if fitting.fits(origin):  # so little was answered that it tells nothing
        return ()
    if student is not None and on_the_way is not None:
        several = step_by_step(fitting, student, on_the_way)
        if several:
            return several
    tried: list[Mutation] = []
    found = None if student is None else _likeliest(fitting, student, origin, tried)
    if found is not None:
        return (found,)
    for mutation in _others(origin):
        if fitting.is_late():
            return ()
        if fitting.fits(mutation.network):
            return (mutation,)
        tried.append(mutation)
    if student is None or len(origin.calls) > _MOST_CALLS_FOR_PAIRS:
        return ()
    for first in tried:
        for second in _suspected(student, first.network):
            if fitting.is_late():
                return ()
            if fitting.fits(second.network):
                return first, second
    return ()


def _likeliest(fitting: Fitting, student: Flow, origin: Network, tried: list[Mutation]) -> Mutation | None:
    """The first suspected bug that fits and looks like the student's network; where none does, the first that fits.

    A ReLU moved and a ReLU added can give the same numbers.
    """
    first = None
    for mutation in _suspected(student, origin):
        if fitting.is_late():
            break
        tried.append(mutation)
        if fitting.fits(mutation.network):
            if not suspects(student, flow(mutation.network)):
                return mutation
            first = first or mutation
    return first


def _others(origin: Network) -> Iterator[Mutation]:
    """All mutations of a network: those that a student's list of layers would not show, all, all in many places."""
    for kinds in (SAME_LAYERS, None):
        for place in range(len(origin.calls)):
            yield from mutations_at(origin, place, kinds)
        for place in range(len(origin.calls)):
            for mutation in mutations_at(origin, place, kinds):
                yield from repeated(mutation)


def _suspected(student: Flow, origin: Network) -> Iterator[Mutation]:
    """What the student seems to have done, once and wherever it can be done, then all bugs there and beside."""
    found = suspects(student, flow(origin))
    for mutation in suggestions(found, origin):
        yield mutation
        if len(found) > 1:
            yield from repeated(mutation, places_alike(mutation, found))
    for place in _places(found, len(origin.calls)):
        for mutation in mutations_at(origin, place):
            yield mutation
            if len(found) > 1:
                yield from repeated(mutation)


def _places(found: Sequence[Suspect], calls: int) -> list[int]:
    """Suspected positions, then their neighbours."""
    places = [suspect.place for suspect in found]
    beside = [place + step for step in (1, -1) for place in places]
    return [place for place in dict.fromkeys([*places, *beside]) if 0 <= place < calls]
