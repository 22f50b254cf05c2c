"""Numbers of an exam go in; plots come out that can be read in grey and in words."""

from collections.abc import Sequence

from cnnquiz.rendering.figures.drawing import Circle, Drawing, Line, Mark, Rectangle, Words

_BAR, _GAP = 11.0, 5.0  # points
_WIDTH = 220.0  # from 0 to 1
_HEIGHT = 90.0
_TENTHS = 10
_LONGEST_LABEL = 40


def share_bars(labels: Sequence[str], shares: Sequence[float], *, alt: str) -> Drawing:
    """A bar from 0 to 1 beside each label, its number behind it."""
    marks: list[Mark] = []
    for row, (label, share) in enumerate(zip(labels, shares, strict=True)):
        y = row * (_BAR + _GAP)
        marks.append(_label(label, y))
        marks.append(Rectangle(x=0, y=y, width=max(share, 0) * _WIDTH, height=_BAR, grey=0.35, stroke=0))
        marks.append(Words(x=_WIDTH + 6, y=y + _BAR - 2, text=f"{share:.2f}", anchor="start"))
    marks += _axis(len(labels))
    return Drawing(marks=tuple(marks), alt=_told(alt, labels, shares))


def means_with_errors(
    labels: Sequence[str], means: Sequence[float], errors: Sequence[float | None], *, alt: str
) -> Drawing:
    """A point between 0 and 1 beside each label, with a line over two errors to either side where one is known."""
    marks: list[Mark] = []
    for row, (label, mean, error) in enumerate(zip(labels, means, errors, strict=True)):
        y = row * (_BAR + _GAP)
        middle = y + _BAR / 2
        marks.append(_label(label, y))
        if error is not None:
            ends = (max(mean - 2 * error, 0), min(mean + 2 * error, 1))
            marks.append(Line(points=tuple((end * _WIDTH, middle) for end in ends), width=1.2))
        marks.append(Circle(x=mean * _WIDTH, y=middle, radius=3, grey=1, stroke=0))
        marks.append(Words(x=_WIDTH + 6, y=y + _BAR - 2, text=f"{mean:.2f}", anchor="start"))
    marks += _axis(len(labels))
    return Drawing(marks=tuple(marks), alt=_told(alt, labels, means))


def tenths(scores: Sequence[float], *, alt: str) -> Drawing:
    """How many scores there are in each tenth from 0 to 1, the last of which holds 1 too."""
    counts = [0] * _TENTHS
    for score in scores:
        counts[min(int(score * _TENTHS), _TENTHS - 1)] += 1
    step = _WIDTH / _TENTHS
    marks: list[Mark] = []
    for number, count in enumerate(counts):
        height = _HEIGHT * count / max(counts)
        x = number * step
        marks.append(Rectangle(x=x + 1, y=_HEIGHT - height, width=step - 2, height=height, grey=0.35, stroke=0))
        if count:
            marks.append(Words(x=x + step / 2, y=_HEIGHT - height - 3, text=str(count)))
    marks.append(Line(points=((0, _HEIGHT), (_WIDTH, _HEIGHT))))
    marks += [Words(x=n * step, y=_HEIGHT + 12, text=f"{n / _TENTHS:g}") for n in range(0, _TENTHS + 1, 2)]
    spans = [f"{number / _TENTHS:g}–{(number + 1) / _TENTHS:g}" for number in range(_TENTHS)]
    told = ", ".join(f"{span}: {count}" for span, count in zip(spans, counts, strict=True) if count)
    return Drawing(marks=tuple(marks), alt=f"{alt}: {told}")


def _label(text: str, y: float) -> Words:
    shown = text if len(text) <= _LONGEST_LABEL else text[: _LONGEST_LABEL - 1] + "…"
    return Words(x=-6, y=y + _BAR - 2, text=shown, anchor="end")


def _axis(rows: int) -> list[Mark]:
    """Thin lines at 0, 0.5 and 1 with their numbers below."""
    bottom = rows * (_BAR + _GAP)
    places = (0.0, 0.5, 1.0)
    lines: list[Mark] = [
        Line(
            points=((place * _WIDTH, -_GAP), (place * _WIDTH, bottom)),
            width=0.4,
            dash="solid" if not place else "dotted",
        )
        for place in places
    ]
    return [*lines, *(Words(x=place * _WIDTH, y=bottom + 10, text=f"{place:g}") for place in places)]


def _told(alt: str, labels: Sequence[str], shares: Sequence[float]) -> str:
    return f"{alt}: " + ", ".join(f"{label} {share:.2f}" for label, share in zip(labels, shares, strict=True))
