"""Reports in a browser: golden files, what is marked, hostile names, and the size of the page."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from cnnquiz.cnn import Shape
from cnnquiz.grading.report import AlignedLayer, AlignedPair, Report, StudentFrame
from cnnquiz.rendering.report_page import render_page

Reports = dict[str, Report]

EVERY_REPORT = ("failed.en", "failed.ko", "crashed.en", "crashed.ko", "passed.en", "ungraded.en")

HOSTILE = {
    "a closing script": "</script><script>alert(1)</script>",
    "an event handler": "\" onmouseover=\"alert(1)' onfocus='alert(1)",
    "300 characters": "x" * 300,
    "marks that turn the line round": "conv\u202e1\u2066\u200f\x1b[31m",
    "backticks": "`` ` ```",
    "a template": "{{ 7 * 7 }}{% raw %}",
}


class Page(HTMLParser):
    """The elements of a page, and the text of each cell of a table by its class."""

    void = frozenset({"meta", "br", "link", "img", "input", "hr"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text += data

    def count(self, tag: str, name: str) -> int:
        return sum(t == tag and name in (attributes.get("class") or "").split() for t, attributes in self.elements)


@pytest.mark.parametrize("name", ["failed.en", "failed.ko"])
def test_golden(golden: Callable[[str, str], None], reports: Reports, name: str) -> None:
    golden(render_page(reports[name]), f"report.{name}.html")


@pytest.mark.parametrize("name", EVERY_REPORT)
def test_a_page_needs_nothing_else(reports: Reports, name: str) -> None:
    html = render_page(reports[name])
    page = Page(html)

    assert not {"script", "link", "img", "iframe", "object"} & {tag for tag, _ in page.elements}
    assert not re.search(r"https?://|@import|url\(", html)
    assert any("default-src 'none'" in (attributes.get("content") or "") for _, attributes in page.elements)


def test_the_first_difference_is_marked_in_words_and_the_others_less_so(reports: Reports) -> None:
    page = Page(render_page(reports["failed.en"]))

    assert page.count("tr", "first") == 1
    assert page.count("tr", "other") == 1
    assert page.text.index("First difference") < page.text.index("no layer here") < page.text.index("Differs")
    assert "another shape" in page.text
    assert "reads row 3, the input" in page.text


def test_a_layer_is_joined_only_to_the_one_that_it_reads(reports: Reports) -> None:
    pair = reports["failed.en"].alignment[0]
    branch = replace(pair, theirs=replace(pair.theirs, name="shortcut"))
    page = Page(render_page(replace(reports["failed.en"], alignment=(pair, branch))))

    assert page.count("td", "chained") == 0
    assert page.text.count("reads the input") == 2


@pytest.mark.parametrize(
    ("name", "alignment"),
    [
        pytest.param("passed.en", True, id="a network that is right has no differences to show"),
        pytest.param("failed.en", False, id="a network that could not be recorded"),
    ],
)
def test_no_drawing(reports: Reports, name: str, alignment: bool) -> None:
    report = reports[name] if alignment else replace(reports[name], alignment=None)

    assert "Layer by layer" not in Page(render_page(report)).text


def test_arguments_are_named(reports: Reports) -> None:
    report = replace(reports["failed.en"], arguments={"in_channels": 64, "mode": "a"})

    assert "graded as AlexNet(in_channels=64, mode='a')" in Page(render_page(report)).text


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_text(reports: Reports, name: str) -> None:
    evil = HOSTILE[name]
    plain, hostile = (Page(render_page(_named(reports, text))) for text in ("plain", evil))

    assert [tag for tag, _ in hostile.elements if tag != "code"] == [t for t, _ in plain.elements if t != "code"]
    assert not any(attribute.startswith("on") for _, attributes in hostile.elements for attribute in attributes)
    assert not set("\u202e\u2066\u200f\x1b") & set(hostile.text)
    assert evil.encode("unicode_escape").decode()[:90].replace("`", "") in hostile.text.replace("`", "").replace(
        "\\\\", "\\"
    )


def _named(reports: Reports, evil: str) -> Report:
    failed, crashed = reports["failed.en"], reports["crashed.en"]
    pair = failed.alignment[0]
    return replace(
        failed,
        title=evil,
        submission=evil,
        entry=evil,
        arguments={"a": evil},
        checks=tuple(replace(check, title=evil, message=evil, expected=evil, actual=evil) for check in failed.checks),
        diagnosis=(replace(failed.diagnosis[0], where=evil, message=f"`{evil}`"),),
        alignment=(replace(pair, theirs=replace(pair.theirs, name=evil, operation=evil)), *failed.alignment[1:]),
        crash=replace(
            crashed.crash,
            message=evil,
            frames=(StudentFrame(file_name=evil, line=1, function=evil, source=evil),),
        ),
        printed=evil,
    )


def _long(layers: int, *, different: Iterator[int]) -> tuple[AlignedPair, ...]:
    wrong = set(different)
    shape = Shape(2048, 224, 224)
    told = "conv2d(kernel_size=3, stride=2, padding=1, groups=32, out_channels=2048)"
    return tuple(
        AlignedPair(
            theirs=AlignedLayer(
                operation=told, plain=told, output_shape=shape, reads=(i,), name=f"layer3.{i}.residual.conv2", line=i
            ),
            ours=AlignedLayer(operation=told, plain=told, output_shape=shape, reads=(i,)),
            differs=i in wrong,
        )
        for i in range(layers)
    )


@pytest.mark.parametrize(
    ("layers", "different", "rows"),
    [
        pytest.param(514, range(0), 1, id="ResNet-152 without a difference is one fold"),
        pytest.param(514, range(100, 102), 8, id="two differences with two rows around them, between two folds"),
        pytest.param(514, range(514), 301, id="ResNet-152, all different"),
        pytest.param(50_000, range(50_000), 301, id="50,000 layers, all different"),
    ],
)
def test_long_networks_are_folded(reports: Reports, layers: int, different: range, rows: int) -> None:
    html = render_page(replace(reports["failed.en"], alignment=_long(layers, different=iter(different))))
    page = Page(html)

    assert page.text.count("layer3.") + page.count("tr", "fold") == rows
    assert len(html) < 300_000


def test_folds_say_how_many_layers_they_hold(reports: Reports) -> None:
    some = Page(render_page(replace(reports["failed.en"], alignment=_long(514, different=iter((100, 101))))))
    every = Page(render_page(replace(reports["failed.en"], alignment=_long(514, different=iter(range(514))))))

    assert "98 layers alike" in some.text
    assert "410 layers alike" in some.text
    assert "214 more layers, 214 of them different" in every.text


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium")
@pytest.mark.parametrize("width", [400, 1000])
@pytest.mark.parametrize("name", ["failed.en", "failed.ko", "hostile"])
def test_nothing_is_wider_than_the_window(reports: Reports, tmp_path: Path, name: str, width: int) -> None:
    report = _named(reports, "x" * 300) if name == "hostile" else reports[name]
    html = render_page(report).replace("default-src 'none'", "default-src 'none'; script-src 'unsafe-inline'")
    measure = "<script>document.title = `${document.documentElement.scrollWidth} of ${innerWidth}`</script>"
    # A window of Chromium's is 500 wide at least, a frame in it is not.
    frame = html.replace("</body>", f"{measure}</body>").replace("&", "&amp;").replace('"', "&quot;")
    told = "<script>onload = () => { document.title = frames[0].document.title }</script>"
    (tmp_path / "page.html").write_text(f'<iframe width="{width}" height="900" srcdoc="{frame}"></iframe>{told}')

    done = subprocess.run(
        [
            "chromium",
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--dump-dom",
            f"--user-data-dir={tmp_path / 'profile'}",
            "--window-size=1200,1000",
            (tmp_path / "page.html").as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )

    needed, given = map(int, re.search(r"<title>(\d+) of (\d+)</title>", done.stdout).groups())
    assert given == width
    assert needed <= given
