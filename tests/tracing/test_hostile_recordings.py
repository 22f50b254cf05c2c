"""Recordings come from processes that may lie: whatever arrives, a network or a RecordingError comes out, soon."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from cnnquiz.cnn import Network
from cnnquiz.cnn.receptive_field import receptive_fields
from cnnquiz.cnn.stored import from_json, to_json
from cnnquiz.errors import RecordingError
from cnnquiz.tracing.interpret import interpret
from cnnquiz.tracing.recorder import record

torch.set_num_threads(1)

Json = Any
Path = tuple[int | str, ...]


class _Everything(nn.Module):
    """A little of every kind of call, so that mutations reach every rule."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.up = nn.ConvTranspose2d(4, 4, 2, stride=2)
        self.norm = nn.BatchNorm2d(4)
        self.matrix = nn.Parameter(torch.empty(4, 6))
        self.linear = nn.Linear(6, 5)
        self.slope = nn.PReLU()

    def forward(self, x: torch.Tensor) -> dict[str, Any]:
        x = self.slope(self.norm(self.conv(x)))
        x = nn.functional.max_pool2d(self.up(x), 2, ceil_mode=True)
        left, right = x.chunk(2, 1)
        x = torch.cat([left, nn.functional.local_response_norm(right, 2)], dim=1) * 2 + x
        x = nn.functional.avg_pool2d(nn.functional.pad(x, (1, 1), value=0.0), (2, 3), stride=1)
        x = nn.functional.dropout(x.clamp(min=0), 0.5)
        features = x.mean([2, 3]) @ self.matrix.relu()
        scores = self.linear(nn.functional.adaptive_avg_pool2d(features.view(2, 6, 1, 1), 1).flatten(1))
        return {"scores": scores.softmax(dim=1), "features": [features, None]}


def recorded() -> Json:
    with torch.device("meta"):
        return record(_Everything(), [torch.empty(2, 3, 8, 8)])


HONEST = recorded()


def paths(value: Json, path: Path = ()) -> Iterator[Path]:
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from paths(item, (*path, key))


def replaced(value: Json, path: Path, new: Json) -> Json:
    if not path:
        return new
    changed = copy.copy(value)
    changed[path[0]] = replaced(value[path[0]], path[1:], new)
    return changed


PATHS = list(paths(HONEST))
FUNCTIONS = sorted(
    {call["function"] for call in HONEST["calls"]} | {"__getitem__", "type_as", "zeros_like", "T", "mean"}
)

numbers = st.sampled_from([-1, 0, 1, 2, 3, 7, 2**31, 2**62, 2**63, 10**30, 10**400, -(10**30)]) | st.integers(0, 30)
leaves = (
    numbers
    | st.none()
    | st.booleans()
    | st.floats()
    | st.sampled_from([*FUNCTIONS, "same", "parameter", "conv.weight", "\x1b[2J", "x" * 5000, "\ud800", ""])
    | st.builds(lambda n: {"value": n}, numbers)
    | st.sampled_from(
        [{"tensor": "conv.weight"}, {"tensor": "nothing"}, {"object": "T"}, {"stale": [1]}, {"value": []}]
    )
    | st.builds(lambda shape: {"constant": shape}, st.lists(numbers, max_size=5))
)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["value", "mapping", "dim", "k"]), inner)
    ),
    max_leaves=8,
)


@st.composite
def mutants(draw: st.DrawFn) -> Json:
    mutant = HONEST
    for _ in range(draw(st.integers(1, 3))):
        places = PATHS if mutant is HONEST else list(paths(mutant))
        place = draw(st.sampled_from(places))
        kind = draw(st.sampled_from(["replace", "copy", "delete", "repeat"]))
        if kind == "replace":
            mutant = replaced(mutant, place, draw(values))
        elif kind == "copy":
            source: Json = HONEST
            for key in draw(st.sampled_from(PATHS)):
                source = source[key]
            mutant = replaced(mutant, place, source)
        elif place:
            parent: Json = mutant
            for key in place[:-1]:
                parent = parent[key]
            parent = copy.copy(parent)
            if kind == "delete":
                del parent[place[-1]]
            elif isinstance(parent, list):
                parent *= draw(st.integers(2, 4))
            mutant = replaced(mutant, place[:-1], parent)
    return mutant


