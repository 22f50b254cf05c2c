"""`cnnquiz doctor`: what this machine has and enforces."""

import click

from cnnquiz import __version__
from cnnquiz.cli.options import json_option
from cnnquiz.errors import GradingError


@click.command()
@json_option
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Say what this machine has and how safely it can run submissions.

    Leaves with exit code 3 if it cannot grade.
    """
    import platform
    import shutil
    from importlib.metadata import version

    facts = {
        "cnnquiz": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        **{library: version(library) for library in ("torch", "torchvision", "numpy", "click", "jinja2", "pyyaml")},
        "gpu": _gpu(),
        "bubblewrap": shutil.which("bwrap") or "not installed",
    }
    healthy = True
    try:
        from cnnquiz.grading.grade import open_sandbox

        with open_sandbox() as sandbox:
            found = sandbox.isolation
        facts |= {
            "isolation": found.name,
            "enforced": ", ".join(found.enforced),
            "not enforced": ", ".join(found.missing) or "nothing",
            "reason": found.reason or "the strongest level",
        }
    except GradingError as error:
        facts["isolation"] = f"none: {error}"
        healthy = False
    if as_json:
        from cnnquiz.exports.documents import document

        click.echo(document("listing", {"doctor": facts}), nl=False)
    else:
        width = max(map(len, facts))
        for name, fact in facts.items():
            click.echo(f"{name.ljust(width)}  {fact}")
    context.exit(0 if healthy else 3)


def _gpu() -> str:
    from cnnquiz.tracing.torch_machine import cuda_devices

    return ", ".join(cuda_devices()) or "none"
