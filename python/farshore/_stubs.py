"""Writes what type checkers cannot find by reading: `__init__.pyi`, and in `_core.pyi` the rows of the table.

`python -m farshore._stubs` writes both; with `--check`, it fails when a file is not what it would write.
"""

from __future__ import annotations

import sys
from pathlib import Path

import farshore
from farshore import _core
from farshore._aliases import NUMPYS

STUB = Path(__file__).with_name("_core.pyi")
MARK = "# The rows of the table, written by `make stubs`.\n"
PACKAGE = Path(__file__).with_name("__init__.pyi")


def text() -> str:
    """The stub of the native module: the classes as they stand, then the ufuncs."""
    head, _, _ = STUB.read_text().partition(MARK)
    rows = [name for name, value in vars(_core).items() if isinstance(value, _core.ufunc)]
    return head + MARK + "".join(f"{name}: ufunc\n" for name in rows)


def package() -> str:
    """The stub of the package: every name, imported from its place."""
    lines = ["# Written by `make stubs` from the names in __init__.py.", "# ruff: noqa", "# fmt: off"]
    for name, (module, attribute) in farshore._PLACES.items():
        if name not in NUMPYS:
            lines.append(f"from {module} import {attribute} as {name}")
    lines.append("from farshore import exceptions as exceptions")
    lines += [f"{theirs} = {ours}" for theirs, ours in NUMPYS.items()]
    lines += ["_PLACES: dict[str, tuple[str, str]]", f"__all__ = {farshore.__all__}"]
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Write the stubs, or check them; gives the exit status."""
    texts = {STUB: text(), PACKAGE: package()}
    if arguments == ["--check"]:
        old = [path.name for path, right in texts.items() if not path.exists() or path.read_text() != right]
        for name in old:
            print(f"{name} is out of date: run `make stubs`", file=sys.stderr)
        return bool(old)
    for path, right in texts.items():
        path.write_text(right)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
