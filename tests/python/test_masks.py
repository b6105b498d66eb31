"""Masks of no length: as in NumPy, they fit any axis."""

import farshore as fs
import numpy as np
import pytest

A = np.arange(120, dtype=np.int32).reshape(4, 5, 6)


@pytest.mark.parametrize("mask", [np.ones(0, bool), np.ones((0, 3), bool), np.ones((2, 0), bool)], ids=str)
def test_a_mask_of_no_length_names_no_place(mask):
    host = A[:2]
    want = host[mask] if mask.ndim == 1 else host[:, :3][mask]
    x = fs.asarray(host if mask.ndim == 1 else host[:, :3])
    key = fs.asarray(mask)
    assert x[key].shape == want.shape
    before = x.to_numpy()
    x[key] = 7
    assert np.array_equal(x.to_numpy(), before)
