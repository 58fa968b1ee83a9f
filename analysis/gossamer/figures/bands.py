"""One curve from several runs: the mean over seeds and its 95 % interval, as far as all runs go."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from gossamer.quantities import EQUAL, Y, Quantity
from gossamer.statistics.intervals import estimate
from gossamer.traces.trace import Trace

LARGEST = 1e300  # magnitude that is drawn
MOST_POINTS = 600  # of a mean over runs with different instants
NOTHING = np.empty(0)


@dataclass
class Curve:
    """A line through points, perhaps in a band; runs alone where not all go so far; and the ends of those that diverged."""

    x: np.ndarray
    y: np.ndarray
    low: np.ndarray = field(default_factory=lambda: NOTHING)
    high: np.ndarray = field(default_factory=lambda: NOTHING)
    single: list[tuple[np.ndarray, np.ndarray]] = field(default_factory=list)
    diverged: list[tuple[float, float]] = field(default_factory=list)

    @staticmethod
    def empty() -> Curve:
        return Curve(NOTHING, NOTHING)


def drawable(trace: Trace, *keys: str) -> tuple[np.ndarray, ...]:
    """Columns of a trace, without the rows beyond what Matplotlib's axes can show: a run that diverges gets there."""
    columns = np.array(trace.series(*keys))
    return tuple(columns[:, (np.abs(columns) <= LARGEST).all(axis=0)])


def curve_of(traces: list[Trace], x: Quantity, y: Quantity, logs: tuple[bool, bool]) -> Curve:
    """The curve of runs that differ by chance alone. On a logarithmic axis the mean is that of the logarithms.

    A quantity of nodes' own models has a band from the best to the worst node instead of an interval over seeds."""
    runs = [_points(trace, x, y, (y.key,), logs) for trace in traces]
    runs = [run for run in runs if run[0].size]
    if not runs:
        return Curve.empty()
    curve = Curve(*runs[0]) if len(runs) == 1 else _mean(runs, logs[1])
    if y.band:
        edges = [_points(trace, x, y, y.band, logs) for trace in traces]
        curve.low, curve.high = _edges([edge for edge in edges if edge[0].size], curve.x)
    curve.diverged = [(*at, ) for trace, run in zip(traces, runs) if trace.divergence for at in [(run[0][-1], run[1][-1])]]
    return curve


def _points(trace: Trace, x: Quantity, y: Quantity, keys: tuple[str, ...], logs: tuple[bool, bool]) -> tuple[np.ndarray, ...]:
    """x and the values of keys, as far as the axes can show them."""
    columns = np.array(drawable(trace, x.key, *keys))
    if logs[0]:
        columns = columns[:, columns[0] > 0]
    if logs[1]:
        columns = columns[:, (columns[1:] > 0).all(axis=0)]
    if y is Y["consensus"] and columns.size:
        columns = columns[:, np.argmax(columns[1] >= EQUAL * columns[1].max()):]  # models that start equal, but for rounding
    return tuple(columns)


def _mean(runs: list[tuple[np.ndarray, ...]], logarithmic: bool) -> Curve:
    first, last = max(x[0] for x, _ in runs), min(x[-1] for x, _ in runs)
    if first >= last:
        return Curve(NOTHING, NOTHING, single=list(runs))
    grid = np.unique(np.concatenate([x[(x >= first) & (x <= last)] for x, _ in runs] + [[first, last]]))
    grid = grid[np.unique(np.linspace(0, grid.size - 1, min(grid.size, MOST_POINTS)).astype(int))]
    there, back = (np.log, np.exp) if logarithmic else (np.asarray, np.asarray)
    found = [estimate(list(values)) for values in zip(*(np.interp(grid, x, there(y)) for x, y in runs))]
    mean, low, high = (np.array([getattr(each, name) for each in found]) for name in ("mean", "low", "high"))
    starts = [np.searchsorted(x, last, side="right") - 1 for x, _ in runs]
    rest = [(x[start:], y[start:]) for start, (x, y) in zip(starts, runs)]
    return Curve(grid, back(mean), back(low), back(high), [tail for tail in rest if tail[0].size > 1])


def _edges(runs: list[tuple[np.ndarray, ...]], grid: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The means over seeds of the best and of the worst node."""
    if not runs or not grid.size:
        return NOTHING, NOTHING
    return tuple(np.mean([np.interp(grid, run[0], run[column]) for run in runs], axis=0) for column in (1, 2))
