"""A session goes in; its summary as a JSON document comes out."""

from cnnquiz.exports.documents import Json, document, exact
from cnnquiz.practice.session import Result, Session
from cnnquiz.practice.summary import Total, summarise


def summary_json(session: Session, *, interrupted: bool) -> str:
    """The summary with each problem, in the order in which they were asked; `interrupted` by Ctrl-C."""
    summary = summarise(session.results)
    return document(
        "practice",
        {
            "session": session.id,
            "language": session.wanted.language,
            "seed": session.wanted.seed,
            "again": session.wanted.again,
            "interrupted": interrupted,
            **_total(summary.total),
            "with_hints": summary.with_hints,
            "passed_over": summary.passed_over,
            "topics": [{"topic": topic, **_total(total)} for topic, total in summary.topics],
            "revise": [{"source": each.source, "questions": list(each.questions)} for each in summary.revise],
            "problems": [_problem(result) for result in session.results],
        },
    )


def _total(total: Total) -> dict[str, Json]:
    return {
        "asked": total.asked,
        "right": total.right,
        "points": exact(total.points),
        "max_points": total.max_points,
    }


def _problem(result: Result) -> dict[str, Json]:
    return {
        "id": result.problem.id,
        "question": result.problem.question,
        "topics": list(result.problem.topics),
        "difficulty": result.problem.difficulty,
        "verdict": result.verdict,
        "points": exact(result.points),
        "max_points": result.problem.points,
        "hints": result.hints,
        "tries": result.tries,
        "response": result.response,
        "feedback": result.feedback,
        "source": result.problem.source,
        "due": None if result.due is None else result.due.isoformat(timespec="seconds"),
    }
