"""Choices, orders, matches and listings as students type them."""

from fractions import Fraction
from itertools import combinations, permutations
from typing import Any

import pytest

from cnnquiz.marking.mark import mark, mark_parts
from cnnquiz.problems.problem import Mistake
from tests.marking.conftest import problem

OPTIONS = ("max pooling", "x > 0", "x < 0", "`nn.ReLU()`")
CHOICE = problem(
    "choice", 1, options=OPTIONS, mistakes=(Mistake(answer=0, feedback="not pooling", credit=Fraction(1, 2)),)
)
CHOICES = problem(
    "choices",
    (0, 2),
    options=OPTIONS,
    mistakes=(Mistake(answer=1, feedback="not B"), Mistake(answer=3, feedback="not D")),
)
ORDER = problem(
    "order",
    (1, 0, 3, 2),
    options=OPTIONS,
    mistakes=(Mistake(answer=(1, 0, 2, 3), feedback="almost", credit=Fraction(1, 4)),),
)
MATCH = problem(
    "match",
    (2, 0),
    options=("dense", "split", "skip"),
    items=("ResNet", "DenseNet"),
    mistakes=tuple(Mistake(answer=None, feedback=f"look at {n}", part=n) for n in (0, 1)),
)
LISTING = problem(
    "listing",
    (3, 1),
    options=("it crashes", "it never learns"),
    listing="a\nb\nc\nd",
    mistakes=(
        Mistake(answer=2, feedback="line 2 is fine", part=0, credit=Fraction(1, 2)),
        Mistake(answer=0, feedback="it runs", part=1),
    ),
)


def shown(problem: Any, text: str) -> str:
    found = mark(problem, text)
    return found.read_as if found.read_as is not None else found.verdict


