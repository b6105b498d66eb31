"""CuPy, PyTorch, JAX and MLX, where they are installed: each in the few words in which they differ."""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

import numpy as np
from small import reads, refusals
from tasks import AT, CALLS, Task

from peers import PINNED, PYOPENCL, Case, LeftOut, Where

MODULES = {"cupy": "cupy", "torch": "torch", "jax": "jax.numpy", "mlx": "mlx.core"}


def installed() -> list[str]:
    """Peers that take part only where their package is there; nobody is told that they are missing."""
    package = {PYOPENCL: "pyopencl", **{name: name for name in MODULES}, PINNED: "cupy"}
    return [name for name in package if importlib.util.find_spec(package[name]) is not None]


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
        if task.kind == "compute":
            if task.words and self.name in ("torch", "mlx"):
                raise LeftOut("it has other words")
            if self.name == "jax" and (task.counted or task.gives == "int64"):
                raise LeftOut("compiled, it needs the length of the result; it has no int64 unless told so")
            arrays = [self.wait(self.to_device(array)) for array in inputs]
            compute = self.compiled(lambda a, b: task.compute(self.xp, self.cast, a, b))
            return self.case(lambda: self.wait(compute(*arrays)))
        host = inputs[0]
        if task.kind == "upload":
            return self.case(lambda: self.wait(self.to_device(host)))
        x = self.wait(self.to_device(host))
        match task.kind:
            case "upload_into":
                return self.case(self.setter(self.wait(self.to_device(np.zeros_like(host))), host))
            case "readback":
                return self.case(lambda: self.to_host(x))
            case "readback_into":
                return self.case(self.reader(x, np.zeros_like(host)))
            case "refusal" if self.refuses():
                return self.case(refusals(x, task.depth), CALLS)
            case "scalar" if self.name != "jax":  # which keeps what it has read once
                one = self.to_device(host[AT : AT + 1].reshape(()))
                return self.case(reads("float(x)", x=self.wait(one)), CALLS)
            case "element":
                return self.case(reads(f"x[{AT}].item()", x=x), CALLS)
        raise LeftOut("no such thing")

    def case(self, run: Any, calls: int = 1) -> Case:
        return Case(run, self.to_host, calls=calls, close=self.free)

    def free(self) -> None:
        """Gives back what the library keeps for later: the next peer may need it."""
        match self.name:
            case "cupy":
                self.xp.get_default_memory_pool().free_all_blocks()
            case "torch" if self.xp.cuda.is_available():
                self.xp.cuda.empty_cache()

    def refuses(self) -> bool:
        return self.name == "cupy" or (self.name == "torch" and self.xp.cuda.is_available())

    def setter(self, x: Any, host: np.ndarray) -> Any:
        """Copies `host` into the memory of `x`."""
        match self.name:
            case "cupy":
                return lambda: (x.set(host), self.wait(x))[1]
            case "torch":
                return lambda: self.wait(x.copy_(self.xp.from_numpy(host)))
        raise LeftOut("its arrays never change")

    def reader(self, x: Any, target: np.ndarray) -> Any:
        """Copies `x` into `target`, without new memory where the library can."""
        match self.name:
            case "cupy":
                return lambda: x.get(out=target)
            case "torch":
                there = self.xp.from_numpy(target)
                return lambda: (self.wait(there.copy_(x)), target)[1]
        return lambda: (np.copyto(target, self.to_host(x)), target)[1]

    def compiled(self, function: Any) -> Any:
        """Compiled where that is the library's usual way."""
        match self.name:
            case "jax":
                return importlib.import_module("jax").jit(function)
            case "mlx":
                return self.xp.compile(function)
        return function

    def to_device(self, array: np.ndarray) -> Any:
        match self.name:
            case "cupy":
                return self.xp.asarray(array)
            case "torch" if self.xp.cuda.is_available():
                return self.xp.from_numpy(array).to("cuda")
            case "torch":
                return self.xp.tensor(array, device=self.where.adapter)
        return self.xp.array(array)

    def to_host(self, array: Any) -> Any:
        """In new memory. What is no array of the library is given back."""
        if isinstance(array, int | float | np.ndarray):
            return array
        match self.name:
            case "cupy":
                return array.get()
            case "torch" if array.device.type == "cpu":
                return array.numpy().copy()
            case "torch":
                return array.cpu().numpy()
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
