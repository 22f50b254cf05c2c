"""Drawing from a tiny bank: stable to the letter, complete, and the same numbers in both languages."""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path

import pytest

from cnnquiz.bank.bank import open_bank
from cnnquiz.bank.question import Question
from cnnquiz.bank.text import LANGUAGES
from cnnquiz.errors import BankError
from cnnquiz.formulas import evaluate, parse
from cnnquiz.problems.draw import draw, problem_at, space_size
from cnnquiz.problems.kinds import KINDS, shown_answer, shown_mistake
from cnnquiz.problems.problem import Problem

Tiny = Mapping[str, Question]

GOLDEN = Path(__file__).parent / "golden"
IDS = ["tiny.conv-output", "tiny.share", "tiny.pool-shape", "tiny.same-padding", "tiny.layer-parameters"]
OTHER_KINDS = ["tiny.choices", "tiny.order", "tiny.match", "tiny.table", "tiny.text", "tiny.listing"]
SIZES = {
    "tiny.conv-output": 18,
    "tiny.share": 9,
    "tiny.pool-shape": 6,
    "tiny.same-padding": 4,
    "tiny.layer-parameters": 5,
}

each_question = pytest.mark.parametrize("name", IDS)


def all_problems(question: Question, seed: int = 3) -> list[Problem]:
    return [draw(question, seed=seed, position=position) for position in range(space_size(question))]


@pytest.mark.parametrize(("file", "ids"), [("drawn.json", IDS), ("other_kinds.json", OTHER_KINDS)])
def test_drawn_problems_never_change(tiny: Tiny, file: str, ids: list[str], request: pytest.FixtureRequest) -> None:
    drawn = [
        asdict(draw(tiny[name], seed=seed, position=position, language=language))
        for name in ids
        for seed, position, language in ((0, 0, "en"), (0, 1, "en"), (2026, 0, "ko"))
    ]
    text = json.dumps(drawn, default=str, ensure_ascii=False, indent=1) + "\n"
    if request.config.getoption("--update-goldens"):
        GOLDEN.mkdir(exist_ok=True)
        (GOLDEN / file).write_text(text, encoding="utf-8")
    assert text == (GOLDEN / file).read_text(encoding="utf-8")


def test_every_kind_is_drawn(tiny: Tiny) -> None:
    assert {question.kind for question in tiny.values()} == set(KINDS)
    assert sorted(tiny) == sorted(IDS + OTHER_KINDS)


@each_question
def test_as_many_different_problems_as_the_space_holds(tiny: Tiny, name: str) -> None:
    problems = all_problems(tiny[name])
    assert space_size(tiny[name]) == SIZES[name] == len(problems)
    assert {problem.index for problem in problems} == set(range(SIZES[name]))
    assert len({(problem.prompt, problem.options) for problem in problems}) == SIZES[name]
    assert {problem.space for problem in problems} == {SIZES[name]}
    assert len({problem.id for problem in problems}) == SIZES[name]


@each_question
def test_the_order_starts_again_after_the_space(tiny: Tiny, name: str) -> None:
    size = SIZES[name]
    assert draw(tiny[name], seed=1, position=size + 2).index == draw(tiny[name], seed=1, position=2).index


@each_question
def test_the_same_seed_gives_the_same_problem_and_other_seeds_others(tiny: Tiny, name: str) -> None:
    assert draw(tiny[name], seed=5) == draw(tiny[name], seed=5)
    assert len({draw(tiny[name], seed=seed).index for seed in range(40)}) > 1


@each_question
def test_both_languages_hold_the_same_problem(tiny: Tiny, name: str) -> None:
    for position in range(SIZES[name]):
        en, ko = (draw(tiny[name], seed=4, position=position, language=language) for language in LANGUAGES)
        assert (en.index, en.answer, en.tolerance, en.working) == (ko.index, ko.answer, ko.tolerance, ko.working)
        assert [mistake.answer for mistake in en.mistakes] == [mistake.answer for mistake in ko.mistakes]
        assert numbers(en.prompt) == numbers(ko.prompt)
        assert [numbers(option) for option in en.options] == [numbers(option) for option in ko.options]
        assert en.prompt != ko.prompt


