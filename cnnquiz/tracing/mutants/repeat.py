"""One bug goes in; the same bug in all places like its own comes out: a class is written once and used many times."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from cnnquiz.cnn import Network
from cnnquiz.tracing.mutants.mutation import Mutation, attempted

# Classes that say nothing about what they hold.
_CONTAINERS = ("Sequential", "ModuleList", "ModuleDict")


def repeated(mutation: Mutation, suspected: Collection[int] = ()) -> Iterator[Mutation]:
    """The bug in all suspected places, in every block of the same class, and in every layer of the same kind.

    As far as shapes allow it.
    """
    tried = [[mutation.change.place]]
    for places in (_alike(mutation, suspected), _same_part(mutation), _same_kind(mutation)):
        if places not in tried:
            tried.append(places)
            found = _at_all(mutation, places)
            if found is not None:
                yield found


def again(mutation: Mutation, network: Network) -> Network | None:
    """Another network with the same bug at the same place; None where it does not allow it."""
    return _once_more(mutation, network, mutation.change.place)


def _alike(mutation: Mutation, suspected: Collection[int]) -> list[int]:
    """The suspected calls that are of the same operation; something may be added behind any."""
    calls, place = mutation.origin.calls, mutation.change.place
    is_added = mutation.change.kind.startswith(("added", "dropout_added"))
    return sorted({place} | {k for k in suspected if is_added or calls[k].op.title == calls[place].op.title})


def _same_part(mutation: Mutation) -> list[int]:
    """The calls with the same name in blocks of the same class."""
    network, place = mutation.origin, mutation.change.place
    part = _part(network, place)
    return [k for k in range(len(network.calls)) if part is not None and _part(network, k) == part] or [place]


def _part(network: Network, place: int) -> tuple[str, str] | None:
    """The class of the innermost block that a call belongs to, and its name in there."""
    name = network.calls[place].name if place >= 0 else ""
    block = name.rpartition(".")[0]
    while block:
        if block in network.blocks and network.blocks[block] not in _CONTAINERS:
            return network.blocks[block], name.removeprefix(f"{block}.")
        block = block.rpartition(".")[0]
    return None


def _same_kind(mutation: Mutation) -> list[int]:
    """The calls of the same operation, whatever its attributes."""
    calls, place = mutation.origin.calls, mutation.change.place
    return [k for k, call in enumerate(calls) if place >= 0 and call.op.title == calls[place].op.title] or [place]


def _at_all(mutation: Mutation, places: list[int]) -> Mutation | None:
    """From the last place to the first: what is edited behind a place does not move it."""
    network, done = mutation.origin, []
    for place in reversed(places):
        changed = _once_more(mutation, network, place)
        if changed is not None:
            network = changed
            done.append(place)
    if len(done) < 2 or mutation.change.place not in done:
        return None
    change = replace(mutation.change, place=min(done), more=len(done) - 1)
    return replace(mutation, change=change, network=network)


def _once_more(mutation: Mutation, network: Network, place: int) -> Network | None:
    """A network with the bug at a place of its own."""
    wanted = mutation.change
    if place >= len(network.calls):  # a shortcut that was dropped took several calls with it
        return None
    for attempt in mutation.family(network, place):
        change = attempt[0]
        if (change.bug, change.kind, change.actual) == (wanted.bug, wanted.kind, wanted.actual):
            found = attempted(network, attempt, mutation.family)
            if found is not None:
                return found.network
    return None
