"""Recording a network and computing all its numbers, side by side with torchinfo, fvcore and ptflops in one process.

Prints seconds of CPU time, the least of several rounds in turn, and ratios to ours. Run by `make bench`.
"""

import io
import logging
import time
import warnings
from collections.abc import Callable
from contextlib import redirect_stdout

import torch
import torchvision
from fvcore.nn import FlopCountAnalysis
from ptflops import get_model_complexity_info
from torchinfo import summary

from cnnquiz.cnn.memory import peak_elements, training_elements
from cnnquiz.cnn.receptive_field import receptive_fields
from cnnquiz.tracing.record import record_network

MODELS = ("resnet50", "densenet201", "efficientnet_b7")
SHAPE = (3, 224, 224)
ROUNDS = 3


def ours(name: str) -> int:
    network = record_network(lambda: torchvision.models.get_model(name, weights=None), SHAPE, name)
    receptive_fields(network)
    training_elements(network)
    peak_elements(network)
    return network.macs


def with_torchinfo(name: str) -> int:
    return int(summary(_model(name), input_size=(1, *SHAPE), verbose=0).total_mult_adds)


def with_fvcore(name: str) -> int:
    return int(FlopCountAnalysis(_model(name), torch.zeros(1, *SHAPE)).total())


def with_ptflops(name: str) -> int:
    with redirect_stdout(io.StringIO()):
        macs, _ = get_model_complexity_info(_model(name), SHAPE, as_strings=False, print_per_layer_stat=False)
    return int(macs)


def _model(name: str) -> torch.nn.Module:
    return torchvision.models.get_model(name, weights=None).eval()


TOOLS: dict[str, Callable[[str], int]] = {
    "cnnquiz": ours,
    "torchinfo": with_torchinfo,
    "fvcore": with_fvcore,
    "ptflops": with_ptflops,
}


def main() -> None:
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    torch.set_num_threads(1)
    print(f"{'model':17}" + "".join(f"{tool:>20}" for tool in TOOLS) + "   (CPU seconds, ratio to ours)")
    for name in MODELS:
        seconds: dict[str, list[float]] = {tool: [] for tool in TOOLS}
        for _ in range(ROUNDS):
            for tool, count in TOOLS.items():
                started = time.process_time()
                count(name)
                seconds[tool].append(time.process_time() - started)
        least = {tool: min(rounds) for tool, rounds in seconds.items()}
        cells = "".join(f"{s:12.2f} ({s / least['cnnquiz']:4.1f}×)" for s in least.values())
        print(f"{name:17}{cells}")


if __name__ == "__main__":
    main()
