"""`cnnquiz bank record`: the networks of solutions/, run by torch and stored as data."""

import click


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; leave with exit code 1 if a file is stale.")
@click.pass_context
def record(context: click.Context, check: bool) -> None:
    """Record the networks of solutions/ anew into question_bank/networks/."""
    from cnnquiz.bank.networks import network_folder
    from cnnquiz.cli.writing import write_file

    folder, texts = network_folder(), recordings()
    stale = stale_files(texts)
    for name in stale:
        click.echo(f"{folder / name}: {'stale' if check else 'written' if name in texts else 'removed'}")
        if check:
            continue
        if name in texts:
            write_file(folder / name, texts[name], force=True)
        else:
            (folder / name).unlink()
    context.exit(1 if check and stale else 0)


def recordings() -> dict[str, str]:
    """What running each solution gives now, by the name of its file."""
    from cnnquiz.cnn.stored import to_json
    from cnnquiz.tracing.solutions import load_solutions

    return {f"{solution.name}.json": to_json(solution.record()) for solution in load_solutions()}


def stale_files(texts: dict[str, str]) -> list[str]:
    """The stored recordings that are not what running the solutions gives."""
    from cnnquiz.bank.networks import network_folder

    stored = {path.name: path.read_text(encoding="utf-8") for path in sorted(network_folder().glob("*.json"))}
    return sorted(name for name in texts.keys() | stored.keys() if texts.get(name) != stored.get(name))
