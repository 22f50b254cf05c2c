"""A keyed permutation of 0 … N−1: the same on every machine and Python version, and no two positions meet."""

from functools import lru_cache
from hashlib import blake2b

_ROUNDS = 6


def permuted(position: int, size: int, key: str) -> int:
    """Where `position` goes in the permutation of 0 … size − 1 that `key` names.

    A Feistel network over the next power of four; what falls outside is sent through again (cycle walking), which
    ends because a permutation returns to where it started. Source: Black & Rogaway 2002, "Ciphers with arbitrary
    finite domains", methods 2 and 3.
    """
    if not 0 <= position < size:
        raise ValueError(f"position {position} of {size} (expected 0 to {size - 1})")
    half_bits = max(1, ((size - 1).bit_length() + 1) // 2)
    value = position
    while True:
        value = _feistel(value, half_bits, key)
        if value < size:
            return value


def _feistel(value: int, half_bits: int, key: str) -> int:
    mask = (1 << half_bits) - 1
    left, right = value >> half_bits, value & mask
    for number in range(_ROUNDS):
        left, right = right, left ^ (_digest(key, number, right) & mask)
    return (left << half_bits) | right


@lru_cache(maxsize=4096)
def _digest(key: str, number: int, half: int) -> int:
    data = f"{key}/{number}/{half}".encode()
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "big")


def shuffled_positions(size: int, key: str) -> tuple[int, ...]:
    """0 … size − 1 in the order that `key` names."""
    return tuple(permuted(position, size, key) for position in range(size))
