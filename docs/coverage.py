"""Writes the tables of `coverage.md` from the names of `coverage.txt`; with `--check`, fails if it is not so.

Whether Farshore has a function is found by asking for it. The names of NumPy, of CuPy and of the array API
standard are text, so that the page is the same beside every version of NumPy.
"""

from __future__ import annotations

import sys
from pathlib import Path

import farshore as fs
from farshore._aliases import NUMPYS

PAGE = Path(__file__).with_name("coverage.md")
NAMES = Path(__file__).with_name("coverage.txt")
BEGIN, END = "<!-- begin: tables -->\n", "<!-- end: tables -->\n"
INSTEAD = {
    "amax": "max(x)",
    "amin": "min(x)",
    "asanyarray": "asarray(x)",
    "copy": "x.copy()",
    "degrees": "rad2deg(x)",
    "fix": "trunc(x)",
    "identity": "eye(n)",
    "ndim": "x.ndim",
    "promote_types": "result_type(a, b)",
    "radians": "deg2rad(x)",
    "row_stack": "vstack(xs)",
    "shape": "x.shape",
    "size": "x.size",
}
"""What does the same where there is no function of that name."""


def names() -> dict[str, dict[str, list[str]]]:
    """The lists of `coverage.txt`: by whose they are, then by topic."""
    found = {}
    for part in NAMES.read_text().removeprefix("# ").split("\n# "):
        whose, *topics = part.split("\n## ")
        heads = [topic.partition("\n") for topic in topics]
        found[whose.strip()] = {title: listed.split() for title, _, listed in heads}
    return found


def has(name: str) -> bool:
    """Whether a function can be called by it; it may lie in a part of the namespace, as `linalg.det`."""
    place: object = fs
    for part in name.split("."):
        place = getattr(place, part, None)
    return callable(place)


def farshore(name: str) -> str:
    """What Farshore has for this name of NumPy's."""
    if has(name):
        return f"yes, is `{NUMPYS[name]}`" if name in NUMPYS else "yes"
    return f"`{INSTEAD[name]}`" if name in INSTEAD else "no"


def numpys(whose: str, topics: dict[str, list[str]], cupy: str, lacks: list[str]) -> list[str]:
    """A table for each topic, below how many there are of all."""
    every = sorted(name for listed in topics.values() for name in listed)
    ours = [name for name in every if has(name)]
    instead = [name for name in every if name in INSTEAD and not has(name)]
    share = f"{len(ours)} of the {len(every)} functions"
    lines = [
        f"Farshore has {share} in the main namespace of {whose}, by the same name;",
        f"for {len(instead)} more another word does the same. {cupy} has {len(every) - len(lacks)} of them.",
    ]
    for topic, listed in topics.items():
        count = sum(has(name) for name in listed)
        lines += [
            "",
            f"### {topic}: {count} of {len(listed)}",
            "| NumPy | Farshore | CuPy |",
            "| --- | --- | --- |",
        ]
        lines += [
            f"| `{name}` | {farshore(name)} | {'no' if name in lacks else 'yes'} |" for name in sorted(listed)
        ]
    return lines


def standards(topics: dict[str, list[str]]) -> list[str]:
    """A row for each part, its functions ticked."""
    core = [name for topic, listed in topics.items() for name in listed if not topic.startswith("Extension")]
    lines = [
        f"Farshore has {sum(map(has, core))} of the {len(core)} functions of its core.",
        "",
        "| part | has | functions |",
        "| --- | --- | --- |",
    ]
    for topic, listed in topics.items():
        ticked = ", ".join(f"{'✓' if has(name) else '✗'} `{name}`" for name in listed)
        lines.append(f"| {topic} | {sum(map(has, listed))} of {len(listed)} | {ticked} |")
    return lines


def tables() -> str:
    """All that is written."""
    (numpy, topics), (cupy, others), (standard, parts) = names().items()
    lines = [f"## {numpy}", *numpys(numpy, topics, cupy, others["lacks"])]
    lines += ["", f"## {standard}", *standards(parts)]
    return "\n".join(lines) + "\n"


def text() -> str:
    """The whole page."""
    before, rest = PAGE.read_text().split(BEGIN)
    return before + BEGIN + tables() + END + rest.split(END)[1]


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        if PAGE.read_text() == text():
            return 0
        print(f"{PAGE.name} is out of date: run `python docs/{Path(__file__).name}`", file=sys.stderr)
        return 1
    PAGE.write_text(text())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
