"""Phase diagrams: which label wins in each cell of two axes of numbers, by how much, and where that is undecided."""

from __future__ import annotations

import math
from collections import Counter

from matplotlib.patches import Patch, Rectangle

from gossamer.figures.grouping import chosen_axes, labels_of
from gossamer.figures.legend import Key, add_legends
from gossamer.figures.measures import Measure, Measured
from gossamer.figures.panels import Grid
from gossamer.figures.style import COLORS, INK, paler, readable_on, theme
from gossamer.figures.texts import add_title
from gossamer.statistics.contests import FULL, Verdict, contest
from gossamer.support.errors import AnalysisError
from gossamer.support.wording import lower
from gossamer.sweeps import Axis, Sweep, label_text

LETTERS = "ABCDEFG"  # of winners, for print and for eyes that colors do not help
MOST_NUMBERS = 9  # cells on a side in which margins are written


def plane_of(sweep: Sweep, names: list[str] | None) -> list[Axis]:
    """The two axes of numbers that a phase diagram spans: those named, or the two with most labels."""
    numeric = [axis for axis in sweep.axes if axis.is_numeric]
    chosen = [sweep.axis(name) for name in names] if names else sorted(numeric, key=lambda axis: -len(axis.labels))[:2]
    if wrong := next((axis for axis in chosen if axis not in numeric), None):
        raise AnalysisError(f"the axis {wrong.name} has labels that are no numbers; a phase diagram has two axes of numbers")
    if len(chosen) != 2:
        raise AnalysisError(f"a phase diagram has two axes of numbers, and here are {len(chosen)}; expected such as "
                            "--x latency,bandwidth")
    return chosen if names else sorted(chosen, key=sweep.axes.index)


def verdicts(sweep: Sweep, plane: list[Axis], contested: list[Axis], measured: Measured) -> dict[tuple, Verdict | None]:
    """By the labels of both axes. All axes but the plane's and the contested ones are free: the best of them counts."""
    found = {}
    for labels in {tuple(cell.labels.get(axis.name) for axis in plane): None for cell in sweep.cells}:
        if None not in labels:
            cells = [(", ".join(label_text(cell.labels.get(axis.name)) for axis in contested), cell) for cell in sweep.cells
                     if tuple(cell.labels.get(axis.name) for axis in plane) == labels]
            found[labels] = contest(((name, measured.by_seed(cell)) for name, cell in cells), measured.measure.rises)
    return found


def draw(sweep: Sweep, measure: Measure, x_names: list[str] | None = None, *, group: list[str] | None = None,
         width: str | None = None):
    """The figure: a tile for each cell, in the color and with the letter of the winner, the paler the closer; hatched if the
    interval of the margin contains 1. Throws AnalysisError without two axes of numbers and something that is contested."""
    plane = plane_of(sweep, x_names)
    contested = [sweep.axis(name) for name in group] if group else chosen_axes(sweep, plane, None)
    if not contested:
        raise AnalysisError(f"nothing differs but {plane[0].name} and {plane[1].name}, so there is nothing to compare")
    found = verdicts(sweep, plane, contested, Measured(sweep, measure))
    winners = [name for name, _ in Counter(each.winner for each in found.values() if each).most_common()]
    if not winners:
        raise AnalysisError(f"no run has {measure.words}, so there is nothing to draw")
    if len(winners) > len(COLORS):
        raise AnalysisError(f"{len(winners)} combinations of {', '.join(axis.name for axis in contested)} win somewhere, and a "
                            f"picture can show {len(COLORS)}; expected one axis, such as --group {contested[0].name}")
    winners = _in_order(winners, sweep, contested)
    with theme():
        grid = Grid(1, [""], width, height=_height(plane, width))
        axes = grid.at(0, 0)
        for labels, verdict in found.items():
            _draw_tile(axes, [labels_of(axis).index(label) for axis, label in zip(plane, labels)], verdict, winners, plane)
        _draw_axes(grid, plane)
        add_title(axes, f"{'Largest' if measure.rises else 'Least'} {lower(measure.label)}")
        add_legends(grid.figure, grid.panels, _keys(winners, found, contested))
    return grid.figure


