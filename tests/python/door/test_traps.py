"""What has gone wrong in other libraries between NumPy and a device: each trap is looked into once."""

import farshore as fs
import numpy as np
import pytest
from agreement import check
from verdicts import MAGIC, moved


def test_dtype_comes_by_position_and_copy_by_name(x, h):
    for got in (
        x.__array__(copy=True),
        x.__array__(None, copy=True),
        x.__array__(None, True),
        x.__array__(dtype=None, copy=True),
    ):
        check(got, h)  # in particular: no dtype is not float64
    for got in (x.__array__(np.dtype("f8"), copy=True), x.__array__(dtype="f8", copy=True)):
        check(got, h.astype("f8"))
    for refused in (
        lambda: x.__array__(),
        lambda: x.__array__(None, None),
        lambda: x.__array__(np.dtype("f8")),
    ):
        with pytest.raises(fs.ImplicitTransferError):
            refused()


def test_a_copy_is_fresh_each_time(x, h, log):
    for call in (
        lambda: np.asarray(x, copy=True),
        lambda: x.to_numpy(),
        lambda: np.array(x),
        lambda: x.get(),
    ):
        first = call()
        assert first.flags.owndata or first.base is not None
        first[...] = -1
        check(call(), h)
        check(x.to_numpy(), h)
    with fs.transfers() as inner:
        x.to_numpy()
        x.to_numpy()
    assert len(inner) == 2, "nothing is kept on the host, so nothing is free the second time"


def test_a_copy_sees_what_was_written_meanwhile(x):
    x.to_numpy()
    x[0, 0] = 9
    assert np.asarray(x, copy=True)[0, 0] == 9
    assert float(x[0, 0]) == 9


def test_a_copy_is_not_read_only_and_lies_in_c_order(x):
    for view in (x, x.T, x[::-1, ::-1], x.broadcast_to((3, 2, 2)), x + x):
        got = np.asarray(view, copy=True)
        assert got.flags.writeable
        assert got.flags.c_contiguous


def test_fortran_order_on_request(x, h):
    for got in (np.asarray(x, order="F", copy=True), x.to_numpy(order="F")):
        check(got, h)
        assert got.flags.f_contiguous
        assert not got.flags.c_contiguous


def test_an_earlier_copy_does_not_change_the_verdict(x):
    x.to_numpy()
    with fs.transfers("forbid"), pytest.raises(fs.ForbiddenTransferError):
        x.to_numpy()
    with pytest.raises(fs.ImplicitTransferError):
        np.asarray(x)


REFUSALS = {
    "asarray": lambda x: np.asarray(x),
    "copy=False": lambda x: np.asarray(x, copy=False),
    "function": lambda x: np.cov(x),
    "ufunc": lambda x: np.vecdot(x, x, dtype="float64"),
    "method of a ufunc": lambda x: np.hypot.outer(x, x),
    "operand": lambda x: x + np.ones((2, 2)),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_no_refusal_contains_the_words_after_which_numpy_asks_again(what, x):
    for policy in ("explicit", "forbid"):
        with fs.transfers(policy) as log, pytest.raises(fs.TransferError) as caught:
            REFUSALS[what](x)
        assert MAGIC not in str(caught.value)
        assert len(log) == 0


def test_the_array_is_never_taken_for_an_object(x, h):
    assert type(x).__array__ is not None
    for call in (
        lambda: np.asarray(x, object),
        lambda: np.array([x, x], object),
        lambda: np.real_if_close(x),
        lambda: np.require(x),
    ):
        with pytest.raises(fs.ImplicitTransferError):
            call()
    assert np.array(x, object).shape == (2, 2)
    assert isinstance(np.atleast_1d(x), fs.Array)


def test_an_object_array_may_hold_it(x, log):
    holder = np.empty(2, object)
    holder[0] = x[0, 0]
    assert holder[0].shape == ()
    assert len(log) == 0


def test_libraries_that_ask_for_sequences_find_one(x):
    assert len(x) == 2
    assert np.iterable(x)
    assert not np.isscalar(x)


def test_a_handler_written_for_another_library_ends_in_a_counted_copy(x, h):
    # CuPy's users catch TypeError and call .get(): the fallback works, and the ledger shows it.
    with fs.transfers() as log:
        try:
            got = np.asarray(x)
        except (TypeError, ValueError):
            got = x.get()
    check(got, h)
    assert moved(log.crossings) == [("to host", "bulk", 16)]


def test_equality_is_never_left_to_identity(x, h):
    with pytest.raises(fs.ImplicitTransferError):
        assert h == x
    with pytest.raises(fs.ImplicitTransferError):
        assert x in [h]
    for other in (None, "a", object()):
        assert (x == other) is not True


def test_the_software_device_obeys_the_same_policy(x):
    # Otherwise tests on a machine without a GPU would prove nothing.
    with pytest.raises(fs.ImplicitTransferError):
        np.asarray(x)


def test_like_an_array_of_farshore_is_not_silently_on_the_host(x):
    for make in (
        lambda: np.zeros(3, like=x),
        lambda: np.asarray([1.0], like=x),
        lambda: np.array([1.0], like=x),
        lambda: np.arange(3, like=x),
    ):
        try:
            made = make()
        except TypeError:
            continue
        assert isinstance(made, fs.Array)


def test_shuffling_in_place_warns(rng):
    # Each element is a view, so exchanging two by `x[i], x[j] = x[j], x[i]` writes one of them twice.
    with pytest.warns(UserWarning, match="shuffle"):
        rng.shuffle(fs.zeros(8))
