"""An `nn.Module` and its inputs go in; the list of tensor calls that its forward pass made comes out, as plain data.

Stand-alone on purpose (standard library and torch): the sandbox's child loads this very file, so that what is
recorded of a student's module and of a solution is recorded by the same code. What the calls mean is decided
elsewhere, without torch (`tracing.interpret`).
"""

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from numbers import Integral
from types import FrameType
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

Json = Any

_TORCH_FOLDER = os.path.join(os.path.dirname(torch.__file__), "")
_LAZY = (torch.nn.UninitializedParameter, torch.nn.UninitializedBuffer)
_PLAIN = (bool, int, float, str, type(None))

# Questions about a tensor; they compute nothing that a layer table could show.
_SILENT = frozenset({"__delete__", "dim", "size", "is_floating_point", "requires_grad_"})

# In-place calls that leave every number where it is: whatever shares the memory is untouched.
_ONLY_RESHAPE = frozenset({"squeeze_", "unsqueeze_", "t_", "transpose_", "swapaxes_", "swapdims_", "detach_"})

# Calls that take a computed tensor out of the reach of gradients, or give it a dtype or a device.
_TOLD = dict.fromkeys(("detach", "detach_", "data", "item", "tolist", "numpy"), "detached")
_TOLD |= dict.fromkeys(("float", "half", "double", "to", "type", "cpu"), "cast")

# Layers whose weights are parameters of the module, if they are registered.
_LAYERS = ("conv", "linear", "batch_norm")

# Calls whose backward pass reads what they returned, or what they were given.
_READS_OUTPUT = re.compile("(relu|sigmoid|tanh|(log_)?softmax|exp|r?sqrt|reciprocal|amax|amin|std|norm|logsumexp)$")
_READS_INPUTS = re.compile(
    "conv|(bi)?linear|(batch|layer|group|instance|local_response)_norm|(max|avg|lp)_pool|adaptive_|i?r?matmul|b?mm"
    "|addmm|baddbmm|einsum|leaky_relu|[cs]?elu|gelu|silu|mish|relu6|hard|softplus|prelu|clamp|abs|i?r?pow|square|sin|cos"
    "|log(?!_softmax)|var|amax|amin|std|norm|scaled_dot_product|maximum|minimum"
)
_READS_FACTORS = re.compile("i?mul|i?(true_?)?div")  # two tensors; nothing is read where one is a number

_MOST_HINTS = 20
_MOST_TOLD, _LARGEST_SIZE = 16, 2**40  # of the tensors, axes and sizes of a call that raised

# Beyond this many numbers, tensors in one memory are taken to overlap instead of being laid side by side.
_MOST_COMPARED = 2**24


