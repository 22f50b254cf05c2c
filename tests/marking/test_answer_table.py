"""Tables of answers as teachers and learning platforms write them, and what is wrong with others."""

from pathlib import Path

import pytest

from cnnquiz.errors import UsageError
from cnnquiz.marking.answer_table import read_answer_table
from tests.marking.classes import PICK, WIDTH, WORD, worksheet

SHEET = worksheet()


def read(folder: Path, text: str | bytes):
    path = folder / "a.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_answer_table(path, [SHEET])


PLAIN = "student,name,t.width:0,t.pick:0\n007,김,55,B\n8,Lee,,\n"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(PLAIN.encode(), id="UTF-8"),
        pytest.param(b"\xef\xbb\xbf" + PLAIN.encode(), id="UTF-8 with a byte order mark"),
        pytest.param(PLAIN.encode("utf-16"), id="UTF-16"),
        pytest.param(PLAIN.replace("student", "학생").encode("cp949"), id="CP949"),
        pytest.param(PLAIN.replace(",", ";").encode(), id="semicolons"),
        pytest.param(PLAIN.replace("\n", "\r\n").encode(), id="line ends of Windows"),
        pytest.param(PLAIN.replace("student,name", "Student ID,Name").encode(), id="a roster's titles"),
    ],
)
def test_one_column_for_each_problem(tmp_path, data):
    first, second = read(tmp_path, data)

    assert (first.student.id, first.student.name, first.place) == ("007", "김", f"{tmp_path / 'a.csv'}:2")
    assert first.answers == {WIDTH.id: "55", PICK.id: "B"}
    assert second.answers == {WIDTH.id: "", PICK.id: ""}


def test_version_time_numbers_and_line_ends(tmp_path):
    (only,) = read(tmp_path, 'student,version,minutes,1,2\n7,003-R2M-6G0,42.5,"55\n 56",b\n')

    assert (only.worksheet, only.seconds) == ("003-R2M-6G0", 2550)
    assert only.answers == {"1": "55\n 56", "2": "b"}


def test_responses_of_moodle_go_by_the_id_in_the_question(tmp_path):
    text = (
        '"Last name","First name","ID number","Email address",Status,"Time taken",Grade/10.00,'
        '"Question 1","Response 1","Question 2","Response 2"\n'
        f'Kim,Ada,007,a@b.kr,Finished,"12 mins 3 secs",5.00,"Pick one [{PICK.short_id}]",pool,"How wide?  {WIDTH.id}",55\n'
        'Lee,Bo,8,b@b.kr,Finished,-,0.00,"No id here",-,"No id here",-\n'
    )

    first, second = read(tmp_path, text)

    assert (first.student.id, first.student.name, first.seconds) == ("007", "Ada Kim", 723)
    assert first.answers == {PICK.short_id: "pool", WIDTH.id: "55"}
    assert second.answers == {"1": "-", "2": "-"}
    assert second.seconds is None


def test_student_analysis_of_canvas(tmp_path):
    text = (
        'name,id,sis_id,section,submitted,attempt,"1001: How wide? ('
        + WIDTH.short_id
        + ')",4.0,"1002: Hello",1.0,score\n'
        'Ada Kim,55,007,A,2026-01-01,1,55,4.0,"a, b",0,4\n'
    )

    (only,) = read(tmp_path, text)

    assert (only.student.id, only.student.name, only.student.group) == ("007", "Ada Kim", "A")
    assert only.answers == {WIDTH.short_id: "55", "1002: Hello": "a, b"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("", ": is empty (expected a row of titles, then one for each student)", id="nothing"),
        pytest.param("student,1\n", ": no answers in it (expected those of a student in each row", id="titles alone"),
        pytest.param(
            "who,1\n7,55\n", ":1: no column of students among who, 1 (expected one called student)", id="no student"
        ),
        pytest.param(
            "student,t.depth:0,x\n7,1,2\n",
            ":1: no column is a problem of the worksheet: t.depth:0, x (expected the ids of its problems, such as t.width:0)",
            id="another worksheet's problems",
        ),
        pytest.param(
            "student,1,1\n7,1,2\n", ":1: two columns are called 1 (expected one for each problem)", id="twice"
        ),
        pytest.param("student,1\n7,1,2\n", ":2: 3 values in a row of 2 columns", id="a comma without quotes"),
        pytest.param('student,1\n7,"1\n', ":2: a quote that is not closed (expected CSV)", id="an open quote"),
        pytest.param(
            "student,1\n7,1\n,2\n",
            ":3: answers of nobody (expected an id in the column 'student')",
            id="no student at all",
        ),
        pytest.param("student,name,1\n,Kim,2\n", ":2: no id of Kim (expected one in the column 'student')", id="no id"),
        pytest.param(
            "student,minutes,1\n7,long,2\n",
            ":2: the time 'long' (expected a number, or such as 12 mins 3 secs)",
            id="no time",
        ),
        pytest.param(
            f"student,Response 1,Question 1,Response 2,Question 2\n7,1,{WORD.id},2,{WORD.id}\n",
            ":2: two answers to t.word:0 (expected one)",
            id="one question twice",
        ),
    ],
)
def test_errors_name_the_line(tmp_path, text, message):
    with pytest.raises(UsageError) as error:
        read(tmp_path, text)
    assert str(error.value).startswith(f"{tmp_path / 'a.csv'}{message}")
