"""Weights and inputs that nobody knew before: the solution's tensors go in, random arrays come out."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod, sqrt
from typing import Literal

import numpy as np

from cnnquiz.cnn import Call, Network, Parameter
from cnnquiz.sandbox import TensorClaim
from cnnquiz.sandbox.tensors import Array

# Kinds of inputs. Large ones bring out what hides at scale 1, such as the constants of a local response normalisation,
# or a ReLU that ends at 6.
_PIXELS, _NOISE, _LOUD = range(3)
_LARGE = 30.0
_MOST_IMAGES = 9

_NARROW, _NARROW_SHARE = 0.03, 0.25

# Small variances bring out the ε that is added to them; the scales make up for what they would enlarge.
_RANGES: Mapping[str, tuple[float, float]] = {"running_var": (0.1, 0.5), "weight": (0.3, 0.8)}


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """What a submission is asked to compute.

    `weights` are by the solution's names; `inputs` are batches N×C×H×W of different sizes N, `others` batches of
    other image sizes. Everything is drawn from the operating system's entropy, so that no submission can have prepared
    for it.
    """

    weights: Mapping[str, Array]
    inputs: tuple[Array, ...]
    others: tuple[Array, ...]
    seed: int


def draw_challenge(
    claims: Sequence[TensorClaim],
    network: Network,
    input_shape: Sequence[int],
    *,
    others: Sequence[Sequence[int]] = (),
    large: bool,
) -> Challenge:
    """Draw a challenge at which the solution's layers all show.

    Weights are uniform at He's scale √(6/fan_in), biases are not zero, running variances lie in 0.1 … 0.5 and scales in
    0.3 … 0.8: with zero weights, zero biases or unit statistics many wrong networks would agree. Batches are of one
    image, of an even and of an odd number, in any order; they are noise, noise that is large, and pixels between 0 and
    1. Of a large network two batches have to do, of one image and of two; one of them is large.
    """
    random = np.random.default_rng(secrets.randbits(128))
    roles = {t.name: t for call in network.calls for t in (*call.parameters, *call.buffers)}
    weights = {claim.name: _tensor(random, claim, roles.get(claim.name)) for claim in claims}
    for call in network.calls:
        _narrow_some(random, weights, call)
    some = random.integers(2, _MOST_IMAGES // 2 + 1, size=2)
    batches = [1, 2] if large else [1, 2 * int(some[0]), 2 * int(some[1]) - 1]
    shapes = [(batch, *input_shape) for batch in random.permutation(batches)]
    kinds = random.permutation([_LOUD, *random.permutation([_PIXELS, _NOISE])[: len(shapes) - 1]])
    return Challenge(
        weights=weights,
        inputs=tuple(_input(random, kind, shape) for kind, shape in zip(kinds, shapes, strict=True)),
        others=tuple(_input(random, _NOISE, (2, *shape)) for shape in others),
        seed=secrets.randbits(31),
    )


def draw_missing(network: Network, known: Mapping[str, Array]) -> dict[str, Array]:
    """The tensors that a network uses: those of a challenge where they have its shapes, others drawn as they were."""
    random = np.random.default_rng(secrets.randbits(128))
    weights = {}
    for claim in used_tensors(network):
        array = known.get(claim.name)
        weights[claim.name] = (
            array if array is not None and array.shape == claim.shape else _tensor(random, claim, None)
        )
    return weights


def used_tensors(network: Network) -> tuple[TensorClaim, ...]:
    """What a module that does nothing but run the network would claim to have, in the order of first use."""
    claims: dict[str, TensorClaim] = {}
    for call in network.calls:
        claims |= {tensor.name: _claim(tensor, "parameter") for tensor in call.parameters}
        claims |= {tensor.name: _claim(tensor, "buffer") for tensor in call.buffers}
    return tuple(claims.values())


def _claim(tensor: Parameter, kind: Literal["parameter", "buffer"]) -> TensorClaim:
    return TensorClaim(name=tensor.name, kind=kind, shape=tensor.shape, dtype="float32", trainable=kind == "parameter")


def draw_cotangent(shape: Sequence[int]) -> Array:
    """Weights of the outputs in a sum whose gradient is asked for."""
    random = np.random.default_rng(secrets.randbits(128))
    return random.standard_normal(tuple(shape), dtype=np.float32)


def _narrow_some(random: np.random.Generator, weights: dict[str, Array], call: Call) -> None:
    """Give some channels of a batch normalisation little variance, and a scale that makes up for it.

    There an ε of 1e-6 for 1e-5, or one that is added behind the root, changes the outputs by half a thousandth.
    """
    found = {tensor.role: tensor.name for tensor in (*call.parameters, *call.buffers)}
    if "running_var" not in found or "weight" not in found or not {*found.values()} <= set(weights):
        return
    variance, scale = weights[found["running_var"]], weights[found["weight"]]
    narrow = np.where(random.random(variance.shape) < _NARROW_SHARE, np.float32(_NARROW), np.float32(1))
    variance *= narrow
    scale *= np.sqrt(narrow)


def _input(random: np.random.Generator, kind: int, shape: tuple[int, ...]) -> Array:
    """Pixels, or noise around a level of each channel's own: without it all global averages would be about zero."""
    if kind == _PIXELS:
        return random.random(shape, dtype=np.float32)
    noise = random.standard_normal(shape, dtype=np.float32)
    noise += random.standard_normal((*shape[:2], *(1 for _ in shape[2:])), dtype=np.float32)
    return noise if kind == _NOISE else np.float32(_LARGE) * noise


def _tensor(random: np.random.Generator, claim: TensorClaim, known: Parameter | None) -> Array:
    dtype = np.dtype(claim.dtype)
    if not np.issubdtype(dtype, np.floating):
        return np.zeros(claim.shape, dtype)  # a counter of batches
    role = known.role if known else claim.name.rpartition(".")[2]
    if len(claim.shape) >= 2:
        bound = sqrt(6 / prod(claim.shape[1:]))
        return random.uniform(-bound, bound, claim.shape).astype(dtype)
    low, high = _RANGES.get(role, (-0.5, 0.5))
    return random.uniform(low, high, claim.shape).astype(dtype)
