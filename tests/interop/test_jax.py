"""JAX: `jnp.asarray` is refused; its functions know nothing of the array, and print it in their error."""

import operator

import farshore as fs
import numpy as np
import pytest
from outcome import REMEDIES, bulk, hidden, refused, upload, works

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
@pytest.mark.parametrize("policy", ["explicit", "allow"])
def test_its_functions_print_the_array_in_their_error(call, policy, x):
    function, text, prints = UNKNOWN[call]
    hidden(lambda: function(x), TypeError, text, ["to host print 80"] * prints, policy)


@pytest.mark.parametrize("call", UNKNOWN)
def test_they_take_an_array_of_jax(call, x, h):
    function, _, _ = UNKNOWN[call]
    got = works(lambda: function(jnp.asarray(x.to_numpy())), bulk(80))
    assert np.array_equal(got, function(jnp.asarray(h)))


def test_from_dlpack_cannot_ask_for_the_host(x, h):
    hidden(lambda: jnp.from_dlpack(x), TypeError, "unsupported device type", ["to host print 80"])
    got = works(lambda: jnp.from_dlpack(np.from_dlpack(x, device="cpu")), ["to host dlpack 80"])
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
    hidden(lambda: do(x, theirs), TypeError, "unsupported operand")
    assert np.array_equal(works(lambda: do(x, fs.asarray(theirs)), upload(80)).to_numpy(), do(h, h))
