"""A grid of panels: a row for each quantity, side by side if there are several facets."""

from __future__ import annotations

import textwrap

from gossamer.figures.style import INK, WIDTH, WIDTHS, new_figure
from gossamer.figures.texts import LETTERS, literal_text

HEIGHTS = {None: 1.75, "page": 1.75, "column": 1.5}


class Grid:
    """Panels by the row of their quantity and by their facet. Facets that do not fit side by side go below."""

    def __init__(self, rows: int, facets: list[str], width: str | None = None, height: float | None = None,
                 share_x: bool = True):
        if width is None and len(facets) > 1:
            width = "page"
        most = 2 if width == "column" else 3 if len(facets) in (3, 5, 6, 9) else 4
        self.rows, self.columns = rows, min(len(facets), most)
        blocks = -(-len(facets) // self.columns)
        self.width = across = WIDTHS.get(width, WIDTH)
        self.height = height or HEIGHTS[width]
        if self.columns > 1:
            self.height *= 0.9
        up = 0.5 + self.height * rows * blocks
        self.figure, self._axes = new_figure(across, up, rows * blocks, self.columns, sharex=share_x)
        self.facets = facets
        for row in range(rows):
            for facet in range(1, len(facets)):
                self.at(row, facet).sharey(self.at(row, 0))
        for facet, name in enumerate(facets):
            if name:
                letters = int(14 * (across / self.columns - 0.5))  # a wider title would push its neighbors away
                self.at(0, facet).set_title(literal_text(name, letters, lines=3), fontsize=8, loc="left")
        for empty in range(len(facets), blocks * self.columns):
            for row in range(rows):
                self._place(row, empty).set_axis_off()

    def _place(self, row: int, facet: int):
        return self._axes[facet // self.columns * self.rows + row, facet % self.columns]

    def at(self, row: int, facet: int):
        return self._place(row, facet)

    @property
    def panels(self) -> list:
        return [self.at(row, facet) for facet in range(len(self.facets)) for row in range(self.rows)]

    def rightmost(self, row: int) -> list:
        """The last panels of a row, one for each line of facets."""
        last = len(self.facets) - 1
        return [self.at(row, min(start + self.columns - 1, last)) for start in range(0, len(self.facets), self.columns)]

    def label_y(self, row: int, label: str) -> None:
        """At the left of a row, whose panels share their y axis."""
        for facet in range(len(self.facets)):
            axes = self.at(row, facet)
            if facet % self.columns:
                axes.tick_params(axis="y", labelleft=False, which="both")
            else:
                axes.set_ylabel(self._wrapped(label, self.height))
        self.figure.align_ylabels()

    def note(self, text: str) -> None:
        """A remark below all panels."""
        self.figure.supxlabel(text, fontsize=6.5, color=INK, x=0.99, ha="right")

    def label_x(self, label: str) -> None:
        """Below the lowest panel of each column."""
        last = len(self.facets) - 1
        for facet in range(max(0, last - self.columns + 1), last + 1):
            axes = self.at(self.rows - 1, facet)
            axes.set_xlabel(self._wrapped(label, self.figure.get_size_inches()[0] / self.columns))
        for facet in range(last + 1):
            self.at(self.rows - 1, facet).tick_params(axis="x", labelbottom=True)

    @staticmethod
    def _wrapped(label: str, inches: float) -> str:
        """In lines of so many inches; math is left as it is."""
        return label if "$" in label else textwrap.fill(label, int(LETTERS * inches))
