"""A CSV file as people's programs write it goes in; its rows come out, each with the line on which it starts."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from cnnquiz.errors import UsageError

Row = tuple[int, list[str]]

_MAX_BYTES = 10 << 20
_DELIMITERS = ",;\t|"
_HANGUL = re.compile("[가-힣]")
_BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def read_rows(path: Path, *, what: str = "a roster", as_typed: bool = False) -> list[Row]:
    """All rows with something in them, their cells without spaces around them, or with `as_typed` as they are.

    UTF-8, UTF-16 and Korean CP949 are told apart by their bytes, commas, semicolons, tabs and bars by the first row.
    UsageError names the line of what cannot be read.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror} (expected {what} as CSV)") from error
    if len(data) > _MAX_BYTES:
        raise UsageError(f"{path}: is too large (expected at most {_MAX_BYTES >> 20} MiB)")
    if data.startswith(b"PK"):
        raise UsageError(f"{path}: is a spreadsheet or an archive (expected CSV, which spreadsheets can save)")
    return list(_rows(path, _decoded(path, data), as_typed=as_typed))


def _decoded(path: Path, data: bytes) -> str:
    if data[:2] in _BYTE_ORDER_MARKS:
        encodings = [_BYTE_ORDER_MARKS[data[:2]]]
        data = data[2:]
    elif b"\0" in data[:4]:
        encodings = ["utf-16-le" if data[1:2] == b"\0" else "utf-16-be"]
    else:
        encodings = ["utf-8-sig", "euc_kr", "cp949"]
    fault: UnicodeDecodeError | None = None
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            fault = fault or error
            continue
        # Nearly any bytes are something in CP949: it is believed where the titles are Korean too.
        if encoding != "cp949" or _HANGUL.search(text.partition("\n")[0]):
            return text
    assert fault is not None
    line = data.count(b"\n", 0, fault.start) + 1
    raise UsageError(f"{path}:{line}: byte 0x{data[fault.start]:02x} is not {_shown(encodings)} (expected UTF-8)")


def _shown(encodings: list[str]) -> str:
    return "UTF-16" if encodings[0].startswith("utf-16") else "UTF-8"


def _rows(path: Path, text: str, *, as_typed: bool) -> Iterator[Row]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    start = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if re.fullmatch(r"sep=.", lines[start].strip('" ')):  # a line for one spreadsheet program
        delimiter, start = lines[start].strip('" ')[-1], start + 1
    else:
        delimiter = max(_DELIMITERS, key=lines[start].count)
    reader = csv.reader(io.StringIO("\n".join(lines[start:])), delimiter=delimiter, strict=True, skipinitialspace=True)
    while True:
        line = start + reader.line_num + 1
        try:
            cells = [cell if as_typed else " ".join(cell.split()) for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            problem = "a quote that is not closed" if "unexpected end" in str(error) else str(error)
            raise UsageError(f"{path}:{line}: {problem} (expected CSV)") from error
        if any(map(str.strip, cells)):
            yield line, cells
