"""`cnnquiz bank new` writes an entry that works and spoils nothing that is there."""

import re

import pytest

from cnnquiz.bank.question import ANSWER_KINDS
from cnnquiz.cli.bank_new import KINDS

_MENTIONED = ("aspect", "where", "let", "convention", "hints", "solution", "source", "points")


def test_all_kinds_are_known():
    assert KINDS == ANSWER_KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_the_entry_passes_the_check(here, tmp_path, kind):
    made = here(
        "bank", "new", "vgg.a-question", "--kind", kind, "--topic", "vgg", "--topic", "memory", "--output", "b/q.yaml"
    )
    checked = here("bank", "check", "b/q.yaml", "--exhaustive")
    shown = here("bank", "preview", "vgg.a-question", "--bank", "b/q.yaml")

    assert (made.returncode, made.stdout) == (0, "")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "1 questions" in checked.stdout
    assert "topics      vgg, memory" in shown.stdout
    assert f"kind        {kind}\n" in shown.stdout


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_is_explained(here, kind):
    """A comment behind the key, or behind one of those on the lines right below it."""
    text = here("bank", "new", "vgg.a-question", "--kind", kind).stdout
    lines = text.splitlines()
    for line in lines:
        if re.match(r"(- |  )[a-z]", line):
            assert "  # " in line, line
    for key in _MENTIONED:
        assert re.search(rf"^  (# )?{key}: .*# \S|^  (# )?{key}:  # \S", text, flags=re.MULTILINE), key
    assert max(map(len, lines)) <= 120


def test_an_entry_on_stdout_is_the_one_in_a_file(here, tmp_path):
    printed = here("bank", "new", "t.a", "--kind", "text")
    here("bank", "new", "t.a", "--kind", "text", "--output", "t.yaml")

    assert printed.stdout == (tmp_path / "t.yaml").read_text(encoding="utf-8")
    assert "topics: [t]" in printed.stdout


@pytest.mark.parametrize("before", ["# Mine.\n", "# Mine.", ""], ids=["a comment", "without a line end", "empty"])
def test_entries_are_added_at_the_end(here, tmp_path, before):
    (tmp_path / "t.yaml").write_text(before)
    for name in ("t.a", "t.b"):
        assert here("bank", "new", name, "--kind", "choice", "--output", "t.yaml").returncode == 0
    text = (tmp_path / "t.yaml").read_text(encoding="utf-8")

    assert not before or text.splitlines()[0] == "# Mine."
    assert re.findall(r"^- id: (\S+)", text, flags=re.MULTILINE) == ["t.a", "t.b"]
    assert here("bank", "check", "t.yaml").returncode == 0


@pytest.mark.parametrize(
    ("file", "id", "problem"),
    [
        pytest.param("- id: t.a\n", "t.a", "t.yaml:1: the id 't.a' is taken (expected an id of its own)", id="a taken id"),
        pytest.param("# x\n- {id: a, families: all}\n", "vgg.a", "t.yaml:2: the id 'vgg.a' is taken", id="of a family"),
        pytest.param("- id: [a\n", "t.a", "t.yaml: no entry can be added: line ", id="a file that cannot be read"),
        pytest.param("  - id: t.b\n", "t.a", "(expected a list whose entries start with '- ' at", id="an indented list"),
        pytest.param("shapes: {en: a}\n", "t.a", "t.yaml: no entry can be added: line ", id="another kind of file"),
        pytest.param("", "T.a", "'T.a' is not usable here (expected an id such as shapes.conv-output)", id="a bad id"),
        pytest.param("", "a: b #", "'a: b #' is not usable here (expected an id such as", id="an id that means more in YAML"),
    ],
)  # fmt: skip
def test_what_cannot_be_added_changes_nothing(here, tmp_path, file, id, problem):
    (tmp_path / "t.yaml").write_text(file)
    result = here("bank", "new", id, "--kind", "order", "--output", "t.yaml")

    assert result.returncode == 2
    assert problem in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert (tmp_path / "t.yaml").read_text() == file


@pytest.mark.parametrize("topic", ["Deep Nets", "a, b", "]"])
def test_a_bad_topic(here, topic):
    result = here("bank", "new", "t.a", "--kind", "order", "--topic", topic)

    assert result.returncode == 2
    assert f"{topic!r} is not usable here (expected a topic such as alexnet)" in result.stderr
    assert result.stdout == ""


def test_an_unknown_kind(here):
    result = here("bank", "new", "t.a", "--kind", "essay")

    assert result.returncode == 2
    assert "'essay' is not one of 'number', 'shape'" in result.stderr
