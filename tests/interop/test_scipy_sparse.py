"""scipy.sparse: most constructors raise an error of their own; ours is its cause, which a traceback shows."""

import functools
import operator

import farshore as fs
import numpy as np
import pytest
from outcome import REMEDIES, bulk, hidden, moved, not_an_operand, refused, unasked, upload, works

pytest.importorskip("scipy.sparse")

from scipy import sparse
from scipy.sparse import linalg

HIDDEN = {
    "csr_array": (ValueError, "unrecognized csr_array constructor input: Array.*; this would copy"),
    "csc_array": (ValueError, "unrecognized csc_array constructor input: Array.*; this would copy"),
    "bsr_array": (ValueError, "unrecognized form for bsr_matrix constructor"),
    "dia_array": (ValueError, "unrecognized form for dia_matrix constructor"),
    "lil_array": (TypeError, "unsupported matrix type"),
    "dok_array": (TypeError, "Invalid input format"),
}


@pytest.fixture
def matrix():
    return sparse.diags_array(np.arange(1, 21, dtype=np.float32), format="csr")


@pytest.mark.parametrize("name", HIDDEN)
def test_a_constructor_hides_the_refusal_but_keeps_it_as_the_cause(name, x2):
    error = hidden(lambda: getattr(sparse, name)(x2), *HIDDEN[name])
    assert isinstance(error.__cause__, fs.ImplicitTransferError)
    assert ("x.to_numpy()" in str(error)) == (name in ("csr_array", "csc_array")), "those print the array"


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


TWICE = {("matrix @ x", "implicit"), ("matrix @ x", "allow"), ("x @ matrix", "allow")}


@pytest.mark.parametrize("call", REFUSED)
@pytest.mark.parametrize("remedy", ["implicit", "allow"])
def test_what_makes_its_own_copies_gives_the_same(call, remedy, matrix, x, h):
    handed, policy = REMEDIES[remedy]
    crossings = bulk(80, 80) if (call, remedy) in TWICE else bulk(80)
    got = works(lambda: REFUSED[call](matrix, handed(x)), crossings, policy)
    assert np.array_equal(got, REFUSED[call](matrix, h))


TERMS = {"+": operator.add, "-": operator.sub}
COMPARISONS = {"==": operator.eq, "!=": operator.ne, ">": operator.gt, "<": operator.lt}
FROM_BOTH_SIDES = {**TERMS, **COMPARISONS, "@": operator.matmul, "*": operator.mul}


@pytest.mark.parametrize("sign", TERMS)
def test_a_dense_term_is_not_known(sign, matrix, x2):
    for left, right in ((matrix, x2), (x2, matrix)):
        call = functools.partial(TERMS[sign], left, right)
        unasked(call, TypeError, rf"unsupported operand type\(s\) for \{sign}")


@pytest.mark.parametrize("sign", COMPARISONS)
def test_a_comparison_is_refused(sign, matrix, x2):
    refused(lambda: COMPARISONS[sign](matrix, x2))
    refused(lambda: COMPARISONS[sign](x2, matrix))


@pytest.mark.parametrize("sign", FROM_BOTH_SIDES)
@pytest.mark.parametrize("remedy", ["to_numpy", "implicit"])
def test_operators_of_a_host_copy_are_theirs(sign, remedy, matrix, x2, h2):
    do, (handed, _) = FROM_BOTH_SIDES[sign], REMEDIES[remedy]
    assert np.array_equal(dense(do(matrix, handed(x2))), dense(do(matrix, h2)))
    assert np.array_equal(dense(do(handed(x2), matrix)), dense(do(h2, matrix)))


def test_a_matrix_is_divided_by_a_host_copy(matrix, x2, h2):
    refused(lambda: matrix / (x2 + 1))
    for divisor in ((x2 + 1).to_numpy(), (x2 + 1).implicit()):
        assert np.array_equal(dense(matrix / divisor), dense(matrix / (h2 + 1)))


def dense(result) -> np.ndarray:
    return result.toarray() if sparse.issparse(result) else result


def test_equality_under_allow_wants_one_side_converted(matrix):
    # Each side asks the other, whose answer is to copy, in vain.
    x2 = fs.asarray(matrix.toarray())
    for do in (operator.eq, operator.ne):
        not_an_operand(lambda do=do: do(matrix, x2), bulk(1600, 1600), "allow")
        not_an_operand(lambda do=do: do(x2, matrix), bulk(1600), "allow")
    assert (matrix == x2.to_numpy()).all()


def test_a_diagonal_is_taken_for_a_list_of_them(x, h):
    for diagonal in (x, x.implicit()):
        unasked(lambda d=diagonal: sparse.diags_array(d), ValueError, "Different number of diagonals")
    got = works(lambda: sparse.diags_array(x.to_numpy()), bulk(80))
    assert np.array_equal(got.toarray(), np.diag(h))


def test_a_product_on_the_device_inside_a_solver(x, h):
    twice = fs.asarray(np.full(20, 2, np.float32))
    refused(lambda: linear(lambda v: fs.asarray(v) * twice).matvec(h), upload(80))
    with fs.transfers() as log:
        solved, failed = linalg.cg(linear(lambda v: (fs.asarray(v) * twice).to_numpy()), h)
    assert not failed
    np.testing.assert_allclose(solved, h / 2, rtol=1e-5)
    assert set(moved(log)) == {*upload(80), *bulk(80)}, "up and down once for each product"


def linear(product) -> linalg.LinearOperator:
    return linalg.LinearOperator((20, 20), matvec=product, dtype=np.float32)


def test_theirs_to_ours(matrix):
    unasked(lambda: fs.asarray(matrix), TypeError, "not object")
    got = works(lambda: fs.asarray(matrix.toarray()), upload(1600))
    assert np.array_equal(got.to_numpy(), matrix.toarray())
