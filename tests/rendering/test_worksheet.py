"""Pages of worksheets, keys and solutions: golden files, no key in a worksheet, sound and self-contained HTML."""

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser
from typing import get_args
from xml.etree import ElementTree as ET

import pytest

from cnnquiz.bank.text import LANGUAGES, Language
from cnnquiz.errors import UsageError
from cnnquiz.problems.kinds import shown_answer, shown_mistake
from cnnquiz.problems.problem import Mistake, Problem, Working
from cnnquiz.rendering.words import WORKSHEET
from cnnquiz.rendering.worksheet import FORMATS, Part, TextFormat, render_worksheet
from cnnquiz.worksheets.worksheet import Field, Heading, Layout, Section, Student, Worksheet

each_format = pytest.mark.parametrize("format", get_args(TextFormat))
each_part = pytest.mark.parametrize("part", get_args(Part))
each_language = pytest.mark.parametrize("language", LANGUAGES)

VOID = {"meta", "input", "br", "hr", "img", "link"}


class Page(HTMLParser):
    """The elements of a page with their attributes, and its text outside the style sheet."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open[-1:] != ["style"]:
            self.text += data

    def values(self, attribute: str) -> list[str]:
        return [value for _, attributes in self.elements if (value := attributes.get(attribute)) is not None]


Worksheets = dict[Language, Worksheet]


@each_format
@each_part
@each_language
def test_golden(
    golden: Callable[[str, str], None], worksheets: Worksheets, language: Language, part: Part, format: TextFormat
) -> None:
    page = render_worksheet(worksheets[language], format=format, part=part)

    golden(page, f"{part}.{language}{FORMATS[format].suffix}")


@each_format
def test_a_worksheet_is_the_same_whatever_the_key_is(worksheets: Worksheets, format: TextFormat) -> None:
    """The strongest way to say that nothing of the key is in it, hidden or not."""

    def with_another_key(problem: Problem) -> Problem:
        return replace(
            problem,
            answer=Fraction(1, 7) if problem.kind == "number" else problem.answer,
            tolerance=Fraction(1, 2),
            mistakes=(),
            hints=("another hint",),
            solution="another solution",
            working=Working(symbolic="q", substituted="8", value="8"),
            source="another source",
        )

    for worksheet in worksheets.values():
        other = replace(worksheet, problems=tuple(map(with_another_key, worksheet.problems)))

        assert render_worksheet(other, format=format, part="worksheet") == render_worksheet(
            worksheet, format=format, part="worksheet"
        )


@each_format
@each_language
def test_answers_are_in_the_key_and_mistakes_in_the_solutions(
    worksheets: Worksheets, language: Language, format: TextFormat
) -> None:
    worksheet = worksheets[language]
    asked, key, solutions = (plain(render_worksheet(worksheet, format=format, part=part)) for part in get_args(Part))

    for problem in worksheet.problems:
        if problem.kind == "choice":
            continue
        answer = plain(shown_answer(problem))
        mistakes = [plain(shown_mistake(problem, mistake)) for mistake in problem.mistakes]
        assert answer in key
        assert answer not in asked
        assert all(mistake in solutions and mistake not in key + asked for mistake in mistakes)


def plain(text: str) -> str:
    """LaTeX writes the sign of multiplication as a command."""
    return text.replace(r"\ensuremath{\times}", "×")


@each_format
def test_hints_and_sources_are_in_the_solutions_only(worksheets: Worksheets, format: TextFormat) -> None:
    asked, key, solutions = (render_worksheet(worksheets["en"], format=format, part=part) for part in get_args(Part))

    for secret in ("Count positions, not steps.", "Simonyan"):
        assert secret in solutions
        assert secret not in asked + key


@each_format
def test_the_marking_guide_says_what_a_mistake_is_worth(worksheets: Worksheets, format: TextFormat) -> None:
    problem = worksheets["en"].problems[2]
    half = replace(problem, mistakes=(replace(problem.mistakes[0], credit=Fraction(1, 4)),))

    page = render_worksheet(replace(worksheets["en"], problems=(half,)), format=format, part="solutions")

    assert page.count("1/2 points") == 1


HEADING = Heading(
    course="CS231n & more",
    date="23 November",
    minutes=75,
    instructions="Show your `work`.",
    aids=("calculator", "one sheet"),
    formula_sheet=("$n + 1$ positions",),
    fields=(Field(label="Name", value="Hong Gildong"), Field(label="Seat")),
    layout=Layout(paper="letter", columns=2, answer_space=41, font_size=12, page_per_section=True),
)


@each_format
def test_the_heading_is_on_page_one(worksheets: Worksheets, format: TextFormat) -> None:
    first, *others = worksheets["en"].problems
    worksheet = replace(
        worksheets["en"],
        heading=HEADING,
        id="003-YG1-APP",
        sections=(
            Section(title="Warm-up", problems=(first,), instructions="Easy."),
            Section(title="B", problems=(*others,)),
        ),
    )

    page = render_worksheet(worksheet, format=format, part="worksheet")

    for text in (
        "CS231n ",
        "23 November",
        "75 minutes",
        "calculator",
        "one sheet",
        "positions",
        "Hong Gildong",
        "Seat",
    ):
        assert text in page
    for text in ("Warm-up", "Easy.", "003-YG1-APP", first.short_id):
        assert text in page
    # A seed would let a student print the key.
    assert "Seed" not in page


def test_a_student_without_a_blueprint_has_a_name_and_a_number_on_the_page(worksheets: Worksheets) -> None:
    worksheet = replace(worksheets["ko"], student=Student(id="00123", name="홍길동"))

    page = render_worksheet(worksheet, format="text", part="worksheet")

    assert "이름: 홍길동\n학번: 00123\n날짜: ____" in page


@each_format
@each_part
@each_language
def test_a_worksheet_without_hints_mistakes_and_working_has_none_of_their_headings(
    worksheets: Worksheets, language: Language, part: Part, format: TextFormat
) -> None:
    bare = replace(
        worksheets[language].problems[0],
        mistakes=(),
        hints=(),
        working=None,
        solution=None,
        convention=None,
        unit=None,
    )
    page = render_worksheet(replace(worksheets[language], problems=(bare,)), format=format, part=part)

    words = WORKSHEET[language]
    text = (Page(page).text if format == "html" else page).replace(words["marking"], "")
    for heading in ("hint", "convention"):
        assert words[heading] not in text
    assert f"\n{words['solution']}\n" not in text
    assert "None" not in text


@each_format
@each_part
def test_korean_pages_hold_no_english_interface_word(worksheets: Worksheets, part: Part, format: TextFormat) -> None:
    page = render_worksheet(worksheets["ko"], format=format, part=part)
    text = Page(page).text if format == "html" else page

    english = [word.replace("{}", "").strip() for word in WORKSHEET["en"].values()]
    assert [word for word in english if re.search(rf"\b{re.escape(word)}\b", text)] == []


@each_part
@each_language
def test_html_is_sound(worksheets: Worksheets, language: Language, part: Part) -> None:
    html = render_worksheet(worksheets[language], format="html", part=part)
    page = Page(html)
    tags = [tag for tag, _ in page.elements]

    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert {*page.values("for"), *page.values("aria-labelledby")} <= set(ids)
    labelled = set(page.values("for"))
    assert {attributes["id"] for tag, attributes in page.elements if tag == "input"} <= labelled
    assert page.elements[0] == ("html", {"lang": language})
    assert tags.count("main") == tags.count("h1") == 1
    for math in re.findall(r"<math.*?</math>", html):
        ET.fromstring(math)


@each_part
@each_language
def test_html_needs_no_network_and_no_script(worksheets: Worksheets, language: Language, part: Part) -> None:
    html = render_worksheet(worksheets[language], format="html", part=part)
    page = Page(html)

    assert {tag for tag, _ in page.elements} & {"script", "link", "img", "iframe", "object", "form"} == set()
    assert page.values("src") == []
    assert all(target.startswith("#") for target in page.values("href"))
    assert not re.search(r"url\(|@import", html)
    assert "//" not in html.replace('xmlns="http://www.w3.org/1998/Math/MathML"', "")
    assert not any(name.startswith(("on", "data-", "style")) for _, attributes in page.elements for name in attributes)


@each_part
def test_html_escapes_every_text_and_sets_every_mark(worksheets: Worksheets, part: Part) -> None:
    evil = "<script>alert('합성곱 & more')</script>"
    marked = f"`{evil}`"
    choice = replace(
        worksheets["en"].problems[3],
        question=evil,
        prompt=f"{evil} {marked}",
        convention=marked,
        options=(evil, marked),
        unit=marked,
        mistakes=(Mistake(answer=0, feedback=marked),),
        hints=(marked,),
        solution=marked,
        source=evil,
    )
    number = replace(choice, kind="number", options=())
    worksheet = replace(worksheets["en"], title=evil, problems=(choice, number))

    page = Page(render_worksheet(worksheet, format="html", part=part))

    assert "script" not in {tag for tag, _ in page.elements}
    assert "`" not in page.text
    # Title 2; prompt, convention and options of the choice 5; prompt, convention and unit of the number 4.
    # In the key the title and the unit of the number; in the solutions also feedback, hint, solution, source and id of
    # both, and the unit behind three numbers.
    expected = {"worksheet": 2 + 5 + 4, "key": 2 + 1, "solutions": 2 + 5 + 3 + 2 * 5 + 3}
    assert page.text.count(evil) == expected[part]


def test_markdown_escapes_words_and_leaves_code_and_math(worksheets: Worksheets) -> None:
    problem = replace(worksheets["en"].problems[0], prompt="*a* <b> `x_1 * 2` $n_1$", source="[x](y)")
    worksheet = replace(worksheets["en"], title="# 1 * 2", problems=(problem,))

    page = render_worksheet(worksheet, format="markdown", part="solutions")

    assert r"\*a\* \<b\> `x_1 * 2` $n_{1}$" in page
    assert r"# \# 1 \* 2 – Solutions" in page
    assert r"\[x\](y)" in page


def test_identical_input_gives_identical_bytes(worksheets: Worksheets) -> None:
    first, second = (render_worksheet(worksheets["en"], format="html", part="key") for _ in range(2))

    assert first == second


@pytest.mark.parametrize(
    ("format", "part", "message"),
    [
        pytest.param(
            "docx",
            "key",
            "format 'docx' (expected one of html, pdf, latex, markdown, text, notebook)",
            id="unknown format",
        ),
        pytest.param("html", "keys", "part 'keys' (expected one of worksheet, key, solutions)", id="unknown part"),
    ],
)
def test_what_does_not_exist_is_named(worksheets: Worksheets, format: TextFormat, part: Part, message: str) -> None:
    with pytest.raises(UsageError, match=re.escape(message)):
        render_worksheet(worksheets["en"], format=format, part=part)
