"""The look of pictures: colors, dashes, markers, widths, and the figures that have it."""

from __future__ import annotations

import contextlib
import warnings

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap, to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.style import context as styled

FONT = "DejaVu Sans"  # Matplotlib brings it
WIDTHS = {"column": 3.4, "page": 6.9}  # of a two-column paper, in inches
WIDTH = 5.2  # of a picture alone

# Okabe and Ito's palette, told apart with any color vision; dashes and markers tell lines apart in gray.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
STYLES = ("solid", (0, (5, 1.5)), (0, (6, 1.5, 1, 1.5)), (0, (1, 1)), (0, (3, 1, 1, 1, 1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
INK, PALE = "#303030", "#c4c4c4"  # of what is no line of its own
# Numbers in their order: lighter and lighter, also in gray; the lightest is still seen on white.
ORDERED = LinearSegmentedColormap.from_list("ordered", matplotlib.colormaps["viridis"](np.linspace(0, 0.86, 64)))

STYLE = {
    "font.size": 8, "axes.labelsize": 8, "legend.fontsize": 8, "xtick.labelsize": 7, "ytick.labelsize": 7,
    "axes.spines.top": False, "axes.spines.right": False, "axes.linewidth": 0.6,
    "xtick.major.width": 0.6, "ytick.major.width": 0.6, "ytick.minor.width": 0.4, "xtick.minor.width": 0.4,
    "lines.linewidth": 1.3, "legend.frameon": False, "axes.grid": True, "grid.color": "#e6e6e6",
    "grid.linewidth": 0.5, "axes.axisbelow": True, "axes.xmargin": 0.01, "figure.constrained_layout.use": True,
    "pdf.fonttype": 42, "svg.fonttype": "path", "svg.hashsalt": "gossamer", "savefig.dpi": 200, "hatch.linewidth": 0.6,
}


@contextlib.contextmanager
def theme():
    """Figures that are drawn inside have the style of all pictures, whatever a matplotlibrc of the user asks for.
    NumPy does not warn of overflow inside, nor Matplotlib of letters that fonts lack, which are reported once."""
    with styled(["default", STYLE]), np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing|.*constrained_layout not applied.*")
        yield


def new_figure(across: float, up: float, rows: int = 1, columns: int = 1, **options) -> tuple[Figure, np.ndarray]:
    """A figure of such a size in inches, and the grid of its axes. It has no window, so no backend has to be chosen."""
    figure = Figure(figsize=(across, up))
    FigureCanvasAgg(figure)
    return figure, figure.subplots(rows, columns, squeeze=False, **options)


def ordered_colors(count: int) -> list[str]:
    """Colors for numbers in their order."""
    return [to_hex(ORDERED(place / max(1, count - 1))) for place in range(count)]


def paler(color: str, share: float) -> str:
    """The color mixed with white, of which this share is left."""
    return to_hex(1 - share * (1 - np.array(to_rgb(color))))


def readable_on(color: str) -> str:
    """Black or white, whichever is easier to read on a color: by the contrast of the WCAG, 2.1."""
    channels = np.array(to_rgb(color))
    linear = np.where(channels <= 0.03928, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return "black" if linear @ [0.2126, 0.7152, 0.0722] > 0.179 else "white"
