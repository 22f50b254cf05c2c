"""The figures of the questions that ship: they fit on a page, keep their blanks, and speak both languages."""

import re

import pytest

from cnnquiz.bank.bank import open_bank
from cnnquiz.bank.question import Question
from cnnquiz.bank.space import assignments
from cnnquiz.problems.draw import problem_at
from cnnquiz.problems.figures.giveaway import giveaways
from cnnquiz.problems.permutation import permuted
from cnnquiz.rendering.figures import draw
from cnnquiz.rendering.figures.check import HIGHEST, WIDEST

HANGUL = re.compile("[가-힣]")
WORD = re.compile("[A-Za-z]{2,}")
PER_QUESTION = 5

# What Korean courses write in Latin letters, too.
TERMS = {
    "ReLU", "BN", "LRN", "FLOP", "TFLOP", "GFLOP", "GB", "TB", "flatten", "dropout", "sigmoid", "tanh", "ceil",
    "mode",
}  # fmt: skip


@pytest.fixture(scope="module")
def questions() -> list[Question]:
    return [question for question in open_bank().questions if question.figure is not None]


def places(question: Question) -> list[int]:
    size = len(assignments(question))
    return [permuted(place, size, question.id) for place in range(min(size, PER_QUESTION))]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_figure_fits_and_says_what_it_shows_in_its_language(questions, language):
    for question in questions:
        for index in places(question):
            problem = problem_at(question, index, language=language)
            drawing = draw(problem.figure, language)
            shown = " ".join((*drawing.texts, drawing.alt))

            assert drawing.box.width <= WIDEST, problem.id
            assert drawing.box.height <= HIGHEST, problem.id
            assert drawing.alt == problem.figure.alt.strip()
            if language == "en":
                assert not HANGUL.search(shown), problem.id
                continue
            # A network's layers keep the names that they have in its code.
            named = {word for name in re.findall(r"[\w.]*\d[\w.]*|[\w]+\.[\w.]+", shown) for word in WORD.findall(name)}
            networks = any(parameter.name == "network" for parameter in question.parameters)
            assert HANGUL.search(drawing.alt), problem.id
            assert networks or set(WORD.findall(shown)) <= TERMS | named, problem.id


def test_no_figure_gives_its_answer_away(questions):
    for question in questions:
        assert (
            list(giveaways(question, [problem_at(question, index, language="en") for index in places(question)])) == []
        )


def test_what_is_read_in_the_picture_is_read_out(questions):
    """All numbers that stand in a picture, but for those on axes, are in its alternative text."""
    for question in questions:
        for index in places(question)[:2]:
            figure = problem_at(question, index, language="en").figure
            if figure.kind in ("curves", "field"):  # numbers of axes; layers are counted
                continue
            numbers = {number for text in draw(figure, "en").texts for number in re.findall(r"\d[\d,.]*\d|\d", text)}
            assert numbers <= set(re.findall(r"\d[\d,.]*\d|\d", figure.alt)), question.id
