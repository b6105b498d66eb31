"""scipy.sparse: most constructors raise an error of their own; ours is its cause, which a traceback shows."""

import farshore as fs
import numpy as np
import pytest
from outcome import REMEDIES, bulk, hidden, moved, refused, upload, works

pytest.importorskip("scipy.sparse")

from scipy import sparse
from scipy.sparse import linalg

HIDDEN = {
    "csr_array": (ValueError, "unrecognized csr_array constructor input", ["to host print 1600"]),
    "csc_array": (ValueError, "unrecognized csc_array constructor input", ["to host print 1600"]),
    "bsr_array": (ValueError, "unrecognized form for bsr_matrix constructor", []),
    "dia_array": (ValueError, "unrecognized form for dia_matrix constructor", []),
    "lil_array": (TypeError, "unsupported matrix type", []),
    "dok_array": (TypeError, "Invalid input format", []),
}


@pytest.fixture
def matrix():
    return sparse.diags_array(np.arange(1, 21, dtype=np.float32), format="csr")


@pytest.mark.parametrize("name", HIDDEN)
def test_a_constructor_hides_the_refusal_but_keeps_it_as_the_cause(name, x2):
    kind, text, crossings = HIDDEN[name]
    error = hidden(lambda: getattr(sparse, name)(x2), kind, text, crossings)
    cause = error.__cause__ or error.__context__
    assert isinstance(cause, fs.ImplicitTransferError)
    assert "x.to_numpy()" in str(cause)
    assert not error.__suppress_context__ or error.__cause__ is cause, "a traceback shows it"


@pytest.mark.parametrize("name", [*HIDDEN, "coo_array"])
@pytest.mark.parametrize("remedy", REMEDIES)
def test_a_host_copy_works(name, remedy, x2, h2):
    handed, policy = REMEDIES[remedy]
    made = works(lambda: getattr(sparse, name)(handed(x2)), bulk(1600), policy)
    assert np.array_equal(made.toarray(), h2)


REFUSED = {
    "coo_array(x)": lambda matrix, a: sparse.coo_array(a).toarray(),
    "csr_array((x, (i, j)))": lambda matrix, a: sparse.csr_array((a, (range(20), range(20)))).toarray(),
    "matrix @ x": lambda matrix, a: matrix @ a,
    "x @ matrix": lambda matrix, a: a @ matrix,
    "matrix * x": lambda matrix, a: (matrix * a).toarray(),
    "spsolve(matrix, x)": lambda matrix, a: linalg.spsolve(matrix.tocsc(), a),
    "cg(matrix, x)": lambda matrix, a: linalg.cg(matrix, a)[0],
}


@pytest.mark.parametrize("call", REFUSED)
def test_products_and_solvers_are_refused(call, matrix, x):
    refused(lambda: REFUSED[call](matrix, x))


@pytest.mark.parametrize("call", REFUSED)
def test_they_take_a_host_copy(call, matrix, x, h):
    got = works(lambda: REFUSED[call](matrix, x.to_numpy()), bulk(80))
    assert np.array_equal(got, REFUSED[call](matrix, h))


def test_a_dense_term_is_not_known(matrix, x2, h2):
    hidden(lambda: matrix + x2, TypeError, r"unsupported operand type\(s\) for \+")
    assert np.array_equal(works(lambda: matrix + x2.to_numpy(), bulk(1600)), matrix + h2)


def test_a_diagonal_is_taken_for_a_list_of_them(x, h):
    hidden(lambda: sparse.diags_array(x), ValueError, "Different number of diagonals and offsets")
    got = works(lambda: sparse.diags_array(x.to_numpy()), bulk(80))
    assert np.array_equal(got.toarray(), np.diag(h))


def test_a_product_on_the_device_inside_a_solver(x, h):
    twice = fs.asarray(np.full(20, 2, np.float32))
    refused(lambda: operator(lambda v: fs.asarray(v) * twice).matvec(h), upload(80))
    with fs.transfers() as log:
        solved, failed = linalg.cg(operator(lambda v: (fs.asarray(v) * twice).to_numpy()), h)
    assert not failed
    np.testing.assert_allclose(solved, h / 2, rtol=1e-5)
    assert set(moved(log)) == {*upload(80), *bulk(80)}, "up and down once for each product"


def operator(product) -> linalg.LinearOperator:
    return linalg.LinearOperator((20, 20), matvec=product, dtype=np.float32)


def test_theirs_to_ours(matrix):
    with pytest.raises(TypeError, match="not object"):
        fs.asarray(matrix)
    got = works(lambda: fs.asarray(matrix.toarray()), upload(1600))
    assert np.array_equal(got.to_numpy(), matrix.toarray())
