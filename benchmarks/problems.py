"""How fast problems are drawn: 100 versions of 10 problems, as an R/exams course draws them, without torch."""

import sys
import time

from cnnquiz.bank.bank import load_questions
from cnnquiz.bank.space import assignments
from cnnquiz.worksheets.worksheet import draw_worksheet

VERSIONS, PROBLEMS = 100, 10


def main() -> None:
    started = time.process_time()
    questions = load_questions()
    loaded = time.process_time()
    for question in questions:
        assignments(question)
    counted = time.process_time()
    for version in range(1, VERSIONS + 1):
        draw_worksheet(questions, title="benchmark", seed=1, count=PROBLEMS, version=version)
    drawn = time.process_time()
    assert "torch" not in sys.modules
    print(
        f"read {len(questions)} questions: {loaded - started:.2f} s CPU; "
        f"enumerate their spaces: {counted - loaded:.2f} s"
    )
    total = VERSIONS * PROBLEMS
    print(f"draw {total:,} problems: {drawn - counted:.2f} s CPU, {total / (drawn - counted):,.0f} problems a second")


if __name__ == "__main__":
    main()
