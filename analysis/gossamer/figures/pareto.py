"""Draws bytes against time to a target: a point for each cell, and the front of those that no other beats in both."""

from __future__ import annotations

import math

import numpy as np

from gossamer.figures.grouping import Group, arrange
from gossamer.figures.legend import add_legends
from gossamer.figures.measures import Measure, Measured, Point
from gossamer.figures.panels import Grid
from gossamer.figures.scales import is_wanted, make_log
from gossamer.figures.style import INK, theme
from gossamer.quantities import scaled
from gossamer.support.errors import AnalysisError
from gossamer.sweeps import Sweep, Target



def front(points: np.ndarray) -> np.ndarray:
    """The places of the points, rows of two, that no other point is better than in one and at least as good in the other;
    from left to right."""
    order = np.lexsort((points[:, 1], points[:, 0]))
    kept, least = [], math.inf
    for place in order:
        if points[place, 1] < least:
            kept.append(place)
            least = points[place, 1]
    return np.array(kept, dtype=int)


def draw(sweep: Sweep, target: Target | None = None, *, x_name: str = "time", y_name: str = "bytes",
         group: list[str] | None = None, log: str | None = None, width: str | None = None):
    """The figure: both coordinates are means with 95 % intervals over seeds. A cell in which some seed has not reached the
    target is left out, and counted below the picture. Throws AnalysisError if none has."""
    target = target or next(iter(sweep.targets), None)
    if target is None:
        raise AnalysisError("time and bytes to which target? expected one, such as --target train_loss=0.5")
    measures = Measure.to(target, x_name), Measure.to(target, y_name)
    measured = [Measured(sweep, measure) for measure in measures]
    arrangement = arrange(sweep, wanted=group, parts="marker")
    found = {id(each): _pair(each, measured) for each in arrangement.groups}
    known = np.array([[each.middle for each in pair] for pair in found.values() if pair])
    if not known.size:
        raise AnalysisError(f"no cell has {measures[0].words} with all of its seeds, so there is nothing to draw")
    units = [scaled(measure.quantity, column.max()) for measure, column in zip(measures, known.T)]
    with theme():
        grid = Grid(1, arrangement.facets, width, height=2.7)
        for facet in range(len(arrangement.facets)):
            _draw_panel(grid.at(0, facet), arrangement.of(facet), found, [factor for factor, _ in units])
        _finish(grid, measures, units, known, log, sum(pair is None for pair in found.values()))
        add_legends(grid.figure, grid.panels, arrangement.keys)
    return grid.figure


def _pair(group: Group, measured: list[Measured]) -> tuple[Point, Point] | None:
    """None if some run of the group has not reached the target."""
    pair = tuple(each.point(group.cells) for each in measured)
    return pair if all(each and math.isfinite(each.middle) for each in pair) else None


def _draw_panel(axes, groups: list[Group], found: dict[int, tuple[Point, Point] | None], factors: list[float]) -> None:
    groups = [each for each in groups if found[id(each)]]
    if not groups:
        return
    points = np.array([[each.middle / factor for each, factor in zip(found[id(group)], factors)] for group in groups])
    best = front(points)
    stairs = points[best]
    axes.plot(stairs[:, 0], stairs[:, 1], drawstyle="steps-post", color=INK, linewidth=0.9, zorder=1.5)
    for place, (group, point) in enumerate(zip(groups, points)):
        errors = [[[(each.middle - each.low) / factor], [(each.high - each.middle) / factor]]
                  for each, factor in zip(found[id(group)], factors)]
        size, edge, width, order = (5.5, INK, 0.8, 3) if place in best else (4, "white", 0.4, 2)
        axes.errorbar(*point, xerr=errors[0], yerr=errors[1], color=group.look.color, marker=group.look.marker,
                      markersize=size, elinewidth=0.7, linestyle="none", markeredgecolor=edge, markeredgewidth=width,
                      zorder=order)


def _finish(grid: Grid, measures: tuple[Measure, Measure], units: list[tuple[float, str]], known: np.ndarray, log: str | None,
            missing: int) -> None:
    labels = [f"{measure.label} ({unit})" if unit else measure.label for measure, (_, unit) in zip(measures, units)]
    grid.label_y(0, labels[1])
    grid.label_x(labels[0])
    for which, drawn, measure, column in zip("xy", ("xaxis", "yaxis"), measures, known.T):
        spread = is_wanted(log, which, column.min() > 0 and column.max() > 8 * column.min())
        for axes in grid.panels if which == "x" else grid.panels[:1]:
            if spread:
                make_log(getattr(axes, drawn))
            else:
                axes.set_xlim(left=0) if which == "x" else axes.set_ylim(bottom=0)
    if missing:
        grid.note(f"{missing} of {missing + len(known)} are not shown, since not all of their runs reach the target")
