"""A bank goes in; how many questions ask what of each recorded network comes out, and how many there are on a topic."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cnnquiz.bank.bank import Bank
from cnnquiz.bank.library import Library, Record
from cnnquiz.bank.question import ANSWER_KINDS, ASPECTS, AnswerKind, Aspect, Question, Records
from cnnquiz.bank.space import assignments

DIFFICULTIES = (1, 2, 3)

Cell = tuple[str, Aspect]
"""A network's name, and what is asked of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What a bank asks. `networks` are those recorded in its own folder, those of a family side by side.

    `questions` and `problems` are counted for each cell, `topics` counts the questions of each topic, difficulty and
    answer kind.
    """

    networks: tuple[Record, ...]
    questions: Mapping[Cell, int]
    problems: Mapping[Cell, int]
    topics: Mapping[tuple[str, int, AnswerKind], int]
    entries: int
    all_questions: int
    all_problems: int

    @property
    def empty(self) -> tuple[Cell, ...]:
        """What no question asks."""
        cells = ((str(network["name"]), aspect) for network in self.networks for aspect in ASPECTS)
        return tuple(cell for cell in cells if not self.questions.get(cell))


def cover(bank: Bank) -> Coverage:
    """Count the questions of a bank; BankError where one cannot be read or its space cannot be made."""
    questions: Counter[Cell] = Counter()
    problems: Counter[Cell] = Counter()
    for question in bank.questions:
        if question.aspect is not None:
            for network, count in _asked_about(question, bank.library).items():
                questions[network, question.aspect] += 1
                problems[network, question.aspect] += count
    return Coverage(
        networks=tuple(_recorded(bank)),
        questions=questions,
        problems=problems,
        topics=Counter((topic, each.difficulty, each.kind) for each in bank.questions for topic in each.topics),
        entries=len({(question.path, question.line) for question in bank.questions}),
        all_questions=len(bank.questions),
        all_problems=sum(len(assignments(question)) for question in bank.questions),
    )


def _recorded(bank: Bank) -> Iterator[Record]:
    """The networks of the bank's own folder: families in the order of their table, then those without one."""
    own = {path.stem for path in (bank.folder / "networks").glob("*.json")}
    networks = [network for network in bank.library.networks.values() if network["name"] in own]
    families = [*bank.library.families, ""]
    for family in families:
        yield from (network for network in networks if _family(network)["name"] == family)


def _asked_about(question: Question, library: Library) -> Mapping[str, int]:
    """For each network's name, how many problems of the question are about it.

    A question that draws no network is about all networks of the families among its topics.
    """
    space = assignments(question)
    drawn = [
        parameter.name
        for parameter in question.parameters
        if isinstance(parameter.source, Records) and parameter.source.networks
    ]
    if drawn:
        return Counter(name for values in space for name in {name for each in drawn for name in _names(values[each])})
    families = (library.families[topic] for topic in question.topics if topic in library.families)
    return {str(network["name"]): len(space) for family in families for network in library.networks_of(family)}


def _names(value: object) -> Iterator[str]:
    """The names of a network, or of several that were chosen together."""
    for network in value if isinstance(value, tuple) else (value,):
        yield network["name"]


def _family(network: Record) -> Record:
    family = network["family"]
    assert isinstance(family, Mapping)
    return family


def to_markdown(coverage: Coverage) -> str:
    """The counts as a page of two tables; without networks, the first of them is left out."""
    totals = (
        f"{coverage.entries:,} entries make {coverage.all_questions:,} questions with "
        f"{coverage.all_problems:,} problems. Written by `cnnquiz bank coverage`; do not edit."
    )
    parts = ["# What the question bank covers", totals]
    if coverage.networks:
        parts += ["## Networks", "Questions that ask this of the network (problems that they hold)."]
        parts.append(_table(("family", "network", *(aspect.replace("_", " ") for aspect in ASPECTS)), _cells(coverage)))
    parts += ["## Topics", "Questions by topic, difficulty and answer kind; a question counts for each of its topics."]
    parts.append(_table(("topic", "difficulty", "questions", *ANSWER_KINDS), _counts(coverage)))
    return "\n\n".join(parts) + "\n"


def _cells(coverage: Coverage) -> Iterator[list[str]]:
    former = ""
    for network in coverage.networks:
        title, name = str(_family(network)["title"]), str(network["name"])
        cells = ((name, aspect) for aspect in ASPECTS)
        yield [
            title if title != former else "",
            f"`{name}`",
            *(f"{n} ({coverage.problems[cell]:,})" if (n := coverage.questions.get(cell)) else "–" for cell in cells),
        ]
        former = title


def _counts(coverage: Coverage) -> Iterator[list[str]]:
    for topic in sorted({topic for topic, _, _ in coverage.topics}):
        for difficulty in DIFFICULTIES:
            counts = [coverage.topics.get((topic, difficulty, kind), 0) for kind in ANSWER_KINDS]
            shown = topic if difficulty == DIFFICULTIES[0] else ""
            yield [shown, str(difficulty), *(str(count or "–") for count in (sum(counts), *counts))]


def _table(titles: tuple[str, ...], rows: Iterator[list[str]]) -> str:
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(line)} |".replace("|  |", "| |") for line in lines)
