"""Farshore, used as its documentation says."""

from __future__ import annotations

import warnings

import numpy as np
from tasks import Task

from peers import FARSHORE, Case, Crossings, LeftOut, Where

CREATED = ("buffers", "bind_groups", "pipelines")


class Farshore:
    name = FARSHORE

    def __init__(self) -> None:
        try:
            import farshore as fs
        except ImportError as error:
            raise LeftOut(f"{error} (`make build` builds it)") from None
        self.fs = fs
        self.version = fs.__version__
        try:
            with warnings.catch_warnings():
                # The report names the device.
                warnings.simplefilter("ignore", fs.SoftwareDeviceWarning)
                self.device = fs.default_device()
        except fs.DeviceError as error:
            raise LeftOut(str(error)) from None
        self.where = Where(self.device.name, self.device.backend, self.device.driver)

    def prepare(self, task: Task, inputs: list[np.ndarray]) -> Case:
        fs, device = self.fs, self.device
        if task.kind == "upload":

            def upload() -> fs.Array:
                array = fs.asarray(inputs[0], device=device)
                device.synchronize()
                return array

            return self.case(upload, None)

        arrays = [fs.asarray(array, device=device) for array in inputs]
        if task.kind == "readback":
            return self.case(arrays[0].to_numpy, None)
        if task.kind == "readback_into":
            target = np.zeros_like(inputs[0])
            return self.case(lambda: arrays[0].to_numpy(out=target), None)

        def compute() -> fs.Array:
            result = task.compute(fs, fs.Array.astype, *arrays)
            fs.evaluate(result)
            device.synchronize()
            return result

        return self.case(compute, "forbid")

    def case(self, run, policy: str | None) -> Case:
        def crossings() -> Crossings:
            # A computation moves nothing: "forbid" would stop it if it did.
            with self.fs.transfers(policy) as log:
                run()
            return Crossings(log.bytes_to_device, log.bytes_to_host, len(log))

        return Case(run, self.fs.asnumpy, crossings, self.created, self.device.trim)

    def created(self) -> dict[str, int]:
        """Things that a steady program makes no more of."""
        counters = self.device.counters()
        return {name: counters[name] for name in CREATED}
