"""NumPy-style arrays on any GPU, whose data crosses to the host only when the words say so.

>>> import numpy as np, farshore as fs
>>> x = fs.asarray([1.0, 4.0, 9.0])
>>> y = fs.sqrt(x) + 1
>>> y
Array(shape=(3,), float32, ..., pending)
>>> np.asarray(y)
Traceback (most recent call last):
...
farshore.exceptions.ImplicitTransferError: this would copy 12 bytes from ...
>>> np.asarray(y, copy=True)
array([2., 3., 4.], dtype=float32)
"""

from math import e, inf, nan, pi

from numpy import bool_ as bool
from numpy import (
    complex64,
    complex128,
    float16,
    float32,
    float64,
    int8,
    int16,
    int32,
    int64,
    uint8,
    uint16,
    uint32,
    uint64,
)

from farshore._aliases import NUMPYS as _NUMPYS
from farshore._config import show_config
from farshore._copying import copyto
from farshore._core import (
    Array,
    Device,
    HostMap,
    Ledger,
    __version__,
    abs,
    acos,
    acosh,
    add,
    angle,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    bitwise_and,
    bitwise_count,
    bitwise_invert,
    bitwise_left_shift,
    bitwise_or,
    bitwise_right_shift,
    bitwise_xor,
    cbrt,
    ceil,
    conj,
    copysign,
    cos,
    cosh,
    default_device,
    deg2rad,
    devices,
    divide,
    equal,
    erf,
    erfc,
    exp,
    exp2,
    expm1,
    floor,
    floor_divide,
    fmax,
    fmin,
    fmod,
    frexp_exponent,
    frexp_mantissa,
    gamma,
    gcd,
    greater,
    greater_equal,
    heaviside,
    hypot,
    i0,
    imag,
    isfinite,
    isinf,
    isnan,
    lcm,
    ldexp,
    less,
    less_equal,
    lgamma,
    log,
    log1p,
    log2,
    log10,
    logaddexp,
    logaddexp2,
    logical_and,
    logical_not,
    logical_or,
    logical_xor,
    maximum,
    minimum,
    multiply,
    negative,
    nextafter,
    not_equal,
    positive,
    pow,
    rad2deg,
    real,
    reciprocal,
    remainder,
    rint,
    round,
    sign,
    signbit,
    sin,
    sinc,
    sinh,
    spacing,
    sqrt,
    square,
    subtract,
    tan,
    tanh,
    transfers,
    trunc,
    ufunc,
    where,
)
from farshore._core import open_device as device
from farshore._counting import bincount, digitize, histogram, histogram_bin_edges
from farshore._creation import asarray, asnumpy, empty, full, ones, zeros
from farshore._differences import diff, ediff1d, gradient
from farshore._dlpack import from_dlpack
from farshore._dtypes import astype, can_cast, finfo, iinfo, isdtype, result_type
from farshore._elementwise import clip, divmod, float_power, frexp, modf, nan_to_num
from farshore._evaluation import evaluate, explain, synchronize
from farshore._extremes import argmax, argmin, nanargmax, nanargmin
from farshore._files import load, load_safetensors, save, save_safetensors
from farshore._grids import arange, eye, linspace, meshgrid, tril, triu
from farshore._implicit import ImplicitArray
from farshore._inspection import __array_api_version__ as __array_api_version__
from farshore._inspection import __array_namespace_info__ as __array_namespace_info__
from farshore._joining import (
    append,
    array_split,
    column_stack,
    concat,
    dstack,
    hstack,
    repeat,
    split,
    stack,
    tile,
    unstack,
    vstack,
)
from farshore._like import empty_like, full_like, ones_like, zeros_like
from farshore._linear import (
    convolve,
    dot,
    einsum,
    inner,
    kron,
    matmul,
    matrix_transpose,
    outer,
    tensordot,
    trace,
    vecdot,
)
from farshore._manipulation import (
    atleast_1d,
    atleast_2d,
    atleast_3d,
    broadcast_arrays,
    broadcast_shapes,
    broadcast_to,
    expand_dims,
    permute_dims,
    ravel,
    reshape,
    squeeze,
)
from farshore._npz import NpzFile, savez, savez_compressed
from farshore._padding import pad
from farshore._quantiles import median, nanmedian, percentile, quantile
from farshore._readback import Readback
from farshore._rearranging import flip, fliplr, flipud, moveaxis, roll, rot90, swapaxes
from farshore._reductions import all, any, array_equal, max, min, prod, sum
from farshore._scans import cummax, cummin, cumprod, cumsum, cumulative_prod, cumulative_sum, nancumsum
from farshore._searching import argwhere, extract, flatnonzero, nonzero, searchsorted
from farshore._sets import (
    intersect1d,
    isin,
    setdiff1d,
    setxor1d,
    union1d,
    unique,
    unique_all,
    unique_counts,
    unique_inverse,
    unique_values,
)
from farshore._sorting import argpartition, argsort, lexsort, partition, sort, topk
from farshore._statistics import (
    average,
    count_nonzero,
    logsumexp,
    mean,
    nanmax,
    nanmean,
    nanmin,
    nanprod,
    nanstd,
    nansum,
    nanvar,
    ptp,
    std,
    var,
)
from farshore._taking import (
    compress,
    delete,
    diag,
    diagonal,
    insert,
    interp,
    put,
    put_along_axis,
    select,
    take,
    take_along_axis,
)
from farshore.exceptions import (
    CopyRequiredError,
    DeviceError,
    ExportError,
    ForbiddenTransferError,
    ImplicitTransferError,
    ImplicitTransferWarning,
    MappedError,
    OutOfDeviceMemoryError,
    OutOfRangeError,
    ScalarReadsWarning,
    SoftwareDeviceWarning,
    TransferError,
)

