"""Values between points."""

from __future__ import annotations

import numpy as np

from farshore import _core
from farshore._core import Array
from farshore._grids import _wide
from farshore._joining import concat
from farshore._manipulation import require_array
from farshore._searching import searchsorted


def interp(
    x: Array,
    xp: Array,
    fp: Array,
    /,
    left: complex | None = None,
    right: complex | None = None,
    period: float | None = None,
) -> Array:
    """The values at x on the lines from one point (xp, fp) to the next; NaN where x is.

    xp: of one axis, in ascending order unless there is a period; that it is so is not checked.
    left, right: for x before the first point and after the last; without them, the values of these.
    period: after which the points come again; left and right do not count then.
    Of float64, or complex128 for complex fp; half of that where the device lacks it.
    Raises ValueError for other axes, other lengths, no points and a period of 0, TypeError for complex x, xp.

    >>> import farshore as fs
    >>> print(fs.interp(fs.asarray([0.5, 1.5, 9.0]), fs.asarray([0, 1, 2]), fs.asarray([0, 10, 30])))
    [ 5. 20. 30.]
    """
    x, xp, fp = (require_array("interp", one) for one in (x, xp, fp))
    if x.dtype.kind == "c" or xp.dtype.kind == "c":
        raise TypeError(f"interp: places are real numbers, not {x.dtype} and {xp.dtype}")
    if xp.ndim != 1 or fp.shape != xp.shape or not xp.size:
        raise ValueError(f"interp: points of shapes {xp.shape}, {fp.shape} are not as many of both, in a row")
    real = _wide(np.dtype(np.float64), x.device)
    whole = _wide(np.dtype(np.complex128), x.device) if fp.dtype.kind == "c" else real
    x, xp, fp = x.astype(real), xp.astype(real), fp.astype(whole)
    if period is not None:
        if not period:
            raise ValueError("interp: a period of 0 does not come again")
        period, left, right = abs(period), None, None
        x, xp = x % period, xp % period
        order = _core.argsort(xp, 0, False)
        xp, fp = _core.gather(xp, [order], False), _core.gather(fp, [order], False)
        xp = concat([xp[-1:] - period, xp, xp[:1] + period])
        fp = concat([fp[-1:], fp, fp[:1]])
    last = xp.size - 1
    place = _core.minimum(_core.maximum(searchsorted(xp, x, side="right") - 1, 0), last)
    x0, y0 = _core.gather(xp, [place], False), _core.gather(fp, [place], False)
    place = _core.minimum(place + 1, last)
    x1, y1 = _core.gather(xp, [place], False), _core.gather(fp, [place], False)
    slope = (y1 - y0) / (x1 - x0)
    result = slope * (x - x0) + y0
    # From the other end, where this one is infinite.
    result = _core.where(_core.isnan(result), slope * (x - x1) + y1, result)
    result = _core.where(_core.isnan(result) & (y0 == y1), y0, result)
    result = _core.where((x == x0) | (x0 == xp[-1]), y0, result)
    result = _core.where(x < xp[0], fp[0] if left is None else left, result)
    result = _core.where(x > xp[-1], fp[-1] if right is None else right, result)
    return _core.where(_core.isnan(x), x, result).astype(whole, copy=False)
