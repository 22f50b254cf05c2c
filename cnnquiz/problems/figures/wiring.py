"""The boxes and arrows of a block, their texts with the numbers put in."""

from cnnquiz.bank.figure import WiringRule
from cnnquiz.bank.text import Language
from cnnquiz.problems.figure import WiringFigure
from cnnquiz.problems.kinds.kind import Drawing


def wiring(rule: WiringRule, drawing: Drawing) -> WiringFigure:
    """The wiring in the drawing's language; BankError for a box without words."""
    boxes = tuple(box.fill(drawing.language, drawing.values).strip() for box in rule.boxes)
    if "" in boxes:
        raise drawing.fault("figure: a box without words", expected="a text in each box")
    return WiringFigure(alt=_alt(drawing.language, boxes, rule.arrows), boxes=boxes, arrows=rule.arrows)


def _alt(language: Language, boxes: tuple[str, ...], arrows: tuple[tuple[int, int], ...]) -> str:
    """Where each box leads. Boxes with the same words are told apart by numbers."""
    names = [
        text if boxes.count(text) == 1 else f"{text} ({boxes[: place + 1].count(text)})"
        for place, text in enumerate(boxes)
    ]
    steps = []
    for place, name in enumerate(names):
        ends = [names[end] for start, end in arrows if start == place]
        if ends:
            steps.append(f"{name} → {' / '.join(ends)}")
    listed = "; ".join(steps)
    return f"화살표로 이은 상자들: {listed}" if language == "ko" else f"Boxes joined by arrows: {listed}"
