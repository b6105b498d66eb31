"""scikit-learn: refused; in array API mode it takes farshore for a namespace, and computes there."""

import functools

import farshore as fs
import numpy as np
import pytest
from outcome import REMEDIES, bulk, refused, unasked, upload, works

pytest.importorskip("sklearn")

import sklearn
from sklearn import cluster, decomposition, linear_model, metrics, model_selection, preprocessing

SAMPLES = np.random.default_rng(20260208).random((20, 3), np.float32)
FITS = {
    "StandardScaler": lambda a, y: preprocessing.StandardScaler().fit(a).mean_,
    "PCA": lambda a, y: decomposition.PCA(2, random_state=0).fit_transform(a),
    "KMeans": lambda a, y: cluster.KMeans(2, random_state=0, n_init=1).fit(a).labels_,
    "LinearRegression": lambda a, y: linear_model.LinearRegression().fit(a, y).coef_,
    "predict": lambda a, y: linear_model.LinearRegression().fit(SAMPLES, y).predict(a),
    "check_array": lambda a, y: sklearn.utils.check_array(a),
    "accuracy_score": lambda a, y: metrics.accuracy_score(a[:, 0] > 0.5, a[:, 1] > 0.5),
}


@pytest.fixture
def h2():
    """20 samples of 3 features, 240 bytes."""
    return SAMPLES


@pytest.mark.parametrize("call", FITS)
def test_each_is_refused(call, x2, h):
    refused(lambda: FITS[call](x2, h))


SEVERAL = {  # times that one array crosses
    ("accuracy_score", "allow"): bulk(*[20] * 6),
    ("accuracy_score", "implicit"): bulk(80, 80),
}


@pytest.mark.parametrize("call", FITS)
@pytest.mark.parametrize("remedy", REMEDIES)
def test_it_works_with_a_host_copy(call, remedy, x2, h2, h):
    handed, policy = REMEDIES[remedy]
    got = works(lambda: FITS[call](handed(x2), h), SEVERAL.get((call, remedy), bulk(240)), policy)
    assert np.array_equal(got, FITS[call](h2, h))


def test_a_target_is_refused_too(x, h2, h):
    refused(lambda: linear_model.LinearRegression().fit(h2, x))
    refused(lambda: metrics.r2_score(x, x))
    assert works(lambda: metrics.r2_score(x.to_numpy(), h), bulk(80)) == 1


def test_train_test_split_picks_rows_by_an_array_of_indices(x2, h2):
    split = functools.partial(model_selection.train_test_split, random_state=0)
    assert refused(lambda: split(x2)).startswith("indexing: one operand is a numpy.ndarray of 60 bytes")
    picked = works(lambda: split(x2), upload(60, 20), "allow")
    assert all(isinstance(part, fs.Array) for part in picked)
    assert all(map(np.array_equal, [part.to_numpy() for part in picked], split(h2)))
    assert all(map(np.array_equal, works(lambda: split(x2.to_numpy()), bulk(240)), split(h2)))
    assert all(map(np.array_equal, works(lambda: split(x2.implicit()), bulk(240, 240)), split(h2)))


@pytest.fixture
def array_api(monkeypatch):
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")
    with sklearn.config_context(array_api_dispatch=True):
        yield


FINITE = ["to host scalar 1"]
"""check_array asks whether all elements are finite, and reads the answer."""
NUMBER = ["to host scalar 4"]
"""What it counts or compares on the host."""
COMPUTED = {
    "StandardScaler": [*FINITE * 2, *NUMBER * 2, *FINITE],
    "accuracy_score": [*NUMBER * 5, *upload(4), *NUMBER],
    "check_array": FINITE,
}
MISSED = {
    "PCA": (AttributeError, "module 'farshore' has no attribute 'linalg'", FINITE),
    "LinearRegression": (ValueError, "Input arrays use different devices: .*, cpu", FINITE),
    "predict": (ValueError, "must use the same namespace and the same device", []),
}


@pytest.mark.parametrize("call", COMPUTED)
def test_array_api_mode_computes_on_the_device(call, x2, h2, h, array_api):
    got = works(lambda: FITS[call](x2, h), COMPUTED[call])
    want = FITS[call](h2, h)
    if isinstance(want, float):
        assert got == np.float32(want), "a float32 of the device"
    else:
        assert isinstance(got, fs.Array)
        assert got.dtype == (want.dtype if "float64" in got.device.dtypes else np.float32)
        np.testing.assert_allclose(got.to_numpy(), want, rtol=4 * np.finfo(got.dtype).eps)


@pytest.mark.parametrize("call", MISSED)
def test_array_api_mode_says_what_it_misses(call, x2, h, array_api):
    kind, text, crossings = MISSED[call]
    unasked(lambda: FITS[call](x2, h), kind, text, crossings)


def test_array_api_mode_splits_on_the_device(x2, h2, array_api):
    split = functools.partial(model_selection.train_test_split, random_state=0)
    picked = works(lambda: split(x2), [f"to device dlpack {nbytes}" for nbytes in (120, 40)])
    assert all(isinstance(part, fs.Array) for part in picked)
    assert all(map(np.array_equal, [part.to_numpy() for part in picked], split(h2)))


def test_array_api_mode_checks_on_the_device(x2, array_api):
    assert works(lambda: sklearn.utils.check_array(x2), FINITE) is x2
    with pytest.raises(ValueError, match="Input contains NaN"):
        sklearn.utils.check_array(x2 * np.nan)


def test_array_api_mode_is_refused_where_it_computes_on_the_host(x, x2, h, array_api):
    # KMeans takes the variances on the device, then draws its first centre by NumPy's generator.
    refused(lambda: FITS["KMeans"](x2, h), FINITE * 2)
    with fs.transfers("allow"), pytest.raises(ValueError, match="Input arrays use different devices: cpu, "):
        FITS["KMeans"](x2, h)
    refused(lambda: FITS["LinearRegression"](x2, x), FINITE * 4)
    with fs.transfers("allow"), pytest.raises(TypeError, match="astype: every operand is an array of farsh"):
        FITS["LinearRegression"](x2, x)


@pytest.mark.parametrize("call", FITS)
def test_array_api_mode_works_with_a_host_copy(call, x2, h2, h, array_api):
    got = works(lambda: FITS[call](x2.to_numpy(), h), bulk(240))
    assert np.array_equal(got, FITS[call](h2, h))


def test_a_fit_of_the_host_applied_on_the_device(x2, h2):
    scaler = preprocessing.StandardScaler().fit(h2)
    mean, scale = (fs.asarray(values.astype("f4")) for values in (scaler.mean_, scaler.scale_))
    got = works(lambda: (x2 - mean) / scale, [])
    np.testing.assert_allclose(got.to_numpy(), scaler.transform(h2), rtol=0, atol=1e-6)
