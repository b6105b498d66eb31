"""SciPy: refused by NumPy's door, which its array API mode hides behind a sentence of its own."""

import functools
import json
import os
import subprocess
import sys

import farshore as fs
import numpy as np
import pytest
from outcome import REMEDIES, bulk, hidden, refused, works

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
    times = 2 if call == "stats.zscore(x)" and remedy != "to_numpy" else 1
    got = works(lambda: REFUSED[call](handed(x)), bulk(80) * times, policy)
    assert np.array_equal(got, REFUSED[call](h))


def test_a_remedy_is_not_named_for_numpy_where_the_function_is_scipys(x):
    assert "numpy.erf" not in refused(lambda: special.erf(x))


ARRAY_API = """
import json, warnings
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
            name, cause = call.__name__, error.__cause__ or error.__context__
            found[name] = [type(error).__name__, str(error), type(cause).__name__, str(cause), len(log)]
    assert np.array_equal(call(x.to_numpy()), call(h))
print(json.dumps(found))
"""


def test_array_api_mode_says_it_in_its_own_words():
    environment = {**os.environ, "SCIPY_ARRAY_API": "1"}
    ran = subprocess.run([sys.executable, "-c", ARRAY_API], env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert len(found) == 4
    for kind, text, cause, sentence, crossings in found.values():
        assert (kind, cause, crossings) == ("TypeError", "ImplicitTransferError", 0)
        assert text == "An argument is neither array API compatible nor coercible by NumPy."
        assert "x.to_numpy()" in sentence, "in the traceback, above theirs"


def test_an_objective_is_a_number_of_the_host(x):
    def on_device(p):
        return (x[1] - p[0]) * (x[1] - p[0])

    # Differences of 1e-8, as other methods take them, are lost in float32.
    search = functools.partial(optimize.minimize, x0=[1.0], method="Nelder-Mead")
    error = hidden(lambda: search(on_device), ValueError, "must return a scalar value")
    assert isinstance(error.__context__, fs.ImplicitTransferError)
    with fs.transfers() as log:
        found = search(lambda p: float(on_device(p)))
    assert found.x == pytest.approx(float(x[1]), abs=1e-3)
    assert log.scalar_reads == len(log) == found.nfev


def test_a_root_needs_a_number_too(x):
    refused(lambda: optimize.brentq(lambda t: x[-1] * t - 0.5, 0, 1))
    assert optimize.brentq(lambda t: float(x[-1] * t - 0.5), 0, 1) == pytest.approx(0.5)


def test_quad_reads_each_value(x):
    got = works(lambda: integrate.quad(lambda t: x[-1] * t, 0, 1), ["to host scalar 4"] * 21)
    assert got[0] == pytest.approx(0.5)
