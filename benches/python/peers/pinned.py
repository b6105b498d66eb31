"""The link itself: cudaMemcpy between pinned host memory and device memory that both exist, through CuPy."""

from __future__ import annotations

import numpy as np
from tasks import Task

from peers import PINNED, Case, LeftOut, Where


class Pinned:
    name = PINNED

    def __init__(self) -> None:
        try:
            import cupy
            import cupyx

            name = cupy.cuda.runtime.getDeviceProperties(0)["name"].decode()
        except Exception as error:  # installed, but without a GPU of NVIDIA
            raise LeftOut(f"{type(error).__name__}: {error}") from None
        self.cupy, self.cupyx = cupy, cupyx
        self.version = cupy.__version__
        self.where = Where(name, "cuda", str(cupy.cuda.runtime.driverGetVersion()))

    def prepare(self, task: Task, inputs: list[np.ndarray]) -> Case:
        runtime, host = self.cupy.cuda.runtime, inputs[0]
        up = task.kind in ("upload", "upload_into")
        if not up and task.kind not in ("readback", "readback_into"):
            raise LeftOut("only transfers")
        device = self.cupy.zeros(host.shape, host.dtype) if up else self.cupy.asarray(host)
        pinned = self.cupyx.empty_pinned(host.shape, host.dtype)
        np.copyto(pinned, host if up else 0)
        ends = (device.data.ptr, pinned.ctypes.data) if up else (pinned.ctypes.data, device.data.ptr)
        kind = runtime.memcpyHostToDevice if up else runtime.memcpyDeviceToHost

        def copy() -> object:
            runtime.memcpy(*ends, host.nbytes, kind)
            runtime.deviceSynchronize()
            return device if up else pinned

        return Case(copy, lambda result: result.get() if up else np.array(result), close=self.free)

    def free(self) -> None:
        self.cupy.get_default_memory_pool().free_all_blocks()
        self.cupy.get_default_pinned_memory_pool().free_all_blocks()
