"""Frames of 1920x1080 RGB through a recorded pipeline and back: as a stream, and one after another.

python benches/python/streams.py [--frames N] [--save]

Two sources: frames that lie in memory, which cost the host nothing but the copies; and a camera's JPEGs,
which Pillow decodes. Both ways give the same bytes, which is checked; rounds alternate.
"""

from __future__ import annotations

import argparse
import io
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import report
from peers.with_farshore import Farshore
from record import ROOT, environment
from run import RESULTS, facts, write

HEIGHT, WIDTH = 1080, 1920
DIFFERENT = 8
ROUNDS = 3
MADE = ("buffers", "bind_groups", "pipelines")

Frames = Callable[[int], Iterator[np.ndarray]]


def develop(fs: Any, frame: Any) -> Any:
    """Six operations between two conversions: exposure, Reinhard's curve, and a root for gamma."""
    light = fs.astype(frame, fs.float32) * (1.5 / 255)
    return fs.astype(fs.minimum(fs.sqrt(light / (light + 0.8)) * 300, 255), fs.uint8)


def sources() -> dict[str, Frames]:
    from PIL import Image

    # A picture of gradients and noise, which compresses as a photograph does.
    rng = np.random.default_rng(0)
    across, down = np.linspace(0, 200, WIDTH), np.linspace(0, 50, HEIGHT)[:, None]
    pictures = []
    for number in range(DIFFERENT):
        noise = rng.normal(0, 3, (HEIGHT, WIDTH, 3))
        picture = np.roll(across, 40 * number)[:, None] + down[..., None] + noise
        pictures.append(np.clip(picture, 0, 255).astype(np.uint8))
    files = []
    for picture in pictures:
        Image.fromarray(picture).save(file := io.BytesIO(), "JPEG", quality=85)
        files.append(file.getvalue())

    def in_memory(count: int) -> Iterator[np.ndarray]:
        return (pictures[number % DIFFERENT] for number in range(count))

    def decoded(count: int) -> Iterator[np.ndarray]:
        return (np.asarray(Image.open(io.BytesIO(files[number % DIFFERENT]))) for number in range(count))

    return {"in memory": in_memory, "JPEGs, decoded by Pillow": decoded}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=200)
    parser.add_argument(
        "--save", action="store_true", help="write benches/results/<date>-<adapter>-streams.*"
    )
    options = parser.parse_args()
    farshore = Farshore()
    fs, device = farshore.fs, farshore.device
    pipeline = fs.pipeline(lambda frame: develop(fs, frame))
    run = environment({farshore.name: farshore.version})
    run["wheel"] = None
    lines = facts(run, [farshore])
    print("\n".join(lines), end="\n\n")
    rows = [measure(fs, device, pipeline, name, frames, options.frames) for name, frames in sources().items()]
    table = markdown(rows, options.frames)
    print(table)
    if options.save:
        place = report.path(RESULTS, str(run["date"]), farshore.where.adapter, "-streams")
        write(place.with_name(place.name + ".json"), {"run": run, "records": rows})
        page = place.with_name(place.name + ".md")
        page.write_text("\n".join(["# Streams of frames", "", *(f"- {line}" for line in lines), "", table]))
        print(f"saved: {page.relative_to(ROOT)} and .json")
    return int(any(row["created"] for row in rows))


def measure(fs: Any, device: Any, pipeline: Any, name: str, frames: Frames, count: int) -> dict[str, Any]:
    def one_by_one() -> Iterator[np.ndarray]:
        return (pipeline(fs.asarray(frame)).to_numpy() for frame in frames(count))

    def stream() -> Iterator[np.ndarray]:
        return iter(pipeline.stream(frames(count)))

    for one, other in zip(one_by_one(), stream(), strict=True):
        np.testing.assert_array_equal(one, other)
    before = device.counters()
    times: dict[str, list[float]] = {"one by one": [], "stream": []}
    peaks = []
    for _ in range(ROUNDS):
        for way, results in (("one by one", one_by_one), ("stream", stream)):
            device.reset_peak()
            start = time.perf_counter()
            for _ in results():
                pass
            times[way].append((time.perf_counter() - start) / count * 1e3)
            peaks.append(device.memory()["peak"])
    after = device.counters()
    with fs.transfers(all_threads=True) as log:
        for _ in stream():
            pass
    nbytes = count * HEIGHT * WIDTH * 3
    assert (log.bytes_to_device, log.bytes_to_host, len(log)) == (nbytes, nbytes, 2 * count)
    return {
        "source": name,
        "frames": count,
        "rounds": ROUNDS,
        "source_ms": statistics.median(source_alone(frames) for _ in range(ROUNDS)),
        "one_by_one_ms": statistics.median(times["one by one"]),
        "stream_ms": statistics.median(times["stream"]),
        "peak_bytes": max(peaks),
        "created": {made: after[made] - before[made] for made in MADE if after[made] > before[made]},
    }


def source_alone(frames: Frames) -> float:
    """Milliseconds that a frame of the source takes."""
    start = time.perf_counter()
    for _ in frames(20):
        pass
    return (time.perf_counter() - start) / 20 * 1e3


def markdown(rows: list[dict[str, Any]], count: int) -> str:
    lines = [
        f"{count} frames of {WIDTH}x{HEIGHT} RGB, uint8; milliseconds for each, medians of {ROUNDS} rounds.",
        "",
        "| frames | the source alone | one by one | stream | faster | device memory at most | made |",
        "|---|--:|--:|--:|--:|--:|---|",
    ]
    for row in rows:
        faster = row["one_by_one_ms"] / row["stream_ms"]
        numbers = (row["source_ms"], row["one_by_one_ms"], row["stream_ms"])
        cells = [f"{number:.1f}" for number in numbers] + [
            f"{faster:.2f}x",
            f"{row['peak_bytes'] / 1e6:.0f} MB",
        ]
        lines.append(f"| {row['source']} | {' | '.join(cells)} | {row['created'] or 'nothing'} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.exit(main())
