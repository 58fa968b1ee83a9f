"""Draws traces, one line for each, one panel for each quantity."""

from __future__ import annotations

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter

from gossamer.figures.style import COLORS, STYLES, add_legend, add_title, literal_text, format_log_axis, theme, make_room, plt
from gossamer.quantities import DEFAULT_PANELS, EQUAL, X, Y, Quantity, is_logarithmic, scaled
from gossamer.traces.trace import Trace, TraceError

LARGEST = 1e300  # magnitude that is drawn


def legend_names(traces: list[Trace]) -> list[str]:
    """Titles; where two are the same, with their file's name."""
    titles = [trace.title for trace in traces]
    return [title if titles.count(title) == 1 else f"{title} ({trace.path.stem})"
            for title, trace in zip(titles, traces)]


def in_agreement(traces: list[Trace], y: Quantity) -> list[bool]:
    """For each trace, whether its models are equal up to rounding, compared with those of the others: their consensus
    distance is always below a millionth of the largest. Their lines would leave little of the panel to the others."""
    largest = [max(trace.series("time_s", y.key)[1], default=0.0) for trace in traces]
    return [y is Y["consensus"] and value < EQUAL * max(largest) for value in largest]


def drawable(trace: Trace, *keys: str) -> tuple[np.ndarray, ...]:
    """Columns of a trace, without the rows beyond what Matplotlib's axes can show: a run that diverges gets there."""
    columns = np.array(trace.series(*keys))
    return tuple(columns[:, (np.abs(columns) <= LARGEST).all(axis=0)])


def draw_panel(axes, traces: list[Trace], x: Quantity, y: Quantity, x_factor: float) -> list[Line2D]:
    """Returns the line of each trace."""
    lines = []
    hidden = in_agreement(traces, y)
    logarithmic = is_logarithmic(y, np.concatenate([drawable(trace, x.key, y.key)[1] for trace in traces]))
    for position, trace in enumerate(traces):
        abscissa, values = drawable(trace, x.key, y.key)
        if hidden[position]:
            abscissa = values = np.empty(0)
        if logarithmic:
            abscissa, values = abscissa[values > 0], values[values > 0]
        if y is Y["consensus"] and values.size:
            start = np.argmax(values >= EQUAL * values.max())  # models that start equal, but for rounding
            abscissa, values = abscissa[start:], values[start:]
        line, = axes.plot(abscissa / x_factor, values, color=COLORS[position % len(COLORS)],
                          linestyle=STYLES[position % len(STYLES)], marker="o" if values.size == 1 else None,
                          markersize=3)
        lines.append(line)
        if y.band:
            draw_band(axes, trace, x, y.band, x_factor, line.get_color())
        if trace.divergence and values.size:
            axes.plot(abscissa[-1] / x_factor, values[-1], marker="x", color=line.get_color(), clip_on=False)
    if logarithmic:
        axes.set_yscale("log")
        format_log_axis(axes)
    if y.percent:
        axes.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:g} %"))
    if y.from_zero:
        top = 1.1 * axes.dataLim.y1
        axes.set_ylim(0, top if 0 < top < np.inf else 1)
    if any(hidden):
        equal = ", ".join(name for name, is_hidden in zip(legend_names(traces), hidden) if is_hidden)
        axes.text(0.99, 0.97, literal_text(f"{equal}: 0 up to rounding"), transform=axes.transAxes, ha="right", va="top",
                  fontsize=7)
    axes.set_ylabel(y.label)
    return lines


def draw_band(axes, trace: Trace, x: Quantity, band: tuple[str, str], x_factor: float, color: str) -> None:
    abscissa, first, second = drawable(trace, x.key, *band)
    axes.fill_between(abscissa / x_factor, first, second, color=color, alpha=0.15, linewidth=0)


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


def draw(traces: list[Trace], x_name: str = "time", y_names: list[str] | None = None):
    """The figure: panels stacked over one x axis. Throws TraceError if the traces lack a quantity that is wanted."""
    x = X[x_name]
    panels = panels_to_draw(traces, x, y_names)
    largest = max(sample[x.key] for trace in traces for sample in trace.samples if x.key in sample)
    factor, unit = scaled(x, largest)
    with theme():
        figure, grid = plt.subplots(len(panels), 1, sharex=True, squeeze=False, figsize=(5.2, 0.5 + 1.75 * len(panels)))
        lines = [draw_panel(axes, traces, x, y, factor) for axes, y in zip(grid[:, 0], panels)]
        top, bottom = grid[0, 0], grid[-1, 0]
        bottom.set_xlabel(f"{x.label} ({unit})" if unit else x.label)
        if len(traces) == 1:
            height = 0.14 * add_title(top, traces[0].title)
        else:
            height = add_legend(top, legend_names(traces), lines[0])
        make_room(figure, height)
        figure.align_ylabels(grid[:, 0])
    return figure
