"""What an eager library does through wgpu-py: a kernel, a new buffer and a bind group each time."""

from __future__ import annotations

from typing import Any

import numpy as np
from tasks import Task

from peers import EAGER, Case, LeftOut, Where
from peers.raw_wgpu import open_wgpu

WORKGROUP = 64
ROUNDS = 50

SHADER = """
@group(0) @binding(0) var<storage, read> left: array<f32>;
@group(0) @binding(1) var<storage, read> right: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

@compute @workgroup_size({workgroup})
fn main(@builtin(global_invocation_id) at: vec3<u32>) {{
    if at.x < arrayLength(&out) {{
        out[at.x] = left[at.x] {operator} right[at.x];
    }}
}}
"""


class EagerWgpu:
    name = EAGER

    def __init__(self, like: Where | None = None) -> None:
        self.wgpu, self.device, self.where = open_wgpu(like)
        self.version = self.wgpu.__version__

    def prepare(self, task: Task, inputs: list[np.ndarray]) -> Case:
        if task.op != "hundred":
            raise LeftOut("it is there for many small operations alone")
        a, b = (self.uploaded(array) for array in inputs)
        factor = self.uploaded(np.full_like(inputs[0], 0.875))
        multiply, add = self.pipeline("*"), self.pipeline("+")
        groups = -(-len(inputs[0]) // WORKGROUP)

        def apply(pipeline: Any, left: Any, right: Any) -> Any:
            out = self.buffer(left.size)
            entries = [
                {"binding": binding, "resource": {"buffer": buffer}}
                for binding, buffer in enumerate((left, right, out))
            ]
            group = self.device.create_bind_group(layout=pipeline.get_bind_group_layout(0), entries=entries)
            encoder = self.device.create_command_encoder()
            compute_pass = encoder.begin_compute_pass()
            compute_pass.set_pipeline(pipeline)
            compute_pass.set_bind_group(0, group)
            compute_pass.dispatch_workgroups(groups)
            compute_pass.end()
            self.device.queue.submit([encoder.finish()])
            return out

        def compute() -> Any:
            x = a
            for _ in range(ROUNDS):
                x = apply(add, apply(multiply, x, factor), b)
            # The public on_submitted_work_done_sync raises TypeError in wgpu-py 0.32.
            self.device._poll_wait()
            return x

        def to_host(result: Any) -> np.ndarray:
            return np.frombuffer(self.device.queue.read_buffer(result), inputs[0].dtype)

        return Case(compute, to_host)

    def pipeline(self, operator: str) -> Any:
        code = SHADER.format(workgroup=WORKGROUP, operator=operator)
        module = self.device.create_shader_module(code=code)
        return self.device.create_compute_pipeline(
            layout="auto", compute={"module": module, "entry_point": "main"}
        )

    def buffer(self, nbytes: int) -> Any:
        flags = self.wgpu.BufferUsage
        return self.device.create_buffer(size=nbytes, usage=flags.STORAGE | flags.COPY_SRC | flags.COPY_DST)

    def uploaded(self, array: np.ndarray) -> Any:
        buffer = self.buffer(array.nbytes)
        self.device.queue.write_buffer(buffer, 0, array)
        return buffer
