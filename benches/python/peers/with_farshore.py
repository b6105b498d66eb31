"""Farshore, used as its documentation says."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace
from operator import itemgetter
from typing import Any

import numpy as np
from small import reads, refusals
from tasks import AT, CALLS, Task
from waiting import stall

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
            # What it warns of is what is timed.
            warnings.simplefilter("ignore", fs.ScalarReadsWarning)
        except fs.DeviceError as error:
            raise LeftOut(str(error)) from None
        self.where = Where(self.device.name, self.device.backend, self.device.driver)

    def prepare(self, task: Task, inputs: list[np.ndarray]) -> Case:
        fs, device, host = self.fs, self.device, inputs[0]
        if task.kind == "upload":

            def upload() -> fs.Array:
                array = fs.asarray(host, device=device)
                device.synchronize()
                return array

            return self.case(upload)

        arrays = [fs.asarray(array, device=device) for array in inputs]
        x = arrays[0]
        match task.kind:
            case "compute":

                def compute() -> fs.Array:
                    result = task.compute(fs, fs.Array.astype, *arrays)
                    fs.evaluate(result)
                    device.synchronize()
                    return result

                # Nothing moves: "forbid" would stop it if it did. Only a length that the values tell is read.
                return self.case(compute, None if task.counted else "forbid")
            case "upload_into":
                there = fs.zeros(host.shape, dtype=host.dtype, device=device)

                def upload_into() -> fs.Array:
                    there.set(host)
                    device.synchronize()
                    return there

                return self.case(upload_into)
            case "readback":
                return self.case(x.to_numpy)
            case "readback_into":
                target = np.zeros_like(host)
                return self.case(lambda: x.to_numpy(out=target))
            case "map":
                return self.map(x)
            case "issue":
                # The time stops when the handle is there; the next run finds the device at rest.
                seconds = lambda readback, elapsed: (readback.result(), elapsed)[1]  # noqa: E731
                return self.case(
                    lambda: x.to_numpy(blocking=False),
                    to_host=lambda readback: readback.result(),
                    seconds=seconds,
                )
            case "stall":
                return self.case(
                    lambda: stall(lambda: x.to_numpy(blocking=False)),
                    to_host=itemgetter(1),
                    seconds=lambda result, _: result[0],
                )
            case "refusal":
                return self.case(refusals(x, task.depth), calls=CALLS)
            case "scalar":
                one = fs.asarray(host[AT : AT + 1].reshape(()), device=device)
                return self.case(reads("float(x)", x=one), calls=CALLS)
            case "element":
                return self.case(reads(f"x[{AT}].item()", x=x), calls=CALLS)
        raise LeftOut("Farshore has nothing like it")

    def map(self, x: Any) -> Case:
        def see() -> None:
            with x.map_host() as mapped:
                np.asarray(mapped)

        def copy(_: None) -> np.ndarray:
            with x.map_host() as mapped:
                return np.array(mapped)

        try:
            see()
        except self.fs.CopyRequiredError as error:
            raise LeftOut(str(error)) from None
        return self.case(see, to_host=copy)

    def case(self, run: Callable[[], Any], policy: str | None = None, **more: Any) -> Case:
        case = Case(run, **{"to_host": self.to_host, **more}, counters=self.created, close=self.device.trim)

        def crossings() -> Crossings:
            with self.fs.transfers(policy) as log:
                case.seconds(run(), 0.0)
            moved = (log.bytes_to_device, log.bytes_to_host, len(log))
            return Crossings(*(count // case.calls for count in moved))

        return replace(case, crossings=crossings)

    def to_host(self, result: Any) -> Any:
        return result.to_numpy() if isinstance(result, self.fs.Array) else result

    def created(self) -> dict[str, int]:
        """Things that a steady program makes no more of."""
        counters = self.device.counters()
        return {name: counters[name] for name in CREATED}
