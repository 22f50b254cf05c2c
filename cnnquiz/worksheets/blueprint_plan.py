"""A blueprint and the bank that it draws from go in; the plan of its versions comes out."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from cnnquiz.bank.bank import Bank
from cnnquiz.bank.question import Question
from cnnquiz.bank.text import Language, Text
from cnnquiz.errors import BankError, UsageError
from cnnquiz.problems.permutation import shuffled_positions
from cnnquiz.worksheets.blueprint import FIELD_LABELS, Blueprint, BlueprintSection, Draw
from cnnquiz.worksheets.plan import Plan, PlannedSection, Slot, choose_questions
from cnnquiz.worksheets.worksheet import Field, Heading

BLOCK = 16
"""So many versions share out their problems: more balance better, fewer make a single version faster to draw."""


def plan_blueprint(
    blueprint: Blueprint, bank: Bank, *, seed: int | None = None, language: Language | None = None
) -> Plan:
    """Choose the questions of every section; BankError at the line of a draw that the bank cannot serve.

    The seed and the language are those of the blueprint unless they are given.
    """
    used = replace(
        blueprint,
        seed=blueprint.seed if seed is None else seed,
        language=blueprint.language if language is None else language,
    )
    chooser = _Chooser(used, bank)
    return Plan(
        title=used.title.fill(used.language, {}),
        language=used.language,
        seed=used.seed,
        sections=tuple(map(chooser.section, used.sections)),
        origin=repr(used),
        heading=_heading(used),
        block=BLOCK,
    )


class _Chooser:
    """Gives every draw its questions; none is given to two of them."""

    def __init__(self, blueprint: Blueprint, bank: Bank) -> None:
        draws = [draw for section in blueprint.sections for draw in section.draws]
        self._blueprint = blueprint
        self._named = {name for draw in draws for name in draw.questions}
        self._bank = bank.narrowed([topic for draw in draws for topic in draw.topics], self._named)
        self._taken: set[str] = set()

    def section(self, section: BlueprintSection) -> PlannedSection:
        language = self._blueprint.language
        slots = (slot for draw in section.draws for slot in self._slots(draw, section.points_each))
        return PlannedSection(
            title=section.title.fill(language, {}),
            instructions=section.instructions.fill(language, {}),
            slots=tuple(slots),
        )

    def _slots(self, draw: Draw, points: int | None) -> Iterator[Slot]:
        candidates = self._candidates(draw)
        seed = self._blueprint.seed
        try:
            chosen = choose_questions(candidates, draw.count, seed=seed)
        except UsageError as error:
            raise self._error(draw, str(error)) from error
        slots = _pools(chosen, candidates, points, seed) if draw.mix else _alone(chosen, points)
        for slot in slots:
            self._taken.update(question.id for question in slot.questions)
            yield slot

    def _candidates(self, draw: Draw) -> Sequence[Question]:
        """The questions that the draw may ask and no other does."""
        if draw.questions:
            return [self._bank.find(name) or self._bank.question(name) for name in draw.questions]
        on_topic = self._bank.select(draw.topics)
        fitting = on_topic.where(
            lambda each: (
                each.difficulty in (draw.difficulties or (each.difficulty,))
                and each.kind in (draw.kinds or (each.kind,))
            )
        )
        left = fitting.where(lambda each: each.id not in self._taken | self._named)
        if left:
            return left
        if fitting:
            raise self._error(draw, "all fitting questions are drawn elsewhere (expected fewer draws from one topic)")
        difficulties = " or ".join(map(str, sorted({outline.difficulty for outline in on_topic.outlines})))
        kinds = ", ".join(sorted({outline.kind for outline in on_topic.outlines}))
        problem = f"no question on {', '.join(draw.topics)} fits"
        raise self._error(draw, f"{problem} (expected difficulty {difficulties}, and kinds among {kinds})")

    def _error(self, draw: Draw, message: str) -> BankError:
        problem, _, expected = message.removesuffix(")").rpartition(" (expected ")
        return BankError(self._blueprint.path, draw.line, problem, expected=expected)


def _alone(chosen: Sequence[tuple[Question, int]], points: int | None) -> Iterator[Slot]:
    """A slot for each question, which all versions ask."""
    return (Slot(questions=(question,), times=times, points=points) for question, times in chosen)


def _pools(
    chosen: Sequence[tuple[Question, int]], candidates: Sequence[Question], points: int | None, seed: int
) -> Iterator[Slot]:
    """A slot for all candidates of equal difficulty and points: which of them a version asks is its turn."""

    def level(question: Question) -> tuple[int, int]:
        return question.difficulty, points or question.points

    wanted = sorted(chosen, key=lambda pair: level(pair[0]))
    for equal, pairs in groupby(wanted, key=lambda pair: level(pair[0])):
        pool = [question for question in candidates if level(question) == equal]
        turns = shuffled_positions(len(pool), f"{seed}/turns")
        times = sum(times for _, times in pairs)
        yield Slot(questions=tuple(pool[number] for number in turns), times=times, points=points)


def _heading(blueprint: Blueprint) -> Heading:
    def filled(text: Text) -> str:
        return text.fill(blueprint.language, {})

    return Heading(
        course=filled(blueprint.course),
        date=filled(blueprint.date),
        minutes=blueprint.minutes,
        instructions=filled(blueprint.instructions),
        aids=tuple(map(filled, blueprint.aids)),
        formula_sheet=tuple(map(filled, blueprint.formula_sheet)),
        fields=tuple(_field(field, blueprint.language) for field in blueprint.fields),
        layout=blueprint.layout,
    )


def _field(field: str | Text, language: Language) -> Field:
    if isinstance(field, Text):
        return Field(label=field.fill(language, {}))
    return Field(label=FIELD_LABELS[field][language], fact="" if field == "signature" else field)
