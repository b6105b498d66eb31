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

from importlib import import_module as _import_module

from farshore import _core
from farshore import exceptions as exceptions
from farshore._aliases import NUMPYS as _NUMPYS

# Its modules import one another in circles, so two threads cannot both be the first to ask for them.
_import_module("numpy")

_MODULES = {
    "numpy": """
        bool complex64 complex128 e float16 float32 float64 inf int8 int16 int32 int64 nan newaxis pi
        uint8 uint16 uint32 uint64
    """,
    "farshore._core": """
        Array Device ElementwiseKernel HostMap Ledger RawKernel ReductionKernel __version__ default_device
        devices transfers ufunc
    """,
    "farshore._benchmark": "benchmark",
    "farshore._bits": "packbits unpackbits",
    "farshore._blocks": "block",
    "farshore._bounds": "indexing",
    "farshore._choosing": "choose select",
    "farshore._config": "show_config",
    "farshore._converting": "asarray_chkfinite ascontiguousarray asfortranarray copy frombuffer fromiter",
    "farshore._convolution": "convolve",
    "farshore._coordinates": "indices ix_ ravel_multi_index unravel_index",
    "farshore._copying": "copyto",
    "farshore._counting": "bincount digitize histogram histogram_bin_edges",
    "farshore._creation": "asarray asnumpy empty full ones zeros",
    "farshore._diagonals": "diag diag_indices diag_indices_from diagflat diagonal fill_diagonal",
    "farshore._differences": "diff ediff1d gradient",
    "farshore._dlpack": "from_dlpack",
    "farshore._dtypes": "astype can_cast finfo iinfo isdtype result_type",
    "farshore._einsum": "einsum",
    "farshore._elementwise": "clip divmod float_power frexp modf nan_to_num",
    "farshore._equality": "allclose array_equiv isclose",
    "farshore._evaluation": "evaluate explain synchronize",
    "farshore._extremes": "argmax argmin nanargmax nanargmin",
    "farshore._facts": """
        iscomplexobj isfortran isrealobj isscalar may_share_memory ndim shape shares_memory size
    """,
    "farshore._files": "load load_safetensors save save_safetensors",
    "farshore._grids": "arange eye linspace meshgrid tril triu",
    "farshore._implicit": "ImplicitArray",
    "farshore._inserting": "delete insert",
    "farshore._inspection": "__array_api_version__ __array_namespace_info__",
    "farshore._interpolation": "interp",
    "farshore._joining": """
        append array_split column_stack concat dstack hstack repeat split stack tile unstack vstack
    """,
    "farshore._like": "empty_like full_like ones_like zeros_like",
    "farshore._linear": "dot inner kron matmul matrix_transpose outer tensordot trace vecdot",
    "farshore._manipulation": """
        atleast_1d atleast_2d atleast_3d broadcast_arrays broadcast_shapes broadcast_to expand_dims
        permute_dims ravel reshape squeeze
    """,
    "farshore._masks": "place putmask",
    "farshore._memory": "memory_summary",
    "farshore._nan_statistics": "nanmax nanmean nanmin nanprod nanstd nansum nanvar",
    "farshore._npz": "NpzFile savez savez_compressed",
    "farshore._padding": "pad",
    "farshore._pipelines": "Pipeline pipeline",
    "farshore._predicates": "iscomplex isneginf isposinf isreal",
    "farshore._profiling": "profile",
    "farshore._quantiles": "median nanmedian nanpercentile nanquantile percentile quantile",
    "farshore._readback": "Readback",
    "farshore._rearranging": "flip fliplr flipud moveaxis roll rollaxis rot90 swapaxes",
    "farshore._reductions": "all any array_equal max min prod sum",
    "farshore._resizing": "resize trim_zeros",
    "farshore._scans": "cummax cummin cumprod cumsum cumulative_prod cumulative_sum nancumprod nancumsum",
    "farshore._searching": "argwhere extract flatnonzero nonzero searchsorted",
    "farshore._series": "fromfunction geomspace identity logspace vander",
    "farshore._sets": """
        intersect1d isin setdiff1d setxor1d union1d unique unique_all unique_counts unique_inverse
        unique_values
    """,
    "farshore._softmax": "log_softmax softmax",
    "farshore._sorting": "argpartition argsort lexsort partition sort sort_complex topk",
    "farshore._splitting": "dsplit hsplit vsplit",
    "farshore._statistics": "average count_nonzero logsumexp mean ptp std var",
    "farshore._streaming": "Stream",
    "farshore._taking": "compress put put_along_axis take take_along_axis",
    "farshore._triangles": "mask_indices tri tril_indices tril_indices_from triu_indices triu_indices_from",
    "farshore.exceptions": """
        CopyRequiredError DeviceError ExportError ForbiddenTransferError ImplicitTransferError
        ImplicitTransferWarning MappedError OutOfDeviceMemoryError OutOfRangeError
        RecordingError ScalarReadsWarning
        SoftwareDeviceWarning TransferError
    """,
}
"""What each module gives to the package, beside the rows of the table of ufuncs.

A module is loaded when one of its names is first asked for. Type checkers read `__init__.pyi`, which
`make stubs` writes from this.
"""

_PLACES = {name: (module, name) for module, names in _MODULES.items() for name in names.split()}
_PLACES |= {
    name: ("farshore._core", name) for name, value in vars(_core).items() if isinstance(value, _core.ufunc)
}
_PLACES["device"] = ("farshore._core", "open_device")

__all__ = sorted(name for name in _PLACES if not name.startswith("__array_"))

_PLACES |= {numpys: _PLACES[ours] for numpys, ours in _NUMPYS.items()}


def __getattr__(name: str) -> object:
    """A public name, which from then on is found without a call of this."""
    if name not in _PLACES:
        raise AttributeError(f"module 'farshore' has no attribute {name!r}")
    module, attribute = _PLACES[name]
    value: object = getattr(_import_module(module), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(_PLACES)
