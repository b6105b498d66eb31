"""The driver's own functions: WGSL's builtins, in a kernel of one line, driven through wgpu-py."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import numpy.typing as npt

from accuracy.functions import Row
from accuracy.references import Function

FEATURES = {"float32": None, "float64": "shader-f64", "float16": "shader-f16"}
TYPES = {"float32": "f32", "float64": "f64", "float16": "f16"}
BACKENDS = {"vulkan": "Vulkan", "metal": "Metal", "dx12": "D3D12"}
LIMITS = ("max-buffer-size", "max-storage-buffer-binding-size")
SHADER = """
{enable}
@group(0) @binding(0) var<storage, read> left: array<{type}>;
@group(0) @binding(1) var<storage, read> right: array<{type}>;
@group(0) @binding(2) var<storage, read_write> out: array<{type}>;

@compute @workgroup_size(128)
fn main(@builtin(global_invocation_id) at: vec3<u32>) {{
    let i = at.y * {row}u + at.x;
    if i < arrayLength(&out) {{
        let x1 = left[i];
        let x2 = right[i];
        let x = x1;
        out[i] = {text};
    }}
}}
"""
WORKGROUPS_IN_A_ROW = 32768


class Builtins:
    """WGSL's functions on one adapter."""

    def __init__(self, backend: str, adapter: str) -> None:
        """Raises LookupError without wgpu-py, or where it does not find the adapter."""
        try:
            import wgpu
            from wgpu.backends.wgpu_native.extras import set_instance_extras
        except ImportError:
            raise LookupError("the package wgpu is not installed") from None
        self.wgpu = wgpu
        # Before the first adapter is asked for; other backends may print, and take their time.
        set_instance_extras(backends=["DX12" if backend == "dx12" else BACKENDS[backend]])
        found = [one for one in wgpu.gpu.enumerate_adapters_sync() if one.info["device"] == adapter]
        if not found:
            raise LookupError(f"wgpu-py finds no adapter {adapter!r}")
        features = [name for name in FEATURES.values() if name in found[0].features]
        self.device = found[0].request_device_sync(
            required_features=features, required_limits={name: found[0].limits[name] for name in LIMITS}
        )
        self.dtypes = [dtype for dtype, name in FEATURES.items() if name is None or name in features]

    def function(self, row: Row, dtype: str) -> Function | None:
        """Nothing where WGSL has no such function of this dtype."""
        pipeline = self.pipeline(row.wgsl, dtype) if row.wgsl and dtype in self.dtypes else None
        return functools.partial(self.run, pipeline) if pipeline else None

    def pipeline(self, text: str, dtype: str) -> Any:
        code = SHADER.format(
            enable="enable f16;" if dtype == "float16" else "",
            type=TYPES[dtype],
            text=text,
            row=128 * WORKGROUPS_IN_A_ROW,
        )
        try:
            module = self.device.create_shader_module(code=code)
            return self.device.create_compute_pipeline(
                layout="auto", compute={"module": module, "entry_point": "main"}
            )
        except self.wgpu.GPUError:
            return None  # naga has few functions of f64

    def run(self, pipeline: Any, *operands: npt.NDArray[Any]) -> npt.NDArray[Any]:
        flags, count = self.wgpu.BufferUsage, operands[0].size
        # Bindings are whole words, and WGSL drops no unused one.
        padded = [np.append(one, np.ones(-count % 4, one.dtype)) for one in (operands[0], operands[-1])]
        usage = flags.STORAGE | flags.COPY_SRC | flags.COPY_DST
        buffers = [self.device.create_buffer_with_data(data=one, usage=usage) for one in padded]
        buffers.append(self.device.create_buffer(size=padded[0].nbytes, usage=usage))
        entries = [{"binding": at, "resource": {"buffer": one}} for at, one in enumerate(buffers)]
        group = self.device.create_bind_group(layout=pipeline.get_bind_group_layout(0), entries=entries)
        workgroups = -(-padded[0].size // 128)
        encoder = self.device.create_command_encoder()
        compute = encoder.begin_compute_pass()
        compute.set_pipeline(pipeline)
        compute.set_bind_group(0, group)
        compute.dispatch_workgroups(
            min(workgroups, WORKGROUPS_IN_A_ROW), -(-workgroups // WORKGROUPS_IN_A_ROW)
        )
        compute.end()
        self.device.queue.submit([encoder.finish()])
        result = np.frombuffer(self.device.queue.read_buffer(buffers[-1]), padded[0].dtype)[:count].copy()
        for one in buffers:
            one.destroy()
        return result
