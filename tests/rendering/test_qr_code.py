"""The QR code of an id: its picture holds exactly the modules that a standard encoder makes."""

import re
from xml.etree import ElementTree as ET

import pytest
import segno

from cnnquiz.rendering.qr_code import qr_code

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("text", ["003-YG1-APP", "ZZZ-ZZZ-ZZZ", "한글"])
def test_the_picture_has_the_modules_and_the_quiet_zone(text: str) -> None:
    code = qr_code(text)
    root = ET.fromstring(code.svg)
    white, black = root.findall(f"{SVG}path")

    drawn = {
        (int(x) + step, int(y))
        for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", black.attrib["d"])
        for step in range(int(length))
    }
    expected = segno.make_qr(text, error="M", mask=4)
    side = expected.symbol_size(border=4)[0]
    assert drawn == {
        (x, y) for y, row in enumerate(expected.matrix_iter(border=4)) for x, cell in enumerate(row) if cell
    }
    assert root.attrib["viewBox"] == f"0 0 {side} {side}"
    assert white.attrib["fill"] == "#fff"
    assert root.attrib["aria-label"] == text


def test_a_module_is_a_share_of_the_side() -> None:
    assert qr_code("003-YG1-APP").module(21) == pytest.approx(1.0)
