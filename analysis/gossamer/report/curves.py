"""Curves for the page: of each cell with the interval over its seeds, and of each run."""

from __future__ import annotations

import numpy as np

from gossamer.quantities import EQUAL, X, Y, Quantity, is_logarithmic, scaled
from gossamer.report.encoding import SPAN, encoded, kept, numbers
from gossamer.report.wording import plain_label
from gossamer.statistics.intervals import student_quantile
from gossamer.sweeps import Sweep
from gossamer.traces.trace import Trace

ORDER = ("loss", "suboptimality", "distance", "consensus", "test_accuracy", "local_loss", "local_accuracy", "idle",
         "gradient_norm", "staleness", "test_loss", "train_accuracy", "largest_staleness", "local_test_loss",
         "local_train_accuracy", "pooled_loss")
ACROSS = (X["time"], X["bytes"], X["node_steps"], X["epochs"])
MOST_QUANTITIES, MOST_OF_MANY, MOST_OF_RUNS, MANY = 14, 7, 3, 24  # fewer if there are many curves, and of single runs
ALL_CURVES, EACH_CURVE = 84_000, 840  # letters for all curves of a page, or for each, whichever is more
VALUE, COLUMN = 3.2, 24  # letters of a value with the number of its row, and of a column beside its values
ACROSS_COLUMNS = 2  # as much as the columns of x take
FEWEST = 12  # points of a curve
LARGEST = 1e300
MOST_ROWS = 2000  # of a cell whose seeds have different instants

Columns = dict[str, np.ndarray]
Halves = dict[str, tuple[str, np.ndarray]]  # with their kind: "half", or "geometric" of logarithms


def columns_of_trace(trace: Trace) -> Columns:
    """Every quantity of all samples by its key; NaN where a sample lacks it, or where it is beyond what axes show."""
    keys = [quantity.key for quantity in (*ACROSS, *Y.values()) if trace.has(quantity.key)]
    rows = [[sample.get(key, np.nan) for key in keys] for sample in trace.samples]
    table = np.array(rows, dtype=float).reshape(len(rows), len(keys))
    table[np.abs(table) > LARGEST] = np.nan
    return dict(zip(keys, table.T))


def over_seeds(runs: list[Columns]) -> tuple[Columns, Halves]:
    """Means at equal virtual times, as far as all runs go, and the half widths of their 95 % intervals by Student's t.

    Of positive values that span more than a factor of 20 both are geometric: the edges are the mean times the exponential
    of the half width, and over it."""
    time = X["time"].key
    if len(runs) == 1:
        return runs[0], {}
    last = min(run[time][-1] for run in runs)
    grid = np.unique(np.concatenate([run[time][run[time] <= last] for run in runs]))
    grid = grid[np.unique(np.linspace(0, grid.size - 1, min(grid.size, MOST_ROWS)).astype(int))]
    mean, half = {time: grid}, {}
    quantile = student_quantile(len(runs) - 1)
    for key in runs[0]:
        if key == time or not all(key in run for run in runs):
            continue
        values = np.array([_at(grid, run[time], run[key]) for run in runs])
        kind, there, back = ("geometric", np.log, np.exp) if is_geometric(values) else ("half", np.asarray, np.asarray)
        with np.errstate(invalid="ignore", over="ignore"):
            mean[key] = back(there(values).mean(axis=0))
            half[key] = kind, quantile * there(values).std(axis=0, ddof=1) / np.sqrt(len(runs))
    return mean, half


def is_geometric(values: np.ndarray) -> bool:
    known = values[np.isfinite(values)]
    return bool(known.size and known.min() > 0 and known.max() > SPAN * known.min())


