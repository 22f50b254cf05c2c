"""Wrong networks that want to pass: every way known to us to talk a grader into it."""

from tests.sandbox.corpus.case import REFUSED, ZEROS, Case, lenet5


def forged(*, verdicts: tuple[str, ...] = ("fail",), returns: str = ZEROS, **code: str) -> Case:
    return Case(source=lenet5(returns=returns, **code), verdicts=verdicts)


PERFECT = """
class Same:
    def __eq__(self, other): return True
    def __le__(self, other): return True
    def __bool__(self): return True
"""
FRAME = """
import json, os, struct
def frame(header, payload=b""):
    header = json.dumps(header).encode()
    return struct.pack("<4sIQ", b"CQ1\\0", len(header), len(payload)) + header + payload
def send(data):
    while data: data = data[os.write(3, data):]
"""
RUN = """{"operation": "run", "id": "0" * 32, "tensors": [{"shape": [3, 10], "dtype": "float32"}], "not_a_tensor": None}"""

FORGING: dict[str, Case] = {
    "prints a verdict": forged(after='print(\'{"verdict": "pass", "score": 1.0}\')'),
    "prints a verdict to every descriptor": forged(
        top="import os\nfor fd in (1, 2): os.write(fd, b'verdict: pass\\n10 of 10 points\\n')"
    ),
    "exits with success at import": forged(top="import os; os._exit(0)", verdicts=("crash",)),
    "exits politely at import": forged(top="raise SystemExit(0)", verdicts=("crash",)),
    "exits with success in forward": forged(before="import os; os._exit(0)", verdicts=("crash",)),
    "prints a verdict at exit": forged(top="import atexit; atexit.register(print, 'verdict: pass')"),
    "replaces torch.allclose and its like": forged(
        top="torch.allclose = torch.equal = torch.isclose = lambda *a, **k: True\n"
        "import torch.testing; torch.testing.assert_close = lambda *a, **k: None"
    ),
    "replaces numpy's comparisons": forged(
        top="import numpy\nfor n in ('allclose', 'array_equal', 'isclose', 'abs', 'max'):\n"
        "    setattr(numpy, n, lambda *a, **k: True)"
    ),
    "a tensor that equals everything": forged(
        top="class Same(torch.Tensor):\n"
        "    @classmethod\n"
        "    def __torch_function__(cls, f, types, args=(), kwargs=None):\n"
        "        return True if f.__name__ in ('eq', 'allclose', 'equal') else super().__torch_function__(f, types, args, kwargs or {})",
        returns=f"({ZEROS}).as_subclass(Same)",
    ),
    "an object that equals everything": forged(top=PERFECT, returns="Same()", verdicts=REFUSED),
    "not a number": forged(returns="y * float('nan')"),
    "infinity": forged(returns="y / 0"),
    "no rows at all": forged(returns="y[:0]"),
    "one row that would broadcast": forged(returns="y[:1]"),
    "no dimensions": forged(returns="y.sum()"),
    "double precision": forged(returns="y.double()"),
    "claims a shape that its bytes do not have": forged(
        top="import sys\nserve = sys.modules['sandbox_child.serve']\n"
        "serve._type = lambda t: {'shape': [3, 10], 'dtype': 'float32'}",
        returns="torch.zeros(1)",
        verdicts=REFUSED,
    ),
    "answers before it is asked": forged(top=FRAME, before=f"send(frame({RUN}, bytes(120)))", verdicts=("rejected",)),
    "answers many times": forged(
        top=FRAME, before=f"for _ in range(50): send(frame({RUN}, bytes(120)))", verdicts=("rejected",)
    ),
    "answers with the right id and zeros": forged(
        top=FRAME,
        before=f"""
import sys
f = sys._getframe()
while f and "request" not in f.f_locals: f = f.f_back
request = f.f_locals["request"]
send(frame(dict({RUN}, id=request["id"], operation=request["operation"]), bytes(120)))
""",
        verdicts=REFUSED,
    ),
    "takes the place of the server's loop": forged(
        before="""
import sys
f = sys._getframe()
while f and not hasattr(f.f_locals.get("self"), "_operations"): f = f.f_back
f.f_locals["self"]._operations["run"] = lambda *a: ({"not_a_tensor": None}, [torch.zeros(3, 10)])
""",
    ),
    "replaces json.dumps": forged(
        top='import json; json.dumps = lambda *a, **k: \'{"verdict": "pass"}\'', verdicts=REFUSED
    ),
    "announces four exabytes": forged(
        top="import os, struct",
        before="os.write(3, struct.pack('<4sIQ', b'CQ1\\0', 2, 1 << 62) + b'{}')",
        verdicts=("rejected",),
    ),
    "a header of 2 MiB": forged(top=FRAME, before="send(frame({'x': 'x' * (2 << 20)}))", verdicts=("rejected",)),
    "a header nested a thousand times": forged(
        top="import os, struct",
        before="h = b'[' * 100000\nos.write(3, struct.pack('<4sIQ', b'CQ1\\0', len(h), 0) + h)",
        verdicts=("rejected",),
    ),
    "a header of nonsense": forged(before="import os; os.write(3, os.urandom(4096))", verdicts=("rejected",)),
    "closes its connection": forged(before="import os; os.close(3)", verdicts=REFUSED),
    "puts another file in the place of its connection": forged(
        before="import os; os.dup2(os.open('/dev/null', os.O_RDONLY), 3)", verdicts=REFUSED
    ),
    "hides and lies about its parameters": forged(
        top="""
right = [("a", (6, 1, 5, 5)), ("b", (6,)), ("c", (16, 6, 5, 5)), ("d", (16,)), ("e", (120, 400)), ("f", (120,)),
         ("g", (84, 120)), ("h", (84,)), ("i", (10, 84)), ("j", (10,))]
fake = {name: nn.Parameter(torch.zeros(shape)) for name, shape in right}
nn.Module.named_parameters = lambda self, *a, **k: iter(fake.items())
""",
    ),
    "has no parameters at all": Case(
        source=b"import torch\nclass LeNet5(torch.nn.Module):\n    def forward(self, x): return x.flatten(1)[:, :10]\n",
        verdicts=("fail",),
    ),
    "lies about its layers": forged(
        top="import sys\nm = sys.modules['sandbox_recorder']\nold = m.watch\n"
        "def watch(module, inputs, **options):\n    module.forward = type(module).honest.__get__(module)\n"
        "    out = old(module, inputs, **options)\n    del module.forward\n    return out\n"
        "m.watch = watch",
        init="""
    def honest(self, x):
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(torch.flatten(self.two(x), 1))))))
    def two(self, x):
        return F.max_pool2d(F.relu(self.conv2(F.max_pool2d(F.relu(self.conv1(x)), 2))), 2)
""".replace("\n    def", "\ndef").replace("\n        return", "\n    return"),
    ),
    "a private copy of its own weights": forged(
        init="self.copy = [p.detach().clone() for p in self.fc3.parameters()]",
        after="w, b = self.copy",
        returns="F.linear(F.relu(self.fc2(x)), w, b)",
    ),
    "remembers its first answer": forged(
        after="self.first = getattr(self, 'first', y)", returns="self.first[:1].expand(len(x), 10)"
    ),
    "right for one batch size only": forged(returns="y if len(x) == 3 else y * 2"),
    "right for small inputs only": forged(before="large = x.abs().max() > 20", returns="y * (not large)"),
    "right in eval mode only": forged(returns="y if not self.training else y * 2"),
    "right for two calls only": forged(after="self.n = getattr(self, 'n', 0) + 1", returns="y * (self.n < 3)"),
    "batches that see each other": forged(returns="y - y.mean(0)"),
    "one hundredth too large": forged(returns="y * 1.01"),
    "half precision inside": forged(before="x = x.bfloat16().float()"),
    "a little noise": forged(returns="y + 0.01 * torch.randn_like(y)"),
    "a verdict as an exception": forged(
        before="class Pass(Exception): pass\nraise Pass('verdict: pass, 10 of 10 points\\x1b[2J')", verdicts=("crash",)
    ),
    "an exception whose text is a bomb": forged(
        before="class Bomb(Exception):\n    def __str__(self): raise SystemExit(0)\nraise Bomb", verdicts=("crash",)
    ),
    "an exception with a million characters": forged(before="raise ValueError('pass' * 250000)", verdicts=("crash",)),
    "traces the grader's own code": forged(
        top="import sys\ndef trace(frame, event, value):\n"
        "    if 'tensors' in frame.f_locals: frame.f_locals['tensors'] = []\n    return trace",
        before="sys.settrace(trace)",
    ),
    "replaces isinstance": forged(top="import builtins; builtins.isinstance = lambda *a: True", verdicts=REFUSED),
    "a timer that raises in the grader's own code": forged(
        top="import signal\ndef fire(*a): raise SystemExit(0)\nsignal.signal(signal.SIGALRM, fire)\n"
        "signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)",
        verdicts=REFUSED,
    ),
    "a module that is another each time it is looked at": forged(
        init="self.__dict__['looks'] = 0",
        returns="y",
        after="""
self.looks += 1
if self.looks > 2: self.__class__ = nn.Identity
""",
        verdicts=REFUSED,
    ),
}
