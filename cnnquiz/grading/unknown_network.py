"""A file with somebody's module goes through the sandbox; its `Network` comes out, as the file claims it."""

from collections.abc import Sequence
from pathlib import Path

from cnnquiz.cnn import Network
from cnnquiz.errors import RecordingError
from cnnquiz.grading.reference import RECORDED_BATCH
from cnnquiz.sandbox import Sandbox, WorkerFault, read_submission
from cnnquiz.tracing.interpret import interpret


def record_file(path: Path, entry: str, input_shape: Sequence[int], sandbox: Sandbox) -> Network:
    """Record `entry` of a file that nobody has to trust. RecordingError says what stopped it, and in which line."""
    source = read_submission(path)
    try:
        with sandbox.worker() as worker:
            batch = (RECORDED_BATCH, *input_shape)
            worker.load(source, file_name=path.name, entry=entry, input_shape=batch)
            return interpret(worker.record([batch]), entry)
    except WorkerFault as fault:
        raise RecordingError(f"{path}: {fault.message}") from fault
