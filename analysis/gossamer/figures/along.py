"""Draws one number of each run along an axis of a sweep: time to a target over H, rounds over n; with a fit, how it scales."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from gossamer.figures.grouping import Arrangement, Group, Look, arrange
from gossamer.figures.legend import Key, add_legends, line_handle
from gossamer.figures.measures import Measure, Measured, Point, axis_along
from gossamer.figures.panels import Grid
from gossamer.figures.scales import is_wanted, make_log, ticks_at
from gossamer.figures.style import INK, theme
from gossamer.figures.texts import LETTERS
from gossamer.quantities import is_logarithmic, scaled
from gossamer.statistics.intervals import mean, student_quantile
from gossamer.statistics.series import line_through
from gossamer.support.errors import AnalysisError
from gossamer.sweeps import Axis, Sweep, label_text



@dataclass(frozen=True)
class Fit:
    """A power law through all runs of a group: log y = intercept + slope · log x, with the 95 % interval of the slope."""

    slope: float
    intercept: float
    half_width: float | None  # none of two runs


def fitted(points: list[tuple[float, Point]]) -> Fit | None:
    """None of fewer than two different x. All runs count, not the means of cells alone."""
    pairs = [(math.log(x), math.log(value)) for x, each in points for value in each.values if 0 < value < math.inf and x > 0]
    x, y = [a for a, _ in pairs], [b for _, b in pairs]
    line = line_through(x, y)
    if line is None:
        return None
    half = None if line.error is None else student_quantile(len(x) - 2) * line.error
    return Fit(line.slope, mean(y) - line.slope * mean(x), half)


def draw(sweep: Sweep, measure: Measure, x_name: str | None = None, *, group: list[str] | None = None, log: str | None = None,
         width: str | None = None, fit: bool = False, theory: tuple[float, ...] = ()):
    """The figure: a line for each group in the band of the 95 % intervals over seeds.

    With `fit` both axes are logarithmic, and each group has the power law that fits its runs best; `theory` are slopes that
    are drawn beside it. Throws AnalysisError if there is no axis of numbers, or if no run has the measure."""
    measured = Measured(sweep, measure)
    sweep, axis = axis_along(sweep, measured, x_name, prefer="nodes" if fit else None)
    arrangement = arrange(sweep, [axis], group, "both")
    log = "xy" if fit else log
    is_log = is_wanted(log, "y", is_logarithmic(measure.quantity, measured.values))
    points = {id(each): _points(each, axis, measured, is_log) for each in arrangement.groups}
    values = [value for some in points.values() for _, each in some for value in (each.middle, each.bound)
              if value is not None and math.isfinite(value)]
    if not values:
        raise AnalysisError(f"no run has {measure.words}, so there is nothing to draw")
    logs = (is_wanted(log, "x", is_geometric(axis)), is_log)
    factor, unit = scaled(measure.quantity, max(values))
    with theme():
        grid = Grid(1, arrangement.facets, width, height=2.5)
        fits = {}
        for each in arrangement.groups:
            fits[id(each)] = _draw_group(grid.at(0, each.facet), each, points[id(each)], factor, fit)
        for facet in range(len(arrangement.facets)):
            fitted_here = [(points[id(each)], fits[id(each)]) for each in arrangement.of(facet) if fits[id(each)]]
            _draw_slopes(grid.at(0, facet), fitted_here, theory, factor)
        _finish(grid, axis, measure, unit, logs)
        if any(each.bound is not None for some in points.values() for _, each in some):
            grid.note("open triangles: not all runs reach the target; the median is at least that")
        add_legends(grid.figure, grid.panels, _keys(arrangement, fits, fit, theory))
    return grid.figure


def is_geometric(axis: Axis) -> bool:
    """Whether the axis' numbers are more evenly apart in their logarithms, as 1, 2, 4, 8 are."""
    numbers = sorted(axis.number(label) for label in axis.labels if label is not None)
    if len(numbers) < 3 or numbers[0] <= 0:
        return len(numbers) == 2 and numbers[0] > 0 and numbers[1] > 4 * numbers[0]
    apart, factors = np.diff(numbers), np.diff(np.log(numbers))
    return np.std(factors) / np.mean(factors) < np.std(apart) / np.mean(apart)


def are_apart(numbers: list[float], names: list[str], logarithmic: bool, letters: float) -> bool:
    """Whether names fit side by side below an axis of so many letters."""
    places = np.log(numbers) if logarithmic else np.array(numbers)
    order = np.argsort(places)
    widths = np.array([len(names[place]) + 2 for place in order])
    share = np.diff(places[order]) / max(np.ptp(places), 1e-300)
    return bool(np.all(0.85 * letters * share >= (widths[1:] + widths[:-1]) / 2))


