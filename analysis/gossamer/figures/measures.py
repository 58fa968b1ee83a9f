"""One number of each run for pictures of whole sweeps: what it took to reach a target, or a quantity at its end."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from gossamer.quantities import X, Y, Quantity
from gossamer.statistics.intervals import Bounds, estimate, median
from gossamer.statistics.runs import Column, Goal, columns_of, final_name, goals_of, results_of
from gossamer.support.errors import AnalysisError
from gossamer.support.wording import lower
from gossamer.sweeps import Axis, Cell, Sweep, Target

FACTS = ("nodes", "edges", "degree_mean", "diameter", "spectral_gap", "rho", "laplacian_second")  # of graphs, in headers


@dataclass(frozen=True)
class Measure:
    """What `quantity` was when a run reached the goal, or at its end if there is none."""

    quantity: Quantity
    goal: Goal | None = None

    @staticmethod
    def to(target: Target, x_name: str = "time") -> Measure:
        return Measure(X[x_name], goals_of(target)[0])

    @property
    def column(self) -> Column:
        """Of the table of runs."""
        if self.goal:
            return self.goal.cost(self.quantity)
        name = self.quantity.key if self.quantity in X.values() else final_name(self.quantity)
        return next(column for column in columns_of(Sweep("", [], [])) if column.name == name)

    @property
    def words(self) -> str:
        """In a sentence, after "no run has"."""
        return f"reached a {self.goal.words}" if self.goal else self.quantity.key

    @property
    def label(self) -> str:
        if self.goal is None:
            return f"{self.quantity.words} at the end"
        return f"{self.quantity.words} to {lower(self.goal.quantity.words)} {self.goal.quantity.shown(self.goal.target.value)}"

    @property
    def rises(self) -> bool:
        """Whether larger values are better."""
        return self.goal is None and self.quantity.rises


def measure_of(sweep: Sweep, y_name: str | None, target: Target | None) -> Measure:
    """What it took to a target, else the sweep's first: virtual time, or another quantity of x axes. A quantity of y axes is
    meant at the end of runs; without a target and a name, the loss."""
    target = target or next(iter(sweep.targets), None)
    if y_name in X or (y_name is None and target):
        if target is None:
            raise AnalysisError(f"--y {y_name}: to which target? expected one, such as --target train_loss=0.5")
        return Measure.to(target, y_name or "time")
    return Measure(Y[y_name or "loss"])


class Measured:
    """A measure of all runs of a sweep: bounds, which differ if a run has not reached the target."""

    def __init__(self, sweep: Sweep, measure: Measure):
        results = results_of(replace(sweep, targets=[measure.goal.target] if measure.goal else []))
        column = measure.column
        self.measure = measure
        self._bounds = {id(result.run): bounds for result in results if (bounds := result.bounds(column)) is not None}
        self._headers = {id(result.run): result.facts.header for result in results if result.facts}

    def by_seed(self, cell: Cell) -> dict[int | str, Bounds]:
        return {run.seed: self._bounds[id(run)] for run in cell.runs if id(run) in self._bounds}

    @property
    def values(self) -> np.ndarray:
        """All that are known."""
        return np.array([low for low, high in self._bounds.values() if low == high < math.inf], dtype=float)

    def point(self, cells: list[Cell], logarithmic: bool = False) -> Point | None:
        """Over all seeds of these cells; none if nothing is known."""
        bounds = [pair for cell in cells for pair in self.by_seed(cell).values()]
        return point_of(bounds, logarithmic) if bounds else None

    def fact(self, cell: Cell, name: str):
        """Of a cell's graph, from the header of one of its runs."""
        headers = (self._headers[id(run)] for run in cell.runs if id(run) in self._headers)
        return next(((header.get("topology") or {}).get(name) for header in headers), None)


@dataclass(frozen=True)
class Point:
    """A measure over seeds: its mean with the 95 % interval, on a logarithmic axis those of the logarithms. If some runs have
    not reached the target there is a lower bound of the median instead."""

    values: list[float]
    middle: float = math.nan
    low: float = math.nan
    high: float = math.nan
    bound: float | None = None


def point_of(bounds: list[Bounds], logarithmic: bool = False) -> Point:
    values = [low for low, high in bounds if low == high < math.inf]
    if len(values) < len(bounds):
        return Point(values, bound=median(bounds)[0])
    logarithmic = logarithmic and min(values) > 0
    found = estimate([math.log(value) for value in values] if logarithmic else values)
    edges = (found.mean, found.mean if found.low is None else found.low, found.mean if found.high is None else found.high)
    return Point(values, *(map(math.exp, edges) if logarithmic else edges))


def axis_along(sweep: Sweep, measured: Measured, name: str | None, prefer: str | None = None) -> tuple[Sweep, Axis]:
    """The axis of numbers that a picture shows: the one of this name, else the preferred one, else the one with most labels.

    A fact of the graph, such as its number of nodes, may be an axis, too; the sweep that is returned has it."""
    names = [axis.name for axis in sweep.axes]
    wanted = name or prefer
    if wanted in FACTS and wanted not in names and (found := _with_fact(sweep, measured, wanted)):
        return found
    numeric = [axis for axis in sweep.axes if axis.is_numeric]
    if name is None:
        if not numeric:
            found = ", ".join(names) or "none, since nothing differs"
            raise AnalysisError(f"there is no axis of numbers, expected one among: {found}")
        return sweep, next((axis for axis in numeric if axis.name == prefer), max(numeric, key=lambda axis: len(axis.labels)))
    axis = sweep.axis(name)
    if axis not in numeric:
        raise AnalysisError(f"the axis {axis.name} has labels that are no numbers, expected one of: "
                            f"{', '.join(each.name for each in numeric) or 'none'}")
    return sweep, axis


def _with_fact(sweep: Sweep, measured: Measured, name: str) -> tuple[Sweep, Axis] | None:
    """The sweep with one more axis, a fact of the graph; none if it is the same everywhere, or unknown."""
    values = [measured.fact(cell, name) for cell in sweep.cells]
    values = [value if isinstance(value, (int, float)) and not isinstance(value, bool) else None for value in values]
    present = sorted(set(values) - {None})
    if len(present) < 2:
        return None
    axis = Axis(name, (*present, *([None] if None in values else [])))
    cells = [replace(cell, labels={**cell.labels, name: value}) for cell, value in zip(sweep.cells, values)]
    return replace(sweep, axes=[axis, *sweep.axes], cells=cells), axis
