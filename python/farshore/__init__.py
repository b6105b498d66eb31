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

from farshore._config import show_config
from farshore._copying import copyto
from farshore._core import (
    Array,
    Device,
    HostMap,
    Ledger,
    __version__,
    abs,
    add,
    cos,
    default_device,
    devices,
    divide,
    equal,
    exp,
    greater,
    less,
    log,
    logical_and,
    logical_not,
    maximum,
    minimum,
    multiply,
    negative,
    not_equal,
    sin,
    sqrt,
    square,
    subtract,
    transfers,
    ufunc,
)
from farshore._core import open_device as device
from farshore._creation import asarray, asnumpy, empty, full, ones, zeros
from farshore._dlpack import from_dlpack
from farshore._evaluation import evaluate, synchronize
from farshore._files import load, load_safetensors, save, save_safetensors
from farshore._implicit import ImplicitArray
from farshore._manipulation import broadcast_to, concat, expand_dims, permute_dims, reshape, squeeze, stack
from farshore._npz import NpzFile, savez, savez_compressed
from farshore._readback import Readback
from farshore._reductions import all, any, array_equal, max, min, prod, sum
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

__all__ = [
    "Array",
    "CopyRequiredError",
    "Device",
    "DeviceError",
    "ExportError",
    "ForbiddenTransferError",
    "HostMap",
    "ImplicitArray",
    "ImplicitTransferError",
    "ImplicitTransferWarning",
    "Ledger",
    "MappedError",
    "NpzFile",
    "OutOfDeviceMemoryError",
    "OutOfRangeError",
    "Readback",
    "ScalarReadsWarning",
    "SoftwareDeviceWarning",
    "TransferError",
    "__version__",
    "abs",
    "add",
    "all",
    "any",
    "array_equal",
    "asarray",
    "asnumpy",
    "bool",
    "broadcast_to",
    "complex64",
    "complex128",
    "concat",
    "copyto",
    "cos",
    "default_device",
    "device",
    "devices",
    "divide",
    "empty",
    "equal",
    "evaluate",
    "exp",
    "expand_dims",
    "float16",
    "float32",
    "float64",
    "from_dlpack",
    "full",
    "greater",
    "int8",
    "int16",
    "int32",
    "int64",
    "less",
    "load",
    "load_safetensors",
    "log",
    "logical_and",
    "logical_not",
    "max",
    "maximum",
    "min",
    "minimum",
    "multiply",
    "negative",
    "newaxis",
    "not_equal",
    "ones",
    "permute_dims",
    "prod",
    "reshape",
    "save",
    "save_safetensors",
    "savez",
    "savez_compressed",
    "show_config",
    "sin",
    "sqrt",
    "square",
    "squeeze",
    "stack",
    "subtract",
    "sum",
    "synchronize",
    "transfers",
    "ufunc",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "zeros",
]
