"""Pages about marks: what a student reads, in both languages, and that nothing typed becomes markup or moves a cursor."""

from dataclasses import replace
from html.parser import HTMLParser
from typing import get_args

import pytest

from cnnquiz.bank.text import LANGUAGES
from cnnquiz.errors import UsageError
from cnnquiz.marking.gradebook import mark_class
from cnnquiz.marking.mark import Verdict
from cnnquiz.marking.responses import Responses, join
from cnnquiz.marking.statistics import FEWEST, Reason
from cnnquiz.rendering.figures.drawing import Rectangle
from cnnquiz.rendering.marks import render_class, render_feedback
from cnnquiz.rendering.marks_words import MARKS, STATISTICS
from cnnquiz.rendering.statistics_plots import means_with_errors, share_bars, tenths
from cnnquiz.rendering.text_table import text_table
from cnnquiz.worksheets.worksheet import Student

HOSTILE = "<script>alert(1)</script>\x1b[31m\u202e"


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.names.append(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def graded(worksheet, *typed: str):
    answers = {str(number): text for number, text in enumerate(typed, start=1)}
    given = Responses(student=Student(id="7", name=HOSTILE), answers=answers, place="a.csv:2")
    return mark_class(join([given], [worksheet]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_golden(golden, worksheets, language):
    book = graded(worksheets[language], "54", "96x55x55", "", "Z9")

    page = render_feedback(worksheets[language], book.marked[0], format="text")

    golden(page, f"feedback.{language}.txt")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_sound_and_holds_all_there_is_to_say(worksheets, language):
    sheet = worksheets[language]
    page = render_feedback(sheet, graded(sheet, "54", "96x55x55", "", "Z9").marked[0], format="html")

    tags = Tags(page)
    assert tags.open == []
    assert page.count('class="judged') == 4
    assert page.count("<details") == 3  # the second answer is right
    assert "<math" in page


@pytest.mark.parametrize("format", ["html", "text"])
def test_what_was_typed_is_text(worksheets, format):
    sheet = replace(worksheets["en"], title=HOSTILE)
    page = render_feedback(sheet, graded(sheet, HOSTILE, HOSTILE, HOSTILE).marked[0], format=format, colour=False)

    if format == "html":
        assert "script" not in Tags(page).names
    else:
        assert "\x1b" not in page
    assert "\u202e" not in page


def test_a_pdf_whatever_was_typed(worksheets):
    sheet = worksheets["ko"]
    page = render_feedback(sheet, graded(sheet, HOSTILE, "🙂 #panic() $x$ ا 漢").marked[0], format="pdf")
    assert page.startswith(b"%PDF")


def test_an_unknown_format(worksheets):
    with pytest.raises(UsageError, match=r"format 'docx' \(expected one of html, text, pdf\)"):
        render_feedback(worksheets["en"], graded(worksheets["en"]).marked[0], format="docx")


def test_a_class_with_names_of_any_width(worksheets):
    table = render_class(graded(worksheets["en"], "55"), "en")

    assert "\x1b" not in table
    assert "1/8" in table


def test_every_verdict_and_reason_has_its_words():
    for language in LANGUAGES:
        assert set(get_args(Verdict)) <= set(MARKS[language])
        assert {"one_version" if each == "versions" else each for each in get_args(Reason)} <= set(STATISTICS[language])
        assert set(MARKS[language]) == set(MARKS["en"])
        assert set(STATISTICS[language]) == set(STATISTICS["en"])
    assert FEWEST == 10  # as the words say


def test_columns_count_hangul_twice():
    assert text_table(["a", "n"], [["김", "1"], ["b", "22"]], numbers=(1,)) == "a    n\n──  ──\n김   1\nb   22"


def test_plots_say_in_words_what_they_show():
    bars = share_bars(["one", "two"], [0.25, 1], alt="Facility")
    assert bars.alt == "Facility: one 0.25, two 1.00"
    widths = [mark.width for mark in bars.marks if isinstance(mark, Rectangle)]
    assert widths[1] == 4 * widths[0]

    assert tenths([0, 0.05, 0.95, 1], alt="Scores").alt == "Scores: 0–0.1: 2, 0.9–1: 2"
    assert means_with_errors(["A"], [0.5], [None], alt="Means").alt == "Means: A 0.50"