newaxis = None


def __getattr__(name: str) -> object:
    """A function by the name that NumPy gives it."""
    if name in _NUMPYS:
        return globals()[_NUMPYS[name]]
    raise AttributeError(f"module 'farshore' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*__all__, *_NUMPYS})


# fmt: off
__all__ = [  # noqa: RUF022
    "Array", "CopyRequiredError", "Device", "DeviceError", "ExportError", "ForbiddenTransferError",
    "HostMap", "ImplicitArray", "ImplicitTransferError", "ImplicitTransferWarning", "Ledger",
    "MappedError", "NpzFile", "OutOfDeviceMemoryError", "OutOfRangeError", "Readback",
    "ScalarReadsWarning", "SoftwareDeviceWarning", "TransferError", "__version__", "abs", "acos", "acosh",
    "add", "all", "angle", "any", "append", "arange", "argmax", "argmin", "argpartition", "argsort",
    "argwhere", "array_equal", "array_split", "asarray", "asin", "asinh", "asnumpy", "astype", "atan",
    "atan2", "atanh", "atleast_1d", "atleast_2d", "atleast_3d", "average", "bincount", "bitwise_and",
    "bitwise_count", "bitwise_invert", "bitwise_left_shift", "bitwise_or", "bitwise_right_shift",
    "bitwise_xor", "bool", "broadcast_arrays", "broadcast_shapes", "broadcast_to", "can_cast", "cbrt",
    "ceil", "clip", "column_stack", "complex128", "complex64", "compress", "concat", "conj", "convolve",
    "copysign", "copyto", "cos", "cosh", "count_nonzero", "cummax", "cummin", "cumprod", "cumsum",
    "cumulative_prod", "cumulative_sum", "default_device", "deg2rad", "delete", "device", "devices",
    "diag", "diagonal", "diff", "digitize", "divide", "divmod", "dot", "dstack", "e", "ediff1d", "einsum",
    "empty", "empty_like", "equal", "erf", "erfc", "evaluate", "exp", "exp2", "expand_dims", "explain",
    "expm1", "extract", "eye", "finfo", "flatnonzero", "flip", "fliplr", "flipud", "float16", "float32",
    "float64", "float_power", "floor", "floor_divide", "fmax", "fmin", "fmod", "frexp", "frexp_exponent",
    "frexp_mantissa", "from_dlpack", "full", "full_like", "gamma", "gcd", "gradient", "greater",
    "greater_equal", "heaviside", "histogram", "histogram_bin_edges", "hstack", "hypot", "i0", "iinfo",
    "imag", "inf", "inner", "insert", "int16", "int32", "int64", "int8", "interp", "intersect1d",
    "isdtype", "isfinite", "isin", "isinf", "isnan", "kron", "lcm", "ldexp", "less", "less_equal",
    "lexsort", "lgamma", "linspace", "load", "load_safetensors", "log", "log10", "log1p", "log2",
    "logaddexp", "logaddexp2", "logical_and", "logical_not", "logical_or", "logical_xor", "logsumexp",
    "matmul", "matrix_transpose", "max", "maximum", "mean", "median", "meshgrid", "min", "minimum",
    "modf", "moveaxis", "multiply", "nan", "nan_to_num", "nanargmax", "nanargmin", "nancumsum", "nanmax",
    "nanmean", "nanmedian", "nanmin", "nanprod", "nanstd", "nansum", "nanvar", "negative", "newaxis",
    "nextafter", "nonzero", "not_equal", "ones", "ones_like", "outer", "pad", "partition", "percentile",
    "permute_dims", "pi", "positive", "pow", "prod", "ptp", "put", "put_along_axis", "quantile",
    "rad2deg", "ravel", "real", "reciprocal", "remainder", "repeat", "reshape", "result_type", "rint",
    "roll", "rot90", "round", "save", "save_safetensors", "savez", "savez_compressed", "searchsorted",
    "select", "setdiff1d", "setxor1d", "show_config", "sign", "signbit", "sin", "sinc", "sinh", "sort",
    "spacing", "split", "sqrt", "square", "squeeze", "stack", "std", "subtract", "sum", "swapaxes",
    "synchronize", "take", "take_along_axis", "tan", "tanh", "tensordot", "tile", "topk", "trace",
    "transfers", "tril", "triu", "trunc", "ufunc", "uint16", "uint32", "uint64", "uint8", "union1d",
    "unique", "unique_all", "unique_counts", "unique_inverse", "unique_values", "unstack", "var",
    "vecdot", "vstack", "where", "zeros", "zeros_like",
]
# fmt: on
