"""Where the folders that ship with the package are, in a checkout and in an installed wheel."""

from pathlib import Path
from typing import Literal

_PACKAGE = Path(__file__).resolve().parent

Folder = Literal["question_bank", "solutions", "templates"]


def bundled_path(folder: Folder) -> Path:
    """Find a folder inside the installed package, or at the root of a checkout."""
    installed = _PACKAGE / "_bundled" / folder
    return installed if installed.is_dir() else _PACKAGE.parent / folder
