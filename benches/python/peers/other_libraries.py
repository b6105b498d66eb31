"""CuPy, PyTorch, JAX and MLX, where they are installed: each in the few words in which they differ."""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

import numpy as np
from tasks import Task

from peers import Case, LeftOut, Where

MODULES = {"cupy": "cupy", "torch": "torch", "jax": "jax.numpy", "mlx": "mlx.core"}


def installed() -> list[str]:
    return [name for name in MODULES if importlib.util.find_spec(name) is not None]


class Other:
    def __init__(self, name: str) -> None:
        self.name = name
        try:
            self.xp = importlib.import_module(MODULES[name])
            device = self._device()
        except Exception as error:  # installed but unusable, as CuPy is without a GPU of NVIDIA
            raise LeftOut(f"{type(error).__name__}: {error}") from None
        self.version = getattr(importlib.import_module(name), "__version__", "")
        self.where = Where(device, name, "")

    def _device(self) -> str:
        match self.name:
            case "cupy":
                return self.xp.cuda.runtime.getDeviceProperties(0)["name"].decode()
            case "torch" if self.xp.cuda.is_available():
                return self.xp.cuda.get_device_name()
            case "torch":
                return "mps" if self.xp.backends.mps.is_available() else "cpu"
            case "jax":
                return importlib.import_module("jax").devices()[0].device_kind
        return str(self.xp.default_device())

    def prepare(self, task: Task, inputs: list[np.ndarray]) -> Case:
        if task.kind == "upload":
            return Case(lambda: self.wait(self.to_device(inputs[0])), self.to_host)
        arrays = [self.wait(self.to_device(array)) for array in inputs]
        if task.kind == "readback":
            return Case(lambda: self.to_host(arrays[0]))
        if task.kind == "readback_into":
            target = np.zeros_like(inputs[0])

            def read_into() -> np.ndarray:
                np.copyto(target, self.to_host(arrays[0]))
                return target

            return Case(read_into)
        compute = self.compiled(lambda a, b: task.compute(self.xp, self.cast, a, b))
        return Case(lambda: self.wait(compute(*arrays)), self.to_host)

    def compiled(self, function: Any) -> Any:
        """Compiled where that is the library's usual way."""
        match self.name:
            case "jax":
                return importlib.import_module("jax").jit(function)
            case "mlx":
                return self.xp.compile(function)
        return function

    def to_device(self, array: np.ndarray) -> Any:
        if self.name != "torch":
            return self.xp.array(array)
        device = "cuda" if self.xp.cuda.is_available() else self.where.adapter
        return self.xp.tensor(array, device=device)

    def to_host(self, array: Any) -> np.ndarray:
        match self.name:
            case "cupy":
                return self.xp.asnumpy(array)
            case "torch":
                return np.array(array.cpu().numpy())
        return np.array(array)

    def cast(self, array: Any, dtype: str) -> Any:
        dtype = getattr(self.xp, dtype)
        return array.to(dtype) if self.name == "torch" else array.astype(dtype)

    def wait(self, array: Any) -> Any:
        match self.name:
            case "cupy":
                self.xp.cuda.get_current_stream().synchronize()
            case "torch" if array.is_cuda:
                self.xp.cuda.synchronize()
            case "torch" if array.device.type == "mps":
                self.xp.mps.synchronize()
            case "jax":
                array.block_until_ready()
            case "mlx":
                self.xp.eval(array)
        return array
