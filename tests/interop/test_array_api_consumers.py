"""SciPy and scikit-learn in array API mode: what of them computes on the device, and which scalars it reads.

The mode is chosen before SciPy is imported, so this file runs itself once more, in a process that has it.
"""

import importlib
import json
import os
import subprocess
import sys
from typing import Any

import farshore as fs
import numpy as np
import pytest
from outcome import bulk, moved

pytest.importorskip("scipy")
pytest.importorskip("sklearn")

MODULES = [
    *("scipy.cluster", "scipy.differentiate", "scipy.integrate", "scipy.linalg", "scipy.optimize"),
    *("scipy.optimize.elementwise", "scipy.signal", "scipy.spatial", "scipy.special", "scipy.stats"),
    *("sklearn.decomposition", "sklearn.metrics", "sklearn.metrics.pairwise", "sklearn.naive_bayes"),
    *("sklearn.preprocessing", "sklearn.utils.extmath", "sklearn.utils.validation"),
]

ROWS = 60
"""Of `a` and `b`, which have 3 columns; `v` and `w` are a column of each, `k` is `a @ a.T`."""

NUMBERS = 24
"""Bytes that an upload may have: constants of the library's, as `xp.asarray(1.0)`. `v` has 240 or 480."""

SCIPY = {  # the scalar reads with float32 and with float64, where these differ
    "stats.zscore(v)": 5,
    "stats.zscore(a, axis=1, ddof=1)": 7,
    "stats.zmap(v, w)": 5,
    "stats.gzscore(v)": 5,
    "stats.skew(v)": 7,
    "stats.skew(a, bias=False)": 7,
    "stats.kurtosis(v)": 7,
    "stats.kurtosis(a, axis=1)": 5,
    "stats.moment(v, 3)": 13,
    "stats.describe(a)": 12,
    "stats.variation(a)": 4,
    "stats.tmean(v)": 5,
    "stats.tmean(v, (0.2, 0.8))": 8,
    "stats.tvar(v)": 11,
    "stats.tmin(v)": 8,
    "stats.tmax(v)": 8,
    "stats.sem(v)": 3,
    "stats.gmean(v)": 4,
    "stats.gmean(a, weights=b)": 2,
    "stats.hmean(v)": 5,
    "stats.pmean(v, 2)": 5,
    "stats.gstd(v)": 8,
    "stats.kstat(v, 3)": 3,
    "stats.entropy(v, w)": 8,
    "stats.differential_entropy(v)": 3,
    "stats.circmean(v)": 3,
    "stats.directional_stats(a).mean_direction": 0,
    "stats.sigmaclip(v)": 1,
    "stats.trim_mean(v, 0.1)": 3,
    "stats.rankdata(v)": 6,
    "stats.mode(i)": 4,
    "stats.iqr(v)": 3,
    "stats.median_abs_deviation(v)": 8,
    "stats.quantile(v, 0.3)": 2,
    "stats.boxcox_llf(0.5, v)": 3,
    "stats.false_discovery_control(v / 9)": 1,
    "special.logsumexp(a)": 0,
    "special.logsumexp(v, b=w)": 0,
    "special.softmax(a, axis=1)": 0,
    "special.log_softmax(a, axis=1)": 0,
    "special.xlogy(v, w)": 0,
    "special.rel_entr(v, w)": 3,
    "signal.windows.hann(8, xp=xp)": 0,
    "signal.windows.gaussian(8, 2, xp=xp)": 0,
    'signal.get_window("hamming", 8, xp=xp)': 0,
    "signal.gausspulse(v)": 0,
    "signal.freqz(v[:3], w[:3])": 0,
    "signal.normalize(v[:3], w[:3])": 3,
    "signal.zpk2tf(v[:2], w[:2], 1.0)": 0,
    "cluster.vq.whiten(a)": 3,
    "integrate.trapezoid(v)": 0,
    "integrate.trapezoid(a, x=b, axis=1)": 0,
    "integrate.cumulative_trapezoid(a, axis=0)": 0,
    "integrate.cumulative_simpson(a, dx=v[0], axis=0)": 0,
    "integrate.romb(v[:17])": 0,
    "integrate.tanhsinh(lambda p: p * p, v[0] * 0, v[0]).integral": (77, 109),
    "integrate.cubature(lambda p: p[:, 0] ** 2, v[:1] * 0, v[:1]).estimate": (5, 3),
    "differentiate.derivative(lambda p: p**3, v[:4]).df": 72,
    "optimize.rosen(v)": 0,
    "optimize.rosen_der(v)": 0,
    "optimize.rosen_hess(v)": 0,
    "elementwise.find_root(lambda p: p * p - 0.5, (v[:4] * 0, v[:4] * 0 + 1)).x": (111, 125),
    "spatial.transform.Rotation.from_rotvec(a).as_matrix()": 0,
    "spatial.transform.Rotation.from_rotvec(a).apply(b)": 0,
    "spatial.transform.RigidTransform.from_translation(a).apply(b)": 0,
    "linalg.block_diag(a[:2], b[:2])": 2,
}
SCIKIT_LEARN = {
    "preprocessing.StandardScaler().fit_transform(a)": 6,
    "preprocessing.StandardScaler().fit(a).inverse_transform(b)": 6,
    "preprocessing.MinMaxScaler().fit_transform(a)": 4,
    "preprocessing.MaxAbsScaler().fit_transform(a)": 3,
    "preprocessing.KernelCenterer().fit_transform(k)": 2,
    "preprocessing.Normalizer().fit_transform(a)": 3,
    "preprocessing.Binarizer(threshold=0.5).fit_transform(a)": 3,
    "preprocessing.PolynomialFeatures(2).fit_transform(a)": 2,
    "metrics.r2_score(v, w)": 5,
    "metrics.r2_score(a, b)": 6,
    "metrics.explained_variance_score(v, w)": 5,
    "metrics.mean_squared_error(a, b)": 3,
    "metrics.root_mean_squared_error(v, w)": 3,
    "metrics.mean_squared_log_error(v, w)": 7,
    "metrics.mean_absolute_error(a, b)": 3,
    "metrics.median_absolute_error(v, w)": 3,
    "metrics.mean_absolute_percentage_error(v, w)": 3,
    "metrics.max_error(v, w)": 3,
    "metrics.d2_tweedie_score(v, w)": 6,
    "metrics.d2_absolute_error_score(v, w)": 21,
    "metrics.mean_pinball_loss(v, w)": 3,
    "metrics.mean_tweedie_deviance(v, w)": 3,
    "metrics.mean_poisson_deviance(v, w)": 5,
    "metrics.mean_gamma_deviance(v, w)": 5,
    "metrics.brier_score_loss(t, v / (v + 1))": 8,
    "metrics.precision_recall_curve(t, v)": 8,
    "metrics.average_precision_score(t, v)": 13,
    "metrics.roc_curve(t, v, drop_intermediate=False)": 9,
    "metrics.calinski_harabasz_score(a, i)": 8,
    "metrics.davies_bouldin_score(a, i)": 34,
    "pairwise.cosine_similarity(a, b)": 4,
    "pairwise.cosine_distances(a, b)": 4,
    "pairwise.euclidean_distances(a, b)": 2,
    "pairwise.manhattan_distances(a, b)": 2,
    "pairwise.linear_kernel(a, b)": 2,
    "pairwise.polynomial_kernel(a, b)": 2,
    "pairwise.rbf_kernel(a, b)": 4,
    "pairwise.sigmoid_kernel(a, b)": 2,
    "pairwise.laplacian_kernel(a, b)": 4,
    "pairwise.chi2_kernel(a, b)": 4,
    "pairwise.paired_cosine_distances(a, b)": 4,
    "pairwise.paired_euclidean_distances(a, b)": 2,
    "naive_bayes.GaussianNB().fit(a, i).predict(a)": 20,
    "extmath.softmax(a)": 0,
    "validation.check_array(a)": 1,
}
OF_LABELS = {
    "metrics.accuracy_score(i, j)": 6,
    "metrics.zero_one_loss(i, j)": 6,
    "metrics.hamming_loss(i, j)": 6,
    "metrics.multilabel_confusion_matrix(i, j)": 19,
    'metrics.f1_score(i, j, average="macro")': 34,
    'metrics.precision_score(i, j, average="macro")': 34,
    'metrics.recall_score(i, j, average="micro")': 34,
    'metrics.jaccard_score(i, j, average="macro")': 27,
    "preprocessing.LabelEncoder().fit_transform(i)": 1,
}
UPLOADS = {
    "integrate.cubature(lambda p: p[:, 0] ** 2, v[:1] * 0, v[:1]).estimate": 168,  # 21 nodes, and weights
    "differentiate.derivative(lambda p: p**3, v[:4]).df": 72,  # 9 weights
    "linalg.block_diag(a[:2], b[:2])": 32,  # the shapes
}
"""Bytes of the largest upload where it is more than a number."""