def _at(grid: np.ndarray, times: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Values at other times, between the samples that have one; none beyond them."""
    known = np.isfinite(values)
    if not known.any():
        return np.full(grid.size, np.nan)
    return np.interp(grid, times[known], values[known], left=np.nan, right=np.nan)


def curve(mean: Columns, half: Halves, keys: list[str], points: int) -> dict:
    """The columns of one curve as the page reads them. Every quantity keeps its own extremes, in rows of its own."""
    chosen = {}
    for key in (key for key in keys if key in mean):
        known = np.flatnonzero(np.isfinite(mean[key]))
        if known.size:
            chosen[key] = known[kept(mean[key][known], points)]
    rows = np.unique(np.concatenate(list(chosen.values()))) if chosen else np.empty(0, dtype=int)
    return {"x": [_across(mean, x.key, rows) for x in ACROSS],
            "y": [_column(chosen[key], rows, mean[key], half.get(key)) if key in chosen else None for key in keys]}


def _across(mean: Columns, key: str, rows: np.ndarray) -> list | None:
    """A column of the x axis; epochs are node-steps times a factor."""
    if not rows.size or key not in mean or not np.isfinite(mean[key][rows]).any():
        return None
    values, steps = _filled(mean[key][rows]), mean.get(X["node_steps"].key)
    if key == X["epochs"].key and steps is not None and (last := steps[rows][-1]) > 0:
        factor = values[-1] / last
        if np.allclose(values, factor * steps[rows], rtol=1e-3, equal_nan=True):
            return [ACROSS.index(X["node_steps"]), factor]
    return encoded(values)


def _filled(values: np.ndarray) -> np.ndarray:
    known = np.isfinite(values)
    places = np.arange(values.size)
    return np.interp(places, places[known], values[known])


def _column(own: np.ndarray, rows: np.ndarray, mean: np.ndarray, half: tuple[str, np.ndarray] | None) -> dict:
    found = {"mean": encoded(mean[own])}
    if own.size < rows.size:
        found["rows"] = numbers(np.searchsorted(rows, own))
    if half is not None:
        found[half[0]] = encoded(np.nan_to_num(half[1][own]), may_be_logarithmic=False)
    return found


class Curves:
    """The curves of a sweep: cell by cell, so that only one cell's traces are in memory."""

    def __init__(self, sweep: Sweep):
        self.has_seeds = sweep.has_seeds
        self.cells, self.runs = len(sweep.cells), len(sweep.runs) if sweep.has_seeds else 0
        self.of_runs = MOST_OF_RUNS if self.cells + self.runs > MANY else MOST_QUANTITIES
        self.keys: list[str] = []
        self.largest: dict[str, float] = {}
        self.smallest: dict[str, float] = {}

    def of_cell(self, traces: list[Trace]) -> tuple[dict | None, list[dict | None]]:
        """The curve of a cell, and those of its runs, if there are several seeds."""
        if not traces:
            return None, []
        runs = [columns_of_trace(trace) for trace in traces]
        self.keys = self.keys or self._chosen(runs[0])
        for run in runs:
            self._note_range(run)
        whole = curve(*over_seeds(runs), self.keys, self.points)
        if not self.has_seeds:
            return whole, [None] * len(runs)
        return whole, [curve(run, {}, self.keys[:self.of_runs], self.points) for run in runs]

    def _chosen(self, run: Columns) -> list[str]:
        """The quantities that the page has, by their importance. Those of the first run are those of all."""
        known = [Y[name].key for name in ORDER if Y[name].key in run]
        loss, pooled = Y["loss"].key, Y["pooled_loss"].key
        if pooled in known and loss in known and np.array_equal(run[loss], run[pooled], equal_nan=True):
            known.remove(pooled)
        return known[:MOST_OF_MANY if self.cells + self.runs > MANY else MOST_QUANTITIES]

    @property
    def points(self) -> int:
        """The number of points of each quantity of a curve, with which all curves fit on the page."""
        own = max(1, len(self.keys))
        of_cell = ACROSS_COLUMNS + own * (1.8 if self.has_seeds else 1)  # a half width is less than a value
        columns = self.cells * of_cell + self.runs * (ACROSS_COLUMNS + min(self.of_runs, own))
        letters = max(ALL_CURVES, EACH_CURVE * (self.cells + self.runs)) / columns
        return max(FEWEST, int((letters - COLUMN) / VALUE))

    def _note_range(self, run: Columns) -> None:
        for key, values in run.items():
            values = values[np.isfinite(values)]
            if values.size:
                self.largest[key] = max(self.largest.get(key, -np.inf), float(values.max()))
                self.smallest[key] = min(self.smallest.get(key, np.inf), float(values.min()))

    def axes(self) -> dict | None:
        """The quantities that some run has; those by default first."""
        x = [{**self._axis(each), "at": place} for place, each in enumerate(ACROSS) if each.key in self.largest]
        by_key = {quantity.key: quantity for quantity in Y.values()}
        y = [{**self._axis(by_key[key]), "at": place} for place, key in enumerate(self.keys) if key in self.largest]
        return {"x": x, "y": y, "seeds": self.has_seeds} if x and y else None

    def _axis(self, quantity: Quantity) -> dict:
        divisor, unit = scaled(quantity, self.largest[quantity.key])
        ends = np.array([self.smallest[quantity.key], self.largest[quantity.key]])
        return {"key": quantity.key, "label": plain_label(quantity.label), "divisor": divisor, "unit": unit,
                "percent": quantity.percent, "log": bool(is_logarithmic(quantity, ends)),
                "rounding": EQUAL if quantity is Y["consensus"] else 0}
