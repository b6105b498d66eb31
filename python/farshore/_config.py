"""What this machine has for farshore: `fs.show_config()`, `python -m farshore`."""

from __future__ import annotations

import sys
import time
import warnings

import numpy as np

from farshore import _core
from farshore.exceptions import DeviceError, SoftwareDeviceWarning


def show_config(*, bandwidth: bool = False) -> None:
    """Print the devices, their drivers, limits and dtypes; with `bandwidth`, measure transfers too.

    That moves 64 MiB to each device and back, four times; the ledger shows it.

    >>> import farshore as fs
    >>> fs.show_config()
    farshore ...
    """
    print(f"farshore {_core.__version__}, NumPy {np.__version__}, Python {sys.version.split()[0]}")
    try:
        with warnings.catch_warnings():
            # What the warning says is printed below.
            warnings.simplefilter("ignore", SoftwareDeviceWarning)
            default = _core.default_device()
    except DeviceError as error:
        print(f"\n{error}")
        return
    for entry in _core.devices():
        device = _core.open_device(entry["id"])
        mark = " (default)" if device == default else ""
        print(f"\n{device.id}{mark}: {device.name}")
        for name, value in _facts(device, bandwidth).items():
            print(f"  {name:<13} {value}")


def _facts(device: _core.Device, bandwidth: bool) -> dict[str, str]:
    limits = device.limits
    found = device.capabilities
    facts = {
        "kind": device.kind,
        "driver": device.driver,
        "dtypes": ", ".join(device.dtypes),
        "memory": "shared with the host" if device.shares_memory else "its own",
        "one array": f"up to {limits['array_bytes'] / 2**30:.1f} GiB",
        "one binding": f"up to {limits['binding_bytes'] / 2**20:.0f} MiB; longer arrays take more dispatches",
        "arithmetic": "as written" if found["strict_arithmetic"] else "the driver may reorder it",
        "subnormals": "kept" if found["subnormals"] else "flushed to 0",
    }
    if bandwidth:
        up, down = _bandwidth(device)
        facts["to device"] = f"{up:.1f} GB/s"
        facts["to host"] = f"{down:.1f} GB/s"
    return facts


def _bandwidth(device: _core.Device, nbytes: int = 64 << 20) -> tuple[float, float]:
    """GB/s to the device and to the host, the best of three copies of 64 MiB into memory that exists."""
    host = np.zeros(nbytes, np.uint8)
    ups, downs = [], []
    for _ in range(4):
        start = time.perf_counter()
        array = _core.from_numpy(host, device)
        device.synchronize()
        middle = time.perf_counter()
        array.to_numpy(out=host)
        ups.append(middle - start)
        downs.append(time.perf_counter() - middle)
    # The first round makes the staging buffers.
    return nbytes / min(ups[1:]) / 1e9, nbytes / min(downs[1:]) / 1e9
