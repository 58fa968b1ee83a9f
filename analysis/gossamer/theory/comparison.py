"""A predicted number beside a measured one, and what follows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from gossamer.statistics.intervals import deviation, mean

ERRORS = 4.0  # standard errors: a right prediction is further away once in 16,000 times


class Verdict(Enum):
    AGREES = "agrees"
    WITHIN = "within the bound"
    VIOLATED = "violated"
    NOT_APPLICABLE = "does not apply"


class Relation(Enum):
    """Of what is measured to what is predicted; the value is its sign before the latter."""

    EQUAL = ""
    AT_MOST = "≤ "
    AT_LEAST = "≥ "


@dataclass(frozen=True)
class Comparison:
    """Equal up to the larger of `tolerance` and four standard errors; or, of a bound, beyond it by at most that much."""

    predicted: float
    measured: float
    error: float | None = None  # the standard error of what was measured; none if nothing is random
    tolerance: float = 0.0  # absolute
    relation: Relation = Relation.EQUAL

    @property
    def room(self) -> float:
        return max(self.tolerance, ERRORS * (self.error or 0.0))

    @property
    def deviation(self) -> float:
        """How far apart both are, in units of what is allowed: above 1 something is wrong."""
        apart = self.measured - self.predicted
        if self.relation is Relation.EQUAL:
            apart = abs(apart)
        elif math.isfinite(apart):
            apart = max(apart if self.relation is Relation.AT_MOST else -apart, 0.0)
        if not math.isfinite(apart):
            return math.inf
        return apart / self.room if self.room > 0 else (0.0 if apart == 0 else math.inf)

    @property
    def verdict(self) -> Verdict:
        if not self.deviation <= 1:
            return Verdict.VIOLATED
        return Verdict.AGREES if self.relation is Relation.EQUAL else Verdict.WITHIN


def exactly(predicted: float, measured: float, relative: float = 1e-9, absolute: float = 0.0) -> Comparison:
    """Of a run in which nothing is random."""
    return Comparison(float(predicted), float(measured), None, max(relative * abs(float(predicted)), absolute))


def worst(predicted: np.ndarray, measured: np.ndarray, tolerance: float) -> Comparison:
    """Of the element of two arrays where they are furthest apart."""
    predicted, measured = np.broadcast_arrays(np.asarray(predicted, dtype=float), np.asarray(measured, dtype=float))
    place = np.unravel_index(np.nan_to_num(np.abs(predicted - measured), nan=np.inf).argmax(), predicted.shape)
    return Comparison(float(predicted[place]), float(measured[place]), None, tolerance)


def on_average(predicted: float, values: Sequence[float]) -> Comparison:
    """Of the mean of independent values."""
    values = [float(value) for value in values]
    return Comparison(float(predicted), mean(values), deviation(values) / math.sqrt(len(values)))


def at_most(bound: float, measured: float, relative: float = 1e-9, error: float | None = None) -> Comparison:
    return Comparison(float(bound), float(measured), error, relative * abs(float(bound)), Relation.AT_MOST)
