"""Draws what each node does with its time: shares of computing, waiting and being down, one bar for each node."""

from __future__ import annotations

import numpy as np
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from gossamer.figures.gantt import ACTIVITIES, SLOW, slow_rows
from gossamer.figures.legend import Key, add_legends, line_handle
from gossamer.figures.panels import Grid
from gossamer.figures.scales import percent
from gossamer.figures.style import COLORS, INK, theme
from gossamer.traces.timeline import Timeline
from gossamer.traces.trace import Trace, TraceError

# By their names, from below: color and hatch, so that they are told apart in gray
COLOR = {activity: color for activity, (color, _) in ACTIVITIES.items()}
PARTS = {"computing": (COLOR["compute"], ""), "given up": (COLORS[0], "////"), "averaging": (COLOR["averaging"], ""),
         "transfer": (COLOR["transfer"], ""), "waiting": (COLOR["wait"], ""), "idle": (COLOR["wait"], ""),
         "down": ("white", "xxxx"), "done": ("white", "")}
OF_TIMELINE = {"compute": "computing", "wait": "waiting"}
MOST_EDGES = 80  # bars with white edges; more of them would be all edge


def of_trace(trace: Trace) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """The shares of each node's time by their names, and whether it is slow. Throws TraceError without records of nodes."""
    if not trace.nodes or not all("computing_s" in node and "idle_s" in node for node in trace.nodes):
        raise TraceError(f'{trace.path}: has no records of nodes with their times, as a run leaves them at its end unless its '
                         '"record" has "nodes": "none"')
    column = lambda key: np.array([node.get(key, 0.0) for node in trace.nodes], dtype=float)  # noqa: E731
    total = column("computing_s") + column("idle_s")
    total[total <= 0] = 1.0
    given_up, down = column("wasted_s"), column("down_s")
    parts = {"computing": column("computing_s") - given_up, "given up": given_up, "idle": column("idle_s") - down, "down": down}
    return {name: np.maximum(values, 0) / total for name, values in parts.items()}, column("slowdown") >= SLOW


def of_timeline(timeline: Timeline) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """The same of the rows of a timeline, which knows for what a node waits."""
    parts: dict[str, np.ndarray] = {}
    for row, activity, begin, end in timeline.slices:
        parts.setdefault(OF_TIMELINE.get(activity, activity), np.zeros(len(timeline.rows)))[row] += end - begin
    total, slow = np.maximum(sum(parts.values()), 1e-300), slow_rows(timeline)
    return ({name: parts[name] / total for name in PARTS if name in parts},
            np.array([row in slow for row in range(len(timeline.rows))]))


def draw(sources: list[Trace] | list[Timeline], names: list[str], *, width: str | None = None):
    """The figure: a panel for each run. Slow nodes have a mark below their bars."""
    found = [of_timeline(source) if isinstance(source, Timeline) else of_trace(source) for source in sources]
    shown = [name for name in PARTS if any(name in parts and parts[name].max(initial=0) > 0 for parts, _ in found)]
    with theme():
        grid = Grid(1, names if len(names) > 1 else [""], width, height=1.9, share_x=False)
        for place, (parts, slow) in enumerate(found):
            _draw_bars(grid.at(0, place), {name: parts[name] for name in shown if name in parts}, slow)
        grid.label_y(0, "Share of time")
        for axes in grid.panels:
            axes.set_xlabel("Node")
        handles = [Patch(facecolor=PARTS[name][0], hatch=PARTS[name][1], edgecolor=INK, linewidth=0.4) for name in shown]
        if any(slow.any() for _, slow in found):
            shown, handles = [*shown, "slow node"], [*handles, line_handle(INK, "none", "^")]
        add_legends(grid.figure, grid.panels, [Key(shown, handles)])
    return grid.figure


def _draw_bars(axes, parts: dict[str, np.ndarray], slow: np.ndarray) -> None:
    count, below = len(slow), np.zeros(len(slow))
    edge = 0.3 if count <= MOST_EDGES else 0.0
    for name, shares in parts.items():
        color, hatch = PARTS[name]
        axes.bar(np.arange(count), shares, bottom=below, width=1.0, color=color, hatch=hatch if count <= MOST_EDGES else "",
                 edgecolor="white" if edge and not hatch else INK, linewidth=edge)
        below = below + shares
    if slow.any():
        axes.plot(np.flatnonzero(slow), np.full(slow.sum(), -0.03), linestyle="none", marker="^", markersize=3, color=INK,
                  clip_on=False)
    axes.set_xlim(-0.5, count - 0.5)
    axes.set_ylim(-0.06, 1)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=5, min_n_ticks=1))
    axes.grid(False)
    percent(axes.yaxis)
