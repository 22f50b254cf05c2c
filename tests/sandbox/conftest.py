"""Sandboxes that all tests share, one for each isolation level of this machine, and submissions."""

import os
import textwrap
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from cnnquiz.sandbox import Limits, Sandbox

LIMITS = Limits(import_seconds=3, call_seconds=3, flood_bytes=1 << 20)

RECORDER = '''
def watch(module, inputs, *, training, sample):
    """Stands in for the real recorder: only what it was given."""
    module.train(training)
    shown = [] if sample is None else [tensor.reshape(-1)[:sample] for tensor in inputs]
    return {"training": module.training, "shapes": [list(tensor.shape) for tensor in inputs]}, shown
'''

LENET5 = b"""
import torch
from torch import nn


class LeNet5(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.pool = nn.MaxPool2d(2)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, num_classes)

    def forward(self, x):
        x = self.pool(torch.relu(self.conv1(x)))
        x = self.pool(torch.relu(self.conv2(x)))
        x = torch.relu(self.fc1(x.flatten(1)))
        return self.fc3(torch.relu(self.fc2(x)))
"""

NET = """
import torch
{top}
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = torch.nn.Parameter(torch.ones(1))
    def forward(self, x):
{forward}
"""


@pytest.fixture(scope="session")
def recorder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("recorder") / "recorder.py"
    path.write_text(RECORDER)
    return path


@pytest.fixture(scope="session")
def sandbox_at(recorder: Path) -> Iterator[Callable[[str], Sandbox]]:
    """A running sandbox at one level; the test is skipped where the machine does not have it."""
    running: dict[str, Sandbox] = {}
    with ExitStack() as stack:

        def sandbox_at_level(kind: str) -> Sandbox:
            if kind not in running:
                sandbox = Sandbox(limits=LIMITS, recorder=recorder, levels=(kind, "basic"))
                running[kind] = stack.enter_context(sandbox)
            found = running[kind].isolation
            if found.kind != kind:
                pytest.skip(f"this machine has no isolation at level {kind}: {found.reason}")
            return running[kind]

        yield sandbox_at_level


@pytest.fixture(scope="session")
def strongest(recorder: Path) -> Iterator[Sandbox]:
    """What graders get on this machine."""
    with Sandbox(limits=LIMITS, recorder=recorder) as sandbox:
        yield sandbox


@pytest.fixture(params=["bubblewrap", "landlock"])
def hiding(request: pytest.FixtureRequest, sandbox_at: Callable[[str], Sandbox]) -> Sandbox:
    """A sandbox in which files cannot be read either, at each such level."""
    return sandbox_at(request.param)


@pytest.fixture(params=["bubblewrap", "landlock", "seccomp"])
def locked(request: pytest.FixtureRequest, sandbox_at: Callable[[str], Sandbox]) -> Sandbox:
    """A sandbox in which nothing may be written, at each such level."""
    return sandbox_at(request.param)


@pytest.fixture(scope="session")
def lenet5() -> bytes:
    return LENET5


@pytest.fixture(scope="session")
def net() -> Callable[..., bytes]:
    """A submission whose Net runs some code at import and some in forward, which may use `x`."""

    def source(forward: str = "return x", *, top: str = "") -> bytes:
        body = textwrap.indent(textwrap.dedent(forward).strip(), " " * 8)
        return NET.format(top=textwrap.dedent(top), forward=body).encode()

    return source


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """A file that everybody may read and write, as far as its permissions go."""
    path = tmp_path / "secret.txt"
    path.write_text("the reference solution")
    path.chmod(0o666)
    for folder in (tmp_path, tmp_path.parent):
        folder.chmod(0o777)
    assert os.path.exists(path)
    return path
