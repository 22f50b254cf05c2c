"""Which paths may be read goes in; a Landlock ruleset that forbids every other access to files comes out.

Landlock does not cover stat, chmod, signals or UDP on all kernels; the seccomp filter does, except for stat.
"""

import ctypes
import os
import stat
import struct
from collections.abc import Iterable

from .kernel import system_call

# The same numbers on every architecture.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
ASK_VERSION = 1
RULE_PATH_BENEATH = 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REFER, TRUNCATE, IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
FIRST_RIGHTS = (1 << 13) - 1
FILE_RIGHTS = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV

READ = READ_FILE | READ_DIR | EXECUTE
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom")


def version() -> int:
    """The kernel's Landlock version; OSError where it has none."""
    return system_call("landlock_create_ruleset", CREATE_RULESET, None, ctypes.c_size_t(0), ASK_VERSION)


def ruleset(readable: Iterable[str]) -> int:
    """A file descriptor of rules: read beneath `readable`, use /dev/null and its like, nothing else."""
    rights, descriptor = _empty_ruleset(version())
    for path in readable:
        _allow(descriptor, path, READ & rights)
    for path in DEVICES:
        _allow(descriptor, path, (READ_FILE | WRITE_FILE) & rights)
    return descriptor


def restrict(descriptor: int) -> None:
    """Put this process under the ruleset, for good."""
    system_call("landlock_restrict_self", RESTRICT_SELF, descriptor, 0)


def _empty_ruleset(abi: int) -> tuple[int, int]:
    rights = FIRST_RIGHTS
    rights |= REFER if abi >= 2 else 0
    rights |= TRUNCATE if abi >= 3 else 0
    rights |= IOCTL_DEV if abi >= 5 else 0
    tcp_bind_and_connect = 3 if abi >= 4 else 0
    abstract_sockets_and_signals = 3 if abi >= 6 else 0
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    attributes = struct.pack("<QQQ", rights, tcp_bind_and_connect, abstract_sockets_and_signals)[:size]
    descriptor = system_call("landlock_create_ruleset", CREATE_RULESET, attributes, ctypes.c_size_t(size), 0)
    return rights, descriptor


def _allow(descriptor: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # a path that this user cannot reach needs no rule
        return
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= FILE_RIGHTS
        rule = struct.pack("<Qi", rights, place)
        system_call(f"landlock_add_rule {path}", ADD_RULE, descriptor, RULE_PATH_BENEATH, rule, 0)
    finally:
        os.close(place)
