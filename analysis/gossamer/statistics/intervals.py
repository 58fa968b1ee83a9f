"""Intervals by Student's t, medians of values of which some are only known to be larger, and ratios of pairs.

Sums are rounded once (`math.fsum`), so that equal values give equal bytes on every machine."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

CONFIDENCE = 0.95
Bounds = tuple[float, float]  # of a value: both are the value if it is known; the second is infinite if it is censored


def student_probability(t: float, degrees: int) -> float:
    """P(|T| <= t) for Student's T with a whole number of degrees of freedom.

    Abramowitz and Stegun, "Handbook of Mathematical Functions", equations 26.7.3 and 26.7.4: finite sums in the cosine of
    the angle whose tangent is t/√degrees."""
    angle = math.atan(t / math.sqrt(degrees))
    sine, square = math.sin(angle), math.cos(angle) ** 2
    first = 2 if degrees % 2 else 1  # factors of the terms: 2/3, 4/5, … or 1/2, 3/4, …
    term, terms = 1.0, [1.0] if degrees > 1 else []
    for factor in range(first, degrees - 2, 2):
        term *= square * factor / (factor + 1)
        terms.append(term)
    if degrees % 2:
        return 2 / math.pi * (angle + sine * math.sqrt(square) * math.fsum(terms))
    return sine * math.fsum(terms)


@functools.cache
def student_quantile(degrees: int, confidence: float = CONFIDENCE) -> float:
    """The t for which P(|T| <= t) is the confidence, by bisection of its angle to the last bit."""
    low, high = 0.0, math.pi / 2
    while low < (middle := (low + high) / 2) < high:
        if student_probability(math.sqrt(degrees) * math.tan(middle), degrees) < confidence:
            low = middle
        else:
            high = middle
    return math.sqrt(degrees) * math.tan(high)


def total(values: Iterable[float]) -> float:
    """The sum, rounded once. It is no number or infinite if values are too large, as those of runs that diverge."""
    try:
        return math.fsum(values)
    except (OverflowError, ValueError):
        return math.nan


def mean(values: Sequence[float]) -> float:
    return total(values) / len(values)


def deviation(values: Sequence[float]) -> float:
    """The standard deviation of a sample of at least two values: with the divisor n − 1."""
    middle = mean(values)
    return math.sqrt(total((value - middle) * (value - middle) for value in values) / (len(values) - 1))


@dataclass(frozen=True)
class Estimate:
    """A mean with its standard deviation and its interval; one value has neither."""

    count: int
    mean: float
    sd: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def half_width(self) -> float | None:
        return None if self.low is None else (self.high - self.low) / 2


def estimate(values: Sequence[float]) -> Estimate | None:
    """The mean, and the interval that contains it with 95 % probability if values are normal; none of no values."""
    if not values or not math.isfinite(middle := mean(values)):
        return None
    if len(values) == 1 or not math.isfinite(spread := deviation(values)):
        return Estimate(len(values), middle)
    half = student_quantile(len(values) - 1) * spread / math.sqrt(len(values))
    return Estimate(len(values), middle, spread, middle - half, middle + half)


def ratio(pairs: Sequence[tuple[float, float]]) -> Estimate | None:
    """The geometric mean of the ratios of pairs, with the interval by Student's t of their logarithms.

    None without pairs, or if some ratio is not positive."""
    if not pairs or not all(other != 0 and 0 < value / other < math.inf for value, other in pairs):
        return None
    found = estimate([math.log(value / other) for value, other in pairs])
    low, high = (None if edge is None else _exp(edge) for edge in (found.low, found.high))
    return Estimate(found.count, _exp(found.mean), found.sd, low, high)


def _exp(power: float) -> float:
    return math.exp(power) if power < 700 else math.inf


# ----------------------------------------------------------------------------------------------------------------------
# Censored values: a target that a run does not reach is reached later than the run's end, or never.

def _middle(values: Sequence[float]) -> float:
    ordered, half = sorted(values), len(values) // 2
    if len(values) % 2:
        return ordered[half]
    return (ordered[half - 1] + ordered[half]) / 2


def median(values: Sequence[Bounds]) -> Bounds | None:
    """The bounds of the median: equal if it is known, whatever the censored values are."""
    if not values:
        return None
    return _middle([low for low, _ in values]), _middle([high for _, high in values])


def median_interval(values: Sequence[Bounds]) -> Bounds | None:
    """The interval between two order statistics that contains the median with at least 95 % probability, whatever the
    law; none of fewer than six values, which have no such interval."""
    count = len(values)
    rank, below = 0, 0.0  # P(X_(rank) > median) = P(fewer than `rank` of `count` values lie below)
    while 2 * (below + math.comb(count, rank) / 2**count) <= 1 - CONFIDENCE:
        below += math.comb(count, rank) / 2**count
        rank += 1
    if rank == 0:
        return None
    return sorted(low for low, _ in values)[rank - 1], sorted(high for _, high in values)[count - rank]


def ratio_bounds(pairs: Sequence[tuple[Bounds, Bounds]]) -> Bounds | None:
    """The bounds of the median of the ratios of pairs: of each the least and the largest that censoring allows."""
    return median([(_quotient(value[0], other[1], 0.0), _quotient(value[1], other[0], math.inf)) for value, other in pairs])


def _quotient(value: float, other: float, unknown: float) -> float:
    if math.isinf(value) and math.isinf(other):
        return unknown
    if other == 0:
        return unknown if value == 0 else math.inf
    return value / other
