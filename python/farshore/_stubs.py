"""Writes the part of `_core.pyi` that the table of ufuncs determines: everything after its marked line.

`python -m farshore._stubs` writes it; with `--check`, it fails when the file is not what it would write.
"""

from __future__ import annotations

import sys
from pathlib import Path

from farshore import _core

STUB = Path(__file__).with_name("_core.pyi")
MARK = "# The rows of the table, written by `make stubs`.\n"


def text() -> str:
    """The whole stub: the classes as they stand, then the ufuncs."""
    head, _, _ = STUB.read_text().partition(MARK)
    rows = [name for name, value in vars(_core).items() if isinstance(value, _core.ufunc)]
    return head + MARK + "".join(f"{name}: ufunc\n" for name in rows)


def main(arguments: list[str]) -> int:
    """Write the stub, or check it; gives the exit status."""
    if arguments == ["--check"]:
        if STUB.read_text() == text():
            return 0
        print(f"{STUB.name} is out of date: run `make stubs`", file=sys.stderr)
        return 1
    STUB.write_text(text())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
