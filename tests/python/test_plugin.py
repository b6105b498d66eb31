"""The plug-in for pytest: what fails and what passes, in a run of its own, and what that run is told."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from importlib.metadata import entry_points
from importlib.util import find_spec

import pytest

(PLUGIN,) = (entry.value for entry in entry_points(group="pytest11", name="farshore"))

SUITE = """
import threading

import farshore as fs
import numpy as np
import pytest

no_transfers = pytest.mark.assert_no_transfers


@pytest.fixture
def x():
    yield fs.asarray(np.arange(4, dtype=np.float32))
    fs.zeros(3).to_numpy()


@no_transfers
def test_stays(x):
    fs.evaluate(x + 1)

@no_transfers
def test_reads(x):
    (x + 1).to_numpy()

@no_transfers
def test_uploads():
    fs.asarray([1.0])

@no_transfers
def test_reads_in_a_thread(x):
    thread = threading.Thread(target=x.to_numpy)
    thread.start()
    thread.join()

def test_fixture_stays(assert_no_transfers, x):
    fs.evaluate(x + 1)

def test_fixture_reads(assert_no_transfers, x):
    float(x[0])

def test_fixture_late(request):
    request.getfixturevalue("assert_no_transfers")

@pytest.mark.max_transfers(2, nbytes=20)
def test_just_enough(x):
    x.to_numpy(), float(x[0])

@pytest.mark.max_transfers(1)
def test_once_too_often(x):
    float(x[0]), float(x[1])

@pytest.mark.max_transfers(2, nbytes=19)
def test_a_byte_too_many(x):
    x.to_numpy(), float(x[0])

@pytest.mark.max_transfers(n=0, nbytes=100)
def test_bytes_alone_do_not_permit(x):
    float(x[0])

@no_transfers
class TestOfClass:
    def test_inherits(self, x):
        float(x[0])

    @pytest.mark.max_transfers(1)
    def test_has_its_own(self, x):
        float(x[0])

    @pytest.mark.max_transfers(1)
    def test_has_the_fixture(self, assert_no_transfers, x):
        float(x[0])

@no_transfers
def test_own_failure(x):
    x.to_numpy()
    assert "this" == "that"

@no_transfers
@pytest.mark.xfail(strict=True)
def test_expected(x):
    x.to_numpy()

def test_unmarked(x):
    x.to_numpy()

@no_transfers
def test_a_refused_transfer(x):
    with pytest.raises(fs.ImplicitTransferError):
        np.asarray(x)
"""

WRONG = {
    "assert_no_transfers(1)": "assert_no_transfers",
    "max_transfers": "max_transfers(n, nbytes=None)",
    "max_transfers('2')": "max_transfers(n, nbytes=None)",
    "max_transfers(-1)": "max_transfers(n, nbytes=None)",
    "max_transfers(True)": "max_transfers(n, nbytes=None)",
    "max_transfers(1, 2.5)": "max_transfers(n, nbytes=None)",
    "max_transfers(1, bytes=2)": "max_transfers(n, nbytes=None)",
}
for number, marker in enumerate(WRONG):
    SUITE += f"\n@pytest.mark.{marker}\ndef test_wrong_{number}():\n    raise AssertionError\n"


def run(*arguments, cwd):
    """A run of pytest with this plug-in and no other."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FARSHORE_", "PYTEST"))}
    command = [sys.executable, "-m", "pytest", "-p", PLUGIN, *arguments]
    environment = kept | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """For each test of SUITE: "passed", "failure", "error" or "skipped", and the text of the report."""
    folder = tmp_path_factory.mktemp("suite")
    (folder / "test_suite.py").write_text(SUITE)
    done = run("--strict-markers", "--junit-xml=report.xml", "test_suite.py", cwd=folder)
    assert done.returncode == 1, done.stdout + done.stderr
    found = {}
    for case in ET.parse(folder / "report.xml").iter("testcase"):
        report = next((child for child in case if child.tag in {"failure", "error", "skipped"}), None)
        found[case.get("name")] = ("passed", "") if report is None else (report.tag, report.text or "")
    return found