def _in_order(winners: list[str], sweep: Sweep, contested: list[Axis]) -> list[str]:
    order = {", ".join(label_text(cell.labels.get(axis.name)) for axis in contested): None for cell in sweep.cells}
    return [name for name in order if name in winners]


def _height(plane: list[Axis], width: str | None) -> float:
    tiles = [len([label for label in axis.labels if label is not None]) for axis in plane]
    across = {"column": 2.8, "page": 6.2}.get(width, 4.5)
    return min(max(1.4, across / tiles[0] * tiles[1] * 0.5), 5.0)


def shade(verdict: Verdict) -> float:
    """How much of the winner's color is left: a quarter at a margin of 1."""
    return 0.25 + 0.75 * verdict.share


def _draw_tile(axes, place: list[int], verdict: Verdict | None, winners: list[str], plane: list[Axis]) -> None:
    corner = (place[0] - 0.5, place[1] - 0.5)
    if verdict is None:  # no run has reached the target
        axes.add_patch(Rectangle(corner, 1, 1, facecolor="white", edgecolor="#d0d0d0", linewidth=0.5))
        axes.text(*place, "–", ha="center", va="center", fontsize=7, color=INK)
        return
    number = winners.index(verdict.winner)
    color = paler(COLORS[number], shade(verdict))
    axes.add_patch(Rectangle(corner, 1, 1, facecolor=color, edgecolor="white", linewidth=0.8))
    if verdict.is_undecided:
        axes.add_patch(Rectangle(corner, 1, 1, facecolor="none", edgecolor=readable_on(color), hatch="////", linewidth=0,
                                 alpha=0.45))
    text = LETTERS[number]
    if max(len(axis.labels) for axis in plane) <= MOST_NUMBERS and math.isfinite(verdict.margin):
        text += f"\n{'≥ ' if verdict.at_least else ''}{verdict.margin:.3g}×"
    axes.text(*place, text, ha="center", va="center", fontsize=6.5, color=readable_on(color), linespacing=1.05,
              bbox={"facecolor": color, "edgecolor": "none", "pad": 0.8} if verdict.is_undecided else None)


def _draw_axes(grid: Grid, plane: list[Axis]) -> None:
    axes = grid.at(0, 0)
    axes.grid(False)
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    for axis, drawn in zip(plane, (axes.xaxis, axes.yaxis)):
        labels = [label for label in labels_of(axis) if label is not None]
        step = -(-len(labels) // 16)
        drawn.set_ticks(range(0, len(labels), step), [label_text(label) for label in labels[::step]])
        drawn.set_view_interval(-0.5, len(labels) - 0.5, ignore=True)
    grid.label_y(0, plane[1].name)
    grid.label_x(plane[0].name)


def _keys(winners: list[str], found: dict[tuple, Verdict | None], contested: list[Axis]) -> list[Key]:
    """Winners by letter and color, then shades, then hatches, as far as they occur."""
    handles = [Patch(facecolor=COLORS[place]) for place in range(len(winners))]
    names = [f"{LETTERS[place]}  {name}" for place, name in enumerate(winners)]
    keys = [Key(names, handles, ", ".join(axis.name for axis in contested))]
    shades = [(1.0, "1×"), (1.25, "1.25×"), (1.5, "1.5×"), (FULL, f"{FULL:g}× or more")]
    handles = [Patch(facecolor=paler(INK, shade(Verdict("", margin)))) for margin, _ in shades]
    names = [name for _, name in shades]
    if any(verdict and verdict.is_undecided for verdict in found.values()):
        handles.append(Patch(facecolor="white", edgecolor=INK, hatch="////", linewidth=0))
        names.append("undecided")
    keys.append(Key(names, handles, "margin over the next"))
    return keys
