"""Writes the table of `functions.md` from the functions themselves; with `--check`, fails if it is not so."""

from __future__ import annotations

import sys
from pathlib import Path

import farshore as fs
import numpy as np

PAGE = Path(__file__).with_name("functions.md")
BEGIN, END = "<!-- begin: functions -->\n", "<!-- end: functions -->\n"
KINDS = {
    "bool": ["bool"],
    "integers": ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"],
    "floats": ["float16", "float32", "float64"],
    "complex": ["complex64", "complex128"],
}


def ufuncs() -> dict[str, fs.ufunc]:
    """The rows of the table, by name."""
    found = {name: getattr(fs, name) for name in fs.__all__}
    return {name: value for name, value in found.items() if isinstance(value, fs.ufunc)}


def accepted(ufunc: fs.ufunc) -> str:
    """The kinds of dtypes; those of one kind are accepted together."""
    kinds = [kind for kind, dtypes in KINDS.items() if set(dtypes) & set(ufunc.dtypes)]
    return "all" if len(kinds) == len(KINDS) else ", ".join(kinds)


def gives(ufunc: fs.ufunc, dtype: str) -> str:
    """The dtype of the result of operands of `dtype`."""
    if dtype not in ufunc.dtypes:
        return ""
    x = fs.zeros(0, dtype=dtype)
    operands = [x] * ufunc.nin
    if ufunc.__name__ == "ldexp":
        operands[1] = fs.zeros(0, dtype="int32")
    return str(ufunc(*operands).dtype)


def numpys(name: str) -> str:
    """NumPy's name, where it is another one."""
    theirs = getattr(np, name, None)
    if theirs is None:
        return "none"
    return f"`{theirs.__name__}`" if theirs.__name__ != name else ""


def table() -> str:
    """A line for each function."""
    lines = [
        "| function | gives | accepts | of int32 | of float32 | of complex64 | in NumPy |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, ufunc in ufuncs().items():
        parameters = ", ".join(list(ufunc.__signature__.parameters)[: ufunc.nin])
        what = (ufunc.__doc__ or "").split("\n", 1)[0].removesuffix(".").replace(", element by element", "")
        results = [gives(ufunc, dtype) for dtype in ("int32", "float32", "complex64")]
        cells = [f"`{name}({parameters})`", what.replace("|", "\\|"), accepted(ufunc), *results, numpys(name)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def text() -> str:
    """The whole page."""
    before, rest = PAGE.read_text().split(BEGIN)
    return before + BEGIN + table() + END + rest.split(END)[1]


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        if PAGE.read_text() == text():
            return 0
        print(f"{PAGE.name} is out of date: run `make docs`", file=sys.stderr)
        return 1
    PAGE.write_text(text())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
