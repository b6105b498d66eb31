"""What does not let an array take over reaches `__array__`, if anything, and moves what is documented."""

import farshore as fs
import numpy as np
import pytest
from verdicts import moved
from whole_numpy import DISPATCHED, call, operands

OWNERS = {
    "numpy": np,
    "numpy.linalg": np.linalg,
    "numpy.ma": np.ma,
    "numpy.char": np.char,
    "numpy.rec": np.rec,
    "numpy.lib.stride_tricks": np.lib.stride_tricks,
    "numpy.polynomial.polynomial": np.polynomial.polynomial,
    "ndarray": np.array([[2, 1], [1, 3]], np.float32),
    "MaskedArray": np.ma.array([[2, 1], [1, 3]]),
    "Generator": np.random.default_rng(0),
    "RandomState": np.random.RandomState(0),
}
MOVE = {
    "numpy.array",
    "numpy.arange",
    "ndarray.dot",
    "ndarray.searchsorted",
    "MaskedArray.searchsorted",
    "Generator.multivariate_normal",
    "RandomState.multivariate_normal",
}
"""Those that ask with copy=True, from C: nothing tells them from np.asarray(x, copy=True). Documented."""
if np.lib.NumpyVersion(np.__version__) < "2.3.0":
    MOVE |= {"ndarray.setfield", "MaskedArray.setfield"}  # as h[...] = x
READ = {
    "Generator.integers": 1,
    "RandomState.randint": 1,
    "numpy.ma.in1d": 4,
    "numpy.ma.intersect1d": 4,
    "numpy.ma.setdiff1d": 4,
    "numpy.ma.setxor1d": 4,
    "numpy.ma.unique": 4,
}
"""Those that read a scalar, and how many bytes it has. Documented.

They look whether np.prod(size) is 0, a bool that is made on the device; or begin with np.unique, which reads
how many there are.
"""
NEITHER = {
    *DISPATCHED,
    "numpy.test",
    "numpy.info",
    "numpy.show_config",
    "numpy.show_runtime",
    "ndarray.tofile",
}


@pytest.mark.parametrize("owner", OWNERS)
def test_what_does_not_dispatch_moves_nothing_but_what_is_documented(owner, capsys):
    source = OWNERS[owner]
    moving, reading = set(), set()
    for name in sorted(getattr(source, "__all__", [one for one in dir(source) if not one.startswith("_")])):
        function, path = getattr(source, name, None), f"{owner}.{name}"
        if not callable(function) or isinstance(function, np.ufunc) or path in NEITHER:
            continue
        for count in (1, 2, 3):
            arrays = operands(count, "float32")
            on_device = [fs.asarray(one) for one in arrays]
            with fs.transfers() as log, np.printoptions(), np.errstate():
                call(function, on_device)
            kinds = {one["kind"] for one in log.crossings}
            assert kinds <= {"bulk", "scalar", "print"}
            assert log.bytes_to_device == 0
            if "bulk" in kinds:
                moving.add(path)
            if "scalar" in kinds:
                reading.add(path)
                assert log.scalar_reads == 1
                assert moved(log.crossings) == [("to host", "scalar", READ[path])], "and nothing else"
            if name == "shuffle":  # warns that it needs a sequence: see test_traps
                continue
            for one, array in zip(on_device, arrays, strict=True):
                assert np.array_equal(one.to_numpy(), array), f"{path} has changed its argument"
    assert moving == {path for path in MOVE if path.rpartition(".")[0] == owner}
    assert reading == {path for path in READ if path.rpartition(".")[0] == owner}
