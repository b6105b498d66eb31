"""h5py: writing is refused; a data set is read like any host array."""

import operator

import farshore as fs
import numpy as np
import pytest
from outcome import REMEDIES, bulk, not_an_operand, refused, unasked, upload, works

h5py = pytest.importorskip("h5py")


@pytest.fixture
def file(tmp_path):
    with h5py.File(tmp_path / "x.h5", "w") as opened:
        yield opened


@pytest.fixture
def data(file, h2):
    return file.create_dataset("h", data=h2)


WRITES = {
    "file.create_dataset(name, data=x)": lambda file, a: file.create_dataset("a", data=a),
    "file[name] = x": lambda file, a: file.__setitem__("a", a),
    "data[...] = x": lambda file, a: file.create_dataset("a", (20, 20), "f4").__setitem__(..., a),
    "file.attrs[name] = x": lambda file, a: file.attrs.__setitem__("a", a),
}


@pytest.mark.parametrize("call", WRITES)
def test_writing_is_refused(call, file, x2):
    refused(lambda: WRITES[call](file, x2))


@pytest.mark.parametrize("call", WRITES)
@pytest.mark.parametrize("remedy", REMEDIES)
def test_it_works_with_a_host_copy(call, remedy, file, x2, h2):
    handed, policy = REMEDIES[remedy]
    works(lambda: WRITES[call](file, handed(x2)), bulk(1600), policy)
    assert np.array_equal(file.attrs["a"] if "attrs" in call else file["a"][...], h2)


def test_a_row_moves_its_own_bytes(data, x2, h2):
    works(lambda: data.__setitem__(3, x2[0].to_numpy()), bulk(80))
    assert np.array_equal(data[3], h2[0])


def test_direct_reads_and_writes_want_numpys_own_class(data, x2):
    for array, name in ((x2, "farshore.Array"), (x2.implicit(), "ImplicitArray")):
        for do in (data.write_direct, data.read_direct):
            unasked(lambda do=do, a=array: do(a), TypeError, f"expected numpy.ndarray, got {name}")
    works(lambda: data.write_direct(x2.to_numpy()), bulk(1600))


def test_theirs_to_ours(data, h2):
    assert np.array_equal(works(lambda: fs.asarray(data), upload(1600)).to_numpy(), h2)
    assert np.array_equal(works(lambda: fs.asarray(data[2:4]), upload(160)).to_numpy(), h2[2:4])


def test_equality_wants_one_side_converted(data, x2):
    for do in (operator.eq, operator.ne):
        for policy in ("explicit", "allow"):
            not_an_operand(lambda do=do: do(x2, data), policy=policy)
            not_an_operand(lambda do=do: do(data, x2), policy=policy)
    assert works(lambda: x2 == fs.asarray(data), upload(1600)).to_numpy().all()


def test_theirs_into_memory_of_ours(data, h2):
    x = fs.zeros((20, 20))
    works(lambda: x.__setitem__(..., data), upload(1600))
    assert np.array_equal(x.to_numpy(), h2)


def test_indices_on_the_device(data, h2):
    rows = fs.asarray([0, 2])
    refused(lambda: data[rows])
    assert np.array_equal(works(lambda: data[rows.to_numpy()], bulk(16)), h2[[0, 2]])
    assert np.array_equal(works(lambda: data[rows[1]], ["to host scalar 8"]), h2[2])