def _points(group: Group, axis: Axis, measured: Measured, logarithmic: bool) -> list[tuple[float, Point]]:
    found = [(axis.number(cell.labels[axis.name]), measured.point([cell], logarithmic)) for cell in group.cells]
    return sorted(((x, point) for x, point in found if x is not None and point), key=lambda pair: pair[0])


def _draw_group(axes, group: Group, points: list[tuple[float, Point]], factor: float, fit: bool) -> Fit | None:
    """Returns the fit, if there is one."""
    known = [(x, each) for x, each in points if math.isfinite(each.middle)]
    x = np.array([at for at, _ in points])
    middle, low, high = (np.array([getattr(each, name) for _, each in points]) / factor for name in ("middle", "low", "high"))
    look = group.look
    line = fitted(points) if fit else None
    axes.plot(x, middle, color=look.color, linestyle="none" if line else look.dash, marker=look.marker, markersize=4,
              markeredgecolor="white", markeredgewidth=0.4)
    if line:
        ends = np.array([known[0][0], known[-1][0]], dtype=float)
        axes.plot(ends, np.exp(line.intercept) * ends**line.slope / factor, color=look.color, linestyle=look.dash)
        axes.errorbar(x, middle, yerr=[middle - low, high - middle], color=look.color, linestyle="none", elinewidth=0.9)
    else:
        axes.fill_between(x, low, high, color=look.color, alpha=0.17, linewidth=0)
    bounds = [(at, each.bound / factor) for at, each in points if each.bound is not None and math.isfinite(each.bound)]
    if bounds:  # not all runs have reached the target: at least
        axes.plot(*zip(*bounds), linestyle="none", marker="^", markersize=5, markerfacecolor="white",
                  markeredgecolor=look.color)
    return line


def _draw_slopes(axes, fits: list[tuple[list[tuple[float, Point]], Fit]], theory: tuple[float, ...], factor: float) -> None:
    """A line of each slope, a little below the group whose own slope is closest."""
    for place, slope in enumerate(theory if fits else ()):
        points, _ = min(fits, key=lambda each: abs(each[1].slope - slope))
        known = [(x, each.middle) for x, each in points if math.isfinite(each.middle)] or [(points[0][0], points[0][1].bound)]
        (first, value), last = known[0], points[-1][0]
        axes.plot([first, last], [0.75 * value / factor, 0.75 * value / factor * (last / first) ** slope], color=INK,
                  linewidth=0.9, dashes=_theory_dash(place))


def _theory_dash(place: int) -> tuple:
    return ((1, 1.2), (4, 1.5), (4, 1, 1, 1))[place % 3]


def _finish(grid: Grid, axis: Axis, measure: Measure, unit: str, logs: tuple[bool, bool]) -> None:
    grid.label_y(0, f"{measure.label} ({unit})" if unit else measure.label)
    labels = [label for label in axis.labels if label is not None]
    numbers = [axis.number(label) for label in labels]
    for axes in grid.panels:
        axes.margins(x=0.03)
        if logs[0]:
            axes.set_xscale("log")
        if are_apart(numbers, [label_text(label) for label in labels], logs[0], LETTERS * grid.width / grid.columns):
            ticks_at(axes.xaxis, numbers, [label_text(label) for label in labels])
        elif logs[0]:
            make_log(axes.xaxis)
    if logs[1]:
        make_log(grid.at(0, 0).yaxis)
    grid.label_x(axis.name)


def _keys(arrangement: Arrangement, fits: dict[int, Fit | None], fit: bool, theory: tuple[float, ...]) -> list[Key]:
    """With fits each group has a name of its own, since it has a slope of its own."""
    keys = arrangement.keys
    if fit:
        names = [f"{each.name or 'all runs'}{_slope(fits[id(each)])}" for each in arrangement.groups]
        keys = [Key(names, [line_handle(*_look(each.look)) for each in arrangement.groups])]
    if theory:
        handles = [line_handle(INK, (0, _theory_dash(place))) for place in range(len(theory))]
        keys = [*keys, Key([f"slope {slope:g}" for slope in theory], handles, "theory")]
    return keys


def _look(look: Look) -> tuple:
    return look.color, look.dash, look.marker


def _slope(fit: Fit | None) -> str:
    if fit is None:
        return ""
    return f": slope {fit.slope:.2f}" + ("" if fit.half_width is None else f" ± {fit.half_width:.2f}")
