"""A window over a padded map: its numbers, and what is seen of it in words."""

from cnnquiz.bank.figure import WindowRule
from cnnquiz.bank.text import Language
from cnnquiz.problems.figure import WindowFigure
from cnnquiz.problems.figures.numbers import whole
from cnnquiz.problems.kinds.kind import Drawing

_LARGEST_MAP, _LARGEST_WINDOW = 10_000, 40


def window(rule: WindowRule, drawing: Drawing) -> WindowFigure:
    """The window with its numbers; BankError where it does not fit into the map."""
    size = whole(drawing, rule.size, "size", at_least=1, at_most=_LARGEST_MAP)
    kernel_size = whole(drawing, rule.kernel_size, "kernel_size", at_least=1, at_most=_LARGEST_WINDOW)
    stride = whole(drawing, rule.stride, "stride", at_least=1, at_most=_LARGEST_WINDOW)
    padding = whole(drawing, rule.padding, "padding", at_least=0, at_most=_LARGEST_WINDOW)
    dilation = whole(drawing, rule.dilation, "dilation", at_least=1, at_most=_LARGEST_WINDOW)
    span = dilation * (kernel_size - 1) + 1
    if span > min(size + 2 * padding, _LARGEST_WINDOW):
        expected = f"a window that fits, of at most {_LARGEST_WINDOW}"
        raise drawing.fault(f"figure: a window of {span} pixels on {size + 2 * padding}", expected=expected)
    return WindowFigure(
        alt=_alt(drawing.language, size, kernel_size, stride, padding, dilation),
        size=size,
        kernel_size=kernel_size,
        stride=stride,
        padding=padding,
        dilation=dilation,
    )


def _alt(language: Language, size: int, kernel_size: int, stride: int, padding: int, dilation: int) -> str:
    if language == "ko":
        around = f"네 변에 너비 {padding}의 패딩을 두른" if padding else "패딩이 없는"
        spread = f", 팽창률 {dilation}" if dilation > 1 else ""
        return (
            f"{around} {size:,}×{size:,} 입력의 왼쪽 위에 놓인 {kernel_size}×{kernel_size} 윈도우{spread}. "
            f"점선은 스트라이드 {stride}만큼 오른쪽으로 옮긴 다음 위치."
        )
    around = f"with padding {padding} on all four sides" if padding else "without padding"
    spread = f" and dilation {dilation}" if dilation > 1 else ""
    return (
        f"An input of {size:,}×{size:,} {around}; a window of {kernel_size}×{kernel_size}{spread} at its upper left "
        f"corner. Dashed, the next position, {stride} to the right (the stride)."
    )
