"""Statistics of an exam as a JSON document, and those of its questions as a table."""

from dataclasses import asdict

from cnnquiz.exports.documents import document
from cnnquiz.exports.table import table
from cnnquiz.marking.statistics import ExamStatistics, Figure


def statistics_json(statistics: ExamStatistics) -> str:
    """All of it; a figure is `{value, reason}`, one of them null."""
    return document("statistics", asdict(statistics))


def statistics_csv(statistics: ExamStatistics) -> str:
    """A row for each question; what is not known is empty."""
    titles = (
        *("question", "students", "problems", "facility", "discrimination", "omitted", "not_understood"),
        *("most_frequent_mistake", "its_share"),
    )
    rows = []
    for each in statistics.questions:
        first = each.mistakes[0] if each.mistakes else None
        shares = (each.facility, _value(each.discrimination), each.omitted, each.not_understood)
        mistake = (None, None) if first is None else (first.feedback, _rounded(first.share))
        rows.append((each.question, each.students, each.problems, *map(_rounded, shares), *mistake))
    return table(titles, rows)


def _value(figure: Figure) -> float | None:
    return figure.value


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
