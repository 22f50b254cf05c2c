"""What a fork server could apply goes in; what that enforces, what it leaves open and why comes out.

A level is a row of LEVELS, strongest first, and a row of the child's `lockdown.MECHANISMS`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cnnquiz.errors import GradingError


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A combination of kernel mechanisms."""

    kind: str
    name: str
    enforced: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolation:
    """What holds on this machine; `reason` says why it is not a stronger level, if there is one."""

    kind: str
    name: str
    enforced: tuple[str, ...]
    missing: tuple[str, ...]
    reason: str


BUBBLEWRAP = Level(
    kind="bubblewrap",
    name="strong (bubblewrap, Landlock, seccomp)",
    enforced=("reading files", "writing files", "network", "processes", "signals", "memory", "time"),
    missing=(),
)
LANDLOCK = Level(
    kind="landlock",
    name="strong without namespaces (Landlock, seccomp)",
    enforced=("reading files", "writing files", "network", "processes", "signals", "memory", "time"),
    missing=("a submission can ask whether a path that it knows exists",),
)
SECCOMP = Level(
    kind="seccomp",
    name="limited (seccomp only)",
    enforced=("writing files", "network", "processes", "signals", "memory", "time"),
    missing=("a submission can read every file that you can read, also your solutions",),
)
BASIC = Level(
    kind="basic",
    name="basic (a process of its own)",
    enforced=("time", "memory of one process"),
    missing=("reading files", "writing files", "network", "processes", "signals"),
)
FRESH_MISSING = ("memory", *BASIC.missing)

LEVELS = (BUBBLEWRAP, LANDLOCK, SECCOMP, BASIC)
STRENGTH = tuple(level.kind for level in LEVELS)


def isolation(
    kind: str, *, refused: Mapping[str, str], landlock_version: int, bubblewrap_version: str = ""
) -> Isolation:
    """The isolation of workers at a level, where stronger ones were refused for the reasons given.

    Bubblewrap hides files also where the kernel has no Landlock, that is version 0.
    """
    level = LEVELS[STRENGTH.index(kind)]
    landlock = f"Landlock {landlock_version}, " if landlock_version else ""
    name = level.name.replace("Landlock, ", landlock)
    if bubblewrap_version:
        name = name.replace("bubblewrap", f"bubblewrap {bubblewrap_version}")
    return Isolation(
        kind=kind,
        name=name,
        enforced=level.enforced,
        missing=level.missing,
        reason="; ".join(f"{stronger}: {problem}" for stronger, problem in refused.items()),
    )


def without_fork(platform: str) -> Isolation:
    """The isolation of a fresh interpreter for each submission, on platforms other than Linux."""
    return Isolation(
        kind=BASIC.kind,
        name=f"basic ({platform})",
        enforced=("time",),
        missing=FRESH_MISSING,
        reason=f"stronger levels need Linux 5.3 or newer, this is {platform}",
    )


def require(found: Isolation, at_least: str) -> None:
    """Raise GradingError if this machine isolates less than asked for."""
    if STRENGTH.index(found.kind) > STRENGTH.index(at_least):
        open_doors = "; ".join(found.missing)
        because = f"; {found.reason}" if found.reason else ""
        raise GradingError(
            f"isolation: {found.name} leaves open: {open_doors}{because} (expected at least level {at_least!r})"
        )
