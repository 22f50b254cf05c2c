"""The name of an installed question bank goes in; its folder comes out.

A package ships a bank by an entry point of the group `cnnquiz.banks`. Its value is a package, whose folder is the bank.
"""

from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

from cnnquiz.errors import UsageError

GROUP = "cnnquiz.banks"


def installed_banks() -> tuple[str, ...]:
    """The names of all installed banks."""
    return tuple(sorted(entry_points(group=GROUP).names))


def installed_bank(name: str) -> Path:
    """The folder of one installed bank; UsageError names those that are installed.

    Nothing of the package is run; only where its name has a dot, the package that it is in.
    """
    found = {entry.value: entry for entry in entry_points(group=GROUP, name=name)}
    if not found:
        names = installed_banks()
        installed = f"an installed bank: {', '.join(names)}" if names else "an installed bank; none is installed"
        raise UsageError(f"no question bank {name!r} (expected a folder, a file of questions, or {installed})")
    if len(found) > 1:
        raise UsageError(f"several packages ship a bank {name!r}: {', '.join(sorted(found))} (expected one of them)")
    (entry,) = found.values()
    for folder in _folders(entry):
        if (folder / "questions").is_dir():
            return folder
    problem = f"the installed bank {name!r}: the package {entry.value!r} has no folder 'questions'"
    raise UsageError(f"{problem} (expected {name} = PACKAGE, which is a question bank)")


def _folders(entry: EntryPoint) -> list[Path]:
    """Where the package is; a package without code may lie in several folders."""
    try:
        spec = find_spec(entry.value)
    except (ImportError, ValueError):  # a package around it is missing; no name of a package
        return []
    return [Path(folder) for folder in (spec.submodule_search_locations or ())] if spec else []
