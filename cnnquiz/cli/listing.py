"""`cnnquiz list`: what there is to ask about, to record and to grade."""

from pathlib import Path

import click

from cnnquiz.cli.options import bank_option, json_option

NOUNS = ("topics", "questions", "networks", "exercises")


@click.command("list")
@click.argument("noun", type=click.Choice(NOUNS), metavar="|".join(NOUNS))
@json_option
@bank_option
def list_(noun: str, as_json: bool, bank_folder: Path | None) -> None:
    """List the topics, questions, networks or exercises."""
    rows = {"topics": _topics, "questions": _questions, "networks": _networks, "exercises": _exercises}[noun](
        bank_folder
    )
    if as_json:
        from cnnquiz.exports.documents import document

        click.echo(document("listing", {noun: rows}), nl=False)
        return
    columns = list(zip(*(map(str, row.values()) for row in rows), strict=True))
    widths = [max(map(len, column)) for column in columns]
    for row in rows:
        cells = [str(cell).ljust(width) for cell, width in zip(row.values(), widths, strict=True)]
        click.echo("  ".join(cells).rstrip())


def _topics(folder: Path | None) -> list[dict[str, object]]:
    from cnnquiz.bank.bank import open_bank

    bank = open_bank(folder)
    return [{"name": topic, "questions": len(bank.select([topic]))} for topic in bank.topics]


def _questions(folder: Path | None) -> list[dict[str, object]]:
    from cnnquiz.bank.bank import open_bank
    from cnnquiz.problems.draw import space_size

    return [
        {
            "id": question.id,
            "kind": question.kind,
            "difficulty": question.difficulty,
            "problems": space_size(question),
            "topics": " ".join(question.topics),
        }
        for question in open_bank(folder).questions
    ]


def _networks(_folder: Path | None) -> list[dict[str, object]]:
    from cnnquiz.bank.networks import load_network, network_names

    networks = map(load_network, network_names())
    return [{"name": n.name, "input": str(n.input_shape), "parameters": n.parameters, "macs": n.macs} for n in networks]


def _exercises(folder: Path | None) -> list[dict[str, object]]:
    from cnnquiz.bank.exercise import load_exercises

    return [
        {"name": e.name, "class": e.entry, "input": "x".join(map(str, e.input_shape)), "points": sum(e.points.values())}
        for e in load_exercises(folder)
    ]
