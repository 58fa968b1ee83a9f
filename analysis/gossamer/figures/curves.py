"""Draws runs over time, bytes or steps: a line for each trace or for each group of seeds, a panel for each quantity."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from gossamer.figures.bands import Curve, curve_of, drawable
from gossamer.figures.grouping import Arrangement, Look, arrange
from gossamer.figures.legend import Key, add_legends, line_handle, make_room
from gossamer.figures.panels import Grid
from gossamer.figures.scales import format_values, is_wanted, make_log
from gossamer.figures.style import COLORS, INK, STYLES, theme
from gossamer.figures.texts import add_title, literal_text
from gossamer.quantities import BY_KEY, DEFAULT_PANELS, EQUAL, X, Y, Quantity, is_logarithmic, scaled
from gossamer.statistics.intervals import estimate
from gossamer.sweeps import Sweep, Target
from gossamer.traces.trace import Trace, TraceError

SPREAD = 20  # of the runs' ends, above which the x axis is logarithmic


@dataclass(frozen=True)
class Line:
    """The runs that one line joins, which differ by chance alone."""

    name: str
    traces: list[Trace]
    look: Look
    facet: int = 0


@dataclass(frozen=True)
class View:
    """The axes of a picture of curves; `log` names those that are logarithmic, and none leaves that to the values."""

    x: Quantity
    panels: list[Quantity]
    targets: tuple[Target, ...] = ()
    log: str | None = None
    width: str | None = None


def legend_names(traces: list[Trace]) -> list[str]:
    """Titles; where two are the same, with their file's name."""
    titles = [trace.title for trace in traces]
    return [title if titles.count(title) == 1 else f"{title} ({trace.path.stem})"
            for title, trace in zip(titles, traces)]


def in_agreement(lines: list[Line], y: Quantity) -> list[bool]:
    """For each line, whether its models are equal up to rounding, compared with those of the others: their consensus
    distance is always below a millionth of the largest. Their lines would leave little of the panel to the others."""
    largest = [max((value for trace in line.traces for value in trace.series("time_s", y.key)[1]), default=0.0)
               for line in lines]
    return [y is Y["consensus"] and value < EQUAL * max(largest) for value in largest]


def panels_to_draw(traces: list[Trace], x: Quantity, wanted: list[str] | None) -> list[Quantity]:
    for trace in traces:
        if not trace.has(x.key):
            raise TraceError(f"{trace.path}: no sample has {x.key}, which the x axis shows")
    if wanted:
        for name in wanted:
            if not any(trace.has(x.key, Y[name].key) for trace in traces):
                raise TraceError(f"{traces[0].path}: no sample has {Y[name].key}, which --y {name} shows")
        return [Y[name] for name in wanted]
    shown = [Y[name] for name in DEFAULT_PANELS if any(trace.has(x.key, Y[name].key) for trace in traces)]
    if shown:
        return shown
    # Without numerics there is no loss: the panels show waiting instead.
    if not any(trace.has(x.key, Y["idle"].key) for trace in traces):
        names = ", ".join(Y[name].key for name in (*DEFAULT_PANELS, "idle"))
        raise TraceError(f"{traces[0].path}: no sample has anything to draw, expected one of: {names}")
    return [Y["idle"]]


def draw(traces: list[Trace], x_name: str = "time", y_names: list[str] | None = None, *, log: str | None = None,
         width: str | None = None, targets: Iterable[Target] = ()):
    """The figure: panels above each other over one x axis, with a line for each trace. Throws TraceError if the traces
    lack a quantity that is wanted."""
    lines = [Line(name, [trace], Look(COLORS[place % len(COLORS)], STYLES[place % len(STYLES)]))
             for place, (name, trace) in enumerate(zip(legend_names(traces), traces))]
    view = View(X[x_name], panels_to_draw(traces, X[x_name], y_names), tuple(targets), log, width)
    keys = [Key([line.name for line in lines], [line_handle(line.look.color, line.look.dash) for line in lines])]
    return _figure(lines, view, [""], keys if len(traces) > 1 else [], traces[0].title)


def draw_sweep(sweep: Sweep, x_name: str = "time", y_names: list[str] | None = None, *, log: str | None = None,
               width: str | None = None, targets: Iterable[Target] | None = None, group: list[str] | None = None):
    """The figure of a sweep: runs that differ by their seeds are one line in the band of its 95 % interval."""
    arrangement: Arrangement = arrange(sweep, wanted=group)
    lines = [Line(each.name, [run.trace for cell in each.cells for run in cell.done], each.look, each.facet)
             for each in arrangement.groups]
    lines = [line for line in lines if line.traces]
    traces = [trace for line in lines for trace in line.traces]
    if not traces:
        raise TraceError(f"{sweep.folder}: no run has left a trace, so there is nothing to draw")
    view = View(X[x_name], panels_to_draw(traces, X[x_name], y_names),
                tuple(sweep.targets if targets is None else targets), log, width)
    return _figure(lines, view, arrangement.facets, arrangement.keys, sweep.title)


