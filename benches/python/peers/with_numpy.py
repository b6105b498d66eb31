"""NumPy: every operation into a fresh array, as one writes it, or with out= into arrays that exist."""

from __future__ import annotations

import asyncio
from functools import partial
from operator import itemgetter

import numpy as np
from record import processor
from small import reads
from tasks import AT, CALLS, Task
from waiting import stall

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

        def copy_into(target: np.ndarray) -> np.ndarray:
            np.copyto(target, source)
            return target

        match task.kind:
            case "upload":
                return Case(lambda: copy_into(np.empty_like(source)))
            case "readback":
                return Case(source.copy)
            case "upload_into" | "readback_into":
                target = np.zeros_like(source)
                return Case(lambda: copy_into(target))
            case "stall":
                copying = partial(asyncio.to_thread, source.copy)
                return Case(partial(stall, copying), itemgetter(1), seconds=lambda result, _: result[0])
            case "scalar":
                return Case(reads("float(x)", x=source[AT : AT + 1].reshape(())), calls=CALLS)
            case "element":
                return Case(reads(f"float(x[{AT}])", x=source), calls=CALLS)
        raise LeftOut("NumPy has nothing like it")
