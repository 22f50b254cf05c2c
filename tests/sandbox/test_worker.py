"""An honest submission computes what torch computes, at every isolation level."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from cnnquiz.sandbox import Sandbox, SharedArrays, Worker, WorkerFault, WrongOutput
from cnnquiz.sandbox.child.serve import LARGE

Source = Callable[..., bytes]


def lenet5_of(source: bytes) -> torch.nn.Module:
    namespace: dict[str, Any] = {"__name__": "reference"}
    exec(source, namespace)
    module: torch.nn.Module = namespace["LeNet5"]()
    return module


def weights_of(module: torch.nn.Module) -> dict[str, Any]:
    return {name: tensor.detach().numpy() for name, tensor in module.state_dict().items()}


def images(*shape: int) -> Any:
    return np.random.default_rng(7).standard_normal(shape).astype("float32")


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(params=["landlock", "seccomp", "basic"])
def worker(request: pytest.FixtureRequest, sandbox_at: Callable[[str], Sandbox]) -> Any:
    with sandbox_at(request.param).worker() as worker:
        yield worker


def same_gradient(ours: Any, theirs: torch.Tensor | None) -> None:
    assert theirs is not None
    np.testing.assert_allclose(ours, theirs.numpy(), rtol=1e-5, atol=1e-6)


def load_net(worker: Worker, source: bytes) -> None:
    worker.load(source, file_name="submission.py", entry="Net")


def test_a_lenet5_answers_like_torch(worker: Worker, lenet5: bytes) -> None:
    module = lenet5_of(lenet5)
    x, cotangent = images(3, 1, 28, 28), images(3, 10)

    claims = worker.load(lenet5, file_name="lenet.py", entry="LeNet5", arguments={"num_classes": 10})
    worker.assign(weights_of(module))
    (y,) = worker.run([x], mode="eval", seed=0, expected=[((3, 10), "float32")])
    gradients = worker.gradients(
        [x],
        mode="eval",
        seed=0,
        cotangents=[cotangent],
        parameters={claim.name: (claim.shape, claim.dtype) for claim in claims},
    )

    inputs = torch.from_numpy(x).requires_grad_()
    expected = module(inputs)
    (expected * torch.from_numpy(cotangent)).sum().backward()
    assert [(c.name, c.shape) for c in claims] == [(n, tuple(p.shape)) for n, p in module.named_parameters()]
    assert {(c.kind, c.dtype, c.trainable) for c in claims} == {("parameter", "float32", True)}
    np.testing.assert_allclose(y, expected.detach().numpy(), atol=1e-6)
    same_gradient(gradients.inputs[0], inputs.grad)
    for name, parameter in module.named_parameters():
        same_gradient(gradients.parameters[name], parameter.grad)


def test_batch_normalisation_in_train_mode_updates_its_buffers(strongest: Sandbox, net: Source) -> None:
    x = images(4, 3, 5, 5)
    expected = torch.nn.BatchNorm2d(3)
    y_expected = expected(torch.from_numpy(x)).detach().numpy()
    with strongest.worker() as worker:
        claims = worker.load(
            b"from torch.nn import BatchNorm2d",
            file_name="s.py",
            entry="BatchNorm2d",
            arguments={"num_features": 3},
        )
        (y,) = worker.run([x], mode="train", seed=0, expected=[(x.shape, "float32")])
        buffers = worker.buffers({c.name: (c.shape, c.dtype) for c in claims if c.kind == "buffer"})

    np.testing.assert_allclose(y, y_expected, atol=1e-6)
    reference = weights_of(expected)
    assert list(buffers) == ["running_mean", "running_var", "num_batches_tracked"]
    np.testing.assert_allclose(buffers["running_mean"], reference["running_mean"], atol=1e-6)
    np.testing.assert_allclose(buffers["running_var"], reference["running_var"], atol=1e-6)
    assert buffers["num_batches_tracked"] == 1


def test_dropout_follows_mode_and_seed(strongest: Sandbox) -> None:
    x = np.ones((2, 50), "float32")
    with strongest.worker() as worker:
        worker.load(b"from torch.nn import Dropout", file_name="s.py", entry="Dropout")
        expected = [((2, 50), "float32")]
        answers = list(worker.run([x], mode="eval", seed=1, expected=expected))
        for seed in (1, 1, 2):
            answers += worker.run([x], mode="train", seed=seed, expected=expected)
    torch.manual_seed(1)
    np.testing.assert_array_equal(answers[0], x)
    np.testing.assert_array_equal(answers[1], torch.nn.functional.dropout(torch.from_numpy(x)))
    np.testing.assert_array_equal(answers[1], answers[2])
    assert (answers[1] != answers[3]).any()


def test_a_large_input_gives_the_same_numbers(strongest: Sandbox, lenet5: bytes) -> None:
    """From LARGE numbers on oneDNN computes, below it torch's own kernels: of the same images, in one batch or many."""
    x = images(120, 1, 28, 28)
    assert x[:1].size < LARGE < x.size
    with strongest.worker() as worker:
        worker.load(lenet5, file_name="s.py", entry="LeNet5")
        (together,) = worker.run([x], mode="eval", seed=0, expected=[((120, 10), "float32")])
        (first,) = worker.run([x[:1]], mode="eval", seed=0, expected=[((1, 10), "float32")])
    np.testing.assert_allclose(together[:1], first, atol=1e-6)