class _Recorder(TorchFunctionMode):
    """Notes every call that goes through torch's Python interface, at the level at which it was written."""

    def __init__(
        self, named: Iterable[tuple[str, torch.Tensor]], inputs: Sequence[torch.Tensor], sample: int | None
    ) -> None:
        super().__init__()
        self.samples: list[torch.Tensor] = []  # of every value, by its number
        self._sample = sample
        self.calls: list[dict[str, Json]] = []
        self.hints: list[dict[str, Json]] = []
        self.first_hints: list[dict[str, Json]] = []
        self.modules: list[tuple[str, int]] = [("", 0)]  # the submodules whose forward is running, innermost last
        self._values: dict[int, int] = {}
        self._names: dict[int, str] = {}
        self._stale: set[int] = set()
        self._sharing: dict[int, dict[int, torch.Tensor]] = {}  # tensors by memory, and by id() while they live here
        # Where each tensor comes from; the last module or call that returned it.
        self._origins: dict[int, dict[str, Json]] = {id(tensor): {"kind": "input"} for tensor in inputs}
        self._inputs = {_memory(tensor) for tensor in inputs}
        self._batch = inputs[0].shape[0] if inputs and inputs[0].dim() else 0
        self._needed: set[int] = set()  # memories that a backward pass would read
        self._line: int | None = None
        self._count = 0
        for name, tensor in named:
            self._names.setdefault(id(tensor), name)
            self._origins.setdefault(id(tensor), {"kind": "weight", "name": name})
            self._keep(tensor)

    def new_value(self, tensor: torch.Tensor) -> int:
        """Number a tensor that has just been given or computed; in-place calls renumber theirs."""
        self._values[id(tensor)] = self._count
        self._stale.discard(id(tensor))
        self._keep(tensor)
        if self._sample is not None:
            self.samples.append(sampled(tensor, self._sample))
        self._count += 1
        return self._values[id(tensor)]

    def _keep(self, tensor: torch.Tensor) -> None:
        self._sharing.setdefault(_memory(tensor), {})[id(tensor)] = tensor

    def _spoil(self, changed: torch.Tensor) -> None:
        """Mark the other tensors of which an in-place call changed numbers: which, their own history does not say."""
        for other in self._sharing.get(_memory(changed), {}).values():
            if other is not changed and _memory(other) == _memory(changed) and _overlap(changed, other):
                self._stale.add(id(other))

    def encode(self, value: object) -> Json:
        """A tensor becomes a reference; everything else becomes itself or, failing that, its text."""
        if isinstance(value, torch.Tensor):
            if id(value) in self._stale:
                return {"stale": list(value.shape)}
            if id(value) in self._values:
                return {"value": self._values[id(value)]}
            if id(value) in self._names:
                return {"tensor": self._names[id(value)]}
            return {"constant": list(value.shape)}
        if isinstance(value, _PLAIN):
            return value
        if isinstance(value, Integral):  # NumPy's, say
            return int(value)
        if isinstance(value, (list, tuple)):
            return [self.encode(item) for item in value]
        if isinstance(value, slice):
            return {"slice": [self.encode(number) for number in (value.start, value.stop, value.step)]}
        if isinstance(value, dict):
            return {"mapping": {str(key): self.encode(item) for key, item in value.items()}}
        return {"object": type(value).__name__, "text": str(value)[:200]}

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: Sequence[Any] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        """Run the call as if nobody watched, then note it."""
        kwargs = kwargs or {}
        name = getattr(func, "__name__", str(func))
        if name in ("__get__", "__set__"):
            name = getattr(getattr(func, "__self__", None), "__name__", name)
        if name in _SILENT:
            return func(*args, **kwargs)
        self._line = _line_outside_torch(sys._getframe(1))
        self._watch(name, args, kwargs)
        # Encoded before the call: an in-place call makes a new value of a tensor it was given.
        arguments, keywords = self.encode(list(args)), {key: self.encode(item) for key, item in kwargs.items()}
        before = [(tensor, _version(tensor)) for tensor in _tensors([args, kwargs])]
        result = _known_on_meta(name, args, kwargs)
        if result is None:
            try:
                result = func(*args, **kwargs)
            except Exception as error:  # whatever a user's call raises goes on, with what is known of the call
                self._explain(error, name, [*args, *kwargs.values()])
                raise
        changed = [tensor for tensor, version in before if _version(tensor) != version]
        if name not in _ONLY_RESHAPE:
            for tensor in changed:
                self._spoil(tensor)
                if id(tensor) not in self._names or isinstance(tensor, torch.nn.Parameter):
                    kind = "input_changed" if _memory(tensor) in self._inputs else "in_place"
                    self._hint(kind, breaks_backward=_memory(tensor) in self._needed)
        if name == "data" and result is None:  # y.data = x makes y another name of x
            arguments, changed = arguments[1:], [args[0]]
        outputs = list({id(tensor): tensor for tensor in (*_tensors(result), *changed)}.values())
        if outputs:
            kept = [tensor for tensor, _ in before if all(tensor is not other for other in changed)]
            self._needed |= {_memory(tensor) for tensor in _read_backward(name.strip("_"), kept, outputs)}
            origin = {"kind": "made", "name": name, "function": name, "line": self._line}
            self._origins |= {id(tensor): origin for tensor in outputs}
            self.calls.append(
                {
                    "function": name,
                    "arguments": arguments,
                    "keywords": keywords,
                    "outputs": [self.new_value(tensor) for tensor in outputs],
                    "output_shapes": [list(tensor.shape) for tensor in outputs],
                    "module": self.modules[-1][0],
                    "invocation": self.modules[-1][1],
                    "line": self._line,
                }
            )
        return result

    def _watch(self, name: str, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
        """Note what students do that no list of calls shows."""
        if not torch.is_grad_enabled():
            self._hint("no_grad")
        tensors = list(_tensors([args, kwargs]))
        if name in _TOLD and any(id(tensor) in self._values for tensor in tensors[:1]):
            self._hint(_TOLD[name])
        strangers = [t for t in tensors if id(t) not in self._values and id(t) not in self._names]
        if any(isinstance(t, torch.nn.Parameter) or (t.requires_grad and t.is_leaf) for t in strangers) or (
            name.startswith(_LAYERS) and any(t.is_floating_point() for t in strangers)
        ):
            self._hint("unregistered")

    def _hint(self, kind: str, *, breaks_backward: bool = False) -> None:
        hint = {"kind": kind, "module": self.modules[-1][0], "line": self._line}
        hints = self.first_hints if breaks_backward else self.hints
        if hint not in hints and len(hints) < _MOST_HINTS:
            hints.append(hint)

    def returned(self, module: str, result: object) -> None:
        """What a module returned is known by its name, whatever made it inside."""
        for tensor in _tensors(result):
            if id(tensor) in self._origins:
                self._origins[id(tensor)] = self._origins[id(tensor)] | {"name": module, "line": None}

    def _explain(self, error: Exception, name: str, given: Sequence[object]) -> None:
        """Put beside an exception who gave the call which shapes: a traceback shows no tensors."""
        operands = [self._origins.get(id(t), {}) | {"shape": [*t.shape][:_MOST_TOLD]} for t in _tensors(given)]
        sizes = [size for size in _leaves(given) if type(size) is int and abs(size) <= _LARGEST_SIZE]
        failed = {"function": name, "module": self.modules[-1][0], "batch": self._batch}
        failed |= {"operands": operands[:_MOST_TOLD], "sizes": sizes[:_MOST_TOLD]}
        BaseException.__setattr__(error, "failed_call", failed)  # a student's own class may refuse attributes


def _read_backward(name: str, given: list[torch.Tensor], outputs: list[torch.Tensor]) -> list[torch.Tensor]:
    """The tensors whose numbers a call's backward pass would read: nobody may change them in place before it."""
    reads = _READS_INPUTS.match(name) or (_READS_FACTORS.match(name) and len(given) > 1)
    return (outputs if _READS_OUTPUT.match(name) else []) + (given if reads else [])


def _known_on_meta(name: str, args: Sequence[Any], kwargs: dict[str, Any]) -> torch.Tensor | None:
    """The result of two calls that torch spends milliseconds on, on the meta device, to find a shape that is plain.

    Only where they are used as usual; whatever looks unusual is left to torch, which then refuses it or not.
    """
    if (
        name == "batch_norm"
        and len(args) >= 3
        and all(isinstance(arg, torch.Tensor) and arg.is_meta for arg in args[:3])
    ):
        x, mean, variance = args[:3]
        if x.dim() >= 2 and tuple(mean.shape) == tuple(variance.shape) == (x.shape[1],):
            return torch.empty_like(x)
    if name == "cat" and args and isinstance(args[0], (list, tuple)) and not set(kwargs) - {"dim"}:
        tensors, dim = args[0], args[1] if len(args) > 1 else kwargs.get("dim", 0)
        if all(isinstance(t, torch.Tensor) and t.is_meta and t.dim() == 4 for t in tensors) and dim == 1:
            n, _, h, w = tensors[0].shape
            alike = all(t.shape[0] == n and t.shape[2:] == (h, w) and t.dtype == tensors[0].dtype for t in tensors)
            if alike:
                joined: torch.Tensor = tensors[0].new_empty(n, sum(t.shape[1] for t in tensors), h, w)
                return joined
    return None


def record(module: torch.nn.Module, inputs: Sequence[torch.Tensor]) -> dict[str, Json]:
    """What `module` does in eval mode; see `watch`."""
    return watch(module, inputs, training=False, sample=None)[0]


def watch(
    module: torch.nn.Module, inputs: Sequence[torch.Tensor], *, training: bool, sample: int | None
) -> tuple[dict[str, Json], list[torch.Tensor]]:
    """Run `module(*inputs)` without gradients and return what it did, and numbers of each value, by its number.

    The answer is JSON: `inputs` and `calls` number the values; an argument is `{"value": n}`, a parameter or
    buffer `{"tensor": name}`, another tensor `{"constant": shape}`, a tensor that an in-place call changed through
    another one `{"stale": shape}`, `a:b:c` between brackets `{"slice": [a, b, c]}`, a dictionary `{"mapping": …}`, or
    plain data. `tensors` lists parameters and buffers in the order of registration, `blocks` the classes of submodules
    made of others; `output` is the structure that `forward` returned. `hints` tell where gradients were switched off
    ("no_grad") or left behind ("detached"), where weights were used that the module does not know ("unregistered"), and
    where a tensor, or the input itself, was changed in place ("in_place", "input_changed"), the changes that break a
    backward pass first, or given a dtype ("cast"). Shapes keep the batch.
    With a `sample`, up to so many numbers are kept of each value's first image: every n-th in row-major order, n odd.
    Raises whatever the forward pass raises; where a tensor call did, its `failed_call` says what that was given, and by
    whom. The module is left in the mode in which it came.
    """
    _materialise(module, inputs)
    recorder = _Recorder([*module.named_parameters(), *module.named_buffers()], inputs, sample)
    input_values = [recorder.new_value(tensor) for tensor in inputs]
    modes = [(child, child.training) for child in module.modules()]
    module.train(training)
    try:
        with _without_graph(module), _watching_modules(module, recorder), recorder:
            output = module(*inputs)
    finally:
        for child, training in modes:
            child.training = training
    recording = {
        "inputs": [{"value": value, "shape": list(t.shape)} for value, t in zip(input_values, inputs, strict=True)],
        "calls": recorder.calls,
        "tensors": list(_describe(module)),
        "blocks": dict(_blocks(module)),
        "output": recorder.encode(output),
        "hints": [*recorder.first_hints, *(h for h in recorder.hints if h not in recorder.first_hints)][:_MOST_HINTS],
    }
    return recording, recorder.samples


@contextmanager
def _without_graph(module: torch.nn.Module) -> Iterator[None]:
    """Nothing to differentiate: no graph is built, and a `no_grad` in the module's own code can be told."""
    learning = [parameter for parameter in module.parameters() if parameter.requires_grad]
    for parameter in learning:
        parameter.requires_grad_(False)
    try:
        with torch.enable_grad():
            yield
    finally:
        for parameter in learning:
            parameter.requires_grad_(True)


def _materialise(module: torch.nn.Module, inputs: Sequence[torch.Tensor]) -> None:
    """Lazy layers get their parameters from a first forward pass, of which nothing is recorded."""
    if any(isinstance(tensor, _LAZY) for tensor in (*module.parameters(), *module.buffers())):
        with torch.no_grad():
            module.eval()(*inputs)


def _blocks(root: torch.nn.Module) -> Iterator[tuple[str, str]]:
    """Submodules made of others whose class is not torch's own, such as a Bottleneck: dotted name and class."""
    for name, module in root.named_modules():
        if name and any(True for _ in module.children()) and not type(module).__module__.startswith("torch.nn"):
            yield name, type(module).__name__


def _describe(module: torch.nn.Module) -> Iterator[dict[str, Json]]:
    for kind, named in (("parameter", module.named_parameters()), ("buffer", module.named_buffers())):
        for name, tensor in named:
            yield {"name": name, "kind": kind, "shape": list(tensor.shape)}


@contextmanager
def _watching_modules(root: torch.nn.Module, recorder: _Recorder) -> Iterator[None]:
    """Keep `modules[-1]` the dotted name of the innermost running submodule and the number of its invocation."""
    invocations = count(1)
    handles = []
    for name, module in root.named_modules():
        if module is root:
            continue

        def enter(_module: torch.nn.Module, _args: Any, name: str = name) -> None:
            recorder.modules.append((name, next(invocations)))

        def leave(_module: torch.nn.Module, _args: Any, result: Any, name: str = name) -> None:
            recorder.modules.pop()
            recorder.returned(name, result)

        handles += [module.register_forward_pre_hook(enter), module.register_forward_hook(leave, always_call=True)]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _tensors(result: object) -> Iterator[torch.Tensor]:
    return (leaf for leaf in _leaves(result) if isinstance(leaf, torch.Tensor))


def _leaves(value: object) -> Iterator[object]:
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, dict):
        yield from _leaves(list(value.values()))
    else:
        yield value


