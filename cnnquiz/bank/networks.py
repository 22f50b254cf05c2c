"""Recorded networks by name, as the files of question_bank/networks/."""

from functools import cache
from pathlib import Path

from cnnquiz.bundled import bundled_path
from cnnquiz.cnn import Network
from cnnquiz.cnn.stored import from_json
from cnnquiz.errors import BankError, NetworkError, UsageError


def network_folder() -> Path:
    """Where the recorded networks that ship with the package are."""
    return bundled_path("question_bank") / "networks"


@cache
def network_names() -> tuple[str, ...]:
    """Names of the recorded networks that ship with the package."""
    return tuple(sorted(path.stem for path in network_folder().glob("*.json")))


@cache
def load_network(name: str) -> Network:
    """A recorded network by name; UsageError names those that exist."""
    if name not in network_names():
        raise UsageError(f"network {name!r} is not recorded (expected one of {', '.join(network_names())})")
    return read_network(network_folder() / f"{name}.json")


def read_network(path: Path) -> Network:
    """The network of one file; BankError where it is not one that was recorded."""
    try:
        return from_json(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, NetworkError) as error:
        raise BankError(path, 1, str(error), expected="a file that 'cnnquiz bank record' wrote") from error
