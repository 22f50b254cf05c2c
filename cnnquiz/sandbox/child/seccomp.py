"""An allow-list of system calls goes in; an irrevocable filter on this process comes out.

What is not listed in system_calls.json fails with EPERM: starting programs and processes, threads, sockets,
changing files, memory outside RLIMIT_AS (memfd, shm), io_uring. Some listed calls are allowed for certain
arguments only.
"""

import ctypes
import errno
import json
import os
import platform
import struct
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from .kernel import PR_SET_SECCOMP, prctl

SECCOMP_MODE_FILTER = 2
ALLOW, FAIL, KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000
X32_CALLS = 0x40000000

LOAD, IF_EQUAL, IF_AT_LEAST, IF_ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER_AT, ARCHITECTURE_AT, ARGUMENTS_AT = 0, 4, 16

PRCTL_HARMLESS = (3, 15, 16, 21, 23, 39, 0x53564D41)  # GET_DUMPABLE, SET_NAME … GET_NO_NEW_PRIVS, SET_VMA
IOCTL_HARMLESS = (
    0x5401,
    0x5413,
    0x541B,
    0x5421,
    0x5450,
    0x5451,
)  # TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FI(O)NCLEX
FCNTL_FORBIDDEN = (8, 10, 15, 1024, 1026, 1031)  # SETOWN, SETSIG, SETOWN_EX, SETLEASE, NOTIFY, SETPIPE_SZ
CHANGING_OPEN = 0o3 | 0o100 | 0o1000 | 0o20000000  # O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_TMPFILE

NOBODYS_PID = 0x7FFFFFFF
"""Stands for the own process in a filter that is built before that process exists."""

Instructions = list[bytes]


class Program(ctypes.Structure):
    """struct sock_fprog"""

    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p)]


def install() -> None:
    """Filter the system calls of this process; needs no_new_privs. OSError where that cannot be done."""
    code = program(platform.machine())
    memory = ctypes.create_string_buffer(code, len(code))
    argument = Program(len(code) // 8, ctypes.cast(memory, ctypes.c_void_p))
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(argument))


def program(machine: str) -> bytes:
    """The filter in classic BPF for this process on a machine such as x86_64; OSError for others.

    Most of it is built once: a process forked after the first call has only its own number to put in.
    """
    return _template(machine).replace(_if_process(NOBODYS_PID), _if_process(os.getpid()))


@cache
def _template(machine: str) -> bytes:
    tables = json.loads(_TABLES)
    if machine not in tables:
        raise OSError(errno.ENOSYS, f"no system call table for {machine}")
    conditions = _conditions()
    instructions = [
        _load(ARCHITECTURE_AT),
        _if(IF_EQUAL, tables[machine]["audit_arch"], 1, 0),
        _return(KILL_PROCESS),
    ]
    instructions += [_load(NUMBER_AT)]
    if machine == "x86_64":
        instructions += [_if(IF_AT_LEAST, X32_CALLS, 0, 1), _return(KILL_PROCESS)]
    for name, number in tables[machine]["numbers"].items():
        body = conditions.get(name, [_return(ALLOW)])
        instructions += [_if(IF_EQUAL, number, 0, len(body)), *body]
    return b"".join([*instructions, _fail(errno.EPERM)])


def _conditions() -> dict[str, Instructions]:
    """Bodies for calls that are allowed for some arguments only; each ends in a return."""
    only_self = [*_argument(0), _if_process(NOBODYS_PID), _return(ALLOW), _fail(errno.EPERM)]
    return {
        "clone": [_fail(errno.EPERM)],
        "clone3": [_fail(errno.ENOSYS)],  # glibc then falls back to clone; EPERM breaks it
        "kill": only_self,
        "tgkill": only_self,
        "tkill": [_fail(errno.EPERM)],
        "prctl": _only(0, PRCTL_HARMLESS, otherwise=errno.EPERM),
        "ioctl": _only(1, IOCTL_HARMLESS, otherwise=errno.ENOTTY),
        "fcntl": _none_of(1, FCNTL_FORBIDDEN),
        "prlimit64": _only_null(2),
        "open": _no_bit(1, CHANGING_OPEN),
        "openat": _no_bit(2, CHANGING_OPEN),
    }


def _only(argument: int, values: Sequence[int], *, otherwise: int) -> Instructions:
    tests = [_if(IF_EQUAL, value, len(values) - i, 0) for i, value in enumerate(values)]
    return [*_argument(argument), *tests, _fail(otherwise), _return(ALLOW)]


def _none_of(argument: int, values: Sequence[int]) -> Instructions:
    tests = [_if(IF_EQUAL, value, len(values) - i, 0) for i, value in enumerate(values)]
    return [*_argument(argument), *tests, _return(ALLOW), _fail(errno.EPERM)]


def _no_bit(argument: int, bits: int) -> Instructions:
    return [*_argument(argument), _if(IF_ANY_BIT, bits, 0, 1), _fail(errno.EACCES), _return(ALLOW)]


def _only_null(argument: int) -> Instructions:
    high = _load(ARGUMENTS_AT + 8 * argument + 4)
    either_half = [_if(IF_EQUAL, 0, 0, 3), high, _if(IF_EQUAL, 0, 0, 1)]
    return [*_argument(argument), *either_half, _return(ALLOW), _fail(errno.EPERM)]


def _argument(index: int) -> Instructions:
    return [_load(ARGUMENTS_AT + 8 * index)]


def _load(offset: int) -> bytes:
    return struct.pack("<HBBI", LOAD, 0, 0, offset)


def _if(test: int, value: int, skip_if_true: int, skip_if_false: int) -> bytes:
    return struct.pack("<HBBI", test, skip_if_true, skip_if_false, value)


def _if_process(pid: int) -> bytes:
    return _if(IF_EQUAL, pid, 0, 1)


def _return(action: int) -> bytes:
    return struct.pack("<HBBI", RETURN, 0, 0, action)


def _fail(number: int) -> bytes:
    return _return(FAIL | number)


# Read at import: when the filter is built, files can no longer be opened.
_TABLES = Path(__file__).with_name("system_calls.json").read_text()
