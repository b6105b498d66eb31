"""docs/coverage.md says which functions of NumPy's there are."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import farshore as fs
import numpy as np
import pytest

PROGRAM = Path(__file__).parents[2] / "docs" / "coverage.py"


@pytest.fixture(scope="module")
def coverage():
    spec = importlib.util.spec_from_file_location("coverage_page", PROGRAM)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_tables_are_up_to_date():
    subprocess.run([sys.executable, "-W", "ignore", PROGRAM, "--check"], check=True)


def test_every_function_of_numpy_is_listed_once(coverage):
    whose, topics = next(iter(coverage.names().items()))
    listed = sorted(name for names in topics.values() for name in names)
    assert len(listed) == len(set(listed))
    if not np.__version__.startswith(f"{whose.removeprefix('NumPy ')}."):
        pytest.skip(f"the list is that of {whose}")
    functions = [getattr(np, name) for name in np.__all__]
    there = zip(np.__all__, functions, strict=True)
    assert listed == sorted(name for name, value in there if callable(value) and not isinstance(value, type))


def test_what_does_the_same_is_there(coverage):
    x = fs.zeros(2)
    for word in coverage.INSTEAD.values():
        name = word.split("(")[0]
        assert hasattr(x, name.removeprefix("x.")) if name.startswith("x.") else coverage.has(name)


def test_cupy_lacks_only_what_numpy_has(coverage):
    topics, others, _ = coverage.names().values()
    assert set(others["lacks"]) <= {name for names in topics.values() for name in names}
