"""`fs.explain` tells beforehand what an evaluation then does: how many kernels, of what, on which bytes."""

import os
import re
import subprocess
import sys

import farshore as fs
import numpy as np
import pytest


def plan(capsys, *arrays):
    """The lines of `fs.explain`."""
    capsys.readouterr()
    fs.explain(*arrays)
    return capsys.readouterr().out


def kernels(text):
    return re.findall(r"^kernel \d+: (.*)$", text, re.MULTILINE)


def ones(*shape, dtype="float32"):
    x = fs.asarray(np.ones(shape, dtype))
    fs.evaluate(x)
    return x


def several_readers(x):
    """A costly value that three others need."""
    shared = fs.sin(x) * fs.exp(x) + fs.cos(x) * 2 - x
    return shared.T + shared, shared[::2], shared * 3


def long_chain(x):
    for _ in range(150):
        x = x * 1.5 + 1
    return (x,)


CASES = {
    "one function": lambda x: (fs.sqrt(x),),
    "a chain": lambda x: (fs.sqrt(x * x + 1) * 2 - x,),
    "a diamond": lambda x: ((x + 1) * (x + 1) + (x + 1),),
    "a transposed view": lambda x: (x.T + x,),
    "a view of what is pending": lambda x: ((x * 2)[1:] + 1,),
    "several readers": several_readers,
    "a long chain": long_chain,
    "a copy": lambda x: (x.T.copy(),),
    "a conversion": lambda x: (x.astype("uint8"),),
    "nothing to do": lambda x: (x, x.T),
    "an empty array": lambda x: (x[:0] + 1,),
    "a constant": lambda x: (fs.zeros(7),),
    "twice the same": lambda x: (y := x + 1, y),
}


@pytest.mark.parametrize("case", CASES)
def test_as_many_kernels_run_as_were_told(case, device, capsys):
    x = ones(8, 8)
    arrays = CASES[case](x)
    told = len(kernels(plan(capsys, *arrays)))
    before = device.counters()["dispatches"]
    fs.evaluate(*arrays)
    assert device.counters()["dispatches"] - before == told
    assert plan(capsys, *arrays) == "no kernels: everything is computed\n" or case == "an empty array"


@pytest.mark.parametrize("case", CASES)
def test_nothing_runs(case, device, capsys):
    arrays = CASES[case](ones(8, 8))
    before, pending = device.counters()["dispatches"], [one.is_pending for one in arrays]
    plan(capsys, *arrays)
    assert device.counters()["dispatches"] == before
    assert [one.is_pending for one in arrays] == pending


def test_functions_bytes_and_what_is_shared(capsys):
    x, row = ones(64, 32), ones(32, dtype="uint8")
    shared = fs.sin(x) * fs.exp(x) + fs.cos(x) * 2 - x
    text = plan(capsys, shared.T + row[:1], shared * row)
    assert kernels(text) == ["sin exp multiply cos multiply add subtract", "add", "multiply"]
    assert "writes float32 (64, 32), 8192 bytes" in text
    assert "reads  float32 (32, 64), 8192 bytes, by strides of kernel 1" in text
    assert "reads  uint8 (64, 32), 32 bytes, by whole rows" in text
    assert "one element" in text
    read = sum(map(int, re.findall(r"reads .*?, (\d+) bytes", text)))
    written = sum(map(int, re.findall(r"writes .*?, (\d+) bytes", text)))
    assert text.endswith(f"3 kernels: {read} bytes read, {written} bytes written\n")


def test_a_value_that_several_need_is_stored_where_it_is_costly_and_computed_again_where_not(capsys):
    x = ones(8)
    cheap = x + 1
    assert kernels(plan(capsys, cheap * 2, cheap * 3)) == ["add multiply", "add multiply"]
    costly = fs.sin(fs.cos(fs.sin(fs.cos(fs.sin(x)))))
    first = kernels(plan(capsys, costly * 2, costly * 3))
    assert first == ["sin cos sin cos sin", "multiply", "multiply"]


def test_a_long_chain_is_cut(capsys):
    for text in kernels(plan(capsys, *long_chain(ones(8)))):
        assert len(text.split()) <= 64


def test_the_texts(capsys):
    capsys.readouterr()
    fs.explain(ones(8) + 1, wgsl=True)
    out = capsys.readouterr().out
    assert out.startswith("kernel 1: add\n")
    assert "@compute" in out
    assert out.count("// kernel 1\n") == 1


@pytest.mark.parametrize(("value", "printed"), [("1", True), ("0", False), ("", False)])
def test_kernels_are_printed_when_they_are_compiled(value, printed):
    program = "import farshore as fs; x = fs.full(3, 2.0); fs.evaluate(x); fs.evaluate(fs.sqrt(x))"
    environment = {**os.environ, "FARSHORE_DUMP": value}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ("// sqrt_float32\n" in done.stderr) == printed
    assert ("@compute" in done.stderr) == printed
