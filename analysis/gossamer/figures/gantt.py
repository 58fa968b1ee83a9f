"""Draws timelines: a row for each node, arrows for messages, and the messages in flight below."""

from __future__ import annotations

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from gossamer.figures.legend import Key, add_legends, line_handle
from gossamer.figures.style import COLORS, INK, PALE, WIDTHS, new_figure, theme
from gossamer.figures.texts import add_title, literal_text
from gossamer.quantities import X, Quantity, scaled
from gossamer.support.command import note
from gossamer.support.errors import AnalysisError
from gossamer.support.wording import shortened
from gossamer.traces.timeline import Timeline

# Color and height of a bar: blue works, orange and green are the network, gray waits for others; what is done is left
# white. The heights tell them apart in gray.
ACTIVITIES = {"compute": (COLORS[5], 0.76), "wait": (PALE, 0.26), "transfer": (COLORS[4], 0.5),
              "averaging": (COLORS[2], 0.76)}
IN_FLIGHT = Quantity("bytes", "In flight", "linear", "B", from_zero=True)
ARROW = INK
SLOW = 1.5  # from so many times the steps of the median node on, a node is slow
OF_RUNS = (COLORS[0], COLORS[1], COLORS[3], COLORS[6])  # below, where several runs share a panel
BEHIND_SLOW = "#f9cdb0"
WIDTH = 6.5
LOST = "#c00000"
MOST_ARROWS = 1500  # more of them would hide the rows


