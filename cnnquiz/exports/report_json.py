"""A code report as a JSON document."""

from dataclasses import asdict

from cnnquiz.exports.documents import document
from cnnquiz.grading.report import Report


def report_json(report: Report) -> str:
    """The report of one submission, as the command line's contract describes it."""
    return document(
        "report",
        {
            "submission": report.submission,
            "exercise": report.exercise,
            "entry": report.entry,
            "arguments": dict(report.arguments),
            "verdict": report.verdict,
            "score": report.score,
            "points": report.points,
            "max_points": report.max_points,
            "checks": [asdict(check) for check in report.checks],
            "diagnosis": [asdict(diagnosis) for diagnosis in report.diagnosis],
            "crash": asdict(report.crash) if report.crash else None,
            "printed": report.printed,
            "sandbox": asdict(report.isolation),
            "seconds": round(report.seconds, 3),
        },
    )


def error_json(submission: str, exercise: str | None, message: str) -> str:
    """What stands in for a report when we could not grade; nobody loses points for it."""
    content = {"submission": submission, "exercise": exercise, "verdict": "error", "score": None, "message": message}
    return document("report", content)
