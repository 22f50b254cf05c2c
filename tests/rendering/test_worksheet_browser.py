"""HTML in a browser: nothing wider than a phone, no accessibility violation, and no request to anywhere."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Route, sync_playwright

from cnnquiz.bank.text import LANGUAGES, Language
from cnnquiz.rendering.formats import PARTS, Part
from cnnquiz.rendering.worksheet import render_worksheet
from cnnquiz.worksheets.worksheet import Worksheet

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium here (apt-get install chromium)")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_fits_every_screen_and_is_accessible(
    every_kind: dict[Language, Worksheet], browser: Browser, tmp_path: Path, language: Language, part: Part
) -> None:
    html = render_worksheet(every_kind[language], format="html", part=part)
    page_file = tmp_path / f"{part}.html"
    page_file.write_text(html, encoding="utf-8")

    for width, scheme in ((360, "light"), (900, "dark")):
        found = inspect(browser, page_file, width, scheme)
        assert found["requests"] == [page_file.as_uri()]
        assert found["width"] <= width
        assert found["violations"] == []


def inspect(browser: Browser, page_file: Path, width: int, scheme: Any) -> dict[str, Any]:
    """What was asked for on the network, how wide the page is, and what axe-core finds wrong with it."""
    # The page's own policy forbids every script; axe is one.
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
    requests: list[str] = []

    def note(route: Route) -> None:
        requests.append(route.request.url)
        route.continue_()

    context.route("**/*", note)
    page = context.new_page()
    page.goto(page_file.as_uri())
    page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    violations = page.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))")
    scroll_width = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    return {"requests": requests, "width": scroll_width, "violations": violations}
