"""Draws what runs measured over their steps, with the floors, rates and bounds of theory over it."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import to_hex, to_rgb

from gossamer.figures.bands import curve_of
from gossamer.figures.legend import Key, add_legends, line_handle
from gossamer.figures.panels import Grid
from gossamer.figures.scales import format_values
from gossamer.figures.style import COLORS, INK, theme
from gossamer.quantities import BY_KEY, X, Quantity, is_logarithmic
from gossamer.support.errors import AnalysisError
from gossamer.support.wording import shortened
from gossamer.theory.evidence import Evidence
from gossamer.theory.rows import Row, Rows

MOST_CELLS = len(COLORS)
DASHES = ((5, 1.6), (1.2, 1.2), (6, 1.5, 1.5, 1.5), (3, 1, 1, 1, 1, 1))
FROM_MEMORY = (1, 2.4)  # of formulas that are not verified
POINTS = 300


def draw(found: list[Rows]):
    """The figure: a panel for each quantity of which theory has a curve. Throws AnalysisError if there is none."""
    found = [cell for cell in found if any(row.lines for row in cell.rows)][:MOST_CELLS]
    keys = dict.fromkeys(line.key for cell in found for row in cell.rows for line in row.lines)
    panels = [quantity for key, quantity in BY_KEY.items()
              if key in keys and any(trace.has(key) for cell in found for trace in cell.traces)]
    if not panels:
        raise AnalysisError("no prediction that applies to these runs has a curve, so there is nothing to draw")
    shown = {quantity.key for quantity in panels}
    words = list(dict.fromkeys(line.words for cell in found for row in cell.rows for line in row.lines
                               if line.key in shown))
    with theme():
        grid = Grid(len(panels), [""])
        for place, quantity in enumerate(panels):
            _draw_panel(grid.at(place, 0), found, quantity, words)
            grid.label_y(place, quantity.label)
        grid.label_x(X["node_steps"].label)
        if any(len(cell.traces) > 1 for cell in found):
            grid.note("bands: 95 % intervals of the means over seeds")
        add_legends(grid.figure, grid.panels, _keys(found, words))
    return grid.figure


def _draw_panel(axes, found: list[Rows], quantity: Quantity, words: list[str]) -> None:
    values = np.concatenate([trace.series(quantity.key)[0] for cell in found for trace in cell.traces])
    log_y = is_logarithmic(quantity, values)
    for color, cell in zip(COLORS, found):
        curve = curve_of(cell.traces, X["node_steps"], quantity, (False, log_y))
        axes.plot(curve.x, curve.y, color=color)
        if curve.low.size:
            axes.fill_between(curve.x, curve.low, curve.high, color=color, alpha=0.17, linewidth=0)
        for row in cell.rows:
            _draw_lines(axes, row, quantity, curve.x, darker(color) if len(found) > 1 else INK, words, log_y)
    format_values(axes, quantity, log_y)


def _draw_lines(axes, row: Row, quantity: Quantity, x: np.ndarray, color: str, words: list[str], log_y: bool) -> None:
    if not x.size:
        return
    steps = np.linspace(x[0], x[-1], POINTS)
    for line in (line for line in row.lines if line.key == quantity.key):
        y = np.asarray(line.values(steps), dtype=float)
        shown = np.isfinite(y) & ((y > 1e-30) | (not log_y))
        axes.plot(steps[shown], y[shown], color=color, linewidth=1.0, dashes=_dash(row, words.index(line.words)), zorder=3)


def darker(color: str) -> str:
    """The color mixed with black, so that a line of theory is seen on the line of its runs."""
    return to_hex(0.5 * np.array(to_rgb(color)))


def _dash(row: Row, place: int) -> tuple:
    return FROM_MEMORY if row.evidence is Evidence.MEMORY else DASHES[place % len(DASHES)]


def _keys(found: list[Rows], words: list[str]) -> list[Key]:
    """Runs by their colors, predictions by their dashes; formulas from memory are named so."""
    dashes = {line.words: _dash(row, words.index(line.words)) for cell in found for row in cell.rows for line in row.lines
              if line.words in words}
    names = [shortened(cell.name) or "measured" for cell in found]
    return [Key(names, [line_handle(color) for color, _ in zip(COLORS, found)]),
            Key(words, [line_handle(INK, (0, dashes[each])) for each in words], "theory")]
