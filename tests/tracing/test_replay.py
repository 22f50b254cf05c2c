"""A replay gives the numbers of the recorded module, with torch as the judge."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from cnnquiz.cnn import OPS
from cnnquiz.errors import ReplayError
from cnnquiz.tracing.record import record_network
from cnnquiz.tracing.replay import Replay, replay
from cnnquiz.tracing.solutions import load_solutions

torch.set_num_threads(1)

# One small network of each family, at the smallest input that it takes; train mode where the recording in eval mode
# holds all that happens there: not the auxiliary heads of GoogLeNet and Inception, not what a network draws by itself.
FAMILIES = {
    "alexnet_one_tower": ((3, 63, 63), True),
    "densenet121": ((3, 32, 32), True),
    "fractalnet_cifar10": ((3, 32, 32), False),
    "googlenet": ((3, 32, 32), False),
    "inception_v3": ((3, 75, 75), False),
    "lenet5": ((1, 28, 28), True),
    "mobilenet_v1": ((3, 32, 32), True),
    "mobilenet_v2": ((3, 32, 32), True),
    "nin_cifar10": ((3, 32, 32), True),
    "preact_resnet18": ((3, 32, 32), True),
    "resnet18": ((3, 33, 33), True),
    "resnet20_cifar": ((3, 32, 32), True),
    "resnext50_32x4d": ((3, 33, 33), True),
    "se_resnet50": ((3, 33, 33), True),
    "squeezenet1_1": ((3, 33, 33), True),
    "vgg11_bn": ((3, 224, 224), True),
    "wrn_16_4": ((3, 32, 32), True),
    "zfnet": ((3, 224, 224), True),
}


def randomised(module: nn.Module) -> nn.Module:
    """Scales, shifts and running statistics at which a batch norm does something."""
    for name, tensor in module.state_dict().items():
        if tensor.dim() == 1:
            tensor.uniform_(*((0.5, 1.5) if name.endswith(("weight", "running_var")) else (-0.5, 0.5)))
    return module


def relative(actual: Tensor, expected: Tensor) -> float:
    return float((actual - expected).abs().max() / expected.abs().max())


def require_same(build: Callable[[], nn.Module], input_shape: tuple[int, ...], *, train: bool) -> None:
    network = record_network(build, input_shape, "net")
    torch.manual_seed(0)
    module = randomised(build())
    x = torch.randn(2, *input_shape)
    for mode in ("eval", "train") if train else ("eval",):
        tensors = {name: tensor.clone() for name, tensor in module.state_dict().items()}
        module.train(mode == "train")
        with torch.no_grad():
            torch.manual_seed(1)
            expected = module(x)
            torch.manual_seed(1)
            assert relative(replay(network, tensors, x, mode=mode), expected) <= 1e-6
        for name, buffer in module.named_buffers():
            assert name.endswith("num_batches_tracked") or relative(tensors[name], buffer) <= 1e-6


@pytest.mark.parametrize("name", FAMILIES)
def test_a_replay_of_a_solution_gives_its_numbers(name):
    (solution,) = (solution for solution in load_solutions() if solution.name == name)

    require_same(solution.build, FAMILIES[name][0], train=FAMILIES[name][1])


class Net(nn.Module):
    def __init__(self, function: Callable[[nn.Module, Tensor], Tensor], **layers: nn.Module | nn.Parameter) -> None:
        super().__init__()
        self.function = function
        for name, layer in layers.items():
            setattr(self, name, layer)

    def forward(self, x: Tensor) -> Tensor:
        return self.function(self, x)


MAPS, VOLUME, SIGNAL = (4, 9, 8), (4, 6, 7, 8), (4, 9)

CALLS = {
    "1d convolution, batch norm and pooling": (SIGNAL, lambda: nn.Sequential(nn.Conv1d(4, 6, 3, 2, 1), nn.BatchNorm1d(6), nn.MaxPool1d(2), nn.AvgPool1d(2), nn.AdaptiveAvgPool1d(2), nn.AdaptiveMaxPool1d(1))),
    "3d convolution and pooling": (VOLUME, lambda: nn.Sequential(nn.Conv3d(4, 6, 3, padding=1), nn.MaxPool3d(2), nn.AvgPool3d(2, 1), nn.AdaptiveMaxPool3d(2), nn.AdaptiveAvgPool3d((1, 2, None)))),
    "1d transposed": (SIGNAL, lambda: nn.ConvTranspose1d(4, 6, 3, 2, 1, 1)),
    "2d transposed in groups, dilated": (MAPS, lambda: nn.ConvTranspose2d(4, 6, 3, 2, 1, 1, groups=2, dilation=2)),
    "3d transposed": (VOLUME, lambda: nn.ConvTranspose3d(4, 2, 2, 2, bias=False)),
    "padding same": (MAPS, lambda: nn.Conv2d(4, 6, 3, padding="same", dilation=2)),
    "padding of other modes": (MAPS, lambda: nn.Sequential(*(nn.Conv2d(4, 4, 3, padding=1, padding_mode=mode) for mode in ("reflect", "replicate", "circular")))),
    "pooling that rounds up, padded and dilated": (MAPS, lambda: nn.Sequential(nn.MaxPool2d(3, 2, 1, 2, ceil_mode=True), nn.AvgPool2d(2, 2, 1, ceil_mode=True, count_include_pad=False))),
    "batch norm without parameters, without statistics": (MAPS, lambda: nn.Sequential(nn.BatchNorm2d(4, affine=False), nn.BatchNorm2d(4, track_running_stats=False))),
    "adaptive pooling": (MAPS, lambda: nn.Sequential(nn.AdaptiveMaxPool2d((4, None)), nn.AdaptiveAvgPool2d(3))),
    "local response norm": (MAPS, lambda: nn.LocalResponseNorm(3, alpha=0.5, beta=0.6, k=1.5)),
    "activations": (MAPS, lambda: nn.Sequential(*(getattr(nn, name)() for name in ("ReLU6", "LeakyReLU", "PReLU", "ELU", "SELU", "GELU", "SiLU", "Mish", "Hardswish", "Tanh", "Softplus", "Sigmoid")), nn.Softmax(dim=1))),
    "a matrix used from the right": (SIGNAL, lambda: Net(lambda m, x: torch.addmm(m.b, x.flatten(1), m.w), w=nn.Parameter(torch.randn(36, 5)), b=nn.Parameter(torch.randn(5)))),
    "gates, sums, means of stacks": (MAPS, lambda: Net(lambda m, x: torch.stack([x * x.mean((2, 3), keepdim=True), x + x.relu()]).mean(0))),
    "slices, choices, concatenation": (MAPS, lambda: Net(lambda m, x: torch.cat([x[:, 1:, ::2, 1:], x[:, [2, 0]][:, :, ::2, 1:]], 1))),
    "parameters as operands": (MAPS, lambda: Net(lambda m, x: m.scale * x + m.shift, scale=nn.Parameter(torch.randn(4, 1, 1)), shift=nn.Parameter(torch.randn(1, 4, 1, 1)))),
    "new shapes": (MAPS, lambda: Net(lambda m, x: x.view(len(x), 2, 2, 9, 8).flatten(2)[:, :, None].squeeze(2))),
    "functions with a name only": (MAPS, lambda: Net(lambda m, x: torch.maximum(x.abs().sqrt(), x.square()) - x.exp())),
    "dropout": (MAPS, lambda: nn.Sequential(nn.Dropout(0.3), nn.ReLU(), nn.Dropout(0.6))),
    "dropout that is always on": (MAPS, lambda: Net(lambda m, x: functional.dropout(x, 0.5))),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_a_replay_of_a_call_gives_its_numbers(name):
    input_shape, build = CALLS[name]

    require_same(build, input_shape, train=True)


def test_every_operation_is_replayed_somewhere():
    networks = [record_network(build, shape, "net") for shape, build in CALLS.values()]
    seen = {call.op.name for network in networks for call in network.calls}

    assert set(OPS) - seen == set()


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        pytest.param(lambda m, x: 0.5 * x, "mul with a constant that the recording does not hold", id="a constant factor"),
        pytest.param(lambda m, x: x.permute(0, 1, 3, 2), "permute: what permute does is not known (expected an operation with a rule)", id="an order of axes"),
        pytest.param(lambda m, x: x[:, torch.tensor([3, 2, 1, 0])], "what __getitem__ does is not known", id="an index that is a tensor"),
        pytest.param(lambda m, x: x + m.row.view(4, 1, 1), "add with a tensor whose axes are not recorded", id="a parameter in another shape"),
    ],
)  # fmt: skip
def test_what_a_recording_does_not_hold_is_said(function, expected):
    def build() -> nn.Module:
        return Net(function, row=nn.Parameter(torch.zeros(4)))

    network = record_network(build, (4, 6, 6), "net")

    with pytest.raises(ReplayError) as raised:
        replay(network, dict(build().named_parameters()), torch.zeros(1, 4, 6, 6))
    assert expected in str(raised.value)


def test_what_torch_refuses_is_said_with_the_name_of_the_call():
    network = record_network(lambda: nn.Sequential(nn.Conv2d(4, 6, 3)), (4, 6, 6), "net")

    with pytest.raises(ReplayError, match=r"^0: Given groups=1"):
        replay(network, {"0.weight": torch.zeros(6, 3, 3, 3), "0.bias": torch.zeros(6)}, torch.zeros(1, 4, 6, 6))


def test_a_replay_draws_by_its_seed_and_leaves_torchs_generator_alone():
    network = record_network(lambda: nn.Dropout(0.5), (4, 6, 6), "net")
    x = torch.ones(2, 4, 6, 6).numpy()
    state = torch.get_rng_state()

    outputs = [Replay(network, {}).run(x, mode="train", seed=seed).tolist() for seed in (1, 1, 2)]

    assert outputs[0] == outputs[1] != outputs[2]
    assert torch.equal(torch.get_rng_state(), state)


def test_running_statistics_change_for_the_replay_alone():
    network = record_network(lambda: nn.BatchNorm2d(4), (4, 6, 6), "net")
    tensors = nn.BatchNorm2d(4).state_dict()
    replays = [Replay(network, tensors) for _ in range(2)]

    replays[0].run(torch.ones(2, 4, 6, 6).numpy(), mode="train", seed=0)

    assert [r.array("running_mean").tolist() for r in replays] == [pytest.approx([0.1] * 4), [0.0] * 4]
    assert replays[0].buffers == {"running_mean", "running_var"}


def test_a_layer_whose_weights_were_not_recorded_is_not_replayed():
    class Fixed(nn.Module):
        def forward(self, x):
            return functional.conv2d(x, torch.ones(3, 3, 2, 2))

    network = record_network(Fixed, (3, 4, 4), "fixed")

    with pytest.raises(ReplayError, match="conv2d with a tensor that the recording does not hold"):
        Replay(network, {}).run(torch.zeros(1, 3, 4, 4).numpy(), mode="eval", seed=0)
