"""A path goes in, a submission's bytes come out; student text goes in, text safe to print comes out."""

import os
import stat

from cnnquiz.errors import UsageError
from cnnquiz.sandbox.limits import LIMITS

# Windows has no FIFOs and its links need privileges; there the others of these names are missing.
_FLAGS = sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))


class SubmissionError(UsageError):
    """A submission that cannot be read as a file of source code."""


def read_submission(path: str | os.PathLike[str], *, source_bytes: int = LIMITS.source_bytes) -> bytes:
    """Read a regular file that is no link and not too large. Raises SubmissionError, which names the path.

    A student chose what lies at the path: a FIFO would block, a link would show another file.
    """
    shown = printable(os.fspath(path), 300)
    try:
        descriptor = os.open(path, os.O_RDONLY | _FLAGS)
    except OSError as error:
        problem = "is a symbolic link" if os.path.islink(path) else (error.strerror or "cannot be read").lower()
        raise SubmissionError(f"{shown}: {problem} (expected a regular file)") from error
    except ValueError as error:
        raise SubmissionError(f"{shown}: {error} (expected the path of a file)") from error
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise SubmissionError(f"{shown}: is not a regular file (expected a file of Python source code)")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            source = file.read(source_bytes + 1)
    finally:
        os.close(descriptor)
    if len(source) > source_bytes:
        raise SubmissionError(f"{shown}: is too large (expected at most {source_bytes >> 10} KiB)")
    return source


def printable(text: str, limit: int, *, multiline: bool = False) -> str:
    """Text that cannot move the cursor, reverse the line or imitate other output: the rest is escaped.

    At most `limit` characters of the text are kept. With `multiline`, line ends and tabs stay as they are.
    """
    kept = "\n\t" if multiline else ""
    return "".join(
        character if character.isprintable() or character in kept else _escaped(character) for character in text[:limit]
    )


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "backslashreplace").decode("ascii")
