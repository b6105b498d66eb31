"""dask.array: chunks stay on the device, and are joined there."""

import operator
from concurrent.futures import ThreadPoolExecutor

import farshore as fs
import numpy as np
import pytest
from outcome import bulk, moved, not_an_operand, refused, unasked, upload, works

pytest.importorskip("dask.array")

import dask
import dask.array as da

SCHEDULERS = ["synchronous", "threads"]


@pytest.fixture
def halves(x2):
    return da.from_array(x2, chunks=(10, 20), name=False)


def to_host(chunks):
    return chunks.map_blocks(lambda block: block.to_numpy(), dtype=chunks.dtype, meta=np.empty((0, 0)))


def test_wrapping_reads_nothing(x2):
    chunks = works(lambda: da.from_array(x2, chunks=(10, 20), name=False), [])
    assert works(lambda: repr(chunks), []).endswith("chunktype=farshore.Array>")


def test_a_name_is_given_without_reading(x2):
    works(lambda: da.from_array(x2, chunks=(10, 20)), [])


def test_a_token_of_what_is_implicit_is_made_without_reading(x2):
    token = works(lambda: dask.base.tokenize(x2.implicit()), [])
    assert token != dask.base.tokenize((x2 + 1).implicit())


def test_what_is_implicit_is_copied_at_once(x2, h2):
    chunks = works(lambda: da.from_array(x2.implicit(), chunks=(10, 20)), bulk(1600))
    assert np.array_equal(works(lambda: chunks.compute(scheduler="synchronous"), []), h2)


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_one_chunk_stays_on_the_device(scheduler, x2, h2):
    one = da.from_array(x2, chunks=-1, name=False)
    got = works(lambda: (one * 2 + 1).compute(scheduler=scheduler), [])
    assert isinstance(got, fs.Array)
    assert np.array_equal(got.to_numpy(), h2 * 2 + 1)


JOINS = {
    "chunks": lambda chunks: chunks,
    "chunks + 1": lambda chunks: chunks + 1,
    "chunks.rechunk(20)": lambda chunks: chunks.rechunk(20),
    "chunks.T": lambda chunks: chunks.T,
    "chunks.sum()": lambda chunks: chunks.sum(),
    "chunks.max()": lambda chunks: chunks.max(),
    "chunks.min(axis=0)": lambda chunks: chunks.min(axis=0),
    "chunks.mean()": lambda chunks: chunks.mean(),
    "da.nanmean(chunks)": lambda chunks: da.nanmean(chunks),
    "chunks @ chunks.T": lambda chunks: chunks @ chunks.T,
    "chunks.topk(3, axis=0)": lambda chunks: chunks.topk(3, axis=0),
    "da.diff(chunks, axis=0)": lambda chunks: da.diff(chunks, axis=0),
    "da.roll(chunks, 1)": lambda chunks: da.roll(chunks, 1),
    "da.linalg.norm(chunks)": lambda chunks: da.linalg.norm(chunks),
    "chunks.prod(axis=0)": lambda chunks: chunks.prod(axis=0),
    "(chunks > 0.5).any(axis=0)": lambda chunks: (chunks > 0.5).any(axis=0),
    "da.where(chunks > 0.5, 1, 0)": lambda chunks: da.where(chunks > 0.5, 1, 0),
    "da.where(chunks > 0.5, chunks, 0)": lambda chunks: da.where(chunks > 0.5, chunks, 0),
    "chunks.clip(0.2, 0.5)": lambda chunks: chunks.clip(0.2, 0.5),
    "(chunks * 9).round()": lambda chunks: (chunks * 9).round(),
    "da.nan_to_num(chunks)": lambda chunks: da.nan_to_num(chunks),
    "da.divmod(chunks, 0.25)": lambda chunks: da.divmod(chunks, 0.25)[0],
    "da.arctan2(chunks, chunks + 1)": lambda chunks: da.arctan2(chunks, chunks + 1),
    "da.angle(chunks)": lambda chunks: da.angle(chunks),
}


@pytest.mark.parametrize("call", JOINS)
@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_chunks_are_joined_on_the_device(call, scheduler, halves, h2):
    got = works(lambda: JOINS[call](halves).compute(scheduler=scheduler), [])
    assert isinstance(got, fs.Array)
    np.testing.assert_allclose(got.to_numpy(), JOINS[call](da.from_array(h2)).compute(), rtol=1e-6)


NEEDS_THE_HOST = {
    "numpy.asarray(chunks)": lambda chunks, host: np.asarray(chunks),
    "da.store(chunks, into)": lambda chunks, host: stored(chunks),
    "da.where(host > 0.5, chunks, 0)": lambda chunks, host: da.where(host > 0.5, chunks, 0).compute(),
    "da.fabs(chunks)": lambda chunks, host: da.fabs(chunks).compute(),
    "da.fft.fft(chunks)": lambda chunks, host: da.fft.fft(chunks).compute(),
    "chunks.mean(axis=0)": lambda chunks, host: chunks.mean(axis=0).compute(),
    "chunks.std()": lambda chunks, host: chunks.std().compute(),
    "chunks + host": lambda chunks, host: (chunks + host).compute(),
}


