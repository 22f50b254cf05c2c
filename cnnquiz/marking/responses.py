"""What a class answered and its worksheets go in; each student's worksheet with the answers to it comes out."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cnnquiz.errors import UsageError
from cnnquiz.problems.problem import Problem
from cnnquiz.worksheets.worksheet import Student, Worksheet

Response = str | tuple[str, ...]
"""An answer as typed, or as its parts, where they were typed one by one."""

_MOST_SHOWN = 5
_LOOK_ALIKE = str.maketrans("ILO", "110", "- ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Responses:
    """What one student answered, as a file says it.

    `answers` is by the problems' ids, their short ids, or their numbers on the worksheet. `worksheet` is the id or the
    number of the student's version, empty where the file does not say it; `seconds` the time that it took. `place` is
    where in which file it stands.
    """

    student: Student
    answers: Mapping[str, Response]
    place: str
    worksheet: str = ""
    seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A worksheet with a student's answer to each of its problems, empty where there is none.

    `unplaced` are the answers to what the worksheet does not ask.
    """

    worksheet: Worksheet
    student: Student
    responses: tuple[Response, ...]
    unplaced: Mapping[str, Response] = field(default_factory=dict)
    seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Class:
    """All students who answered, and what a teacher should know of the answers, a sentence each."""

    answered: tuple[Answered, ...]
    notes: tuple[str, ...] = ()


def short_form(text: str) -> str:
    """A short id without what people may write into it: small letters, hyphens, spaces, O for 0."""
    return text.upper().translate(_LOOK_ALIKE)


def names_of(problem: Problem, number: int) -> tuple[str, ...]:
    """All that an answer's problem may be called on a worksheet."""
    return problem.id, problem.short_id, str(number)


def join(given: Sequence[Responses], worksheets: Sequence[Worksheet]) -> Class:
    """Bring answers to their worksheets. UsageError for a student who is there twice or whose version nobody knows."""
    places: dict[str, str] = {}
    for each in given:
        if each.student.id in places:
            first = places[each.student.id]
            problem = f"the student {each.student.id} answered in {first} too"
            raise UsageError(f"{each.place}: {problem} (expected each student once)")
        places[each.student.id] = each.place
    sheets = [_Sheet.of(worksheet) for worksheet in worksheets]
    students = {w.student.id: w.student for w in worksheets if w.student is not None}
    answered = tuple(_answered(each, _sheet_of(each, sheets), students) for each in given)
    notes = (*_swapped(answered), *_stray(answered, sheets), *_absent(answered, worksheets))
    return Class(answered=answered, notes=notes)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """A worksheet with the positions of its problems by all of their names."""

    worksheet: Worksheet
    positions: Mapping[str, int]

    @classmethod
    def of(cls, worksheet: Worksheet) -> "_Sheet":
        found: dict[str, int] = {}
        for position, problem in enumerate(worksheet.problems):
            found |= dict.fromkeys(names_of(problem, position + 1), position)
        return cls(worksheet=worksheet, positions=found)

    def position(self, name: str) -> int | None:
        return self.positions.get(name, self.positions.get(short_form(name)))

    def asks_by_id(self, name: str) -> bool:
        """Whether a name that is no mere number is that of one of its problems."""
        return not name.isdecimal() and self.position(name) is not None


def _sheet_of(given: Responses, sheets: Sequence[_Sheet]) -> _Sheet:
    """The version that the file names, else the student's own, else the only one, else that of the problems."""
    if given.worksheet:
        wanted = short_form(given.worksheet)
        named = [s for s in sheets if wanted in (short_form(s.worksheet.id), str(s.worksheet.version))]
        if len(named) != 1:
            problem = f"{len(named) or 'no'} worksheet{'s have' if named else ' has'} the id {given.worksheet!r}"
            known = ", ".join(s.worksheet.id or str(s.worksheet.version) for s in sheets[:_MOST_SHOWN])
            raise UsageError(f"{given.place}: {problem} (expected one of --worksheet: {known} …)")
        return named[0]
    own = [s for s in sheets if s.worksheet.student is not None and s.worksheet.student.id == given.student.id]
    if own:
        return own[0]
    if len(sheets) == 1:
        return sheets[0]
    return _by_problems(given, sheets)


