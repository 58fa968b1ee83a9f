"""The arms of a sweep by one column of its results, the best first, and how much better one is than another.

An arm is a cell. If some axes are conditions, such as those of the network, an arm is a choice on all other axes: its
values are those of all conditions, and arms are compared condition by condition and seed by seed."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field

from gossamer.quantities import X, Y
from gossamer.statistics import contests
from gossamer.statistics.cells import Statistics
from gossamer.statistics.contests import in_order
from gossamer.statistics.intervals import Bounds, Estimate, estimate, median, ratio
from gossamer.statistics.runs import Column, final_name
from gossamer.sweeps import Axis, Cell, Sweep

PREFERRED = tuple(Y[name] for name in ("loss", "suboptimality", "distance", "test_accuracy", "consensus", "idle"))
CHOICES = ("algorithm", "topology")  # blocks that a user chooses; all others describe the problem or the machine


@dataclass
class Ranked:
    """An arm with its values by condition and seed. Runs that missed the target have a lower bound."""

    cells: list[Cell]
    axes: list[Axis]  # that tell arms apart
    column: Column
    values: dict[tuple, Bounds] = field(default_factory=dict)
    places: dict[tuple, Cell] = field(default_factory=dict)  # cells by their conditions
    won: int = 0  # conditions in which it is the best

    def at(self, place: tuple) -> Ranked | None:
        """The part of it under one condition; none without a value there."""
        values = {key: bounds for key, bounds in self.values.items() if key[:-1] == place}
        return Ranked([self.places[place]], self.axes, self.column, values) if values else None

    @property
    def cell(self) -> Cell:
        return self.cells[0]

    @property
    def missed(self) -> int:
        return sum(math.isinf(high) for _, high in self.values.values())

    @property
    def known(self) -> Estimate | None:
        """The mean over seeds with its interval; none if a run missed the target, or over several conditions."""
        return None if self.missed or len(self.cells) > 1 else estimate([low for low, _ in self.values.values()])

    @property
    def least(self) -> float | None:
        """The mean; if runs missed the target the lower bound of the median."""
        if self.known:
            return self.known.mean
        middle = median(list(self.values.values()))
        return middle[0] if middle and math.isfinite(middle[0]) else None


def deciding_column(statistics: Statistics) -> Column | None:
    """The time to the first target, or the first of the final values that runs have."""
    if statistics.sweep.targets:
        return next((column for column in statistics.columns if column.cost is X["time"]), None)
    names = [final_name(quantity) for quantity in PREFERRED]
    return next((column for name in names if (column := statistics.column(name))), None)


def condition_axes(sweep: Sweep) -> list[Axis]:
    """The axes that describe the problem or the machine, if there are several arms to choose from under each condition."""
    axes = [axis for axis in sweep.axes if len(axis.labels) > 1]
    found = [axis for axis in axes if axis.path and axis.path.split("/")[1] not in CHOICES]
    arms = Counter(tuple(cell.labels[axis.name] for axis in found) for cell in sweep.cells)
    return found if len(found) < len(axes) and min(arms.values()) > 1 else []


def ranked(statistics: Statistics, column: Column, conditions: list[Axis] = ()) -> list[Ranked]:
    """All arms of which a value, or a bound, is known; the best first."""
    names = [axis.name for axis in conditions]
    axes = [axis for axis in statistics.sweep.axes if axis.name not in names]
    arms: dict[tuple, Ranked] = {}
    for found in statistics.cells:
        labels = found.cell.labels
        arm = arms.setdefault(tuple(labels[axis.name] for axis in axes), Ranked([], axes, column))
        arm.cells.append(found.cell)
        arm.places[tuple(labels[name] for name in names)] = found.cell
        for result in found.results:
            if (bounds := result.bounds(column)) is not None:
                arm.values[(*(labels[name] for name in names), result.run.seed)] = bounds
    known = _in_order([arm for arm in arms.values() if arm.values])
    if conditions:
        _count_wins(known)
    return sorted(known, key=lambda arm: -arm.won)


def _in_order(arms: list[Ranked]) -> list[Ranked]:
    return in_order(arms, lambda arm: arm.values, arms[0].column.rises) if arms else []


def _count_wins(arms: list[Ranked]) -> None:
    """In how many conditions each arm is the best."""
    for place in {key[:-1] for arm in arms for key in arm.values}:
        best = _in_order([part for arm in arms if (part := arm.at(place))])[0]
        next(arm for arm in arms if best.cell in arm.cells).won += 1


def both_known(one: Ranked, other: Ranked) -> tuple[Ranked, Ranked]:
    """Both arms without the values of which one has missed the target."""
    known = [key for key, (_, high) in one.values.items()
             if math.isfinite(high) and key in other.values and math.isfinite(other.values[key][1])]
    return tuple(Ranked(arm.cells, arm.axes, arm.column, {key: arm.values[key] for key in known}) for arm in (one, other))


def ratio_to(one: Ranked, other: Ranked) -> tuple[Estimate | None, bool]:
    """The mean of the ratios of one arm to another over all that both have, and whether it is a bound only, since runs
    missed the target and count with their ends."""
    pairs = [(one.values[key], other.values[key]) for key in one.values if key in other.values]
    bounded = any(math.isinf(high) for pair in pairs for _, high in pair)
    if any(math.isinf(low) for pair in pairs for low, _ in pair):
        return None, bounded
    return ratio([(ours[0], theirs[0]) for ours, theirs in pairs]), bounded


def times_better(best: Ranked, other: Ranked) -> tuple[Estimate | None, bool]:
    """By which factor `best` is better."""
    return contests.times_better(best.values, other.values, best.column.rises)


def rival_of(sweep: Sweep, arms: list[Ranked]) -> Ranked | None:
    """The baseline of the best arm; without one, or if the best arm is the baseline, the next best."""
    baseline = sweep.baseline_of(arms[0].cell)
    others = arms[1:]
    if baseline is None or baseline in arms[0].cells:
        return others[0] if others else None
    return next((each for each in others if baseline in each.cells), None)
