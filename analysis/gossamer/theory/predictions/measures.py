"""How runs measure what theory predicts: a number of one trace, with its standard error if it is random."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from gossamer.statistics.intervals import deviation
from gossamer.statistics.series import Floor, floor
from gossamer.theory.facts import DoesNotApply, need
from gossamer.traces.trace import Trace

PARTS = 20  # of a run, whose means give a standard error
STEPS = "node_steps_per_node"
GONE = 0.02  # a share of a mode that no longer matters


@dataclass(frozen=True)
class Measured:
    value: float
    error: float | None = None


Measure = Callable[[Trace], Measured]


def column(trace: Trace, *keys: str) -> tuple[np.ndarray, ...]:
    need(trace.has(*keys), f"no sample has {' and '.join(keys)}")
    return trace.series(*keys)


def at_rest(values: Callable[[Trace], np.ndarray]) -> Measure:
    """The mean over the second half of the run, with an error by batch means."""
    def measure(trace: Trace) -> Measured:
        series = values(trace)
        found = floor(series[len(series) // 2:].tolist())
        need(found is not None, f"a run has {len(series)} records, too few for a mean with an interval; expected 40")
        if not isinstance(found, Floor):
            raise DoesNotApply("the run has not come to rest in its second half")
        return Measured(found.mean, found.error)

    return measure


def squared_distance(trace: Trace) -> np.ndarray:
    """‖x̄ − x*‖²."""
    return column(trace, "distance_to_optimum")[0] ** 2


def own_error(trace: Trace) -> np.ndarray:
    """(1/n) Σ ‖x_i − x*‖²."""
    column(trace, "distance_to_optimum", "consensus_distance")
    return trace.squared_error()


def of(key: str) -> Callable[[Trace], np.ndarray]:
    return lambda trace: column(trace, key)[0]


def last(key: str) -> Measure:
    return lambda trace: Measured(float(column(trace, key)[0][-1]))


@dataclass(frozen=True)
class Resolution:
    """What rounding of the models leaves of squared quantities that fall."""

    end: float  # the share of the start below which values are no longer used
    smooth: float  # the share above which ratios are right up to `relative`
    relative: float


DOUBLE, SINGLE = Resolution(1e-24, 1e-16, 1e-7), Resolution(1e-5, 1e-4, 1e-2)


def resolution(trace: Trace) -> Resolution:
    return SINGLE if trace.configuration.get("numerics") == "float32" else DOUBLE


def share_left(values: Callable[[Trace], np.ndarray], enough: float) -> Measure:
    """The value at the end over that at the start; of a value that still falls only if `enough` of it has gone."""
    def measure(trace: Trace) -> Measured:
        series = values(trace)
        need(len(series) >= 8 and series[0] > 0, "a run has too few records, or starts where the value is zero already")
        share = float(series[-1] / series[0])
        falls = series[-1] < 0.9 * series[3 * len(series) // 4]
        need(share <= enough or not falls, f"the run is too short: {share:.2g} is left, and it still falls")
        return Measured(share)

    return measure


def second(factors: Iterable[float]) -> float:
    """The second largest of different factors over the largest; 0 of one."""
    found = sorted({round(abs(float(each)), 12) for each in factors}, reverse=True)
    return found[1] / found[0] if len(found) > 1 and found[0] > 0 else 0.0


def factor_per_step(values: Callable[[Trace], np.ndarray], power: float = 1.0, apart: float = 0.0) -> Measure:
    """The factor by which values^power fall in a node-step, by the slope of the logarithm over the second half of
    their fall, which ends 24 decades below the start, or where they stay. `apart` is how much faster other modes fall
    in a step: those must have gone by then."""
    def measure(trace: Trace) -> Measured:
        steps, _ = column(trace, STEPS, "time_s")
        series = values(trace)
        need(len(series) == len(steps), "records lack values")
        low = np.flatnonzero(series <= max(resolution(trace).end * series.max(), 1e-300))
        least = int(low[0]) if len(low) else int(np.argmin(series)) + 1
        window = slice(least // 2, least)
        x, y = steps[window], series[window]
        need(len(x) >= 5 and y[0] > 10 * y[-1], "what is measured does not fall by a decade over five records")
        need(apart ** float(x[0]) <= GONE,
             f"other modes are {apart:.4g} as slow in a step, and have not gone after {x[0]:g} steps")
        return Measured(math.exp(power * float(np.polyfit(x, np.log(y), 1)[0])))

    return measure


def largest_factor_per_round(values: Callable[[Trace], np.ndarray], power: float) -> Measure:
    """Of values^power between two records, per node-step. A record shows the model before the messages of its last step have
    come, so the first of them may be of the start, as is the one at time zero."""
    def measure(trace: Trace) -> Measured:
        steps, series = column(trace, STEPS)[0][1:], values(trace)[1:]
        need(len(series) > 1, "a run has too few records")
        moved = (np.diff(steps) > 0) & (series[1:] > resolution(trace).smooth * series.max()) & (series[:-1] > 0)
        need(bool(moved.any()), "no record follows another")
        factors = (series[1:] / series[:-1])[moved] ** (power / np.diff(steps)[moved])
        return Measured(float(factors.max()))

    return measure


def time_per_step(trace: Trace) -> Measured:
    """Seconds of virtual time, with an error by parts of the run."""
    steps, moments = column(trace, STEPS, "time_s")
    need(len(steps) > 2 and steps[-1] > 0, "a run has too few records")
    parts = min(PARTS, len(steps) - 1)
    edges = np.linspace(0, len(steps) - 1, parts + 1).astype(int)
    kept = np.diff(steps[edges]) > 0
    found = (np.diff(moments[edges])[kept] / np.diff(steps[edges])[kept]).tolist()
    error = deviation(found) / math.sqrt(len(found)) if len(found) > 1 else None
    return Measured(float(moments[-1] / steps[-1]), error)


def time_per_update(messages: float) -> Measure:
    """Seconds of virtual time per server update, of so many messages each."""
    def measure(trace: Trace) -> Measured:
        moments, sent = column(trace, "time_s", "messages")
        parts = min(PARTS, len(moments) - 1)
        need(parts > 1 and sent[-1] > 0, "a run has too few records")
        edges = np.linspace(0, len(moments) - 1, parts + 1).astype(int)
        kept = np.diff(sent[edges]) > 0
        found = (np.diff(moments[edges])[kept] / np.diff(sent[edges])[kept] * messages).tolist()
        return Measured(float(moments[-1] / sent[-1] * messages), deviation(found) / math.sqrt(len(found))
                        if len(found) > 1 else None)

    return measure


def mean_over_steps(values: Callable[[Trace], np.ndarray]) -> Measure:
    """The mean over the whole run, by node-steps between records."""
    def measure(trace: Trace) -> Measured:
        steps, series = column(trace, STEPS)[0], values(trace)
        need(len(series) == len(steps) and steps[-1] > steps[0], "records lack values")
        return Measured(float(np.trapz(series, steps) / (steps[-1] - steps[0])))

    return measure
