"""Transfers of PyOpenCL's arrays: on a GPU where OpenCL has one, else on PoCL, which is the CPU."""

from __future__ import annotations

import asyncio
import gc
from functools import partial
from operator import itemgetter
from typing import Any

import numpy as np
from small import reads
from tasks import AT, CALLS, Task
from waiting import stall

from peers import PYOPENCL, Case, LeftOut, Where


class PyOpenCL:
    name = PYOPENCL

    def __init__(self) -> None:
        try:
            import pyopencl as cl
            import pyopencl.array as array

            devices = [device for platform in cl.get_platforms() for device in platform.get_devices()]
        except Exception as error:  # installed, but without a platform
            raise LeftOut(f"{type(error).__name__}: {error}") from None
        # Stable: the first GPU, else the first device.
        self.device = min(devices, key=lambda device: not device.type & cl.device_type.GPU)
        self.queue = cl.CommandQueue(cl.Context([self.device]))
        self.array = array
        self.version = cl.VERSION_TEXT
        self.where = Where(self.device.name, self.device.platform.name, self.device.platform.version)

    def prepare(self, task: Task, inputs: list[np.ndarray]) -> Case:
        if task.kind in ("compute", "refusal", "map"):
            raise LeftOut("only transfers")
        host = inputs[0]
        if host.nbytes > self.device.max_mem_alloc_size:
            raise LeftOut("no buffer of this device is so large")
        if task.kind == "upload":
            return self.case(lambda: self.wait(self.to_device(host)))
        if task.kind == "upload_into":
            there = self.array.zeros(self.queue, host.shape, host.dtype)
            return self.case(lambda: (there.set(host), self.wait(there))[1])
        x = self.wait(self.to_device(host))
        match task.kind:
            case "readback":
                return self.case(x.get)
            case "readback_into":
                target = np.zeros_like(host)
                return self.case(lambda: x.get(ary=target))
            case "issue":

                def arrived(begun: tuple[np.ndarray, Any]) -> np.ndarray:
                    begun[1].wait()
                    return begun[0]

                seconds = lambda begun, elapsed: (arrived(begun), elapsed)[1]  # noqa: E731
                return self.case(x.get_async, to_host=arrived, seconds=seconds)
            case "stall":
                reading = partial(stall, partial(asyncio.to_thread, x.get))
                return self.case(reading, to_host=itemgetter(1), seconds=lambda result, _: result[0])
            case "scalar":
                one = self.wait(self.to_device(host[AT : AT + 1].reshape(())))
                return self.case(reads("x.get().item()", x=one), calls=CALLS)
            case "element":
                return self.case(reads(f"x[{AT}].get().item()", x=x), calls=CALLS)
        raise LeftOut("no such thing")

    def case(self, run: Any, **more: Any) -> Case:
        # Its results hang in cycles. Until the next collection each run would fill memory that no process has
        # touched yet, ten times as slow in a virtual machine.
        return Case(run, **{"to_host": self.to_host, **more}, tidy=gc.collect, close=gc.collect)

    def to_device(self, host: np.ndarray) -> Any:
        return self.array.to_device(self.queue, host)

    def wait(self, array: Any) -> Any:
        self.queue.finish()
        return array

    def to_host(self, result: Any) -> Any:
        return result.get() if isinstance(result, self.array.Array) else result