def test_several_inputs_and_nested_outputs_keep_their_order(strongest: Sandbox, net: Source) -> None:
    source = net(top="from torch.nn import Module").replace(b"forward(self, x)", b"forward(self, x, k)")
    source = source.replace(b"return x", b"return {'b': x + k, 'a': [k, (x > 0,)]}")
    x, k = images(2, 3), np.arange(3)
    expected = [((2, 3), "float32"), ((3,), "int64"), ((2, 3), "bool")]
    with strongest.worker() as worker:
        load_net(worker, source)
        total, same, positive = worker.run([x, k], mode="eval", seed=0, expected=expected)
    np.testing.assert_allclose(total, x + k, atol=1e-6)
    np.testing.assert_array_equal(same, k)
    np.testing.assert_array_equal(positive, x > 0)


def test_an_empty_batch_and_a_scalar_travel(strongest: Sandbox, net: Source) -> None:
    with strongest.worker() as worker:
        load_net(worker, net("return x, x.sum()"))
        empty, total = worker.run([images(0, 3)], mode="eval", seed=0, expected=[((0, 3), "float32"), ((), "float32")])
    assert empty.shape == (0, 3)
    assert total == 0


def test_a_parameter_without_gradient_is_none(strongest: Sandbox, net: Source) -> None:
    with strongest.worker() as worker:
        load_net(worker, net("return x * 2"))
        gradients = worker.gradients(
            [images(2)],
            mode="eval",
            seed=0,
            cotangents=[np.ones(2, "float32")],
            parameters={"scale": ((1,), "float32")},
        )
    np.testing.assert_array_equal(gradients.inputs[0], [2, 2])
    assert gradients.parameters == {"scale": None}


def test_arrays_are_reshaped_and_frozen_parameters_stay_frozen(strongest: Sandbox) -> None:
    source = b"""
import torch
class Net(torch.nn.Linear):
    def __init__(self):
        super().__init__(3, 2, bias=False)
        self.weight.requires_grad_(False)
"""
    weight = images(6)
    with strongest.worker() as worker:
        (claim,) = worker.load(source, file_name="s.py", entry="Net")
        worker.assign({"weight": weight})
        (y,) = worker.run([np.eye(3, dtype="float32")], mode="eval", seed=0, expected=[((3, 2), "float32")])
        gradients = worker.gradients(
            [images(1, 3)],
            mode="eval",
            seed=0,
            cotangents=[np.ones((1, 2), "float32")],
            parameters={"weight": ((2, 3), "float32")},
        )
    assert not claim.trainable
    np.testing.assert_array_equal(y.T, weight.reshape(2, 3))
    assert gradients.parameters["weight"] is None


def test_shared_arrays_serve_many_workers_and_none_can_change_them(strongest: Sandbox, net: Source) -> None:
    scribble = net("self.scale.data.fill_(99); return x * self.scale")
    honest = net("return x * self.scale")
    answers: list[Any] = []
    with SharedArrays({"factor": np.full((1,), 3, "float32")}) as shared:
        for source in (scribble, honest):
            with strongest.worker() as worker:
                load_net(worker, source)
                worker.assign_shared(shared, {"scale": "factor"})
                answers += worker.run([np.ones(1, "float32")], mode="eval", seed=0, expected=[((1,), "float32")])
    assert [float(answer[0]) for answer in answers] == [99, 3]


def test_large_initial_weights_are_drawn_only_on_request(strongest: Sandbox) -> None:
    source = b"""
import torch
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("drawn", torch.nn.init.normal_(torch.full((200_000,), float("nan"))))
        self.register_buffer("small", torch.nn.init.normal_(torch.zeros(100)))
"""
    drawn = []
    for initialise in (False, True):
        with strongest.worker() as worker:
            worker.load(source, file_name="s.py", entry="Net", initialise=initialise)
            drawn.append(worker.buffers({"drawn": ((200_000,), "float32"), "small": ((100,), "float32")}))
    assert not drawn[0]["drawn"].any()
    assert drawn[1]["drawn"].std() > 0.5
    assert min(drawn[0]["small"].std(), drawn[1]["small"].std()) > 0.5


