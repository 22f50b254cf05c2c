"""Blueprints: what is read, and for all that is wrong the line, what is wrong and what was expected."""

import pytest

from cnnquiz.errors import BankError
from cnnquiz.worksheets.blueprint import Draw
from cnnquiz.worksheets.worksheet import Layout

WHOLE = """
    title: {en: Midterm, ko: 중간고사}
    course: CS 231
    date: 2026-10-21
    language: ko
    seed: 42
    minutes: 75
    instructions: Use `floor` as in $floor(n/2)$.
    aids: [a calculator, {en: one page of notes, ko: 메모 한 장}]
    formula_sheet: ["$n**2$"]
    fields: [name, id, signature, {en: Tutor, ko: 조교}]
    layout: {paper: letter, columns: 2, answer_space: 40, font_size: 12, page_per_section: true}
    sections:
      - title: {en: One, ko: 하나}
        instructions: Short answers.
        points: 12
        draw:
          - {topics: [a], difficulty: [1, 2], kinds: [number], count: 3}
          - {questions: [b.ten], mix: false}
      - draw: [{topics: [c], count: 2, mix: true}]
        points_each: 5
"""


def test_a_whole_blueprint(read):
    blueprint = read(WHOLE)

    assert [blueprint.title.fill(language, {}) for language in ("en", "ko")] == ["Midterm", "중간고사"]
    assert (blueprint.language, blueprint.seed, blueprint.minutes) == ("ko", 42, 75)
    assert blueprint.date.fill("en", {}) == blueprint.date.fill("ko", {}) == "2026-10-21"
    assert [aid.fill("ko", {}) for aid in blueprint.aids] == ["a calculator", "메모 한 장"]
    assert blueprint.fields[:3] == ("name", "id", "signature")
    assert blueprint.fields[3].fill("ko", {}) == "조교"
    assert blueprint.layout == Layout(paper="letter", columns=2, answer_space=40, font_size=12, page_per_section=True)
    first, second = blueprint.sections
    assert first.points_each == 3, "12 points for 3 + 1 problems"
    assert first.draws == (
        Draw(count=3, topics=("a",), difficulties=(1, 2), kinds=("number",)),
        Draw(count=1, questions=("b.ten",)),
    )
    assert (second.points_each, second.draws) == (5, (Draw(count=2, topics=("c",), mix=True),))


def test_what_is_not_said_is_usual(read):
    blueprint = read("{title: t, sections: [{draw: [{topics: [a], count: 1}]}]}")

    assert (blueprint.language, blueprint.seed, blueprint.fields, blueprint.layout) == (
        "en",
        0,
        ("name", "id"),
        Layout(),
    )
    assert blueprint.sections[0].points_each is None


def test_the_same_content_is_the_same_blueprint(read):
    """Comments, order of keys and line breaks change no id."""
    first = read("title: t\nsections:\n  - draw: [{topics: [a], count: 1}]\n")
    again = read("# an exam\nsections:\n\n  - draw:\n    - count: 1\n      topics: [a]\ntitle: t\n")

    assert repr(first) == repr(again)
    assert first == again


MINIMAL = "title: t\nsections:\n  - draw:\n      - {topics: [a], count: 1}\n"


def changed(old, new):
    assert old in MINIMAL
    return MINIMAL.replace(old, new)


