"""PDF: the same bytes each time, tagged, every word on the page and inside its margins, no character without a glyph."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from cnnquiz.bank.text import LANGUAGES, Language
from cnnquiz.errors import UsageError
from cnnquiz.rendering.formats import PARTS, Part
from cnnquiz.rendering.worksheet import render_worksheet
from cnnquiz.worksheets.worksheet import Heading, Layout, Worksheet

Worksheets = dict[Language, Worksheet]

each_language = pytest.mark.parametrize("language", LANGUAGES)
each_part = pytest.mark.parametrize("part", PARTS)

MILLIMETRES = 25.4
RESOLUTION = 50
SIDE_MARGIN = 18
HALF_A_STROKE = 1


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in document)


def pictures(pdf: bytes) -> Iterator[Image.Image]:
    for page in pypdfium2.PdfDocument(pdf):
        yield page.render(scale=RESOLUTION / 72).to_pil().convert("L")


def ink(picture: Image.Image) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of all that is not white."""
    box = picture.point(lambda value: 255 if value < 250 else 0).getbbox()
    assert box is not None, "a blank page"
    return box


@each_part
@each_language
def test_the_same_worksheet_gives_the_same_bytes(every_kind: Worksheets, language: Language, part: Part) -> None:
    first, second = (render_worksheet(every_kind[language], format="pdf", part=part) for _ in range(2))

    assert first == second
    assert first.startswith(b"%PDF-1.7")
    assert b"/MarkInfo" in first
    assert b"/StructTreeRoot" in first


@each_language
def test_every_prompt_is_on_the_worksheet(every_kind: Worksheets, language: Language) -> None:
    worksheet = every_kind[language]
    shown = text_of(render_worksheet(worksheet, format="pdf", part="worksheet"))

    for problem in worksheet.problems:
        words = re.sub(r"`|\$[^$]*\$", " ", problem.prompt).split()
        assert [word for word in words if word not in shown] == []
        assert problem.short_id in shown


@each_part
@each_language
def test_nothing_stands_in_the_margins(every_kind: Worksheets, language: Language, part: Part) -> None:
    for picture in pictures(render_worksheet(every_kind[language], format="pdf", part=part)):
        left, top, right, bottom = (pixels / RESOLUTION * MILLIMETRES for pixels in ink(picture))
        width, height = (pixels / RESOLUTION * MILLIMETRES for pixels in picture.size)
        assert left >= SIDE_MARGIN - HALF_A_STROKE
        assert right <= width - SIDE_MARGIN + HALF_A_STROKE
        assert top >= 15
        assert bottom <= height - 8


@pytest.mark.parametrize("part", ["worksheet", "solutions"])
@each_language
def test_two_columns_stay_apart(every_kind: Worksheets, language: Language, part: Part) -> None:
    worksheet = replace(every_kind[language], heading=Heading(layout=Layout(columns=2)))
    _with_heading, *others = pictures(render_worksheet(worksheet, format="pdf", part=part))

    for picture in others:
        middle = picture.size[0] // 2
        gutter = picture.crop((middle - 4, 0, middle + 4, picture.size[1]))
        assert gutter.getextrema() == (255, 255)


@pytest.mark.parametrize(
    ("layout", "size"),
    [
        pytest.param(Layout(paper="a4"), (210, 297), id="A4"),
        pytest.param(Layout(paper="letter", columns=2), (216, 279), id="US letter in two columns"),
    ],
)
def test_paper(worksheets: Worksheets, layout: Layout, size: tuple[int, int]) -> None:
    worksheet = replace(worksheets["en"], heading=Heading(layout=layout))
    first, *_ = pypdfium2.PdfDocument(render_worksheet(worksheet, format="pdf", part="worksheet"))

    assert tuple(round(points / 72 * MILLIMETRES) for points in first.get_size()) == size


def page_of(pdf: bytes, text: str) -> list[int]:
    document = pypdfium2.PdfDocument(pdf)
    return [number for number, page in enumerate(document) if text in page.get_textpage().get_text_range()]


@pytest.mark.parametrize("columns", [1, 2])
def test_a_page_ends_before_a_problem_and_not_inside_it(worksheets: Worksheets, columns: int) -> None:
    number, *_ = worksheets["en"].problems
    problems = tuple(
        replace(number, index=index, prompt=f"Begin{index:02}. " + "Some words. " * 40, unit=f"end{index:02}")
        for index in range(12)
    )

    worksheet = replace(worksheets["en"], problems=problems, heading=Heading(layout=Layout(columns=columns)))
    pdf = render_worksheet(worksheet, format="pdf", part="worksheet")

    assert len(pypdfium2.PdfDocument(pdf)) > 2
    for index in range(12):
        assert page_of(pdf, f"Begin{index:02}.") == page_of(pdf, f"end{index:02}")


def test_a_problem_that_is_longer_than_a_page_goes_on_on_the_next(worksheets: Worksheets) -> None:
    listing = "\n".join(f"line_{number} = {number}" for number in range(30))
    long = replace(
        worksheets["en"].problems[3],
        prompt="Begin. " + "Many words stand here. " * 250,
        listing=listing,
        options=tuple(f"Option {letter} " * 40 for letter in "vwxyz"),
    )

    pdf = render_worksheet(replace(worksheets["en"], problems=(long,)), format="pdf", part="worksheet")

    assert page_of(pdf, "Begin.") == [0]
    assert page_of(pdf, "Option z")[-1] >= 1
    for picture in pictures(pdf):
        assert ink(picture)[3] <= picture.size[1] * 0.98


