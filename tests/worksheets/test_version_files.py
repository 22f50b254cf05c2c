"""Names of files and the index of versions: safe on every file system and in every spreadsheet."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnquiz.worksheets.roster import read_roster
from cnnquiz.worksheets.version_files import WrittenVersion, endings, index_csv, indexed_files
from cnnquiz.worksheets.worksheet import Student


def of(*ids):
    return endings([Student(id=each) for each in ids])


@pytest.mark.parametrize(
    ("id", "ending"),
    [
        pytest.param("20240017", "-20240017", id="a number"),
        pytest.param("김하늘", "-김하늘", id="Hangul"),
        pytest.param("../../etc/passwd", "-_.._etc_passwd", id="a path"),
        pytest.param("C:\\x*?\"<>|", "-C_x_", id="what Windows refuses"),
        pytest.param("min@x.org", "-min_x.org", id="an address"),
        pytest.param("a b\tc", "-a_b_c", id="spaces"),
        pytest.param("...", "-_", id="dots alone"),
        pytest.param("x" * 300, "-" + "x" * 80, id="a long one"),
        pytest.param("e\u0301", "-\u00e9", id="an accent that stands alone"),
    ],
)  # fmt: skip
def test_an_id_as_a_file_name(id, ending):
    assert of(id) == (ending,)


def test_names_that_only_some_file_systems_tell_apart():
    assert of("kim", "KIM", "lee", "a/b", "a?b") == ("-kim_1", "-KIM_2", "-lee", "-a_b_4", "-a_b_5")
    assert of("kim", "KIM", "kim_1") == ("-kim_1_", "-KIM_2", "-kim_1")


@given(ids=st.lists(st.text(min_size=1, max_size=30), max_size=30, unique=True))
def test_no_two_files_meet_and_none_is_elsewhere(ids):
    found = of(*ids)
    assert len({ending.casefold() for ending in found}) == len(ids)
    for ending in found:
        assert not set(ending) & set('/\\:*?"<>|\0\n\r\t '), ending
        assert not ending.endswith(".")


def written(number, id, name, files=()):
    return WrittenVersion(version=number, id="ABC-DEF-GHJ", work=7, files=files, student=Student(id=id, name=name))


def test_the_index_holds_no_formulas(tmp_path):
    text = index_csv([written(1, "-1", "=1+1"), written(2, "@a", '+"x", y'), written(3, "7", "김")])
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))

    assert text.startswith("\ufeff"), "spreadsheets read Hangul only with it"
    assert rows[0] == ["student_id", "name", "version", "version_id", "work", "files"]
    assert [row[:2] for row in rows[1:]] == [["'-1", "'=1+1"], ["'@a", '\'+"x", y'], ["7", "김"]]
    path = tmp_path / "versions.csv"
    path.write_text(text, encoding="utf-8", newline="")
    assert [student.id for student in read_roster(path)] == ["-1", "@a", "7"], "it can be read as a roster"


def test_only_files_that_may_be_ours_are_taken_from_an_index():
    text = index_csv(
        [written(1, "7", "x", ("worksheet-7.html", "key-7.html")), written(2, "8", "", ("solutions-8.pdf",))]
    )
    assert indexed_files(text) == {"worksheet-7.html", "key-7.html", "solutions-8.pdf"}
    for foreign in ("notes.txt", "worksheet-/../../x", "../key-1.html", "key\\x"):
        assert indexed_files(f"files\n{foreign}\n") == set()
    assert indexed_files("") == indexed_files("a,b\n1,2\n") == indexed_files("files\n") == set()
