"""Two substances react and spread: ten thousand steps of Gray and Scott's model, fifty in each run.

`python examples/reaction.py [STEPS]` writes five moments as `examples/output/reaction-python.png`.
"""

import sys
import time
from pathlib import Path

import farshore as fs
import numpy as np
from PIL import Image

HERE = Path(__file__).parent
SIZE, STEPS_PER_RUN, MOMENTS = 256, 50, 5
react = fs.RawKernel((HERE / "reaction.wgsl").read_text(), "react")


@fs.pipeline
def fifty_steps(state):
    for _ in range(STEPS_PER_RUN):
        after = fs.empty(state.shape, dtype=fs.float32)
        react((1, SIZE), (state, after, SIZE // 4, SIZE))
        state = after
    return state


def begin():
    state = np.stack([np.ones((SIZE, SIZE)), np.zeros((SIZE, SIZE))]).astype(np.float32)
    for spot in range(6):
        y, x = (int(spot * ratio % 1 * (SIZE - 12)) for ratio in (0.754877666, 0.569840291))
        state[:, y : y + 12, x : x + 12] = [[[0.5]], [[0.25]]]
    return state


runs = -(-int(sys.argv[1] if sys.argv[1:] else 10_000) // STEPS_PER_RUN)
film = fs.full((SIZE + 16, MOMENTS * (SIZE + 8) + 8, 3), 255, dtype=fs.uint8)
with fs.transfers() as ledger:
    paper, ink = fs.asarray([250.0, 244.0, 230.0]), fs.asarray([18.0, 40.0, 76.0])
    state, done, began = fs.asarray(begin()), 0, time.perf_counter()
    for moment in range(MOMENTS):
        for _ in range(done, done := runs * (moment + 1) ** 2 // MOMENTS**2):
            state = fifty_steps(state)
        left, much = 8 + moment * (SIZE + 8), fs.minimum(state[1, ..., None] / 0.4, 1)
        film[8:-8, left : left + SIZE] = fs.astype(paper + much * (ink - paper) + 0.5, fs.uint8)
    low, high = float(fs.min(state)), float(fs.max(state))
    each = (time.perf_counter() - began) / (runs * STEPS_PER_RUN)
    (HERE / "output").mkdir(exist_ok=True)
    Image.fromarray(film.to_numpy()).save(HERE / "output" / "reaction-python.png")
with fs.profile() as profile:
    for _ in range(10):
        state = fifty_steps(state)
    fs.evaluate(state)

print(f"{runs * STEPS_PER_RUN} steps, {each * 1e6:.0f} µs each; all between {low:.4f} and {high:.4f}")
print(f"\n{ledger}\n\nA profile of 500 steps more:\n{profile}")
print("\nFive moments: examples/output/reaction-python.png")
