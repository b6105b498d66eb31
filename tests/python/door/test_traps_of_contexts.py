"""Policies belong to a context: what generators, threads and tasks make of that."""

import asyncio
import concurrent.futures
import contextvars
import functools
import itertools
import threading

import farshore as fs
import numpy as np
import pytest
from policy import policy_of
from verdicts import moved


def allowed(x) -> bool:
    try:
        np.asarray(x)
    except fs.ImplicitTransferError:
        return False
    return True


def in_a_context_of_its_own(test):
    """Blocks that are left in another order than they were entered must not reach the next test."""

    @functools.wraps(test)
    def apart(**fixtures):
        contextvars.copy_context().run(lambda: test(**fixtures))

    return apart


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
def test_the_block_of_a_suspended_generator_holds_until_it_goes_on(x):
    def generator():
        with fs.transfers("allow") as log:
            yield log
            np.asarray(x)

    suspended = generator()
    inner = next(suspended)
    with fs.transfers("forbid") as outer:
        suspended.close()
        with pytest.raises(fs.ForbiddenTransferError):
            x.to_numpy()
    assert policy_of(x) == "explicit"
    assert (len(inner), len(outer)) == (0, 0)


@in_a_context_of_its_own
@pytest.mark.parametrize("exits", list(itertools.permutations(range(3))))
def test_blocks_are_left_in_any_order(exits, x):
    policies = ["allow", "forbid", "warn"]
    blocks = {policy: fs.transfers(policy) for policy in policies}
    for policy, block in blocks.items():
        block.__enter__()
        assert policy_of(x) == policy
    for policy in [policies[one] for one in exits]:
        blocks.pop(policy).__exit__(None, None, None)
        assert policy_of(x) == ([*blocks] or ["explicit"])[-1], "the innermost that was not left"


@in_a_context_of_its_own
def test_a_block_is_known_by_its_object_and_not_by_its_policy(x):
    entered, other = fs.transfers("forbid"), fs.transfers("forbid")
    entered.__enter__()
    with pytest.raises(RuntimeError, match="not entered"):
        other.__exit__(None, None, None)
    assert policy_of(x) == "forbid"
    entered.__exit__(None, None, None)
    assert policy_of(x) == "explicit"


@in_a_context_of_its_own
def test_an_object_that_was_entered_twice_leaves_its_inner_block_first(x):
    allow, forbid = fs.transfers("allow"), fs.transfers("forbid")
    first, _, second = allow.__enter__(), forbid.__enter__(), allow.__enter__()
    x.to_numpy()
    assert (len(first), len(second)) == (1, 1)
    allow.__exit__(None, None, None)
    assert policy_of(x) == "forbid"
    allow.__exit__(None, None, None)
    assert policy_of(x) == "forbid"
    forbid.__exit__(None, None, None)
    assert policy_of(x) == "explicit"


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
