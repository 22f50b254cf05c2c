"""A folder of question files goes in; its questions come out, checked."""

import difflib
from collections.abc import Iterable
from pathlib import Path

from cnnquiz.bank.question import Question
from cnnquiz.bank.reading import read_question
from cnnquiz.bank.text import Language, read_text
from cnnquiz.bank.yaml_tree import read_yaml
from cnnquiz.bundled import bundled_path
from cnnquiz.errors import BankError, UsageError


def load_questions(folder: Path | None = None) -> tuple[Question, ...]:
    """All questions of a bank in the order of its files; ids are unique across them.

    `folder` is a question_bank folder; the default is the one that ships with the package.
    """
    folder = folder or bundled_path("question_bank")
    if not (folder / "questions").is_dir():
        raise UsageError(f"{folder}: no folder 'questions' in it (expected a question bank)")
    questions: dict[str, Question] = {}
    for path in sorted((folder / "questions").glob("*.yaml")):
        for entry in read_yaml(path).items("a list of questions"):
            question = read_question(entry)
            if question.id in questions:
                first = questions[question.id]
                raise BankError(
                    path,
                    entry.line,
                    f"the id {question.id!r} is taken by {first.path}:{first.line}",
                    expected="an id of its own",
                )
            questions[question.id] = question
    if not questions:
        raise UsageError(f"{folder / 'questions'}: no questions in it (expected .yaml files with lists of questions)")
    return tuple(questions.values())


def topics(questions: Iterable[Question]) -> tuple[str, ...]:
    return tuple(sorted({topic for question in questions for topic in question.topics}))


def title(wanted: Iterable[str], language: Language, folder: Path | None = None) -> str:
    """What a worksheet on these topics is called. A topic without a title in `topics.yaml` keeps its name."""
    path = (folder or bundled_path("question_bank")) / "topics.yaml"
    titles = read_yaml(path).open_mapping() if path.is_file() else {}
    return ", ".join(read_text(titles[t]).fill(language, {}) if t in titles else t for t in wanted)


def select(questions: Iterable[Question], wanted: Iterable[str], difficulty: int | None = None) -> tuple[Question, ...]:
    """The questions on any of the wanted topics and of one difficulty; UsageError where there is none."""
    questions = tuple(questions)
    known = topics(questions)
    for topic in wanted:
        if topic not in known:
            near = difflib.get_close_matches(topic, known, 1)
            expected = f"{near[0]!r}?" if near else "one of " + ", ".join(known)
            raise UsageError(f"unknown topic {topic!r} (expected {expected})")
    chosen = tuple(q for q in questions if set(q.topics) & set(wanted) and difficulty in (None, q.difficulty))
    if not chosen:
        raise UsageError(
            f"no question on {', '.join(wanted)} has difficulty {difficulty} (expected another difficulty)"
        )
    return chosen
