"""PyTorch: asks by DLPack first, for the array's own device; ours refuses in our words, "allow" or not."""

import operator

import farshore as fs
import numpy as np
import pytest
from outcome import bulk, not_an_operand, unasked, upload, works

torch = pytest.importorskip("torch")

CONVERTS = {
    "as_tensor(x)": lambda a: torch.as_tensor(a),
    "tensor(x)": lambda a: torch.tensor(a),
    "asarray(x)": lambda a: torch.asarray(a),
    "from_dlpack(x)": lambda a: torch.from_dlpack(a),
    "from_dlpack(x, device='cpu')": lambda a: torch.from_dlpack(a, device="cpu"),
}
UNKNOWN = {
    "torch.sin(x)": (lambda t, a: torch.sin(a), "must be Tensor"),
    "torch.from_numpy(x)": (lambda t, a: torch.from_numpy(a), "expected np.ndarray"),
    "torch.stack([x, x])": (lambda t, a: torch.stack([a, a]), "expected Tensor"),
    "t.copy_(x)": (lambda t, a: t.copy_(a), "must be Tensor"),
    "t[:] = x": (lambda t, a: t.__setitem__(slice(None), a), "can't assign"),
    "t + x": (lambda t, a: t + a, r"unsupported operand type\(s\) for \+"),
    "x + t": (lambda t, a: a + t, r"unsupported operand type\(s\) for \+"),
}


@pytest.fixture
def theirs(h):
    return torch.from_numpy(h.copy())


@pytest.mark.parametrize("call", CONVERTS)
@pytest.mark.parametrize("policy", ["explicit", "allow"])
def test_conversion_is_refused(call, policy, x):
    with fs.transfers(policy) as log, pytest.raises(fs.ExportError, match=r"x\.to_numpy\(\)"):
        CONVERTS[call](x)
    assert len(log) == 0


@pytest.mark.parametrize("call", CONVERTS)
def test_conversion_of_what_is_implicit_copies(call, x, h):
    got = works(lambda: CONVERTS[call](x.implicit()), ["to host dlpack 80"])
    assert np.array_equal(got.numpy(), h)


@pytest.mark.parametrize("call", [call for call in UNKNOWN if "+" not in call])
def test_what_is_implicit_is_not_a_tensor_either(call, theirs, x):
    function, text = UNKNOWN[call]
    unasked(lambda: function(theirs, x.implicit()), TypeError, text)


def test_a_tensor_shares_the_host_copy(x, h):
    host = works(lambda: x.to_numpy(), bulk(80))
    tensor = torch.from_numpy(host)
    assert np.array_equal(tensor.numpy(), h)
    assert np.shares_memory(tensor.numpy(), host)


def test_into_memory_of_theirs(theirs, x, h):
    works(lambda: (x * 2).to_numpy(out=theirs.numpy()), bulk(80))
    assert np.array_equal(theirs.numpy(), h * 2)


def test_by_dlpack(x, h):
    got = works(lambda: torch.from_dlpack(np.from_dlpack(x, device="cpu")), ["to host dlpack 80"])
    assert np.array_equal(got.numpy(), h)


def test_equality_wants_one_side_converted(theirs, x):
    for do in (operator.eq, operator.ne):
        for policy in ("explicit", "allow"):
            not_an_operand(lambda do=do: do(x, theirs), policy=policy)
            not_an_operand(lambda do=do: do(theirs, x), policy=policy)
    assert works(lambda: x == fs.asarray(theirs), upload(80)).to_numpy().all()


def test_theirs_to_ours(theirs, h):
    assert np.array_equal(works(lambda: fs.asarray(theirs), upload(80)).to_numpy(), h)
    got = works(lambda: fs.from_dlpack(theirs), ["to device dlpack 80"])
    assert np.array_equal(got.to_numpy(), h)
    x = fs.zeros(20)
    works(lambda: x.__setitem__(..., theirs), upload(80))
    assert np.array_equal(x.to_numpy(), h)
    with pytest.raises(RuntimeError, match="detach"):
        fs.asarray(theirs.requires_grad_())
    assert np.array_equal(works(lambda: fs.asarray(theirs.detach()), upload(80)).to_numpy(), h)
