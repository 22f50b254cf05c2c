"""Weights and inputs that nobody knew before: the solution's tensors go in, random arrays come out."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod, sqrt

import numpy as np

from cnnquiz.cnn import Network, Parameter
from cnnquiz.sandbox import TensorClaim
from cnnquiz.sandbox.tensors import Array

# Large inputs bring out what hides at scale 1, such as the constants of a local response normalisation.
_INPUT_SCALES = (1.0, 30.0, 5.0)


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """What a submission is asked to compute.

    `weights` are by the solution's names; `inputs` are batches N×C×H×W of different sizes N. Everything is drawn
    from the operating system's entropy, so that no submission can have prepared for it.
    """

    weights: Mapping[str, Array]
    inputs: tuple[Array, ...]
    seed: int


def draw_challenge(
    claims: Sequence[TensorClaim], network: Network, input_shape: Sequence[int], batches: Sequence[int]
) -> Challenge:
    """Draw a challenge at which the solution's layers all show.

    Weights are uniform at He's scale √(6/fan_in), biases are not zero, running variances and scales lie in
    0.5 … 1.5: with zero weights, zero biases or unit statistics many wrong networks would agree.
    """
    random = np.random.default_rng(secrets.randbits(128))
    roles = {t.name: t for call in network.calls for t in (*call.parameters, *call.buffers)}
    weights = {claim.name: _tensor(random, claim, roles.get(claim.name)) for claim in claims}
    inputs = tuple(
        (_INPUT_SCALES[number % len(_INPUT_SCALES)] * random.standard_normal((batch, *input_shape))).astype(np.float32)
        for number, batch in enumerate(batches)
    )
    return Challenge(weights=weights, inputs=inputs, seed=secrets.randbits(31))


def _tensor(random: np.random.Generator, claim: TensorClaim, known: Parameter | None) -> Array:
    dtype = np.dtype(claim.dtype)
    if not np.issubdtype(dtype, np.floating):
        return np.zeros(claim.shape, dtype)  # a counter of batches
    role = known.role if known else claim.name.rpartition(".")[2]
    if len(claim.shape) >= 2:
        bound = sqrt(6 / prod(claim.shape[1:]))
        return random.uniform(-bound, bound, claim.shape).astype(dtype)
    low, high = (0.5, 1.5) if role in ("weight", "running_var") else (-0.5, 0.5)
    return random.uniform(low, high, claim.shape).astype(dtype)
