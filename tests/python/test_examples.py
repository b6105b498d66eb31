"""The examples in Python run, and do what they print."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

EXAMPLES = Path(__file__).parents[2] / "examples"


def run(path, *arguments):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", path, *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_distances_are_those_of_the_sphere():
    text = run(EXAMPLES / "kernel.py")
    rows = [line.split() for line in re.sub("New York", "NewYork", text).splitlines()[1:8]]
    names = [row[0] for row in rows]
    table = np.array([[float(km) for km in row[1:]] for row in rows])
    degrees = {"Lima": (-12.05, -77.04), "Tokyo": (35.68, 139.69), "London": (51.51, -0.13)}
    points = {}
    for name, pair in degrees.items():
        north, east = np.radians(pair)
        points[name] = np.array([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])
    for one, other in [("Lima", "Tokyo"), ("London", "Tokyo"), ("Lima", "London")]:
        wanted = 6371 * np.arccos(points[one] @ points[other])
        assert table[names.index(one), names.index(other)] == pytest.approx(wanted, abs=5)
    assert (table == table.T).all()
    assert not table.diagonal().any()
    assert "2 transfers: 196 bytes to host, 56 bytes to device" in text
    assert re.search(r"^distance_float32 +1 ", text, re.MULTILINE)


def test_a_reaction_leaves_a_film(tmp_path):
    # It writes beside itself.
    for name in ("reaction.py", "reaction.wgsl"):
        shutil.copy(EXAMPLES / name, tmp_path)
    text = run(tmp_path / "reaction.py", "260")
    low, high = map(float, re.search("all between (.*) and (.*)", text).groups())
    assert 0 <= low < high <= 1
    assert text.startswith("300 steps")
    assert "6 transfers: 1083656 bytes to host, 524312 bytes to device" in text
    assert re.search(r"^react +500 ", text, re.MULTILINE)
    with Image.open(tmp_path / "output" / "reaction-python.png") as picture:
        pixels = np.asarray(picture)
    assert pixels.shape == (272, 1328, 3)
    assert (pixels[:8] == 255).all()
    # v spreads, so there is more ink in each picture than in the first one.
    first, last = pixels[8:-8, 8:264], pixels[8:-8, -264:-8]
    assert np.abs(first.astype(int) - last).max() > 50