def test_the_recorder_sees_the_module_in_eval_mode(strongest: Sandbox, lenet5: bytes) -> None:
    with strongest.worker() as worker:
        worker.load(lenet5, file_name="s.py", entry="LeNet5")
        recording = worker.record([(1, 1, 28, 28), images(2, 1, 28, 28)])
    assert recording == {"training": False, "shapes": [[1, 1, 28, 28], [2, 1, 28, 28]]}


def test_what_is_printed_is_kept_in_order_and_harmless(strongest: Sandbox, net: Source) -> None:
    source = net("print('\\x1b[31mred\\u202e', end='\\n\\t'); import sys; print('two', file=sys.stderr); return x")
    with strongest.worker() as worker:
        load_net(worker, source)
        worker.run([images(1)], mode="eval", seed=0, expected=[((1,), "float32")])
    assert worker.printed in ("\\x1b[31mred\\u202e\n\ttwo\n", "two\n\\x1b[31mred\\u202e\n\t")


def test_usage_is_known_after_close(strongest: Sandbox, net: Source) -> None:
    with strongest.worker() as worker:
        load_net(
            worker,
            net(top="import time\nend = time.process_time() + 0.2\nwhile time.process_time() < end: pass"),
        )
    assert 0.2 < worker.usage.cpu_seconds < 3
    assert worker.usage.wall_seconds > 0.2
    assert worker.usage.peak_rss_bytes > 50 << 20


@pytest.mark.parametrize(
    ("forward", "message"),
    [
        pytest.param("return x[:, :9]", "forward() returned shape (2, 9), expected (2, 10)", id="a column is missing"),
        pytest.param(
            "return x.double()",
            "forward() returned dtype float64, expected float32",
            id="the dtype is double",
        ),
        pytest.param(
            "return x.bfloat16()",
            "forward() returned dtype bfloat16, expected float32",
            id="numpy does not have the dtype",
        ),
        pytest.param("return x, x", "forward() returned tuple, expected 1 tensor", id="a tuple of two"),
        pytest.param("pass", "forward() returned NoneType, expected 1 tensor", id="the return is forgotten"),
        pytest.param("return [x, 'x']", "forward() returned list, expected 1 tensor", id="a list with a string"),
    ],
)
def test_wrong_output(strongest: Sandbox, net: Source, forward: str, message: str) -> None:
    x = images(2, 10)
    with strongest.worker() as worker:
        load_net(worker, net(forward))
        for _ in range(2):  # the worker is over, and says the same again
            with pytest.raises(WrongOutput) as caught:
                worker.run([x], mode="eval", seed=0, expected=[((2, 10), "float32")])
            assert caught.value.message == message
            assert caught.value.expected == (((2, 10), "float32"),)


def test_a_wrong_shape_is_told_before_its_gradient_is_compared(strongest: Sandbox, net: Source) -> None:
    with strongest.worker() as worker:
        load_net(worker, net("return x.sum(1)"))
        with pytest.raises(WrongOutput, match=r"returned shape \(2,\), expected \(2, 10\)"):
            worker.gradients([images(2, 10)], mode="eval", seed=0, cotangents=[images(2, 10)], parameters={})


def test_after_an_exception_the_same_worker_goes_on(strongest: Sandbox, net: Source) -> None:
    with strongest.worker() as worker:
        load_net(worker, net("return x / (0 if len(x) == 1 else 1) if len(x) != 2 else 1 // 0"))
        with pytest.raises(WorkerFault, match="ZeroDivisionError"):
            worker.run([images(2)], mode="eval", seed=0, expected=[((2,), "float32")])
        (y,) = worker.run([images(3)], mode="eval", seed=0, expected=[((3,), "float32")])
    np.testing.assert_array_equal(y, images(3))


def test_the_recorder_sees_a_run_in_the_mode_and_returns_numbers(strongest: Sandbox, lenet5: bytes) -> None:
    x = images(2, 1, 28, 28)
    with strongest.worker() as worker:
        worker.load(lenet5, file_name="s.py", entry="LeNet5")
        recording, samples = worker.watch(x, mode="train", seed=0, sample=5)
    assert recording == {"training": True, "shapes": [[2, 1, 28, 28]]}
    assert [each.tolist() for each in samples] == [x.reshape(-1)[:5].tolist()]
