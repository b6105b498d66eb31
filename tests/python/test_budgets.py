"""Policies for one class of transfers, budgets of bytes, ledgers of all threads, and the log of a process."""

import json
import threading
import warnings

import farshore as fs
import numpy as np
import pytest

HOST = np.arange(4, dtype=np.float32)


@pytest.fixture
def x():
    return fs.asarray(HOST)


def allowed(x) -> dict[str, bool]:
    """Which class of transfers is let through when the words ask for it."""

    def tried(call) -> bool:
        try:
            call()
        except fs.ForbiddenTransferError:
            return False
        return True

    return {
        "bulk": tried(x.to_numpy),
        "scalar": tried(lambda: float(x[1])),
        "upload": tried(lambda: fs.asarray(HOST)),
    }


@pytest.mark.parametrize("one", ["bulk", "scalar", "upload"])
def test_each_class_has_a_policy_of_its_own(x, one):
    with fs.transfers(**{one: "forbid"}):
        assert allowed(x) == {name: name != one for name in ("bulk", "scalar", "upload")}
        with fs.transfers("explicit"):
            assert all(allowed(x).values()), "a word for all is for each"
        with fs.transfers("forbid", **{one: "allow"}):
            assert allowed(x) == {name: name == one for name in ("bulk", "scalar", "upload")}
        with fs.transfers():
            assert not allowed(x)[one], "what a block leaves open stays"
    assert all(allowed(x).values())


def test_uploads_alone_may_pass_unasked(x):
    with fs.transfers(upload="allow") as log:
        assert np.array_equal((x + HOST).to_numpy(), HOST * 2)
        with pytest.raises(fs.ImplicitTransferError):
            np.asarray(x)
    assert [(one["direction"], one["spoken"]) for one in log.crossings] == [
        ("to device", "implicit"),
        ("to host", "explicit"),
    ]


@pytest.mark.parametrize(
    "words", ["explicit,scalar=forbid", "scalar=forbid", " scalar = forbid , bulk=allow"]
)
def test_the_environment_names_classes_too(x, words, monkeypatch):
    monkeypatch.setenv("FARSHORE_TRANSFERS", words)
    assert allowed(x) == {"bulk": True, "scalar": False, "upload": True}
    with fs.transfers(scalar="explicit"):
        assert allowed(x)["scalar"]


def test_a_class_that_does_not_exist(x, monkeypatch):
    monkeypatch.setenv("FARSHORE_TRANSFERS", "reads=forbid")
    with pytest.raises(ValueError, match='"reads" is no class of transfers; there are bulk, scalar, upload'):
        x.to_numpy()
    with pytest.raises(TypeError, match="reads"):
        fs.transfers(reads="forbid")


def test_a_budget_is_for_all_that_crosses_in_the_block(x):
    with fs.transfers(max_bytes=40) as log:
        x.to_numpy()
        fs.asarray(HOST)
        with pytest.raises(fs.ForbiddenTransferError, match=r"of the 40 bytes .* 8 are left\. Raise"):
            x.to_numpy()
        assert float(x[3]) == 3
        assert str(x[:1]) == "[0.]"
        assert str(x) == repr(x), "printing beyond the budget reads nothing"
    assert (log.bytes_to_host, log.bytes_to_device) == (24, 16)
    assert x.to_numpy().shape == (4,)


def test_the_narrowest_budget_holds_and_a_refusal_costs_no_other(x):
    with fs.transfers(max_bytes=32) as outer, fs.transfers(max_bytes=16) as inner:
        x.to_numpy()
        for _ in range(3):
            with pytest.raises(fs.ForbiddenTransferError, match="of the 16 bytes"):
                x.to_numpy()
        assert (len(outer), len(inner)) == (1, 1)
    with fs.transfers(max_bytes=16), fs.transfers(max_bytes=100):
        for _ in range(2):
            with pytest.raises(fs.ForbiddenTransferError):
                fs.zeros(100).to_numpy()
        x.to_numpy()


def test_threads_share_a_budget_only_when_they_share_the_context(x):
    failures = []

    def work():
        try:
            x.to_numpy()
        except fs.TransferError as error:
            failures.append(error)

    with fs.transfers(max_bytes=0, all_threads=True) as log:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        with pytest.raises(fs.ForbiddenTransferError):
            x.to_numpy()
    assert failures == []
    assert log.bytes_to_host == 16, "seen, though of another thread"


def test_a_ledger_of_all_threads_sees_each_crossing_once(x):
    with fs.transfers() as before, fs.transfers(all_threads=True) as log:
        x.to_numpy()
        threads = [threading.Thread(target=x.to_numpy) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    x.to_numpy()
    assert (len(log), len(before)) == (4, 1)


def test_crossings_as_json(x):
    with fs.transfers("allow") as log:
        x.to_numpy()
        np.asarray(x)
    crossings = json.loads(log.to_json())
    assert crossings == log.crossings
    assert [one["spoken"] for one in crossings] == ["explicit", "implicit"]
    assert list(crossings[0]) == [
        "direction", "kind", "spoken", "nbytes", "started", "ended", "waited", "copied", "device", "caller",
    ]  # fmt: skip
    assert crossings[0]["started"] <= crossings[1]["started"]
    assert log.waited == pytest.approx(sum(one["waited"] for one in crossings))
    assert log.copied == pytest.approx(sum(one["copied"] for one in crossings))
    assert log.copied > 0


def test_the_log_of_a_process(x, tmp_path, monkeypatch, capfd):
    path = tmp_path / "crossings.jsonl"
    monkeypatch.setenv("FARSHORE_TRANSFERS_LOG", str(path))
    x.to_numpy()
    thread = threading.Thread(target=lambda: fs.asarray(HOST))
    thread.start()
    thread.join()
    with pytest.raises(fs.ImplicitTransferError):
        np.asarray(x)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [(one["direction"], one["nbytes"]) for one in lines] == [("to host", 16), ("to device", 16)]
    assert lines[0]["caller"].startswith(__file__)
    monkeypatch.setenv("FARSHORE_TRANSFERS_LOG", "stderr")
    x.to_numpy()
    assert json.loads(capfd.readouterr().err)["nbytes"] == 16
    monkeypatch.setenv("FARSHORE_TRANSFERS_LOG", "")
    x.to_numpy()
    assert capfd.readouterr().err == ""


def test_a_log_that_cannot_be_written_stops_nothing(x, tmp_path, monkeypatch):
    monkeypatch.setenv("FARSHORE_TRANSFERS_LOG", str(tmp_path / "missing" / "log"))
    assert np.array_equal(x.to_numpy(), HOST)


def test_warnings_are_of_implicit_ones_only_and_of_their_class(x):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with fs.transfers(bulk="warn"):
            np.asarray(x)
            x.to_numpy()
            float(x[0])
            with pytest.raises(fs.ImplicitTransferError):
                x + HOST
    assert [one.category for one in caught] == [fs.ImplicitTransferWarning]
