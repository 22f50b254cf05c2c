"""A roster's file goes in, as a learning platform or a spreadsheet wrote it; its students come out in their order."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from cnnquiz.errors import UsageError
from cnnquiz.worksheets.roster_file import Row, read_rows
from cnnquiz.worksheets.version_id import MOST_VERSIONS
from cnnquiz.worksheets.worksheet import Student

# What a column may be called, small letters and single spaces, the surest first. Canvas: SIS User ID before its own ID.
_TITLES: Mapping[str, tuple[str, ...]] = {
    "id": (
        *("student id", "student number", "student no", "matriculation number", "matrikelnummer", "학번", "학생번호"),
        *("sis user id", "sis id", "sid", "id number", "학생 id", "orgdefinedid", "username", "user name", "login"),
        *("login id", "sis login id", "사용자 아이디", "아이디", "id", "email address", "email"),
    ),
    "name": ("full name", "student name", "display name", "성명", "이름", "학생명", "name", "student"),
    "first": ("first name", "firstname", "given name", "vorname", "이름"),
    "last": ("last name", "lastname", "surname", "family name", "nachname", "성"),
    "email": ("email address", "email", "e mail", "mail", "이메일", "이메일 주소"),
    "group": ("section", "sections", "section name", "group", "groups", "class", "분반", "반", "그룹"),
    "seat": ("seat", "seat number", "seat no", "좌석", "좌석번호", "자리"),
    "row": ("row", "seat row", "행", "줄"),
    "column": ("column", "seat column", "col", "열"),
    "role": ("role", "역할"),
}

# Canvas writes these among the students: the row with the points of each column, and its test student.
_NO_STUDENTS = ("points possible", "manual posting", "student, test", "test student")
_STUDENT_ROLES = ("student", "learner", "학생", "")
_ROUNDED = re.compile(r"[0-9](\.[0-9]+)?[eE]\+[0-9]+")
_HANGUL = re.compile("[가-힣]")
_GUARDED = re.compile(r"""="(?P<text>[^"]+)"|'(?P<formula>[-=+@].*)""")
_CONTROL = re.compile("[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def read_roster(path: Path) -> tuple[Student, ...]:
    """The students, ids as text; UsageError names the line of what is wrong, of two equal ids both lines."""
    rows = read_rows(path)
    if not rows:
        raise UsageError(f"{path}: is empty (expected a row of titles, then one for each student)")
    (line, titles), *rest = rows
    columns = student_columns(titles, rest)
    if "id" not in columns:
        raise UsageError(
            f"{path}:{line}: no column of ids among {', '.join(titles)} "
            "(expected one called id, student id, SIS User ID, username, 학번 …)"
        )
    students: dict[str, tuple[int, Student]] = {}
    seats: dict[tuple[str, str], int] = {}
    for line, cells in rest:
        facts = student_facts(path, line, cells, titles, columns)
        if facts is None:
            continue
        student = Student(**facts)
        if student.id in students:
            first = students[student.id][0]
            raise UsageError(f"{path}:{line}: the id {student.id} is taken by line {first} (expected an id of its own)")
        students[student.id] = line, student
        if student.seat:
            first = seats.setdefault((student.group, student.seat), line)
            if first != line:
                problem = f"the seat {student.seat} is taken by line {first}"
                raise UsageError(f"{path}:{line}: {problem} (expected a seat of its own, or another group)")
    if not students:
        raise UsageError(f"{path}: no students in it (expected one in each row after the titles)")
    if len(students) > MOST_VERSIONS:
        raise UsageError(f"{path}: {len(students):,} students (expected at most {MOST_VERSIONS:,})")
    return tuple(student for _, student in students.values())


def student_columns(titles: Sequence[str], rows: Sequence[Row]) -> Mapping[str, int]:
    """For each fact the column that holds it: of those with a known title, the surest in which anything stands."""
    plain = [re.sub(r"[\s_\-.*()]+", " ", title.lower()).strip() for title in titles]
    found: dict[str, int] = {}
    for fact, known in _TITLES.items():
        candidates = [plain.index(title) for title in known if title in plain]
        filled = [number for number in candidates if any(number < len(cells) and cells[number] for _, cells in rows)]
        if candidates:
            found[fact] = (filled or candidates)[0]
    if "last" not in found:  # 이름 alone is the whole name, beside 성 the given one
        found.pop("first", None)
    elif found.get("first") is not None and found.get("name") == found["first"]:
        del found["name"]
    return found


def student_facts(
    path: Path, line: int, cells: Sequence[str], titles: Sequence[str], columns: Mapping[str, int]
) -> dict[str, str] | None:
    """What is known of the student in a row; None where there is no student in it."""
    if any(cells[len(titles) :]):
        problem = f"{len(cells)} values in a row of {len(titles)} columns"
        raise UsageError(f"{path}:{line}: {problem} (expected quotes around a value with a separator in it)")
    row = {fact: _safe(path, line, cells[number]) for fact, number in columns.items() if number < len(cells)}
    name = row.get("name") or _full_name(row.get("first", ""), row.get("last", ""))
    if not any(row.values()) or name.lower() in _NO_STUDENTS or row.get("role", "").lower() not in _STUDENT_ROLES:
        return None
    number = row.get("id", "")
    if not number:
        title = titles[columns["id"]]
        raise UsageError(f"{path}:{line}: no id of {name or 'the student'} (expected one in the column {title!r})")
    if _ROUNDED.fullmatch(number):
        raise UsageError(f"{path}:{line}: the id {number} was rounded by a spreadsheet (expected all of its digits)")
    seat = row.get("seat") or "-".join(filter(None, (row.get("row"), row.get("column"))))
    return {"id": number, "name": name, "email": row.get("email", ""), "group": row.get("group", ""), "seat": seat}


def _full_name(first: str, last: str) -> str:
    return last + first if _HANGUL.search(last) else " ".join(filter(None, (first, last)))


def _safe(path: Path, line: int, cell: str) -> str:
    """The value without what keeps a spreadsheet from reading it as a number or a formula: ="007", '=a."""
    if guarded := _GUARDED.fullmatch(cell):
        cell = guarded["text"] or guarded["formula"]
    if control := _CONTROL.search(cell):
        raise UsageError(f"{path}:{line}: the character U+{ord(control[0]):04X} in {cell!r} (expected letters)")
    return cell