def numbers(text: str) -> list[str]:
    return sorted(re.findall(r"\d[\d,]*\d|\d", text))


@each_question
def test_no_mistake_is_the_key_or_another_mistake(tiny: Tiny, name: str) -> None:
    for problem in all_problems(tiny[name]):
        wrong = [mistake.answer for mistake in problem.mistakes]
        assert problem.answer not in wrong
        assert len(set(wrong)) == len(wrong)


@each_question
def test_nothing_stays_open(tiny: Tiny, name: str) -> None:
    for problem in all_problems(tiny[name]):
        texts = [problem.prompt, *problem.options, *problem.hints, *(mistake.feedback for mistake in problem.mistakes)]
        assert not any("{" in text or "}" in text for text in texts)
        assert all(text.count("`") % 2 == 0 and text.count("$") % 2 == 0 for text in texts)


@each_question
def test_a_working_ends_at_the_answer(tiny: Tiny, name: str) -> None:
    for problem in all_problems(tiny[name]):
        if problem.kind == "choice":
            assert problem.working is None
            continue
        assert problem.working is not None
        assert evaluate(parse(problem.working.substituted), {}) == problem.answer
        assert parse(problem.working.symbolic).names


@pytest.mark.parametrize("index", [-1, 18])
def test_a_problem_outside_the_space(tiny: Tiny, index: int) -> None:
    with pytest.raises(ValueError, match=rf"problem {index} of tiny.conv-output \(expected 0 to 17\)"):
        problem_at(tiny["tiny.conv-output"], index, language="en")


def test_a_problem_at_its_place(tiny: Tiny) -> None:
    """The last parameter changes fastest: place 4 of n × k × p is 1024 pixels, kernel 5, padding 1."""
    problem = problem_at(tiny["tiny.conv-output"], 4, language="en")
    assert problem.prompt == (
        "A convolution with 5×5 filters and padding 1, `nn.Conv2d(1, 1024, 5)`, receives 1,024×1,024 pixels."
    )
    assert problem.answer == 1022
    assert shown_answer(problem) == "1,022 pixels"
    assert [mistake.feedback for mistake in problem.mistakes] == [
        "The padding of 1 is left out, so the answer is 1,022.",
        "One short.",
    ]
    assert problem.hints == ("The input grows to $n + 2*1$.",)
    assert problem.working is not None
    assert problem.working.substituted == "1024 + 2*1 - 5 + 1"


def test_a_mistake_that_comes_to_the_key_is_dropped(tiny: Tiny) -> None:
    """Without padding, forgetting the padding is no mistake."""
    for problem in all_problems(tiny["tiny.conv-output"]):
        without_padding = "padding 0" in problem.prompt
        assert len(problem.mistakes) == (1 if without_padding else 2)


def test_a_mistake_within_the_tolerance_of_the_key_is_dropped(tiny: Tiny) -> None:
    for problem in all_problems(tiny["tiny.share"]):
        assert isinstance(problem.answer, (int, Fraction))
        assert problem.tolerance == Fraction(1, 100)
        for mistake in problem.mistakes:
            assert isinstance(mistake.answer, (int, Fraction))
            assert abs(mistake.answer - problem.answer) > problem.tolerance
        assert "Too close to tell." not in {mistake.feedback for mistake in problem.mistakes}


def test_shapes_and_their_mistakes_are_shown_as_people_write_them(tiny: Tiny) -> None:
    problem = problem_at(tiny["tiny.pool-shape"], 4, language="en")  # c = 1600, n = 9
    assert shown_answer(problem) == "1,600 × 4 × 4"
    assert shown_mistake(problem, problem.mistakes[0]) == "1,600 × 5 × 5"
    assert problem.mistakes[0].feedback == "Rounded up, not down to 1,600×4×4."
    assert problem.solution == "Each side of 9 is halved to 4."


