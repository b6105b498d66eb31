"""SciPy: refused by NumPy's door, which its array API mode hides behind a sentence of its own."""

import functools
import json
import os
import subprocess
import sys

import farshore as fs
import numpy as np
import pytest
from outcome import REFUSAL, REMEDIES, bulk, hidden, refused, works

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
import json, traceback, warnings
warnings.simplefilter("ignore")
import farshore as fs, numpy as np
from scipy import fft, ndimage, special, stats
h = np.linspace(0, 1, 20, dtype=np.float32)
x = fs.asarray(h)
found = {}
for call in (fft.fft, stats.zscore, special.erf, lambda a: ndimage.gaussian_filter(a, 1)):
    with fs.transfers() as log:
        try:
            call(x)
        except Exception as error:
            shown = "".join(traceback.format_exception(error))
            found[call.__name__] = [type(error).__name__, str(error), shown, len(log)]
    assert np.array_equal(call(x.to_numpy()), call(h))
print(json.dumps(found))
"""


def test_array_api_mode_says_it_in_its_own_words():
    environment = {**os.environ, "SCIPY_ARRAY_API": "1"}
    ran = subprocess.run([sys.executable, "-c", ARRAY_API], env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert len(found) == 4
    for kind, text, shown, crossings in found.values():
        assert (kind, crossings) == ("TypeError", 0)
        assert text == "An argument is neither array API compatible nor coercible by NumPy."
        refusal, theirs = shown.split("During handling of the above exception")
        assert REFUSAL in refusal
        assert "x.to_numpy()" in refusal
        assert text in theirs


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


def test_a_root_needs_a_number_too(x):
    refused(lambda: optimize.brentq(lambda t: x[-1] * t - 0.5, 0, 1))
    assert optimize.brentq(lambda t: float(x[-1] * t - 0.5), 0, 1) == pytest.approx(0.5)


def test_quad_reads_each_value(x):
    got = works(lambda: integrate.quad(lambda t: x[-1] * t, 0, 1), ["to host scalar 4"] * 21)
    assert got[0] == pytest.approx(0.5)