ULPS = {"metrics.davies_bouldin_score(a, i)": 64}
"""Steps at the largest number, where they are more than 16: this one takes differences of large squares."""

REFUSED = {  # bytes that SciPy, which computes these with NumPy, copies under "allow"
    "special.erf(v)": [240],
    "special.expit(v)": [240],
    "signal.detrend(v)": [240],
    "integrate.simpson(v)": [240],
    "spatial.distance.cdist(a, b)": [720, 720],
    "stats.pearsonr(v, w).pvalue": [4, 4, 4],
    "stats.ttest_ind(v, w).pvalue": [4, 4],
    "stats.skewtest(v).pvalue": [4],
}
COPIED = {  # bytes that scikit-learn copies by `device="cpu"`, which are words
    "metrics.confusion_matrix(i, j)": [480, 480],
    "metrics.log_loss(t, v / (v + 1))": [480, 480, 488],
    "preprocessing.LabelBinarizer().fit_transform(i)": [480, 480, 488],
}
LACKING = {
    "decomposition.PCA(2, svd_solver='full').fit_transform(a)": "linalg",
    "metrics.balanced_accuracy_score(i, j)": "linalg",
    "signal.savgol_filter(v, 5, 2)": "linalg",
}


def _arguments(dtype: str, array) -> dict[str, Any]:
    rng = np.random.default_rng(20261122)
    a, b = (rng.exponential(size=(ROWS, 3)).astype(dtype) for _ in range(2))
    i, j = (rng.integers(4, size=ROWS) for _ in range(2))
    host = {"a": a, "b": b, "v": a[:, 0], "w": b[:, 1], "k": a @ a.T, "i": i, "j": j, "t": i // 2}
    return {name: array(one) for name, one in host.items()}


def _flat(answer) -> list:
    return [one for part in answer for one in _flat(part)] if isinstance(answer, (tuple, list)) else [answer]


def _distance(got, want) -> float:
    """How far they are apart, in the steps of got's dtype at the largest number there."""
    got, want = np.asarray(got), np.asarray(want)
    assert got.shape == want.shape, (got.shape, want.shape)
    if want.dtype.kind not in "fc":
        return 0.0 if np.array_equal(got, want) else np.inf
    finite = np.isfinite(want)
    assert np.array_equal(got[~finite], want[~finite])
    if not finite.any():
        return 0.0
    apart = np.abs(got[finite].astype(want.dtype) - want[finite]).max()
    return float(apart / np.spacing(np.abs(want[finite]).max().astype(got.real.dtype)))


def _try(call, names: dict[str, Any], dtype: str, policy: str | None = None) -> dict[str, Any]:
    want = _flat(eval(call, names | _arguments(dtype, np.asarray) | {"xp": np}))
    ours = names | _arguments(dtype, fs.asarray) | {"xp": fs}
    with fs.transfers(policy) as log:
        try:
            got = _flat(eval(call, ours))
        except Exception as error:
            return {"error": f"{type(error).__name__}: {error}", "moved": moved(log)}
    kinds = sorted({type(one).__name__ for one in got})
    on_host = [one.to_numpy() if isinstance(one, fs.Array) else one for one in got]
    if dtype == "f4" or call in OF_LABELS:  # a number of Python's was a float32 on the device
        on_host = [np.float32(one) if isinstance(one, float) else one for one in on_host]
    distance = max(_distance(one, other) for one, other in zip(on_host, want, strict=True))
    return {"kinds": kinds, "distance": distance, "moved": moved(log)}


def _main() -> None:
    """In array API mode: every call of the tables, and what it gave and moved."""
    sklearn = importlib.import_module("sklearn")
    sklearn.set_config(array_api_dispatch=True)
    names = {path.split(".")[-1]: importlib.import_module(path) for path in MODULES}
    found = {f"{call} {dtype}": _try(call, names, dtype) for call, dtype in CALLS}
    found |= {call: _try(call, names, "f4") for call in {**REFUSED, **COPIED, **LACKING}}
    found |= {f"{call} allow": _try(call, names, "f4", "allow") for call in REFUSED}
    print(json.dumps(found))


CALLS = [(call, dtype) for call in {**SCIPY, **SCIKIT_LEARN} for dtype in ("f4", "f8")]
CALLS += [(call, "f4") for call in OF_LABELS]


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    environment = {**os.environ, "SCIPY_ARRAY_API": "1", "FARSHORE_TRANSFERS": "explicit"}
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", __file__], env=environment, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


@pytest.mark.parametrize(("call", "dtype"), CALLS)
def test_it_computes_on_the_device(call, dtype, found):
    answer = found[f"{call} {dtype}"]
    assert "error" not in answer, answer["error"]
    reads = {**SCIPY, **SCIKIT_LEARN, **OF_LABELS}[call]
    if isinstance(reads, tuple):
        reads = reads[dtype == "f8"]
    crossings = answer["moved"]
    assert set(answer["kinds"]) <= {"Array", "float", "int"}
    assert answer["distance"] <= ULPS.get(call, 16)
    assert sum(one.startswith("to host scalar") for one in crossings) == reads
    others = [one for one in crossings if not one.startswith("to host scalar")]
    assert all(one.startswith("to device bulk") for one in others)
    assert max((int(one.split()[-1]) for one in others), default=0) <= UPLOADS.get(call, NUMBERS)


@pytest.mark.parametrize("call", REFUSED)
def test_what_scipy_computes_on_the_host_is_refused(call, found):
    refusal, allowed = found[call], found[f"{call} allow"]
    assert refusal["error"].startswith("ImplicitTransferError: ")
    assert "to host bulk" not in " ".join(refusal["moved"])
    assert "error" not in allowed, allowed["error"]
    assert allowed["distance"] <= 64  # the tail of a distribution magnifies
    assert [one for one in allowed["moved"] if one.startswith("to host bulk")] == bulk(*REFUSED[call])


@pytest.mark.parametrize("call", COPIED)
def test_scikit_learn_asks_for_a_host_copy_in_words(call, found):
    answer = found[call]
    assert "error" not in answer, answer["error"]
    assert answer["distance"] <= 16
    copies = [one for one in answer["moved"] if one.startswith("to host") and "scalar" not in one]
    assert copies == [f"to host dlpack {nbytes}" for nbytes in COPIED[call]]


@pytest.mark.parametrize("call", LACKING)
def test_it_says_what_farshore_lacks(call, found):
    assert found[call]["error"] == f"AttributeError: module 'farshore' has no attribute '{LACKING[call]}'"


if __name__ == "__main__":
    _main()
