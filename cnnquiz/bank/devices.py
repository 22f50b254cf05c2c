"""`devices.yaml` goes in; devices with their published peaks come out."""

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

from cnnquiz.bank.reading.entry import Entry
from cnnquiz.bank.reading.yaml_tree import read_yaml
from cnnquiz.bundled import bundled_path
from cnnquiz.cnn.memory import BYTES
from cnnquiz.cnn.roofline import Device

_KEYS = ("title", "flops_per_second", "bytes_per_second", "memory", "source")
_UNITS = {"GiB": 2**30, "MiB": 2**20, "M": 10**6, "G": 10**9, "T": 10**12}


def load_devices(path: Path | None = None) -> Mapping[str, Device]:
    """All devices by name; BankError names file, line and what was expected."""
    file = read_yaml(path or bundled_path("question_bank") / "devices.yaml")
    return {name: _device(name, entry) for name, entry in file.open_mapping().items()}


def _device(name: str, entry: Entry) -> Device:
    keys = entry.mapping(_KEYS, required=_KEYS)
    peaks = keys["flops_per_second"].mapping(tuple(BYTES), required=("float32",))
    return Device(
        name=name,
        title=keys["title"].text("the name people know it by"),
        flops_per_second={dtype: _quantity(peak) for dtype, peak in peaks.items()},
        bytes_per_second=_quantity(keys["bytes_per_second"]),
        memory_bytes=_quantity(keys["memory"]),
        source=keys["source"].text("a source (data sheet, page)"),
    )


def _quantity(entry: Entry) -> int:
    """A number with its unit, such as 15.7T or 16GiB, as a whole number."""
    text = entry.text("a number with a unit")
    for unit, factor in _UNITS.items():
        number = text.removesuffix(unit)
        if number != text and number.replace(".", "", 1).isdecimal() and number.isascii():
            quantity = Fraction(number) * factor
            if quantity > 0 and quantity.denominator == 1:
                return int(quantity)
    raise entry.error(f"{text!r} is no quantity", expected=f"a number with one of {', '.join(_UNITS)}, such as 15.7T")
