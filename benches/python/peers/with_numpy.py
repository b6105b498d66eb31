"""NumPy: every operation into a fresh array, as one writes it, or with out= into arrays that exist."""

from __future__ import annotations

import numpy as np
from record import processor
from tasks import Task

from peers import NUMPY, NUMPY_REUSE, Case, LeftOut, Where


class NumPy:
    def __init__(self, *, reuse: bool) -> None:
        self.name = NUMPY_REUSE if reuse else NUMPY
        self.reuse = reuse
        self.version = np.__version__
        self.where = Where(processor(), "host", "")

    def prepare(self, task: Task, inputs: list[np.ndarray]) -> Case:
        if self.reuse:
            if task.reuse is None:
                raise LeftOut("this task has no form with out=")
            scratch = [np.zeros_like(inputs[0]) for _ in range(2)]
            return Case(lambda: task.reuse(*inputs, *scratch))
        if task.kind == "compute":
            return Case(lambda: task.compute(np, np.ndarray.astype, *inputs))
        source = inputs[0]
        if task.kind == "readback_into":
            target = np.zeros_like(source)

            def copy_into() -> np.ndarray:
                np.copyto(target, source)
                return target

            return Case(copy_into)
        return Case(source.copy)
