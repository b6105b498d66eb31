"""SciPy: refused by NumPy's door; its array API mode takes farshore for a namespace, as far as that goes."""

import functools
import json
import os
import subprocess
import sys

import farshore as fs
import numpy as np
import pytest
from outcome import REFUSAL, REMEDIES, bulk, hidden, refused, upload, works

pytest.importorskip("scipy")

from scipy import fft, integrate, interpolate, linalg, ndimage, optimize, signal, spatial, special, stats

REFUSED = {
    "fft.fft(x)": lambda a: fft.fft(a),
    "signal.lfilter(b, a, x)": lambda a: signal.lfilter([1], [1, 0.5], a),
    "ndimage.gaussian_filter(x, 1)": lambda a: ndimage.gaussian_filter(a, 1),
    "stats.zscore(x)": lambda a: stats.zscore(a),
    "linalg.norm(x)": lambda a: linalg.norm(a),
    "interpolate.CubicSpline(x, x)": lambda a: interpolate.CubicSpline(np.arange(20), a)(3.5),
    "spatial.KDTree(x)": lambda a: spatial.KDTree(a.reshape(10, 2)).query([0, 0])[0],
    "integrate.trapezoid(x)": lambda a: integrate.trapezoid(a),
    "special.erf(x)": lambda a: special.erf(a),
}


@pytest.mark.parametrize("call", REFUSED)
def test_each_is_refused(call, x):
    refused(lambda: REFUSED[call](x))


@pytest.mark.parametrize("call", REFUSED)
@pytest.mark.parametrize("remedy", REMEDIES)
def test_it_works_with_a_host_copy(call, remedy, x, h):
    handed, policy = REMEDIES[remedy]
    times = {"implicit": 2, "allow": 2}.get(remedy, 1) if call == "stats.zscore(x)" else 1
    got = works(lambda: REFUSED[call](handed(x)), bulk(80) * times, policy)
    assert np.array_equal(got, REFUSED[call](h))


def test_a_function_of_scipy_is_named_as_such(x):
    assert refused(lambda: special.erf(x)).startswith("erf was given an array on")


ARRAY_API = """
import json, sys, traceback, warnings
warnings.simplefilter("ignore")
import farshore as fs, numpy as np
from scipy import fft, integrate, linalg, ndimage, signal, spatial, special, stats
h = np.linspace(0, 1, 20, dtype=np.float32)
x = fs.asarray(h)
found = {}
for text in json.loads(sys.argv[1]):
    call = eval("lambda x: " + text)
    found[text] = {}
    for policy in ("explicit", "allow"):
        with fs.transfers(policy) as log:
            try:
                got = call(x)
                answer = [type(got).__name__, "", ""]
            except Exception as error:
                answer = [type(error).__name__, str(error), "".join(traceback.format_exception(error))]
        moved = [f"{one['direction']} {one['kind']} {one['nbytes']}" for one in log.crossings]
        found[text][policy] = [*answer, moved]
        if answer[0] == "Array":
            np.testing.assert_allclose(got.to_numpy(), call(h), rtol=1e-5, atol=1e-6)
    assert np.array_equal(call(x.to_numpy()), call(h))
print(json.dumps(found))
"""
BOOL = "to host scalar 1"
"""SciPy asks whether there is NaN, or whether all are equal, and reads the answer."""
COMPUTED = {
    "special.softmax(x)": [],
    "special.logsumexp(x)": [],
    "special.xlogy(x, x)": [],
    "integrate.trapezoid(x)": [],
    "stats.gmean(x)": [BOOL] * 4,
    "stats.zscore(x)": [BOOL, BOOL, BOOL, *upload(1), BOOL, BOOL],
}
BY_WAY_OF_THE_HOST = {
    "fft.fft(x)": [*bulk(80), *upload(160)],
    "special.erf(x)": [*bulk(80), *upload(80)],
    "ndimage.gaussian_filter(x, 1)": [*bulk(80), *upload(80)],
}
MISSED = {
    "signal.savgol_filter(x, 5, 2)": ("AttributeError", "module 'farshore' has no attribute 'linalg'"),
    "signal.lfilter([1], [1, 0.5], x)": ("TypeError", "Multiple namespaces for array inputs"),
}


def test_array_api_mode_takes_farshore_for_a_namespace():
    environment = {**os.environ, "SCIPY_ARRAY_API": "1"}
    calls = json.dumps([*COMPUTED, *BY_WAY_OF_THE_HOST, *MISSED])
    ran = subprocess.run(
        [sys.executable, "-c", ARRAY_API, calls], env=environment, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    for call, crossings in COMPUTED.items():
        for kind, text, _, moved in found[call].values():
            assert (kind, moved) == ("Array", crossings), text
    for call, crossings in BY_WAY_OF_THE_HOST.items():
        kind, text, _, moved = found[call]["explicit"]
        assert (kind, moved) == ("ImplicitTransferError", [])
        assert "x.to_numpy()" in text
        kind, text, _, moved = found[call]["allow"]
        assert (kind, moved) == ("Array", crossings), text
    for call, (error, words) in MISSED.items():
        for kind, text, shown, _ in found[call].values():
            assert kind == error
            assert words in text
            assert REFUSAL not in shown


def test_an_objective_is_a_number_of_the_host(x):
    search = functools.partial(optimize.minimize, x0=[1.0], method="Nelder-Mead")
    error = hidden(lambda: search(lambda p: error_of(p, x)), ValueError, "must return a scalar value")
    assert isinstance(error.__cause__, fs.ImplicitTransferError)
    with fs.transfers() as log:
        found = search(lambda p: float(error_of(p, x)))
    assert found.x == pytest.approx(float(x[1]), abs=1e-3)
    assert log.scalar_reads == len(log) == found.nfev


def error_of(p, x) -> fs.Array:
    return (x[1] - p[0]) * (x[1] - p[0])


def test_differences_of_1e_8_are_lost_in_float32(x, h):
    lost = optimize.minimize(lambda p: float(error_of(p, x)), [1.0])
    assert lost.success
    assert lost.x == [1.0], "where it began"
    sloped = optimize.minimize(
        lambda p: float(error_of(p, x)), [1.0], jac=lambda p: [float((p[0] - x[1]) * 2)]
    )
    assert sloped.x == pytest.approx(h[1])


def test_differences_of_1e_8_are_kept_in_float64(h):
    if "float64" not in fs.default_device().dtypes:
        pytest.skip("this device has no float64")
    x = fs.asarray(h.astype("f8"))
    assert optimize.minimize(lambda p: float(error_of(p, x)), [1.0]).x == pytest.approx(h[1])


def test_a_root_reads_each_value_twice(x):
    # First whether it is NaN.
    each = ["to host scalar 1", "to host scalar 4"]
    got = works(lambda: optimize.brentq(lambda t: x[-1] * t - 0.5, 0, 1), each * 3)
    assert got == pytest.approx(0.5)
    got = works(lambda: optimize.brentq(lambda t: float(x[-1] * t - 0.5), 0, 1), each[1:] * 3)
    assert got == pytest.approx(0.5)


def test_quad_reads_each_value(x):
    got = works(lambda: integrate.quad(lambda t: x[-1] * t, 0, 1), ["to host scalar 4"] * 21)
    assert got[0] == pytest.approx(0.5)
