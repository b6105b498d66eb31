"""Who is told how far a transfer is, and that it ends whichever way the transfer does."""

import io
import sys
import types

import pytest
from farshore import _progress
from farshore._progress import reporter


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def no_tqdm(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    monkeypatch.delitem(sys.modules, "tqdm.auto", raising=False)


@pytest.fixture
def bars(monkeypatch):
    """What tqdm was asked for: it need not be installed."""
    made = []

    class Bar:
        def __init__(self, **settings):
            self.settings = settings
            self.n = 0
            self.closed = False
            made.append(self)

        def update(self, count):
            self.n += count

        def close(self):
            self.closed = True

    monkeypatch.setitem(sys.modules, "tqdm", types.ModuleType("tqdm"))
    monkeypatch.setitem(sys.modules, "tqdm.auto", types.SimpleNamespace(tqdm=Bar))
    return made


@pytest.mark.parametrize("progress", [None, False])
def test_nobody_is_told_who_did_not_ask(progress):
    assert reporter(progress, 100, "title") is None


@pytest.mark.parametrize("progress", ["yes", 1, 0, []])
def test_what_cannot_be_told_is_refused(progress):
    with pytest.raises(TypeError, match="progress is True, False or a function"):
        reporter(progress, 100, "title")


def test_a_function_is_called_with_bytes_done_and_in_all():
    calls = []
    with reporter(lambda *state: calls.append(state), 100, "title") as report:
        report(60, 100)
        report(100, 100)
    assert calls == [(60, 100), (100, 100)]


def test_true_shows_the_bar_of_tqdm(bars):
    with reporter(True, 100, "to host") as report:
        report(60, 100)
        assert bars[0].n == 60
        report(100, 100)
    assert bars[0].n == 100
    assert bars[0].closed
    assert bars[0].settings == {
        "total": 100,
        "desc": "to host",
        "unit": "B",
        "unit_scale": True,
        "unit_divisor": 1024,
    }


def test_the_bar_is_closed_after_an_error(bars):
    with pytest.raises(OSError, match="disk"), reporter(True, 100, "to host"):
        raise OSError("disk")
    assert bars[0].closed


def test_the_real_tqdm_takes_these_settings(capsys):
    pytest.importorskip("tqdm.auto")
    with reporter(True, 3 << 20, "to host") as report:
        report(1 << 20, 3 << 20)
        report(3 << 20, 3 << 20)
    written = capsys.readouterr().err
    assert "to host" in written
    assert "3.00M/3.00M" in written


def test_without_tqdm_a_terminal_shows_one_line_that_is_rewritten(no_tqdm, monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setattr(_progress, "SECONDS_BETWEEN", 0.0)
    with reporter(True, 2 << 20, "to host") as report:
        report(1 << 20, 2 << 20)
        report(2 << 20, 2 << 20)
    states = sys.stderr.getvalue().split("\r")
    assert states[0] == ""
    assert states[1].startswith("to host: 1.0 of 2.0 MiB, ")
    assert states[-1].startswith("to host: 2.0 of 2.0 MiB, ")
    assert states[-1].endswith(" s\n")
    assert sys.stderr.getvalue().count("\n") == 1


def test_the_line_is_not_rewritten_more_often_than_it_can_be_read(no_tqdm, monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setattr(_progress, "SECONDS_BETWEEN", 1000.0)
    with reporter(True, 1000, "to host") as report:
        for done in range(1, 1001):
            report(done, 1000)
    assert sys.stderr.getvalue().count("\r") == 1, "at the end"


def test_without_tqdm_a_file_gets_one_line_at_the_end(no_tqdm, monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with reporter(True, 2 << 20, "to host") as report:
        report(1 << 20, 2 << 20)
        assert not sys.stderr.getvalue()
        report(2 << 20, 2 << 20)
    assert "\r" not in sys.stderr.getvalue()
    assert sys.stderr.getvalue().startswith("to host: 2.0 of 2.0 MiB, ")
    assert sys.stderr.getvalue().endswith(" s\n")


def test_a_transfer_that_fails_at_once_writes_no_line(no_tqdm, monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with pytest.raises(OSError, match="disk"), reporter(True, 2 << 20, "to host"):
        raise OSError("disk")
    assert sys.stderr.getvalue() == ""


def test_a_program_without_stderr(no_tqdm, monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    assert reporter(True, 100, "to host") is None
