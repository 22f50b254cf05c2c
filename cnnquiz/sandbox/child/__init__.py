"""Stand-alone code of the child process: the standard library and torch, never cnnquiz.

It is started by path (`python -I -S -B child/__main__.py`) and imports itself under the name `sandbox_child`:
nothing else of the package can be imported by it, or by the submission that it runs.
"""
