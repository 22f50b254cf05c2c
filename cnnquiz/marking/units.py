"""The units that answers are given in: what each is called, what it measures, and how much of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Dimension = Literal[
    "bytes", "time", "operations", "rate", "bandwidth", "intensity", "share", "factor", "count", "pixels"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit: so many of its dimension's base (a byte, a second, a FLOP, a FLOP/s, …)."""

    name: str
    dimension: Dimension
    factor: Fraction


_PREFIXES = (
    *(("", 0, "", ""), ("k", 1, "kilo", "킬로"), ("m", 2, "mega", "메가")),
    *(("g", 3, "giga", "기가"), ("t", 4, "tera", "테라")),
)
_BINARY = (("k", 1, "kibi", "키비"), ("m", 2, "mebi", "메비"), ("g", 3, "gibi", "기비"), ("t", 4, "tebi", "테비"))

_Spellings = dict[Unit, tuple[str, ...]]


def _bytes() -> _Spellings:
    units: _Spellings = {}
    for short, power, word, korean in _PREFIXES:
        name = {"": "bytes", "k": "kB"}.get(short, f"{short.upper()}B")
        unit = Unit(name=name, dimension="bytes", factor=Fraction(1000**power))
        units[unit] = _stored(short, word, korean)
        bits = Unit(name=f"{short}bit", dimension="bytes", factor=Fraction(1000**power, 8))
        units[bits] = (f"{short}bit", f"{short}bits", f"{word}bit", f"{word}bits", f"{korean}비트")
    for short, power, word, korean in _BINARY:
        unit = Unit(name=f"{short.upper()}iB", dimension="bytes", factor=Fraction(1024**power))
        units[unit] = _stored(f"{short}i", word, korean)
    return units


def _stored(short: str, word: str, korean: str) -> tuple[str, ...]:
    return (f"{short}b", f"{short}byte", f"{short}bytes", f"{word}byte", f"{word}bytes", f"{korean}바이트")


def _operations() -> _Spellings:
    units: _Spellings = {}
    for short, power, word, korean in _PREFIXES:
        scale = Fraction(1000**power)
        macs = Unit(name=f"{short.upper()}MACs", dimension="operations", factor=2 * scale)
        units[macs] = (f"{short}mac", f"{short}macs", f"{word}mac", f"{word}macs", f"{korean}맥")
        flops = Unit(name=f"{short.upper()}FLOPs", dimension="operations", factor=scale)
        counted = (f"{short}flop", f"{short}flops", f"{word}flop", f"{word}flops", f"{korean}플롭", f"{korean}플롭스")
        units[flops] = counted
        rate = Unit(name=f"{short.upper()}FLOP/s", dimension="rate", factor=scale)
        ends = ("/s", "/sec", "/초", " per second")
        units[rate] = (*(name + end for name in counted for end in ends), *counted)
        bandwidth = Unit(name=f"{short.upper()}B/s", dimension="bandwidth", factor=scale)
        units[bandwidth] = tuple(f"{short}{name}" for name in ("b/s", "b/sec", "byte/s", "bytes/s", "b/초", "bps"))
    macs = Unit(name="MACs", dimension="operations", factor=Fraction(2))
    units[macs] += ("multiply-adds", "multiply-add", "mult-adds", "madds", "multiply-accumulates", "곱셈-누산")
    return units


def _others() -> _Spellings:
    return {
        Unit(name="ns", dimension="time", factor=Fraction(1, 10**9)): ("ns", "nsec", "nanoseconds", "나노초"),
        Unit(name="µs", dimension="time", factor=Fraction(1, 10**6)): (
            "μs", "us", "usec", "microseconds", "마이크로초",
        ),
        Unit(name="ms", dimension="time", factor=Fraction(1, 1000)): (
            "ms", "msec", "msecs", "millisecond", "milliseconds", "밀리초",
        ),
        Unit(name="s", dimension="time", factor=Fraction(1)): ("s", "sec", "secs", "second", "seconds", "초"),
        Unit(name="min", dimension="time", factor=Fraction(60)): ("min", "mins", "minute", "minutes", "분"),
        Unit(name="FLOPs/byte", dimension="intensity", factor=Fraction(1)): (
            "flops/byte", "flop/byte", "flops/b", "flop/b", "flops/bytes", "flops per byte", "flop per byte",
            "flops/바이트", "flop/바이트", "연산/바이트",
        ),
        Unit(name="MACs/byte", dimension="intensity", factor=Fraction(2)): ("macs/byte", "mac/byte", "macs per byte"),
        Unit(name="%", dimension="share", factor=Fraction(1, 100)): (
            "%", "percent", "per cent", "pct", "퍼센트", "프로", "%p", "percentage points", "percentage point",
        ),
        Unit(name="times", dimension="factor", factor=Fraction(1)): (
            "times", "x", "×", "fold", "-fold", "배", "times as many", "times as much",
        ),
        Unit(name="px", dimension="pixels", factor=Fraction(1)): ("px", "pixel", "pixels", "픽셀", "화소"),
        Unit(name="thousand", dimension="count", factor=Fraction(10**3)): ("×10^3",),
        Unit(name="million", dimension="count", factor=Fraction(10**6)): ("×10^6",),
        Unit(name="billion", dimension="count", factor=Fraction(10**9)): ("×10^9",),
    }  # fmt: skip


_ALL = {**_bytes(), **_operations(), **_others()}


def _by_spelling() -> Mapping[str, tuple[Unit, ...]]:
    spellings: dict[str, tuple[Unit, ...]] = {}
    for unit, names in _ALL.items():
        for name in dict.fromkeys((*names, unit.name.lower().replace("µ", "μ"))):
            spellings[name] = (*spellings.get(name, ()), unit)
    return spellings


SPELLINGS = _by_spelling()
"""Units by what they are called, in lower case: mb is a megabyte, as nobody means a millibit."""

_TWINS = (
    *(("kB", "KiB"), ("MB", "MiB"), ("GB", "GiB"), ("TB", "TiB")),
    *((f"{short.upper()}MACs", f"{short.upper()}FLOPs") for short, *_ in _PREFIXES),
)
SIBLINGS: Mapping[str, str] = {**dict(_TWINS), **{other: name for name, other in _TWINS}}
"""The units that one is mistaken for: 1000s for 1024s, MACs for FLOPs."""

BY_NAME: Mapping[str, Unit] = {unit.name: unit for unit in _ALL}


def named_unit(text: str, dimension: Dimension | None = None) -> Unit | None:
    """The unit of this spelling; of several, the one that measures `dimension`."""
    found = SPELLINGS.get(text.lower(), ())
    return next((unit for unit in found if unit.dimension == dimension), found[0] if found else None)


def of_dimension(dimension: Dimension) -> tuple[Unit, ...]:
    """All units that measure this."""
    return tuple(unit for unit in _ALL if unit.dimension == dimension)
