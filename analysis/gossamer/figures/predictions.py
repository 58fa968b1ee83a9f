"""Measured points beside predicted lines: the pictures of theory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from gossamer.figures.legend import Key, add_legends, line_handle
from gossamer.figures.scales import make_log, ticks_at
from gossamer.figures.style import COLORS, INK, MARKERS, STYLES, WIDTH, new_figure, theme

Line = tuple[Sequence[float], Sequence[float]]  # x, y
Points = tuple[Sequence[float], Sequence[float], Sequence[float]]  # x, y, half of the 95 % interval


def draw_predictions(predicted: Mapping[str, Line], measured: Mapping[str, Points], x_label: str, y_label: str, *,
                     log: str = "xy", named: str = "predicted"):
    """The figure of one panel: a line for each name of `predicted`, and points with their intervals for each name of
    `measured`, in the same color if they share a name. `log` names the logarithmic axes, `named` what lines are."""
    names = list(dict.fromkeys([*predicted, *measured]))
    with theme():
        figure, grid = new_figure(WIDTH, 3.1)
        axes, handles = grid[0, 0], []
        for place, name in enumerate(names):
            color = COLORS[place % len(COLORS)]
            dash, marker = STYLES[place % len(STYLES)], MARKERS[place % len(MARKERS)]
            if name in predicted:
                axes.plot(*map(np.asarray, predicted[name]), color=color, linestyle=dash, linewidth=1)
            if name in measured:
                x, y, half = (np.asarray(each, dtype=float) for each in measured[name])
                axes.errorbar(x, y, half, color=color, linestyle="none", marker=marker, markersize=4, capsize=2)
            handles.append(line_handle(color, dash if name in predicted else "none", marker if name in measured else None))
        if "x" in log:
            axes.set_xscale("log")
            points = sorted({float(value) for x, _, _ in measured.values() for value in x})
            if 0 < len(points) <= 9:
                ticks_at(axes.xaxis, points)
        if "y" in log:
            make_log(axes.yaxis)
        axes.set_xlabel(x_label)
        axes.set_ylabel(y_label)
        intervals = any(np.any(half) for _, _, half in measured.values())
        kinds = Key([named, "measured, with its 95 % interval" if intervals else "measured"], [line_handle(INK, "solid", None), line_handle(INK, "none", "o")])
        add_legends(figure, [axes], [Key(names, handles), kinds])
    return figure
