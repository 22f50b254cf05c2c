"""A YAML file goes in; a tree of values that know their line comes out, or an error that names file, line and cure."""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from cnnquiz.bank.reading.entry import Entry
from cnnquiz.errors import BankError

_MAX_BYTES = 1 << 20
_MAX_DEPTH = 20
_NULL = frozenset({"", "~", "null", "Null", "NULL"})

# Tabs too: one parser takes them where the other does not, and no editor shows which it will be.
_UNUSUAL = re.compile("[^\n\r\x20-\x7e\xa0-\u2027\u202a-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def read_yaml(path: Path) -> Entry:
    """Read one document; BankError names the line of what cannot be read.

    Only plain YAML is taken: no tags, no aliases, no tabs, no more than 20 levels or 1 MiB. Nothing is ever
    constructed.
    """
    import yaml

    text = _read_text(path)
    try:
        if yaml.__with_libyaml__:
            with suppress(yaml.YAMLError):
                return _Reader(path, yaml.parse(text, Loader=yaml.CSafeLoader)).document()
        # A fault that libyaml finds is told by the Python parser: its words are the same everywhere.
        return _Reader(path, yaml.parse(text, Loader=yaml.SafeLoader)).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or error.context or "it cannot be read"
        raise BankError(path, mark.line + 1 if mark else 1, problem, expected="valid YAML") from error


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


class _Reader:
    """Builds entries from events; stops before aliases unfold, tags ask for objects, or nesting for stack."""

    def __init__(self, path: Path, events: Iterator[Any]) -> None:
        self._path = path
        self._events = events
        self._depth = 0

    def document(self) -> Entry:
        import yaml

        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                found = self._entry(next(self._events))
                for later in self._events:
                    if isinstance(later, yaml.DocumentStartEvent):
                        raise self._fault(later, "a second document", "one document a file")
                return found
        raise BankError(self._path, 1, "the file is empty", expected="at least one entry")

    def _fault(self, event: Any, problem: str, expected: str) -> BankError:
        return BankError(self._path, event.start_mark.line + 1 if event.start_mark else 1, problem, expected=expected)

    def _entry(self, event: Any, line: int | None = None) -> Entry:
        """The entry that begins with an event; `line` is that of its key, where it has one."""
        import yaml

        if isinstance(event, yaml.AliasEvent):
            raise self._fault(event, f"alias *{event.anchor}", "the text itself, written out")
        if event.tag:
            raise self._fault(event, f"tag {event.tag}", "plain YAML without tags")
        line = line or event.start_mark.line + 1
        if isinstance(event, yaml.ScalarEvent):
            plain = not event.style  # None from one loader, "" from the other
            return Entry(self._path, line, None if plain and event.value in _NULL else event.value, plain)
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise self._fault(event, "nested too deeply", f"at most {_MAX_DEPTH} levels")
        collect = self._items if isinstance(event, yaml.SequenceStartEvent) else self._mapping
        entry = Entry(self._path, line, collect(), False)
        self._depth -= 1
        return entry

    def _items(self) -> list[Entry]:
        import yaml

        items: list[Entry] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._entry(event))
        return items

    def _mapping(self) -> dict[str, Entry]:
        import yaml

        entries: dict[str, Entry] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            line = event.start_mark.line + 1
            key = self._entry(event)
            if isinstance(key.value, list | dict):
                raise BankError(self._path, line, "a list or a mapping as a key", expected="a word as a key")
            word = event.value  # also of ~ and nothing, which are no text as values
            if word in entries:
                raise BankError(self._path, line, f"key {word!r} appears twice", expected="one of each")
            entries[word] = self._entry(next(self._events), line)
        return entries
