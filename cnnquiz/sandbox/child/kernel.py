"""Kernel calls that Python does not offer: numbers go in, a result or a named OSError comes out."""

import ctypes
import os
from contextlib import suppress

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4

_libc = ctypes.CDLL(None, use_errno=True)


def system_call(name: str, number: int, *arguments: object) -> int:
    """Call the kernel by number."""
    return _checked(name, _libc.syscall(ctypes.c_long(number), *arguments))


def prctl(option: int, *arguments: int) -> int:
    """Change a property of this process; see prctl(2)."""
    padded = [*arguments, 0, 0, 0, 0][:4]
    return _checked(f"prctl({option})", _libc.prctl(option, *map(ctypes.c_ulong, padded)))


def memory_advice(start: int, size: int, advice: int) -> int:
    """Say how a stretch of this process's memory will be used; see madvise(2)."""
    return _checked(f"madvise({advice})", _libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(size), advice))


def drop_every_capability() -> None:
    """Give up all capabilities for good, also those that a later execve could bring back."""
    with suppress(OSError):  # not privileged to begin with, or past the last capability
        for capability in range(64):
            prctl(PR_CAPBSET_DROP, capability)
    with suppress(OSError):  # kernels before 4.3 have no ambient set
        prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    version_3 = (0x20080522).to_bytes(4, "little") + bytes(4)
    _checked("capset", _libc.capset(ctypes.c_char_p(version_3), ctypes.c_char_p(bytes(24))))


def _checked(name: str, result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result
