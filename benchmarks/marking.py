"""How fast typed answers are marked on one core: keys, mistakes and what nobody can read, of every question."""

import time
from collections import Counter

from cnnquiz.bank.bank import open_bank
from cnnquiz.marking.mark import mark
from cnnquiz.problems.draw import problem_at
from cnnquiz.problems.kinds import shown_answer, shown_mistake
from cnnquiz.problems.problem import Problem

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


if __name__ == "__main__":
    main()