ONE = {
    "B": ["B", "b", " b ", "(B)", "b)", "B.", "[B]", "Ｂ", "ｂ", "Ⓑ", "В", "answer: B", "Answer is B", "답: B", "정답은 B입니다", "B번", "option B", "Option b.", "보기 B", "'B'", "**B**", "x > 0", "X > 0", "x  >  0", "x＞0", "B: x > 0", "B) x > 0", "(b) x > 0", "`B`", "B?", "B ✓", "_B_", "It is B", "I think it's B", "I choose B", "B x > 0", "(2)", "2번", "②", "2)", "(나)", "나)", "ㄴ", "ㄴ."],
    "A": ["a", "max pooling", "Max Pooling", "max-pooling", "MAX POOLING.", "A. max pooling"],
    "D": ["nn.ReLU()", "`nn.ReLU()`", "nn.relu", "D"],
    "not-understood": ["E", "AB", "A or B", "A/B", "A, B", "A와 B", "1", "5", "x", "x 0", "pooling", "A: x > 0", "B, probably", "not B", "ab", "ㅠ", "all", "B!A", "나", "다", "A B C D", "A ✓ B", "B X", "B ✗", "B max pooling", "(2) (3)", "(5)", "둘 다", "A나 B"],
    "empty": ["", " ", "-", "?"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("letter", "text"), [(letter, text) for letter, texts in ONE.items() for text in texts], ids=repr
)
def test_one_option(letter: str, text: str) -> None:
    assert shown(CHOICE, text) == letter


SEVERAL = {
    "A, C": ["A, C", "A,C", "a c", "ac", "AC", "CA", "c, a", "A and C", "A & C", "A + C", "A와 C", "A; C", "A/C", "A. C.", "(A) (C)", "(a),(c)", "A\nC", "Ａ，Ｃ", "AとC".replace("と", "、"), "A, C, A", "max pooling; x < 0", "max pooling\nC", "정답: A, C", "A그리고 C", "{A, C}", "A C.", "A·C", "A랑 C", "only A and C", "both A and C", "max pooling, x < 0", "①③", "①, ③", "1번, 3번", "ㄱ, ㄷ", "ㄱㄷ", "(가), (다)", "가, 다"],
    "A": ["A", "a.", "max pooling"],
    "A, B, C, D": ["ABCD", "A B C D", "dcba"],
    "–": ["none", "없음", "None."],
    "not-understood": ["A, E", "AA", "add", "A, x", "max pooling and", "1, 3", "everything", "A-?-9", "A-C", "①-③", "A ✓ B C ✓", "다", "A나 C"],
    "empty": ["", "\n"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("letters", "text"), [(letters, text) for letters, texts in SEVERAL.items() for text in texts], ids=repr
)
def test_several_options(letters: str, text: str) -> None:
    assert shown(CHOICES, text) == letters


def test_ticking_everything_or_at_random_earns_nothing() -> None:
    """Of two right and two wrong options, a wrong one takes away as much as a right one gives."""
    shares = {
        "AC": 1,
        "A": Fraction(1, 2),
        "ABC": Fraction(1, 2),
        "ABCD": 0,
        "AB": 0,
        "B": 0,
        "BD": 0,
        "ACD": Fraction(1, 2),
    }
    assert {text: mark(CHOICES, text).points / 4 for text in shares} == shares
    wide = problem(
        "choices", (0, 1, 2), options=tuple("abcde"), mistakes=tuple(Mistake(answer=n, feedback="no") for n in (3, 4))
    )
    assert mark(wide, "ABCDE").points == 0
    uncut = [
        Fraction(sum(t in (0, 1, 2) for t in ticked), 3) - Fraction(sum(t > 2 for t in ticked), 2)
        for n in range(6)
        for ticked in combinations(range(5), n)
    ]
    assert sum(uncut) == 0


def test_a_choice_tells_its_mistake() -> None:
    found = mark(CHOICE, "a")
    assert (found.verdict, found.mistake, found.points, found.feedback) == ("mistake", 0, 2, "not pooling")
    assert (
        mark(CHOICE, "A or B").feedback
        == "Your answer was not understood: it holds more than one answer. Expected: one letter from A, B, C, D."
    )


@pytest.mark.parametrize(
    ("options", "texts"),
    [
        (("True", "False"), ["T", "t", "true", "O", "○", "yes", "참", "맞다", "맞음", "예", "A", "(1)", "1"]),
        (("참", "거짓"), ["true", "T", "O", "참", "맞음"]),
        (("O", "×"), ["true", "o", "참"]),
    ],
)
def test_true_and_false_in_any_word(options: tuple[str, str], texts: list[str]) -> None:
    one, other = problem("choice", 0, options=options), problem("choice", 0, options=options[::-1])
    assert {mark(one, text).verdict for text in texts} == {"right"}
    assert mark(other, "T").read_as == "B"
    assert {mark(one, text).verdict for text in ("F", "거짓", "틀림", "X", "×", "아니오")} == {"wrong"}
    assert {mark(one, text).verdict for text in ("T/F", "not true", "참 거짓", "O X")} == {"not-understood"}
    assert mark(CHOICE, "T").verdict == "not-understood"


def test_a_bare_number_is_an_option_only_where_no_option_holds_digits() -> None:
    words = problem("order", (2, 0, 1), options=("alpha", "beta", "gamma"))
    assert {mark(words, text).verdict for text in ("3 > 1 > 2", "312", "3, 1, 2", "③①②")} == {"right"}
    layers = problem("choice", 1, options=("conv1", "conv3", "conv2"))
    assert (mark(layers, "2").verdict, mark(layers, "2번").read_as) == ("not-understood", "B")
    assert mark(problem("choice", 0, options=("2", "4")), "(2)").verdict == "not-understood"


def test_an_option_that_is_the_letter_of_another_names_neither() -> None:
    letters = problem("choice", 0, options=("B", "A"))
    assert mark(letters, "A").verdict == "not-understood"
    numbers = problem("choice", 0, options=("2", "4"))
    assert mark(numbers, "2").verdict == "right"
    assert mark(numbers, "A").verdict == "right"


ORDERED = {
    "B → A → D → C": ["B A D C", "BADC", "badc", "B, A, D, C", "B>A>D>C", "B > A > D > C", "B→A→D→C", "B -> A -> D -> C", "B-A-D-C", "B<A<D<C", "b;a;d;c", "B\nA\nD\nC", "(B)(A)(D)(C)", "B => A => D => C", "Ｂ＞Ａ＞Ｄ＞Ｃ", "x > 0\nmax pooling\nnn.ReLU()\nx < 0", "B|A|D|C", "first B, then A, then D, finally C", "1. B 2. A 3. D 4. C", "1) B\n2) A\n3) D\n4) C", "②①④③", "② → ① → ④ → ③", "ㄴ-ㄱ-ㄹ-ㄷ", "(나)-(가)-(라)-(다)", "나, 가, 라, 다", "x > 0, max pooling, nn.ReLU(), x < 0", "B then A then D then C", "B 다음 A 다음 D 다음 C"],
    "not-understood": ["B A D", "B A D C A", "BAAC", "B A D E", "first B", "1234", "B", "B=A>D>C", "2. B 1. A 3. D 4. C", "C last, B A D", "C > D > A > B", "C < D < A < B"],
    "C → D → A → B": ["C → D → A → B", "C, D, A, B", "C -> D -> A -> B"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("order", "text"), [(order, text) for order, texts in ORDERED.items() for text in texts], ids=repr
)
def test_orders(order: str, text: str) -> None:
    assert shown(ORDER, text) == order


def test_an_order_earns_by_its_pairs() -> None:
    assert mark(ORDER, "BADC").points == 4
    assert (mark(ORDER, "BACD").points, mark(ORDER, "BACD").feedback) == (1, "almost")
    assert mark(ORDER, "ABDC").points == 4 * Fraction(5 - 1, 6)
    assert mark(ORDER, "CDAB").points == 0
    # Kendall's τ of all orders is 0 on average; without the cut, that is what a random one earns.
    inversions = [sum(one > two for one, two in combinations(order, 2)) for order in permutations(range(4))]
    assert sum(6 - 2 * count for count in inversions) == 0
    assert (
        mark(ORDER, "B A D").feedback
        == "Your answer was not understood: every option must be there once. Expected: the letters A, B, C, D from first to last, each once."
    )


MATCHED = {
    "1–C; 2–A": ["1-C, 2-A", "1C 2A", "1–C, 2–A", "C A", "CA", "c a", "C, A", "1:C;2:A", "1=C 2=A", "1→C, 2→A", "(1) C (2) A", "1. C\n2. A", "2-A, 1-C", "C-1, A-2", "①-C ②-A", "１－Ｃ，２－Ａ", "skip\ndense", "1: skip; 2: dense", "1-다, 2-가", "1-ㄷ, 2-ㄱ", "ㄷㄱ"],
    "1–C; –": ["1-C", "1C"],
    "–; 2–A": ["2-A"],
    "not-understood": ["C", "CAB", "1-C, 1-A", "3-C, 1-A", "1-C 2", "C A B", "what"],
    "1–C; 2–C": ["CC", "1-C 2-C"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("pairs", "text"), [(pairs, text) for pairs, texts in MATCHED.items() for text in texts], ids=repr
)
def test_matches(pairs: str, text: str) -> None:
    assert shown(MATCH, text) == pairs


def test_each_pair_of_a_match_counts_the_same() -> None:
    assert mark(MATCH, "1-C, 2-A").points == 4
    found = mark(MATCH, "1-C, 2-B")
    assert (found.points, found.verdict, found.mistake) == (2, "mistake", 1)
    assert found.feedback == "1 of 2 are right. Part 2: look at 1"
    assert [(part.verdict, part.credit, part.read_as) for part in found.parts] == [
        ("right", 1, "1–C"),
        ("mistake", 0, "2–B"),
    ]
    half = mark(MATCH, "1-C")
    assert (half.points, half.verdict, half.parts[1].verdict) == (2, "wrong", "empty")
    assert mark(MATCH, "1-C, 2-E").parts[1].verdict == "not-understood"


LISTED = {
    "3; B": ["line 3, B", "3B", "3 B", "3, B", "Line 3 B", "3줄 B", "3번째 줄, B", "3번째 줄 B", "3행 B", "3번 줄 B", "줄 3, B", "line 3: B", "3-B", "3/B", "3;B", "L3 B", "l3, b", "B, 3", "B, line 3", "(3, B)", "３Ｂ", "line 3, it never learns", "3: it never learns", "line 3, effect B", "3번째 줄, 효과 B", "line 3\nB", "B 3"],
    "–; B": ["B", "it never learns"],
    "–; –": ["hello", "lines 3 and 4, B", "3 or 4 B", "3, 4", "3, 2"],
    "3; –": ["3", "line 3", "3번째 줄", "3C", "C3", "3: it explodes"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "text"), [(answer, text) for answer, texts in LISTED.items() for text in texts], ids=repr
)
def test_listings(answer: str, text: str) -> None:
    assert shown(LISTING, text) == answer


def test_line_and_effect_are_half_each() -> None:
    assert mark(LISTING, "3B").points == 4
    assert (mark(LISTING, "3").points, mark(LISTING, "B").points) == (2, 2)
    found = mark(LISTING, "2A")
    assert (found.points, found.verdict, found.mistake) == (1, "mistake", 0)
    assert [part.feedback for part in found.parts] == ["line 2 is fine", "it runs"]


def test_parts_that_came_apart_are_marked_as_such() -> None:
    assert mark_parts(LISTING, ("line 3", "B")).points == 4
    assert mark_parts(LISTING, ("3",)).points == 2
    assert mark_parts(MATCH, ("C", "A")).points == 4
    assert mark_parts(MATCH, ("C", "")).parts[1].verdict == "empty"
    assert mark_parts(ORDER, ("B", "A", "D", "C")).verdict == "right"
    assert mark_parts(CHOICES, ("A", "C")).verdict == "right"
    assert mark_parts(CHOICE, ("B",)).verdict == "right"
    assert mark_parts(MATCH, ("", "")).verdict == "empty"
    assert mark_parts(MATCH, ("A", "B", "C")).verdict == "not-understood"
