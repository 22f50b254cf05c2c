"""A roofline: what a device can reach over operations for each byte, both axes logarithmic."""

from collections.abc import Iterator, Sequence
from math import log2

from cnnquiz.bank.text import Language
from cnnquiz.problems.figure import RooflineFigure
from cnnquiz.problems.figures.roofline import intensity, rate
from cnnquiz.rendering.figures.drawing import TEXT, Circle, Line, Mark, Words
from cnnquiz.rendering.figures.metrics import text_width

_WIDTH, _HEIGHT = 250.0, 110.0
_OCTAVES = 5.0  # shown on each side of the ridge point, at least
_LABEL = 12.0
_APART = 6.0

_WORDS: dict[Language, dict[str, str]] = {
    "en": {"across": "FLOP/B (operations for each byte)", "up": "FLOP/s that can be reached"},
    "ko": {"across": "FLOP/B(바이트당 연산 수)", "up": "도달할 수 있는 FLOP/s"},
}


def roofline(figure: RooflineFigure, language: Language) -> Iterator[Mark]:
    """The roof with its two limits and the ridge point, or a ?; and work as dots on the roof."""
    words = _WORDS[language]
    places = [log2(work.flops_per_byte / figure.ridge) for work in figure.works]
    left, right = min([-_OCTAVES, *(place - 1 for place in places)]), max([_OCTAVES, *(place + 1 for place in places)])
    octave = _WIDTH / (right - left)
    ridge = -left * octave
    rise = min(octave, (_HEIGHT - 14) / -left)  # of the sloping line for each octave
    yield Line(points=((0, 0), (_WIDTH + 8, 0)), arrow=True)
    yield Line(points=((0, 0), (0, -_HEIGHT - 8)), arrow=True)
    yield Words(x=0, y=-_HEIGHT - 13, text=words["up"], anchor="start")
    start = -_HEIGHT - left * rise
    yield Line(points=((0, start), (ridge, -_HEIGHT), (_WIDTH, -_HEIGHT)), width=1.8)
    yield Words(x=_WIDTH + 4, y=-_HEIGHT + 3, text=rate(figure.flops_per_second, "FLOP/s"), anchor="start")
    slope = rate(figure.bytes_per_second, "B/s")
    yield Words(x=_WIDTH + 4, y=-_HEIGHT / 2 + 3, text=slope, anchor="start")
    middle = ridge / 2
    yield Line(points=((_WIDTH, -_HEIGHT / 2), (middle + 4, (start - _HEIGHT) / 2 + 1)), width=0.4, arrow=True)
    yield Line(points=((ridge, -_HEIGHT), (ridge, 0)), width=0.6, dash="dashed")
    yield Words(x=ridge, y=12, text="?" if figure.blank else intensity(figure.ridge), bold=figure.blank)
    labels = []
    for work, place in zip(figure.works, places, strict=True):
        x, y = ridge + place * octave, -_HEIGHT + max(-place, 0) * rise
        yield Line(points=((x, y), (x, 0)), width=0.6, dash="dotted")
        yield Circle(x=x, y=y, radius=2.4, grey=1)
        labels.append((x, f"{work.name}: {intensity(work.flops_per_byte)}"))
    rows = _in_rows(labels)
    for number, row in enumerate(rows):
        for x, text in row:
            yield Words(x=x, y=12 + _LABEL * (number + 1), text=text)
    bottom = 12 + _LABEL * (len(rows) + 1) + 2
    yield Words(x=max(_WIDTH / 2, text_width(words["across"], TEXT) / 2), y=bottom, text=words["across"])


def _in_rows(labels: Sequence[tuple[float, str]]) -> list[list[tuple[float, str]]]:
    """The labels, each in the first row where it has room."""
    rows: list[list[tuple[float, str]]] = []
    for x, text in sorted(labels):
        half = text_width(text, TEXT) / 2
        free = [row for row in rows if row[-1][0] + text_width(row[-1][1], TEXT) / 2 + _APART < x - half]
        if free:
            free[0].append((x, text))
        else:
            rows.append([(x, text)])
    return rows
