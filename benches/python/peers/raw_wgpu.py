"""The same kernel by hand: one WGSL text, fused, four lanes wide, driven through wgpu-py. Hard to beat.

Everything is made once: buffers, pipeline, bind group. A run encodes one dispatch, submits it and waits.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from tasks import Task

from peers import RAW, Case, LeftOut, Where

BACKENDS = {"vulkan": "Vulkan", "metal": "Metal", "dx12": "D3D12"}
WORKGROUP = 128
"""One block of four lanes for each invocation: the fastest of the twelve schedules tried on lavapipe."""
WORKGROUPS_IN_A_ROW = 32768

SHADER = """
@group(0) @binding(0) var<storage, read> left: array<{block}>;
@group(0) @binding(1) var<storage, read> right: array<{block}>;
@group(0) @binding(2) var<storage, read_write> out: array<{block}>;

fn compute(a: vec4<f32>, b: vec4<f32>) -> vec4<f32> {{ {body} }}

@compute @workgroup_size({workgroup})
fn main(@builtin(global_invocation_id) at: vec3<u32>) {{
    let block = at.y * {row}u + at.x;
    if block < arrayLength(&out) {{
        let a = left[block];
        let b = right[block];
        let y = compute({a}, {b});
        out[block] = {y};
    }}
}}
"""

# How a block of four elements lies in memory, how it is read and how it is written.
BLOCKS = {
    "float32": ("vec4<f32>", "{x}", "y"),
    "uint8": ("u32", "vec4<f32>(unpack4xU8({x}))", "pack4xU8(vec4<u32>(y))"),
    "float16": (
        "vec2<u32>",
        "vec4<f32>(unpack2x16float({x}.x), unpack2x16float({x}.y))",
        "vec2<u32>(pack2x16float(y.xy), pack2x16float(y.zw))",
    ),
}


class RawWgpu:
    name = RAW

    def __init__(self, like: Where | None = None) -> None:
        """On the adapter that `like` names; without one, on the first of Vulkan."""
        self.wgpu, self.device, self.where = open_wgpu(like)
        self.version = self.wgpu.__version__

    def prepare(self, task: Task, inputs: list[np.ndarray]) -> Case:
        if task.kind not in ("compute", "upload", "readback", "readback_into"):
            raise LeftOut("nothing is gained by hand")
        if task.kind == "compute" and not task.wgsl:
            raise LeftOut("no kernel was written by hand")
        flags = self.wgpu.BufferUsage
        queue, nbytes = self.device.queue, inputs[0].nbytes
        usage = flags.STORAGE | flags.COPY_SRC | flags.COPY_DST
        buffers = [self.device.create_buffer(size=nbytes, usage=usage) for _ in inputs]
        staging = self.device.create_buffer(size=nbytes, usage=flags.COPY_DST | flags.MAP_READ)

        def read(buffer: Any, target: np.ndarray) -> np.ndarray:
            encoder = self.device.create_command_encoder()
            encoder.copy_buffer_to_buffer(buffer, 0, staging, 0, nbytes)
            queue.submit([encoder.finish()])
            staging.map_sync("READ")
            np.copyto(target, np.frombuffer(staging.read_mapped(copy=False), target.dtype))
            staging.unmap()
            return target

        def upload() -> Any:
            for buffer, array in zip(buffers, inputs, strict=True):
                queue.write_buffer(buffer, 0, array)
            queue.submit([])
            self.wait()
            return buffers[0]

        everything = [*buffers, staging]
        if task.kind == "compute":
            out = self.device.create_buffer(size=nbytes, usage=usage)
            everything.append(out)
            upload()
            run = self.dispatch(task, [*buffers, out])
        elif task.kind == "upload":
            run = upload
        else:
            upload()
            target = np.zeros_like(inputs[0])
            fresh = task.kind == "readback"
            run = lambda: read(buffers[0], np.empty_like(inputs[0]) if fresh else target)  # noqa: E731

        def to_host(result: Any) -> np.ndarray:
            if isinstance(result, np.ndarray):
                return result
            return read(result, np.empty_like(inputs[0]))

        def close() -> None:
            for buffer in everything:
                buffer.destroy()

        return Case(run, to_host, close=close)

    def dispatch(self, task: Task, buffers: list[Any]) -> Any:
        block, load, store = BLOCKS[task.dtype]
        code = SHADER.format(
            block=block,
            body=task.wgsl,
            workgroup=WORKGROUP,
            row=WORKGROUP * WORKGROUPS_IN_A_ROW,
            a=load.format(x="a"),
            b=load.format(x="b"),
            y=store,
        )
        module = self.device.create_shader_module(code=code)
        pipeline = self.device.create_compute_pipeline(
            layout="auto", compute={"module": module, "entry_point": "main"}
        )
        bind_group = self.device.create_bind_group(
            layout=pipeline.get_bind_group_layout(0),
            entries=[
                {"binding": binding, "resource": {"buffer": buffer}} for binding, buffer in enumerate(buffers)
            ],
        )
        itemsize = np.dtype(task.dtype).itemsize
        blocks = buffers[-1].size // (4 * itemsize)
        groups = -(-blocks // WORKGROUP)
        columns = min(groups, WORKGROUPS_IN_A_ROW)
        rows = -(-groups // columns)

        def run() -> Any:
            encoder = self.device.create_command_encoder()
            compute_pass = encoder.begin_compute_pass()
            compute_pass.set_pipeline(pipeline)
            compute_pass.set_bind_group(0, bind_group)
            compute_pass.dispatch_workgroups(columns, rows)
            compute_pass.end()
            self.device.queue.submit([encoder.finish()])
            self.wait()
            return buffers[-1]

        return run

    def wait(self) -> None:
        # The public on_submitted_work_done_sync raises TypeError in wgpu-py 0.32.
        self.device._poll_wait()


@cache
def open_wgpu(like: Where | None) -> tuple[Any, Any, Where]:
    """The module, one device for all that ask, and what it runs on."""
    try:
        import wgpu
        from wgpu.backends.wgpu_native.extras import set_instance_extras
    except ImportError:
        raise LeftOut("the package wgpu is not installed (`make bench` installs it)") from None
    backend = like.backend if like else "vulkan"
    # Before the first adapter is asked for; other backends may print, and take their time.
    set_instance_extras(backends=["DX12" if backend == "dx12" else BACKENDS[backend]])
    adapter = _find(wgpu, backend, like and like.adapter)
    info = adapter.info
    wanted = ("max-buffer-size", "max-storage-buffer-binding-size")
    device = adapter.request_device_sync(required_limits={name: adapter.limits[name] for name in wanted})
    return wgpu, device, Where(info["device"], backend, info["description"])


def _find(wgpu: Any, backend: str, name: str | None) -> Any:
    adapters = [
        adapter
        for adapter in wgpu.gpu.enumerate_adapters_sync()
        if adapter.info["backend_type"] == BACKENDS[backend]
    ]
    same = [adapter for adapter in adapters if name is None or adapter.info["device"] == name]
    if not same:
        raise LeftOut(f"wgpu-py finds no adapter {name or backend!r}")
    return same[0]
