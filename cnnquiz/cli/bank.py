"""`cnnquiz bank`: what an author of questions needs."""

import click

from cnnquiz.cli.bank_check import check
from cnnquiz.cli.bank_coverage import coverage
from cnnquiz.cli.bank_new import new
from cnnquiz.cli.bank_preview import preview
from cnnquiz.cli.bank_record import record


@click.group()
def bank() -> None:
    """Work on the question bank."""


for command in (check, preview, new, coverage, record):
    bank.add_command(command)
