"""Farshore's other ways: the same task as a recorded pipeline, and as a kernel of the user's."""

from __future__ import annotations

from typing import Any

import numpy as np
from tasks import Task

from peers import CUSTOM, RECORDED, Case, LeftOut
from peers.with_farshore import Farshore


class Recorded(Farshore):
    name = RECORDED

    def prepare(self, task: Task, inputs: list[np.ndarray]) -> Case:
        if task.kind != "compute" or not task.wgsl or task.counted:
            raise LeftOut("there is nothing to record")
        fs, device = self.fs, self.device
        arrays = [fs.asarray(array, device=device) for array in inputs]
        pipeline = fs.pipeline(lambda a, b: task.compute(fs, fs.Array.astype, a, b))

        def compute() -> Any:
            result = pipeline(*arrays)
            device.synchronize()
            return result

        return self.case(compute, "forbid")


class Custom(Farshore):
    name = CUSTOM

    def prepare(self, task: Task, inputs: list[np.ndarray]) -> Case:
        if task.kind != "compute" or not task.wgsl or task.dtype != "float32":
            raise LeftOut("no kernel was written by hand")
        fs, device = self.fs, self.device
        arrays = [fs.asarray(array, device=device) for array in inputs]
        # The body of the kernel by hand, for one lane.
        kernel = fs.ElementwiseKernel(
            "float32 a, float32 b", "float32 y", task.wgsl.replace("return", "y ="), task.op
        )

        def compute() -> Any:
            result = kernel(*arrays)
            fs.evaluate(result)
            device.synchronize()
            return result

        return self.case(compute, "forbid")
