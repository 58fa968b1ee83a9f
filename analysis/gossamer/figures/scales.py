"""Scales of axes: logarithmic ones with labels where they help, percent, and ticks at the points themselves."""

from __future__ import annotations

import numpy as np
from matplotlib.ticker import FixedLocator, FuncFormatter, LogFormatterSciNotation, NullFormatter, NullLocator

from gossamer.quantities import Quantity


def is_wanted(log: str | None, which: str, automatic: bool) -> bool:
    """Whether an axis, "x" or "y", is logarithmic: `log` names those that are, or leaves it open."""
    return automatic if log is None else which in log


def plain(value: float, _=None) -> str:
    """A number on an axis with few decades."""
    return f"{value:g}" if 1e-3 <= value < 1e4 else f"{value:.0e}"


def make_log(axis) -> None:
    """Makes an axis logarithmic, and labels values inside decades, too, if it has fewer than two of them."""
    getattr(axis.axes, f"set_{axis.axis_name}scale")("log")
    low, high = sorted(axis.get_view_interval())
    if high / low >= 100:
        axis.set_major_formatter(LogFormatterSciNotation())
        axis.set_minor_formatter(NullFormatter())
        return
    wanted = (2, 3, 5) if high / low < 10 else (2, 5)

    def minor(value: float, _) -> str:
        digit = round(value / 10 ** np.floor(np.log10(value)))
        return plain(value) if digit in wanted else ""

    axis.set_major_formatter(FuncFormatter(plain))
    axis.set_minor_formatter(FuncFormatter(minor))


def ticks_at(axis, values, names: list[str] | None = None) -> None:
    """Ticks at these values alone, which are few and worth reading."""
    axis.set_major_locator(FixedLocator(list(values)))
    shown = dict(zip(values, names or [f"{value:g}" for value in values]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: shown.get(value, "")))
    axis.set_minor_locator(NullLocator())


def percent(axis) -> None:
    axis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:g} %"))


def format_values(axes, quantity: Quantity, logarithmic: bool) -> None:
    """The y axis of a quantity, after its lines have been drawn."""
    if logarithmic:
        make_log(axes.yaxis)
    if quantity.percent:
        percent(axes.yaxis)
    if quantity.from_zero and not logarithmic:
        top = 1.1 * axes.dataLim.y1
        axes.set_ylim(0, top if 0 < top < np.inf else 1)
