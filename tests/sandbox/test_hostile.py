"""A hostile submission changes nothing outside its process, and nothing about the next submission."""

import os
import socket
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from cnnquiz.sandbox import Sandbox, WorkerFault

Source = Callable[..., bytes]
ONES = np.ones(2, "float32")


def printed_by(sandbox: Sandbox, source: bytes) -> str:
    with sandbox.worker() as worker:
        worker.load(source, file_name="submission.py", entry="Net")
        worker.run([ONES], mode="eval", seed=0, expected=[((2,), "float32")])
    return worker.printed


def ends_within_a_second(pid: int) -> bool:
    """A zombie counts as ended."""
    status = Path(f"/proc/{pid}/stat")
    for _ in range(100):
        if not status.exists() or status.read_text().split()[2] in "ZX":
            return True
        time.sleep(0.01)
    return False


REFUSED = """
import ctypes, os, resource, signal, socket, subprocess, threading
secret = {secret!r}
def memfd():
    if ctypes.CDLL(None).memfd_create(b"x", 0) < 0:
        raise PermissionError
try:
    print("done", {action})
except (OSError, RuntimeError, ValueError):
    print("refused")
return x
"""


@pytest.mark.parametrize(
    "action",
    [
        pytest.param("open(secret, 'w').write('mine')", id="overwrite a file"),
        pytest.param("open(secret, 'a')", id="append to a file"),
        pytest.param("open(secret + '.new', 'x')", id="create a file"),
        pytest.param("os.remove(secret)", id="delete a file"),
        pytest.param("os.rename(secret, secret + '.old')", id="rename a file"),
        pytest.param("os.chmod(secret, 0)", id="change permissions"),
        pytest.param("os.truncate(secret, 0)", id="truncate a file"),
        pytest.param("os.utime(secret, (0, 0))", id="change a time stamp"),
        pytest.param("os.mkdir(secret + '.d')", id="make a folder"),
        pytest.param("os.symlink('/', secret + '.l')", id="make a link"),
        pytest.param("os.mkfifo(secret + '.p')", id="make a pipe in the file system"),
        pytest.param("socket.socket()", id="open a TCP socket"),
        pytest.param("socket.socket(socket.AF_INET, socket.SOCK_DGRAM)", id="open a UDP socket"),
        pytest.param("socket.socket(socket.AF_UNIX)", id="open a local socket"),
        pytest.param("os.fork()", id="fork"),
        pytest.param("subprocess.run(['/bin/true'])", id="start a program"),
        pytest.param("os.execv('/bin/true', ['true'])", id="become another program"),
        pytest.param("threading.Thread(target=print).start()", id="start a thread"),
        pytest.param("os.kill(os.getppid(), signal.SIGKILL)", id="kill the fork server"),
        pytest.param("os.kill({parent}, signal.SIGKILL)", id="kill the grader"),
        pytest.param("os.kill(-1, signal.SIGKILL)", id="kill everybody"),
        pytest.param("resource.prlimit({parent}, resource.RLIMIT_NOFILE, (1, 1))", id="starve the grader"),
        pytest.param("resource.setrlimit(resource.RLIMIT_NOFILE, (1, 1))", id="change its own limits"),
        pytest.param("memfd()", id="hold memory outside its limit"),
        pytest.param("os.setuid(0)", id="become root"),
        pytest.param("os.listdir('/proc/{parent}/fd')", id="look at the grader's files"),
    ],
)
def test_refused(locked: Sandbox, net: Source, planted: Path, action: str) -> None:
    if locked.isolation.kind == "seccomp" and "/proc/" in action:
        pytest.skip("reading is open at this level, as its description says")
    before = sorted(planted.parent.iterdir())
    state = planted.stat()

    code = REFUSED.replace("{action}", action).replace("{parent}", str(os.getpid()))
    said = printed_by(locked, net(code.replace("{secret!r}", repr(str(planted)))))

    assert said == "refused\n"
    assert sorted(planted.parent.iterdir()) == before
    assert planted.read_text() == "the reference solution"
    assert (planted.stat().st_mode, planted.stat().st_mtime_ns) == (state.st_mode, state.st_mtime_ns)


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "/proc/self/environ",
        "/",
        str(Path(__file__)),
        str(Path(__file__).parents[2]),
        str(Path(__file__).parents[2] / "cnnquiz" / "errors.py"),
        os.path.expanduser("~"),
    ],
)
def test_files_are_hidden(hiding: Sandbox, net: Source, path: str) -> None:
    read = f"os.listdir({path!r})" if os.path.isdir(path) else f"open({path!r}).read()"
    assert printed_by(hiding, net(REFUSED.replace("{action}", read).replace("{secret!r}", "''"))) == "refused\n"


def test_a_file_that_everybody_may_read_is_hidden(hiding: Sandbox, net: Source, planted: Path) -> None:
    code = REFUSED.replace("{action}", "open(secret).read()").replace("{secret!r}", repr(str(planted)))
    assert printed_by(hiding, net(code)) == "refused\n"


def test_namespaces_hide_whether_a_path_exists(
    sandbox_at: Callable[[str], Sandbox], net: Source, planted: Path
) -> None:
    sandbox = sandbox_at("bubblewrap")
    code = f"import os; print(os.path.exists({str(planted)!r}), os.path.exists('/proc'), os.getppid()); return x"
    assert printed_by(sandbox, net(code)) == "False True 1\n"
    assert sandbox.isolation.missing == ()


