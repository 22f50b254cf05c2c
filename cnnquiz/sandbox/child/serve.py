"""Requests come in as frames, raw tensors go out: one submission's worker, from its source to its end.

Nothing that this process sends is believed. It computes; the parent compares.
"""

import mmap
import os
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

import torch

from .frames import Frames, Header
from .load import EntryError, load
from .preload import Recorder
from .student_traceback import described

LARGE = 1 << 16
"""Numbers in an input from which on oneDNN saves time."""

Answer = tuple[Header, Sequence[torch.Tensor]]


def serve(frames: Frames, watch: Recorder | None, device: str = "cpu") -> None:
    """Answer requests until the parent goes away; the module and what it is given are on `device`."""
    frames.send({"operation": "ready", "id": "ready"})
    submission = Submission(watch, device)
    while True:
        request, payload, descriptors = frames.receive()
        header, parts = submission.answer(request, payload, descriptors)
        for stream in (sys.stdout, sys.stderr):
            with suppress(BaseException):  # a submission may have put anything in their place
                stream.flush()
        frames.send(header | {"operation": request["operation"], "id": request["id"]}, parts)


class Submission:
    """The student's module and what can be asked of it."""

    def __init__(self, watch: Recorder | None, device: str) -> None:
        self._watch = watch
        self._device = device
        self._module = torch.nn.Module()
        self._file_name = ""
        self._operations: dict[str, Callable[[Header, Any], Answer]] = {
            "load": self.load,
            "record": self.record,
            "watch": self.watch,
            "assign": self.assign,
            "run": self.run,
            "gradients": self.gradients,
            "buffers": self.buffers,
        }

    def answer(self, request: Header, payload: bytearray, descriptors: list[int]) -> tuple[Header, list[memoryview]]:
        """Do what a request asks for; whatever the student's code raises becomes part of the answer."""
        try:
            memory = _mapped(descriptors[0]) if descriptors else payload
            header, tensors = self._operations[request["operation"]](request, memory)
            plain = [_plain(tensor) for tensor in tensors]
            return header | {"tensors": [_type(tensor) for tensor in plain]}, [_raw(tensor) for tensor in plain]
        except BaseException as error:
            kind = "entry" if isinstance(error, EntryError) else "raised"
            return {"error": {"kind": kind, **described(error, self._file_name)}}, []

    def load(self, request: Header, source: bytearray) -> Answer:
        self._file_name = request["file_name"]
        options = {name: request[name] for name in ("file_name", "entry", "arguments", "forbidden", "initialise")}
        self._module = load(bytes(source), **options)
        if request["input_shape"] is not None:
            _materialise(self._module, request["input_shape"])
        if self._device != "cpu":
            torch.nn.Module.to(self._module, self._device)
        return {"claims": list(_claims(self._module))}, []

    def record(self, request: Header, memory: Any) -> Answer:
        inputs = [
            (_tensor(part, memory) if "offset" in part else torch.randn(part["shape"])).to(self._device)
            for part in request["inputs"]
        ]
        self._module.eval()
        return self._watched(inputs, training=False, sample=None)

    def watch(self, request: Header, memory: Any) -> Answer:
        inputs = self._prepared(request, memory)
        return self._watched(inputs, training=request["mode"] == "train", sample=request["sample"])

    def _watched(self, inputs: list[torch.Tensor], *, training: bool, sample: int | None) -> Answer:
        if self._watch is None:
            raise RuntimeError("this sandbox has no recorder")
        recording, samples = self._watch(self._module, inputs, training=training, sample=sample)
        return {"recording": recording}, samples

    def assign(self, request: Header, memory: Any) -> Answer:
        own = dict(_named_tensors(self._module))
        for name, part in request["values"].items():
            target = own[name]
            target.data = _tensor(part, memory).to(target.device, target.dtype).view(target.shape)
        return {}, []

    def run(self, request: Header, memory: Any) -> Answer:
        inputs = self._prepared(request, memory)
        kept = [tensor.detach() for tensor in inputs] if request["inputs_back"] else []
        before = torch.default_generator.get_state(), random.getstate()
        with torch.no_grad(), _in_double(self._module) if request["double"] else nullcontext():
            returned = self._module(*inputs)
        outputs, stranger = _outputs(returned, request)
        drew = not torch.equal(before[0], torch.default_generator.get_state()) or before[1] != random.getstate()
        return {"not_a_tensor": stranger, "drew": drew}, [*outputs, *kept]

    def gradients(self, request: Header, memory: Any) -> Answer:
        inputs = self._prepared(request, memory)
        for tensor in inputs:
            tensor.requires_grad_(tensor.is_floating_point())
        self._module.zero_grad(set_to_none=True)
        # Copies, as what is differentiated may not be changed in place; that is judged elsewhere.
        outputs, stranger = _outputs(self._module(*(tensor.clone() for tensor in inputs)), request)
        cotangents = [_tensor(part, memory).to(self._device) for part in request["cotangents"]]
        shapes = [list(output.shape) for output in outputs]
        if stranger is None and shapes == [list(cotangent.shape) for cotangent in cotangents]:
            total = sum((output * cotangent).sum() for output, cotangent in zip(outputs, cotangents, strict=True))
            if isinstance(total, torch.Tensor) and total.requires_grad:
                total.backward()  # type: ignore[no-untyped-call]
        own = dict(torch.nn.Module.named_parameters(self._module))
        found = [tensor.grad for tensor in inputs]
        for name, step in zip(request["names"], request["steps"], strict=True):
            gradient = own[name].grad
            found.append(gradient if gradient is None or step == 1 else gradient.reshape(-1)[::step])
        answer = {
            "reached": [gradient is not None for gradient in found],
            "shapes": shapes,
            "not_a_tensor": stranger,
        }
        return answer, [gradient for gradient in found if gradient is not None]

    def buffers(self, request: Header, memory: Any) -> Answer:
        own = dict(torch.nn.Module.named_buffers(self._module))
        return {}, [own[name] for name in request["names"]]

    def _prepared(self, request: Header, memory: Any) -> list[torch.Tensor]:
        inputs = [_tensor(part, memory).to(self._device) for part in request["inputs"]]
        self._module.train(request["mode"] == "train")
        # Not torch.manual_seed: it also queues the seeds of devices that are not here, each with a printed stack.
        torch.default_generator.manual_seed(request["seed"])
        if self._device != "cpu":
            torch.cuda.manual_seed_all(request["seed"])
        # oneDNN compiles code for every new shape, which takes longer than small images do.
        large = sum(tensor.numel() for tensor in inputs) >= LARGE
        torch.backends.mkldnn.set_flags(_enabled=large)  # type: ignore[no-untyped-call]
        return inputs


