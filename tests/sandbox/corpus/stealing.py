"""Right networks that want what is not theirs: files, memory, environment, the network; to persist, and to do harm."""

from dataclasses import replace

from tests.sandbox.corpus.case import Case, at_import, attempt

LIBC = "ctypes.CDLL(None, use_errno=True)"

STEALING: dict[str, Case] = {
    "reads a file": attempt("open('SECRET').read()"),
    "reads the solution": attempt("open('SOLUTION').read()"),
    "looks for solutions everywhere": at_import(
        "import glob\nfor p in glob.glob('/work/**/lenet5*', recursive=True) + glob.glob('/root/**/solutions/*', recursive=True):\n"
        "    print(p, open(p).read())"
    ),
    "reads the file by file descriptor of its folder": attempt("os.open('SECRET', os.O_RDONLY | os.O_NOFOLLOW)"),
    "reads past Python": attempt(f"{LIBC}.open(b'SECRET', 0) >= 0 and 'PLANTED'"),
    "reads with openat2": attempt(f"{LIBC}.syscall(437, -100, b'SECRET', bytes(24), 24) >= 0 and 'PLANTED'"),
    "reads by a file handle": attempt(f"{LIBC}.syscall(304, -100, bytes(64), 0) >= 0 and 'PLANTED'"),
    "reads its environment": attempt("dict(os.environ), os.environb"),
    "reads its environment from /proc": attempt("open('/proc/self/environ').read()"),
    "reads the grader's environment": attempt("open('/proc/PARENT/environ').read()"),
    "reads the grader's command line": attempt("open('/proc/PARENT/cmdline').read() and 'PLANTED'"),
    "reads the grader's memory": attempt("open('/proc/PARENT/mem', 'rb').read(1) and 'PLANTED'"),
    "reads the grader's memory with process_vm_readv": attempt(
        f"{LIBC}.process_vm_readv(PARENT, bytes(16), 1, bytes(16), 1, 0) >= 0 and 'PLANTED'"
    ),
    "attaches to the grader as a debugger": attempt(f"{LIBC}.ptrace(16, PARENT, 0, 0) == 0 and 'PLANTED'"),
    "takes a descriptor of the grader": attempt(
        f"{LIBC}.syscall(438, {LIBC}.syscall(434, PARENT, 0), 0, 0) >= 0 and 'PLANTED'"
    ),
    "looks through every object": at_import(
        "import gc\nfor o in gc.get_objects():\n    if isinstance(o, (str, bytes)) and 'PLANTED' in str(o)[:99] and len(o) > 10: print(o)"
    ),
    "looks through every descriptor": at_import(
        "for fd in range(4, 1024):\n    try: print(fd, os.pread(fd, 100, 0), 'PLANTED')\n    except OSError: pass"
    ),
    "looks through its own memory": at_import("print(open('/proc/self/mem', 'rb').read(1), 'PLANTED')"),
    "imports the grader": at_import("sys.path.insert(0, 'SOLUTION/../..')\nimport cnnquiz.grading; print('PLANTED')"),
    "imports ready-made networks": at_import("import torchvision.models; print('PLANTED')"),
    "imports them past the finder": at_import(
        "sys.meta_path[:] = [f for f in sys.meta_path if 'Forbidden' not in type(f).__name__]\n"
        "import torchvision; print('PLANTED', torchvision.models) if torchvision.__file__ else None"
    ),
    "connects": attempt("socket.create_connection(('127.0.0.1', PORT), 1)"),
    "connects past Python's socket": attempt("__import__('_socket').socket(2, 1).connect(('127.0.0.1', PORT))"),
    "connects past Python": attempt(f"{LIBC}.socket(2, 1, 0) >= 0 and 'PLANTED'"),
    "sends a datagram": attempt("__import__('_socket').socket(2, 2).sendto(b'x', ('127.0.0.1', PORT))"),
    "sends a datagram over its own channel": attempt(
        "__import__('_socket').socket(2, 2, 0, 3).sendto(b'', ('127.0.0.1', PORT))"
    ),
    "makes a ring of system calls": attempt(f"{LIBC}.syscall(425, 8, bytes(120)) >= 0 and 'PLANTED'"),
    "downloads": at_import("import urllib.request; urllib.request.urlopen('http://127.0.0.1:PORT/')"),
    "becomes root": attempt("os.setuid(0) or 'PLANTED'"),
    "leaves by chroot": attempt("os.chroot('/tmp') or 'PLANTED'"),
    "makes namespaces of its own": attempt(f"{LIBC}.unshare(0x10000000) == 0 and 'PLANTED'"),
    "mounts": attempt(f"{LIBC}.mount(b'none', b'/tmp', b'tmpfs', 0, 0) == 0 and 'PLANTED'"),
    "loads a program into the kernel": attempt(f"{LIBC}.syscall(321, 5, bytes(64), 64) >= 0 and 'PLANTED'"),
    "uses the old system calls": attempt(f"{LIBC}.syscall(0x40000000 | 39) and 'PLANTED'"),
}
# An old system call ends the process; a socket object closes the channel that it took.
for _name in ("uses the old system calls", "sends a datagram over its own channel"):
    STEALING[_name] = replace(STEALING[_name], verdicts=("pass", "crash"))

