"""The look of pictures: colors, axes, legends, texts, and how a picture becomes a file."""

from __future__ import annotations

import contextlib
import io
import textwrap
import unicodedata
import warnings
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402
from matplotlib.font_manager import findfont, fontManager  # noqa: E402
from matplotlib.ft2font import FT2Font  # noqa: E402
from matplotlib.text import Text  # noqa: E402
from matplotlib.ticker import FuncFormatter, LogFormatterSciNotation, NullFormatter, NullLocator  # noqa: E402

from gossamer.support.command import note  # noqa: E402
from gossamer.support.errors import AnalysisError  # noqa: E402
from gossamer.support.outputs import need_folder_of, write_whole  # noqa: E402
from gossamer.support.wording import shortened, visible, width  # noqa: E402

matplotlib.rcdefaults()  # a matplotlibrc of the user may ask for LaTeX, or for another look

KINDS = ("png", "svg", "pdf")
FONT = "DejaVu Sans"  # Matplotlib brings it
MOST_PIXELS = 2**16 - 1  # of a side, for Agg

# Okabe and Ito's palette, told apart with any color vision; line styles tell lines apart in gray.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
STYLES = ("solid", (0, (5, 1.5)), (0, (6, 1.5, 1, 1.5)), (0, (1, 1)), (0, (3, 1, 1, 1, 1, 1)))

STYLE = {
    "font.size": 8, "axes.labelsize": 8, "legend.fontsize": 8, "xtick.labelsize": 7, "ytick.labelsize": 7,
    "axes.spines.top": False, "axes.spines.right": False, "axes.linewidth": 0.6,
    "xtick.major.width": 0.6, "ytick.major.width": 0.6, "ytick.minor.width": 0.4,
    "lines.linewidth": 1.3, "legend.frameon": False, "axes.grid": True, "grid.color": "#e6e6e6",
    "grid.linewidth": 0.5, "axes.axisbelow": True, "axes.xmargin": 0.01, "figure.constrained_layout.use": True,
    "pdf.fonttype": 42, "svg.fonttype": "path", "svg.hashsalt": "gossamer", "savefig.dpi": 200,
}


@contextlib.contextmanager
def theme():
    """Figures that are drawn inside have the style of all pictures. NumPy does not warn of overflow inside."""
    with matplotlib.rc_context(STYLE), np.errstate(all="ignore"):
        yield


def format_log_axis(axes) -> None:
    """Labels values inside decades, too, if the axis has fewer than two decades."""
    low, high = axes.get_ylim()
    if high / low < 100:
        plain = FuncFormatter(lambda value, _: f"{value:g}" if 1e-3 <= value < 1e4 else f"{value:.0e}")
        axes.yaxis.set_major_formatter(plain)
        wanted = (2, 3, 5) if high / low < 10 else (2, 5)

        def minor(value: float, _) -> str:
            digit = round(value / 10 ** np.floor(np.log10(value)))
            return plain(value) if digit in wanted else ""

        axes.yaxis.set_minor_formatter(FuncFormatter(minor))
    else:
        axes.yaxis.set_major_formatter(LogFormatterSciNotation())
        axes.yaxis.set_minor_formatter(NullFormatter())


def literal_text(text: str, letters: int = 84, lines: int = 4) -> str:
    """A text from outside for a picture: no part of it is read as math, and what is too long is wrapped, then cut."""
    wrapped = []
    for line in visible(text, keep="\n").split("\n"):
        scale = len(line) / max(1, width(line))  # wide letters take two places
        wrapped += textwrap.wrap(line, max(1, int(letters * scale)), replace_whitespace=False) or [""]
    if len(wrapped) > lines:
        wrapped = [*wrapped[:lines - 1], shortened(wrapped[lines - 1] + " " * letters, letters).rstrip(" …") + " …"]
    return "\n".join(wrapped).replace("$", r"\$")


def add_title(axes, text: str, letters: int = 68) -> int:
    """Above the axes, to the left. Returns the number of its lines."""
    title = literal_text(text, letters)
    axes.set_title(title, fontsize=8, loc="left")
    return title.count("\n") + 1