def line_of(text: str) -> str:
    """The line in which `text` stands in SUITE, as the ledger names it."""
    return f"test_suite.py:{SUITE[: SUITE.index(text)].count(chr(10)) + 1}"


@pytest.mark.parametrize(
    "name",
    [
        "test_stays",
        "test_fixture_stays",
        "test_just_enough",
        "test_has_its_own",
        "test_unmarked",
        "test_a_refused_transfer",
    ],
)
def test_what_keeps_to_its_limit_passes(name, results):
    assert results[name] == ("passed", "")


@pytest.mark.parametrize("name", ["test_reads", "test_uploads", "test_reads_in_a_thread", "test_inherits"])
def test_a_crossing_in_the_body_fails(name, results):
    outcome, text = results[name]
    assert outcome == "failure"
    assert "the body of the test moved more than @pytest.mark.assert_no_transfers allows:" in text
    assert "1 transfer: " in text


@pytest.mark.parametrize("name", ["test_fixture_reads", "test_has_the_fixture"])
def test_the_fixture_fails_as_the_marker(name, results):
    outcome, text = results[name]
    assert outcome == "failure"
    assert "moved more than @pytest.mark.assert_no_transfers allows:" in text
    assert "1 transfer: 4 bytes to host, 0 bytes to device" in text


@pytest.mark.parametrize(
    ("name", "written", "total"),
    [
        ("test_once_too_often", "max_transfers(1)", "2 transfers: 8 bytes to host"),
        ("test_a_byte_too_many", "max_transfers(2, nbytes=19)", "2 transfers: 20 bytes to host"),
        ("test_bytes_alone_do_not_permit", "max_transfers(n=0, nbytes=100)", "1 transfer: 4 bytes to host"),
    ],
)
def test_more_than_the_limit_fails(name, written, total, results):
    outcome, text = results[name]
    assert outcome == "failure"
    assert f"moved more than @pytest.mark.{written} allows:" in text
    assert total in text


def test_the_message_is_the_ledger_with_the_lines_that_asked(results):
    _, text = results["test_reads"]
    assert "direction" in text
    assert line_of("(x + 1).to_numpy()") in text
    assert "_pytest.py" not in text, "no traceback of the plug-in"


def test_a_fixture_asked_for_in_the_body_is_too_late(results):
    outcome, text = results["test_fixture_late"]
    assert outcome == "failure"
    assert "name it among the test's arguments" in text


def test_a_failure_of_the_tests_own_is_what_is_reported(results):
    outcome, text = results["test_own_failure"]
    assert outcome == "failure"
    assert "AssertionError" in text
    assert "assert_no_transfers allows" not in text


def test_an_expected_failure_is_one(results):
    assert results["test_expected"][0] == "skipped"


@pytest.mark.parametrize("marker", WRONG)
def test_a_marker_that_is_written_wrongly_says_how(marker, results):
    outcome, text = results[f"test_wrong_{list(WRONG).index(marker)}"]
    assert outcome == "error"
    usage = f"@pytest.mark.{marker} should be @pytest.mark.{WRONG[marker]}"
    assert text == f"{usage}; n and nbytes are whole numbers, 0 or more"


def test_the_markers_are_listed(tmp_path):
    listed = run("--markers", cwd=tmp_path).stdout
    assert "@pytest.mark.assert_no_transfers: the test fails if its body moves anything" in listed
    assert "@pytest.mark.max_transfers(n, nbytes=None): the test fails if its body makes more" in listed


def test_the_plug_in_itself_imports_neither_farshore_nor_numpy():
    path = find_spec(PLUGIN).origin
    code = f"import runpy, sys; runpy.run_path({path!r}); print({{'farshore', 'numpy'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("set()\n", "")