def fits_on_a_terminal(message: str) -> None:
    assert len(message) < 10_000
    assert message.isprintable()


def survives(recording: Json) -> Network | None:
    try:
        network = interpret(recording, "submission.py")
    except RecordingError as error:
        return fits_on_a_terminal(str(error))
    # What came through holds for everything that is asked of a network.
    assert from_json(to_json(network)).macs == network.macs
    assert str((network.parameters, network.buffers, network.activation_elements, network.layers, network.not_counted))
    receptive_fields(network)
    return network


def test_the_honest_recording_is_a_network() -> None:
    network = survives(HONEST)

    assert network is not None
    # 3·9·4·64 convolution, 4·4·4·64 transposed, 4·6 matrix, 6·5 linear.
    assert network.macs == 6912 + 4096 + 24 + 30


@settings(max_examples=250, derandomize=True)
@given(mutants())
def test_mutated_recordings(mutant: Json) -> None:
    survives(mutant)


@settings(max_examples=60, derandomize=True)
@given(values)
def test_anything_else(value: Json) -> None:
    assert survives(value) is None


def call(function: str, *arguments: Json, output: int = 1, shape: Json = (2, 3), **fields: Json) -> Json:
    """A recorded call that reads the input, value 0, unless told otherwise."""
    return {
        "function": function,
        "arguments": list(arguments) or [{"value": 0}],
        "keywords": {},
        "outputs": [output],
        "output_shapes": [list(shape)],
        "module": "",
        "invocation": 0,
        "line": 1,
    } | fields


def recording_of(*calls: Json, shape: Json = (2, 3), output: Json = None, tensors: Json = ()) -> Json:
    return {
        "inputs": [{"value": 0, "shape": list(shape)}],
        "calls": list(calls),
        "tensors": list(tensors),
        "blocks": {},
        "output": {"value": 1} if output is None else output,
        "hints": [],
    }


def parameter(name: str, *shape: int) -> Json:
    return {"name": name, "kind": "parameter", "shape": list(shape)}


def nested(depth: int) -> Json:
    value: Json = 1
    for _ in range(depth):
        value = [value]
    return value


VALUE, WEIGHT = {"value": 0}, {"tensor": "w"}


