"""Rosters as platforms and spreadsheets write them: their students, and for all that is wrong the line."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnquiz.errors import UsageError
from cnnquiz.worksheets.roster import read_roster
from cnnquiz.worksheets.worksheet import Student

# The columns of each are those of the platform's own export, the rest is made up.
CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Quiz 1 (3041),Final Score
,,,,,Manual Posting,
    Points Possible,,,,,10.0,(read only)
"Kim, Minji",118801,20240017,mkim,CS231-01,9.5,95
"O'Neil, Sam",118802,00240018,soneil,"CS231-01 and CS231-02",,80
"Student, Test",118899,,4c8a1e,CS231-01,1,0
"""
MOODLE = "First name,Last name,ID number,Institution,Department,Email address\nMin,Lee,00042,,,min@x.org\n"
BLACKBOARD = '"Last Name"\t"First Name"\t"Username"\t"Student ID"\t"Last Access"\n"Lee"\t"Min"\t"mlee"\t"00042"\t""\n'
GRADESCOPE = "Name,Email,Role,Section,SID\nMin Lee,min@x.org,Student,A,00042\nAda Roe,ada@x.org,Instructor,,1\n"
KOREAN = "번호;학번;성명;분반;좌석\n1;2024-00042;남궁 민;02;B12\n2;2024-00043;김하늘;02;B13\n"
PLAIN = "id\n00042\n\n007\n"

MIN = {"id": "00042", "name": "Min Lee"}
HANEUL = {"id": "2024-00043", "name": "김하늘", "group": "02", "seat": "B13"}


@pytest.fixture
def read(tmp_path):
    def read_content(content, encoding="utf-8"):
        path = tmp_path / "students.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return read_roster(path)

    return read_content


def students(*facts):
    return tuple(Student(**each) for each in facts)


CASES = [
    pytest.param(
        CANVAS, "utf-8",
        [{"id": "20240017", "name": "Kim, Minji", "group": "CS231-01"},
         {"id": "00240018", "name": "O'Neil, Sam", "group": "CS231-01 and CS231-02"}],
        id="Canvas, with its row of points and its test student",
    ),
    pytest.param(MOODLE, "utf-8-sig", [MIN | {"email": "min@x.org"}], id="Moodle"),
    pytest.param(BLACKBOARD, "utf-16", [MIN], id="Blackboard, UTF-16 with tabs"),
    pytest.param(BLACKBOARD, "utf-16-le", [MIN], id="the same without a byte order mark"),
    pytest.param(GRADESCOPE, "utf-8", [MIN | {"email": "min@x.org", "group": "A"}], id="Gradescope, with an instructor"),
    *(
        pytest.param(
            KOREAN, encoding, [{"id": "2024-00042", "name": "남궁 민", "group": "02", "seat": "B12"}, HANEUL],
            id=f"a Korean spreadsheet in {encoding}",
        )
        for encoding in ("utf-8", "utf-8-sig", "cp949", "euc-kr", "utf-16")
    ),
    pytest.param("학번,이름\n1,똠방\n", "cp949", [{"id": "1", "name": "똠방"}], id="a syllable that EUC-KR lacks"),
    pytest.param("성,이름,학번\n김,하늘,1\n", "utf-8", [{"id": "1", "name": "김하늘"}], id="Korean family and given names"),
    pytest.param("Last name,First name,ID\nRoe,Ada,1\n", "utf-8", [{"id": "1", "name": "Ada Roe"}], id="given name first"),
    pytest.param(PLAIN, "utf-8", [{"id": "00042"}, {"id": "007"}], id="ids alone, with an empty line"),
    pytest.param(PLAIN.replace("\n", "\r\n"), "utf-8", [{"id": "00042"}, {"id": "007"}], id="Windows line ends"),
    pytest.param(PLAIN.replace("\n", "\r"), "utf-8", [{"id": "00042"}, {"id": "007"}], id="old Mac line ends"),
    pytest.param("sep=;\nid;name\n7;Min\n", "utf-8", [{"id": "7", "name": "Min"}], id="a line that names the separator"),
    pytest.param("\n\n id | NAME \n 7 | Min  Lee \n", "utf-8", [{"id": "7", "name": "Min Lee"}], id="bars and spaces"),
    pytest.param('id,name\n7,"Lee, ""Min"""\n', "utf-8", [{"id": "7", "name": 'Lee, "Min"'}], id="quotes"),
    pytest.param('id,name\n"7","Min\nLee"\n8,A\n', "utf-8", [{"id": "7", "name": "Min Lee"}, {"id": "8", "name": "A"}], id="a line break in quotes"),
    pytest.param('id,name\n="007","\'=Min"\n', "utf-8", [{"id": "007", "name": "=Min"}], id="guarded against spreadsheets"),
    pytest.param("student_id,row,column\n7,2,5\n", "utf-8", [{"id": "7", "seat": "2-5"}], id="seats in two columns"),
    pytest.param("id,name,,\n7,Min,,\n", "utf-8", [{"id": "7", "name": "Min"}], id="empty columns at the end"),
    pytest.param("ID number,Username,Name\n,min,Min\n,sam,Sam\n", "utf-8", [{"id": "min", "name": "Min"}, {"id": "sam", "name": "Sam"}], id="a column of ids that is empty"),
    pytest.param("id,name\n7\n", "utf-8", [{"id": "7"}], id="a row that ends early"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "encoding", "expected"), CASES)