def test_layers_are_named_and_counted_as_in_the_paper(tiny: Tiny) -> None:
    """LeCun et al. 1998, section II.B, with full connections in C3: 156, 2,416, 48,120, 10,164 and 850."""
    problems = [problem_at(tiny["tiny.layer-parameters"], index, language="en") for index in range(5)]
    assert [problem.answer for problem in problems] == [156, 2416, 48120, 10164, 850]
    assert "It maps 1×28×28 to 6×28×28." in problems[0].prompt


def test_the_letter_of_a_choice_points_at_the_right_option(tiny: Tiny) -> None:
    for seed in range(30):
        problem = draw(tiny["tiny.same-padding"], seed=seed)
        assert isinstance(problem.answer, int)
        k = int(problem.prompt.split("×")[0].rsplit(" ", 1)[1])
        assert problem.options[problem.answer] == f"padding {(k - 1) // 2}"
        assert shown_answer(problem) == "ABCD"[problem.answer]
        for mistake in problem.mistakes:
            assert isinstance(mistake.answer, int)
            told = {f"Loses {k - 1} pixels.": 0, "Twice too much.": k - 1, "The size of the filter.": k}[
                mistake.feedback
            ]
            assert problem.options[mistake.answer] == f"padding {told}"
        assert sorted(mistake.answer for mistake in problem.mistakes) == [i for i in range(4) if i != problem.answer]


def test_no_letter_is_right_more_often(tiny: Tiny) -> None:
    """Chi-square with 3 degrees of freedom over 2,000 seeds; a fair order exceeds 21.1 once in 10,000."""
    right = Counter(draw(tiny["tiny.same-padding"], seed=seed).answer for seed in range(2000))
    assert sum((right[letter] - 500) ** 2 / 500 for letter in range(4)) < 21.1


BAD = [
    pytest.param({"answer": "(n, n)"}, "'(n, n)' gives 8×8 for n = 8 (expected an answer of kind number)", id="a number that is a tuple"),
    pytest.param({"answer": "n > 3"}, "'n > 3' gives True for n = 8 (expected an answer of kind number)", id="a number that is a truth value"),
    pytest.param({"answer": "'x'"}, "\"'x'\" gives x for n = 8 (expected an answer of kind number)", id="a number that is a text"),
    pytest.param({"mistake": "(n,)"}, "'(n,)' gives 8 for n = 8 (expected an answer of kind number)", id="a mistake that is a tuple"),
    pytest.param({"kind": "shape"}, "'n' gives 8 for n = 8 (expected an answer of kind shape)", id="a shape that is a number"),
    pytest.param({"kind": "shape", "answer": "(n/3, n)"}, "'(n/3, n)' gives 8/3×8 for n = 8 (expected an answer of kind shape)", id="a shape with a fraction"),
    pytest.param({"kind": "shape", "answer": "(n, n - 8)"}, "'(n, n - 8)' gives 8×0 for n = 8 (expected an answer of kind shape)", id="a shape with a side of 0"),
    pytest.param({"kind": "shape", "answer": "(n, n > 3)"}, "'(n, n > 3)' gives 8×True for n = 8 (expected an answer of kind shape)", id="a shape with a truth value"),
    pytest.param({"kind": "shape", "answer": "()"}, "'()' gives nothing for n = 8 (expected an answer of kind shape)", id="a shape without sides"),
    pytest.param({"answer": "1/(n - 8)"}, "'1/(n - 8)', character 4: division by zero for n = 8 (expected a divisor other than 0)", id="a division by zero"),
    pytest.param({"prompt": "{n/0}"}, "'n/0', character 3: division by zero for n = 8 (expected a divisor other than 0)", id="a place that cannot be filled"),
]  # fmt: skip


