"""What a fork server must read goes in; a bwrap command comes out, below which nothing else exists.

The fork server in it has its own, empty network, its own processes, no /proc and nowhere to write. Which of the
shown files a submission may read is narrowed further by Landlock, where the kernel has it.
"""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from cnnquiz.sandbox.child.readable import SYSTEM, masked_entries

INSIDE = "/run/cnnquiz"
"""Where the fork server finds its own code and the recorder."""

# torch asks these for the kind of processor.
PROCESSOR = ("/proc/cpuinfo", "/sys/devices/system/cpu")
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom")
LIBRARIES = ("/usr/lib", "/usr/lib64")
ROOT_LINKS = ("/lib", "/lib64")

NAMESPACES = ("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try")
# As root no user namespace: in one, the kernel would still let uid 0 read root's private files. The fork server gives
# up these three itself, when it becomes nobody.
AS_ROOT = ("--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP")
AS_USER = ("--unshare-user", "--uid", "65534", "--gid", "65534")
DISABLE_USERNS_SINCE = (0, 8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubblewrap:
    """An installed bwrap."""

    path: str
    version: str

    def command(
        self, *, child: Path, recorder: Path | None, site_packages: Sequence[str], masked: Collection[str], info: int
    ) -> list[str]:
        """The words to put before the command of a fork server; bwrap writes its pid to the descriptor `info`."""
        moved = {f"{INSIDE}/child": str(child)} | ({} if recorder is None else {f"{INSIDE}/recorder.py": str(recorder)})
        shown = {path: path for path in _shown(site_packages) if os.path.exists(path)} | moved
        # bwrap creates missing parents of a target for root alone.
        parents = dict.fromkeys(
            parent for path in (*shown, *DEVICES, "/tmp/nothing") for parent in reversed(PurePosixPath(path).parents)
        )
        words = [self.path, "--new-session", "--as-pid-1", "--info-fd", str(info), *NAMESPACES, "--hostname", "grader"]
        words += self._privileges()
        for parent in parents:
            words += ["--dir", str(parent)] if str(parent) not in ("/", *ROOT_LINKS) else []
        for link in ROOT_LINKS:
            if os.path.islink(link):
                words += ["--symlink", os.readlink(link), link]
            elif os.path.isdir(link):
                words += ["--ro-bind", link, link]
        for target, source in shown.items():
            words += ["--ro-bind", source, target]
        for hidden in _hidden(site_packages, masked):
            words += ["--tmpfs", hidden, "--remount-ro", hidden] if os.path.isdir(hidden) else _empty_file(hidden)
        for device in DEVICES:
            words += ["--dev-bind", device, device]
        return [*words, "--remount-ro", "/", "--chdir", "/", "--"]

    def _privileges(self) -> Sequence[str]:
        if os.getuid() == 0:
            return AS_ROOT
        newest = tuple(map(int, self.version.split(".")[:2])) >= DISABLE_USERNS_SINCE
        return (*AS_USER, "--disable-userns") if newest else AS_USER


def find_bubblewrap() -> Bubblewrap:
    """The bwrap of this machine; OSError says why there is none and how to get one."""
    path = shutil.which("bwrap")
    if path is None:
        raise FileNotFoundError("bwrap is not installed (on Debian and Ubuntu: apt-get install bubblewrap)")
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\d+\.\d+(\.\d+)*", said)
    if found is None:
        raise OSError(f"{path} --version says {said.strip()[:100]!r}, not a version")
    return Bubblewrap(path=path, version=found.group())


def _shown(site_packages: Sequence[str]) -> Iterator[str]:
    """What is bound at its own place, folders before what lies in them."""
    library = sysconfig.get_config_var("LIBDIR") or ""
    yield from (path for path in LIBRARIES if not os.path.islink(path))
    yield from (os.path.realpath(path) for path in (library, sysconfig.get_path("stdlib")) if path)
    yield os.path.realpath(sys.executable)
    yield from site_packages
    yield from (*SYSTEM, *PROCESSOR)


def _hidden(site_packages: Sequence[str], masked: Collection[str]) -> Iterator[str]:
    """Packages that the bound folders hold although no submission may read them."""
    for folder in site_packages:
        yield from masked_entries(folder, masked)
    stdlib = sysconfig.get_path("stdlib")
    for folder in (*(f"{stdlib}/{name}-packages" for name in ("site", "dist")), "/usr/lib/python3/dist-packages"):
        folder = os.path.realpath(folder)
        if os.path.isdir(folder) and folder not in site_packages:
            yield folder


def _empty_file(path: str) -> list[str]:
    return ["--ro-bind", "/dev/null", path]
