"""Challenges go in; raw numbers of one submission come out, or a fault that its student can read."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, NoReturn, Self

import numpy as np

from cnnquiz.errors import GradingError
from cnnquiz.sandbox.channel import HEADER_BYTES, Channel, ClosedError, Deadline, Header, PayloadSize
from cnnquiz.sandbox.faults import WorkerFault, WrongOutput, fault_of_end, wrong_output
from cnnquiz.sandbox.limits import Limits
from cnnquiz.sandbox.processes import ChildProcess, Usage
from cnnquiz.sandbox.shared_arrays import SharedArrays
from cnnquiz.sandbox.submission import printable
from cnnquiz.sandbox.tensors import (
    Array,
    TensorClaim,
    TensorType,
    malformed,
    packed,
    tensor_claims,
    tensor_types,
    unpacked,
)

Mode = Literal["eval", "train"]
Shape = tuple[int, ...]

GREETING_SECONDS = 60.0
END_SECONDS = 5.0
RECORDING_BYTES = 8 * HEADER_BYTES
MOST_SAMPLED = 1 << 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Gradients:
    """Gradients with respect to inputs and parameters; None where no gradient arrived."""

    inputs: tuple[Array | None, ...]
    parameters: dict[str, Array | None]


class Worker:
    """The parent's handle on the process of one submission.

    Every method raises WorkerFault when the submission does not answer. After a fault other than an exception
    of the student's code, and after WrongOutput, the process is gone; further requests raise the same again.
    """

    def __init__(
        self,
        process: ChildProcess,
        *,
        limits: Limits,
        forbidden: Sequence[str] = (),
        on_close: Callable[[], None] | None = None,
    ) -> None:
        self._process = process
        self._limits = limits
        self._forbidden = tuple(forbidden)
        self._on_close = on_close
        self._channel = Channel(process.channel, process.output, limits=limits)
        self._started = time.monotonic()
        self._wall_seconds: float | None = None
        self._total: Deadline | None = None
        self._drew = False
        self._over: WorkerFault | WrongOutput | None = None

    def load(
        self,
        source: bytes,
        *,
        file_name: str,
        entry: str,
        arguments: Mapping[str, object] | None = None,
        forbidden: Sequence[str] = (),
        initialise: bool = False,
        input_shape: Shape | None = None,
    ) -> tuple[TensorClaim, ...]:
        """Execute the source, call its `entry`, and return the parameters and buffers that it claims to have.

        Args:
            source: Python source code, at most `Limits.source_bytes`.
            file_name: the name that tracebacks show.
            entry: the name of a class or function that makes a torch.nn.Module.
            arguments: keyword arguments of the entry, as JSON can hold them.
            forbidden: packages whose import fails with an explanation, beside those that the sandbox masks.
            initialise: draw random initial weights; large ones are zero otherwise, as others are assigned anyway.
            input_shape: a batch that lazy layers learn their shapes from; without it they are refused.
        """
        self._channel.file_name = file_name
        fields: Header = {
            "file_name": file_name,
            "entry": entry,
            "arguments": dict(arguments or {}),
            "forbidden": [*self._forbidden, *forbidden],
            "initialise": initialise,
            "input_shape": None if input_shape is None else list(input_shape),
        }
        claims: list[TensorClaim] = []

        def payload_size(header: Header) -> int:
            claims.extend(tensor_claims(header["claims"]))
            return 0

        seconds = self._limits.import_seconds
        self._request("load", fields, [source], doing="import", seconds=seconds, payload_size=payload_size)
        return tuple(claims)

    def record(self, inputs: Sequence[Array | Shape]) -> dict[str, object]:
        """The recorder's JSON object for the module in eval mode, on inputs or on random ones of their shape.

        A claim: only that it is a JSON object of at most 8 MiB is checked, and its strings may hold anything.
        """
        sent = packed(part for part in inputs if isinstance(part, np.ndarray))
        parts = iter(sent.parts)
        described = [next(parts) if isinstance(part, np.ndarray) else {"shape": list(part)} for part in inputs]
        recordings: list[dict[str, object]] = []

        def payload_size(header: Header) -> int:
            malformed(type(header["recording"]) is not dict)
            recordings.append(header["recording"])
            return 0

        self._request(
            "record",
            {"inputs": described},
            sent.buffers,
            doing="recording forward",
            payload_size=payload_size,
            header_bytes=RECORDING_BYTES,
        )
        return recordings[0]

    def watch(self, x: Array, *, mode: Mode, seed: int, sample: int) -> tuple[dict[str, object], tuple[Array, ...]]:
        """The recorder's JSON object for a run on a batch, and up to `sample` numbers of each value in it.

        Both are claims. An array holds every n-th number of a value's first image in row-major order, n being the odd
        number that leaves at most `sample`. More than 16 million numbers in all are refused.
        """
        recordings: list[dict[str, object]] = []
        found: list[TensorType] = []

        def payload_size(header: Header) -> int:
            malformed(type(header["recording"]) is not dict)
            recordings.append(header["recording"])
            found.extend(tensor_types(header["tensors"]))
            malformed(any(kind.dtype != "float32" or kind.elements > sample for kind in found))
            malformed(sum(kind.elements for kind in found) > MOST_SAMPLED)
            return sum(kind.nbytes for kind in found)

        sent = packed([x])
        _, payload = self._request(
            "watch",
            {"inputs": sent.parts, "mode": mode, "seed": seed, "sample": sample},
            sent.buffers,
            doing="recording forward",
            payload_size=payload_size,
            header_bytes=RECORDING_BYTES,
        )
        return recordings[0], unpacked(found, payload)

    def assign(self, tensors: Mapping[str, Array]) -> None:
        """Set parameters and buffers by name; each array is reshaped to the tensor it is for."""
        with SharedArrays(tensors) as shared:
            self.assign_shared(shared, {name: name for name in tensors})

    def assign_shared(self, shared: SharedArrays, names: Mapping[str, str]) -> None:
        """Set tensors from shared memory: `names` maps a parameter or buffer to an array of `shared`."""
        values = {name: shared.parts[source] for name, source in names.items()}
        self._request(
            "assign",
            {"values": values},
            shared.payload,
            doing="assigning weights",
            descriptor=shared.descriptor,
        )

    def run(
        self,
        inputs: Sequence[Array],
        *,
        mode: Mode,
        seed: int,
        expected: Sequence[tuple[Shape, str]] | None,
        double: bool = False,
        inputs_back: bool = False,
    ) -> tuple[Array, ...]:
        """The tensors that forward() returns under no_grad; tuples, lists and dicts are flattened in order.

        Raises WrongOutput unless they have the expected shapes and dtypes (torch's names, such as float32); None
        expects nothing, which is for code that is trusted. With `double`, parameters and buffers are float64 for this
        run. With `inputs_back`, the inputs as the run left them follow the outputs.
        """
        types = None if expected is None else [TensorType(tuple(shape), dtype) for shape, dtype in expected]
        back = [TensorType(part.shape, part.dtype.name) for part in inputs] if inputs_back else []
        found: list[TensorType] = []

        def payload_size(header: Header) -> int:
            returned = tensor_types(header["tensors"])
            outputs = returned[: len(returned) - len(back)]
            malformed(list(returned[len(outputs) :]) != back)
            if types is not None:
                _require_output(outputs, types, header)
            found.extend(returned)
            return sum(kind.nbytes for kind in returned)

        sent = packed(inputs)
        fields = {
            "inputs": sent.parts,
            "mode": mode,
            "seed": seed,
            "single": types is not None and len(types) == 1,
            "double": double,
            "inputs_back": inputs_back,
        }
        answer, payload = self._request("run", fields, sent.buffers, doing="forward", payload_size=payload_size)
        self._drew = answer.get("drew") is True
        return unpacked(found, payload)

    def gradients(
        self,
        inputs: Sequence[Array],
        *,
        mode: Mode,
        seed: int,
        cotangents: Sequence[Array],
        parameters: Mapping[str, tuple[Shape, str]],
        steps: Mapping[str, int] | None = None,
    ) -> Gradients:
        """Gradients of sum(output * cotangent) with respect to the inputs and the named parameters.

        Of a parameter with a step, every `step`-th number in row-major order is returned. Raises WrongOutput unless
        forward() returns tensors of the cotangents' shapes.
        """
        steps = steps or {}
        wanted = [TensorType(part.shape, part.dtype.name) for part in inputs]
        for name, (shape, dtype) in parameters.items():
            whole, step = TensorType(tuple(shape), dtype), steps.get(name, 1)
            wanted.append(whole if step == 1 else TensorType((-(-whole.elements // step),), dtype))
        outputs = [TensorType(cotangent.shape, cotangent.dtype.name) for cotangent in cotangents]
        reached: list[bool] = []

        def payload_size(header: Header) -> int:
            returned = [{"shape": shape, "dtype": cotangents[0].dtype.name} for shape in header["shapes"]]
            _require_output(tensor_types(returned), outputs, header)
            reached.extend(header["reached"])
            malformed(len(reached) != len(wanted) or not all(type(flag) is bool for flag in reached))
            types = [kind for kind, flag in zip(wanted, reached, strict=True) if flag]
            malformed(list(tensor_types(header["tensors"])) != types)
            return sum(kind.nbytes for kind in types)

        sent = packed([*inputs, *cotangents])
        fields = {
            "inputs": sent.parts[: len(inputs)],
            "cotangents": sent.parts[len(inputs) :],
            "names": list(parameters),
            "steps": [steps.get(name, 1) for name in parameters],
            "mode": mode,
            "seed": seed,
            "single": len(outputs) == 1,
        }
        _, payload = self._request("gradients", fields, sent.buffers, doing="backward", payload_size=payload_size)
        found = iter(unpacked([kind for kind, flag in zip(wanted, reached, strict=True) if flag], payload))
        values = [next(found) if flag else None for flag in reached]
        return Gradients(
            inputs=tuple(values[: len(inputs)]),
            parameters=dict(zip(parameters, values[len(inputs) :], strict=True)),
        )

    def buffers(self, expected: Mapping[str, tuple[Shape, str]]) -> dict[str, Array]:
        """The module's buffers of these names, which must have these shapes and dtypes."""
        types = [TensorType(tuple(shape), dtype) for shape, dtype in expected.values()]

        def payload_size(header: Header) -> int:
            malformed(list(tensor_types(header["tensors"])) != types)
            return sum(kind.nbytes for kind in types)

        fields = {"names": list(expected)}
        _, payload = self._request("buffers", fields, doing="reading buffers", payload_size=payload_size)
        return dict(zip(expected, unpacked(types, payload), strict=True))

    @property
    def drew(self) -> bool:
        """Whether the last run drew random numbers; a claim."""
        return self._drew

    @property
    def printed(self) -> str:
        """The beginning of what the submission wrote to stdout and stderr, safe to print."""
        text = self._channel.printed.decode("utf-8", "replace")
        return printable(text, self._limits.kept_output_bytes, multiline=True)

    @property
    def usage(self) -> Usage:
        """What the closed worker used."""
        end = self._process.wait(END_SECONDS)
        if end is None or self._wall_seconds is None:
            raise GradingError("the usage of a worker is known after it is closed")
        return Usage(cpu_seconds=end.cpu_seconds, peak_rss_bytes=end.peak_rss_bytes, wall_seconds=self._wall_seconds)

    def close(self) -> None:
        """End the process; does not wait until the kernel has taken it apart."""
        if self._wall_seconds is None:
            self._wall_seconds = time.monotonic() - self._started
            self._process.kill()
            self._channel.close()
            if self._on_close is not None:
                self._process.wait(END_SECONDS)
                self._on_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _request(
        self,
        operation: str,
        fields: Header,
        payload: Sequence[bytes] = (),
        *,
        doing: str,
        seconds: float | None = None,
        payload_size: PayloadSize = lambda header: 0,
        descriptor: int | None = None,
        header_bytes: int = HEADER_BYTES,
    ) -> tuple[Header, bytes]:
        if self._over is not None:
            raise self._over
        deadline = self._deadline(doing, self._limits.call_seconds if seconds is None else seconds)
        try:
            return self._channel.request(
                operation,
                fields,
                payload,
                deadline=deadline,
                payload_size=payload_size,
                descriptor=descriptor,
                header_bytes=header_bytes,
            )
        except ClosedError:
            self._stop(self._fault_of_end(doing))
        except WrongOutput as wrong:
            self._stop(wrong)
        except WorkerFault as fault:
            if fault.kind == "entry" or fault.exception:  # reported in an answer: the process still listens
                raise
            self._stop(fault)

    def _deadline(self, doing: str, seconds: float) -> Deadline:
        """The nearer of this request's deadline and the submission's; the first waits for the greeting."""
        if self._total is None:
            try:
                self._channel.greeting(Deadline.after(GREETING_SECONDS, "no greeting"))
            except (ClosedError, WorkerFault) as error:
                said = printable(self._channel.printed.decode("utf-8", "replace").strip(), 500) or "it said nothing"
                raise GradingError(f"a sandboxed process did not start: {said} (expected a greeting)") from error
            total = self._limits.total_seconds
            self._total = Deadline.after(total, f"did not finish: took longer than {total:g} s in all")
        this = Deadline.after(seconds, f"did not finish: {doing} took longer than {seconds:g} s")
        return min(this, self._total)

    def _fault_of_end(self, doing: str) -> WorkerFault:
        end = self._process.wait(END_SECONDS)
        if end is None:
            return WorkerFault("protocol", "the submission's process closed its connection to the grader")
        return fault_of_end(end, doing=doing, cpu_limit=self._limits.cpu_seconds)

    def _stop(self, over: WorkerFault | WrongOutput) -> NoReturn:
        self._over = over
        _ = self._channel.printed
        self._process.kill()
        raise over


def _require_output(actual: Sequence[TensorType], expected: Sequence[TensorType], header: Header) -> None:
    stranger: Any = header["not_a_tensor"]
    malformed(stranger is not None and type(stranger) is not str)
    wrong = wrong_output(actual, expected, not_a_tensor=stranger)
    if wrong is not None:
        raise wrong
