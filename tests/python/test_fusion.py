"""Fused kernels compute what the single steps compute, bit for bit, in strict arithmetic, at every length.

Operations are recorded and fused when the result is needed; here each chain is run fused and step by step.
"""

import farshore as fs
import numpy as np
import pytest
from agreement import check
from samples import bits, random, special, values


def stepwise(x):
    """Computed and stored, so that what follows cannot be fused with it."""
    fs.evaluate(x)
    assert not x.is_pending
    return x


def both_ways(build, *hosts):
    """The result of `build` with every step fused that can be, and with none: the same bits."""
    fused = build(lambda x: x, *map(fs.asarray, hosts)).to_numpy()
    stored = build(stepwise, *map(fs.asarray, hosts)).to_numpy()
    assert np.array_equal(bits(fused), bits(stored)), "fused and step by step differ"
    return fused


@pytest.mark.parametrize(
    "dtype", ["int8", "uint8", "int16", "uint16", "int64", "float16", "float32", "float64"]
)
def test_a_chain(dtype, rng):
    a, b = values(dtype, 999, rng), values(dtype, 999, rng)
    got = both_ways(lambda step, a, b: step(step(step(a * b) + 1) * 2) - a, a, b)
    with np.errstate(all="ignore"):
        check(got, (a * b + 1) * 2 - a)


def test_the_chain_of_the_benchmark(rng):
    a, b = (np.abs(random("float32", 10_007, rng)) for _ in range(2))
    got = both_ways(lambda step, a, b: step(step(fs.sqrt(step(step(a * b) + 1))) * 2) - a, a, b)
    check(got, np.sqrt(a * b + 1) * 2 - a)


def test_a_chain_through_several_dtypes(rng):
    a = random("int8", 999, rng)
    got = both_ways(lambda step, a: step(step(fs.sqrt(step(a * a))) + step(a.astype("int16"))) > 3, a)
    with np.errstate(all="ignore"):
        check(got, (np.sqrt(a * a) + a.astype(np.int16)) > 3)


@pytest.mark.parametrize("dtype", ["uint8", "float16", "float32", "complex64"])
def test_a_diamond(dtype, rng):
    a = random(dtype, 513, rng)

    def build(step, a):
        top = step(a + a)
        left, right = step(top * a), step(top - a)
        return step(left + right) + top

    got = both_ways(build, a)
    if dtype != "complex64":
        with np.errstate(all="ignore"):
            check(got, (((a + a) * a) + ((a + a) - a)) + (a + a))


def test_a_ladder_of_diamonds_is_not_computed_exponentially():
    x = fs.asarray(np.ones(5, np.float32))
    for _ in range(100):
        x = (x + x) * 0.5
    assert np.array_equal(x.to_numpy(), np.ones(5))


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float16"])
def test_two_hundred_operations(dtype, rng):
    host = random(dtype, 257, rng)

    def build(step, x):
        for number in range(200):
            x = step(x + 1 if number % 2 else x * 3)
        return x

    want = host
    with np.errstate(all="ignore"):
        for number in range(200):
            want = want + 1 if number % 2 else want * 3
    check(both_ways(build, host), want)


def test_a_sum_of_twenty_arrays(rng):
    hosts = [random("float32", 1001, rng) for _ in range(20)]

    def build(step, first, *rest):
        for one in rest:
            first = step(first + one)
        return first

    want = hosts[0]
    for host in hosts[1:]:
        want = want + host
    check(both_ways(build, *hosts), want)


def test_a_balanced_tree_of_thirty_two_arrays(rng):
    hosts = [random("int32", 77, rng) for _ in range(32)]
    level = [fs.asarray(host) for host in hosts]
    while len(level) > 1:
        level = [a + b for a, b in zip(level[::2], level[1::2], strict=True)]
    check(level[0].to_numpy(), np.sum(hosts, axis=0, dtype=np.int32))


def test_one_array_many_times(rng):
    host = random("float32", 333, rng)
    x = fs.asarray(host)
    check((x * x + x - x * x).to_numpy(), host * host + host - host * host)
    check((x + x[::-1]).to_numpy(), host + host[::-1])
    check((x[1:] - x[:-1]).to_numpy(), host[1:] - host[:-1])
    square = host[:324].reshape(18, 18)
    y = fs.asarray(square)
    check((y + y.T).to_numpy(), square + square.T)


def test_a_view_of_a_pending_result(rng):
    host = random("float32", 60, rng).reshape(6, 10)
    x = fs.asarray(host)
    pending = x * 2 + 1
    want = host * 2 + 1
    check((pending.T + pending.T).to_numpy(), want.T + want.T)
    check((pending[::2] - pending[1::2]).to_numpy(), want[::2] - want[1::2])
    check((pending + pending[0]).to_numpy(), want + want[0])


def test_addition_is_not_reassociated(rng):
    host = values("float32", 4001, rng)
    x = fs.asarray(host)
    with np.errstate(all="ignore"):
        check(((x + 1) - 1).to_numpy(), (host + 1) - 1)
        check(((x + 1e8) - 1e8).to_numpy(), (host + np.float32(1e8)) - np.float32(1e8))
        check(((x * 3) / 3).to_numpy(), (host * 3) / 3)
        check((x * x - x * x * 2).to_numpy(), host * host - host * host * 2)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_what_looks_like_nothing_is_still_computed(dtype):
    host = special(dtype)
    x = fs.asarray(host)
    with np.errstate(all="ignore"):
        check((x - x).to_numpy(), host - host)
        check((x / x).to_numpy(), host / host)
        check((x * 0).to_numpy(), host * 0)
        check((x + 0).to_numpy(), host + 0)
        check((x - 0).to_numpy(), host - 0)
        check((0 - x).to_numpy(), 0 - host)
        check((x * 1).to_numpy(), host * 1)
        check((x * -1).to_numpy(), host * -1)
        check(fs.negative(-x).to_numpy(), np.negative(-host))
        check(fs.sqrt(x * x).to_numpy(), np.sqrt(host * host))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_comparisons_after_arithmetic_know_nan(dtype):
    host = special(dtype)
    x = fs.asarray(host)
    with np.errstate(all="ignore"):
        nothing = host - host
    for name in ("equal", "not_equal", "less", "greater"):
        ours, numpys = getattr(fs, name), getattr(np, name)
        check(ours(x - x, x - x).to_numpy(), numpys(nothing, nothing))
        check(ours(x, x).to_numpy(), numpys(host, host))
    check(fs.logical_not(x == x).to_numpy(), ~(host == host))
    check(fs.logical_not(x - x).to_numpy(), np.logical_not(nothing))


def test_products_are_not_fused_into_sums(rng):
    a, b, c = (random("float32", 20_011, rng) for _ in range(3))
    x, y, z = map(fs.asarray, (a, b, c))
    check((x * y + z).to_numpy(), a * b + c)
    check((z - x * y).to_numpy(), c - a * b)
    check((x * y - x * y).to_numpy(), a * b - a * b)
