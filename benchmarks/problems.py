"""How fast problems are drawn: 100 versions of 10 problems, as an R/exams course draws them, without torch."""

import sys
import time

from cnnquiz.bank.bank import open_bank
from cnnquiz.worksheets.plan import plan_worksheets

VERSIONS, PROBLEMS = 100, 10
EXAMS = (["shapes"], ["alexnet"], ["resnet", "densenet"], ["parameters", "cost", "receptive-field"])


def main() -> None:
    """Each exam as a fresh command would make it: read the bank, enumerate the spaces, draw."""
    for topics in EXAMS:
        started = time.process_time()
        questions = open_bank().select(topics)
        read = time.process_time()
        plan = plan_worksheets(questions, title="benchmark", seed=1, count=PROBLEMS)
        planned = time.process_time()
        for version in range(1, VERSIONS + 1):
            plan.worksheet(version)
        drawn = time.process_time()
        total = VERSIONS * PROBLEMS
        print(
            f"{', '.join(topics)}: {drawn - started:.2f} s CPU for {total:,} problems "
            f"(read {len(questions)} questions {read - started:.2f}, spaces {planned - read:.2f}, "
            f"draw {drawn - planned:.2f}: {total / (drawn - planned):,.0f} a second)"
        )
    assert "torch" not in sys.modules


if __name__ == "__main__":
    main()
