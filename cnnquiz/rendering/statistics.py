"""Statistics of an exam go in; tables for a terminal, and a page with plots, come out."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cnnquiz.bank.text import Language
from cnnquiz.marking.statistics import ExamStatistics, Figure, MistakeShare, QuestionStatistics
from cnnquiz.rendering.columns import wrap
from cnnquiz.rendering.figures.drawing import Drawing
from cnnquiz.rendering.figures.svg_writer import svg
from cnnquiz.rendering.marks_words import STATISTICS
from cnnquiz.rendering.pages import fill
from cnnquiz.rendering.report import WIDTH
from cnnquiz.rendering.setting import setting_in
from cnnquiz.rendering.statistics_plots import means_with_errors, share_bars, tenths
from cnnquiz.rendering.text_table import text_table
from cnnquiz.rendering.words import Words, counted
from cnnquiz.sandbox import printable

_MOST_PLOTTED = 40
_MOST_SHOWN_MISTAKES = 3
_LONGEST = 2_000
_QUESTION = ("question", "asked", "problems", "facility", "discrimination", "omitted", "not_understood")
_VERSION = ("version", "asked", "version_mean", "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMistake:
    """A mistake of a question, and the share of the students who made it."""

    question: str
    feedback: str
    share: str


def render_statistics(statistics: ExamStatistics, language: Language) -> str:
    """Tables of the exam, of its questions and of its versions."""
    words = STATISTICS[language]
    facts = (f"{name}: {value}" for name, value in _facts(statistics, words))
    tables = [
        "\n".join((_heading(statistics, words), *facts)),
        text_table([words[name] for name in _QUESTION], _questions(statistics), numbers=range(1, len(_QUESTION))),
    ]
    if len(statistics.versions) > 1:
        titles = [words[name] for name in _VERSION]
        tables.append(text_table(titles, _versions(statistics), numbers=range(1, len(_VERSION))))
    shown = [
        wrap(f"{each.question}: {_safe(made.feedback)}", WIDTH, first=f"{_percent(made.share):>5}  ")
        for each, made in _mistakes(statistics)
    ]
    return "\n\n".join((*tables, *(["\n".join((words["mistakes"], *shown))] if shown else []))) + "\n"


def render_statistics_page(statistics: ExamStatistics, language: Language, *, templates: Path | None = None) -> str:
    """The same as one HTML file that needs no other and no network, with plots."""
    words = STATISTICS[language]
    setting = setting_in("html", language)
    shown = {
        "language": language,
        "words": words,
        "title": _heading(statistics, words),
        "facts": _facts(statistics, words),
        "titles": [words[name] for name in _QUESTION],
        "questions": _questions(statistics),
        "version_titles": [words[name] for name in _VERSION],
        "versions": _versions(statistics),
        "mistakes": [
            ShownMistake(question=each.question, feedback=setting.marked(_safe(m.feedback)), share=_percent(m.share))
            for each, m in _mistakes(statistics)
        ],
        "plots": [(words[name], setting.finished(svg(plot))) for name, plot in _plots(statistics, words).items()],
    }
    return fill("marks/statistics.html", shown, templates=templates)


def _safe(text: str) -> str:
    return printable(text, _LONGEST)


def _heading(statistics: ExamStatistics, words: Words) -> str:
    return f"{_safe(statistics.title)} – {counted(words, 'students', len(statistics.scores))}"


def _facts(statistics: ExamStatistics, words: Words) -> list[tuple[str, str]]:
    """Of the whole exam: what a number is called, and the number."""
    named = {
        "deviation": statistics.deviation,
        "reliability": statistics.reliability,
        "median_minutes": statistics.median_minutes,
        "fairness": statistics.fairness,
    }
    return [
        (words["mean"], f"{statistics.mean:.2f}"),
        *((words[name], _told(figure, words)) for name, figure in named.items()),
    ]


def _told(figure: Figure, words: Words) -> str:
    """The number, or why there is none."""
    if figure.value is not None:
        return f"{figure.value:.2f}" if figure.value >= 0.005 or figure.value < 0 else f"{figure.value:.1g}"
    assert figure.reason is not None
    return f"– ({words['one_version' if figure.reason == 'versions' else figure.reason]})"


def _number(figure: Figure) -> str:
    return "–" if figure.value is None else f"{figure.value:.2f}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _questions(statistics: ExamStatistics) -> list[tuple[str, ...]]:
    return [
        (
            each.question,
            str(each.students),
            str(each.problems),
            f"{each.facility:.2f}",
            _number(each.discrimination),
            _percent(each.omitted),
            _percent(each.not_understood),
        )
        for each in statistics.questions
    ]


def _versions(statistics: ExamStatistics) -> list[tuple[str, ...]]:
    return [(v.version, str(v.students), f"{v.mean:.2f}", _number(v.error)) for v in statistics.versions]


def _mistakes(statistics: ExamStatistics) -> list[tuple[QuestionStatistics, MistakeShare]]:
    return [(each, made) for each in statistics.questions for made in each.mistakes[:_MOST_SHOWN_MISTAKES]]


def _plots(statistics: ExamStatistics, words: Words) -> Mapping[str, Drawing]:
    """The drawings by the names of their captions."""
    questions = statistics.questions[:_MOST_PLOTTED]
    names, shares = [q.question for q in questions], [q.facility for q in questions]
    plots = {
        "score_plot": tenths(statistics.scores, alt=words["score_plot"]),
        "question_plot": share_bars(names, shares, alt=words["question_plot"]),
    }
    versions = statistics.versions[:_MOST_PLOTTED]
    if len(versions) > 1:
        names, means = [v.version for v in versions], [v.mean for v in versions]
        errors = [v.error.value for v in versions]
        plots["version_plot"] = means_with_errors(names, means, errors, alt=words["version_plot"])
    return plots
