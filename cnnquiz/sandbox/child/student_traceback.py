"""An exception goes in; what its student may read comes out: type, message, frames of their own file."""

import linecache
from traceback import walk_tb
from typing import Any

MOST_FRAMES = 20
MOST_CHARACTERS = 1000


def described(error: BaseException, file_name: str) -> dict[str, Any]:
    """Plain data about an exception; nothing in it is believed by the parent."""
    return {
        "exception": type(error).__name__[:MOST_CHARACTERS],
        "message": _message(error)[:MOST_CHARACTERS],
        "frames": _frames(error, file_name)[-MOST_FRAMES:],
    }


def _message(error: BaseException) -> str:
    try:
        if isinstance(error, SyntaxError):
            return str(error.msg)
        return str(error)
    except BaseException:  # __str__ of a student's own exception
        return "(this exception cannot be printed)"


def _frames(error: BaseException, file_name: str) -> list[dict[str, Any]]:
    frames = [
        _frame(file_name, line, frame.f_code.co_name)
        for frame, line in walk_tb(error.__traceback__)
        if frame.f_code.co_filename == file_name
    ]
    if isinstance(error, SyntaxError) and error.filename == file_name:
        frames.append(_frame(file_name, error.lineno or 0, ""))
    return frames


def _frame(file_name: str, line: int, function: str) -> dict[str, Any]:
    source = linecache.getline(file_name, line).strip()
    return {"line": line, "function": function, "source": source[:MOST_CHARACTERS]}
