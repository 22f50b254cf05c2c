"""A network goes in; the places where it can be cut in two, and its parts as networks, come out."""

from dataclasses import replace

from cnnquiz.cnn import Network


def cuts(network: Network) -> list[int]:
    """Positions of values from which alone all that comes behind them is computed; the first is 0, the input."""
    found, earliest = [], network.output
    for position in reversed(range(len(network.calls) + 1)):
        if position <= earliest:
            found.append(position)
        if position:
            earliest = min(earliest, *network.calls[position - 1].inputs)
    return found[::-1]


def part(network: Network, start: int, end: int | None = None) -> Network:
    """What leads from the value at one cut to that at another, or to the network's output."""
    return replace(
        network,
        input_shape=network.calls[start - 1].output_shape if start else network.input_shape,
        calls=tuple(
            replace(call, inputs=tuple(position - start for position in call.inputs))
            for call in network.calls[start:end]
        ),
        output=(network.output if end is None else end) - start,
    )


def common_calls(first: Network, second: Network) -> int:
    """How many calls two networks share, from the first on."""
    pairs = list(zip(first.calls, second.calls, strict=False))
    return next((place for place, (one, other) in enumerate(pairs) if one is not other), len(pairs))
