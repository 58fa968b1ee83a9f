"""Costs of the cells of a sweep, for claims: what runs needed to a target, compared seed by seed."""

from __future__ import annotations

import math
from dataclasses import replace

from gossamer.quantities import X
from gossamer.statistics.intervals import Estimate, mean, ratio
from gossamer.statistics.runs import goals_of, results_of
from gossamer.sweeps.sweep import Cell, Label, Sweep, SweepError, Target, Tuned, label_text


class Costs:
    """What runs needed to a target: virtual time, or another quantity of x axes. Less is better.

    A run that has not reached the target needs more than it ran for, without a limit: it counts as infinite."""

    def __init__(self, sweep: Sweep, target: Target | None = None, x_name: str = "time"):
        """`target` is the sweep's first if none is given."""
        target = target or sweep.targets[0]
        column = goals_of(target)[0].cost(X[x_name])
        self.sweep = sweep
        self._bounds = {result.run: result.bounds(column) for result in results_of(replace(sweep, targets=[target]))}

    def cell(self, **labels: Label) -> Cell:
        """The only cell with these labels, which may be those of some axes. Throws SweepError if there is none, or several."""
        found = [cell for cell in self.sweep.cells if labels.items() <= cell.labels.items()]
        if len(found) != 1:
            words = ", ".join(f"{name} = {label_text(label)}" for name, label in labels.items())
            raise SweepError(f"{len(found)} cells have {words}; expected one")
        return found[0]

    def by_seed(self, cell: Cell) -> dict[int | str, float]:
        return {run.seed: bounds[0] if bounds[0] == bounds[1] else math.inf for run in cell.runs if (bounds := self._bounds[run])}

    def reached(self, **labels: Label) -> float:
        """The share of runs that have reached the target."""
        found = list(self.by_seed(self.cell(**labels)).values())
        return sum(map(math.isfinite, found)) / len(found)

    def mean(self, **labels: Label) -> float:
        """The geometric mean over seeds; infinite if a run has not reached the target."""
        return self._mean(self.cell(**labels))

    def _mean(self, cell: Cell) -> float:
        values = list(self.by_seed(cell).values())
        return math.exp(mean([math.log(value) for value in values])) if values and max(values) < math.inf else math.inf

    def best(self, axis: str, **labels: Label) -> Label:
        """The label of the axis with the least mean, among cells with these labels. Throws SweepError if no cell has a mean."""
        found = [(self._mean(cell), cell.labels[axis]) for cell in self.sweep.cells if labels.items() <= cell.labels.items()]
        best = min(found, key=lambda each: each[0], default=(math.inf, None))
        if best[0] == math.inf:
            words = ", ".join(f"{name} = {label_text(label)}" for name, label in labels.items())
            raise SweepError(f"no run reaches the target at {words}")
        return best[1]

    def tuned(self, axis: str) -> Sweep:
        """The sweep without this axis: of its labels each cell has the best, which reaches the target with most seeds, then with
        the least mean. The choice is made on the seeds that are compared."""
        groups: dict[tuple, list[Cell]] = {}
        for cell in self.sweep.cells:
            groups.setdefault(tuple((name, label) for name, label in cell.labels.items() if name != axis), []).append(cell)
        return replace(self.sweep, axes=[each for each in self.sweep.axes if each.name != axis],
                       cells=[self._best_of(cells, axis, dict(labels)) for labels, cells in groups.items()])

    def _best_of(self, cells: list[Cell], axis: str, labels: dict[str, Label]) -> Cell:
        best = min(cells, key=self._rank)
        edges = [self.sweep.axis(axis).labels[place] for place in (0, -1)]
        tuned = Tuned(self.sweep.axis(axis).path or axis, best.labels[axis], best.labels[axis] in edges and len(cells) > 1,
                      sum(len(cell.runs) for cell in cells))
        return replace(best, labels=labels, tuned=[*best.tuned, tuned])

    def _rank(self, cell: Cell) -> tuple[float, float]:
        """Small for the best: the number of runs that have not reached the target, then the mean of the logarithms."""
        bounds = [pair for run in cell.runs if (pair := self._bounds[run])]
        missed = sum(low != high for low, high in bounds)
        return missed, mean([math.log(max(low, 1e-300)) for low, _ in bounds]) if bounds else math.inf

    def ratio(self, one: dict[str, Label], other: dict[str, Label]) -> Estimate:
        """The geometric mean of the ratios over runs with the same seed, and its interval. Throws SweepError if there is none."""
        ours, theirs = (self.by_seed(self.cell(**labels)) for labels in (one, other))
        found = ratio([(ours[seed], theirs[seed]) for seed in ours if seed in theirs])
        if found is None:
            raise SweepError("some run has not reached the target, so there is no ratio")
        return found
