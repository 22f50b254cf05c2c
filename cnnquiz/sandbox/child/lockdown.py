"""The irreversible steps from a forked process to one that may run a submission: all of them, in order.

Each step needs those before it and must not need those after it.
"""

import fcntl
import os
import resource
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from . import landlock, seccomp
from .kernel import PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, PR_SET_PDEATHSIG, drop_every_capability, prctl

CHANNEL = 3
"""The descriptor on which a worker talks to the parent."""

NOBODY = 65534
MECHANISMS: Mapping[str, Sequence[str]] = {
    "bubblewrap": ("landlock", "seccomp"),  # Landlock where the kernel has it: the namespaces are there already
    "landlock": ("landlock", "seccomp"),
    "seccomp": ("seccomp",),
    "basic": (),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lockdown:
    """What is taken from a worker, at which isolation level."""

    level: str
    ruleset: int | None
    address_space: int
    cpu_seconds: int

    def apply(self, *, channel: int, output: int, server: int) -> None:
        """Turn this process, just forked by `server`, into a worker with only its channel and its output."""
        os.setsid()
        ruleset = _keep_only(channel, output, self.ruleset)
        limit_resources(address_space=self.address_space, cpu_seconds=self.cpu_seconds)
        if self.level != "basic":
            forbid_files()
        prctl(PR_SET_DUMPABLE, 0)
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != server:
            os._exit(1)
        prctl(PR_SET_NO_NEW_PRIVS, 1)
        if "landlock" in MECHANISMS[self.level] and ruleset is not None:
            landlock.restrict(ruleset)
        if ruleset is not None:
            os.close(ruleset)
        if "seccomp" in MECHANISMS[self.level]:
            seccomp.install()


def drop_privileges() -> None:
    """As root, become nobody if nobody can read this Python; drop every capability in any case.

    Staying uid 0 without capabilities is safe below Landlock and seccomp, which bind root too; a Python that
    its user cannot read (pyenv below /root) would lose every lazy import.
    """
    if os.getuid() == 0 and _nobody_can_read(sys.path):
        _become_nobody()
    drop_every_capability()


def limit_resources(*, address_space: int | None, cpu_seconds: int) -> None:
    """Set the limits that hold at every isolation level."""
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_CPU, cpu_seconds, cpu_seconds + 1)  # SIGKILL follows an ignored SIGXCPU
    if address_space is not None:
        _lower(resource.RLIMIT_AS, address_space)


def forbid_files() -> None:
    """Set the limits of a process that may write nothing."""
    _lower(resource.RLIMIT_FSIZE, 0)
    _lower(resource.RLIMIT_NOFILE, 64)
    _lower(resource.RLIMIT_STACK, 8 << 20)
    _lower(resource.RLIMIT_MEMLOCK, 0)
    _lower(resource.RLIMIT_MSGQUEUE, 0)
    _lower(resource.RLIMIT_SIGPENDING, 64)
    _lower(resource.RLIMIT_RTPRIO, 0)


def _keep_only(channel: int, output: int, ruleset: int | None) -> int | None:
    """Move the descriptors to 1, 2, CHANNEL and the one after it, and close every other one."""
    null = os.open("/dev/null", os.O_RDONLY)
    wanted = [null, output, output, channel, *([] if ruleset is None else [ruleset])]
    # Out of the way first: a target may be the source of another.
    spare = [fcntl.fcntl(descriptor, fcntl.F_DUPFD, 64) for descriptor in wanted]
    for target, descriptor in enumerate(spare):
        os.dup2(descriptor, target)
    os.closerange(len(spare), 4096)
    return None if ruleset is None else CHANNEL + 1


def _lower(kind: int, soft: int, hard: int | None = None) -> None:
    _, highest = resource.getrlimit(kind)
    hard = soft if hard is None else hard
    if highest != resource.RLIM_INFINITY:
        hard = min(hard, highest)
    resource.setrlimit(kind, (min(soft, hard), hard))


def _nobody_can_read(paths: Sequence[str]) -> bool:
    folders = [path for path in paths if os.path.isdir(path)]
    pid = os.fork()
    if pid == 0:
        try:
            _become_nobody()
            os._exit(0 if all(os.access(folder, os.R_OK | os.X_OK) for folder in folders) else 1)
        finally:
            os._exit(1)
    _, status = os.waitpid(pid, 0)
    return status == 0


def _become_nobody() -> None:
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