DECIMALS = [
    pytest.param("96", "0.1", "96.0", id="a zero is kept"),
    pytest.param("n/3", "0.1", "2.7", id="rounded"),
    pytest.param("1000*n + 1/4", "0.1", "8,000.3", id="half goes away from zero, thousands are separated"),
    pytest.param("0 - 1/4", "0.1", "-0.3", id="negative"),
    pytest.param("199/200", "0.1", "1.0", id="rounded up to a whole number"),
]


@pytest.mark.parametrize(("answer", "tolerance", "shown"), DECIMALS)
def test_a_number_with_a_decimal(broken: Callable[..., Question], answer: str, tolerance: str, shown: str) -> None:
    question = broken(answer=answer, mistake=f"{answer} + 1000", more=f", decimals: 1, tolerance: {tolerance}")
    problem = draw(question, seed=0)
    assert shown_answer(problem) == shown
    assert problem.answer == evaluate(parse(answer), {"n": 8})  # exact


def test_mistakes_have_the_decimals_of_the_key(broken: Callable[..., Question]) -> None:
    problem = draw(broken(answer="n/4", mistake="n + 1/2", more=", decimals: 2"), seed=0)
    assert (shown_answer(problem), shown_mistake(problem, problem.mistakes[0])) == ("2.00", "8.50")


def test_a_mistake_that_is_shown_like_the_key_is_dropped(broken: Callable[..., Question]) -> None:
    question = broken(answer="n + 1/4", mistake="n + 34/100", more=", decimals: 1, tolerance: 0.05")
    assert draw(question, seed=0).mistakes == ()


@pytest.fixture
def broken(tmp_path: Path) -> Callable[..., Question]:
    def question(
        answer: str = "n", mistake: str = "n + 1", kind: str = "number", prompt: str = "{n}", more: str = ""
    ) -> Question:
        folder = tmp_path / "questions"
        folder.mkdir()
        (folder / "b.yaml").write_text(
            f'# a comment\n- {{id: b.q, topics: [b], difficulty: 1, kind: {kind}, parameters: {{n: [8]}}, source: x,\n'
            f'   prompt: {{en: "{prompt}", ko: "{prompt}"}}, answer: "{answer}", hints: [{{en: x, ko: x}}],\n'
            f'   mistakes: [{{answer: "{mistake}", feedback: {{en: x, ko: x}}}}]{more}}}\n'
        )  # fmt: skip
        return open_bank(tmp_path).questions[0]

    return question


@pytest.mark.parametrize(("changes", "message"), BAD)
def test_a_formula_of_the_wrong_kind(broken: Callable[..., Question], changes: dict[str, str], message: str) -> None:
    question = broken(**changes)
    with pytest.raises(BankError) as caught:
        draw(question, seed=0)
    assert str(caught.value) == f"{question.path}:2: b.q: {message}"


def test_a_key_that_is_shown_must_be_right(broken: Callable[..., Question]) -> None:
    question = broken(answer="n/3", more=", decimals: 1, tolerance: 0.03")
    with pytest.raises(BankError) as caught:
        draw(question, seed=0)
    assert str(caught.value) == (
        f"{question.path}:2: b.q: the key 8/3 is shown as 2.7 for n = 8 "
        "(expected a larger tolerance, or an answer rounded to decimals: 1)"
    )


def test_a_wrong_option_that_comes_to_another_is_left_out(tmp_path: Path, tiny: Tiny) -> None:
    path = tmp_path / "questions" / "tiny.yaml"
    path.parent.mkdir()
    source = tiny["tiny.same-padding"].path.read_text(encoding="utf-8")
    path.write_text(source.replace("k: [3, 5, 7, 9]", "k: [1, 3]"), encoding="utf-8")
    question = next(each for each in open_bank(tmp_path).questions if each.id == "tiny.same-padding")
    problem = problem_at(question, 0, language="en")
    assert len(problem.options) == len(set(problem.options)) == len(problem.mistakes) + 1 < len(question.mistakes) + 1
