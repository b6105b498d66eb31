"""A picture of a ledger: when bytes crossed, in which direction, and for how long kernels were waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from farshore._core import Ledger

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LANES = {"to host": "#0072b2", "to device": "#d55e00"}
"""The directions from above, in blue and vermilion, which every kind of colour vision tells apart."""

BARS = 0.6
"""The share of a lane's height that has the bars; above them it says how much crossed."""

WIDE = 0.08
THIN = 0.005
"""The shares of the time from which on a bar has room for its bytes, and below which it is not to be seen."""

GREY = "0.5"

PIN = 7
"""matplotlib's marker of a triangle whose lower tip is the point."""


def plot(ledger: Ledger, ax: Axes | None = None) -> Axes:
    """Draw the crossings of `ledger` along time, in ms since the first began, into `ax` or a new figure.

    There is a lane for each direction, with its sums of bytes and seconds. A crossing is a bar: hatched while
    the kernels that the bytes depend on were waited for, solid while bytes were copied. A scalar read has a
    pin. Crossings at the same time, by several threads, lie one above the other.
    Raises ImportError when matplotlib is missing.

    >>> import farshore as fs
    >>> with fs.transfers() as log:
    ...     first = float(fs.asarray([1.0, 2.0])[0])
    >>> log.plot().get_xlabel()
    'ms since the first transfer began'
    """
    try:
        from matplotlib.lines import Line2D
        from matplotlib.patches import Patch
    except ImportError as error:
        raise ImportError("matplotlib draws the timeline: pip install matplotlib") from error
    if ax is None:
        from matplotlib import pyplot

        _, ax = pyplot.subplots(figsize=(9, 3), layout="constrained")

    crossings = ledger.crossings
    first = min((one["started"] for one in crossings), default=0.0)
    span = max((_end(one) for one in crossings), default=first) - first
    # Before the bars, which look at the limits for room.
    ax.set_xlim(-10 * span or -0.01, 1010 * span or 1)
    ax.set_ylim(0, len(LANES))
    for lane, (direction, colour) in enumerate(reversed(LANES.items())):
        own = [one for one in crossings if one["direction"] == direction]
        for row, members in enumerate(rows := _rows(own)):
            height = BARS / len(rows)
            _draw_bars(ax, members, first, lane + 0.08 + row * height, 0.86 * height, colour)
        where = ax.get_yaxis_transform()
        ax.text(0.01, lane + 0.94, _sums(own), color=colour, va="top", fontsize="small", transform=where)
        ax.axhline(lane, color=GREY, linewidth=0.8)

    ax.set_yticks([lane + 0.08 + BARS / 2 for lane in range(len(LANES))], reversed(LANES), fontweight="bold")
    for label, colour in zip(ax.get_yticklabels(), reversed(LANES.values()), strict=True):
        label.set_color(colour)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x", color=GREY, alpha=0.25, linewidth=0.8)
    ax.set_axisbelow(True)
    ax.spines[:].set_visible(False)
    ax.set_xlabel("ms since the first transfer began")
    ax.set_title(f"{_count(crossings)} in {_time(span)}" if crossings else "no transfers", loc="left")
    legend = [
        Patch(facecolor=(GREY, 0.2), edgecolor=GREY, hatch="////", linewidth=0, label="waited for kernels"),
        Patch(facecolor=GREY, label="copied"),
        Line2D([], [], color=GREY, linestyle="none", marker="v", label="scalar read"),
    ]
    ax.legend(
        handles=legend, loc="lower right", bbox_to_anchor=(1, 1), ncols=3, frameon=False, fontsize="small"
    )
    return ax


def _draw_bars(
    ax: Axes, crossings: list[dict[str, Any]], first: float, bottom: float, height: float, colour: str
) -> None:
    """The bars of one row."""
    waits, copies, pins = [], [], []
    left, right = ax.get_xlim()
    for one in crossings:
        begin, waited, copied = ((one["started"] - first) * 1e3, one["waited"] * 1e3, one["copied"] * 1e3)
        if waited > 0:
            waits.append((begin, waited))
        copies.append((begin + waited, copied))
        if one["kind"] == "scalar":
            pins.append(begin + waited)
        if copied > WIDE * (right - left) and height > BARS / 3:
            middle = (begin + waited + copied / 2, bottom + height / 2)
            ax.text(*middle, _bytes(one["nbytes"]), color="white", ha="center", va="center", fontsize="small")
    row = (bottom, height)
    ax.broken_barh(waits, row, facecolor=(colour, 0.2), edgecolor=colour, hatch="////", linewidth=0)
    # Outlines of the background's colour part bars that touch; thin bars would drown in them and get a line.
    ax.broken_barh(copies, row, facecolor=colour, edgecolor=ax.get_facecolor(), linewidth=0.8)
    thin = [begin + copied / 2 for begin, copied in copies if copied < THIN * (right - left)]
    ax.vlines(thin, bottom, bottom + height, color=colour, linewidth=0.8)
    ax.plot(
        pins, [bottom + height] * len(pins), color=colour, linestyle="none", marker=PIN, markeredgewidth=0
    )


def _rows(crossings: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The crossings in rows, in each of which one ends before the next starts."""
    rows: list[list[dict[str, Any]]] = []
    for one in sorted(crossings, key=lambda one: float(one["started"])):
        row = next((row for row in rows if _end(row[-1]) <= one["started"]), None)
        if row is None:
            rows.append([one])
        else:
            row.append(one)
    return rows


def _end(crossing: dict[str, Any]) -> float:
    return float(crossing["started"] + crossing["waited"] + crossing["copied"])


def _sums(crossings: list[dict[str, Any]]) -> str:
    """`3 transfers, 12.0 MiB, waited 4.2 ms, copied 1.1 ms`."""
    if not crossings:
        return "nothing"
    nbytes, waited, copied = (sum(one[part] for one in crossings) for part in ("nbytes", "waited", "copied"))
    return f"{_count(crossings)}, {_bytes(nbytes)}, waited {_time(waited)}, copied {_time(copied)}"


def _count(crossings: list[dict[str, Any]]) -> str:
    return f"{len(crossings)} transfer" + "s" * (len(crossings) > 1)


def _bytes(nbytes: int) -> str:
    if nbytes < 1024:
        return f"{nbytes} B"
    power = min((nbytes.bit_length() - 1) // 10, 4)
    return f"{nbytes / 1024**power:.1f} {'KMGT'[power - 1]}iB"


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1e3:.2f} ms"
