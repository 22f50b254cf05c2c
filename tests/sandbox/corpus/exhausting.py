"""Networks that take too much, or never come back."""

from tests.sandbox.corpus.case import REFUSED, Case, lenet5

ENDLESS = 5


def endless(**code: str) -> Case:
    return Case(source=lenet5(**code), verdicts=("timeout",), message="took longer than", seconds=ENDLESS)


def greedy(**code: str) -> Case:
    return Case(source=lenet5(**code), verdicts=("memory",), message="used more than 1.0 GiB of memory", seconds=2)


EXHAUSTING: dict[str, Case] = {
    "never ends at import": endless(top="while True: pass"),
    "never ends in the constructor": endless(init="while True: pass"),
    "never ends in forward": endless(before="while True: pass"),
    "sleeps": endless(before="import time; time.sleep(1e6)"),
    "stops itself": endless(before="import os, signal; os.kill(os.getpid(), signal.SIGSTOP)"),
    "ignores every signal": endless(
        top="import signal\nfor n in range(1, 65):\n    try: signal.signal(n, signal.SIG_IGN)\n    except (OSError, ValueError): pass\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nwhile True: pass"
    ),
    "never returns from C": endless(before="import re; re.match(r'(a+)+$', 'a' * 60 + 'b')"),
    "computes for ever": endless(before="10 ** 10 ** 9"),
    "waits for what nobody sends": endless(before="import os; os.read(os.pipe()[0], 1)"),
    "catches what should end it": endless(
        before="while True:\n    try:\n        while True: pass\n    except BaseException: pass"
    ),
    "never ends when it is destroyed": endless(
        before="class Last:\n    def __del__(self):\n        while True: pass\nLast()"
    ),
    "never ends being printed": endless(
        before="class Odd(Exception):\n    def __str__(self):\n        while True: pass\nraise Odd"
    ),
    "drips an answer": endless(
        before="import os, time\nfor byte in b'CQ1\\0' + bytes(100):\n    os.write(3, bytes([byte])); time.sleep(1)"
    ),
    "a tensor of 50 GiB": greedy(before="torch.zeros(50 << 30, dtype=torch.uint8)"),
    "bytes without end": greedy(before="kept = []\nwhile True: kept.append(bytes(1 << 24))"),
    "a list without end": greedy(before="kept = [0]\nwhile True: kept += kept"),
    "a string without end": greedy(before="kept = 'x'\nwhile True: kept += kept"),
    "tensors without end at import": greedy(top="kept = []\nwhile True: kept.append(torch.ones(1 << 22))"),
    "shared memory without end": Case(
        source=lenet5(before="import mmap\nkept = []\nwhile True: kept.append(mmap.mmap(-1, 1 << 28))"),
        verdicts=REFUSED,
    ),
    "calls itself without end": Case(
        source=lenet5(before="def f(): f()\nf()"), verdicts=("crash",), message="RecursionError"
    ),
    "calls itself without end and limit": Case(
        source=lenet5(
            before="import sys; sys.setrecursionlimit(10**9)\nclass R:\n    def __repr__(self): return repr([self])\nrepr(R())"
        ),
        verdicts=("crash", "memory"),
    ),
    "forks without end": Case(source=lenet5(before="import os\nwhile True: os.fork()"), verdicts=("crash",)),
    "starts threads without end": Case(
        source=lenet5(before="import threading\nwhile True: threading.Thread(target=input).start()"),
        verdicts=("crash",),
        message="can't start new thread",
    ),
    "prints without end": Case(
        source=lenet5(before="while True: print('x' * 1000)"), verdicts=("rejected",), message="printed more than 1 MiB"
    ),
    "writes to stderr without end": Case(
        source=lenet5(top="import os\nwhile True: os.write(2, b'y' * 65536)"),
        verdicts=("rejected",),
        message="printed more than 1 MiB",
    ),
    "opens files without end": Case(
        source=lenet5(before="import os\nkept = []\nwhile True: kept.append(open('/dev/null'))"),
        verdicts=("crash",),
        message="Too many open files",
    ),
    "a hundred thousand parameters": Case(
        source=lenet5(init="self.many = nn.ParameterList(nn.Parameter(torch.zeros(1)) for _ in range(100_000))"),
        verdicts=REFUSED,
        seconds=4,
    ),
    "a parameter with a very long name": Case(
        source=lenet5(init="self.register_parameter('w' * 10**6, nn.Parameter(torch.zeros(1)))"), verdicts=REFUSED
    ),
    "a parameter of a trillion numbers that holds one": Case(
        source=lenet5(init="self.wide = nn.Parameter(torch.zeros(1).expand(10**12))"),
        verdicts=REFUSED,
        message="parameters",
    ),
    # What is neither trained nor used takes nothing from a right network, however large it says it is.
    "a constant of a trillion numbers that holds one": Case(
        source=lenet5(init="self.wide = nn.Parameter(torch.zeros(1).expand(10**12), requires_grad=False)"),
        verdicts=("pass",),
    ),
    "an output of a billion numbers that holds one": Case(
        source=lenet5(returns="torch.zeros(1).expand(len(x), 10**9)"), verdicts=REFUSED
    ),
    "an exception nested without end": Case(
        source=lenet5(
            before="def f(n):\n    try: 1 / 0\n    except Exception as e:\n        if n: f(n - 1)\n        raise\nf(200)"
        ),
        verdicts=("crash",),
    ),
}