def _by_problems(given: Responses, sheets: Sequence[_Sheet]) -> _Sheet:
    """The only version that asks, by its id, whatever a student without one of his own answered."""
    names = [name for name, response in given.answers.items() if _is_there(response)]
    fitting = [sheet for sheet in sheets if names and all(map(sheet.asks_by_id, names))]
    if len(fitting) == 1:
        return fitting[0]
    student = given.student.id
    owners = [sheet.worksheet.student.id for sheet in sheets if sheet.worksheet.student is not None]
    meant = next((owner for owner in owners if owner.lstrip("0") == student.lstrip("0")), None)
    if meant is not None:
        problem = f"no worksheet is that of {student}, but one is that of {meant}"
        raise UsageError(f"{given.place}: {problem} (expected the id with its zeros, which spreadsheets drop)")
    fits = f"{len(fitting)} of them ask all" if fitting else "none of them asks all"
    clue = "numbers alone do not tell" if any(map(str.isdecimal, names)) else f"{fits} that is answered"
    problem = f"which of {len(sheets)} worksheets had {student}? {clue}"
    raise UsageError(f"{given.place}: {problem} (expected the id of the version, as 'version')")


def _is_there(response: Response) -> bool:
    return bool(response.strip()) if isinstance(response, str) else any(map(str.strip, response))


def _answered(given: Responses, sheet: _Sheet, students: Mapping[str, Student]) -> Answered:
    responses: list[Response] = [""] * len(sheet.worksheet.problems)
    unplaced: dict[str, Response] = {}
    taken: dict[int, str] = {}
    for name, response in given.answers.items():
        position = sheet.position(name)
        if position is None:
            if _is_there(response):
                unplaced[name] = response
        elif position in taken:
            problem = f"{taken[position]} and {name} are one problem"
            raise UsageError(f"{given.place}: {problem} (expected one answer to it)")
        else:
            taken[position] = name
            responses[position] = response
    student, known = given.student, students.get(given.student.id)
    if known is not None:
        student = replace(known, name=student.name or known.name)
    return Answered(
        worksheet=sheet.worksheet,
        student=student,
        responses=tuple(responses),
        unplaced=unplaced,
        seconds=given.seconds,
    )


def _swapped(answered: Iterable[Answered]) -> Iterable[str]:
    """Who answered a worksheet that was written for somebody else."""
    for each in answered:
        owner = each.worksheet.student
        if owner is not None and owner.id != each.student.id:
            yield f"{each.student.id} answered the version of {owner.id} ({each.worksheet.id}), as the file says"


def _stray(answered: Iterable[Answered], sheets: Sequence[_Sheet]) -> Iterable[str]:
    """What is answered but not asked, and what is asked but answered by nobody."""
    stray = Counter(name for each in answered for name in each.unplaced)
    for name, count in stray.items():
        elsewhere = any(sheet.asks_by_id(name) for sheet in sheets)
        where = "not of the student's worksheet but of another" if elsewhere else "of no worksheet"
        answers = "1 answer is" if count == 1 else f"{count} answers are"
        yield f"{name} is {where}: {answers} not marked"
    asked, given = Counter[str](), Counter[str]()
    for each in answered:
        for problem, response in zip(each.worksheet.problems, each.responses, strict=True):
            asked[problem.id] += 1
            given[problem.id] += _is_there(response)
    if any(count > 1 for count in asked.values()):
        yield from (f"nobody answered {name}" for name in asked if asked[name] > 1 and not given[name])


def _absent(answered: Sequence[Answered], worksheets: Sequence[Worksheet]) -> Iterable[str]:
    """Whose worksheet nobody answered."""
    here = {each.student.id for each in answered}
    students = [worksheet.student for worksheet in worksheets if worksheet.student is not None]
    absent = [student.id for student in students if student.id not in here]
    if absent and len(worksheets) > 1:
        shown = ", ".join(absent[:_MOST_SHOWN]) + (" …" if len(absent) > _MOST_SHOWN else "")
        count = "1 student" if len(absent) == 1 else f"{len(absent)} students"
        yield f"no answers of {count} who had a worksheet: {shown}"
