"""What can go wrong with a submission's process, as exceptions that a student can read."""

import signal
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from cnnquiz.sandbox.child.no_network import MESSAGE as NO_NETWORK
from cnnquiz.sandbox.processes import End
from cnnquiz.sandbox.submission import printable
from cnnquiz.sandbox.tensors import TensorType

Kind = Literal["raised", "crash", "exit", "timeout", "memory", "flood", "protocol", "entry"]
Hint = Literal["no_init", "at_import", "module_for_tensor", "no_cuda"]
HINTS: tuple[Hint, ...] = get_args(Hint)
Origin = Literal["input", "weight", "made", "other"]
ORIGINS: tuple[Origin, ...] = get_args(Origin)

GIB = 1 << 30
MOST_FRAMES = 20
MOST_CHARACTERS = 1000
MOST_OPERANDS = MOST_SIZES = 16
LARGEST_SIZE = 1 << 40
ALLOCATION_FAILURES = ("can't allocate memory", "not enough memory", "bad_alloc", "Cannot allocate memory")


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentFrame:
    """One line of the student's own file in a traceback; all text is safe to print."""

    file_name: str
    line: int
    function: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operand:
    """A tensor that a call was given; its shape keeps the batch.

    `name` is that of the parameter or buffer, or of the module or function that made the tensor; `function` is the last
    call that did, and `line` the one where it stands, where no module is named.
    """

    origin: Origin
    shape: tuple[int, ...]
    name: str = ""
    function: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedCall:
    """A call of a tensor function that raised: its operands, and other whole numbers that it was given, in order.

    `module` is the submodule that made the call, empty for the network itself; `batch` is how many images it was given.
    """

    function: str
    module: str
    batch: int
    operands: tuple[Operand, ...]
    sizes: tuple[int, ...]


class WorkerFault(Exception):  # noqa: N818 - the fault of a submission, no error of ours
    """The submission did not answer: it raised, crashed, ended, took too much, or spoke nonsense."""

    def __init__(
        self,
        kind: Kind,
        message: str,
        *,
        exception: str = "",
        frames: Sequence[StudentFrame] = (),
        hint: Hint | None = None,
        hint_line: int | None = None,
        call: FailedCall | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.exception = exception
        self.frames = tuple(frames)
        self.hint = hint
        self.hint_line = hint_line
        self.call = call


class WrongOutput(Exception):  # noqa: N818 - a finding, no error of ours
    """forward() returned something else than tensors of the expected shapes and dtypes."""

    def __init__(self, message: str, *, actual: Sequence[TensorType], expected: Sequence[TensorType]) -> None:
        super().__init__(message)
        self.message = message
        self.actual = tuple(actual)
        self.expected = tuple(expected)


def wrong_output(
    actual: Sequence[TensorType], expected: Sequence[TensorType], *, not_a_tensor: str | None = None
) -> WrongOutput | None:
    """The first difference between what forward() returned and what it should have, or None."""
    message = None
    if not_a_tensor is not None:
        message = f"returned {printable(not_a_tensor, 100)}, expected {_count(expected)}"
    elif len(actual) != len(expected):
        message = f"returned {_count(actual)}, expected {_count(expected)}"
    else:
        for ours, theirs in zip(expected, actual, strict=True):
            if theirs.shape != ours.shape:
                message = f"returned shape {theirs.shape}, expected {ours.shape}"
                break
            if theirs.dtype != ours.dtype:
                message = f"returned dtype {printable(theirs.dtype, 40)}, expected {ours.dtype}"
                break
    return None if message is None else WrongOutput(f"forward() {message}", actual=actual, expected=expected)


def reported_fault(error: Any, file_name: str, *, memory_bytes: int) -> WorkerFault:
    """The fault that a worker reported about its submission; its text is a claim, made safe to print."""
    try:
        exception, message = _text(error["exception"]), _text(error["message"])
        frames = [_frame(frame, file_name) for frame in error["frames"][:MOST_FRAMES]]
        hint = next((known for known in HINTS if error.get("hint") == known), None)
        hint_line = _line(error.get("hint_line"))
        call = None if error.get("call") is None else _call(error["call"])
    except (AttributeError, KeyError, TypeError):
        return malformed_answer()
    if error.get("kind") == "entry":
        return WorkerFault("entry", message)
    place = f" (line {frames[-1].line})" if frames else ""
    if exception == "SystemExit":
        text = f"the submission ended itself with exit({message}) before answering{place}"
        return WorkerFault("exit", text, exception=exception, frames=frames)
    if exception == "MemoryError" or any(hint in message for hint in ALLOCATION_FAILURES):
        text = f"used more than {memory_bytes / GIB:.1f} GiB of memory{place}"
        return WorkerFault("memory", text, exception=exception, frames=frames)
    if NO_NETWORK in message:
        return WorkerFault("raised", NO_NETWORK + place, exception=exception, frames=frames, hint=hint)
    text = f"{exception}: {message}" if message else exception
    return WorkerFault(
        "raised", text + place, exception=exception, frames=frames, hint=hint, hint_line=hint_line, call=call
    )


def fault_of_end(end: End, *, doing: str, cpu_limit: float) -> WorkerFault:
    """Why a process that nobody stopped is gone."""
    if end.exit_code >= 0:
        return WorkerFault("exit", f"the process ended by itself (exit code {end.exit_code}) before answering")
    number = -end.exit_code
    if number == signal.SIGXCPU or (number == signal.SIGKILL and end.cpu_seconds >= cpu_limit):
        return WorkerFault("timeout", f"used more than {cpu_limit:g} s of CPU time in {doing}")
    if number == signal.SIGKILL:
        return WorkerFault("memory", f"was killed in {doing}, most likely for using too much memory")
    name = (signal.strsignal(number) or f"signal {number}").lower()
    return WorkerFault("crash", f"crashed ({name}) in {doing}")


def malformed_answer() -> WorkerFault:
    """An answer that no honest worker sends."""
    return WorkerFault("protocol", "the submission's process sent a malformed answer")


def _frame(frame: Any, file_name: str) -> StudentFrame:
    if type(frame["line"]) is not int or frame["line"] < 0:
        raise TypeError("line")
    return StudentFrame(
        file_name=printable(file_name, MOST_CHARACTERS),
        line=frame["line"],
        function=_text(frame["function"]),
        source=_text(frame["source"]),
    )


def _call(call: Any) -> FailedCall:
    return FailedCall(
        function=_text(call["function"]),
        module=_text(call["module"]),
        batch=_size(call["batch"]),
        operands=tuple(_operand(operand) for operand in call["operands"][:MOST_OPERANDS]),
        sizes=tuple(_size(size, least=-LARGEST_SIZE) for size in call["sizes"][:MOST_SIZES]),
    )


def _operand(operand: Any) -> Operand:
    return Operand(
        origin=next((known for known in ORIGINS if operand.get("kind") == known), "other"),
        shape=tuple(_size(size) for size in operand["shape"][:MOST_SIZES]),
        name=_text(operand.get("name", "")),
        function=_text(operand.get("function", "")),
        line=_line(operand.get("line")),
    )


def _size(value: Any, least: int = 0) -> int:
    if type(value) is not int or not least <= value <= LARGEST_SIZE:
        raise TypeError("size")
    return value


def _line(value: Any) -> int | None:
    return None if value is None else _size(value)


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError("text")
    return printable(value, MOST_CHARACTERS)


def _count(types: Sequence[TensorType]) -> str:
    return f"{len(types)} tensor" + ("s" if len(types) != 1 else "")
