"""A photograph goes to the device, is developed by one kernel, refuses to come back, and comes when asked."""

from __future__ import annotations

import os
import statistics
import textwrap
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import farshore as fs
import numpy as np
from PIL import Image, ImageDraw, ImageFont
from skimage import data

OUTPUT = Path(__file__).parent / "output" / "photograph.png"
EXPOSURE = 0.25  # stops: each doubles the light
CONTRAST = 1.2  # how many stops one stop becomes
VIGNETTE = 1.8  # stops lost where an edge is nearest; a corner loses twice as many
GAMMA = 2.2  # what a picture's numbers were raised to, to become light
GREY = np.log(0.18)  # the light that contrast leaves as it is
ROUNDS = 7
WIDTH = 98


def develop(xp: Any, photo: Any, down: Any, across: Any) -> Any:
    """The photograph with exposure, vignette, contrast and gamma, for NumPy and Farshore alike.

    down, across: the stops lost in each row (height, 1, 1) and in each column (1, width, 1).
    """
    light = xp.log(xp.maximum(photo.astype(np.float32), 1) / 255) * GAMMA
    light = light + EXPOSURE * float(np.log(2)) - down - across
    light = (light - float(GREY)) * CONTRAST + float(GREY)
    value = xp.exp(light / GAMMA) * 255
    return (xp.minimum(value, 255) + 0.5).astype(np.uint8)


def falloff(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """A vignette as two small vectors: nothing of the picture's size is made on the host."""
    edge = VIGNETTE * np.log(2)
    down = edge * np.linspace(-1, 1, height, dtype=np.float32) ** 2
    across = edge * np.linspace(-1, 1, width, dtype=np.float32) ** 2
    return down.astype(np.float32).reshape(-1, 1, 1), across.astype(np.float32).reshape(1, -1, 1)


def main() -> None:
    picture = data.astronaut()
    vectors = falloff(*picture.shape[:2])
    device, warning = open_device()

    print("\nA photograph there and back\n")
    fact("photograph", f"Eileen Collins, NASA; {shape(picture)} {picture.dtype}, from scikit-image")
    fact("device", f"{device.id}, {device.name}, {device.kind}")
    if warning:
        fact("warning", warning)

    with fs.transfers() as log:
        step(1, "To the device: asarray says so.")
        photo = fs.asarray(picture)
        down, across = (fs.asarray(vector) for vector in vectors)
        code("photo = fs.asarray(picture)", repr(photo))

        step(2, f"Exposure +{EXPOSURE}, vignette, contrast {CONTRAST}, gamma {GAMMA}: recorded, not run.")
        developed = develop(fs, photo, down, across)
        code("developed = develop(fs, photo, down, across)", repr(developed))

        step(3, "Run: everything in one kernel, down to the rounding to uint8.")
        before = device.counters()["dispatches"]
        fs.evaluate(developed)
        fs.synchronize()
        dispatches = device.counters()["dispatches"] - before
        code(
            "fs.evaluate(developed); fs.synchronize()",
            repr(developed),
            f"{dispatches} dispatch",
        )

        step(4, "Back by accident? No.")
        try:
            np.asarray(developed)
        except fs.ImplicitTransferError as error:
            code("np.asarray(developed)", f"{type(error).__name__}: {error}")

        step(5, "Back because the words say so.")
        result = np.asarray(developed, copy=True)
        found = f"{shape(result)} {result.dtype}, {compare(result, picture)}"
        code("result = np.asarray(developed, copy=True)", found)

    step(6, "The ledger: what crossed, and which line asked for it.")
    print(textwrap.indent(str(log), "     "))

    step(7, f"Time: the median of {ROUNDS}, after a first run that compiles.")
    print(f"     {'':18}{'to device':>12}{'kernel':>12}{'to host':>12}{'NumPy':>12}")
    for size in (1, 4):
        print(f"     {timing(np.tile(picture, (size, size, 1)), device)}")
    print("     NumPy: the same expression on the host, where it needs no transfer.")

    write(picture, result)
    print(f"\nBefore and after: {os.path.relpath(OUTPUT)}\n")


def open_device() -> tuple[fs.Device, str | None]:
    """The default device, and what the library has to say about it."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", fs.SoftwareDeviceWarning)
        device = fs.default_device()
    return device, str(caught[0].message) if caught else None


def compare(result: np.ndarray, picture: np.ndarray) -> str:
    """Fails unless NumPy gives the same picture, but for rounding."""
    expected = develop(np, picture, *falloff(*picture.shape[:2]))
    difference = np.abs(result.astype(int) - expected)
    if difference.max() > 1:
        raise SystemExit(f"NumPy's result differs by {difference.max()} levels")
    if not difference.any():
        return "every value as NumPy computes it"
    count = np.count_nonzero(difference)
    return f"as NumPy computes it but for one level in {count} of {result.size:,} values"


def timing(picture: np.ndarray, device: fs.Device) -> str:
    vectors = falloff(*picture.shape[:2])
    photo, *on_device = (fs.asarray(array) for array in (picture, *vectors))

    def kernel() -> fs.Array:
        result = develop(fs, photo, *on_device)
        fs.evaluate(result)
        device.synchronize()
        return result

    developed = kernel()
    compare(developed.to_numpy(), picture)
    calls: list[Callable[[], object]] = [
        lambda: (fs.asarray(picture), device.synchronize()),
        kernel,
        developed.to_numpy,
        lambda: develop(np, picture, *vectors),
    ]
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(ROUNDS):
        for call, seconds in zip(calls, times, strict=True):
            start = time.perf_counter()
            call()
            seconds.append(time.perf_counter() - start)
    cells = "".join(f"{statistics.median(seconds) * 1e3:>9.2f} ms" for seconds in times)
    return f"{shape(picture):18}{cells}"


def write(before: np.ndarray, after: np.ndarray) -> None:
    """Both pictures side by side, each with its name below."""
    height, width = before.shape[:2]
    margin, caption = 20, 44
    sheet = Image.new("RGB", (2 * width + 3 * margin, height + margin + caption), "white")
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(size=20)
    for at, (pixels, name) in enumerate(((before, "before"), (after, "after"))):
        left = margin + at * (width + margin)
        sheet.paste(Image.fromarray(pixels), (left, margin))
        draw.text((left + width / 2, margin + height + caption / 2), name, "black", font, anchor="mm")
    OUTPUT.parent.mkdir(exist_ok=True)
    sheet.save(OUTPUT)


def shape(array: np.ndarray) -> str:
    return " × ".join(map(str, array.shape))


def fact(name: str, value: str) -> None:
    print(textwrap.fill(value, WIDTH, initial_indent=f"  {name:<13}", subsequent_indent=" " * 15))


def step(number: int, text: str) -> None:
    print(f"\n  {number}  {text}")


def code(line: str, *answers: str) -> None:
    print(f"     >>> {line}")
    for answer in answers:
        print(textwrap.fill(answer, WIDTH, initial_indent=" " * 5, subsequent_indent=" " * 5))


if __name__ == "__main__":
    main()
