"""NumPy's functions that work element by element and are no rows of the table, or not by their own name."""

from types import SimpleNamespace

import farshore as fs
import numpy as np
import pytest
from verdicts import POLICIES, ask
from whole_numpy import call, same

pytestmark = pytest.mark.parametrize("policy", POLICIES)


@pytest.fixture
def host():
    """x: numbers, s: NaN and infinities among them, i: integers, z: complex numbers, m: a mask."""
    x = np.array([[-1.5, 0.5, 1.25, 2.5], [3.5, -2.75, -0.0, 8]], np.float32)
    s = np.array([[np.nan, np.inf, -np.inf, 1], [-0.0, 0.5, np.nan, -2.5]], np.float32)
    i = np.array([[-7, 3, 0, 5], [2, -2, 9, 1]], np.int32)
    m = np.array([[True, False, True, True], [False, True, False, True]])
    return SimpleNamespace(x=x, s=s, i=i, z=x + 1j * x[::-1], m=m)


@pytest.fixture
def there(host):
    return SimpleNamespace(**{name: fs.asarray(array) for name, array in vars(host).items()})


ON_DEVICE = {
    "where": lambda a: np.where(a.m, a.x, a.s),
    "where, of two dtypes": lambda a: np.where(a.m, a.x, a.i),
    "where, a number": lambda a: np.where(a.m, a.x, 2),
    "where, numbers": lambda a: np.where(a.m, 1, 2),
    "where, complex": lambda a: np.where(a.m, a.z, a.x),
    "where, a condition of numbers": lambda a: np.where(a.s, a.i, 0),
    "where, broadcast": lambda a: np.where(a.m[:, :1], a.x[0], a.x),
    "where, views": lambda a: np.where(a.m.T, a.x.T, a.i.T[::-1]),
    "where, computed": lambda a: np.where(a.x > a.i, a.x + 1, a.i * 2),
    "clip": lambda a: np.clip(a.s, 0, 1),
    "clip, from below": lambda a: np.clip(a.i, -2, None),
    "clip, from above": lambda a: np.clip(a.i, None, 2),
    "clip, old names": lambda a: np.clip(a.s, a_min=0, a_max=1),
    "clip, names": lambda a: np.clip(a.i, min=-2, max=2),
    "clip, arrays": lambda a: np.clip(a.x, a.i - 1, a.i[0] + 1),
    "clip, one name": lambda a: np.clip(a.x, max=a.s),
    "nan_to_num": lambda a: np.nan_to_num(a.s),
    "nan_to_num, numbers": lambda a: np.nan_to_num(a.s, nan=1, posinf=2, neginf=-3),
    "nan_to_num, positional": lambda a: np.nan_to_num(a.s, True, 1),
    "nan_to_num, integers": lambda a: np.nan_to_num(a.i),
    "divmod": lambda a: np.divmod(a.x, 0.75),
    "divmod, integers": lambda a: np.divmod(a.i, a.i[::-1]),
    "divmod, of a number": lambda a: np.divmod(100, a.i),
    "divmod, operator": lambda a: divmod(a.i, 4),
    "modf": lambda a: np.modf(a.s),
    "modf, integers": lambda a: np.modf(a.i),
    "frexp": lambda a: np.frexp(a.s),
    "frexp, a view": lambda a: np.frexp(a.x[:, ::-2]),
    "round": lambda a: np.round(a.s),
    "round, no decimals": lambda a: np.round(a.x, 0),
    "round, integers": lambda a: np.round(a.i),
    "round, complex": lambda a: np.round(a.z),
    "rint": lambda a: np.rint(a.x),
    "angle": lambda a: np.angle(a.z),
    "angle, real": lambda a: np.angle(a.x),
    "angle, in radians": lambda a: np.angle(a.z, deg=False),
    "real": lambda a: np.real(a.z),
    "real, of real": lambda a: np.real(a.s),
    "imag": lambda a: np.imag(a.z),
    "imag, of integers": lambda a: np.imag(a.i),
    "sinc": lambda a: np.sinc(a.x),
    "i0": lambda a: np.i0(a.x),
    "float_power": lambda a: np.float_power(a.i, a.x),
    "float_power, a number": lambda a: np.float_power(a.i, -1),
    "float_power, of a number": lambda a: np.float_power(2, a.i),
    "float_power, complex": lambda a: np.float_power(a.z, 2),
    "heaviside": lambda a: np.heaviside(a.x, 0.5),
    "ldexp": lambda a: np.ldexp(a.x, a.i),
}


