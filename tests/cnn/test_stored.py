"""Networks as text and back; and what is said of text that is no network."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnquiz.cnn import OPS, Call, Network, Op, Parameter, Shape
from cnnquiz.cnn.stored import from_json, to_json
from cnnquiz.errors import NetworkError

Json = Any


def call(op: Op, *inputs: Shape, name: str = "layer", positions: tuple[int, ...] = (0,), **rest: Any) -> Call:
    parameters = tuple(
        Parameter(name=f"{name}.{role}", role=role, shape=s) for role, s in op.parameter_shapes().items()
    )
    return Call(
        op=op,
        name=name,
        inputs=positions,
        input_shapes=inputs,
        output_shape=op.output_shape(*inputs),
        **{"parameters": parameters} | rest,
    )


X = Shape(3, 8, 8)
CONV = OPS["conv2d"](in_channels=3, out_channels=3, kernel_size=3, padding=1)
NETWORK = Network(
    name="two layers",
    input_shape=X,
    calls=(call(CONV, X), call(OPS["add"](), X, X, name="add", positions=(1, 0))),
    output=2,
    blocks={"stage.0": "Bottleneck"},
    unused_parameters=(Parameter(name="aux", role="unused", shape=(4,)),),
    unused_buffers=(Parameter(name="steps", role="unused", shape=()),),
)


def test_the_text_is_made_for_reading() -> None:
    assert to_json(NETWORK) == (
        '{"schema": "cnnquiz.stored-network/1", "name": "two layers", "input_shape": [3, 8, 8], "output": 2,\n'
        ' "unused": [{"name": "aux", "role": "parameter", "shape": [4]}, '
        '{"name": "steps", "role": "buffer", "shape": []}],\n'
        ' "blocks": {"stage.0": "Bottleneck"},\n'
        ' "calls": [\n'
        '  {"op": "conv2d", "name": "layer", "in_channels": 3, "out_channels": 3, "kernel_size": 3, "padding": 1},\n'
        '  {"op": "add", "name": "add", "inputs": [1, 0]}\n'
        " ]}\n"
    )
    assert from_json(to_json(NETWORK)) == NETWORK


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(call(CONV, X, parameters=()), id="a fixed kernel: no parameters"),
        pytest.param(
            call(
                CONV,
                X,
                parameters=(
                    Parameter(name="b", role="bias", shape=(3,)),
                    Parameter(name="w", role="weight.T", shape=(9, 3, 3)),
                ),
            ),
            id="raw parameters in an order of their own",
        ),
        pytest.param(
            call(CONV, X, parameters=call(CONV, X).parameters[::-1]), id="the usual parameters in an unusual order"
        ),
        pytest.param(call(CONV, X, name="층.0"), id="a name in another script"),
        pytest.param(
            call(OPS["max_pool2d"](kernel_size=(2, 3), stride=(2, 3)), X), id="a stride that is the kernel, and unequal"
        ),
        pytest.param(call(OPS["max_pool2d"](kernel_size=3, stride=1, ceil_mode=True), X), id="a stride that is not"),
        pytest.param(call(OPS["adaptive_avg_pool2d"](output_size=(None, None)), X), id="None for every axis"),
        pytest.param(call(OPS["dropout"](p=1, active=True), X), id="a whole number for p"),
        pytest.param(call(OPS["batch_norm"](num_features=3, momentum=None), X), id="momentum None"),
        pytest.param(call(OPS["other"](function="flip", shape=(3, 8, 8)), X), id="a function without a rule"),
        pytest.param(call(OPS["other"](function="sum", shape=()), X), id="a scalar"),
        pytest.param(call(OPS["conv2d"](in_channels=3, out_channels=1, kernel_size=2, padding="same"), X), id="'same'"),
    ],
)
def test_stored_and_read_again(one: Call) -> None:
    network = Network(name="net", input_shape=X, calls=(one,), output=1)

    assert from_json(to_json(network)) == network


def test_a_line_for_each_call_whatever_its_name() -> None:
    named = call(OPS["add"](), X, name="é 層")
    network = Network(name="net", input_shape=X, calls=(named,) * 3, output=1)

    assert len(to_json(network).splitlines()) == 3 + 5


def changed(**changes: Json) -> str:
    """The stored network with some of its entries replaced, or left out where `...` is given."""
    stored = json.loads(to_json(NETWORK)) | changes
    return json.dumps({key: value for key, value in stored.items() if value is not ...})


def with_call(**changes: Json) -> str:
    stored = json.loads(to_json(NETWORK))["calls"][0] | changes
    return changed(calls=[{key: value for key, value in stored.items() if value is not ...}])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("", "Expecting value: line 1 column 1 (char 0) (expected JSON)", id="nothing"),
        pytest.param('{"schema": ', "(expected JSON)", id="half of it"),
        pytest.param("[" * 100_000, "(expected JSON)", id="nested without end"),
        pytest.param('{"schema": ' + "1" * 5000 + "}", "(expected JSON)", id="a number without end"),
        pytest.param("[]", "a stored network is [] (expected an object)", id="a list"),
        pytest.param("{}", "a stored network has no 'schema'", id="an empty object"),
        pytest.param(
            changed(schema="cnnquiz.worksheet/1"), "schema 'cnnquiz.worksheet/1' (expected", id="another schema"
        ),
        pytest.param(changed(schema=1), "schema is 1 (expected text)", id="a number for a schema"),
        pytest.param(changed(name=...), "a stored network has no 'name'", id="no name"),
        pytest.param(changed(name="a\nb"), "a name of 'a\\nb' (expected printable text)", id="a name of two lines"),
        pytest.param(changed(calls={}), "calls is {} (expected a list)", id="calls in an object"),
        pytest.param(changed(calls=[1]), "call 1 is 1 (expected an object)", id="a call that is a number"),
        pytest.param(changed(input_shape="3x8x8"), "input_shape is '3x8x8' (expected a list)", id="a shape in words"),
        pytest.param(changed(input_shape=[3, -8, 8]), "a size of -8", id="a negative size"),
        pytest.param(changed(input_shape=[3, 8.0, 8]), "a size of 8.0", id="a size that is no whole number"),
        pytest.param(changed(input_shape=[3, 10**100, 8]), "a size of 1000000", id="a size beyond 64 bits"),
        pytest.param(changed(output=3), "the output reads value 3 (expected 0 to 2)", id="an output that is not there"),
        pytest.param(changed(output=-1), "the output reads value -1", id="an output counted from the end"),
        pytest.param(
            changed(output=True), "output is True (expected a whole number)", id="a truth value for a position"
        ),
        pytest.param(changed(unused=[{"name": "w"}]), "a tensor has no 'role'", id="half a tensor"),
        pytest.param(
            changed(unused=[{"name": "w", "role": "weight", "shape": []}]),
            "w: unused 'weight' (expected 'parameter' or 'buffer')",
            id="an unused tensor that is neither",
        ),
        pytest.param(changed(extra=1), "a stored network has an unknown key 'extra'", id="a key too many"),
        pytest.param(with_call(op="conv4d"), "call 1: unknown op 'conv4d' (expected one of", id="an unknown op"),
        pytest.param(with_call(op=["conv2d"]), "call 1: op is ['conv2d'] (expected text)", id="a list for an op"),
        pytest.param(with_call(in_channels=...), "call 1: conv2d has no 'in_channels'", id="a missing attribute"),
        pytest.param(with_call(filters=3), "call 1: conv2d has no attribute 'filters'", id="another library's word"),
        pytest.param(with_call(kernel_size="3"), "conv2d: kernel_size is '3' (expected int", id="a number in words"),
        pytest.param(with_call(kernel_size=[3, [3]]), "conv2d: kernel_size is (3, [3])", id="nested sizes"),
        pytest.param(with_call(kernel_size=99), "a window of 99 does not fit into 10", id="a window that does not fit"),
        pytest.param(
            with_call(inputs=[1]), "call 1 reads values (1,) (expected 0 to 0)", id="a call that reads itself"
        ),
        pytest.param(with_call(inputs=[-1]), "call 1 reads values (-1,)", id="an input counted from the end"),
        pytest.param(with_call(inputs=["0"]), "call 1 reads values ('0',)", id="a position in words"),
        pytest.param(with_call(inputs=[]), "conv2d was given 0 inputs (expected 1)", id="no input"),
        pytest.param(
            changed(calls=[{"op": "other", "name": "f", "function": "f", "shape": [1], "inputs": []}]),
            "f: a call without an input",
            id="no input, where no rule asks for one",
        ),
        pytest.param(with_call(parameters=[1]), "a tensor is 1 (expected an object)", id="a tensor that is a number"),
    ],
)
def test_what_is_no_stored_network(text: str, problem: str) -> None:
    with pytest.raises(NetworkError) as caught:
        from_json(text)

    assert problem in str(caught.value)
    assert len(str(caught.value)) < 1000


def test_calls_must_fit_together() -> None:
    other = call(CONV, Shape(3, 9, 9))

    with pytest.raises(NetworkError, match=r"layer: input shapes .* are not those of its inputs"):
        Network(name="net", input_shape=X, calls=(other,), output=1)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from([[], {}, [3, 8, 8], 10**30]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["op", "name", "shape"]), inner),
    max_leaves=6,
)


@settings(max_examples=150, derandomize=True)
@given(st.data())
def test_text_with_anything_in_it_is_a_network_or_an_error(data: st.DataObject) -> None:
    stored = json.loads(to_json(NETWORK))
    place = data.draw(st.sampled_from([stored, *stored["calls"], *stored["unused"]]))
    place[data.draw(st.sampled_from([*place, "stride", "groups"]))] = data.draw(json_values)

    try:
        network = from_json(json.dumps(stored))
    except NetworkError:
        return
    assert from_json(to_json(network)) == network