def add_legend(axes, names: list[str], handles: list, letters: int = 84, **options) -> float:
    """Above the axes, in as many columns as fit side by side. Returns its height in inches."""
    shown = [literal_text(name, letters - 9, lines=2) for name in names]
    # Names enter afterwards: Matplotlib leaves out a handle whose label begins with "_".
    columns = max(1, min(len(shown), letters // (max(width(line) for name in shown for line in name.split("\n")) + 9)))
    place = {"loc": "lower left", "bbox_to_anchor": (0, 1.0), "borderaxespad": 0.2, "borderpad": 0, "handlelength": 2.6}
    legend = axes.legend(handles, [f"{number}" for number in range(len(shown))], ncol=columns, **{**place, **options})
    for text, name in zip(legend.get_texts(), shown):
        text.set_text(name)
    return 0.16 * -(-len(shown) // columns) * (max(name.count("\n") for name in shown) + 1)


def make_room(figure, height: float) -> None:
    """Makes the figure higher by what a legend or a title takes beyond three lines."""
    across, up = figure.get_size_inches()
    figure.set_size_inches(across, up + max(0.0, height - 0.48))


def draw_curves(curves: dict[str, tuple[np.ndarray, np.ndarray]], x_label: str, y_label: str, *, markers: bool = False,
                x_log: bool = False, y_log: bool = True):
    """The figure of one panel: a line for each name, through its points. Names are drawn as they stand; labels may hold
    math."""
    with theme():
        figure, axes = plt.subplots(figsize=(5.2, 2.9))
        lines = []
        for position, (x, y) in enumerate(curves.values()):
            x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
            shown = (y > 0) | (not y_log)
            lines += axes.plot(x[shown], y[shown], color=COLORS[position % len(COLORS)], markersize=3,
                               linestyle=STYLES[position % len(STYLES)],
                               marker="o" if markers or np.sum(shown) == 1 else None)
        if x_log:
            axes.set_xscale("log")
        if x_log and markers:  # the points themselves are few and worth reading
            points = sorted({float(value) for x, _ in curves.values() for value in x})
            axes.set_xticks(points, [f"{value:g}" for value in points])
            axes.xaxis.set_minor_formatter(NullFormatter())
            axes.xaxis.set_minor_locator(NullLocator())
        if y_log:
            axes.set_yscale("log")
            format_log_axis(axes)
        axes.set_xlabel(x_label)
        axes.set_ylabel(y_label)
        make_room(figure, add_legend(axes, list(curves), lines))
    return figure


def picture_kind(path: Path) -> str:
    """Throws AnalysisError if the ending of the name is none of a picture, or if there is no such folder."""
    kind = path.suffix.lower().lstrip(".")
    if kind not in KINDS:
        found = f'ends in "{path.suffix}"' if path.suffix else "has no ending"
        raise AnalysisError(f"{path}: {found}, expected .png, .svg or .pdf, such as {path.stem}.png")
    need_folder_of(path)
    return kind


def save(figure, path: Path) -> None:
    """Writes the picture, whole or not at all."""
    kind = picture_kind(path)
    metadata = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(kind)  # equal traces, equal pictures
    content = io.BytesIO()
    try:
        with theme(), warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Glyph .* missing|.*constrained_layout not applied.*")
            _refuse_too_large(figure, path)
            _supply_letters(figure, path)
            figure.savefig(content, format=kind, metadata=metadata)
    finally:
        plt.close(figure)
    write_whole(path, content.getvalue(), "the picture")


def _refuse_too_large(figure, path: Path) -> None:
    height = max(figure.get_size_inches()) * STYLE["savefig.dpi"]
    if height > MOST_PIXELS:
        raise AnalysisError(f"{path}: the picture would have {height:.0f} pixels on a side, expected at most {MOST_PIXELS}; "
                            "draw fewer files")


def _supply_letters(figure, path: Path) -> None:
    """Takes letters that the usual font lacks from other installed fonts, and reports letters that no font has."""
    texts = figure.findobj(Text)
    needed = {letter for text in texts for letter in text.get_text()}
    lacking = {ord(letter) for letter in needed if letter > "~"} - _letters_of(findfont(FONT))
    if any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in needed):
        note(f"{path}: right-to-left text is drawn from left to right, letter by letter")
    if not lacking:
        return
    families = [FONT]
    for name, font in sorted({entry.name: entry.fname for entry in fontManager.ttflist}.items()):
        if (found := lacking & _letters_of(font)):
            families.append(name)
            lacking -= found
    for text in texts:
        text.set_fontfamily(families)
    if lacking:
        letters = " ".join(map(chr, sorted(lacking)[:20]))
        note(f"{path}: no installed font has {letters}; the picture has boxes instead. Debian's packages fonts-noto-core, "
            "fonts-noto-cjk and fonts-symbola have most letters")


def _letters_of(font: str) -> set[int]:
    try:
        return set(FT2Font(font).get_charmap())
    except (OSError, RuntimeError):
        return set()  # fonts of bitmaps, which Matplotlib cannot draw
