"""What every family of bugs makes: a network with one bug in it, what was done, and where."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from cnnquiz.cnn import Network
from cnnquiz.cnn.op import Attribute
from cnnquiz.errors import NetworkError


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One bug in words: its short name, the kind of change, and what belongs into a sentence about it.

    `layer` is the title of what was dropped, added or moved, `other` that of what it was exchanged with.
    `also` are further attributes that differ, each with what it is and what it was.
    `neighbour` is the position of a second call that has a part in it; `more` counts further places with the same bug.
    """

    bug: str
    kind: str
    place: int
    layer: str = ""
    other: str = ""
    attribute: str = ""
    actual: Attribute = None
    expected: Attribute = None
    also: tuple[tuple[str, Attribute, Attribute], ...] = ()
    neighbour: int | None = None
    more: int = 0


# A bug that may be put into a network; NetworkError where its shapes do not allow it.
Attempt = tuple[Change, Callable[[], Network]]

# The bugs of one kind that a call of a network may have, by its position.
Family = Callable[[Network, int], Iterator[Attempt]]


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """`network` is `origin` with one bug, at `origin.calls[change.place]`."""

    change: Change
    origin: Network
    network: Network
    family: Family = field(repr=False, compare=False)


def attempted(origin: Network, attempt: Attempt, family: Family) -> Mutation | None:
    """The mutation, unless the network does not allow it or stays what it was."""
    change, edit = attempt
    try:
        network = edit()
    except NetworkError:
        return None
    return None if network == origin else Mutation(change=change, origin=origin, network=network, family=family)