@pytest.mark.parametrize("what", ON_DEVICE)
def test_they_run_on_the_device(what, policy, host, there):
    answer = ask(policy, ON_DEVICE[what], there)
    assert (answer.error, answer.crossings, answer.warned) == (None, [], [])
    results = answer.result if isinstance(answer.result, tuple) else (answer.result,)
    assert all(isinstance(one, fs.Array) for one in results)
    same(answer.result, call(ON_DEVICE[what], [host]), what.partition(",")[0])


WRITTEN = {
    "clip": lambda a: np.clip(a.s, 0, 1, out=a.x),
    "clip, names": lambda a: np.clip(a.s, min=0, max=1, out=a.x),
    "clip, one bound": lambda a: np.clip(a.x, min=0, out=a.x),
    "clip, no bounds": lambda a: np.clip(a.i, out=a.x),
    "clip, positional": lambda a: np.clip(a.s, 0, 1, a.x),
    "round": lambda a: np.round(a.s, out=a.x),
    "round, itself": lambda a: np.round(a.x, 0, a.x),
}


@pytest.mark.parametrize("what", WRITTEN)
def test_they_write_into_out(what, policy, host, there):
    answer = ask(policy, WRITTEN[what], there)
    assert (answer.error, answer.crossings, answer.warned) == (None, [], [])
    assert answer.result is there.x
    call(WRITTEN[what], [host])
    same(there.x, host.x, what.partition(",")[0])


LACKING = {
    "round": lambda a: np.round(a.x, 1),
    "angle": lambda a: np.angle(a.z, deg=True),
    "clip": lambda a: np.clip(a.x, min=0, max=1, dtype="float64"),
    "divmod": lambda a: np.divmod(a.i, 3, dtype="float64"),
    "modf": lambda a: np.modf(a.x, dtype="float64"),
}


@pytest.mark.parametrize("name", LACKING)
def test_a_parameter_that_ours_lacks_is_refused_by_name(name, policy, host, there):
    answer = ask(policy, LACKING[name], there)
    if policy in ("explicit", "forbid"):
        assert isinstance(answer.error, fs.TransferError)
        assert f"numpy.{name} was given an array on {there.x.device}" in str(answer.error)
        assert answer.crossings == []
    else:
        assert answer.error is None, answer.error
        assert len(answer.crossings) == 1
        same(answer.result, call(LACKING[name], [host]), name)


INTO = {
    "divmod": lambda a: np.divmod(a.i, 3, out=(a.i, a.i)),
    "divmod, of the host": lambda a: np.divmod(np.ones((2, 4), np.int32), 3, out=(a.i, a.i)),
    "modf": lambda a: np.modf(a.s, out=(a.x, a.s)),
    "modf, for some": lambda a: np.modf(a.s, out=(a.x, a.s), where=a.m),
    "frexp": lambda a: np.frexp(a.s, a.x, a.i),
    "nan_to_num": lambda a: np.nan_to_num(a.s, copy=False),
}


@pytest.mark.parametrize("what", INTO)
def test_what_would_be_written_and_is_not_is_never_dropped(what, policy, host, there):
    answer = ask(policy, INTO[what], there)
    assert isinstance(answer.error, (TypeError, fs.ForbiddenTransferError))
    assert f"numpy.{what.partition(',')[0]}" in str(answer.error)
    for name, array in vars(host).items():
        same(getattr(there, name), array, "nothing is written")


BOTH_SIDES = {
    "where, the condition": lambda a, h: np.where(h.m, a.x, 0),
    "where, the first": lambda a, h: np.where(a.m, h.x, a.x),
    "where, the second": lambda a, h: np.where(a.m, 0, h.x),
    "clip, a bound": lambda a, h: np.clip(a.x, min=h.s),
    "clip, what is bound": lambda a, h: np.clip(h.x, max=a.s),
    "nan_to_num": lambda a, h: np.nan_to_num(a.s, nan=h.x),
    "divmod, the first": lambda a, h: np.divmod(h.x, a.x),
    "divmod, the second": lambda a, h: np.divmod(a.x, h.x),
    "float_power": lambda a, h: np.float_power(a.x, h.i),
    "heaviside": lambda a, h: np.heaviside(h.x, a.x),
    "ldexp": lambda a, h: np.ldexp(a.x, h.i),
}


@pytest.mark.parametrize("what", BOTH_SIDES)
def test_host_arrays_beside_ours_are_refused_by_name(what, policy, host, there):
    answer = ask(policy, BOTH_SIDES[what], there, host)
    name = what.partition(",")[0]
    if policy in ("explicit", "forbid"):
        assert isinstance(answer.error, fs.TransferError)
        assert f"numpy.{name}" in str(answer.error)
        assert "fs.asarray(h)" in str(answer.error), "the remedy"
        assert answer.crossings == []
    else:
        assert answer.error is None, answer.error
        assert answer.crossings
        same(answer.result, call(BOTH_SIDES[what], [host, host]), name)
