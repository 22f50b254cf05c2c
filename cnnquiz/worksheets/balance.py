"""A block of versions goes in; their problems come out, dealt so that no version has much more to do than another.

Each slot's problems come in an order in which none is met twice before the space is used up. A block of versions takes
the next ones of every slot; which of its versions gets which is free. So the heaviest go to the versions that have
least to do so far. What a version asks depends on the seed and its number alone, never on how many are written.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from cnnquiz.problems.problem import Problem
from cnnquiz.worksheets.work import work

if TYPE_CHECKING:
    from cnnquiz.worksheets.plan import Plan, Slot

_GROUPS = 8
"""So many groups at least are in a space."""


@dataclass(frozen=True, slots=True)
class _Share:
    """What each version of a block gets of one slot at a time, and how much work that is.

    Of a question that is asked more than once it is one problem; of questions that take turns it is all that a version
    asks of them, as taken apart one question could come twice.
    """

    slot: "Slot"
    problems: list[tuple[Problem, ...]]
    amounts: list[int]

    @property
    def spread(self) -> int:
        return max(self.amounts) - min(self.amounts)


@lru_cache(maxsize=2)  # versions are asked for one after the other
def balanced_block(plan: "Plan", number: int) -> tuple[tuple[Problem, ...], ...]:
    """The problems of `plan.block` versions, from version `number * plan.block + 1` on."""
    versions = range(number * plan.block, (number + 1) * plan.block)
    shares = [share for slot in plan.slots for share in _shares(plan, slot, versions)]
    if plan.block > 1:
        _balance(shares, versions)
    return tuple(
        tuple(problem for share in shares for problem in share.problems[version]) for version in range(plan.block)
    )


def _shares(plan: "Plan", slot: "Slot", versions: range) -> Iterator[_Share]:
    at_once = slot.times if len(slot.questions) > 1 else 1
    for first in range(0, slot.times, at_once):
        problems = [
            tuple(
                slot.problem(version * slot.times + first + each, seed=plan.seed, language=plan.language)
                for each in range(at_once)
            )
            for version in versions
        ]
        amounts = [sum(map(work, of_version)) for of_version in problems] if plan.block > 1 else []
        yield _Share(slot, problems, amounts)


def _balance(shares: list[_Share], versions: range) -> None:
    """Deal what may be dealt, what differs most first: the finer shares make up for the coarser ones."""
    free = {id(share): list(_free(share.slot.space, share.slot.times, versions)) for share in shares}
    totals = [0] * len(versions)
    for share in sorted(shares, key=lambda share: (bool(free[id(share)]), -share.spread)):
        for group in free[id(share)]:
            lightest_first = sorted(group, key=lambda version: totals[version])
            heaviest_first = sorted(group, key=lambda version: -share.amounts[version])
            dealt = [(share.problems[version], share.amounts[version]) for version in heaviest_first]
            for version, (problems, amount) in zip(lightest_first, dealt, strict=True):
                share.problems[version], share.amounts[version] = problems, amount
        for version, amount in enumerate(share.amounts):
            totals[version] += amount


def group_size(space: int, times: int, block: int) -> int:
    """How many versions in a row may swap what they got of a slot; 1 where none may.

    Were it more than half of the space, two versions in a row could meet though they are of two groups. It is far less,
    as what was dealt out is not known before it is drawn: seats are given by what versions of other groups may share.
    """
    size = block
    while size > 1 and _GROUPS * size * times > space:
        size //= 2
    return size


def _free(space: int, times: int, versions: range) -> Iterator[range]:
    """Groups of versions, counted from the first of the block, that swap what they got.

    A group that meets the end of the space does not: a problem could come again before all others were there.
    """
    size = group_size(space, times, len(versions))
    for start in range(0, len(versions), size) if size > 1 else ():
        first, last = versions[start] * times, (versions[start] + size) * times - 1
        if first // space == last // space:
            yield range(start, start + size)
