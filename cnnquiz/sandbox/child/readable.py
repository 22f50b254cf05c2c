"""Where Python and torch live goes in; the paths that a submission may read come out.

Landlock has no rule that forbids: a folder with something to hide is listed child by child.
"""

import os
import sysconfig
from collections.abc import Collection, Iterator, Sequence

SYSTEM = ("/etc/ld.so.cache", "/usr/share/zoneinfo")
LIBRARY_FOLDERS = ("/lib64", "/usr/lib64", "/lib", "/usr/lib")


def readable_paths(
    standard_library: Sequence[str], site_packages: Sequence[str], masked: Collection[str]
) -> tuple[str, ...]:
    """The standard library, installed packages but the masked ones, and the system's shared libraries."""
    paths = [*SYSTEM, *_shared_libraries()]
    for entry in standard_library:
        paths += _children(entry, masked=("site-packages", "dist-packages")) if os.path.isdir(entry) else [entry]
    for folder in site_packages:
        # A .pth file or an editable finder names folders of its owner; nothing below -S reads them.
        paths += [path for path in _children(folder, masked) if not _is_pointer(os.path.basename(path))]
    return tuple(dict.fromkeys(os.path.realpath(path) for path in paths))


def masked_entries(folder: str, masked: Collection[str]) -> Iterator[str]:
    """What a folder of installed packages holds of the masked ones."""
    wanted = set(_children(folder, masked))
    yield from (path for path in _children(folder, ()) if path not in wanted)


def _children(folder: str, masked: Collection[str]) -> Iterator[str]:
    if os.path.isdir(folder):
        for name in sorted(os.listdir(folder)):
            if _distribution(name) not in masked:
                yield os.path.join(folder, name)


def _distribution(name: str) -> str:
    """torchvision for torchvision, torchvision.libs and torchvision-0.29.0.dist-info."""
    return name.split("-")[0].split(".")[0] if "-packages" not in name else name


def _is_pointer(name: str) -> bool:
    return name.endswith((".pth", ".egg-link")) or name.startswith("__editable__")


def _shared_libraries() -> Iterator[str]:
    multiarch = sysconfig.get_config_var("MULTIARCH") or ""
    for folder in LIBRARY_FOLDERS:
        if multiarch and os.path.isdir(os.path.join(folder, multiarch)):
            yield os.path.join(folder, multiarch)
        elif folder.endswith("64"):
            yield from (path for path in _children(folder, ()) if not os.path.basename(path).startswith("python"))
    python_libraries = sysconfig.get_config_var("LIBDIR") or ""
    yield from (path for path in _children(python_libraries, ()) if ".so" in os.path.basename(path))
