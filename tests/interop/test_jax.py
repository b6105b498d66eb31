"""JAX: `jnp.asarray` is refused; its functions do not ask, and some print the array in their error."""

import operator

import farshore as fs
import numpy as np
import pytest
from outcome import REMEDIES, bulk, not_an_operand, refused, unasked, upload, works

jax = pytest.importorskip("jax")
jnp = pytest.importorskip("jax.numpy")

CONVERTS = {
    "jnp.asarray(x)": lambda a: jnp.asarray(a),
    "jnp.array(x)": lambda a: jnp.array(a),
    "jnp.array_equal(t, x)": lambda a: jnp.array_equal(jnp.zeros(20), a),
}
UNKNOWN = {
    "jnp.sin(x)": (lambda a: jnp.sin(a), "is not a valid JAX type", 2),
    "jit(x)": (lambda a: jax.jit(lambda t: t + 1)(a), "is not a valid JAX type", 2),
    "device_put(x)": (lambda a: jax.device_put(a), "is not a valid JAX type", 1),
    "jnp.stack([x, x])": (lambda a: jnp.stack([a, a]), "stack requires ndarray or scalar", 0),
    "jnp.where(x, 1, 0)": (lambda a: jnp.where(a, 1, 0), "where requires ndarray or scalar", 0),
    "t + x": (lambda a: jnp.ones(20) + a, r"unsupported operand type\(s\) for \+", 0),
}


@pytest.mark.parametrize("call", CONVERTS)
def test_conversion_is_refused(call, x):
    refused(lambda: CONVERTS[call](x))


@pytest.mark.parametrize("call", CONVERTS)
@pytest.mark.parametrize("remedy", REMEDIES)
def test_it_works_with_a_host_copy(call, remedy, x, h):
    handed, policy = REMEDIES[remedy]
    got = works(lambda: CONVERTS[call](handed(x)), bulk(80), policy)
    assert np.array_equal(got, CONVERTS[call](h))


@pytest.mark.parametrize("call", UNKNOWN)
def test_its_functions_print_the_array_in_their_error(call, x):
    function, text, prints = UNKNOWN[call]
    unasked(lambda: function(x), TypeError, text, ["to host print 80"] * prints)


@pytest.mark.parametrize("call", [call for call in UNKNOWN if call != "t + x"])
def test_what_is_implicit_is_not_known_either(call, x):
    function, text, prints = UNKNOWN[call]
    unasked(lambda: function(x.implicit()), TypeError, text, ["to host print 80"] * prints)


@pytest.mark.parametrize("call", UNKNOWN)
def test_they_take_an_array_of_jax(call, x, h):
    function, _, _ = UNKNOWN[call]
    got = works(lambda: function(jnp.asarray(x.to_numpy())), bulk(80))
    assert np.array_equal(got, function(jnp.asarray(h)))


def test_from_dlpack_cannot_ask_for_the_host(x, h):
    unasked(lambda: jnp.from_dlpack(x), TypeError, "unsupported device type", ["to host print 80"])
    got = works(lambda: jnp.from_dlpack(np.from_dlpack(x, device="cpu")), ["to host dlpack 80"])
    assert np.array_equal(got, h)


def test_from_dlpack_of_what_is_implicit_copies(x, h):
    got = works(lambda: jnp.from_dlpack(x.implicit()), ["to host dlpack 80"])
    assert np.array_equal(got, h)


@pytest.mark.parametrize("convert", [fs.asarray, lambda t: fs.asarray(np.asarray(t))])
def test_theirs_to_ours(convert, h):
    theirs = jnp.asarray(h)
    assert np.array_equal(works(lambda: convert(theirs), upload(80)).to_numpy(), h)


def test_theirs_to_ours_by_dlpack(h):
    theirs = jnp.asarray(h)
    got = works(lambda: fs.from_dlpack(theirs), ["to device dlpack 80"])
    assert np.array_equal(got.to_numpy(), h)


@pytest.mark.parametrize("do", [operator.add, operator.mul])
def test_operators_know_only_numpys_arrays(do, x, h):
    theirs = jnp.asarray(h)
    unasked(lambda: do(x, theirs), TypeError, "unsupported operand")
    unasked(lambda: do(theirs, x), TypeError, "unsupported operand")
    assert np.array_equal(works(lambda: do(x, fs.asarray(theirs)), upload(80)).to_numpy(), do(h, h))
    assert np.array_equal(works(lambda: do(theirs, x.to_numpy()), bulk(80)), do(h, h))


@pytest.mark.parametrize("do", [operator.add, operator.sub, operator.eq, operator.lt])
def test_operators_of_an_implicit_array_are_theirs(do, x, h):
    theirs = jnp.asarray(h * h)
    for got, want in (
        (works(lambda: do(theirs, x.implicit()), bulk(80)), do(h * h, h)),
        (works(lambda: do(x.implicit(), theirs), bulk(80)), do(h, h * h)),
    ):
        assert isinstance(got, jax.Array)
        assert np.array_equal(got, want)


def test_equality_wants_one_side_converted(x, h):
    theirs = jnp.asarray(h)
    for do in (operator.eq, operator.ne):
        for policy in ("explicit", "allow"):
            not_an_operand(lambda do=do: do(x, theirs), policy=policy)
            not_an_operand(lambda do=do: do(theirs, x), policy=policy)
    assert works(lambda: x == fs.asarray(theirs), upload(80)).to_numpy().all()
