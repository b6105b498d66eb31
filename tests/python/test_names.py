"""The module's names: every row of the table, documented, with a signature; `__all__` complete; typed."""

import inspect
import pickle
import types
from pathlib import Path

import farshore as fs
import numpy as np
import pytest
from farshore import _core, exceptions

ROWS = [name for name, value in vars(_core).items() if isinstance(value, fs.ufunc)]


# https://data-apis.org/array-api/2025.12/API_specification/elementwise_functions.html, and where.
STANDARD = (
    "abs acos acosh add asin asinh atan atan2 atanh bitwise_and bitwise_left_shift bitwise_invert "
    "bitwise_or bitwise_right_shift bitwise_xor ceil clip conj copysign cos cosh divide equal exp "
    "expm1 floor floor_divide greater greater_equal hypot imag isfinite isinf isnan less less_equal "
    "log log1p log2 log10 logaddexp logical_and logical_not logical_or logical_xor maximum minimum "
    "multiply negative nextafter not_equal positive pow real reciprocal remainder round sign signbit "
    "sin sinh square sqrt subtract tan tanh trunc where"
)
NUMPYS = (
    "exp2 cbrt fmod ldexp frexp modf heaviside gcd lcm deg2rad rad2deg sinc spacing logaddexp2 fmax "
    "fmin float_power divmod nan_to_num i0 angle bitwise_count"
)
SPECIAL = {"erf", "erfc", "gamma", "lgamma", "frexp_mantissa", "frexp_exponent"}
"""Rows that NumPy lacks."""
PARAMETERS = {"where": ["condition", "x1", "x2"]}


@pytest.mark.parametrize("name", f"{STANDARD} {NUMPYS}".split())
def test_the_elementwise_functions_are_complete(name):
    assert callable(getattr(fs, name))
    assert name in fs.__all__
    assert hasattr(np, name)


@pytest.mark.parametrize("name", ROWS)
def test_every_row_is_exported_and_documented(name):
    assert name in fs.__all__
    ufunc = getattr(fs, name)
    assert ufunc.__name__ == name
    assert repr(ufunc) == f"<ufunc '{name}'>"
    first, rest = ufunc.__doc__.split("\n", 1)
    assert first.endswith(".")
    assert "element by element" in first
    assert all(dtype in rest for dtype in ufunc.dtypes)
    parameters = inspect.signature(ufunc).parameters.values()
    *operands, out, where = parameters
    assert [one.name for one in operands] == PARAMETERS.get(name, ["x1", "x2"] if ufunc.nin == 2 else ["x"])
    assert all(one.kind is inspect.Parameter.POSITIONAL_ONLY for one in operands)
    for one in (out, where):
        assert one.kind is inspect.Parameter.KEYWORD_ONLY
    assert (out.name, where.name) == ("out", "where")


@pytest.mark.parametrize("name", sorted(set(ROWS) - SPECIAL))
def test_every_row_is_numpys_function_of_that_name(name):
    theirs = getattr(np, name)
    if isinstance(theirs, np.ufunc):
        assert theirs.nin == getattr(fs, name).nin
    x = fs.asarray([1, 2, 3])
    operands = [x] * getattr(fs, name).nin
    # NumPy's own call runs on the device.
    assert isinstance(theirs(*operands), fs.Array)


@pytest.mark.parametrize("name", ROWS)
def test_every_row_can_be_pickled(name):
    assert pickle.loads(pickle.dumps(getattr(fs, name))) is getattr(fs, name)


def test_all_is_complete():
    public = {
        name
        for name, value in vars(fs).items()
        if not name.startswith("_") and not isinstance(value, types.ModuleType)
    }
    assert public | {"__version__"} == set(fs.__all__)
    assert len(fs.__all__) == len(set(fs.__all__))


# The class of the ufuncs has none: its `__doc__` is that of each of them.
CALLABLES = [name for name in fs.__all__ if callable(getattr(fs, name)) and name != "ufunc"]


@pytest.mark.parametrize("name", CALLABLES)
def test_every_callable_is_documented(name):
    assert (getattr(fs, name).__doc__ or "").strip()


@pytest.mark.parametrize(
    "name", [name for name in dir(fs.Array) if not name.startswith("_") and callable(getattr(fs.Array, name))]
)
def test_every_method_is_documented(name):
    assert (getattr(fs.Array, name).__doc__ or "").strip()
    assert inspect.signature(getattr(fs.Array, name))


def test_every_exception_is_exported():
    for name, value in vars(exceptions).items():
        if isinstance(value, type) and issubclass(value, Exception):
            assert getattr(fs, name) is value
            assert name in fs.__all__


def test_the_classes_of_exceptions():
    assert issubclass(fs.ImplicitTransferError, (fs.TransferError, TypeError))
    assert fs.ImplicitTransferError.__mro__.index(TypeError)
    assert fs.CopyRequiredError.__mro__.index(ValueError)
    assert fs.ForbiddenTransferError.__mro__.index(RuntimeError)
    assert fs.OutOfRangeError.__mro__.index(OverflowError)
    assert fs.OutOfDeviceMemoryError.__mro__.index(MemoryError)
    assert fs.OutOfDeviceMemoryError.__mro__.index(fs.DeviceError)
    assert fs.DeviceError.__mro__.index(RuntimeError)
    assert fs.SoftwareDeviceWarning.__mro__.index(UserWarning)


def test_dtypes_are_numpys():
    for name in ("int8", "uint64", "float16", "float64", "complex64"):
        assert getattr(fs, name) is getattr(np, name)
        assert fs.zeros(1, dtype=getattr(fs, name)).dtype == np.dtype(name)
    assert fs.bool is np.bool_
    assert isinstance(fs.zeros(1).dtype, np.dtype)
    assert fs.newaxis is None


def test_the_package_is_typed():
    assert (Path(fs.__file__).parent / "py.typed").exists()
    assert fs.__version__.count(".") == 2


def test_the_module_says_where_things_are_from():
    for name in ("Array", "Device", "Ledger", "transfers", "ufunc"):
        assert getattr(fs, name).__module__ == "farshore"