CASES = [
    pytest.param("- a\n", 1, "a list where keys and values belong (expected key: value lines)", id="a list"),
    pytest.param("title: t\n", 1, "'sections' is missing (expected the keys title, sections)", id="no sections key"),
    pytest.param("title: t\nsections: []\n", 2, "no sections (expected at least one section)", id="no sections"),
    pytest.param(MINIMAL + "titel: u\n", 5, "unknown key 'titel' (expected 'title'?)", id="a key misspelled"),
    pytest.param(changed("count: 1", "count: 1, dificulty: 2"), 4, "unknown key 'dificulty' (expected 'difficulty'?)", id="a key of a draw misspelled"),
    pytest.param(changed("[a]", "[q]"), 4, "unknown topic 'q' (expected one of a, b, c)", id="an unknown topic"),
    pytest.param(changed("topics: [a], count: 1", "questions: [a.sun]"), 4, "unknown question 'a.sun' (expected 'a.sum'", id="an unknown question"),
    pytest.param(changed("topics: [a], count: 1", "questions: [zzzzzz]"), 4, "unknown question 'zzzzzz' (expected an id that `cnnquiz list questions` names)", id="no question is near"),
    pytest.param(changed("count: 1}", "count: 1}\n      - {questions: [a.sum]}\n      - {questions: [b.ten, a.sum]}"), 6, "the question a.sum is drawn in line 5 too (expected one draw of it)", id="a question in two draws"),
    pytest.param(changed("topics: [a], count: 1", "questions: [a.sum, a.sum]"), 4, "a.sum appears twice (expected each once)", id="a question twice in a draw"),
    pytest.param(changed("topics: [a], count: 1", "count: 1"), 4, "neither topics nor questions (expected one of them)", id="nothing to draw from"),
    pytest.param(changed("count: 1", "questions: [a.sum]"), 4, "topics beside questions (expected one of them)", id="topics and questions"),
    pytest.param(changed("topics: [a], count: 1", "questions: [a.sum], kinds: [number]"), 4, "kinds beside questions (expected kinds with topics)", id="kinds of named questions"),
    pytest.param(changed(", count: 1", ""), 4, "'count' is missing (expected how many problems)", id="no count"),
    pytest.param(changed("count: 1", "count: 0"), 4, "count is 0 (expected a whole number from 1 to 500)", id="count 0"),
    pytest.param(changed("count: 1", "count: '1'"), 4, "count is '1' (expected a whole number from 1 to 500)", id="a count in quotes"),
    pytest.param(changed("count: 1", "count: 1, difficulty: 4"), 4, "difficulty is 4 (expected a whole number from 1 to 3)", id="difficulty 4"),
    pytest.param(changed("count: 1", "count: 1, difficulty: []"), 4, "an empty list (expected at least one item, or no list)", id="no difficulty"),
    pytest.param(changed("count: 1", "count: 1, kinds: [shapes]"), 4, "unknown answer kind 'shapes' (expected 'shape'?)", id="an unknown kind"),
    pytest.param(changed("count: 1", "count: 1, mix: yes"), 4, "'yes' where true or false belongs (expected true or false)", id="mix: yes"),
    pytest.param(changed("count: 1", "count: 3").replace("  - draw", "  - points: 10\n    draw"), 3, "10 points do not divide among 3 problems (expected 9 or 12)", id="points that do not divide"),
    pytest.param(changed("count: 1", "count: 3").replace("  - draw", "  - points: 2\n    draw"), 3, "2 points do not divide among 3 problems (expected 3)", id="fewer points than problems"),
    pytest.param(changed("  - draw", "  - {points: 2, points_each: 2,\n     draw").replace("      - {topics: [a], count: 1}\n", "[{topics: [a], count: 1}]}\n").replace("draw:\n", "draw: "), 3, "points_each beside points (expected one of them)", id="points twice"),
    pytest.param(changed("      - {topics: [a], count: 1}\n", "      []\n"), 3, "nothing is drawn (expected at least one item such as", id="nothing drawn"),
    pytest.param(MINIMAL + "language: fr\n", 5, "unknown language 'fr' (expected one of en, ko)", id="an unknown language"),
    pytest.param(MINIMAL + "layout: {paper: a5}\n", 5, "unknown paper 'a5' (expected one of a4, letter)", id="an unknown paper"),
    pytest.param(MINIMAL + "layout: {columns: 3}\n", 5, "columns is 3 (expected a whole number from 1 to 2)", id="three columns"),
    pytest.param(MINIMAL + "title2: {en: x}\n", 5, "unknown key 'title2' (expected 'title'?)", id="an unknown text"),
    pytest.param(MINIMAL + "course: {en: x}\n", 5, "'ko' is missing (expected the keys en, ko)", id="one language is missing"),
    pytest.param(MINIMAL + "aids: ['{n} sheets']\n", 5, "braces in a text into which nothing is put (expected `code` or $formula$)", id="braces"),
    pytest.param(MINIMAL + "aids: ['$n +$']\n", 5, "'n +', character 3: cannot be read", id="a formula that cannot be read"),
    pytest.param(MINIMAL + "instructions: a ` without its end\n", 5, "a ` without its partner (expected `code`)", id="an open mark"),
    pytest.param(MINIMAL + "seed: -1\n", 5, "seed is -1 (expected a whole number from 0 to", id="a negative seed"),
    pytest.param(MINIMAL + "minutes: 0\n", 5, "minutes is 0 (expected a whole number from 1 to 1440)", id="no time"),
    pytest.param(MINIMAL + "aids: a calculator\n", 5, "'a calculator' where a list of texts belongs", id="a text for a list"),
    pytest.param("title: [t\n", 2, "expected ',' or ']'", id="YAML that cannot be read"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "problem"), CASES)
def test_the_line_and_the_cure(read, tmp_path, text, line, problem):
    with pytest.raises(BankError) as caught:
        read(text)
    assert str(caught.value).startswith(f"{tmp_path / 'exam.yaml'}:{line}: ")
    assert problem in str(caught.value)
