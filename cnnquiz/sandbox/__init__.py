"""Runs a submission in a child process and hands back what it computed.

Invariant: the child observes, the parent judges. The parent draws weights and inputs, the child answers with
raw numbers, and every verdict is made from those numbers outside. Hence the parent never imports torch, never
compiles, parses or unpickles a byte that a student wrote, and never believes a field of an answer that it has
not checked; a child that lies can only be wrong.

    with Sandbox(recorder=path) as sandbox, sandbox.worker() as worker:
        claims = worker.load(read_submission(path), file_name="submission.py", entry="LeNet5")
        worker.assign(weights)
        (scores,) = worker.run([images], mode="eval", seed=seed, expected=[((2, 10), "float32")])

`child/` is stand-alone code for the other side of the wall.
"""

from cnnquiz.sandbox.faults import StudentFrame as StudentFrame
from cnnquiz.sandbox.faults import WorkerFault as WorkerFault
from cnnquiz.sandbox.faults import WrongOutput as WrongOutput
from cnnquiz.sandbox.fork_server import ForkServerError as ForkServerError
from cnnquiz.sandbox.isolation import LEVELS as LEVELS
from cnnquiz.sandbox.isolation import Isolation as Isolation
from cnnquiz.sandbox.limits import Limits as Limits
from cnnquiz.sandbox.processes import Usage as Usage
from cnnquiz.sandbox.server import Sandbox as Sandbox
from cnnquiz.sandbox.shared_arrays import SharedArrays as SharedArrays
from cnnquiz.sandbox.submission import SubmissionError as SubmissionError
from cnnquiz.sandbox.submission import printable as printable
from cnnquiz.sandbox.submission import read_submission as read_submission
from cnnquiz.sandbox.tensors import TensorClaim as TensorClaim
from cnnquiz.sandbox.tensors import TensorType as TensorType
from cnnquiz.sandbox.worker import Gradients as Gradients
from cnnquiz.sandbox.worker import Worker as Worker