def draw_rows(axes, timeline: Timeline, factor: float, slowdowns: dict[int, float]) -> None:
    bars = {}
    for row, activity, begin, end in timeline.slices:
        bars.setdefault((row, activity), []).append((begin / factor, (end - begin) / factor))
    edge = 0.3 if len(timeline.slices) < 100 * len(timeline.rows) else 0  # narrow bars would be all edge
    for (row, activity), extents in bars.items():
        if activity in ACTIVITIES:
            color, height = ACTIVITIES[activity]
            axes.broken_barh(extents, (row - height / 2, height), facecolor=color, edgecolor="white", linewidth=edge)
    axes.set_ylim(len(timeline.rows) - 0.4, -0.6)
    step = -(-len(timeline.rows) // 32)
    names = [literal_text(shortened(name, 30), lines=1) for name in timeline.rows]
    for row, slowdown in slowdowns.items():
        axes.axhspan(row - 0.5, row + 0.5, color=BEHIND_SLOW, linewidth=0, zorder=0)
        names[row] += f" ({slowdown:.2g}× slow)"
    axes.set_yticks(range(0, len(timeline.rows), step), names[::step])
    axes.tick_params(axis="y", length=0)
    axes.grid(False)
    axes.spines["left"].set_visible(False)
    add_title(axes, timeline.title)


def draw_arrows(axes, timeline: Timeline, factor: float) -> bool:
    """Whether there are any, and not too many."""
    count = len(timeline.arrows) + len(timeline.lost)
    if not 0 < count <= MOST_ARROWS:
        return False
    strength = 0.8 if count <= 400 else 0.5

    def lines(arrows: list, color: str) -> tuple[np.ndarray, np.ndarray]:
        ends = np.array(arrows, dtype=float).reshape(-1, 4)
        start, goal = ends[:, [1, 0]] / [factor, 1], ends[:, [3, 2]] / [factor, 1]
        way = np.stack([start, goal], axis=1)
        axes.add_collection(LineCollection(way, color=color, linewidth=0.45, alpha=strength))
        return start, goal

    if timeline.lost:
        _, gone = lines(timeline.lost, LOST)
        axes.scatter(*gone.T, marker="x", s=9, color=LOST, linewidth=0.8, zorder=3)
    start, goal = lines(timeline.arrows, ARROW)
    for marker, chosen in (("v", goal[:, 1] > start[:, 1]), ("^", goal[:, 1] < start[:, 1])):
        axes.scatter(*goal[chosen].T, marker=marker, s=3.5, color=ARROW, linewidth=0, alpha=strength, zorder=3)
    return True


def draw_in_flight(axes, timelines: list[Timeline], window: tuple[float, float], factor: float) -> None:
    largest = max((value for timeline in timelines for time, value in timeline.in_flight if time <= window[1]),
                  default=0)
    divisor, unit = scaled(IN_FLIGHT, largest)
    for place, timeline in enumerate(timelines):
        known = [point for point in timeline.in_flight if point[0] < timeline.end] or [(window[0], 0)]
        known = np.array([*known, (timeline.end, known[-1][1])])
        axes.plot(known[:, 0] / factor, known[:, 1] / divisor, drawstyle="steps-post", linewidth=0.9,
                  color=OF_RUNS[place % len(OF_RUNS)])
    axes.set_ylim(0, 1.1 * largest / divisor or 1)
    axes.set_ylabel(f"{IN_FLIGHT.label} ({unit})")


def key_of(timelines: list[Timeline], arrows: bool, has_slow: bool) -> Key:
    """What is drawn, and no more."""
    seen = {activity for timeline in timelines for _, activity, _, _ in timeline.slices}
    named = {activity: Patch(facecolor=color) for activity, (color, _) in ACTIVITIES.items() if activity in seen}
    if arrows:
        named["message"] = Line2D([], [], color=ARROW, linewidth=0.6, marker=">", markersize=2.5)
    if arrows and any(timeline.lost for timeline in timelines):
        named["lost message"] = Line2D([], [], color=LOST, linewidth=0.6, marker="x", markersize=3)
    if has_slow:
        named["slow node"] = Patch(facecolor=BEHIND_SLOW)
    return Key(list(named), list(named.values()))


def slow_rows(timeline: Timeline) -> dict[int, float]:
    """Rows of slow nodes, with how many times as long as the median node's their steps take."""
    return {row: slowdown for row, slowdown in timeline.slowdowns().items() if slowdown >= SLOW}


def draw(timelines: list[Timeline], begin: float = 0.0, end: float | None = None, *, width: str | None = None):
    """The figure: rows of each run above each other, over one axis of virtual time, and what is in flight below. Rows of
    nodes whose steps take longer in the whole timeline are marked.

    Throws AnalysisError where the window from `begin` to `end` (seconds) shows nothing.
    """
    end = max(timeline.end for timeline in timelines) if end is None else end
    shown = [timeline.between(begin, end) for timeline in timelines]
    for timeline in shown:
        if not timeline.slices:
            raise AnalysisError(f"{timeline.path}: shows nothing from {begin:g} s to {end:g} s")
    factor, unit = scaled(X["time"], end)
    heights = [0.35 + 0.17 * min(len(timeline.rows), 40) for timeline in shown]
    with theme():
        figure, grid = new_figure(WIDTHS.get(width, WIDTH), sum(heights) + 1.4, len(shown) + 1, sharex=True,
                                  gridspec_kw={"height_ratios": [*heights, 0.8]})
        slow = [slow_rows(timeline) for timeline in timelines]
        for axes, timeline, slowdowns in zip(grid[:, 0], shown, slow):
            draw_rows(axes, timeline, factor, slowdowns)
        arrows = [draw_arrows(axes, timeline, factor) for axes, timeline in zip(grid[:, 0], shown)]
        below = grid[-1, 0]
        draw_in_flight(below, shown, (begin, end), factor)
        below.set_xlim(begin / factor, end / factor)
        below.set_xlabel(f"{X['time'].label} ({unit})")
        keys = [key_of(shown, any(arrows), any(slow))]
        if len(timelines) > 1:
            handles = [line_handle(OF_RUNS[place % len(OF_RUNS)]) for place in range(len(timelines))]
            keys.append(Key([timeline.title for timeline in timelines], handles, "in flight"))
        add_legends(figure, [], keys)
    return figure


def warn_of_arrows(timelines: list[Timeline], begin: float, end: float) -> None:
    for timeline in timelines:
        count = len(timeline.between(begin, end).arrows)
        if count > MOST_ARROWS:
            note(f"gossamer plot: {timeline.path}: {count} messages are not drawn, as they would hide the rows; "
                f"up to {MOST_ARROWS} are: --from and --to choose a part of the run")
