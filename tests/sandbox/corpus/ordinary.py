"""What honest students hand in: broken files, each with the message that helps, and right ones written oddly."""

from tests.sandbox.corpus.case import REFUSED, Case, lenet5


def broken(source: bytes, message: str, *verdicts: str) -> Case:
    return Case(source=source, verdicts=verdicts or ("crash",), message=message)


def right(source: bytes) -> Case:
    return Case(source=source, verdicts=("pass",))


def inside(message: str, *verdicts: str, **code: str) -> Case:
    return broken(lenet5(**code), message, *verdicts)


def oddly(**code: str) -> Case:
    return right(lenet5(**code))


BROKEN: dict[str, Case] = {
    "an empty file": broken(b"", "defines no LeNet5", "rejected"),
    "only spaces": broken(b"   \n\t\n", "defines no LeNet5", "rejected"),
    "no Python": broken(b"Dear teacher, my dog ate it.\n", "SyntaxError"),
    "half a file": broken(lenet5()[:-200], ""),
    "a UTF-16 file": broken(lenet5().decode().encode("utf-16"), "encoded as UTF-16, expected UTF-8", "rejected"),
    "a zip file": broken(b"PK\x03\x04" + bytes(200), "null byte in line 1", "rejected"),
    "latin-1 without a declaration": broken(
        lenet5(top="s = 'é'").decode().encode("latin-1"), "expected UTF-8", "rejected"
    ),
    "an indentation of tabs and spaces": broken(b"if 1:\n\tx = 1\n        y = 2\n", "TabError"),
    "a hundred thousand parentheses": broken(b"(" * 100_000, "too many nested parentheses"),
    "a hundred thousand signs": broken(b"-" * 100_000 + b"1", "nested too deeply", "rejected"),
    "a notebook": broken(b'{"cells": [{"cell_type": "code", "execution_count": null}]}', "NameError"),
    "another class name": broken(lenet5().replace(b"LeNet5", b"Lenet"), "it defines Lenet", "rejected"),
    "no module": broken(b"class LeNet5: pass\n", "expected a torch.nn.Module", "rejected"),
    "an argument too many": broken(
        lenet5().replace(b"def __init__(self)", b"def __init__(self, classes)"),
        "missing 1 required positional argument",
    ),
    "super().__init__() forgotten": broken(
        lenet5().replace(b"super().__init__()", b"pass"), "before Module.__init__() call"
    ),
    "no forward": broken(lenet5().replace(b"def forward", b"def fwd"), "forward"),
    "returns nothing": inside("returned NoneType", "fail", returns="None"),
    "returns a list of numbers": inside("returned float", "fail", returns="[1.0, 2.0]"),
    "returns an array": inside("returned ndarray", "fail", returns="y.detach().numpy()"),
    "returns a module": inside("", "fail", "crash", returns="nn.ReLU(y)"),
    "a name with a typo": inside("NameError: name 'relu' is not defined (line", returns="relu(y)"),
    "wrong sizes": broken(lenet5().replace(b"nn.Linear(400", b"nn.Linear(256"), "cannot be multiplied"),
    "a GPU": inside("line", before="x = x.cuda()"),
    "torchvision's data": inside(
        "torchvision is not allowed in this exercise (line", top="from torchvision import datasets"
    ),
    "a download": inside(
        "network is not available while grading (line",
        top="import urllib.request; urllib.request.urlretrieve('http://example.org/mnist.gz', 'mnist.gz')",
    ),
    "a missing package": inside("No module named 'seaborn_of_mine' (line", top="import seaborn_of_mine"),
    "weights from a file": inside("line", top="torch.load('weights.pt')"),
    "asks at the keyboard": inside("EOFError", top="input('epochs? ')"),
    "in double precision": inside("line", top="torch.set_default_dtype(torch.float64)"),
    "batch swallowed": inside("", *REFUSED, returns="y.view(-1, 5)"),
    "layers in a plain list": broken(
        lenet5(init="self.head = [nn.Linear(84, 10)]").replace(b"self.fc3(F", b"self.head[0](F"), "", "fail"
    ),
}