def _figure(lines: list[Line], view: View, facets: list[str], keys: list[Key], title: str):
    ends = [max(sample[view.x.key] for sample in trace.samples if view.x.key in sample)
            for line in lines for trace in line.traces]
    factor, unit = scaled(view.x, max(ends))
    positive = [end for end in ends if end > 0]
    log_x = is_wanted(view.log, "x", bool(positive) and max(positive) > SPREAD * min(positive))
    with theme():
        grid = Grid(len(view.panels), facets, view.width)
        for row, y in enumerate(view.panels):
            everywhere = [drawable(trace, view.x.key, y.key)[1] for line in lines for trace in line.traces]
            log_y = is_wanted(view.log, "y", is_logarithmic(y, np.concatenate(everywhere)))
            for facet in range(len(facets)):
                here = [line for line in lines if line.facet == facet]
                _draw_panel(grid.at(row, facet), here, view, y, factor, (log_x, log_y))
            _label_targets(grid, row, view, y)
            grid.label_y(row, y.label)
        grid.label_x(f"{view.x.label} ({unit})" if unit else view.x.label)
        if log_x:
            make_log(grid.at(0, 0).xaxis)
        seeds = max(len(line.traces) for line in lines)
        if seeds > 1 and not all(y.band for y in view.panels):
            grid.note(f"bands: 95 % intervals of the means over {seeds} seeds")
        if keys:
            add_legends(grid.figure, grid.panels, keys)
        elif len(facets) == 1:
            make_room(grid.figure, max(0.0, 0.14 * add_title(grid.at(0, 0), title) - 0.48))
    return grid.figure


def _draw_panel(axes, lines: list[Line], view: View, y: Quantity, factor: float, logs: tuple[bool, bool]) -> None:
    hidden = in_agreement(lines, y)
    for line, is_hidden in zip(lines, hidden):
        curve = Curve.empty() if is_hidden else curve_of(line.traces, view.x, y, logs)
        _draw_line(axes, line, curve, factor)
    format_values(axes, y, logs[1])
    for target in view.targets:
        if BY_KEY.get(target.quantity) is y:
            _draw_target(axes, lines, view.x, y, target, factor)
    if any(hidden):
        equal = ", ".join(line.name for line, is_hidden in zip(lines, hidden) if is_hidden)
        letters = int(axes.figure.get_size_inches()[0] * 13 / axes.get_subplotspec().get_gridspec().ncols)
        axes.text(0.99, 0.97, literal_text(f"{equal}: 0 up to rounding", letters), transform=axes.transAxes, ha="right",
                  va="top", fontsize=7)


def _label_targets(grid: Grid, row: int, view: View, y: Quantity) -> None:
    """Beside the panels at the right, where no line is."""
    for target in view.targets:
        if BY_KEY.get(target.quantity) is y:
            for axes in grid.rightmost(row):
                axes.annotate(y.shown(target.value), (1, target.value), xycoords=("axes fraction", "data"), xytext=(2, 0),
                              textcoords="offset points", va="center", fontsize=7, color=INK)


def _draw_line(axes, line: Line, curve: Curve, factor: float) -> None:
    look = {"color": line.look.color, "linestyle": line.look.dash}
    axes.plot(curve.x / factor, curve.y, marker="o" if curve.x.size == 1 else None, markersize=3, **look)
    if curve.low.size:
        axes.fill_between(curve.x / factor, curve.low, curve.high, color=line.look.color, alpha=0.17, linewidth=0)
    for x, y in curve.single:
        axes.plot(x / factor, y, linewidth=0.6, alpha=0.7, **look)
    for x, y in curve.diverged:
        axes.plot(x / factor, y, marker="x", color=line.look.color, clip_on=False)


def _draw_target(axes, lines: list[Line], x: Quantity, y: Quantity, target: Target, factor: float) -> None:
    """A line at the target, and a ring where a line of runs that all reach it does."""
    axes.axhline(target.value, color=INK, linewidth=0.7, dashes=(2, 2), zorder=1.5)
    for line in lines:
        found = [trace.first_at_least(y.key, target.value) if y.rises else trace.first_at_most(y.key, target.value)
                 for trace in line.traces]
        if all(crossing is not None and x.key in crossing for crossing in found):
            at = estimate([crossing[x.key] / factor for crossing in found])
            half = None if at.half_width is None else [at.half_width]
            axes.errorbar([at.mean], [target.value], xerr=half, color=line.look.color, marker="o", markersize=3.5,
                          markerfacecolor="white", markeredgewidth=1, elinewidth=1, zorder=4)
