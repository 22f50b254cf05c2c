"""Order and match: items go with the key, ties and twins are faults, and part of the way earns part of the points."""

from collections.abc import Callable
from fractions import Fraction
from itertools import permutations
from math import comb
from typing import Any

import pytest

from cnnquiz.bank.question import Question
from cnnquiz.errors import BankError
from cnnquiz.problems.draw import draw, problem_at, space_size
from cnnquiz.problems.kinds import shown_answer, shown_mistake, worth
from cnnquiz.problems.problem import Problem
from tests.bank.conftest import same

Build = Callable[..., Question]

# Values 1 … 9, four of them; sorted by what is left when 5 is taken away and the sign is dropped.
COMPUTED = {
    "parameters": "{items: {values: [1, 2, 4, 8, 9], choose: 4}}",
    "answer": f"\n    each: item\n    of: items\n    by: item\n    text: {same('n{item}')}",
    "mistakes": f"[{{answer: -item, feedback: {same('the other way round')}, credit: 1/4}}]",
}
PAIRS = {
    "parameters": "{items: {values: [1, 2, 4, 8], choose: 3}}",
    "answer": f"\n    each: item\n    of: items\n    left: {same('{item}')}\n    right: {same('{item**2}')}\n    feedback: {same('{item} squared')}",
}  # fmt: skip


def placed(problem: Problem, *texts: str) -> tuple[int, ...]:
    return tuple(problem.options.index(text) for text in texts)


def test_an_order_that_is_computed(question: Build) -> None:
    asked = question(of="order", **COMPUTED)
    assert space_size(asked) == comb(5, 4)
    for seed in range(20):
        problem = draw(asked, seed=seed)
        assert isinstance(problem.answer, tuple)
        in_order = [problem.options[place] for place in problem.answer]  # type: ignore[index]
        assert in_order == sorted(problem.options)
        assert problem.mistakes[0].answer == problem.answer[::-1]
        assert shown_mistake(problem, problem.mistakes[0]) == " → ".join(shown_answer(problem).split(" → ")[::-1])


def test_options_are_not_listed_in_their_order(question: Build) -> None:
    answers = {draw(question(of="order"), seed=seed).answer for seed in range(60)}
    assert len(answers) > 15, "24 orders of four options"


def test_a_given_order_and_its_mistakes(question: Build) -> None:
    asked = question(of="order", mistakes=f"[{{answer: [2, 1, 3, 4], feedback: {same('swapped')}}}]")
    problem = draw(asked, seed=1)
    assert problem.answer == placed(problem, "a", "b", "c", "d")
    assert problem.mistakes[0].answer == placed(problem, "b", "a", "c", "d")


# Kendall's τ of every order of four, from the number of pairs out of order: (6 − 2·inversions)/6, not below 0.
def test_marks_of_an_order(question: Build) -> None:
    problem = draw(question(of="order"), seed=0)
    for given in permutations("abcd"):
        inversions = sum(given[i] > given[j] for i in range(4) for j in range(i + 1, 4))
        found = worth(problem, placed(problem, *given))
        assert found.credit == max(Fraction(6 - 2 * inversions, 6), 0), given


def test_a_mistake_is_worth_its_credit_and_not_its_pairs(question: Build) -> None:
    nearly = f"[{{answer: [2, 1, 3, 4], feedback: {same('swapped')}}}]"
    problem = draw(question(of="order", mistakes=nearly), seed=0)
    given = worth(problem, placed(problem, "b", "a", "c", "d"))
    assert (given.credit, given.feedback) == (0, ("swapped",))

    problem = draw(question(of="order", **COMPUTED), seed=0)
    given = worth(problem, problem.mistakes[0].answer)
    assert (given.credit, given.feedback) == (Fraction(1, 4), ("the other way round",))


def test_a_mistake_that_orders_like_the_key_is_dropped(question: Build) -> None:
    mistakes = "".join(f"\n    - {{answer: {by}, feedback: {same(by)}}}" for by in ("2*item", "-item", "-2*item"))
    problem = draw(question(of="order", **{**COMPUTED, "mistakes": mistakes}), seed=0)
    assert [mistake.feedback for mistake in problem.mistakes] == ["-item"]


def test_a_match_shows_every_right_side_once(question: Build) -> None:
    asked = question(of="match", extra=f"[{same('x1')}, {same('x2')}]")
    answers = set()
    for seed in range(30):
        problem = draw(asked, seed=seed)
        assert problem.items == ("l0", "l1", "l2", "l3")
        assert sorted(problem.options) == ["r0", "r1", "r2", "r3", "x1", "x2"]
        assert problem.answer == placed(problem, "r0", "r1", "r2", "r3")
        answers.add(problem.answer)
    assert len(answers) > 20
    assert shown_answer(problem) == ", ".join(f"{i + 1}–{'ABCDEF'[p]}" for i, p in enumerate(problem.answer))  # type: ignore[arg-type, index]
    assert [shown_mistake(problem, mistake) for mistake in problem.mistakes] == ["1", "2", "3", "4"]