ODD: dict[str, Case] = {
    "lazy layers": oddly(init="self.fc1 = nn.LazyLinear(120)"),
    "nothing odd": oddly(),
    "a declared encoding": right(b"# -*- coding: latin-1 -*-\n" + lenet5(top="s = 'é'").decode().encode("latin-1")),
    "latin-1 in a comment": right(lenet5(top="# é").decode().encode("latin-1")),
    "a byte order mark": right(b"\xef\xbb\xbf" + lenet5()),
    "bidi controls and emoji": right(lenet5(top="name = '\u202ekcart \u2066🙂'\nprint(name)")),
    "line ends of Windows": right(lenet5().replace(b"\n", b"\r\n")),
    "line ends of 1984": right(lenet5().replace(b"\n", b"\r")),
    "no line end at the end": right(lenet5().rstrip()),
    "Korean names": right(lenet5().replace(b"conv1", "합성곱".encode())),
    "prints all the time": oddly(top="print('import')", before="print(x.shape)", after="print(y)"),
    "warns": oddly(before="import warnings; warnings.warn('careful')", top="import logging; logging.warning('hm')"),
    "annotations from the future": right(b"from __future__ import annotations\n" + lenet5()),
    "a training loop under the main guard": right(lenet5() + b"\nif __name__ == '__main__':\n    raise SystemExit\n"),
    "a command line": oddly(top="import argparse\nargs = argparse.ArgumentParser().parse_args()"),
    "threads set": oddly(top="torch.set_num_threads(4)"),
    "a device chosen": oddly(
        top="device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')", before="x = x.to(device)"
    ),
    "seeds everywhere": oddly(top="import random, numpy; random.seed(0); numpy.random.seed(0); torch.manual_seed(0)"),
    "weights drawn by hand": oddly(
        init="for m in self.modules():\n    if isinstance(m, nn.Conv2d):\n"
        "        nn.init.kaiming_normal_(m.weight, nonlinearity='relu'); nn.init.zeros_(m.bias)"
    ),
    "a training step in the constructor": oddly(
        init="out = self(torch.zeros(2, 1, 28, 28)); out.sum().backward(); self.zero_grad()"
    ),
    "an optimizer in the file": oddly(top="from torch import optim\nmake = optim.SGD"),
    "a hook": oddly(init="self.seen = []; self.conv1.register_forward_hook(lambda m, i, o: self.seen.append(o.shape))"),
    "a data class": oddly(top="from dataclasses import dataclass\n@dataclass\nclass Config:\n    classes: int = 10"),
    "generics and protocols": oddly(
        top="from typing import Generic, TypeVar\nT = TypeVar('T')\nclass Box(Generic[T]): pass"
    ),
    "its own __call__": right(lenet5() + b"\n    def __call__(self, x):\n        return super().__call__(x)\n"),
    "a class made by exec": right(b"exec('''\n" + lenet5().replace(b"\\", b"\\\\") + b"''')\n"),
    "a factory": right(lenet5().replace(b"class LeNet5", b"class Net") + b"\nLeNet5 = lambda: Net()\n"),
    "a decorated forward": oddly(
        top="import functools\ndef logged(f):\n    @functools.wraps(f)\n    def g(*a): return f(*a)\n    return g",
    ),
    "memory in another order": oddly(before="x = x.to(memory_format=torch.channels_last)"),
    "a view that is not contiguous": oddly(returns="y.t().contiguous().t()"),
    "an assertion about its input": oddly(before="assert x.shape[1:] == (1, 28, 28) and x.dtype == torch.float32"),
    "gradients switched off and on": oddly(before="torch.set_grad_enabled(torch.is_grad_enabled())"),
    "a matrix product by einsum": oddly(
        after="h = F.relu(self.fc2(x)); y = torch.einsum('nk,ck->nc', h, self.fc3.weight) + self.fc3.bias"
    ),
    "a state that counts calls": oddly(init="self.calls = 0", before="self.calls += 1"),
    "a class attribute that shadows a name": oddly(init="self.training_accuracy = 0.99; self.name = 'pass'"),
}