@pytest.mark.parametrize(
    ("recording", "problem"),
    [
        pytest.param([], "the recording is [] (expected dict)", id="a list"),
        pytest.param({}, "calls is None (expected list)", id="nothing in it"),
        pytest.param(recording_of(shape=[]), "an input of shape scalar (expected a batch)", id="an input of no axes"),
        pytest.param(recording_of(shape=[0, 3]), "an input of shape 0×3 (expected a batch)", id="an empty batch"),
        pytest.param(recording_of(shape=[2, -3]), "a size of -3 (expected a whole number", id="a negative size"),
        pytest.param(recording_of(shape=[2, 2**63]), "a size of 9223372036854775808", id="a size beyond 64 bits"),
        pytest.param(recording_of(shape=[2, True]), "a size of True", id="a truth value for a size"),
        pytest.param(recording_of(shape=[1] * 17), "a shape of 17 axes (expected at most 16)", id="too many axes"),
        pytest.param(recording_of(), "the output reads value 1, which nothing computed before", id="no such value"),
        pytest.param(
            recording_of(call("relu", {"value": 1})), "relu in line 1 reads value 1", id="a call that reads itself"
        ),
        pytest.param(
            recording_of(call("relu", {"value": 2}), call("relu", {"value": 1}, output=2)),
            "relu in line 1 reads value 2",
            id="two calls that read each other",
        ),
        pytest.param(recording_of(call("relu"), call("relu")), "value 1 is computed twice", id="a value made twice"),
        pytest.param(recording_of(call("linear", VALUE, WEIGHT)), "reads w, which is neither", id="no such parameter"),
        pytest.param(
            recording_of(call("relu", VALUE, nested(1000))), "arguments nested more than 20 deep", id="nested deeply"
        ),
        pytest.param(
            recording_of(call("relu", module="\x1b[31m")), "a module is '\\x1b[31m'", id="a name that paints terminals"
        ),
        pytest.param(recording_of(call("x" * 2000)), "a function is 'xxx", id="an endless name"),
        pytest.param(
            recording_of(call("relu", outputs=[], output_shapes=[])), "a call with 0 outputs", id="a call for nothing"
        ),
        pytest.param(
            recording_of(call("relu", outputs=[1, 2])),
            "a call with 2 outputs and 1 shapes",
            id="outputs without shapes",
        ),
        pytest.param(
            recording_of(*[call("relu")] * 50_001), "50001 calls (expected at most 50000)", id="endless calls"
        ),
        pytest.param(
            recording_of(*[call("chunk", outputs=[1] * 300, output_shapes=[[2]] * 300)] * 200),
            "calls with 60000 outputs",
            id="endless outputs",
        ),
        pytest.param(
            recording_of(
                call("conv2d", VALUE, WEIGHT, keywords={"groups": [1, 1]}),
                shape=[2, 3, 8, 8],
                tensors=[parameter("w", 4, 2**40, 3, 3)],
            ),
            "conv2d: groups is a list (expected a whole number)",
            id="a list of 2^40 groups",
        ),
        pytest.param(
            recording_of(call("conv2d", VALUE, WEIGHT), shape=[2, 3, 8, 8], tensors=[parameter("w", 4, 3, 3, 3)]),
            "conv2d in line 1 gave 3 (expected 4×6×6)",
            id="a shape that torch would not give",
        ),
        pytest.param(
            recording_of(call("dropout", keywords={"p": {"mapping": {}}})),
            "dropout: p is {} (expected float)",
            id="odd p",
        ),
        pytest.param(
            recording_of(call("relu", {"stale": [2]})), "changed in place through another", id="a stale tensor"
        ),
        pytest.param(recording_of(call("relu", {"key": 1})), "an argument of kind 'key'", id="no such kind"),
        pytest.param(
            recording_of(output={"object": "Out"}), "forward returned Out (expected a tensor)", id="no tensor"
        ),
    ],
)
def test_what_is_wrong_is_said(recording: Json, problem: str) -> None:
    with pytest.raises(RecordingError) as caught:
        interpret(recording, "net")

    assert str(caught.value).startswith("net: ")
    assert problem in str(caught.value)


def test_sizes_with_a_huge_product_are_only_numbers() -> None:
    shape = [2, *[2**62] * 15]
    network = survives(recording_of(call("relu", shape=shape), shape=shape))

    assert network is not None
    assert network.output_shape.elements == 2 ** (62 * 15)


@pytest.mark.parametrize(
    "read",
    [
        pytest.param([VALUE, {"value": 1}], id="calls that read the input as well"),
        pytest.param([{"value": 1}], id="calls that only make further constants"),
    ],
)
def test_a_recording_that_multiplies_its_tensors_ends_soon(read: Json) -> None:
    """A constant made of 5,000 parameters, read by 5,000 calls: 25 million tensors to list."""
    names = [f"p{i}" for i in range(5000)]
    made = call("cat", [{"tensor": name} for name in names], output=1)
    calls = [call("add", *read, output=i + 2) for i in range(5000)]

    with pytest.raises(RecordingError, match="refer to tensors more than 200000 times"):
        interpret(recording_of(made, *calls, tensors=[parameter(name, 1) for name in names]), "net")