def test_pairs_are_chosen(question: Build) -> None:
    asked = question(of="match", choose="2")
    problems = [problem_at(asked, index, language="en") for index in range(space_size(asked))]
    assert len(problems) == comb(4, 2)
    assert len({problem.items for problem in problems}) == comb(4, 2)
    for problem in problems:
        partners = [problem.options[place] for place in problem.answer]  # type: ignore[index, union-attr]
        assert [item[1] for item in problem.items] == [partner[1] for partner in partners]
        assert [mistake.feedback for mistake in problem.mistakes] == [f"f{item[1]}" for item in problem.items]


def test_pairs_that_are_computed(question: Build) -> None:
    asked = question(of="match", **PAIRS)
    assert space_size(asked) == comb(4, 3)
    problem = problem_at(asked, 0, language="en")
    assert problem.items == ("1", "2", "4")
    assert problem.answer == placed(problem, "1", "4", "16")
    assert [mistake.feedback for mistake in problem.mistakes] == ["1 squared", "2 squared", "4 squared"]


def test_rows_are_filtered(question: Build) -> None:
    asked = question(of="match", **{**PAIRS, "answer": PAIRS["answer"] + "\n    where: item > 1"})
    assert problem_at(asked, 0, language="en").items == ("2", "4")


@pytest.mark.parametrize(
    ("texts", "credit", "feedback"),
    [
        pytest.param("r0 r1 r2 r3", 1, [], id="all"),
        pytest.param("r1 r0 r2 r3", Fraction(1, 2), ["f0", "f1"], id="two of four"),
        pytest.param("r1 r2 r3 r0", 0, ["f0", "f1", "f2", "f3"], id="none"),
        pytest.param("r0 r0 r0 r0", Fraction(1, 4), ["f1", "f2", "f3"], id="one partner for all"),
        pytest.param("r0 - r2 r3", Fraction(3, 4), ["f1"], id="one left open"),
        pytest.param("- - - -", 0, ["f0", "f1", "f2", "f3"], id="all left open"),
    ],
)
def test_marks_of_a_match(question: Build, texts: str, credit: Fraction, feedback: list[str]) -> None:
    problem = draw(question(of="match"), seed=2)
    given = tuple(None if text == "-" else problem.options.index(text) for text in texts.split())
    found = worth(problem, given)
    assert (found.credit, list(found.feedback)) == (credit, feedback)


FAULTS = [
    pytest.param("order", {**COMPUTED, "answer": COMPUTED["answer"].replace("by: item", "by: item % 2")}, "two items have the same 'item % 2' for items = 1×2×4×8 (expected a constraint such as distinct(…))", id="ties"),
    pytest.param("order", {**COMPUTED, "answer": COMPUTED["answer"].replace("n{item}", "n{item % 2}")}, "4 items for items = 1×2×4×8 (expected 2 to 8 different ones)", id="items that read alike"),
    pytest.param("order", {**COMPUTED, "answer": COMPUTED["answer"].replace("by: item", "by: \"'x'\"")}, "\"'x'\" gives x for items = 1×2×4×8 (expected a number)", id="an order by texts"),
    pytest.param("order", {**COMPUTED, "answer": COMPUTED["answer"].replace("of: items", "of: items[0]")}, "'items[0]' gives 1 for items = 1×2×4×8 (expected several values)", id="rows of a number"),
    pytest.param("order", {**COMPUTED, "answer": COMPUTED["answer"] + "\n    where: item"}, "'item' gives 1 for items = 1×2×4×8 (expected a comparison such as n > k)", id="where is a number"),
    pytest.param("order", {**COMPUTED, "answer": COMPUTED["answer"] + "\n    where: item == 1"}, "1 items for items = 1×2×4×8 (expected 2 to 8 different ones)", id="one item"),
    pytest.param("match", {"extra": f"[{same('r1')}]"}, "5 texts to match (expected 2 to 8 different ones)", id="an extra that matches"),
    pytest.param("match", {**PAIRS, "answer": PAIRS["answer"].replace("{item**2}", "{item % 2}")}, "3 texts to match for items = 1×2×4 (expected 2 to 8 different ones)", id="right sides that read alike"),
    pytest.param("match", {**PAIRS, "answer": PAIRS["answer"].replace("left: {en: \"{item}\", ko: \"{item}\"}", "left: {en: \"{item % 2}\", ko: \"{item % 2}\"}")}, "3 texts to match for items = 1×2×4 (expected 2 to 8 different ones)", id="left sides that read alike"),
    pytest.param("match", {**PAIRS, "parameters": "{items: {values: [1, 2, 3, 4, 5, 6, 7, 8, 9], choose: 9}}"}, "9 texts to match for items = 1×2×3×4×5×6×7×8×9 (expected 2 to 8 different ones)", id="more than letters"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "changes", "message"), FAULTS)
def test_what_cannot_be_ordered_or_matched(entry: Any, kind: str, changes: dict[str, str], message: str) -> None:
    bad = entry(of=kind, **changes)
    with pytest.raises(BankError) as caught:
        problem_at(bad.read(), 0, language="en")
    assert str(caught.value) == f"{bad.path}:1: t.conv-output: {message}"
