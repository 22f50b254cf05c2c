"""Who sits beside whom, and that neighbours share no problem."""

import pytest

from cnnquiz.worksheets.plan import Plan, PlannedSection, Slot
from cnnquiz.worksheets.seating import neighbours, seat_of, seat_versions
from cnnquiz.worksheets.worksheet import Student


def plan(sums, *names, block=32):
    slots = tuple(Slot(questions=(sums.question(name),)) for name in names)
    return Plan(
        title="t", language="en", seed=1, sections=(PlannedSection(title="", slots=slots),), origin="", block=block
    )


def room(rows, columns):
    return [Student(id=f"{y}.{x}", seat=f"{y}-{x}") for y in range(1, rows + 1) for x in range(1, columns + 1)]


def shared(plan, students, given):
    """How many problems neighbours share, counted from what is drawn."""
    asked = {
        seat_of(student.seat): {problem.id for problem in plan.worksheet(version).problems}
        for student, version in zip(students, given, strict=True)
    }
    pairs = ((seat, near) for seat in asked for near in neighbours(seat) if near in asked and near > seat)
    return sum(len(asked[one] & asked[other]) for one, other in pairs)


@pytest.mark.parametrize(
    ("text", "seat"),
    [
        ("B12", (2, 12)), ("b 12", (2, 12)), ("3-5", (3, 5)), ("3/5", (3, 5)), ("3,5", (3, 5)), ("R3C5", (3, 5)),
        ("Row 3 Seat 5", (3, 5)), ("3행 5", (3, 5)), ("", None), ("12", None), ("left", None), ("B", None),
    ],
)  # fmt: skip
def test_seats_as_people_write_them(text, seat):
    assert seat_of(text) == seat


@pytest.mark.parametrize("columns", [5, 8, 10, 20])
def test_neighbours_share_no_problem_where_there_are_ten(sums, columns):
    """In rows of ten, ten problems in the order of the seats would give each the problem of the seat in front."""
    asked = plan(sums, "b.ten", "b.forty", "a.sum")
    students = room(8, columns)
    given = seat_versions(students, asked)

    assert sorted(given) == list(range(1, len(students) + 1))
    assert shared(asked, students, given) == 0
    if columns in (10, 20):
        assert shared(asked, students, range(1, len(students) + 1)) > 0


def test_five_problems_are_few_for_a_full_room(sums):
    """Four seats that touch each other need four; in the order of the roster 30 pairs share one."""
    asked = plan(sums, "b.five", "a.sum")
    students = room(6, 6)
    assert shared(asked, students, seat_versions(students, asked)) <= 2
    assert shared(asked, students, range(1, 37)) >= 20


def test_one_problem_is_shared_by_all(sums):
    students = room(2, 2)
    assert sorted(seat_versions(students, plan(sums, "b.one"))) == [1, 2, 3, 4]


def test_the_order_of_the_roster_does_not_matter_where_there_are_seats(sums):
    asked, students = plan(sums, "b.ten"), room(4, 10)
    given = dict(zip((each.id for each in students), seat_versions(students, asked), strict=True))
    backwards = students[::-1]
    assert dict(zip((each.id for each in backwards), seat_versions(backwards, asked), strict=True)) == given


@pytest.mark.parametrize(
    "seats",
    [
        pytest.param(["", "", "", ""], id="no seats"),
        pytest.param(["1-1", "1-2", "", "1-3"], id="one without a seat"),
        pytest.param(["1-1", "1-1", "1-2", "1-3"], id="two on one seat"),
    ],
)
def test_without_a_seat_for_each_the_roster_is_the_order(sums, seats):
    students = [Student(id=str(number), seat=seat) for number, seat in enumerate(seats)]
    assert seat_versions(students, plan(sums, "b.ten")) == (1, 2, 3, 4)


@pytest.mark.parametrize("block", [1, 16, 32])
@pytest.mark.parametrize("name", ["b.five", "b.ten", "b.forty", "c.pair"])
def test_versions_that_are_said_to_share_nothing_do_not(sums, name, block):
    asked = plan(sums, name, block=block)
    drawn = [{problem.id for problem in asked.worksheet(version).problems} for version in range(1, 131)]
    sharing = asked.sharing(130)
    said = [(u, v) for u in range(130) for v in range(u) if not sharing(u + 1, v + 1)]
    assert len(said) > 130 * 129 / 2 * 0.7, "most are known to share nothing"
    assert not any(drawn[u] & drawn[v] for u, v in said)