def test_seccomp_alone_says_that_it_hides_nothing(
    sandbox_at: Callable[[str], Sandbox], net: Source, planted: Path
) -> None:
    sandbox = sandbox_at("seccomp")
    code = REFUSED.replace("{action}", "open(secret).read()").replace("{secret!r}", repr(str(planted)))
    # As root the worker may be another user, whom the folders above do not let in.
    assert printed_by(sandbox, net(code)) in ("done the reference solution\n", "refused\n")
    assert "a submission can read every file that you can read, also your solutions" in sandbox.isolation.missing


def test_masked_packages_cannot_be_read_past_the_import_system(hiding: Sandbox, net: Source) -> None:
    torchvision = find_spec("torchvision")
    if torchvision is None:
        pytest.skip("torchvision is not installed, there is nothing to hide")
    code = REFUSED.replace("{action}", f"open({torchvision.origin!r}).read()").replace("{secret!r}", "''")
    assert printed_by(hiding, net(code)) == "refused\n"


def test_no_connection_leaves_the_process(locked: Sandbox, net: Source) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        port = listener.getsockname()[1]
        code = f"""
        import urllib.request
        try: urllib.request.urlopen('http://127.0.0.1:{port}')
        except OSError: print('refused')
        return x
        """
        assert printed_by(locked, net(code)) == "refused\n"
        with pytest.raises(TimeoutError):
            listener.accept()


def test_a_worker_holds_no_descriptor_but_its_own(locked: Sandbox, net: Source) -> None:
    code = """
    import os
    open_ones = []
    for fd in range(64):
        try: os.fstat(fd); open_ones.append(fd)
        except OSError: pass
    print(open_ones)
    return x
    """
    assert printed_by(locked, net(code)) == "[0, 1, 2, 3]\n"


def test_forged_frames_are_not_believed(locked: Sandbox, net: Source) -> None:
    code = """
    import json, os, struct
    header = {"operation": "run", "id": "ready", "tensors": [{"shape": [2], "dtype": "float32"}]}
    header = json.dumps(header | {"not_a_tensor": None}).encode()
    for fd in range(3, 64):
        try: os.write(fd, struct.pack("<4sIQ", b"CQ1\\0", len(header), 8) + header + struct.pack("<2f", 1, 1))
        except OSError: pass
    return x
    """
    with locked.worker() as worker:
        worker.load(net(code), file_name="submission.py", entry="Net")
        with pytest.raises(WorkerFault) as caught:
            worker.run([ONES], mode="eval", seed=0, expected=[((2,), "float32")])
    assert caught.value.kind == "protocol"
    assert caught.value.message == "the submission's process answered something that was not asked"


def test_replacing_what_graders_call_changes_only_its_own_numbers(locked: Sandbox, net: Source) -> None:
    top = """
    import json, numpy, torch.testing
    torch.allclose = torch.equal = numpy.allclose = lambda *a, **k: True
    torch.testing.assert_close = lambda *a, **k: None
    json.dumps = lambda *a, **k: '{"verdict": "pass"}'
    """
    with locked.worker() as worker, pytest.raises(WorkerFault) as caught:
        worker.load(net("return x * 0", top=top), file_name="submission.py", entry="Net")
    assert caught.value.kind == "protocol"
    with locked.worker() as worker:
        worker.load(net("return x * 0", top=top.replace("json.dumps", "unused")), file_name="s.py", entry="Net")
        (y,) = worker.run([ONES], mode="eval", seed=0, expected=[((2,), "float32")])
    np.testing.assert_array_equal(y, [0, 0])


def test_not_a_number_stays_not_a_number(locked: Sandbox, net: Source) -> None:
    with locked.worker() as worker:
        worker.load(net("return x * float('nan')"), file_name="submission.py", entry="Net")
        (y,) = worker.run([ONES], mode="eval", seed=0, expected=[((2,), "float32")])
    assert np.isnan(y).all()


def test_the_next_submission_is_unaffected(locked: Sandbox, net: Source) -> None:
    vandal = net("import os; os.abort()", top="torch.relu = lambda x: x * 0\ntorch.manual_seed(5)")
    with locked.worker() as worker:
        worker.load(vandal, file_name="submission.py", entry="Net")
        with pytest.raises(WorkerFault):
            worker.run([ONES], mode="eval", seed=0, expected=[((2,), "float32")])
    with locked.worker() as worker:
        worker.load(net("return torch.relu(x)"), file_name="submission.py", entry="Net")
        (y,) = worker.run([ONES], mode="eval", seed=0, expected=[((2,), "float32")])
    np.testing.assert_array_equal(y, ONES)


def test_basic_isolation_leaves_no_folder_and_no_process(
    sandbox_at: Callable[[str], Sandbox], net: Source, planted: Path
) -> None:
    code = """
    import os, subprocess
    open("scratch.txt", "w").write("mine")
    child = subprocess.Popen(["/bin/sleep", "60"])
    print(os.getcwd(), child.pid)
    return x
    """
    folder, pid = printed_by(sandbox_at("basic"), net(code)).split()
    assert not os.path.exists(folder)
    assert ends_within_a_second(int(pid))
