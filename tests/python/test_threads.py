"""Several threads on one device: the same arrays read, evaluated, written and dropped at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import farshore as fs
import numpy as np

THREADS = 4


def at_once(work, *, rounds=1):
    """Runs work(number) in every thread at the same moment; gives all results, raises what was raised."""
    start = threading.Barrier(THREADS)

    def one(number):
        results = []
        for _ in range(rounds):
            start.wait(60)
            results.append(work(number))
        return results

    with ThreadPoolExecutor(THREADS) as pool:
        return [result for results in pool.map(one, range(THREADS)) for result in results]


def test_threads_compute_for_themselves():
    def work(number):
        x = fs.asarray(np.full(1001, number, np.float32))
        for step in range(30):
            x = x + step
        return x.to_numpy()

    for position, got in enumerate(at_once(work, rounds=5)):
        assert np.array_equal(got, np.full(1001, position // 5 + 435))


def test_one_pending_array_is_computed_for_all():
    host = np.arange(5000, dtype=np.float32)
    for _ in range(20):
        shared = fs.asarray(host) * 2 + 1
        for got in at_once(lambda number, shared=shared: (shared + number).to_numpy() - number):
            assert np.array_equal(got, host * 2 + 1)


def test_threads_record_on_one_array():
    x = fs.asarray(np.ones(100, np.int32))

    def work(number):
        return [(x * number + step)[::2] for step in range(50)]

    for number, results in enumerate(at_once(work)):
        for step, got in enumerate(results):
            assert np.array_equal(got.to_numpy(), np.full(50, number + step))


def test_threads_write_to_parts_of_one_array():
    x = fs.zeros(THREADS * 1003, dtype="uint8")

    def work(number):
        for step in range(50):
            x[number::THREADS] = x[number::THREADS] + 1
            assert x[number::THREADS].to_numpy()[-1] == step + 1

    at_once(work)
    assert np.array_equal(x.to_numpy(), np.full(THREADS * 1003, 50))


def test_readers_see_the_array_before_or_after_a_write():
    x = fs.zeros(40_000, dtype="int32")

    def work(number):
        seen = []
        for step in range(1, 30):
            if number == 0:
                x[...] = step
            else:
                seen.append((x + 0).to_numpy())
        return seen

    for seen in at_once(work):
        for one in seen:
            assert one.min() == one.max(), "half a write was seen"


def test_first_use_of_a_kernel_by_all_threads():
    x = fs.asarray(np.arange(1, 50, dtype=np.float32))

    def work(number):
        return fs.sqrt(fs.log(x * 3.5) * fs.cos(x - 0.5) + fs.exp(x * 0.125) - number).to_numpy()

    results = at_once(work)
    again = [work(number) for number in range(THREADS)]
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(results, again, strict=True))
