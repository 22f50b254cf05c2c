"""A YAML file goes in; a tree of values that know their line comes out, or an error that names file, line and cure."""

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from cnnquiz.errors import BankError

_MAX_BYTES = 1 << 20
_MAX_DEPTH = 20

_INTEGER = re.compile(r"-?[0-9]+(_[0-9]+)*")
_FRACTION = re.compile(r"[+-]?([0-9]+(\.[0-9]+)?|\.[0-9]+|[0-9]+/[0-9]+)")
# Tabs too: one parser takes them where the other does not, and no editor shows which it will be.
_UNUSUAL = re.compile("[^\n\r\x20-\x7e\xa0-\u2027\u202a-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of a YAML file: text, a list of entries, or a mapping of entries, with the line of its key or dash."""

    path: Path
    line: int
    value: "str | list[Entry] | dict[str, Entry] | None"
    plain: bool  # a scalar without quotes: 3 and true are a number and a truth value only when plain

    def error(self, problem: str, *, expected: str) -> BankError:
        return BankError(self.path, self.line, problem, expected=expected)

    def text(self, what: str = "text") -> str:
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.error(f"{_named(self)} where {what} belongs", expected=what)
        return self.value.strip()

    def integer(self, what: str, *, at_least: int | None = None, at_most: int | None = None) -> int:
        text = self.value if isinstance(self.value, str) and self.plain else ""
        if not _INTEGER.fullmatch(text) or len(text) > 18:
            raise self.error(f"{what} is {_named(self)}", expected=_range_text(at_least, at_most))
        number = int(text)
        if (at_least is not None and number < at_least) or (at_most is not None and number > at_most):
            raise self.error(f"{what} is {number}", expected=_range_text(at_least, at_most))
        return number

    def fraction(self, what: str) -> Fraction:
        text = self.value if isinstance(self.value, str) and self.plain else ""
        _, stroke, divisor = text.partition("/")
        if not _FRACTION.fullmatch(text) or len(text) > 30 or (stroke and int(divisor) == 0):
            raise self.error(f"{what} is {_named(self)}", expected="a number such as 0.05 or 1/3")
        return Fraction(text)

    def items(self, what: str = "a list") -> "list[Entry]":
        if not isinstance(self.value, list):
            raise self.error(f"{_named(self)} where {what} belongs", expected=what)
        return self.value

    def mapping(self, allowed: Collection[str], required: Collection[str] = ()) -> "dict[str, Entry]":
        """The entries by key; a key that is unknown or missing is an error at its line."""
        entries = self.open_mapping()
        for key, entry in entries.items():
            if key not in allowed:
                near = difflib.get_close_matches(key, allowed, 1)
                hint = f"{near[0]!r}?" if near else "one of " + ", ".join(sorted(allowed))
                raise entry.error(f"unknown key {key!r}", expected=hint)
        for key in required:
            if key not in entries:
                raise self.error(f"{key!r} is missing", expected=f"the keys {', '.join(required)}")
        return entries

    def open_mapping(self) -> "dict[str, Entry]":
        """The entries by key, whatever the keys are."""
        if not isinstance(self.value, dict):
            raise self.error(f"{_named(self)} where keys and values belong", expected="key: value lines")
        return self.value


def read_yaml(path: Path) -> Entry:
    """Read one document; BankError names the line of what cannot be read.

    Only plain YAML is taken: no tags, no aliases, no tabs, no more than 20 levels or 1 MiB. Nothing is ever
    constructed.
    """
    import yaml

    text = _read_text(path)
    try:
        node = _compose(path, text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or error.context or "it cannot be read"
        raise BankError(path, mark.line + 1 if mark else 1, problem, expected="valid YAML") from error
    if node is None:
        raise BankError(path, 1, "the file is empty", expected="at least one entry")
    return _entry(path, node)


def _read_text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise BankError(path, 1, f"cannot be read: {error.strerror}", expected="a readable file") from error
    if len(data) > _MAX_BYTES:
        raise BankError(path, 1, "the file is too large", expected="at most 1 MiB a file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BankError(path, line, f"byte 0x{data[error.start]:02x} is not UTF-8", expected="UTF-8 text") from error
    if unusual := _UNUSUAL.search(text):
        line = text.count("\n", 0, unusual.start()) + 1
        if unusual[0] == "\t":
            raise BankError(path, line, "a tab", expected="spaces")
        raise BankError(path, line, f"the character U+{ord(unusual[0]):04X}", expected="letters, signs and line ends")
    return text


def _compose(path: Path, text: str) -> object:
    """The tree of nodes. A fault that libyaml finds is told by the Python parser: its words are the same everywhere."""
    import yaml

    if yaml.__with_libyaml__:
        try:
            _refuse_unusual(path, text, yaml.CSafeLoader)
            return yaml.compose(text, Loader=yaml.CSafeLoader)
        except yaml.YAMLError:
            pass
    _refuse_unusual(path, text, yaml.SafeLoader)
    return yaml.compose(text, Loader=yaml.SafeLoader)


def _refuse_unusual(path: Path, text: str, loader: Any) -> None:
    """Stop before anything is built: aliases can unfold without bound, tags ask for objects, nesting for stack."""
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=loader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise BankError(path, line, f"alias *{event.anchor}", expected="the text itself, written out")
        if tag := getattr(event, "tag", None):
            raise BankError(path, line, f"tag {tag}", expected="plain YAML without tags")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            raise BankError(path, line, "nested too deeply", expected=f"at most {_MAX_DEPTH} levels")


def _entry(path: Path, node: object, line: int | None = None) -> Entry:
    """The entry of a node; `line` is that of its key, where it has one."""
    import yaml

    assert isinstance(node, yaml.Node)
    line = line or node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        plain = not node.style  # None from one loader, "" from the other
        empty = node.tag == "tag:yaml.org,2002:null" and plain
        return Entry(path, line, None if empty else node.value, plain)
    if isinstance(node, yaml.SequenceNode):
        return Entry(path, line, [_entry(path, child) for child in node.value], False)
    entries: dict[str, Entry] = {}
    for key_node, value_node in node.value:
        key, key_line = key_node.value, key_node.start_mark.line + 1
        if not isinstance(key, str):
            raise BankError(path, key_line, "a list or a mapping as a key", expected="a word as a key")
        if key in entries:
            raise BankError(path, key_line, f"key {key!r} appears twice", expected="one of each")
        entries[key] = _entry(path, value_node, key_line)
    return Entry(path, line, entries, False)


def _named(entry: Entry) -> str:
    if isinstance(entry.value, str):
        return repr(entry.value if len(entry.value) <= 40 else entry.value[:37] + "…")
    return {list: "a list", dict: "a mapping", type(None): "nothing"}[type(entry.value)]


def _range_text(at_least: int | None, at_most: int | None) -> str:
    if at_least is not None and at_most is not None:
        return f"a whole number from {at_least} to {at_most}"
    return "a whole number" if at_least is None else f"a whole number of at least {at_least}"
