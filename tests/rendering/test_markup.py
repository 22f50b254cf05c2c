"""Marks in drawn text become those of each format, and everything else stays what it was."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from cnnquiz.errors import FormulaError
from cnnquiz.formulas import Worked, parse, worked
from cnnquiz.rendering.markup import Code, Format, Math, Prose, Span, spans
from cnnquiz.rendering.writers import WRITERS
from cnnquiz.rendering.writers.markdown import escape_markdown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", (), id="no text"),
        pytest.param("plain", (Prose("plain"),), id="no mark"),
        pytest.param("`conv1`", (Code("conv1"),), id="code alone"),
        pytest.param(
            "in $C$ and `x`.",
            (Prose("in "), Math(parse("C")), Prose(" and "), Code("x"), Prose(".")),
            id="all kinds",
        ),
        pytest.param("`a$b$`", (Code("a$b$"),), id="dollar signs inside code are code"),
        pytest.param("5$ or a ` sign", (Prose("5$ or a ` sign"),), id="a mark without its partner is a character"),
    ],
)
def test_spans(text: str, expected: tuple[Span, ...]) -> None:
    assert spans(text) == expected


def test_a_formula_that_cannot_be_read_is_named() -> None:
    with pytest.raises(FormulaError, match=re.escape("'2 +'")):
        spans("the size $2 +$")


@pytest.mark.parametrize(
    ("format", "expected"),
    [
        pytest.param("html", "a &lt;b&gt; &amp; <code>x&lt;y</code>", id="HTML escapes both"),
        pytest.param("markdown", r"a \<b\> & `x<y`", id="Markdown escapes the words, not the code"),
        pytest.param("text", "a <b> & x<y", id="plain text has no marks"),
        pytest.param("latex", r"a \ensuremath{<}b\ensuremath{>} \& \texttt{x\textless{}y}", id="LaTeX escapes both"),
        pytest.param("typst", '#"a <b> & ";#raw("x<y");', id="in Typst both are string literals"),
    ],
)
def test_words_and_code(format: Format, expected: str) -> None:
    assert WRITERS[format].line("a <b> & `x<y`") == expected


@pytest.mark.parametrize(
    ("format", "expected"),
    [
        pytest.param("markdown", r"$\left\lfloor \frac{n}{2} \right\rfloor$", id="LaTeX between dollar signs"),
        pytest.param("text", "⌊n/2⌋", id="one line of Unicode"),
        pytest.param("latex", r"$\left\lfloor \frac{n}{2} \right\rfloor$", id="LaTeX for TeX"),
        pytest.param(
            "typst",
            '#math.equation(alt: "floor(n/2)", $floor(frac(n, 2))$);',
            id="Typst, with words for screen readers",
        ),
    ],
)
def test_formula(format: Format, expected: str) -> None:
    assert WRITERS[format].line("$floor(n/2)$") == expected


def test_formula_in_html_is_mathml_with_an_alternative_text() -> None:
    math = ET.fromstring(WRITERS["html"].line("$n < 2$"))

    assert math.tag == "{http://www.w3.org/1998/Math/MathML}math"
    assert math.get("alttext") == "n < 2"


@pytest.mark.parametrize(
    ("format", "expected"),
    [
        pytest.param("html", ("One line.", "Two."), id="HTML"),
        pytest.param("markdown", ("One line.", "Two."), id="Markdown"),
        pytest.param("text", ("One line.", "Two."), id="plain text"),
    ],
)
def test_a_blank_line_ends_a_paragraph_and_a_line_end_is_a_space(format: Format, expected: tuple[str, ...]) -> None:
    assert WRITERS[format].paragraphs("One\n line.\n\nTwo.\n") == expected


@pytest.mark.parametrize(
    ("format", "expected"),
    [
        pytest.param("html", 'Look: <code class="listing">x = 1\n\ny = x &lt; 2</code>', id="HTML"),
        pytest.param("markdown", "Look: \n\n```\nx = 1\n\ny = x < 2\n```", id="Markdown"),
        pytest.param("text", "Look: \n    x = 1\n    \n    y = x < 2", id="plain text"),
        pytest.param(
            "latex",
            "Look: \\begin{flushleft}\n\\texttt{x\\ =\\allowbreak{}\\ 1}\\\\\n\\texttt{\\strut}\\\\\n"
            "\\texttt{y\\ =\\allowbreak{}\\ x\\ \\textless{}\\ 2}\n\\end{flushleft}",
            id="LaTeX",
        ),
        pytest.param("typst", '#"Look: ";#raw(block: true, "x = 1\\n\\ny = x < 2");', id="Typst"),
    ],
)
def test_code_of_several_lines_is_a_listing(format: Format, expected: str) -> None:
    assert WRITERS[format].paragraphs("Look: `\nx = 1\n\ny = x < 2\n`") == (expected,)


def test_equation() -> None:
    half = worked(parse("n/2"), {"n": 10})

    assert WRITERS["text"].equation(half, None) == "n/2 = 10/2 = 5"
    assert WRITERS["markdown"].equation(half, None) == r"$$\frac{n}{2} = \frac{10}{2} = 5$$"
    assert WRITERS["latex"].equation(half, None).split("\n") == [
        r"$\displaystyle \frac{n}{2}$",
        r"$\displaystyle {}= \frac{10}{2}$",
        r"$\displaystyle {}= 5$",
    ]
    assert [
        part.rpartition("$")[0].rpartition("$")[2] for part in WRITERS["typst"].equation(half, None).split(" = ")
    ] == [
        "display(frac(n, 2))",
        "display(frac(10, 2))",
        "display(5)",
    ]


def test_a_rounded_value_ends_the_equation() -> None:
    third = Worked(symbolic=parse("n/3"), substituted=parse("10000/3"), value=None)
    assert WRITERS["text"].equation(third, "3,333.3") == "n/3 = 10,000/3 ≈ 3,333.3"
    assert WRITERS["markdown"].equation(third, "3,333.3").endswith(r" \approx 3{,}333.3$$")
    assert (
        WRITERS["latex"]
        .equation(third, "3,333.3")
        .endswith(r"${}\approx 3{,}333.3$".replace("${}", r"$\displaystyle {}"))
    )
    assert WRITERS["typst"].equation(third, "3,333.3").endswith('≈ #"3,333.3";')
    assert WRITERS["html"].equation(third, "3,333.3").endswith('<span class="step">≈ 3,333.3</span>')


@given(
    st.lists(
        st.sampled_from([*"ab1 .)(-+=#*_`~^$&;|<>[]!\\\"'/:×한글", "&amp;", "1. ", "http", "<b>", "---"]),
        max_size=25,
    ).map("".join)
)
@example("~~a~~ *b* _c_ **d** [e](f) ![g](h) <i> `j` &amp; &#97; \\* | k | ***")
@example("# a")
@example("1. a")
@example("- a")
@example("+ a")
@example("===")
def test_escaped_markdown_reads_as_the_text_it_was(text: str) -> None:
    """The judge is an independent parser of CommonMark with GitHub's strikethrough and tables."""
    expected = " ".join(text.split())
    page = MarkdownIt("commonmark").enable(["strikethrough", "table"]).render(escape_markdown(expected))

    shown = ET.fromstring(f"<page>{page}</page>")
    assert "".join(shown.itertext()).strip() == expected
    assert {element.tag for element in shown.iter()} <= {"page", "p"}


def test_marks_of_dialects_are_escaped_as_well() -> None:
    """CommonMark knows neither math nor superscripts; GitHub and Pandoc do."""
    assert escape_markdown("5$ to 6$, x^2^") == r"5\$ to 6\$, x\^2\^"
