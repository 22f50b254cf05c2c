"""Settings as JSON come in on stdin; a fork server or a single worker comes out."""

import gc
import importlib.util
import json
import os
import sys

PACKAGE = "sandbox_child"


def adopt_own_folder() -> None:
    """Make this folder importable as a package, without putting any folder of cnnquiz on sys.path."""
    folder = os.path.dirname(os.path.abspath(__file__))
    spec = importlib.util.spec_from_file_location(
        PACKAGE, os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot import from {folder}")
    package = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = package
    spec.loader.exec_module(package)


def main() -> None:
    gc.disable()  # until torch is imported: a tenth of that time goes into looking for garbage where there is none
    settings = json.load(sys.stdin)
    standard_library = list(sys.path)
    sys.path.extend(settings["site_packages"])
    sys.argv[:] = [""]
    adopt_own_folder()
    if settings["forks"]:
        importlib.import_module(f"{PACKAGE}.forkserver").main(settings, standard_library)
    else:
        importlib.import_module(f"{PACKAGE}.fresh").main(settings)


if __name__ == "__main__":
    main()
