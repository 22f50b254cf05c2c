"""`cnnquiz bank`: what an author of questions needs."""

import click


@click.group()
def bank() -> None:
    """Work on the question bank."""


@bank.command()
@click.option("--check", is_flag=True, help="Write nothing; leave with exit code 1 if a file is stale.")
@click.pass_context
def record(context: click.Context, check: bool) -> None:
    """Record the networks of solutions/ anew into question_bank/networks/."""
    from cnnquiz.bank.records import network_folder
    from cnnquiz.cli.writing import write_file
    from cnnquiz.cnn.stored import to_json
    from cnnquiz.tracing.solutions import load_solutions

    folder = network_folder()
    texts = {f"{solution.name}.json": to_json(solution.record()) for solution in load_solutions()}
    stored = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.json"))}
    stale = sorted(name for name in texts.keys() | stored.keys() if texts.get(name) != stored.get(name))
    for name in stale:
        click.echo(f"{folder / name}: {'stale' if check else 'written' if name in texts else 'removed'}")
        if check:
            continue
        if name in texts:
            write_file(folder / name, texts[name], force=True)
        else:
            (folder / name).unlink()
    context.exit(1 if check and stale else 0)
