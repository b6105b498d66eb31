"""Policies belong to a context: what generators, threads and tasks make of that."""

import asyncio
import concurrent.futures
import contextvars
import threading

import farshore as fs
import numpy as np
import pytest
from verdicts import moved


def allowed(x) -> bool:
    try:
        np.asarray(x)
    except fs.ImplicitTransferError:
        return False
    return True


def in_a_context_of_its_own(test):
    """Blocks that are left in another order than they were entered must not reach the next test."""
    return lambda x: contextvars.copy_context().run(test, x)


@in_a_context_of_its_own
def test_a_generator_left_in_a_block_does_not_end_the_block_of_its_consumer(x):
    def generator():
        with fs.transfers("allow"):
            yield 1
        yield 2

    suspended = generator()
    next(suspended)
    with fs.transfers("forbid"):
        next(suspended)
        with pytest.raises(fs.ForbiddenTransferError):
            x.to_numpy()
    assert not allowed(x)


@in_a_context_of_its_own
def test_blocks_left_out_of_order_do_not_end_one_another(x):
    outer, inner = fs.transfers("allow"), fs.transfers("forbid")
    outer.__enter__()
    inner.__enter__()
    outer.__exit__(None, None, None)
    with pytest.raises(fs.ForbiddenTransferError):
        x.to_numpy()
    inner.__exit__(None, None, None)
    assert not allowed(x)


def test_worker_threads_have_the_policy_of_the_process(x):
    with concurrent.futures.ThreadPoolExecutor(1) as pool, fs.transfers("allow") as log:
        assert not pool.submit(allowed, x).result()
        assert pool.submit(contextvars.copy_context().run, allowed, x).result()
    assert moved(log.crossings) == [("to host", "bulk", 16)]


def test_a_ledger_sees_other_threads_only_when_told_to(x):
    for all_threads in (False, True):
        with fs.transfers("forbid", all_threads=all_threads) as log:
            thread = threading.Thread(target=x.to_numpy)
            thread.start()
            thread.join()
        assert moved(log.crossings) == [("to host", "bulk", 16)] * all_threads


def test_a_task_keeps_its_policy_across_an_await(x):
    async def under(policy, turn):
        with fs.transfers(policy):
            seen = []
            for _ in range(3):
                await asyncio.sleep(0.001 * turn)
                seen.append(allowed(x))
            return seen

    async def main():
        return await asyncio.gather(under("allow", 1), under("explicit", 2), under("allow", 3))

    assert asyncio.run(main()) == [[True] * 3, [False] * 3, [True] * 3]
