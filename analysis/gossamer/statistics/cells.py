"""One row for each cell: means with intervals over seeds, medians of what may be censored, ratios to the baseline."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from gossamer.statistics.intervals import Bounds, Estimate, estimate, median, median_interval, ratio, ratio_bounds
from gossamer.statistics.runs import Column, Result, columns_of, results_of
from gossamer.sweeps.sweep import Axis, Cell, Sweep


@dataclass(frozen=True)
class Summary:
    """One column over the runs of a cell."""

    count: int  # of the runs of which something is known
    estimate: Estimate | None = None  # of the mean; none if a value is censored
    median: Bounds | None = None
    median_interval: Bounds | None = None  # none of fewer than six runs
    censored: int = 0  # how many of the runs have not reached the target
    ratio: Estimate | None = None  # to the baseline, over pairs with the same seed; none if a value is censored
    ratio_bounds: Bounds | None = None  # of the median of the pairs' ratios, also if values are censored
    pairs: int = 0


@dataclass
class CellResult:
    """The row of a cell."""

    cell: Cell
    results: list[Result]
    baseline: CellResult | None = None  # itself, if it is the baseline
    summaries: dict[str, Summary] = field(default_factory=dict)  # by the names of columns

    @property
    def known(self) -> list[Result]:
        """The runs that have come to an end."""
        return [result for result in self.results if result.end != "missing"]

    def count(self, *ends: str) -> int:
        return sum(result.end in ends for result in self.results)


@dataclass
class Statistics:
    """All that tables and reports show of a sweep."""

    sweep: Sweep
    columns: list[Column]  # those that some run has
    results: list[Result]
    cells: list[CellResult]

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)

    def of(self, cell: Cell) -> CellResult:
        return next(each for each in self.cells if each.cell is cell)


def statistics_of(sweep: Sweep) -> Statistics:
    """Reads all traces, one after another. Throws AnalysisError if one cannot be read."""
    results = results_of(sweep)
    columns = [column for column in columns_of(sweep)
               if any(result.facts and result.bounds(column) is not None for result in results)]
    rows = {id(result.run): result for result in results}
    cells = {id(cell): CellResult(cell, [rows[id(run)] for run in cell.runs]) for cell in sweep.cells}
    for found in cells.values():
        if (baseline := sweep.baseline_of(found.cell)) is not None:
            found.baseline = cells[id(baseline)]
    for found in cells.values():
        found.summaries = {column.name: summary_of(column, found) for column in columns}
    return Statistics(sweep, columns, results, list(cells.values()))


def by_run(statistics: Statistics) -> Statistics:
    """The same with a cell for each run, and the seed as the last axis."""
    sweep = statistics.sweep
    seeds = Axis("seed", tuple(dict.fromkeys(result.run.seed for result in statistics.results)))
    results = [(Cell({**result.run.labels, "seed": result.run.seed}, [result.run]), result) for result in statistics.results]
    split = Sweep(sweep.title, [*sweep.axes, seeds], [cell for cell, _ in results], sweep.targets, None, sweep.window,
                  sweep.folder)
    cells = [CellResult(cell, [result]) for cell, result in results]
    for found in cells:
        found.summaries = {column.name: summary_of(column, found) for column in statistics.columns}
    return Statistics(split, statistics.columns, statistics.results, cells)


def summary_of(column: Column, found: CellResult) -> Summary:
    """The statistics of a column. Runs without a value of it do not count; runs that have not reached a target do."""
    bounds = [each for result in found.results if (each := result.bounds(column)) is not None]
    censored = sum(low != high or low == math.inf for low, high in bounds)
    summary = {"count": len(bounds), "censored": censored, "median": median(bounds),
               "median_interval": median_interval(bounds)}
    if not censored:
        summary["estimate"] = estimate([low for low, _ in bounds])
    if found.baseline is not None and found.baseline is not found:
        pairs = _pairs(column, found.results, found.baseline.results)
        summary |= {"pairs": len(pairs), "ratio_bounds": ratio_bounds(pairs)}
        if all(low == high < math.inf for pair in pairs for low, high in pair):
            summary["ratio"] = ratio([(value[0], other[0]) for value, other in pairs])
    return Summary(**summary)


def _pairs(column: Column, ours: list[Result], theirs: list[Result]) -> list[tuple[Bounds, Bounds]]:
    """The values of runs with the same seed."""
    others = {result.run.seed: bounds for result in theirs if (bounds := result.bounds(column)) is not None}
    return [(bounds, others[result.run.seed]) for result in ours
            if (bounds := result.bounds(column)) is not None and result.run.seed in others]
