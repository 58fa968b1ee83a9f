"""The rate at which a series falls or rises, and the floor around which it stays, over a window of a run."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from gossamer.statistics.intervals import deviation, mean, student_quantile, total

BATCHES, LEAST_BATCHES, LEAST_PER_BATCH = 10, 5, 4
TREND_CONFIDENCE = 0.99  # of the test that takes a series for not stationary
NEGLIGIBLE = 0.01  # a change over the window, as a share, that is none whatever the test says


@dataclass(frozen=True)
class Line:
    """A line through points by least squares. The standard error is right if residuals are independent."""

    slope: float
    error: float | None  # none of two points, or if values are too large


@dataclass(frozen=True)
class Floor:
    """The mean of a series that stays around it, with its standard error by batch means."""

    mean: float
    error: float


def line_through(x: list[float], y: list[float]) -> Line | None:
    """None of fewer than two different x, or if values are too large."""
    if len(x) < 2 or min(x) == max(x):
        return None
    x_mean, y_mean = mean(x), mean(y)
    spread = total((each - x_mean) * (each - x_mean) for each in x)
    if not 0 < spread < math.inf:
        return None
    slope = total((a - x_mean) * (b - y_mean) for a, b in zip(x, y)) / spread
    if not math.isfinite(slope):
        return None
    residuals = [b - y_mean - slope * (a - x_mean) for a, b in zip(x, y)]
    error = math.sqrt(total(each * each for each in residuals) / (len(x) - 2) / spread) if len(x) > 2 else math.inf
    return Line(slope, error if math.isfinite(error) else None)


def in_window(times: np.ndarray, values: np.ndarray, window: tuple[float, float]) -> tuple[list[float], list[float]]:
    """The part of a series within shares of its virtual time."""
    end = times[-1] * (1 + 1e-12)  # a record on the edge is inside
    inside = (times >= window[0] * times[-1] * (1 - 1e-12)) & (times <= window[1] * end)
    return times[inside].tolist(), values[inside].tolist()


def rate(times: list[float], values: list[float]) -> Line | None:
    """The slope of the logarithm; none if a value is not positive."""
    if not values or min(values) <= 0:
        return None
    return line_through(times, [math.log(value) for value in values])


def floor(values: list[float]) -> Floor | bool | None:
    """The floor of values that are not negative, or false if they have a trend; none of fewer than 20, which do not tell.

    Batch means: Schmeiser, "Batch size effects in the analysis of simulation output", Operations Research 30, 1982. A
    trend is a slope of the batch means' logarithms that differs from zero with 99 % confidence and changes the series by
    more than 1 % over the window."""
    count = min(BATCHES, len(values) // LEAST_PER_BATCH)
    if count < LEAST_BATCHES:
        return None
    size = len(values) // count
    kept = values[len(values) - count * size:]  # the first ones may still fall
    batches = [mean(kept[start:start + size]) for start in range(0, len(kept), size)]
    if min(batches) <= 0:
        return Floor(0.0, 0.0) if max(batches) == 0 else None
    trend = line_through(list(map(float, range(count))), [math.log(batch) for batch in batches])
    is_clear = abs(trend.slope) > student_quantile(count - 2, TREND_CONFIDENCE) * trend.error
    if is_clear and abs(trend.slope) * count > NEGLIGIBLE:
        return False
    middle, error = mean(batches), deviation(batches) / math.sqrt(count)
    return Floor(middle, error) if math.isfinite(error) else None
