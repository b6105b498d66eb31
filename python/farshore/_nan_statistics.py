"""Reductions that pass over NaN: what other reductions give of the elements that are numbers."""

from __future__ import annotations

from typing import Any

from farshore._core import Array
from farshore._reductions import accumulate, called_as, extreme
from farshore._statistics import average_of, spread_of


@called_as(accumulate)
def nansum(x: Array, /, *args: Any, **how: Any) -> Array:
    """As `sum`, with NaN counting as 0.

    >>> import farshore as fs
    >>> print(fs.nansum(fs.asarray([1.0, float("nan"), 2.0])))
    3.0
    """
    return accumulate("nansum", x, *args, **how)


@called_as(accumulate)
def nanprod(x: Array, /, *args: Any, **how: Any) -> Array:
    """As `prod`, with NaN counting as 1.

    >>> import farshore as fs
    >>> print(fs.nanprod(fs.asarray([3.0, float("nan"), 2.0])))
    6.0
    """
    return accumulate("nanprod", x, *args, **how)


@called_as(average_of)
def nanmean(x: Array, /, *args: Any, **how: Any) -> Array:
    """As `mean`, of the elements that are not NaN.

    Where all are, it is NaN; NumPy warns too, but only by looking at the values, which stay on the device.

    >>> import farshore as fs
    >>> print(fs.nanmean(fs.asarray([1.0, float("nan"), 2.0])))
    1.5
    """
    return average_of("nanmean", x, *args, **how)


@called_as(spread_of)
def nanvar(x: Array, /, *args: Any, **how: Any) -> Array:
    """As `var`, of the elements that are not NaN.

    Where no more than `correction` are left it is NaN, never infinite; NumPy warns too, by looking at values.

    >>> import farshore as fs
    >>> print(fs.nanvar(fs.asarray([1.0, float("nan"), 3.0])))
    1.0
    """
    return spread_of("nanvar", x, *args, **how)


@called_as(spread_of)
def nanstd(x: Array, /, *args: Any, **how: Any) -> Array:
    """As `std`, of the elements that are not NaN. Otherwise as `nanvar`.

    >>> import farshore as fs
    >>> print(fs.nanstd(fs.asarray([1.0, float("nan"), 3.0])))
    1.0
    """
    return spread_of("nanstd", x, *args, **how)


@called_as(extreme)
def nanmax(x: Array, /, *args: Any, **how: Any) -> Array:
    """As `max`, of the elements that are not NaN.

    Where all are, it is NaN, or `initial`; NumPy warns too, but only by looking at the values.

    >>> import farshore as fs
    >>> print(fs.nanmax(fs.asarray([1.0, float("nan"), 2.0])))
    2.0
    """
    return extreme("nanmax", x, *args, **how)


@called_as(extreme)
def nanmin(x: Array, /, *args: Any, **how: Any) -> Array:
    """As `min`, of the elements that are not NaN. Otherwise as `nanmax`.

    >>> import farshore as fs
    >>> print(fs.nanmin(fs.asarray([1.0, float("nan"), 2.0])))
    1.0
    """
    return extreme("nanmin", x, *args, **how)