def test_names_are_printed_as_they_are(worksheets: Worksheets) -> None:
    """The font would draw the x of 1x1 as the sign ×, and an arrow for ->."""
    number, *_ = worksheets["en"].problems

    def picture(prompt: str) -> bytes:
        worksheet = replace(worksheets["en"], problems=(replace(number, prompt=prompt),))
        first, *_ = pypdfium2.PdfDocument(render_worksheet(worksheet, format="pdf", part="worksheet"))
        return bytes(first.render(scale=2).to_pil().convert("L").tobytes())

    assert picture("expand1x1") != picture("expand1×1")
    assert picture("a -> b") != picture("a → b")


def test_tall_formulas_of_the_formula_sheet_touch_no_other_line(worksheets: Worksheets) -> None:
    line = "Many words with g, j, p and y until the line is full, then: $floor((n + 2*p - k)/s) + 1$. " * 3
    worksheet = replace(worksheets["en"], heading=Heading(formula_sheet=(line,)))
    first, *_ = pypdfium2.PdfDocument(render_worksheet(worksheet, format="pdf", part="worksheet"))
    shown, height = first.get_textpage(), first.get_height()
    begin = shown.get_text_range().index("Many words")
    places = range(begin, shown.get_text_range().rindex(" + 1", 0, begin + len(line)))
    boxes = [shown.get_charbox(place) for place in places if shown.get_text_range(place, 1) in set("aeiou")]
    lines = {round(bottom / 3) for _, bottom, _, _ in boxes}
    left, top = min(box[0] for box in boxes) - 8, height - max(box[3] for box in boxes) - 3
    right, bottom = max(box[2] for box in boxes), height - min(box[1] for box in boxes) + 3

    scale = 3
    picture = first.render(scale=scale).to_pil().convert("L")
    sheet = picture.crop((int(left * scale), int(top * scale), int(right * scale), int(bottom * scale)))
    rows = [min(sheet.crop((0, y, sheet.size[0], y + 1)).getextrema()) < 128 for y in range(sheet.size[1])]
    bands = sum(inked and not above for above, inked in zip([False, *rows], rows, strict=False))
    assert bands == len(lines) >= 2


EVIL = '#panic("x") \\ " $x$ *b* _e_ @r <l> // [y] {z} #import "a": b\n= 1 `; .len()'


@each_part
def test_no_text_is_a_command(worksheets: Worksheets, part: Part) -> None:
    number, choice = (replace(worksheets["en"].problems[place], source=EVIL, question=EVIL) for place in (0, 3))
    problems = tuple(replace(each, solution=EVIL.replace("$", "").replace("`", "")) for each in (number, choice))
    worksheet = replace(worksheets["en"], title=EVIL, problems=problems)

    shown = text_of(render_worksheet(worksheet, format="pdf", part=part))

    assert '#panic("x")\\"$x$*b*_e_@r<l>//[y]{z}#import"a":b=1`;.len()' in shown


@pytest.mark.parametrize(
    ("text", "character"), [pytest.param("ok 😀", "😀", id="a picture"), pytest.param("漢字", "漢", id="Chinese")]
)
def test_a_character_that_no_font_has_is_an_error_and_never_a_box(
    worksheets: Worksheets, text: str, character: str
) -> None:
    worksheet = replace(worksheets["en"], title=f"Exam {text}")

    with pytest.raises(UsageError, match=rf"{character}.*could not be displayed .*\(expected text that its fonts have"):
        render_worksheet(worksheet, format="pdf", part="worksheet")


def test_a_template_of_a_teacher_replaces_one_block(worksheets: Worksheets, tmp_path: Path) -> None:
    (tmp_path / "worksheet").mkdir()
    own = '<% extends "bundled/worksheet/worksheet.typ" %><% block footer %>Good luck, << "#" ~ language >>!<% endblock %>'
    (tmp_path / "worksheet/worksheet.typ").write_text(own)

    shown = text_of(render_worksheet(worksheets["en"], format="pdf", part="worksheet", templates=tmp_path))

    assert "Goodluck,#en!" in shown


def test_a_template_that_typst_refuses_is_an_error(worksheets: Worksheets, tmp_path: Path) -> None:
    (tmp_path / "worksheet").mkdir()
    own = '<% extends "bundled/worksheet/worksheet.typ" %><% block footer %>#nothing<% endblock %>'
    (tmp_path / "worksheet/worksheet.typ").write_text(own)

    with pytest.raises(UsageError, match="unknown variable: nothing"):
        render_worksheet(worksheets["en"], format="pdf", part="worksheet", templates=tmp_path)


def test_a_template_cannot_read_files_outside_its_folder(worksheets: Worksheets, tmp_path: Path) -> None:
    (tmp_path / "worksheet").mkdir()
    (tmp_path.parent / "secret.txt").write_text("secret")
    own = '<% extends "bundled/worksheet/worksheet.typ" %><% block footer %>#read("../secret.txt")<% endblock %>'
    (tmp_path / "worksheet/worksheet.typ").write_text(own)

    with pytest.raises(UsageError, match=r"project root|not found|access"):
        render_worksheet(worksheets["en"], format="pdf", part="worksheet", templates=tmp_path)
