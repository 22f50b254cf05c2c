"""What a student's network has in other places than the solution's goes in; mutants that have it too come out."""

from collections.abc import Iterator, Sequence

from cnnquiz.cnn import Network
from cnnquiz.grading.diagnosis.layer_pairs import Suspect
from cnnquiz.tracing.mutants import Mutation, suggested

# A layer that a student claims to have may be of any size: a mutant with it must not keep the grader busy.
_LARGEST_WINDOW = 64


def suggestions(found: Sequence[Suspect], origin: Network) -> Iterator[Mutation]:
    """The solution with what the student has at one place, for each place."""
    for suspect in found:
        if suspect.op is None or not _is_large(suspect):
            mutation = suggested(origin, suspect.place, suspect.op, extra=suspect.extra)
            if mutation is not None:
                yield mutation


def places_alike(mutation: Mutation, found: Sequence[Suspect]) -> list[int]:
    """Where the student seems to have done the same: added the like, or had something else in a place."""
    change = mutation.change
    is_added = change.kind.startswith(("added", "dropout_added"))
    return [
        each.place
        for each in found
        if each.place >= 0
        and each.extra == is_added
        and (not is_added or (each.op is not None and each.op.title == change.layer))
    ]


def _is_large(suspect: Suspect) -> bool:
    """Whether an operation that a student claims to use has windows that no network has."""
    assert suspect.op is not None
    for name, value in suspect.op.attributes().items():
        sizes = value if isinstance(value, tuple) else (value,)
        is_size = "channels" not in name and "features" not in name
        if is_size and any(isinstance(size, int) and abs(size) > _LARGEST_WINDOW for size in sizes):
            return True
    return False
