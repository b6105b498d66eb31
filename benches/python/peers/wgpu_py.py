"""wgpu-py in its own words: `queue.read_buffer` and `queue.write_buffer`, without staging of one's own."""

from __future__ import annotations

from typing import Any

import numpy as np
from small import reads
from tasks import AT, CALLS, Task

from peers import WGPU_PY, Case, LeftOut, Where
from peers.raw_wgpu import open_wgpu


class WgpuPy:
    name = WGPU_PY

    def __init__(self, like: Where | None = None) -> None:
        self.wgpu, self.device, self.where = open_wgpu(like)
        self.version = self.wgpu.__version__

    def prepare(self, task: Task, inputs: list[np.ndarray]) -> Case:
        queue, host = self.device.queue, inputs[0]
        if host.nbytes > self.device.limits["max-buffer-size"]:
            raise LeftOut("no buffer of this device is so large")

        def write(buffer: Any) -> Any:
            queue.write_buffer(buffer, 0, host)
            queue.submit([])
            # The public on_submitted_work_done_sync raises TypeError in wgpu-py 0.32.
            self.device._poll_wait()
            return buffer

        def read(buffer: Any) -> np.ndarray:
            return np.frombuffer(queue.read_buffer(buffer), host.dtype)

        if task.kind == "upload":
            return Case(lambda: write(self.buffer(host)), read)
        buffer = self.buffer(host)
        if task.kind == "upload_into":
            return Case(lambda: write(buffer), read, close=buffer.destroy)
        write(buffer)
        match task.kind:
            case "readback":
                return Case(lambda: read(buffer), close=buffer.destroy)
            case "readback_into":
                target = np.zeros_like(host)

                def read_into() -> np.ndarray:
                    np.copyto(target, read(buffer))
                    return target

                return Case(read_into, close=buffer.destroy)
            case "scalar" | "element":
                read_one = f"queue.read_buffer(buffer, {AT * host.itemsize}, {host.itemsize}).cast('f')[0]"
                return Case(reads(read_one, queue=queue, buffer=buffer), calls=CALLS, close=buffer.destroy)
        raise LeftOut("wgpu-py has no arrays")

    def buffer(self, like: np.ndarray) -> Any:
        flags = self.wgpu.BufferUsage
        return self.device.create_buffer(
            size=like.nbytes, usage=flags.STORAGE | flags.COPY_SRC | flags.COPY_DST
        )
