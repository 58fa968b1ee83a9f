"""Legends: inside a panel if they cover nothing there, which is measured, and else above all panels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.transforms import Bbox

from gossamer.figures.style import INK
from gossamer.figures.texts import LETTERS, literal_text
from gossamer.support.wording import width

PLACES = ("upper right", "lower left", "upper left", "lower right", "center right", "center left", "lower center",
          "upper center")
MOST_INSIDE = 9  # entries; more of them are a list, and no part of a panel
AIR = 2.0  # pixels around a legend
GAP = 0.05  # inches between legends


@dataclass(frozen=True)
class Key:
    """What a color, a dash or a marker means: names beside handles, below a heading if there are several keys."""

    names: list[str]
    handles: list
    heading: str = ""


def covered(axes, box: Bbox) -> int:
    """How many lines, bands, points, bars and texts of the axes reach into a box of the canvas, in pixels."""
    count = 0
    for line in axes.lines:
        path = line.get_transform().transform_path(line.get_path()).cleaned(remove_nans=True)
        has_marker = line.get_marker() not in (None, "None", "", " ")
        count += (line.get_linestyle() != "None" and _crosses(path, box)) or (has_marker and _within(path.vertices, box))
    for collection in axes.collections:
        to_pixels, offsets = collection.get_transform(), np.ma.filled(collection.get_offsets(), np.nan)
        places = collection.get_offset_transform().transform(offsets)
        paths = [to_pixels.transform_path(path).cleaned(remove_nans=True) for path in collection.get_paths()]
        filled = len(collection.get_facecolor()) > 0
        count += _within(places, box) if len(offsets) > 1 or np.any(offsets) else any(
            _crosses(path, box, filled) for path in paths)
    for patch in axes.patches:
        count += _crosses(patch.get_transform().transform_path(patch.get_path()), box, True)
    renderer = axes.figure.canvas.get_renderer()
    boxes = [text.get_window_extent(renderer) for text in axes.texts if text.get_text()]
    boxes += [other.get_window_extent(renderer) for other in axes.artists]  # legends that have been placed
    return int(count + sum(box.overlaps(other) for other in boxes))


def _crosses(path, box: Bbox, filled: bool = False) -> bool:
    finite = np.isfinite(path.vertices).all()
    return bool(len(path.vertices) > 0 and finite and path.intersects_bbox(box, filled=filled))


def _within(points: np.ndarray, box: Bbox) -> bool:
    return bool(((points >= box.min) & (points <= box.max)).all(axis=1).any())


def add_legends(figure, panels: list, keys: list[Key]) -> None:
    """Explains the lines of a figure: inside one of the panels where each key covers nothing, else above them all."""
    keys = [key for key in keys if key.names]
    figure.get_layout_engine().execute(figure)  # sizes of panels
    placed = []
    for key in keys:
        if not (found := _place_inside(panels, key)):
            break
        placed.append(found)
    if len(placed) < len(keys):
        for legend in placed:
            legend.remove()
        _place_above(figure, panels, keys)


def _named(legend, names: list[str]):
    # Names enter afterwards: Matplotlib leaves out a handle whose label begins with "_".
    for text, name in zip(legend.get_texts(), names):
        text.set_text(name)
    return legend


def _place_inside(panels: list, key: Key):
    """The legend of a key where it covers nothing; none if there is no such place."""
    if len(key.names) > MOST_INSIDE:
        return None
    for axes in panels:
        letters = int(0.7 * LETTERS * axes.bbox.width / axes.figure.dpi)
        names = [literal_text(name, letters, lines=2) for name in key.names]
        for columns in (1, 2):
            for place in PLACES:
                legend = axes.legend(key.handles, [f"{number}" for number in range(len(names))], loc=place, ncol=columns,
                                     title=literal_text(key.heading, 30) if key.heading else None,
                                     handlelength=2.6, borderaxespad=0.3, alignment="left")
                _named(legend, names)
                legend.remove()
                box = legend.get_window_extent(axes.figure.canvas.get_renderer()).padded(AIR)
                inside = axes.bbox.x0 <= box.x0 and box.x1 <= axes.bbox.x1 and axes.bbox.y0 <= box.y0 and box.y1 <= axes.bbox.y1
                if inside and not covered(axes, box):
                    axes.add_artist(legend)
                    return legend
            if len(names) < 4:
                break
    return None


def _place_above(figure, panels: list, keys: list[Key]) -> None:
    """A row for each key, or several if its names are long, and the room for them."""
    inches = figure.get_size_inches()
    left = min(axes.get_position().x0 for axes in panels or figure.axes)
    legends, heights = [], []
    for key in keys:
        legends.append(_row(figure, key, 0.99 - left))
        heights.append(legends[-1].get_window_extent(figure.canvas.get_renderer()).height / figure.dpi + GAP)
    make_room(figure, sum(heights))
    up = inches[1] + sum(heights)
    figure.get_layout_engine().set(rect=(0, 0, 1, inches[1] / up))
    for legend, above in zip(legends, np.cumsum([0, *heights])):
        legend.set_bbox_to_anchor((left, 1 - above / up), figure.transFigure)


def _row(figure, key: Key, share: float):
    """A legend within a share of the figure's width, with its heading at the left if all fit side by side, else above."""
    letters = int(LETTERS * figure.get_size_inches()[0] * share)
    names = [literal_text(name, max(20, letters - 9), lines=2) for name in key.names]
    heading = [literal_text(f"{key.heading}:", letters)] if key.heading else []
    widest = max(width(line) for name in names for line in name.split("\n")) + 8
    most = max(1, min(len(names), 2 * letters // widest))  # names of other columns may be shorter
    for columns in range(most, 0, -1):
        beside = heading if columns == len(names) else []
        title = "" if beside or not heading else heading[0][:-1]
        handles = [line_handle(dash="none")] * len(beside) + list(key.handles)
        legend = _legend_above(figure, handles, beside + names, columns + len(beside), title)
        if columns == 1 or legend.get_window_extent(figure.canvas.get_renderer()).width <= share * figure.bbox.width:
            return legend
        legend.remove()
    return None


def _legend_above(figure, handles: list, names: list[str], columns: int, title: str):
    order = [place for column in range(columns) for place in range(column, len(names), columns)]  # read row by row
    legend = figure.legend([handles[place] for place in order], [f"{place}" for place in order], ncol=columns, loc="upper left",
                           title=title or None, alignment="left", borderaxespad=0.2, borderpad=0.1, handlelength=2.6,
                           columnspacing=1.5)
    return _named(legend, [names[place] for place in order])


def make_room(figure, height: float) -> None:
    """Makes the figure higher by so many inches."""
    across, up = figure.get_size_inches()
    figure.set_size_inches(across, up + height)


def line_handle(color: str = INK, dash="solid", marker: str | None = None) -> Line2D:
    return Line2D([], [], color=color, linestyle=dash, marker=marker, markersize=4)
