"""Measured means over seeds beside exact expectations, which a trace with `"moments": true` has of the same columns.

Expectations are over the noise of gradients, given the schedule of events: all runs have to have the same schedule,
as runs do that differ by `/seed/batches` alone."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gossamer.statistics.intervals import deviation, mean, student_quantile
from gossamer.sweeps.plain import settings_of
from gossamer.theory.comparison import ERRORS, Relation, Verdict
from gossamer.theory.evidence import Evidence
from gossamer.theory.facts import DoesNotApply, computing, need
from gossamer.theory.rows import Row
from gossamer.traces.trace import Trace

SCHEDULE = ("time_s", "node_steps", "interactions")  # which all runs have to share
# Columns of expectations, with the columns of runs and their powers
COLUMNS = {"train_loss": ("train_loss", 1), "suboptimality": ("suboptimality", 1),
           "consensus_distance": ("consensus_distance", 1),
           "local_train_loss_mean": ("local_train_loss_mean", 1), "gradient_norm_squared": ("gradient_norm", 2),
           "distance_to_optimum_squared": ("distance_to_optimum", 2)}
FOUR_ERRORS = math.erf(ERRORS / math.sqrt(2))  # the probability within four standard errors of a normal law
ROUNDING = {"float64": 1e-9, "float32": 1e-5}  # a share, by the scalars of the runs
ZERO = 1e-20  # a share of the largest number of all: Γ of equal models
LEAST_SEEDS = 3


@dataclass(frozen=True)
class Worst:
    """The record that is furthest from its expectation, in units of what is allowed."""

    deviation: float
    key: str
    time: float
    expected: float
    measured: float
    half: float  # of the 95 % interval
    room: float  # that is allowed
    records: int  # that were compared


def is_moments(trace: Trace) -> bool:
    return trace.header.get("moments") is True


def row_of_moments(traces: list[Trace], moments: list[Trace]) -> Row | None:
    """The row for the runs of a cell; none if no trace of moments is given."""
    if not moments:
        return None
    texts = ("every record: mean over seeds and exact expectation", "moments of the affine program, given its schedule",
             "linear programs on quadratics with additive noise: exact", Evidence.DERIVED)
    try:
        with computing():
            worst = compared(traces, _of_same_settings(traces[0], moments))
    except DoesNotApply as reason:
        return Row(*texts, Verdict.NOT_APPLICABLE, reason=str(reason))
    verdict = Verdict.AGREES if worst.deviation <= 1 else Verdict.VIOLATED
    remark = (f"the worst of {worst.records} numbers: {worst.key} at {worst.time:.6g} s, {worst.deviation:.3g} times "
              f"what four standard "
              f"errors allow with {len(traces)} seeds")
    return Row(*texts, verdict, worst.expected, Relation.EQUAL, worst.measured, worst.measured - worst.half,
               worst.measured + worst.half, "seeds", remark)


def _of_same_settings(trace: Trace, moments: list[Trace]) -> Trace:
    wanted = _settings(trace)
    found = [each for each in moments if _settings(each) == wanted]
    need(bool(found), "no trace of moments has the settings of these runs")
    return found[0]


def _settings(trace: Trace) -> dict:
    """All but the scalar type: moments are computed in float64."""
    return {path: value for path, value in settings_of(trace).items() if path not in ("/moments", "/numerics")}


def compared(traces: list[Trace], moments: Trace) -> Worst:
    """Throws DoesNotApply if there are too few runs, or if their schedules differ."""
    need(len(traces) >= LEAST_SEEDS,
         f"{len(traces)} runs, expected at least {LEAST_SEEDS} that differ by /seed/batches alone")
    _need_one_schedule([moments, *traces])
    allowed, usual = student_quantile(len(traces) - 1, FOUR_ERRORS), student_quantile(len(traces) - 1)
    rounding = ROUNDING[traces[0].configuration.get("numerics", "float64")]
    zero = ZERO * max(abs(sample.get(key, 0.0)) for sample in moments.samples for key in COLUMNS)
    worst, records = None, 0
    for key, (column, power) in COLUMNS.items():
        if not (moments.has(key) and all(trace.has(column) for trace in traces)):
            continue
        for place, sample in enumerate(moments.samples):
            values = [trace.samples[place].get(column) for trace in traces]
            if key not in sample or None in values:
                continue
            values, records = [value**power for value in values], records + 1
            error = deviation(values) / math.sqrt(len(values))
            room = max(allowed * error, rounding * abs(sample[key]), zero, 1e-300)
            found = Worst(abs(mean(values) - sample[key]) / room, key, sample["time_s"], sample[key], mean(values),
                          usual * error, room, 0)
            worst = found if worst is None or found.deviation > worst.deviation else worst
    need(worst is not None, f"the traces share none of: {', '.join(COLUMNS)}")
    return Worst(**{**vars(worst), "records": records})


def _need_one_schedule(traces: list[Trace]) -> None:
    first = traces[0]
    for trace in traces[1:]:
        same = len(trace.samples) == len(first.samples) and all(
            one.get(key) == other.get(key) for key in SCHEDULE for one, other in zip(first.samples, trace.samples))
        need(same, f"{trace.path} has another schedule of events than {first.path}: vary /seed/batches alone")
