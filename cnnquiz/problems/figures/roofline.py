"""A roofline: a device's two limits, work by its operations for each byte, and what is seen of them in words."""

from fractions import Fraction

from cnnquiz.bank.figure import RooflineRule
from cnnquiz.bank.text import Language, format_value
from cnnquiz.formulas.numbers import format_number
from cnnquiz.problems.figure import Intensity, RooflineFigure
from cnnquiz.problems.figures.numbers import positive
from cnnquiz.problems.kinds.kind import Drawing

_PREFIXES = (("T", 10**12), ("G", 10**9), ("M", 10**6), ("k", 10**3), ("", 1))


def roofline(rule: RooflineRule, drawing: Drawing) -> RooflineFigure:
    """The roofline with its numbers; BankError for one that is not above 0."""
    peak = positive(drawing, rule.flops_per_second, "flops_per_second")
    bandwidth = positive(drawing, rule.bytes_per_second, "bytes_per_second")
    works = tuple(
        Intensity(
            name=work.name.fill(drawing.language, drawing.values),
            flops_per_byte=positive(drawing, work.flops_per_byte, "flops_per_byte"),
        )
        for work in rule.works
    )
    alt = _alt(drawing.language, peak, bandwidth, works, blank=rule.blank)
    return RooflineFigure(alt=alt, flops_per_second=peak, bytes_per_second=bandwidth, works=works, blank=rule.blank)


def rate(number: Fraction, unit: str) -> str:
    """A rate with the largest prefix that it reaches: 15.7 TFLOP/s."""
    prefix, factor = next((prefix, factor) for prefix, factor in _PREFIXES if number >= factor or factor == 1)
    return f"{format_number(number / factor, digits=2)} {prefix}{unit}"


def intensity(number: Fraction) -> str:
    """Operations for each byte, to two decimals where they do not end."""
    return format_number(number, digits=2) if number.denominator > 1 else format_value(number.numerator)


def _alt(language: Language, peak: Fraction, bandwidth: Fraction, works: tuple[Intensity, ...], *, blank: bool) -> str:
    top, slope = rate(peak, "FLOP/s"), rate(bandwidth, "B/s")
    ridge = "?" if blank else intensity(peak / bandwidth)
    marks = "".join(f"; {work.name}: {intensity(work.flops_per_byte)} FLOP/B" for work in works)
    if language == "ko":
        return f"루프라인: 대역폭 {slope}의 비스듬한 선이 FLOP/B {ridge}에서 최고 성능 {top}의 수평선과 만남{marks}"
    return f"Roofline: the sloping line of {slope} meets the flat line of {top} at {ridge} FLOP/B{marks}"
