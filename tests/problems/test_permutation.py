"""A keyed permutation: every place once, the same everywhere, and no place preferred."""

import hashlib
import math
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnquiz.problems.permutation import permuted, shuffled_positions

sizes = st.integers(1, 200)
keys = st.text(max_size=12)


@settings(max_examples=40)
@given(size=sizes, key=keys)
def test_every_place_is_taken_once(size: int, key: str) -> None:
    assert sorted(shuffled_positions(size, key)) == list(range(size))


@given(size=st.integers(1, 10**30), key=keys, data=st.data())
def test_positions_of_a_huge_space_stay_inside_and_apart(size: int, key: str, data: st.DataObject) -> None:
    positions = data.draw(st.sets(st.integers(0, size - 1), min_size=1, max_size=8))
    places = {permuted(position, size, key) for position in positions}
    assert len(places) == len(positions)
    assert all(0 <= place < size for place in places)


def by_the_book(position: int, size: int, key: str) -> int:
    """Black & Rogaway 2002: a Feistel network on two halves of the fewest bits, walked until it lands inside."""
    bits = 1
    while 4**bits < size:
        bits += 1
    while True:
        left, right = divmod(position, 2**bits)
        for number in range(6):
            digest = hashlib.blake2b(f"{key}/{number}/{right}".encode(), digest_size=8).digest()
            left, right = right, left ^ int.from_bytes(digest, "big") % 2**bits
        position = left * 2**bits + right
        if position < size:
            return position


@given(size=st.integers(1, 10**12), key=keys, data=st.data())
def test_it_is_the_published_method(size: int, key: str, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, size - 1))
    assert permuted(position, size, key) == by_the_book(position, size, key)


# Computed once with `by_the_book`: worksheets that were handed out must come out the same in later versions.
GOLDEN = [
    (1, "7/shapes.a", [0]),
    (2, "7/shapes.a", [0, 1]),
    (10, "7/shapes.a", [6, 9, 5, 1, 3, 7, 4, 2, 0, 8]),
    (10, "8/shapes.a", [1, 3, 8, 7, 6, 0, 4, 5, 2, 9]),
    (10, "7/합성곱", [7, 2, 1, 9, 5, 0, 3, 8, 6, 4]),
    (1000, "0/x", [150, 628, 81, 947, 571, 601]),
    (500000, "0/x", [381663, 326217, 177526, 282211, 377819]),
    (1000000000000000000, "0/x", [657005716186868383, 310120069458412688]),
]


@pytest.mark.parametrize(("size", "key", "places"), GOLDEN)
def test_places_never_change(size: int, key: str, places: list[int]) -> None:
    assert [permuted(position, size, key) for position in range(len(places))] == places


@pytest.mark.parametrize(("position", "size"), [(-1, 5), (5, 5), (0, 0)])
def test_a_position_outside_is_refused(position: int, size: int) -> None:
    with pytest.raises(ValueError, match=rf"position {position} of {size} \(expected 0 to {size - 1}\)"):
        permuted(position, size, "key")


@pytest.mark.parametrize("size", [2, 3, 4, 5, 7, 8, 13])
def test_no_place_is_preferred(size: int) -> None:
    """Chi-square of where position 0 goes under 4,000 keys; above the limit once in 10,000 for a fair shuffle."""
    keys = 4000
    counts = Counter(permuted(0, size, f"{seed}/q") for seed in range(keys))
    chi_square = sum((counts[place] - keys / size) ** 2 / (keys / size) for place in range(size))
    freedom = size - 1
    # Wilson and Hilferty's approximation of the chi-square distribution at 3.72 standard deviations.
    limit = freedom * (1 - 2 / (9 * freedom) + 3.72 * math.sqrt(2 / (9 * freedom))) ** 3
    assert chi_square < limit


def test_all_orders_of_four_options_occur() -> None:
    orders = Counter(shuffled_positions(4, f"{seed}/q/0") for seed in range(4800))
    assert len(orders) == 24
    assert min(orders.values()) > 130
    assert max(orders.values()) < 280