def _materialise(module: torch.nn.Module, input_shape: list[int]) -> None:
    """Lazy layers get their shapes from a first forward pass."""
    if any(torch.nn.parameter.is_lazy(tensor) for _, tensor in _named_tensors(module)):
        torch.nn.Module.eval(module)
        with torch.no_grad():
            module(torch.zeros(input_shape))


@contextmanager
def _in_double(module: torch.nn.Module) -> Iterator[None]:
    """Parameters and buffers in float64 for a while; the way there and back loses nothing."""
    torch.nn.Module.double(module)
    try:
        yield
    finally:
        torch.nn.Module.float(module)


def _claims(module: torch.nn.Module) -> Iterator[Header]:
    # Through the base class: a submission may define methods of these names.
    saved = torch.nn.Module.state_dict(module, keep_vars=True)
    for kind, named in (
        ("parameter", torch.nn.Module.named_parameters(module)),
        ("buffer", torch.nn.Module.named_buffers(module)),
    ):
        for name, tensor in named:
            if torch.nn.parameter.is_lazy(tensor):
                raise EntryError(
                    f"{name} has no shape before the first forward pass, expected layers that are not lazy"
                )
            flags = {"trainable": tensor.requires_grad, "saved": name in saved}
            yield {"name": name, "kind": kind, **flags, **_type(tensor)}


def _named_tensors(module: torch.nn.Module) -> Iterator[tuple[str, torch.Tensor]]:
    yield from torch.nn.Module.named_parameters(module)
    yield from torch.nn.Module.named_buffers(module)


def _outputs(value: object, request: Header) -> tuple[list[torch.Tensor], str | None]:
    """The tensors that were returned; where one was asked for, a tuple or dict that holds one is something else."""
    if request["single"] and not isinstance(value, torch.Tensor):
        return [], type(value).__name__
    return _flattened(value)


def _flattened(value: object) -> tuple[list[torch.Tensor], str | None]:
    """The tensors in a value, in order, and the type of the first thing in it that is none."""
    if isinstance(value, torch.Tensor):
        return [value], None
    if not isinstance(value, tuple | list | dict):
        return [], type(value).__name__
    tensors: list[torch.Tensor] = []
    for part in value.values() if isinstance(value, dict) else value:
        inner, stranger = _flattened(part)
        tensors += inner
        if stranger is not None:
            return tensors, stranger
    return tensors, None


def _plain(tensor: torch.Tensor) -> torch.Tensor:
    with torch._C.DisableTorchFunctionSubclass():
        return tensor.as_subclass(torch.Tensor).detach().to("cpu").resolve_conj().resolve_neg().contiguous()


def _type(tensor: torch.Tensor) -> Header:
    return {"shape": list(tensor.shape), "dtype": str(tensor.dtype).removeprefix("torch.")}


def _raw(tensor: torch.Tensor) -> memoryview:
    if tensor.numel() == 0:
        return memoryview(b"")
    array: Any = tensor.reshape(-1).view(torch.uint8).numpy()
    return memoryview(array)


def _tensor(part: Header, memory: Any) -> torch.Tensor:
    """A tensor over a part of received memory, which it keeps alive."""
    dtype: torch.dtype = getattr(torch, part["dtype"])
    count = 1
    for size in part["shape"]:
        count *= size
    if count == 0:
        return torch.empty(part["shape"], dtype=dtype)
    return torch.frombuffer(memory, dtype=dtype, count=count, offset=part["offset"]).view(part["shape"])


def _mapped(descriptor: int) -> mmap.mmap:
    """Private pages: they are shared with other workers until this one writes to them."""
    size = os.fstat(descriptor).st_size
    memory = mmap.mmap(descriptor, size, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_WRITE)
    os.close(descriptor)
    return memory
