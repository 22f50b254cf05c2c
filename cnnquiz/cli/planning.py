"""What `cnnquiz generate` was told to ask goes in; the plan of its worksheets comes out, and who gets which."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cnnquiz.cli.version_writing import Version

if TYPE_CHECKING:
    from cnnquiz.bank.question import Question
    from cnnquiz.bank.text import Language
    from cnnquiz.worksheets.plan import Plan
    from cnnquiz.worksheets.worksheet import Student

_SHOWN_REPETITIONS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What to ask about: topics, a network, or what a blueprint says; None where the default holds."""

    topics: tuple[str, ...]
    network: str | None
    input_shape: tuple[int, ...] | None
    blueprint: Path | None
    count: int | None
    difficulty: int | None
    seed: int | None
    language: "Language | None"
    distinct: bool
    bank_folder: Path | None

    def check(self) -> None:
        """UsageError where it is not said once what to ask about."""
        given = {"--topic": self.topics, "--network": self.network, "--blueprint": self.blueprint}
        named = [option for option, value in given.items() if value]
        if len(named) > 1:
            raise click.UsageError(f"{named[0]} beside {named[1]} (expected one of them)")
        if not named:
            raise click.UsageError("what to ask about? (expected --topic, --network or --blueprint)")
        if self.blueprint is None:
            return
        for option, value in (("count", self.count), ("difficulty", self.difficulty), ("distinct", self.distinct)):
            if value:
                raise click.UsageError(f"--{option} beside --blueprint (expected it in the blueprint)")


def make_plan(asked: Asked, versions: int) -> "Plan":
    """The plan of so many versions."""
    from cnnquiz.bank.bank import open_bank

    bank = open_bank(asked.bank_folder)
    if asked.blueprint is not None:
        from cnnquiz.worksheets.blueprint_plan import plan_blueprint
        from cnnquiz.worksheets.blueprint_reading import read_blueprint

        return plan_blueprint(read_blueprint(asked.blueprint, bank), bank, seed=asked.seed, language=asked.language)
    from cnnquiz.problems.draw import space_size
    from cnnquiz.worksheets.plan import plan_worksheets

    language = asked.language or "en"
    questions: Sequence[Question]
    if asked.network is None:
        questions = bank.select(asked.topics, asked.difficulty)
        title = bank.title(asked.topics, language)
    else:
        from cnnquiz.cli.networks import find_network

        found = find_network(asked.network, asked.input_shape)
        questions, title = bank.about_network(found), found.name
        questions = tuple(each for each in questions if asked.difficulty in (None, each.difficulty))
        if not questions:
            raise click.UsageError(f"no question on {title} has difficulty {asked.difficulty}")
    if asked.distinct:
        questions = tuple(each for each in questions if space_size(each) >= versions)
        if not questions:
            raise click.UsageError(f"no question holds {versions} different problems (expected fewer --versions)")
    return plan_worksheets(
        questions,
        title=title,
        seed=asked.seed or 0,
        count=min(10, len(questions)) if asked.count is None else asked.count,
        language=language,
        versions=versions,
        distinct=asked.distinct,
    )


def warn_of_repetitions(plan: "Plan", versions: int) -> None:
    """Say before anything is written which problems will come again."""
    repetitions = sorted(plan.repetitions(versions), key=lambda each: each.version)
    for each in repetitions[:_SHOWN_REPETITIONS]:
        problems = "1 problem" if each.space == 1 else f"{each.space} problems"
        others = f" and {each.others} more that take turns hold" if each.others else " holds"
        click.echo(f"{each.question.id}{others} {problems}: from version {each.version} on they come again", err=True)
    if repetitions:
        more = len(repetitions) - _SHOWN_REPETITIONS
        rest = f"{more} more questions repeat. " if more > 0 else ""
        lasting = f"--distinct asks only what lasts for all {versions} versions"
        turns = "with mix: true in the blueprint, questions take turns and last longer"
        click.echo(rest + (turns if plan.block > 1 else lasting), err=True)


def numbered_versions(count: int) -> list[Version]:
    """Versions without students, with file names that sort like their numbers."""
    return [Version(number=number, ending=f"-{number:0{len(str(count))}}") for number in range(1, count + 1)]


def versions_of(students: "Sequence[Student]", plan: "Plan") -> list[Version]:
    """A version for each student, in the order of the versions."""
    from cnnquiz.worksheets.seating import seat_versions
    from cnnquiz.worksheets.version_files import endings

    given = zip(seat_versions(students, plan), students, endings(students), strict=True)
    versions = [Version(number=number, student=student, ending=ending) for number, student, ending in given]
    return sorted(versions, key=lambda version: version.number)
