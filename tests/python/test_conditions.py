"""`where` of a condition alone: where it holds."""

import farshore as fs
import numpy as np
import pytest
from agreement import check
from layouts import VIEWS
from samples import DTYPES


@pytest.mark.parametrize("dtype", DTYPES)
def test_where_a_condition_holds(dtype, rng):
    for shape in ((7,), (3, 4), (2, 0), (2, 3, 4)):
        host = rng.integers(0, 2, shape).astype(dtype)
        for function in (fs.where, np.where):
            got, want = function(fs.asarray(host)), np.where(host)
            assert isinstance(got, tuple)
            assert len(got) == len(want)
            for mine, theirs in zip(got, want, strict=True):
                check(mine.to_numpy(), theirs)


@pytest.mark.parametrize("view", VIEWS)
def test_of_every_view(view):
    host = np.arange(48).reshape(6, 8) % 3
    x, host = VIEWS[view](fs.asarray(host)), VIEWS[view](host)
    if host.ndim:
        for mine, theirs in zip(fs.where(x), np.where(host), strict=True):
            check(mine.to_numpy(), theirs)


def test_what_is_refused():
    x = fs.asarray([1, 0])
    for function in (fs.where, np.where):
        with pytest.raises(ValueError, match="both"):
            function(x, x)
        with pytest.raises(ValueError, match="without axes"):
            function(x[0])
    for how in ({"out": x}, {"where": x > 0}):
        with pytest.raises(TypeError, match="3 operands, 1"):
            fs.where(x, **how)
    assert fs.where.nin == 3


def test_one_scalar_is_read(log):
    x = fs.asarray([1, 0])
    fs.where(x)
    assert log.scalar_reads == 1
