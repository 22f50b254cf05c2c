"""An exception goes in; what its student may read comes out: type, message, frames of their own file."""

import dis
import linecache
import os
from traceback import walk_tb
from types import FrameType
from typing import Any

import torch

MOST_FRAMES = 20
MOST_CHARACTERS = 1000

# Lines that belong at the top of a file, whatever they raise there.
DEFINITIONS = ("class ", "def ", "async ", "@", "import ", "from ")
TORCH_CUDA = os.path.join(os.path.dirname(torch.cuda.__file__), "")


def described(error: BaseException, file_name: str) -> dict[str, Any]:
    """Plain data about an exception; nothing in it is believed by the parent.

    `call` is what the recorder put beside it, where a tensor call raised while it watched.
    """
    hint, line = _hint(error, file_name)
    return {
        "exception": type(error).__name__[:MOST_CHARACTERS],
        "message": _message(error)[:MOST_CHARACTERS],
        "frames": _frames(error, file_name)[-MOST_FRAMES:],
        "hint": hint,
        "hint_line": line,
        "call": vars(error).get("failed_call"),
    }


def _hint(error: BaseException, file_name: str) -> tuple[str, int | None]:
    """What the submission did that the message does not say, and the line where, if it is another one.

    "no_init": a module used itself before super().__init__(). "at_import": the code that is no definition runs when
    the file is loaded. "module_for_tensor": a layer was built with a tensor as its setting and handed on in the
    tensor's place. "no_cuda": it asked for a GPU by name.
    """
    frames = [frame for frame, _ in walk_tb(error.__traceback__)]
    modules = [value for frame in frames for value in frame.f_locals.values() if isinstance(value, torch.nn.Module)]
    if any("_parameters" not in vars(module) for module in modules):
        return "no_init", None
    own = _frames(error, file_name)
    at_top = bool(own) and own[-1]["function"] == "<module>" and not own[-1]["source"].startswith(DEFINITIONS)
    if at_top and not isinstance(error, (ImportError, SyntaxError, NameError)):
        return "at_import", None
    for module in modules:
        if type(module).__module__.startswith("torch.nn") and any(
            type(v) is torch.Tensor for v in vars(module).values()
        ):
            return "module_for_tensor", _line_of_assignment(module, frames, file_name)
    return ("no_cuda" if any(frame.f_code.co_filename.startswith(TORCH_CUDA) for frame in frames) else ""), None


def _line_of_assignment(module: torch.nn.Module, frames: list[FrameType], file_name: str) -> int | None:
    """Where the student's code last put a module into the local variable that holds it."""
    for frame in frames:
        names = {name for name, value in frame.f_locals.items() if value is module}
        if frame.f_code.co_filename == file_name and names:
            stores = [each for each in dis.get_instructions(frame.f_code) if each.opname.startswith("STORE_FAST")]
            # Python 3.13 stores two variables at once; the argument then is both their names.
            found = [each for each in stores if any(name in str(each.argval).split("'") for name in names)]
            lines = [each.positions.lineno or 0 for each in found if each.positions]
            return max((line for line in lines if line < frame.f_lineno), default=None)
    return None


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
