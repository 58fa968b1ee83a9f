"""Numbers for people: means with their 95 % intervals, medians that are only known to be larger, ratios."""

from __future__ import annotations

import math

from gossamer.quantities import scaled
from gossamer.statistics.cells import Summary
from gossamer.statistics.intervals import Bounds, Estimate
from gossamer.statistics.runs import Column

NOTHING = "–"
ROUNDING = 1e-9  # a share that is none
NEGLIGIBLE = 1e-9  # an interval's share of the value that is rounding


def value_text(column: Column, value: float, half: float | None = None) -> str:
    """A value in the unit that reads best, with half the width of its interval."""
    if math.isinf(value):
        return "never"
    factor, unit = scaled(column, abs(value)) if column.unit in ("s", "B") else (1.0, column.unit)
    if column.percent:
        factor, unit, value = 0.01, "%", 0.0 if abs(value) < ROUNDING else value
    half = None if half is None or half <= NEGLIGIBLE * abs(value) else half / factor
    number = value / factor
    text = number_text(number, column.is_count or unit == "B") if half is None else _with_half(number, half)
    return f"{text} {unit}".rstrip()


def number_text(value: float, is_count: bool = False) -> str:
    """Four digits, zeros at the end too, so that numbers below each other are alike; counts are whole numbers.

    `numberText` in report/page/numbers.js is the same."""
    size = abs(value)
    if size == 0:
        return "0"
    if not 1e-3 <= size < 1e6:
        mantissa, exponent = f"{value:.3e}".split("e")
        return f"{mantissa}e{int(exponent)}"
    return f"{value:.0f}" if is_count or size >= 1000 else f"{value:#.4g}".rstrip(".")


def _with_half(value: float, half: float) -> str:
    """Half the width has two digits, and the value as many places."""
    places = 1 - math.floor(math.log10(half))
    if not -2 <= places <= 5 or abs(value) >= 1e6:
        return f"{value:.3g} ± {half:.2g}"
    places = max(places, 0)
    return f"{value:.{places}f} ± {half:.{places}f}"


def summary_text(column: Column, summary: Summary) -> str:
    """The mean with its interval. If some run has not reached the target: the median, or what it is larger than."""
    if summary.estimate is not None:
        return value_text(column, summary.estimate.mean, summary.estimate.half_width)
    if summary.median is None:
        return NOTHING
    low, high = summary.median
    word = "median " if summary.censored < summary.count else ""
    return f"{word}{'> ' if low < high else ''}{value_text(column, low)}"


def reached_text(summary: Summary) -> str:
    return f"{summary.count - summary.censored} of {summary.count}" if summary.count else NOTHING


def ratio_text(summary: Summary) -> str:
    """The ratio with its interval; if a run has not reached the target, what is known of the median ratio."""
    if summary.ratio is not None:
        return estimate_text(summary.ratio)
    return NOTHING if summary.ratio_bounds is None else _bounds_text(summary.ratio_bounds)


def estimate_text(ratio: Estimate) -> str:
    return _three(ratio.mean) + ("" if ratio.low is None else f" [{_three(ratio.low)}, {_three(ratio.high)}]")


def _three(value: float) -> str:
    """Three digits, zeros at the end too."""
    return f"{value:#.3g}".rstrip(".")


def _bounds_text(bounds: Bounds) -> str:
    low, high = bounds
    if low == high:
        return f"median {_three(low)}" if math.isfinite(low) else "never"
    if math.isinf(high):
        return f"> {_three(low)}" if low > 0 else NOTHING
    return f"{_three(low)} to {_three(high)}" if low > 0 else f"< {_three(high)}"
