"""Draws machine files: the measurements of `gossamer calibrate`, the fitted lines and their residuals."""

from __future__ import annotations

import numpy as np
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from gossamer.figures.style import COLORS, new_figure, theme
from gossamer.figures.texts import add_title
from gossamer.support.errors import AnalysisError
from gossamer.support.inputs import Source
from gossamer.support.shapes import FROM_ZERO, NUMBER, POSITIVE, SIZE, TEXT, mismatch, parse

MEASURED, LINE, BOTH_WAYS = COLORS[6], COLORS[0], COLORS[1]


A_MACHINE = "a machine file, as `gossamer calibrate` writes it"
SHAPE = {"messages": [{"size_bytes": SIZE, "median_s": POSITIVE, "low_s?": FROM_ZERO, "high_s?": FROM_ZERO,
                       "fitted_s?": POSITIVE, "exchange_s?": POSITIVE}],
         "segments": [{"first_bytes": SIZE, "last_bytes": SIZE, "latency_s": NUMBER,
                       "seconds_per_byte": NUMBER}], "ranks?": NUMBER, "mpi?": TEXT}


def read(source: Source) -> dict:
    """The facts of a machine file. Throws AnalysisError if it is none."""
    machine = parse(source.text, source.path, A_MACHINE)
    facts = machine.get("calibration") if isinstance(machine, dict) else None
    if not isinstance(facts, dict) or not facts.get("messages") or not facts.get("segments"):
        raise AnalysisError(f'{source.path}: has no "calibration" with messages and segments, expected {A_MACHINE}')
    if wrong := mismatch(facts, SHAPE, "/calibration") or _disorder(facts["messages"]):
        raise AnalysisError(f"{source.path}: {wrong}")
    return facts


def _disorder(messages: list[dict]) -> str | None:
    """The first row whose median is not between its quantiles."""
    for number, row in enumerate(messages):
        if not row.get("low_s", 0) <= row["median_s"] <= row.get("high_s", row["median_s"]):
            return f"/calibration/messages/{number}: expected low_s <= median_s <= high_s"
    return None


def size_text(size: float, _=None) -> str:
    for factor, unit in ((2**20, "MiB"), (2**10, "KiB")):
        if size >= factor:
            return f"{size / factor:g} {unit}"
    return f"{size:g} B"


def time_text(seconds: float, _=None) -> str:
    for factor, unit in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if seconds >= 0.999 * factor:
            return f"{seconds / factor:g} {unit}"
    return f"{seconds / 1e-9:g} ns"


def column(rows: list[dict], key: str) -> np.ndarray:
    return np.array([row.get(key, np.nan) for row in rows], dtype=float)


def draw_times(axes, facts: dict) -> None:
    rows = facts["messages"]
    size, median = column(rows, "size_bytes"), column(rows, "median_s")
    spread = np.vstack([median - column(rows, "low_s"), column(rows, "high_s") - median])
    axes.errorbar(size, median, yerr=spread, fmt="o", markersize=2.5, color=MEASURED, elinewidth=0.6, capsize=0,
                  label="one way (median, 5 to 95 %)")
    both = column(rows, "exchange_s")
    if np.isfinite(both).any():
        axes.plot(size, both, linestyle="none", marker="x", markersize=3, color=BOTH_WAYS, label="both ways at once")
    for number, segment in enumerate(facts["segments"]):
        ends = np.geomspace(segment["first_bytes"], segment["last_bytes"], 100)
        axes.plot(ends, segment["latency_s"] + segment["seconds_per_byte"] * ends, color=LINE,
                  label=None if number else "fitted: latency + bytes / bandwidth")
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(FuncFormatter(time_text))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_ylabel("Time of a message")
    axes.legend(loc="upper left")


def draw_residuals(axes, facts: dict) -> None:
    rows = facts["messages"]
    residual = column(rows, "median_s") / column(rows, "fitted_s") - 1
    axes.axhline(0, color=LINE, linewidth=0.8)
    axes.plot(column(rows, "size_bytes"), residual, linestyle="none", marker="o", markersize=2.5, color=MEASURED)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:g} %"))
    axes.set_ylabel("Residual")
    axes.set_xlabel("Size of a message")


def format_sizes(axes, largest: float) -> None:
    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_locator(FixedLocator([4.0**k for k in range(0, int(np.log2(largest)) // 2 + 1, 2)]))
    axes.xaxis.set_major_formatter(FuncFormatter(size_text))
    axes.xaxis.set_minor_locator(NullLocator())


def draw(facts: dict):
    """The figure: times over sizes, and below them the relative residuals of the fit."""
    with theme():
        figure, grid = new_figure(5.2, 4.4, 2, sharex=True, gridspec_kw={"height_ratios": [3, 1]})
        times, residuals = grid[:, 0]
        draw_times(times, facts)
        draw_residuals(residuals, facts)
        format_sizes(residuals, max(column(facts["messages"], "size_bytes")))
        add_title(times, f"{facts.get('ranks', '?')} ranks, {facts.get('mpi', 'MPI')}")
        figure.align_ylabels([times, residuals])
    return figure