PERSISTING: dict[str, Case] = {
    "writes a file": attempt("open('MARKER', 'w').write('x')"),
    "appends to a file": attempt("open('SECRET', 'a').write('x')"),
    "writes past Python": attempt(f"{LIBC}.creat(b'MARKER', 0o666) >= 0 and 'PLANTED'"),
    "saves a tensor": attempt("torch.save(x, 'MARKER')"),
    "saves with numpy": attempt("__import__('numpy').save('MARKER', x.numpy())"),
    "makes a database": attempt("__import__('sqlite3').connect('MARKER').execute('create table t(x)')"),
    "makes a temporary file": attempt("__import__('tempfile').mkstemp()"),
    "makes a link": attempt("os.symlink('/etc/passwd', 'MARKER') or os.link('SECRET', 'MARKER')"),
    "makes a pipe": attempt("os.mkfifo('MARKER')"),
    "renames": attempt("os.rename('SECRET', 'MARKER')"),
    "deletes": attempt("os.remove('SECRET')"),
    "changes permissions": attempt("os.chmod('SECRET', 0)"),
    "writes in shared memory": attempt("open('/dev/shm/cnnquiz-marker', 'w').write('x')"),
    "writes into torch": attempt("open(torch.__file__, 'a').write('')"),
    "writes byte code": at_import("import py_compile; py_compile.compile(torch.__file__, cfile='MARKER')"),
    "writes at exit": at_import("import atexit; atexit.register(lambda: open('MARKER', 'w'))"),
    "writes when it is destroyed": at_import(
        "class Last:\n    def __del__(self): open('MARKER', 'w')\nkeep = Last(); sys.modules['last'] = keep"
    ),
    "starts a program": attempt("subprocess.run(['/bin/touch', 'MARKER'])"),
    "starts a shell": attempt("os.system('touch MARKER')"),
    "becomes another program": attempt("os.execv('/bin/touch', ['touch', 'MARKER'])"),
    "forks": attempt("os.fork() or open('MARKER', 'w')"),
    "forks past Python": attempt(f"{LIBC}.syscall(57) >= 0 and 'PLANTED'"),
    "becomes a daemon": at_import("if os.fork() == 0:\n    os.setsid(); os.fork(); __import__('time').sleep(3600)"),
    "starts a thread": at_import("import threading; threading.Thread(target=lambda: open('MARKER', 'w')).start()"),
    "starts processes": at_import("import multiprocessing; multiprocessing.Process(target=print).start()"),
    "runs a program from memory": attempt(f"{LIBC}.memfd_create(b'x', 0) >= 0 and 'PLANTED'"),
    "kills the grader": attempt("os.kill(PARENT, 9)"),
    "kills everybody": attempt("os.kill(-1, 9)"),
    "kills its server": attempt("os.kill(os.getppid(), 9)"),
    "starves the grader": attempt("__import__('resource').prlimit(PARENT, 7, (1, 1))"),
    "slows the grader": attempt("os.setpriority(0, PARENT, 19)"),
    "poisons torch for the next submission": at_import(
        "torch.relu = F.relu = torch.conv2d = lambda x, *a, **k: x * 0\nprint('poisoned')\n"
        "import importlib; importlib.reload(F); torch.relu = torch._C._VariableFunctions.relu"
    ),
    "poisons its memory for the next submission": at_import(
        "sys.modules['math'] = None\nimport builtins; builtins.range_ = builtins.range\ntorch.manual_seed(1)\n"
        "__import__('gc').disable(); sys.setrecursionlimit(10**6)"
    ),
}
PERSISTING["poisons torch for the next submission"] = replace(
    PERSISTING["poisons torch for the next submission"], verdicts=("pass", "fail", "crash")
)
