"""Bugs of layers that keep the shape: activations, normalisation, dropout; and of the fully connected layer."""

from collections.abc import Iterator
from dataclasses import replace

from cnnquiz.cnn import Network
from cnnquiz.cnn.elementwise import Activation, Dropout
from cnnquiz.cnn.linear import Linear
from cnnquiz.cnn.normalization import BatchNorm, LocalResponseNorm
from cnnquiz.tracing.mutants.layers import exchanged
from cnnquiz.tracing.mutants.mutation import Attempt

_FUNCTIONS = ("relu", "leaky_relu", "relu6", "sigmoid", "tanh", "gelu", "silu", "elu", "softmax", "log_softmax")


def activation_bugs(network: Network, place: int) -> Iterator[Attempt]:
    op = network.calls[place].op
    if isinstance(op, Activation):
        functions = [function for function in _FUNCTIONS if function != op.function]
        yield from (exchanged(network, place, Activation(function=function)) for function in functions)


def normalization_bugs(network: Network, place: int) -> Iterator[Attempt]:
    op = network.calls[place].op
    if isinstance(op, BatchNorm):
        yield exchanged(network, place, replace(op, affine=not op.affine))
        if op.track_running_stats:
            yield exchanged(network, place, replace(op, track_running_stats=False))
        yield from (exchanged(network, place, replace(op, eps=eps)) for eps in (1e-3, 1e-5) if eps != op.eps)
        if op.momentum is not None:  # the old value's share in one framework, the new value's in another
            yield exchanged(network, place, replace(op, momentum=1 - op.momentum))
            yield exchanged(network, place, replace(op, momentum=op.momentum / 10))
    if isinstance(op, LocalResponseNorm):
        usual = LocalResponseNorm(size=op.size)
        for alpha in (op.alpha / op.size, op.alpha * op.size):  # the paper's constant and torch's
            yield exchanged(network, place, replace(op, alpha=alpha))
        for name in ("alpha", "beta", "k"):
            yield exchanged(network, place, replace(op, **{name: getattr(usual, name)}), named=name)
        yield exchanged(network, place, replace(usual, alpha=op.alpha), named="k")
        yield from (
            exchanged(network, place, replace(op, size=size)) for size in (op.size - 2, op.size + 2) if size > 0
        )


def dropout_bugs(network: Network, place: int) -> Iterator[Attempt]:
    op = network.calls[place].op
    if not isinstance(op, Dropout):
        return
    if not op.active:
        yield exchanged(network, place, replace(op, active=True))
    rates = dict.fromkeys((round(1 - op.p, 6), 0.1, 0.2, 0.25, 0.3, 0.4, 0.5))
    yield from (exchanged(network, place, replace(op, p=p)) for p in rates if p != op.p)


def linear_bugs(network: Network, place: int) -> Iterator[Attempt]:
    op = network.calls[place].op
    if isinstance(op, Linear):
        yield exchanged(network, place, replace(op, bias=not op.bias))
