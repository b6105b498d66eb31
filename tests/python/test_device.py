"""Devices: which there are, which one is used, how to say so, and what a fresh process prints and costs."""

import os
import subprocess
import sys

import farshore as fs
import numpy as np
import pytest

NAMES = ["id", "name", "kind", "backend", "driver"]


def python(*arguments, **environment):
    """A fresh interpreter, without this process's variables of farshore."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("FARSHORE_", "PYTHONW"))
    }
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, timeout=120, env=kept | environment
    )


def test_devices_are_listed(device):
    entries = fs.devices()
    assert entries
    assert all(list(entry) == NAMES for entry in entries)
    assert str(device) in [entry["id"] for entry in entries]
    assert len({entry["id"] for entry in entries}) == len(entries)


def test_a_device_tells_about_itself(device):
    assert str(device) == device.id
    assert repr(device) == f"Device('{device.id}', '{device.name}')"
    assert device.backend in device.id
    assert device.kind in {"discrete GPU", "integrated GPU", "GPU", "software"}
    assert device.is_software == (device.kind == "software")
    assert set(device.dtypes) >= {"bool", "int8", "float16", "float32", "complex64"}
    assert set(device.limits) == {"array_bytes", "binding_bytes", "bindings", "workgroups"}
    assert device.limits["array_bytes"] >= device.limits["binding_bytes"] >= 1 << 27
    assert set(device.capabilities) >= {"strict_arithmetic", "nan_compares", "subnormals"}
    assert all(isinstance(value, int) for value in device.counters().values())


def test_a_device_is_found_by_its_names(device):
    for name in (device.id, device.name, device.name[:8], device.name.upper()):
        assert fs.device(name) == device
    assert fs.device(device.id) == fs.device(device.id)
    assert hash(fs.device(device.id)) == hash(device)
    assert device != device.id


def test_a_software_device_is_found_by_that_word():
    if any(entry["kind"] == "software" for entry in fs.devices()):
        assert fs.device("software").is_software


@pytest.mark.parametrize("ask", [fs.device, lambda name: fs.zeros(3, device=name), fs.synchronize])
def test_an_unknown_device_is_named_with_those_there_are(ask, device):
    with pytest.raises(ValueError, match=r'no device "abacus:7"; there is') as caught:
        ask("abacus:7")
    assert device.id in str(caught.value)
    assert device.name in str(caught.value)
    assert np.array_equal(fs.ones(2).to_numpy(), [1, 1])


def test_what_is_no_device_is_refused():
    with pytest.raises(TypeError, match=r"device"):
        fs.zeros(3, device=5)


def test_the_device_of_a_block(device):
    with fs.device(device.id) as inner:
        assert inner == device
        assert fs.default_device() == device
        with fs.device(device.id):
            assert fs.zeros(3).device == device
        assert fs.asarray([1]).device == device
    with pytest.raises(KeyError), fs.device(device.id):
        raise KeyError
    assert fs.default_device() == device


@pytest.mark.parametrize(
    "make", [fs.zeros, fs.ones, fs.empty, lambda n, device: fs.asarray([0] * n, device=device)]
)
def test_the_device_argument(make, device):
    assert make(3, device=device).device == device
    assert make(3, device=device.id).device == device


def test_the_environment_names_the_device(device):
    code = "import farshore as fs; print(fs.zeros(3).device, end='')"
    done = python("-c", code, FARSHORE_DEVICE=device.id)
    assert (done.stdout, done.stderr) == (device.id, "")
    done = python("-c", code, FARSHORE_DEVICE="abacus:7")
    assert done.returncode == 1
    assert 'ValueError: no device "abacus:7"; there is' in done.stderr
    assert "FARSHORE_DEVICE" in done.stderr, "the message says where the name came from"


def test_the_environment_is_not_read_at_import():
    assert python("-c", "import farshore", FARSHORE_DEVICE="abacus:7").returncode == 0
    assert python("-c", "import farshore", FARSHORE_TRANSFERS="nonsense").returncode == 0


def test_a_software_device_is_said_once(device):
    if not device.is_software:
        pytest.skip("the default device here is a GPU")
    code = "import farshore as fs; x = fs.zeros(3); y = fs.zeros(3); fs.default_device()"
    done = python("-c", code)
    assert done.stderr.count("SoftwareDeviceWarning") == 1
    assert "no GPU was found: arrays are computed by" in done.stderr
    assert "Set FARSHORE_DEVICE=software" in done.stderr
    assert "<string>:1" in done.stderr, "it points at the user's line"
    assert python("-c", code, FARSHORE_DEVICE="software").stderr == ""


def test_no_adapter_says_what_to_install():
    nothing = {
        "VK_DRIVER_FILES": "/nonexistent.json",
        "VK_ICD_FILENAMES": "/nonexistent.json",
        "VK_LAYER_PATH": "",
    }
    done = python("-c", "import farshore as fs; print(fs.devices()); fs.zeros(3)", **nothing)
    if done.returncode == 0:
        pytest.skip("there is a device without Vulkan")
    assert done.stdout == "[]\n"
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("farshore.exceptions.DeviceError: no GPU driver was found."), last
    assert "install" in last.lower()
    done = python("-m", "farshore", **nothing)
    assert "no GPU driver was found" in done.stdout
    assert done.stderr == ""


def test_show_config(capsys, device):
    fs.show_config()
    text = capsys.readouterr().out
    for word in (
        fs.__version__,
        np.__version__,
        device.id,
        device.name,
        device.driver,
        "dtypes",
        "(default)",
    ):
        assert word in text


def test_the_module_as_a_program(device):
    done = python("-m", "farshore")
    assert done.returncode == 0
    assert done.stderr == ""
    assert device.name in done.stdout
    assert "GB/s" in done.stdout


def test_importing_is_quick():
    code = "import time, numpy; t = time.perf_counter(); import farshore; print(time.perf_counter() - t)"
    assert min(float(python("-c", code).stdout) for _ in range(5)) < 0.15


def test_importing_opens_nothing():
    done = python("-W", "error", "-X", "importtime", "-c", "import farshore")
    assert done.returncode == 0
    imported = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}
    assert not imported & {"asyncio", "inspect.unittest", "pytest", "PIL"}
