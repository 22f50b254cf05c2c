"""Each way in which a submission can fail has its kind, and a message that its student can read."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from cnnquiz.sandbox import Sandbox, StudentFrame, WorkerFault
from cnnquiz.sandbox.faults import FailedCall, Operand, fault_of_end, reported_fault
from cnnquiz.sandbox.processes import End

Source = Callable[..., bytes]


def fault(sandbox: Sandbox, source: bytes, *, entry: str = "Net", forbidden: Sequence[str] = ()) -> WorkerFault:
    """Load a submission and run it once on two ones; the fault that comes of it."""
    with sandbox.worker() as worker:
        try:
            worker.load(source, file_name="submission.py", entry=entry, forbidden=forbidden)
            worker.run([np.ones(2, "float32")], mode="eval", seed=0, expected=[((2,), "float32")])
        except WorkerFault as found:
            return found
    return pytest.fail("the submission did not fail")


IN_FORWARD = [
    pytest.param(
        "1 // 0",
        "raised",
        "ZeroDivisionError: integer division or modulo by zero (line 9)",
        id="divides by 0",
    ),
    pytest.param("raise KeyboardInterrupt", "raised", "KeyboardInterrupt (line 9)", id="not even an Exception"),
    pytest.param(
        "class Odd(Exception):\n    def __str__(self): 1 // 0\nraise Odd",
        "raised",
        "Odd: (this exception cannot be printed) (line 11)",
        id="an exception that cannot be printed",
    ),
    pytest.param(
        "raise ValueError('\\x1b]0;title\\x07\\u202e')",
        "raised",
        "ValueError: \\x1b]0;title\\x07\\u202e (line 9)",
        id="a message full of terminal controls",
    ),
    pytest.param(
        "import sys; sys.exit(3)",
        "exit",
        "the submission ended itself with exit(3) before answering (line 9)",
        id="exits",
    ),
    pytest.param(
        "import os; os._exit(0)",
        "exit",
        "the process ended by itself (exit code 0) before answering",
        id="exits without cleaning up",
    ),
    pytest.param(
        "import ctypes; ctypes.string_at(0)",
        "crash",
        "crashed (segmentation fault) in forward",
        id="reads address 0",
    ),
    pytest.param("import os; os.abort()", "crash", "crashed (aborted) in forward", id="aborts"),
    pytest.param(
        "import os; os.kill(os.getpid(), 9)",
        "memory",
        "was killed in forward, most likely for using too much memory",
        id="killed as if out of memory",
    ),
    pytest.param(
        "return torch.zeros(50 << 30, dtype=torch.uint8)",
        "memory",
        "used more than 2.0 GiB of memory (line 9)",
        id="a tensor of 50 GiB",
    ),
    pytest.param(
        "torch.empty(1 << 30, dtype=torch.uint8); return torch.zeros(3 << 30, dtype=torch.uint8)",
        "memory",
        "used more than 2.0 GiB of memory (line 9)",
        id="1 GiB is allowed, 3 are not",
    ),
    pytest.param(
        "return bytearray(50 << 30)",
        "memory",
        "used more than 2.0 GiB of memory (line 9)",
        id="50 GiB of bytes",
    ),
    pytest.param(
        "import urllib.request\nurllib.request.urlretrieve('http://localhost/weights.pt')",
        "raised",
        "network is not available while grading (line 10)",
        id="downloads weights",
    ),
    pytest.param(
        "import socket; socket.gethostbyname('localhost')",
        "raised",
        "network is not available while grading (line 9)",
        id="asks for an address",
    ),
    pytest.param("while True: pass", "timeout", "did not finish: forward took longer than 3 s", id="never returns"),
    pytest.param(
        "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
        "timeout",
        "did not finish: forward took longer than 3 s",
        id="stops itself, using no time at all",
    ),
    pytest.param("while True: print('x' * 1000)", "flood", "printed more than 1 MiB", id="prints for ever"),
]


@pytest.mark.parametrize(("forward", "kind", "message"), IN_FORWARD)
def test_fault_in_forward(strongest: Sandbox, net: Source, forward: str, kind: str, message: str) -> None:
    found = fault(strongest, net(forward))
    assert (found.kind, found.message) == (kind, message)


@pytest.mark.parametrize(
    ("top", "kind", "message"),
    [
        pytest.param("while True: pass", "timeout", "did not finish: import took longer than 3 s", id="loops"),
        pytest.param(
            "import os; os._exit(0)",
            "exit",
            "the process ended by itself (exit code 0) before answering",
            id="ends as if all was well",
        ),
        pytest.param("x = = 1", "raised", "SyntaxError: invalid syntax (line 3)", id="is no Python"),
        pytest.param(
            "from torchvision.models import resnet18",
            "raised",
            "ImportError: torchvision is not allowed in this exercise (line 3)",
            id="imports a ready-made network",
        ),
        pytest.param(
            "import cnnquiz.sandbox",
            "raised",
            "ImportError: cnnquiz is not allowed in this exercise (line 3)",
            id="imports its grader",
        ),
        pytest.param(
            "import json.decoder",
            "raised",
            "ImportError: json is not allowed in this exercise (line 3)",
            id="imports what this exercise forbids, though it is loaded already",
        ),
    ],
)
def test_fault_at_import(strongest: Sandbox, net: Source, top: str, kind: str, message: str) -> None:
    found = fault(strongest, net(top=top), forbidden=["json"])
    assert (found.kind, found.message) == (kind, message)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        pytest.param(
            b"from torch.nn import Linear, Module\nclass A(Module): pass\nclass B(A): pass\nclass C: pass",
            "submission.py defines no Net (it defines A, B)",
            id="the class has another name",
        ),
        pytest.param(b"", "submission.py defines no Net (it defines no torch.nn.Module)", id="the file is empty"),
        pytest.param(b"Net = 3", "submission.py defines no Net (it defines no torch.nn.Module)", id="it is a number"),
        pytest.param(b"class Net: pass", "Net() returned Net, expected a torch.nn.Module", id="the class is no module"),
        pytest.param(
            b"import torch\ndef Net(): return torch.nn.LazyLinear(3)",
            "weight has no shape before the first forward pass, expected layers that are not lazy",
            id="the layer is lazy",
        ),
    ],
)
def test_entry(strongest: Sandbox, source: bytes, message: str) -> None:
    found = fault(strongest, source)
    assert (found.kind, found.message) == ("entry", message)


BIDI = "# \u202e }} \u2066if admin\u2069 \u2066 begin\n"


@pytest.mark.parametrize(
    ("source", "kind", "message"),
    [
        pytest.param("Net = 0".encode("utf-16"), "entry", "s.py is encoded as UTF-16, expected UTF-8", id="UTF-16"),
        pytest.param("Net = 0".encode("utf-32"), "entry", "s.py is encoded as UTF-32, expected UTF-8", id="UTF-32"),
        pytest.param(b"x = 1\ny = 2\0\n", "entry", "s.py has a null byte in line 2", id="a null byte"),
        pytest.param(b"PK\3\4\n\0\0\0", "entry", "s.py has a null byte in line 2", id="a zip file"),
        pytest.param(
            b"x = 1\ny = 'caf\xe9'", "entry", "line 2 of s.py is not in the declared", id="latin-1 undeclared"
        ),
        pytest.param(b"# coding: klingon\n", "raised", "SyntaxError: unknown encoding: klingon", id="unknown encoding"),
        pytest.param(b"# caf\xe9\n1/0", "raised", "division by zero (line 2)", id="latin-1 in a comment is harmless"),
        pytest.param(b"\xef\xbb\xbf1/0", "raised", "division by zero (line 1)", id="a UTF-8 mark is harmless"),
        pytest.param(b"if 1:\n\tx = 1\n        y = 2", "raised", "TabError: inconsistent use of tabs", id="tabs"),
        pytest.param(b"(" * 10_000, "raised", "SyntaxError: too many nested parentheses", id="parentheses"),
        pytest.param(b"-" * 100_000 + b"1", "entry", "s.py is nested too deeply", id="operators"),
        pytest.param(b"a" + b".b" * 100_000, "entry", "s.py is nested too deeply", id="attributes"),
        pytest.param(BIDI.encode() + b"1/0", "raised", "division by zero (line 2)", id="bidi controls in a comment"),
        pytest.param("x = 'a\u202e'; 1/0".encode(), "raised", "division by zero (line 1)", id="bidi controls in code"),
        pytest.param(b"1/0" + b"\r1" * 5, "raised", "division by zero (line 1)", id="line ends of 1984"),
    ],
)
def test_odd_files(strongest: Sandbox, source: bytes, kind: str, message: str) -> None:
    with strongest.worker() as worker, pytest.raises(WorkerFault) as caught:
        worker.load(source, file_name="s.py", entry="Net")
    assert (caught.value.kind, message in caught.value.message) == (kind, True), caught.value.message
    assert all(frame.source.isprintable() for frame in caught.value.frames)


def test_frames_are_those_of_the_students_file(strongest: Sandbox, net: Source) -> None:
    found = fault(strongest, net("return halve(x)", top="def halve(x):\n    return x / None"))
    assert found.exception == "TypeError"
    assert found.frames == (
        StudentFrame(file_name="submission.py", line=10, function="forward", source="return halve(x)"),
        StudentFrame(file_name="submission.py", line=4, function="halve", source="return x / None"),
    )


def test_a_source_in_latin_1_runs(strongest: Sandbox) -> None:
    found = fault(strongest, "# -*- coding: latin-1 -*-\nraise ValueError('é')".encode("latin-1"))
    assert found.message == "ValueError: é (line 2)"


@pytest.mark.parametrize(
    ("exit_code", "cpu_seconds", "kind", "message"),
    [
        pytest.param(-24, 60.0, "timeout", "used more than 60 s of CPU time in forward", id="SIGXCPU"),
        pytest.param(-9, 61.0, "timeout", "used more than 60 s of CPU time in forward", id="SIGXCPU was ignored"),
        pytest.param(-4, 0.1, "crash", "crashed (illegal instruction) in forward", id="SIGILL"),
    ],
)
def test_fault_of_end(exit_code: int, cpu_seconds: float, kind: str, message: str) -> None:
    end = End(exit_code=exit_code, cpu_seconds=cpu_seconds, peak_rss_bytes=0)
    found = fault_of_end(end, doing="forward", cpu_limit=60)
    assert (found.kind, found.message) == (kind, message)


CALL: dict[str, Any] = {
    "function": "add",
    "module": "",
    "batch": 2,
    "sizes": [-1, 400],
    "operands": [
        {"kind": "made", "name": "bn2", "function": "batch_norm", "line": None, "shape": [2, 6]},
        {"shape": []},
    ],
}


def reported(**changed: object) -> WorkerFault:
    """The fault of an answer that tells of a failed call."""
    error = {"kind": "raised", "exception": "RuntimeError", "message": "no", "frames": [], "call": CALL | changed}
    return reported_fault(error, "s.py", memory_bytes=1)


def test_a_failed_call_arrives_with_its_operands() -> None:
    assert reported().call == FailedCall(
        function="add",
        module="",
        batch=2,
        sizes=(-1, 400),
        operands=(
            Operand(origin="made", name="bn2", function="batch_norm", shape=(2, 6)),
            Operand(origin="other", shape=()),
        ),
    )


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"function": 3}, id="a function that is no text"),
        pytest.param({"batch": -1}, id="a negative batch"),
        pytest.param({"batch": True}, id="a batch that is a truth"),
        pytest.param({"sizes": [10**5000]}, id="a size that takes a book to print"),
        pytest.param({"sizes": {}}, id="sizes that are no list"),
        pytest.param({"operands": [{"shape": [2.5]}]}, id="half an axis"),
        pytest.param({"operands": [{"shape": [1], "line": "3"}]}, id="a line that is text"),
        pytest.param({"operands": [3]}, id="an operand that is a number"),
    ],
)
def test_a_failed_call_that_no_honest_worker_tells_of(changed: dict[str, object]) -> None:
    assert reported(**changed).kind == "protocol"


def test_what_a_failed_call_tells_is_bounded_and_safe_to_print() -> None:
    operands = [{"kind": "made", "name": "\x1b" + "x" * 5000, "shape": [1] * 50}] * 1000
    call = reported(operands=operands, sizes=[1] * 1000).call

    assert call is not None
    assert (len(call.operands), len(call.sizes), len(call.operands[0].shape)) == (16, 16, 16)
    assert call.operands[0].name == "\\x1b" + "x" * 999


@pytest.mark.parametrize(
    ("source", "hint", "line"),
    [
        pytest.param("class Net(nn.Module): pass\n\n1 / 0", "at_import", None, id="at the top of the file"),
        pytest.param("def Net():\n    1 / 0", None, None, id="in a function"),
        pytest.param("class Net:\n    x = 1 / 0", None, None, id="in the body of a class"),
        pytest.param("class Net(nn.Modul): pass", None, None, id="a base class"),
        pytest.param("def Net():\n    torch.zeros(1).cuda()", "no_cuda", None, id="asks for a GPU"),
        pytest.param(
            "def Net():\n    y = nn.ReLU(torch.ones(1))\n    z = 3\n    torch.exp(y)", "module_for_tensor", 4, id="a layer"
        ),
    ],
)  # fmt: skip
def test_hints_tell_what_was_done(strongest: Sandbox, source: str, hint: str | None, line: int | None) -> None:
    found = fault(strongest, f"import torch\nfrom torch import nn\n{source}".encode())

    assert (found.hint, found.hint_line) == (hint, line)
