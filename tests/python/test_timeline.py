"""The timeline of a ledger: bars where and as long as the crossings were, and what is written beside them."""

import io
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import farshore as fs
import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

mpl.use("Agg")


@pytest.fixture
def ax():
    return Figure().subplots()


@pytest.fixture
def busy():
    """A ledger with 4 transfers to the host, 2 of them scalar reads, and 1 to the device."""
    with fs.transfers() as log:
        x = fs.asarray(np.arange(1024, dtype=np.float32))
        (x + 1).to_numpy()
        float(x[3]), bool(x[5])
        str(x[:5])
    return log


def bars(ax, *, hatched: bool) -> list[tuple[float, float, float, float]]:
    """left, bottom, right and top of each bar, from left to right."""
    drawn = [one for one in ax.collections if isinstance(one, PolyCollection)]
    paths = [path for one in drawn if bool(one.get_hatch()) == hatched for path in one.get_paths()]
    return sorted(tuple(path.get_extents().extents) for path in paths)


def test_a_bar_for_each_crossing(busy, ax):
    assert busy.plot(ax) is ax
    first = min(one["started"] for one in busy.crossings)
    solid = bars(ax, hatched=False)
    assert len(solid) == len(busy) == 5
    for (left, bottom, right, top), one in zip(solid, busy.crossings, strict=True):
        begin = one["started"] - first + one["waited"]
        assert (left, right) == pytest.approx((begin * 1e3, (begin + one["copied"]) * 1e3))
        lane = 1 if one["direction"] == "to host" else 0
        assert lane < bottom < top < lane + 1


def test_a_hatched_bar_for_each_wait(busy, ax):
    busy.plot(ax)
    first = min(one["started"] for one in busy.crossings)
    waits = [one for one in busy.crossings if one["waited"] > 0]
    assert waits
    hatched = bars(ax, hatched=True)
    assert len(hatched) == len(waits)
    for (left, _, right, _), one in zip(hatched, waits, strict=True):
        begin = (one["started"] - first) * 1e3
        assert (left, right) == pytest.approx((begin, begin + one["waited"] * 1e3))


def test_a_pin_for_each_scalar_read(busy, ax):
    busy.plot(ax)
    first = min(one["started"] for one in busy.crossings)
    reads = [one for one in busy.crossings if one["kind"] == "scalar"]
    pins = [at for line in ax.lines if line.get_marker() == 7 for at in line.get_xdata()]
    assert pins == pytest.approx([(one["started"] + one["waited"] - first) * 1e3 for one in reads])
    assert len(pins) == busy.scalar_reads == 2


def test_the_lanes_and_their_sums(busy, ax):
    busy.plot(ax)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["to device", "to host"]
    assert ax.get_xlabel() == "ms since the first transfer began"
    assert ax.get_title(loc="left").startswith("5 transfers in ")
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["waited for kernels", "copied", "scalar read"]
    up, down = (text.get_text() for text in ax.texts if "transfer" in text.get_text())
    assert up.startswith("1 transfer, 4.0 KiB, waited ")
    assert down.startswith("4 transfers, 4.0 KiB, waited "), "4096, 4, 4 and 20 bytes"
    assert down.endswith(f"copied {1e3 * sum_of(busy, 'to host', 'copied'):.2f} ms")


def sum_of(log, direction, part):
    return sum(one[part] for one in log.crossings if one["direction"] == direction)


def test_all_of_it_is_within_the_axes(busy, ax):
    busy.plot(ax)
    left, right = ax.get_xlim()
    every = bars(ax, hatched=True) + bars(ax, hatched=False)
    assert left < min(bar[0] for bar in every)
    assert right > max(bar[2] for bar in every)


def test_transfers_at_the_same_time_lie_in_rows_of_their_own(ax):
    x = fs.zeros(1 << 20)
    with fs.transfers(all_threads=True) as log, ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: (x + 1).to_numpy(), range(32)))
    spans = sorted((one["started"], one["started"] + one["waited"] + one["copied"]) for one in log.crossings)
    assert any(later[0] < earlier[1] for earlier, later in pairwise(spans))
    log.plot(ax)
    rows = {}
    for left, bottom, right, top in bars(ax, hatched=True) + bars(ax, hatched=False):
        rows.setdefault((bottom, top), []).append((left, right))
    assert len(rows) > 1
    heights = sorted(rows)
    assert all(below[1] <= above[0] for below, above in pairwise(heights))
    for members in rows.values():
        members.sort()
        for earlier, later in pairwise(members):
            assert earlier[1] <= later[0] + 1e-9, "bars of one row lie over each other"


def test_an_empty_ledger_gives_an_empty_picture(ax):
    with fs.transfers() as log:
        pass
    log.plot(ax)
    assert ax.get_title(loc="left") == "no transfers"
    assert bars(ax, hatched=True) == bars(ax, hatched=False) == []
    assert [text.get_text() for text in ax.texts] == ["nothing", "nothing"]
    ax.figure.savefig(io.BytesIO())


def test_it_can_be_saved(busy, ax):
    busy.plot(ax)
    file = io.BytesIO()
    ax.figure.savefig(file, format="png")
    assert file.getvalue().startswith(b"\x89PNG")


def test_without_axes_it_makes_a_figure(busy):
    from matplotlib import pyplot

    before = pyplot.get_fignums()
    ax = busy.plot()
    assert ax.figure is pyplot.gcf()
    assert len(pyplot.get_fignums()) == len(before) + 1
    pyplot.close(ax.figure)


def python(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)


def test_with_axes_pyplot_is_left_alone():
    code = (
        "import sys, farshore as fs\n"
        "from matplotlib.figure import Figure\n"
        "with fs.transfers() as log: pass\n"
        "log.plot(Figure().subplots())\n"
        "print('matplotlib.pyplot' in sys.modules)"
    )
    assert python(code).stdout == "False\n"


def test_without_matplotlib_it_says_what_to_install():
    code = (
        "import sys, farshore as fs\n"
        "sys.modules['matplotlib'] = None\n"
        "with fs.transfers() as log: pass\n"
        "log.plot()"
    )
    last = python(code).stderr.splitlines()[-1]
    assert last == "ImportError: matplotlib draws the timeline: pip install matplotlib"
