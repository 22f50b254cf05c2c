"""Matching two large networks: the same one, and one with its layers declared in another order and run differently.

Prints seconds of CPU time for each step, the least of several rounds; recording and torch are not counted. Run by
`make bench`.
"""

import random
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cnnquiz.cnn import Call, Network
from cnnquiz.cnn.structure import Concatenate
from cnnquiz.grading.matching.canonical import CanonicalNetwork, canonical
from cnnquiz.grading.matching.match import Match, matches
from cnnquiz.grading.matching.pairing import Pairing, pairings
from cnnquiz.grading.matching.provenance import permutations
from cnnquiz.sandbox import TensorClaim
from cnnquiz.tracing.solutions import load_solutions

MODELS = ("densenet201", "inception_v4", "resnet152", "resnext101_32x8d")
ROUNDS = 3


def claims_of(network: Network, *, shuffled: bool) -> list[TensorClaim]:
    """What the sandbox would report of the network's tensors, in the order of declaration."""
    parameters = {t.name: t for call in network.calls for t in call.parameters}
    buffers = {t.name: t for call in network.calls for t in call.buffers}
    claims = [
        *(
            TensorClaim(name=n, kind="parameter", shape=t.shape, dtype="float32", trainable=True)
            for n, t in parameters.items()
        ),
        *(
            TensorClaim(name=n, kind="buffer", shape=t.shape, dtype="float32", trainable=False)
            for n, t in buffers.items()
        ),
    ]
    if shuffled:
        random.Random(1).shuffle(claims)
    return claims


def joined_in_reverse(network: Network) -> Network:
    """The same network with every concatenation in the opposite order."""
    return replace(network, calls=tuple(_reversed(c) if isinstance(c.op, Concatenate) else c for c in network.calls))


def _reversed(call: Call) -> Call:
    return replace(call, inputs=call.inputs[::-1], input_shapes=call.input_shapes[::-1])


def least(work: Callable[..., Any], *arguments: Any) -> float:
    seconds = []
    for _ in range(ROUNDS):
        started = time.process_time()
        work(*arguments)
        seconds.append(time.process_time() - started)
    return min(seconds)


def every_match(*arguments: Any) -> list[Match]:
    return list(matches(*arguments))


def first_pairing(student: CanonicalNetwork, solution: CanonicalNetwork) -> Pairing:
    return next(pairings(student, solution))


def main() -> None:
    networks = {solution.name: solution for solution in load_solutions() if solution.name in MODELS}
    print(
        f"{'network':20}{'calls':>7}{'tensors':>9}{'canonical':>11}{'first pair':>12}{'permute':>9}{'every match':>13}"
    )
    for name in MODELS:
        network = networks[name].record()
        claims, shuffled = claims_of(network, shuffled=False), claims_of(network, shuffled=True)
        for title, other in ((name, network), ("  joined in reverse", joined_in_reverse(network))):
            graphs = canonical(other), canonical(network)
            cells = (
                least(canonical, other),
                least(first_pairing, *graphs),
                least(permutations, *graphs, first_pairing(*graphs)),
                least(every_match, shuffled, other, claims, network),
            )
            numbers = "".join(f"{s:{w}.3f}" for s, w in zip(cells, (11, 12, 9, 13), strict=True))
            print(f"{title:20}{len(other.calls):7}{len(claims):9}{numbers}")


if __name__ == "__main__":
    main()
