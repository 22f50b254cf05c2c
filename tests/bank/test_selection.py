"""Selections: what is asked for is read, nothing else, and found by id as by topic."""

import pytest

from cnnquiz.bank import bank as bank_module
from cnnquiz.bank.bank import open_bank
from cnnquiz.bank.library import shipped_library
from cnnquiz.errors import BankError, UsageError

ENTRY = """
- {{id: {id}, topics: [t], difficulty: {difficulty}, kind: number, source: x, prompt: {{en: "?", ko: "?"}},
   answer: {answer}, mistakes: [{{answer: 5, feedback: {{en: x, ko: x}}}}], hints: [{{en: x, ko: x}}]{more}}}
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "questions").mkdir()
    (tmp_path / "questions" / "t.yaml").write_text(
        ENTRY.format(id="t.easy", difficulty=1, answer=4, more="")
        + ENTRY.format(id="t.wrong", difficulty=2, answer="1 +", more="")
        + ENTRY.format(id="all", difficulty=3, answer=4, more=", families: all"),
        encoding="utf-8",
    )
    return tmp_path


@pytest.fixture
def read(monkeypatch):
    """The lines of the entries that are read, in turn."""
    lines: list[int] = []
    reading = bank_module.read_questions
    monkeypatch.setattr(
        bank_module, "read_questions", lambda entry, library: lines.append(entry.line) or reading(entry, library)
    )
    return lines


def test_only_what_is_looked_at_is_read(folder, read):
    selection = open_bank(folder).select(["t"])
    families = len(shipped_library().families)

    assert len(selection) == 2 + families
    assert [outline.difficulty for outline in selection.outlines] == [1, 2] + [3] * families
    assert len(selection.where(lambda each: each.difficulty == 3)[2:]) == families - 2
    assert read == []
    assert selection[0].id == "t.easy"
    assert selection[-1].id == selection.outlines[-1].id
    assert read == [2, 8]
    with pytest.raises(BankError, match="1 \\+"):
        selection[1]


def test_outlines_say_what_the_questions_are(folder):
    selection = open_bank(folder).select(["t"]).where(lambda each: each.id != "t.wrong")
    for outline, question in zip(selection.outlines, selection, strict=True):
        assert (outline.id, outline.topics, outline.difficulty, outline.kind) == (
            question.id, question.topics, question.difficulty, question.kind,
        )  # fmt: skip


def test_a_topic_of_a_family_selects_its_question_alone(folder):
    (family, *_) = shipped_library().families
    assert [question.id for question in open_bank(folder).select([family])] == [f"{family}.all"]


def test_an_entry_without_a_difficulty_is_told_at_once(folder):
    path = folder / "questions" / "t.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("difficulty: 1, ", ""), encoding="utf-8")
    with pytest.raises(BankError, match=r"t.yaml:2: 'difficulty' is missing"):
        open_bank(folder).select(["t"])


def test_find_reads_one_entry(folder, read):
    (family, *_) = shipped_library().families
    bank = open_bank(folder)

    assert [getattr(bank.find(name), "id", None) for name in ("t.easy", f"{family}.all", "all", "t.none")] == [
        "t.easy", f"{family}.all", None, None,
    ]  # fmt: skip
    assert read == [2, 8]


def test_a_bank_of_fewer_files_reads_nothing_twice(folder, read):
    (folder / "questions" / "other.yaml").write_text(
        ENTRY.format(id="zebra.other", difficulty=1, answer=4, more="").replace("[t]", "[zebra]")
    )
    bank = open_bank(folder)
    narrowed = bank.narrowed(["zebra"], ["zebra.other"])

    assert narrowed.topics == ("zebra",)
    assert narrowed.find("zebra.other") is bank.find("zebra.other")
    assert read == [2]
    assert bank.narrowed(["nothing"]) is bank
    with pytest.raises(UsageError, match="unknown topic 'v'"):
        bank.select(["v"])
