"""Draws curves that are given as numbers, in one panel: the pictures of studies."""

from __future__ import annotations

import numpy as np

from gossamer.figures.legend import Key, add_legends, line_handle
from gossamer.figures.scales import make_log, ticks_at
from gossamer.figures.style import COLORS, STYLES, WIDTH, new_figure, theme


def draw_curves(curves: dict[str, tuple[np.ndarray, np.ndarray]], x_label: str, y_label: str, *, markers: bool = False,
                x_log: bool = False, y_log: bool = True):
    """The figure of one panel: a line for each name, through its points. Names are drawn as they stand; labels may hold
    math."""
    with theme():
        figure, grid = new_figure(WIDTH, 2.9)
        axes, handles = grid[0, 0], []
        for position, (x, y) in enumerate(curves.values()):
            x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
            shown = (y > 0) | (not y_log)
            color, dash = COLORS[position % len(COLORS)], STYLES[position % len(STYLES)]
            axes.plot(x[shown], y[shown], color=color, markersize=3, linestyle=dash,
                      marker="o" if markers or np.sum(shown) == 1 else None)
            handles.append(line_handle(color, dash, "o" if markers else None))
        if x_log:
            axes.set_xscale("log")
        if x_log and markers:  # the points themselves are few and worth reading
            ticks_at(axes.xaxis, sorted({float(value) for x, _ in curves.values() for value in x}))
        if y_log:
            make_log(axes.yaxis)
        axes.set_xlabel(x_label)
        axes.set_ylabel(y_label)
        add_legends(figure, [axes], [Key(list(curves), handles)])
    return figure