def sampled(tensor: torch.Tensor, most: int) -> torch.Tensor:
    """Numbers of the first image, copied: what an in-place call does later must not show."""
    numbers = tensor.detach()[:1].reshape(-1) if tensor.dim() else tensor.detach().reshape(-1)
    return numbers[:: -(-len(numbers) // most) | 1].to(torch.float32, copy=True)


def _version(tensor: torch.Tensor) -> int:
    """How often an in-place call changed a tensor or one that shares its memory."""
    return 0 if tensor.is_inference() else tensor._version


def _memory(tensor: torch.Tensor) -> int:
    """What tensors that share memory have in common."""
    if tensor.layout is not torch.strided or isinstance(tensor, _LAZY):
        return -id(tensor)
    memory: int = tensor.untyped_storage()._cdata
    return memory


def _overlap(left: torch.Tensor, right: torch.Tensor) -> bool:
    """Whether two tensors in one memory have a number in common; the halves of a chunk have none."""
    spans = [
        t.storage_offset() + sum((n - 1) * s for n, s in zip(t.shape, t.stride(), strict=True)) for t in (left, right)
    ]
    if not left.numel() or not right.numel():
        return False
    if left.dtype != right.dtype or max(spans) >= _MOST_COMPARED:
        return True
    touched = torch.zeros(max(spans) + 1, dtype=torch.bool, device="cpu")
    touched.as_strided(left.shape, left.stride(), left.storage_offset()).fill_(True)
    return bool(touched.as_strided(right.shape, right.stride(), right.storage_offset()).any())


def _line_outside_torch(frame: FrameType | None) -> int | None:
    """The line of the user's own file that led to this call; None where only torch stands between it and `record`."""
    while frame is not None and frame.f_code.co_filename != __file__:
        if not frame.f_code.co_filename.startswith(_TORCH_FOLDER):
            return frame.f_lineno
        frame = frame.f_back
    return None
