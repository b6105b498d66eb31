"""dask.array: chunks stay on the device; joining them is what needs the host."""

from concurrent.futures import ThreadPoolExecutor

import farshore as fs
import numpy as np
import pytest
from outcome import bulk, hidden, moved, refused, upload, works

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


def test_what_is_implicit_is_copied_at_once(x2, h2):
    chunks = works(lambda: da.from_array(x2.implicit(), chunks=(10, 20)), bulk(1600))
    assert np.array_equal(works(lambda: chunks.compute(scheduler="synchronous"), []), h2)


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_one_chunk_stays_on_the_device(scheduler, x2, h2):
    one = da.from_array(x2, chunks=-1, name=False)
    got = works(lambda: (one * 2 + 1).compute(scheduler=scheduler), [])
    assert isinstance(got, fs.Array)
    assert np.array_equal(got.to_numpy(), h2 * 2 + 1)


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_joining_chunks_is_refused(scheduler, halves):
    refused(lambda: halves.compute(scheduler=scheduler))
    refused(lambda: (halves + 1).compute(scheduler=scheduler))
    refused(lambda: halves.rechunk(20).compute(scheduler=scheduler))


def test_a_reduction_is_refused_by_name(halves, h2):
    assert "numpy.sum was given" in refused(lambda: halves.sum().compute(scheduler="synchronous"))
    got = works(lambda: to_host(halves).sum().compute(scheduler="synchronous"), bulk(800, 800))
    assert got == pytest.approx(h2.sum())


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_each_chunk_to_the_host(scheduler, halves, h2):
    got = works(lambda: to_host(halves + 1).compute(scheduler=scheduler), bulk(800, 800))
    assert np.array_equal(got, h2 + 1)


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


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_a_block_of_ours_holds_in_dasks_own_threads(scheduler, halves, h2):
    # Its pool carries the context of whoever calls compute into each task.
    got = works(lambda: halves.compute(scheduler=scheduler), bulk(800, 800), "allow")
    assert np.array_equal(got, h2)


def test_a_block_of_ours_does_not_reach_a_pool_of_yours(halves, h2, monkeypatch):
    with ThreadPoolExecutor(2) as pool, dask.config.set(pool=pool):
        with fs.transfers("allow") as log, pytest.raises(fs.ImplicitTransferError):
            halves.compute(scheduler="threads")
        assert len(log) == 0
        monkeypatch.setenv("FARSHORE_TRANSFERS", "allow")
        with fs.transfers() as mine, fs.transfers(all_threads=True) as every:
            got = halves.compute(scheduler="threads")
    assert np.array_equal(got, h2)
    assert moved(mine) == []
    assert moved(every) == bulk(800, 800)


def test_an_operand_of_ours_is_not_known(x2, h2):
    chunks = da.from_array(h2, chunks=(10, 20))
    hidden(lambda: chunks + x2, TypeError, r"unsupported operand type\(s\) for \+")
    got = works(lambda: (chunks + x2.to_numpy()).compute(scheduler="threads"), bulk(1600))
    assert np.array_equal(got, h2 + h2)


def test_theirs_to_ours(h2):
    chunks = da.from_array(h2, chunks=(10, 20)) * 2
    got = works(lambda: fs.asarray(chunks), upload(1600))
    assert np.array_equal(got.to_numpy(), h2 * 2)
