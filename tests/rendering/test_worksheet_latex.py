"""LaTeX: text is never a command, and a plain TeX Live sets every page in both languages without an overfull line."""

import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnquiz.bank.text import Language
from cnnquiz.rendering.formats import PARTS, Part
from cnnquiz.rendering.latex_text import escape_latex, escape_latex_code
from cnnquiz.rendering.worksheet import render_worksheet
from cnnquiz.worksheets.worksheet import Worksheet

Worksheets = dict[Language, Worksheet]

ENGINES = (("pdflatex", "en"), ("xelatex", "en"), ("xelatex", "ko"), ("lualatex", "en"))


@given(
    st.lists(st.sampled_from([*"ab1 #$%&_{}~^\\\"'`-<>|[]한글×", "--", "\\end{document}", "^^41"]), max_size=20).map(
        "".join
    )
)
def test_no_text_is_a_command(text: str) -> None:
    """The judge: outside of the commands that we write, none of TeX's special characters is left unescaped."""
    for escaped in (escape_latex(text), escape_latex_code(text)):
        rest = re.sub(
            r"\\(ensuremath\{[^{}]*\}|text\w+\{\}|allowbreak\{\}|\\|[#$%&_{} ])|\{[\[\]]\}|-\{\}", "", escaped
        )
        assert re.search(r"[#$%&_{}~^\\]", rest) is None
        assert "--" not in escaped


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("50% of x_1", r"50\% of x\_1", id="signs"),
        pytest.param("3×227×227", r"3\ensuremath{\times}227\ensuremath{\times}227", id="a sign of math"),
        pytest.param("10⁻", "10⁻", id="a letter that fonts must have"),
        pytest.param("m²", r"m\ensuremath{{}^2}", id="a raised digit"),
    ],
)
def test_escape_latex(text: str, expected: str) -> None:
    assert escape_latex(text) == expected


def test_korean_is_loaded_where_there_is_some(worksheets: Worksheets) -> None:
    english = render_worksheet(worksheets["en"], format="latex", part="worksheet")
    named = render_worksheet(replace(worksheets["en"], title="홍길동"), format="latex", part="worksheet")

    assert r"\usepackage{kotex}" not in english
    assert r"\usepackage{kotex}" in named


PAGES = [(engine, language, part) for engine, language in ENGINES for part in PARTS]
SAMPLE = [("pdflatex", "en", "worksheet"), ("xelatex", "ko", "solutions")]


@pytest.mark.slow
@pytest.mark.parametrize(("engine", "language", "part"), PAGES if os.environ.get("CNNQUIZ_ALL") else SAMPLE)
def test_tex_sets_the_page(every_kind: Worksheets, tmp_path: Path, engine: str, language: Language, part: Part) -> None:
    if shutil.which(engine) is None:
        pytest.skip(f"no {engine} here (apt-get install texlive-xetex texlive-latex-extra texlive-lang-korean)")
    (tmp_path / "page.tex").write_text(
        render_worksheet(every_kind[language], format="latex", part=part), encoding="utf-8"
    )

    run = subprocess.run(
        [engine, "-interaction=nonstopmode", "-halt-on-error", "page.tex"],
        cwd=tmp_path,
        capture_output=True,
        timeout=300,
    )

    log = (tmp_path / "page.log").read_text(encoding="utf-8", errors="replace")
    assert run.returncode == 0, log[-2000:]
    assert re.findall(r"Overfull \\hbox \((?:[2-9]|\d\d+)\.[^\n]*|Missing character[^\n]*", log) == []
