"""Policies: nested, restored, seen by their own task and thread only, read from the environment."""

import asyncio
import threading

import farshore as fs
import numpy as np
import pytest
from policy import policy_of


@pytest.fixture
def x():
    return fs.asarray(np.arange(4, dtype=np.float32))


@pytest.mark.parametrize("policy", ["explicit", "warn", "allow", "forbid"])
def test_each_policy(policy, x):
    with fs.transfers(policy):
        assert policy_of(x) == policy
    assert policy_of(x) == "explicit"


def test_nested_policies_come_back(x):
    with fs.transfers("allow"):
        with fs.transfers("forbid"):
            assert policy_of(x) == "forbid"
            with fs.transfers("warn"):
                assert policy_of(x) == "warn"
            assert policy_of(x) == "forbid"
        assert policy_of(x) == "allow"
    assert policy_of(x) == "explicit"


def test_a_policy_ends_with_an_exception(x):
    with pytest.raises(KeyError), fs.transfers("allow"):
        raise KeyError
    assert policy_of(x) == "explicit"


def test_a_block_without_a_policy_keeps_the_one_around_it(x):
    with fs.transfers("allow"), fs.transfers() as log:
        assert policy_of(x) == "allow"
    assert log.bytes_to_host == 16
    with fs.transfers():
        assert policy_of(x) == "explicit"


def test_one_object_entered_twice(x):
    scope = fs.transfers("allow")
    with scope as outer:
        with scope as inner:
            np.asarray(x)
        np.asarray(x)
    assert policy_of(x) == "explicit"
    assert (len(outer), len(inner)) == (2, 1)


def test_a_policy_that_does_not_exist():
    with pytest.raises(ValueError, match=r'"nope" is not a policy; there are explicit, warn, allow, forbid'):
        fs.transfers("nope")


def test_warn_points_at_the_code_that_asked(x):
    with fs.transfers("warn"), pytest.warns(fs.ImplicitTransferWarning) as caught:
        got = np.asarray(x)
    assert np.array_equal(got, np.arange(4))
    assert len(caught) == 1
    message = str(caught[0].message)
    assert message.startswith("16 bytes were copied from")
    assert "x.to_numpy() or np.asarray(x, copy=True)" in message
    assert caught[0].filename == __file__
    assert isinstance(caught[0].message, UserWarning)


def test_warn_says_nothing_of_what_was_asked_for(x):
    with fs.transfers("warn"):
        x.to_numpy()
        np.asarray(x, copy=True)
        float(x[0])
        str(x)


def test_forbid_refuses_every_transfer(x):
    for move in (
        lambda: x.to_numpy(),
        lambda: x.get(),
        lambda: np.asarray(x, copy=True),
        lambda: np.array(x),
        lambda: np.asarray(x),
        lambda: x.tolist(),
        lambda: fs.asnumpy(x),
        lambda: float(x[0]),
        lambda: bool(x[0]),
        lambda: x[0].item(),
        lambda: fs.asarray([1, 2]),
        lambda: fs.asarray(np.ones(3)),
        lambda: x.__setitem__(0, np.ones(1)),
        lambda: np.cov(x),
        lambda: f"{x[0]:.2f}",
    ):
        with fs.transfers("forbid") as log, pytest.raises(fs.ForbiddenTransferError) as caught:
            move()
        assert isinstance(caught.value, RuntimeError)
        assert 'the policy "forbid" forbids every transfer' in str(caught.value)
        assert str(x.device) in str(caught.value)
        assert caught.value.requested_by.startswith(__file__)
        assert len(log) == 0
    assert np.array_equal(x.to_numpy(), np.arange(4))


def test_forbid_lets_the_device_work(x):
    with fs.transfers("forbid") as log:
        y = fs.sqrt(x * 2 + fs.ones(4))[::2]
        y[0] = 5
        fs.evaluate(y)
        fs.synchronize()
        assert list(map(type, iter(y))) == [fs.Array] * 2
        assert str(y) == repr(y), "printed without reading"
    assert len(log) == 0


def test_the_environment_is_read_when_needed(x, monkeypatch):
    assert policy_of(x) == "explicit"
    for policy in ("allow", "warn", "forbid", "explicit"):
        monkeypatch.setenv("FARSHORE_TRANSFERS", policy)
        assert policy_of(x) == policy
        with fs.transfers("allow"):
            assert policy_of(x) == "allow", "a block is nearer"
        with fs.transfers():
            assert policy_of(x) == policy
    monkeypatch.delenv("FARSHORE_TRANSFERS")
    assert policy_of(x) == "explicit"


def test_a_misspelt_environment_is_not_taken_for_a_policy(x, monkeypatch):
    monkeypatch.setenv("FARSHORE_TRANSFERS", "forbidd")
    with pytest.raises(ValueError, match=r"FARSHORE_TRANSFERS.*forbidd"):
        np.asarray(x)


def test_tasks_do_not_see_each_others_policy(x):
    async def under(policy, mine, others):
        with fs.transfers(policy) as log:
            mine.set()
            await others.wait()
            seen = policy_of(x)
            await asyncio.sleep(0)
            if policy == "allow":
                np.asarray(x)
            return seen, log.bytes_to_host

    async def main():
        first, second = asyncio.Event(), asyncio.Event()
        return await asyncio.gather(under("allow", first, second), under("forbid", second, first))

    assert asyncio.run(main()) == [("allow", 32), ("forbid", 0)]
    assert policy_of(x) == "explicit"


def test_a_task_inherits_the_policy_it_was_made_under(x):
    async def main():
        with fs.transfers("allow") as log:
            seen = await asyncio.create_task(asyncio.to_thread(policy_of, x))
        return seen, log.bytes_to_host

    assert asyncio.run(main()) == ("allow", 16)


def test_threads_do_not_see_each_others_policy(x):
    inside, done, seen = threading.Event(), threading.Event(), []

    def other():
        inside.wait(10)
        seen.append(policy_of(x))
        with fs.transfers("forbid"):
            seen.append(policy_of(x))
            done.set()

    thread = threading.Thread(target=other)
    thread.start()
    with fs.transfers("allow") as log:
        inside.set()
        done.wait(10)
        assert policy_of(x) == "allow"
        thread.join()
    assert seen == ["explicit", "forbid"]
    assert log.bytes_to_host == 16


def test_one_object_is_entered_by_several_threads_at_once(device):
    barrier = threading.Barrier(2)
    forbid = fs.transfers("forbid")
    failures = []

    def work():
        try:
            for block in (device, forbid):
                with block:
                    barrier.wait(10)
                barrier.wait(10)
            assert fs.asarray([1.0]).tolist() == [1.0]
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_block_that_was_not_entered_cannot_be_left(device):
    for block in (device, fs.transfers()):
        with pytest.raises(RuntimeError, match="not entered"):
            block.__exit__(None, None, None)