def test_a_roster(read, content, encoding, expected):
    assert read(content, encoding) == students(*expected)


WRONG = [
    pytest.param("", ": is empty (expected a row of titles, then one for each student)", id="nothing"),
    pytest.param("\n \n", ": is empty (expected", id="empty lines"),
    pytest.param("id,name\n", ": no students in it (expected one in each row after the titles)", id="titles alone"),
    pytest.param("nome,cognome\nMin,Lee\n", ":1: no column of ids among nome, cognome (expected one called id, student id,", id="no ids"),
    pytest.param("id,seat\n7,B2\n8,B3\n9,B2\n", ":4: the seat B2 is taken by line 2 (expected a seat of its own, or another group)", id="a seat twice"),
    pytest.param("\nid,name\n7,Min\n\n8,Sam\n7,Ada\n", ":6: the id 7 is taken by line 3 (expected an id of its own)", id="an id twice"),
    pytest.param("id,name\n7,Min\n,Sam\n", ":3: no id of Sam (expected one in the column 'id')", id="a row without an id"),
    pytest.param("id,name\n7,Min\n8,Lee, Sam\n", ":3: 3 values in a row of 2 columns (expected quotes around a value", id="a separator in a name"),
    pytest.param('id,name\n7,Min\n8,"Sam\n9,Ada\n', ":3: a quote that is not closed (expected CSV)", id="an open quote"),
    pytest.param("id,name\n2.02E+09,Min\n", ":2: the id 2.02E+09 was rounded by a spreadsheet (expected all of its digits)", id="a rounded id"),
    pytest.param("id,name\n7,Min\x07\n", r":2: the character U+0007 in 'Min\x07' (expected letters)", id="a control character"),
    pytest.param("id,name\n7,Min\n8,José\n".encode("latin-1"), ":3: byte 0xe9 is not UTF-8 (expected UTF-8)", id="Latin-1"),
    pytest.param(b"\xff\xfei\0d\0\n\0\x00\xd8", ":", id="broken UTF-16"),
    pytest.param(b"PK\x03\x04 xlsx", ": is a spreadsheet or an archive (expected CSV, which spreadsheets can save)", id="a spreadsheet"),
    pytest.param("id\n" + "".join(f"{n}\n" for n in range(10_001)), ": 10,001 students (expected at most 10,000)", id="too many"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "problem"), WRONG)
def test_a_wrong_roster(read, tmp_path, content, problem):
    with pytest.raises(UsageError) as caught:
        read(content)
    assert str(caught.value).startswith(f"{tmp_path / 'students.csv'}{problem}")


def test_a_folder_is_no_roster(tmp_path):
    with pytest.raises(UsageError, match=r"cannot be read: .* \(expected a roster as CSV\)"):
        read_roster(tmp_path)


words = st.text(st.characters(whitelist_categories=("L", "N"), max_codepoint=0xD7A3), min_size=1, max_size=12)


@given(
    rows=st.lists(st.tuples(words, words), min_size=1, max_size=20, unique_by=lambda row: row[0]),
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_a_csv_writer_wrote_is_read(tmp_path_factory, rows, delimiter, quoting, end, encoding):
    """Whatever the dialect, ids and names come back as they were."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=end).writerows([("학번", "성명"), *rows])
    path = tmp_path_factory.mktemp("roster") / "r.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    assert [(student.id, student.name) for student in read_roster(path)] == rows
