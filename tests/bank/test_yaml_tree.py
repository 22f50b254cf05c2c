"""Broken and hostile YAML, each with the exact place and cure, from libyaml and from the parser in Python alike."""

import os
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cnnquiz.bank.reading.entry import Entry
from cnnquiz.bank.reading.yaml_tree import read_yaml
from cnnquiz.errors import BankError


@pytest.fixture(params=[True, False], ids=["libyaml", "python"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    if request.param and not yaml.__with_libyaml__:
        pytest.skip("PyYAML was built without libyaml")
    monkeypatch.setattr(yaml, "__with_libyaml__", request.param)
    return request.param


def plain(entry: Entry) -> object:
    match entry.value:
        case list(items):
            return [plain(item) for item in items]
        case dict(entries):
            return {key: plain(value) for key, value in entries.items()}
        case scalar:
            return scalar


def fault(path: Path) -> str:
    with pytest.raises(BankError) as caught:
        read_yaml(path)
    return str(caught.value).removeprefix(str(path))


BOMB = b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
DEEP = b"a:\n" + b"\n".join(b" " * level + b"-" for level in range(2, 40)) + b" x\n"

HOSTILE = [
    pytest.param(BOMB, ":2: alias *a (expected the text itself, written out)", id="an alias bomb"),
    pytest.param(
        b"x: 1\ny: !!python/object/apply:os.system [id]\n",
        ":2: tag tag:yaml.org,2002:python/object/apply:os.system (expected plain YAML without tags)",
        id="a tag that asks for a Python object",
    ),
    pytest.param(b"- !foo x\n", ":1: tag !foo (expected plain YAML without tags)", id="a tag of one's own"),
    pytest.param(
        b"a: 1\nb: !!str 2\n", ":2: tag tag:yaml.org,2002:str (expected plain YAML without tags)", id="a harmless tag"
    ),
    pytest.param(b"a: !h!x 1\n", ":1: found undefined tag handle '!h!' (expected valid YAML)", id="a tag without its handle"),
    pytest.param(DEEP, ":21: nested too deeply (expected at most 20 levels)", id="deep nesting in blocks"),
    pytest.param(b"[" * 100_000, ":1: nested too deeply (expected at most 20 levels)", id="deep nesting in brackets"),
    pytest.param(b"a: 1\nb: " + b"{x: " * 60, ":2: nested too deeply (expected at most 20 levels)", id="deep nesting in braces"),
    pytest.param("가: 1\n나: \0\n".encode(), ":2: the character U+0000 (expected letters, signs and line ends)", id="a NUL after Korean"),
    pytest.param(b"a: 1\nb: \x1b[31m\n", ":2: the character U+001B (expected letters, signs and line ends)", id="a terminal's escape"),
    pytest.param("a: 1\u2028b: 2\n".encode(), ":1: the character U+2028 (expected letters, signs and line ends)", id="a line end no editor counts"),
    pytest.param(b"a: 1\nb: \xff\xfe\n", ":2: byte 0xff is not UTF-8 (expected UTF-8 text)", id="invalid UTF-8"),
    pytest.param("이름: 합성곱\n".encode("cp949"), ":1: byte 0xc0 is not UTF-8 (expected UTF-8 text)", id="Korean in CP949"),
    pytest.param("a: 1\n".encode("utf-16"), ":1: byte 0xff is not UTF-8 (expected UTF-8 text)", id="UTF-16"),
    pytest.param(b"a: 1\n\tb: 2\n", ":2: a tab (expected spaces)", id="a tab for indentation"),
    pytest.param(b"a: 1\nb:\t2\n", ":2: a tab (expected spaces)", id="a tab after a colon"),
    pytest.param(b"a: 1\nb: 2\na: 3\n", ":3: key 'a' appears twice (expected one of each)", id="a key twice"),
    pytest.param(b"a: 1\n\"a\": 3\n", ":2: key 'a' appears twice (expected one of each)", id="a key twice, once in quotes"),
    pytest.param(b"x:\n  - {a: 1,\n     a: 2}\n", ":3: key 'a' appears twice (expected one of each)", id="a key twice in braces"),
    pytest.param(b"a: 1\n? [b, c]\n: 2\n", ":2: a list or a mapping as a key (expected a word as a key)", id="a list as a key"),
    pytest.param(b"a: 1\n? {b: c}\n: 2\n", ":2: a list or a mapping as a key (expected a word as a key)", id="a mapping as a key"),
    pytest.param(b"", ":1: the file is empty (expected at least one entry)", id="an empty file"),
    pytest.param(b"# only\n# comments\n", ":1: the file is empty (expected at least one entry)", id="nothing but comments"),
    pytest.param(b"\xef\xbb\xbf", ":1: the file is empty (expected at least one entry)", id="nothing but a byte order mark"),
    pytest.param(b"x" * ((1 << 20) + 1), ":1: the file is too large (expected at most 1 MiB a file)", id="too large"),
    pytest.param(b"a: 1\n---\nb: 2\n", ":2: a second document (expected one document a file)", id="two documents"),
    pytest.param(b"a: [1, 2\nb: 3\n", ":2: expected ',' or ']', but got ':' (expected valid YAML)", id="a bracket never closed"),
    pytest.param(b"a: 1\nb: \"x\n", ":3: found unexpected end of stream (expected valid YAML)", id="a quote never closed"),
    pytest.param(b"a: 1\nb: x: y\n", ":2: mapping values are not allowed here (expected valid YAML)", id="a colon in plain text"),
    pytest.param(
        b"a: 1\nb: `x`\n", ":2: found character '`' that cannot start any token (expected valid YAML)", id="a text that starts with a backtick"
    ),
    pytest.param(b"%YAML 9.0\n---\na: 1\n", ":1: found incompatible YAML document (version 1.* is required) (expected valid YAML)", id="YAML 9"),
]  # fmt: skip


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(("data", "expected"), HOSTILE)
def test_hostile_and_broken_files(tmp_path: Path, data: bytes, expected: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(data)
    started = time.process_time()

    assert fault(path) == expected
    assert time.process_time() - started < 5


SOUND = [
    pytest.param(b"\xef\xbb\xbfa: 1\n", {"a": "1"}, id="a byte order mark"),
    pytest.param(b"a: 1\r\nb:\r\n  - x\r\n", {"a": "1", "b": ["x"]}, id="Windows line ends"),
    pytest.param("이름: 합성곱\n층: [가, 나]\n".encode(), {"이름": "합성곱", "층": ["가", "나"]}, id="Korean keys and values"),
    pytest.param(b"on: no\nyes: off\n", {"on": "no", "yes": "off"}, id="yes and no stay words"),
    pytest.param(b"1: a\n2.5: b\ntrue: c\n~: d\n", {"1": "a", "2.5": "b", "true": "c", "~": "d"}, id="keys that are not words"),
    pytest.param(b"a: 1_000\nb: 1e3\nc: 010\nd: 0x10\ne: 2026-11-22\nf: 1:30\n",
                 {"a": "1_000", "b": "1e3", "c": "010", "d": "0x10", "e": "2026-11-22", "f": "1:30"},
                 id="numbers and dates stay as they are written"),
    pytest.param(b"a:\nb: ~\nc: null\nd: 'null'\ne: ''\n", {"a": None, "b": None, "c": None, "d": "null", "e": ""}, id="nothing, and texts that look like it"),
    pytest.param(b"<<: {a: 1}\nb: 2\n", {"<<": {"a": "1"}, "b": "2"}, id="a merge key merges nothing"),
    pytest.param(b"a: &name x\n", {"a": "x"}, id="an anchor that nothing refers to"),
    pytest.param(b"---\n[]\n...\n", [], id="an empty list"),
    pytest.param(b"a: |\n  x\n   y\nb: >-\n  x\n  y\n", {"a": "x\n y\n", "b": "x y"}, id="texts over several lines"),
]  # fmt: skip


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(("data", "expected"), SOUND)
def test_what_is_read(tmp_path: Path, data: bytes, expected: object) -> None:
    path = tmp_path / "good.yaml"
    path.write_bytes(data)
    assert plain(read_yaml(path)) == expected


@pytest.mark.usefixtures("parser")
def test_a_value_stands_at_the_line_of_its_key(tmp_path: Path) -> None:
    path = tmp_path / "good.yaml"
    path.write_text("first:\n\n  - a\n  -\n    b\nsecond: >-\n  text\nthird:\n\nfourth: x\n")
    entries = read_yaml(path).open_mapping()
    assert {key: entry.line for key, entry in entries.items()} == {"first": 1, "second": 6, "third": 8, "fourth": 10}


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    assert fault(tmp_path) == ":1: cannot be read: Is a directory (expected a readable file)"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert fault(tmp_path / "no.yaml") == ":1: cannot be read: No such file or directory (expected a readable file)"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file, whatever its permissions")
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = tmp_path / "secret.yaml"
    path.write_text("a: 1")
    path.chmod(0)
    assert fault(path) == ":1: cannot be read: Permission denied (expected a readable file)"


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no endless file here")
def test_an_endless_file_is_not_read_to_its_end() -> None:
    assert fault(Path("/dev/zero")) == ":1: the file is too large (expected at most 1 MiB a file)"


def scalar(tmp_path: Path, text: str) -> Entry:
    path = tmp_path / "scalar.yaml"
    path.write_text(f"a: {text}\n")
    return read_yaml(path).open_mapping()["a"]


@pytest.mark.parametrize(
    ("text", "number"), [("3", 3), ("-3", -3), ("0", 0), ("1_000", 1000), ("007", 7), ("9" * 18, 10**18 - 1)]
)
def test_whole_numbers(tmp_path: Path, text: str, number: int) -> None:
    assert scalar(tmp_path, text).integer("n") == number


@pytest.mark.parametrize(
    "text", ["_1", "1_", "1__0", "--1", "+1", "1.0", "1e3", "0x10", "'3'", "true", "９", "9" * 19, "[1]", "", "~"]
)
def test_what_is_no_whole_number(tmp_path: Path, text: str) -> None:
    with pytest.raises(BankError, match=r"scalar.yaml:1: n is .* \(expected a whole number\)$"):
        scalar(tmp_path, text).integer("n")


@pytest.mark.parametrize(("bounds", "expected"), [
    ({"at_least": 4}, "n is 3 (expected a whole number of at least 4)"),
    ({"at_least": 0, "at_most": 2}, "n is 3 (expected a whole number from 0 to 2)"),
])  # fmt: skip
def test_a_number_out_of_bounds(tmp_path: Path, bounds: dict[str, int], expected: str) -> None:
    with pytest.raises(BankError) as caught:
        scalar(tmp_path, "3").integer("n", **bounds)
    assert str(caught.value).endswith(f":1: {expected}")


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "1e9999",
        "1/0",
        "1/00",
        "nan",
        "inf",
        "'0.5'",
        "1_0.5",
        "1 / 2",
        "٣",
        ".",
        "1/-2",
        "0." + "1" * 40,
        "[0.5]",
        "",
    ],
)
def test_what_is_no_exact_number(tmp_path: Path, text: str) -> None:
    with pytest.raises(BankError, match=r":1: t is .* \(expected a number such as 0\.05 or 1/3\)$"):
        scalar(tmp_path, text).fraction("t")


@given(st.recursive(
    st.text("ab 가:-'\"#,", max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", min_size=1, max_size=2), inner, max_size=3),
    max_leaves=8,
))  # fmt: skip
def test_what_a_yaml_writer_wrote_is_read_back(tmp_path_factory: pytest.TempPathFactory, tree: object) -> None:
    path = tmp_path_factory.mktemp("yaml") / "tree.yaml"
    path.write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
    assert plain(read_yaml(path)) == tree
