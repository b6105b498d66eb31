"""Triangles of matrices, and the places of their elements: NumPy's."""

import farshore as fs
import numpy as np
import pytest
from agreement import check

SIZES = [(0, None), (1, None), (4, None), (3, 5), (5, 3), (3, 0), (0, 3)]


@pytest.mark.parametrize(("n", "m"), SIZES)
def test_triangles(n, m, log):
    for k in (-9, -2, -1, 0, 1, 2, 9):
        check(fs.tri(n, m, k).to_numpy(), np.tri(n, m, k, np.float32))
        check(fs.tri(n, m, k, dtype="int8").to_numpy(), np.tri(n, m, k, "int8"))
        for name in ("tril_indices", "triu_indices"):
            got, want = getattr(fs, name)(n, k, m), getattr(np, name)(n, k, m)
            assert isinstance(got, tuple)
            for mine, theirs in zip(got, want, strict=True):
                check(mine.to_numpy(), theirs, note=(name, k))
    assert not log.bytes_to_device
    assert log.scalar_reads == 0


@pytest.mark.parametrize("shape", [(4, 4), (2, 5), (5, 2), (0, 3)])
def test_triangles_of_a_matrix(shape):
    host = np.arange(shape[0] * shape[1]).reshape(shape)
    x = fs.asarray(host)
    for k in (-2, 0, 1):
        for name in ("tril_indices_from", "triu_indices_from"):
            mine, theirs = getattr(fs, name)(x, k), getattr(np, name)(host, k)
            check(x[mine].to_numpy(), host[theirs])
            check(x[getattr(np, name)(x, k=k)].to_numpy(), host[theirs])
    for name in ("tril_indices_from", "triu_indices_from"):
        with pytest.raises(ValueError, match=f"{name}: an array of shape"):
            getattr(fs, name)(x.reshape(-1))


def test_a_large_one():
    n = 700
    for k in (0, -350):
        rows, columns = fs.tril_indices(n, k)
        want = np.tril_indices(n, k)
        assert np.array_equal(rows.to_numpy(), want[0])
        assert np.array_equal(columns.to_numpy(), want[1])


def test_what_a_function_leaves():
    for function in (np.triu, np.tril):
        for k in (0, 1, -1):
            got, want = fs.mask_indices(4, function, k), np.mask_indices(4, function, k)
            for mine, theirs in zip(got, want, strict=True):
                check(mine.to_numpy(), theirs)


def test_like_another_array():
    x = fs.zeros(1)
    assert isinstance(np.tri(3, like=x), fs.Array)
    assert fs.tri(2, device=x.device).device == x.device
