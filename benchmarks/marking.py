"""How fast typed answers are marked on one core: keys, mistakes, what nobody can read; and those of a whole class."""

import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from cnnquiz.bank.bank import open_bank
from cnnquiz.exports.worksheet_json import worksheet_json
from cnnquiz.exports.worksheet_reading import read_worksheets
from cnnquiz.marking.gradebook import mark_class
from cnnquiz.marking.mark import mark
from cnnquiz.marking.responses import Responses, join
from cnnquiz.marking.statistics import statistics
from cnnquiz.problems.draw import problem_at
from cnnquiz.problems.kinds import shown_answer, shown_mistake
from cnnquiz.problems.problem import Problem
from cnnquiz.worksheets.plan import plan_worksheets
from cnnquiz.worksheets.worksheet import Student

ROUNDS = 3
UNREADABLE = ("55 or 57", "모르겠습니다")


def responses(problem: Problem) -> list[str]:
    """What students of one problem type: the key most often, then mistakes, then anything."""
    mistakes = [shown_mistake(problem, mistake) for mistake in problem.mistakes if mistake.answer is not None]
    return [shown_answer(problem)] * 3 + mistakes[:3] + list(UNREADABLE)


def main() -> None:
    problems = [problem_at(question, 0, language="en", key=question.id) for question in open_bank().questions]
    seconds: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for _ in range(ROUNDS):
        for problem in problems:
            typed = responses(problem)
            started = time.process_time()
            for text in typed:
                mark(problem, text)
            seconds[problem.kind] += time.process_time() - started
            counts[problem.kind] += len(typed)
    for kind, count in sorted(counts.items()):
        print(f"{kind}: {count / seconds[kind] * 60:,.0f} a minute")
    print(f"all kinds: {counts.total() / seconds.total() * 60:,.0f} a minute")
    mark_a_class(students=300, count=20)


def mark_a_class(*, students: int, count: int) -> None:
    """Everybody has other problems: worksheets are read, answers joined and marked, statistics worked out."""
    plan = plan_worksheets(open_bank().questions, title="class", seed=1, count=count, language="en", versions=students)
    with TemporaryDirectory() as folder:
        given = []
        for version in range(1, students + 1):
            worksheet = plan.worksheet(version)
            text = worksheet_json(worksheet, key=True)
            (Path(folder) / f"key-{version}.json").write_text(text, encoding="utf-8")
            typed = {p.id: responses(p)[version % len(responses(p))] for p in worksheet.problems}
            student = Student(id=str(version))
            given.append(Responses(student=student, answers=typed, worksheet=worksheet.id, place=str(version)))
        started = time.process_time()
        worksheets = read_worksheets([Path(folder)])
        read = time.process_time()
        gradebook = mark_class(join(given, worksheets))
        marked = time.process_time()
        statistics(gradebook)
    done = time.process_time()
    steps = (
        f"{read - started:.1f} s to read the keys, {marked - read:.1f} s to mark, {done - marked:.1f} s of statistics"
    )
    print(f"a class of {students} × {count}: {steps}")


if __name__ == "__main__":
    main()
