"""An exception goes in; what its student may read comes out: type, message, frames of their own file."""

import linecache
from traceback import walk_tb
from typing import Any

import torch

MOST_FRAMES = 20
MOST_CHARACTERS = 1000


def described(error: BaseException, file_name: str) -> dict[str, Any]:
    """Plain data about an exception; nothing in it is believed by the parent."""
    return {
        "exception": type(error).__name__[:MOST_CHARACTERS],
        "message": _message(error)[:MOST_CHARACTERS],
        "frames": _frames(error, file_name)[-MOST_FRAMES:],
        "hint": _hint(error),
    }


def _hint(error: BaseException) -> str:
    """What the module did that the message does not say.

    "no_init": it used itself before super().__init__(). "module_for_tensor": a layer was built with a tensor as its
    setting and handed on in the tensor's place.
    """
    found = [value for frame, _ in walk_tb(error.__traceback__) for value in frame.f_locals.values()]
    modules = [vars(value) for value in found if isinstance(value, torch.nn.Module)]
    if any("_parameters" not in attributes for attributes in modules):
        return "no_init"
    settings = [value for attributes in modules for value in attributes.values()]
    return "module_for_tensor" if any(type(value) is torch.Tensor for value in settings) else ""


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