def stored(chunks):
    into = np.empty((20, 20), np.float32)
    da.store(chunks, into, lock=False)
    return into


@pytest.mark.parametrize("call", NEEDS_THE_HOST)
def test_what_needs_the_host_is_refused(call, halves, h2):
    def run(chunks):
        with dask.config.set(scheduler="synchronous"):
            return NEEDS_THE_HOST[call](chunks, da.from_array(h2, chunks=(10, 20)))

    refused(lambda: run(halves))
    got = works(lambda: run(to_host(halves)), bulk(800, 800))
    assert np.array_equal(got, run(da.from_array(h2, chunks=(10, 20))))


def test_a_product_of_matrices(halves, h2):
    got = works(lambda: halves.dot(halves.T).compute(scheduler="synchronous"), [])
    np.testing.assert_allclose(got.to_numpy(), h2 @ h2.T, rtol=1e-5)


def test_a_mask_reads_how_many_it_picks(halves, h2):
    picked = halves[halves > 0.5]
    got = works(lambda: picked.compute(scheduler="synchronous"), ["to host scalar 4"] * 2)
    assert isinstance(got, fs.Array)
    assert np.array_equal(got.to_numpy(), h2[h2 > 0.5])


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_each_chunk_to_the_host(scheduler, halves, h2):
    got = works(lambda: to_host(halves + 1).compute(scheduler=scheduler), bulk(800, 800))
    assert np.array_equal(got, h2 + 1)


def test_without_meta_the_function_is_tried_on_an_empty_block(halves):
    seen = []
    halves.map_blocks(lambda block: seen.append(block.shape) or block.to_numpy(), dtype=halves.dtype)
    assert seen == [(0, 0)]


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_chunks_of_the_host_through_the_device(scheduler, h2):
    def twice(block):
        return (fs.asarray(block) * 2).to_numpy()

    chunks = da.from_array(h2, chunks=(10, 20))
    with fs.transfers() as log:
        doubled = chunks.map_blocks(twice, dtype=chunks.dtype, meta=np.empty((0, 0)))
        got = doubled.compute(scheduler=scheduler)
    assert np.array_equal(got, h2 * 2)
    assert sorted(moved(log)) == upload(800, 800) + bulk(800, 800)


def in_tasks(chunks):
    """Each task asks for the elements, and does not say so."""
    return chunks.map_blocks(np.asarray, dtype=chunks.dtype, meta=np.empty((0, 0)))


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_a_block_of_ours_holds_in_dasks_own_threads(scheduler, halves, h2):
    # Its pool carries the context of whoever calls compute into each task.
    refused(lambda: in_tasks(halves).compute(scheduler=scheduler))
    got = works(lambda: in_tasks(halves).compute(scheduler=scheduler), bulk(800, 800), "allow")
    assert np.array_equal(got, h2)


def test_a_block_of_ours_does_not_reach_a_pool_of_yours(halves, h2, monkeypatch):
    def compute():
        with ThreadPoolExecutor(2) as pool, dask.config.set(pool=pool):
            return in_tasks(halves).compute(scheduler="threads")

    with fs.transfers("allow") as log, pytest.raises(fs.ImplicitTransferError):
        compute()
    assert len(log) == 0
    monkeypatch.setenv("FARSHORE_TRANSFERS", "allow")
    with fs.transfers() as mine, fs.transfers(all_threads=True) as every:
        got = compute()
    assert np.array_equal(got, h2)
    assert moved(mine) == []
    assert moved(every) == bulk(800, 800)


def test_an_operand_of_ours_is_not_known(x2, h2):
    chunks = da.from_array(h2, chunks=(10, 20))
    unasked(lambda: chunks + x2, TypeError, r"unsupported operand type\(s\) for \+")
    unasked(lambda: x2 + chunks, TypeError, r"unsupported operand type\(s\) for \+")
    for operand in (x2.to_numpy, x2.implicit):
        got = works(lambda operand=operand: (chunks + operand()).compute(scheduler="threads"), bulk(1600))
        assert np.array_equal(got, h2 + h2)


def test_equality_wants_one_side_converted(x2, h2):
    chunks = da.from_array(h2, chunks=(10, 20))
    for do in (operator.eq, operator.ne):
        for policy in ("explicit", "allow"):
            not_an_operand(lambda do=do: do(chunks, x2), policy=policy)
            not_an_operand(lambda do=do: do(x2, chunks), policy=policy)
    assert works(lambda: x2 == fs.asarray(chunks), upload(1600)).to_numpy().all()
    assert works(lambda: (chunks == x2.to_numpy()).compute(), bulk(1600)).all()


def test_theirs_to_ours(h2):
    chunks = da.from_array(h2, chunks=(10, 20)) * 2
    got = works(lambda: fs.asarray(chunks), upload(1600))
    assert np.array_equal(got.to_numpy(), h2 * 2)
