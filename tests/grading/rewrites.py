"""Recorded networks go in; stand-alone torch code that computes the same comes out, in one of several styles.

The code says nothing about where it comes from: other names, another order of declaration, other modules or none.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from cnnquiz.cnn import Call, Network, Parameter
from cnnquiz.cnn.elementwise import Activation, Dropout
from cnnquiz.cnn.indexing import IndexSelect, Pad, Slice
from cnnquiz.cnn.normalization import BatchNorm
from cnnquiz.cnn.structure import Concatenate, Flatten, Mean, Other, Stack

STYLES = ("modules", "functions", "other_order", "sequential", "module_lists")

_CLASSES = {
    "conv2d": "Conv2d",
    "linear": "Linear",
    "flatten": "Flatten",
    "local_response_norm": "LocalResponseNorm",
    "max_pool2d": "MaxPool2d",
    "avg_pool2d": "AvgPool2d",
    "dropout": "Dropout",
    "adaptive_avg_pool2d": "AdaptiveAvgPool2d",
    "adaptive_max_pool2d": "AdaptiveMaxPool2d",
}
_ACTIVATIONS = {
    "relu": "ReLU",
    "relu6": "ReLU6",
    "leaky_relu": "LeakyReLU",
    "elu": "ELU",
    "selu": "SELU",
    "celu": "CELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "mish": "Mish",
    "hardswish": "Hardswish",
    "hardsigmoid": "Hardsigmoid",
    "hardtanh": "Hardtanh",
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
    "softplus": "Softplus",
    "softmax": "Softmax",
    "log_softmax": "LogSoftmax",
}
_TURNS = {"": "", "T": ".t()", "mT": ".mT", "flip": ".flip((2, 3))"}

_HEADER = "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n\n\n"


def rewrite(networks: Mapping[str, Network], entry: str, style: str, *, seed: int = 0) -> str:
    """Source code with a function `entry` that builds the network of the arguments with which it is called.

    The keys of `networks` are the arguments, as `arguments_key` writes them.
    """
    classes = [_Writer(network, f"Variant{n}", style, seed).code() for n, network in enumerate(networks.values())]
    variants = "".join(f"    {key!r}: Variant{n},\n" for n, key in enumerate(networks))
    choice = f"def {entry}(**arguments):\n    return VARIANTS[repr(sorted(arguments.items()))]()\n"
    return _HEADER + "\n\n".join([*classes, f"VARIANTS = {{\n{variants}}}\n", choice])


def arguments_key(arguments: Mapping[str, object]) -> str:
    """Arguments as text, in any order the same."""
    return repr(sorted(arguments.items()))


@dataclass(frozen=True, kw_only=True)
class _Unit:
    """Calls that run as one, each reading the one before it alone; what builds the modules that run them, if any do."""

    places: tuple[int, ...]
    modules: tuple[str, ...]


class _Writer:
    """One network as a class."""

    def __init__(self, network: Network, class_name: str, style: str, seed: int) -> None:
        self.network = network
        self.class_name = class_name
        self.style = style
        self.random = Random(seed)
        self.numbers = iter(self.random.sample(range(1000, 100_000), 20 + 10 * len(network.calls)))
        tensors = [tensor.name for call in network.calls for tensor in _tensors(call)]
        self.names = {name: f"t{next(self.numbers)}" for name in dict.fromkeys(tensors)}
        self.buffers = {buffer.name for call in network.calls for buffer in call.buffers}
        self.declared: dict[str, str] = {}
        self.modules = self._modules()

    def code(self) -> str:
        forward = [line for unit in self._scheduled(self._units()) for line in self._run(unit)]
        declarations = list(self.declared.values())
        self.random.shuffle(declarations)
        lines = [
            f"class {self.class_name}(nn.Module):",
            "    def __init__(self):",
            "        super().__init__()",
            *(f"        {line}" for line in declarations),
            "",
            "    def forward(self, v0):",
            *(f"        {line}" for line in forward),
            f"        return v{self.network.output}",
        ]
        return "\n".join(lines) + "\n"

    def _modules(self) -> list[str | None]:
        """What builds the module of each call; None where torch has none, or weights are used in an unusual way."""
        built = [None if self.style == "functions" else module(call) for call in self.network.calls]
        owners: dict[str, set[tuple[str | None, tuple[str, ...]]]] = {}
        for call, text in zip(self.network.calls, built, strict=True):
            for tensor in _tensors(call):
                owners.setdefault(tensor.name, set()).add((text, tuple(each.name for each in _tensors(call))))
        alone = {name for name, users in owners.items() if len(users) == 1}
        return [
            text if all(tensor.name in alone for tensor in _tensors(call)) else None
            for call, text in zip(self.network.calls, built, strict=True)
        ]

    def _units(self) -> list[_Unit]:
        """Chains as long as they can be where the style wants them, else every call by itself."""
        calls = self.network.calls
        readers = Counter(value for call in calls for value in call.inputs) + Counter([self.network.output])
        uses = Counter(tensor.name for call in calls for tensor in _tensors(call))
        chains: dict[int, list[int]] = {}  # by the value in which they end
        for place, call in enumerate(calls):
            chained = self.modules[place] is not None and all(uses[tensor.name] == 1 for tensor in _tensors(call))
            before = chains.get(call.inputs[0]) if len(call.inputs) == 1 and readers[call.inputs[0]] == 1 else None
            joins = self.style in ("sequential", "module_lists") and chained and before is not None
            if joins and before is not None and self.modules[before[-1]] is not None:
                chains[place + 1] = [*chains.pop(call.inputs[0]), place]
            else:
                chains[place + 1] = [place]
        return [_Unit(places=tuple(c), modules=tuple(m for p in c if (m := self.modules[p]))) for c in chains.values()]

    def _scheduled(self, units: Sequence[_Unit]) -> Iterator[_Unit]:
        """Every unit after what it reads: as recorded, or as chance has it."""
        known, left = {0}, list(units)
        while left:
            ready = [unit for unit in left if known.issuperset(self.network.calls[unit.places[0]].inputs)]
            unit = self.random.choice(ready) if self.style == "other_order" else ready[0]
            yield unit
            left.remove(unit)
            known.add(unit.places[-1] + 1)

    def _run(self, unit: _Unit) -> list[str]:
        """Lines of `forward`; what they need is declared."""
        call = self.network.calls[unit.places[0]]
        target, inputs = f"v{unit.places[-1] + 1}", [f"v{position}" for position in call.inputs]
        if not unit.modules:
            return [f"{target} = {self._function(call, inputs)}"]
        if self.style == "module_lists":
            return self._listed(unit, target, inputs[0])
        owned = ",".join(tensor.name for tensor in _tensors(call))
        key = owned if owned and len(unit.modules) == 1 else f"unit {unit.places}"
        many = len(unit.modules) > 1
        text = f"nn.Sequential({', '.join(unit.modules)})" if many else unit.modules[0]
        return [f"{target} = self.{self._declare(key, 'part', text)}({inputs[0]})"]

    def _listed(self, unit: _Unit, target: str, source: str) -> list[str]:
        """Chains in a list that is looped over, layers with weights in a dictionary, others by `setattr`."""
        texts, call = ", ".join(unit.modules), self.network.calls[unit.places[0]]
        key = f"unit {unit.places}" if len(unit.places) > 1 else ",".join(t.name for t in _tensors(call))
        if len(unit.places) > 1:
            name = self._declare(key, "chain", f"nn.ModuleList([{texts}])")
            return [f"{target} = {source}", f"for layer in self.{name}:", f"    {target} = layer({target})"]
        if key:
            name = self._declare(key, "table", f"nn.ModuleDict({{'layer': {texts}}})")
            return [f"{target} = self.{name}['layer']({source})"]
        name = f"part{next(self.numbers)}"
        self.declared[name] = f"setattr(self, {name!r}, {texts})"
        return [f"{target} = getattr(self, {name!r})({source})"]

    def _declare(self, key: str, prefix: str, text: str) -> str:
        """An attribute of that text; what owns the same weights is one attribute."""
        if key not in self.declared:
            self.names[key] = f"{prefix}{next(self.numbers)}"
            self.declared[key] = f"self.{self.names[key]} = {text}"
        return self.names[key]

    def _function(self, call: Call, inputs: Sequence[str]) -> str:
        held = {tensor.role.partition(".")[0]: self._tensor(tensor) for tensor in _tensors(call)}
        operands = [*inputs, *(self._tensor(tensor) for tensor in _tensors(call))]
        return function(call, inputs, held, operands)

    def _tensor(self, tensor: Parameter) -> str:
        """A parameter or buffer as an expression; declared when first used."""
        name, filled = self.names[tensor.name], "ones" if tensor.role == "running_var" else "zeros"
        value = f"torch.{filled}({tensor.shape})"
        is_buffer = tensor.name in self.buffers
        declared = f"register_buffer({name!r}, {value})" if is_buffer else f"{name} = nn.Parameter({value})"
        self.declared.setdefault(tensor.name, f"self.{declared}")
        return f"self.{name}{_TURNS[tensor.role.partition('.')[2]]}"


def _tensors(call: Call) -> tuple[Parameter, ...]:
    return (*call.parameters, *call.buffers)


def _keywords(attributes: Mapping[str, object]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in attributes.items())


def module(call: Call) -> str | None:
    """What builds a module that does what the call does, with the weights that it owns."""
    op = call.op
    shapes = {tensor.role: tensor.shape for tensor in _tensors(call)}
    if len(call.inputs) != 1 or shapes != op.parameter_shapes() | op.buffer_shapes():
        return None
    if isinstance(op, Activation):
        return f"nn.{_ACTIVATIONS[op.function]}({'dim=1' if 'softmax' in op.function else ''})"
    if isinstance(op, Dropout):
        return None if op.active else f"nn.Dropout({op.p})"
    if isinstance(op, BatchNorm):
        return f"nn.BatchNorm{2 if len(call.output_shape) == 3 else 1}d({_keywords(op.attributes())})"
    return f"nn.{_CLASSES[op.name]}({_keywords(op.attributes())})" if op.name in _CLASSES else None


def function(call: Call, inputs: Sequence[str], held: Mapping[str, str], operands: Sequence[str]) -> str:
    """The call as an expression of the texts of what it reads and what it owns."""
    op, x = call.op, inputs[0]
    match op:
        case Activation():
            return f"F.{op.function}({x}{', dim=1' if 'softmax' in op.function else ''})"
        case Dropout():
            return f"F.dropout({x}, {op.p}, {'True' if op.active else 'self.training'})"
        case BatchNorm():
            tensors = ", ".join(held.get(role, "None") for role in ("running_mean", "running_var", "weight", "bias"))
            mode = "self.training" if op.track_running_stats else "True"
            return f"F.batch_norm({x}, {tensors}, {mode}, {op.momentum}, {op.eps})"
        case Flatten():
            return f"torch.flatten({x}, {op.start_dim}, {op.end_dim})"
        case Concatenate():
            return f"torch.cat([{', '.join(inputs)}], {op.dim})"
        case Stack():
            return f"torch.stack([{', '.join(inputs)}], {op.dim})"
        case Mean():
            return f"{x}.mean({op.dim}, keepdim={op.keepdim})"
        case IndexSelect():
            return f"{x}.index_select({op.dim}, torch.tensor({list(op.index)}))"
        case Pad():
            return f"F.pad({x}, {op.pad if op.mode == 'constant' else op.pad[:-2]}, {op.mode!r})"
        case Slice():
            ranges = zip(op.start, op.stop, op.step, call.input_shapes[0], strict=True)
            return f"{x}[:, {', '.join(_range(*each) for each in ranges)}]"
        case Other() if call.output_shape.elements == call.input_shapes[0].elements and len(inputs) == 1:
            return f"{x}.reshape(len({x}), {', '.join(map(str, call.output_shape))})"
    if op.name in ("add", "mul"):
        return (" + " if op.name == "add" else " * ").join(operands)
    if op.name in ("conv2d", "linear"):
        names = () if op.name == "linear" else ("stride", "padding", "dilation", "groups")
        sizes = "".join(f", {name}={op.attributes()[name]!r}" for name in names)
        return f"F.{op.name}({x}, {held['weight']}, {held.get('bias', 'None')}{sizes})"
    if isinstance(op, Other):
        raise NotImplementedError(f"{call.name}: what {op.title} was given is not recorded")
    return f"F.{op.name}({x}, {_keywords(op.attributes())})"


def _range(start: int, stop: int, step: int, size: int) -> str:
    """Between brackets; what reaches the end of this input reaches it of inputs of other sizes, too."""
    return f"{start or ''}:{'' if stop >= size else stop}" + (f":{step}" if step != 1 else "")
