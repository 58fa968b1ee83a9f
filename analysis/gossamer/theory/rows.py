"""Predictions beside measurements: a row for each, with its interval and verdict, or the reason why it does not apply."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from gossamer.statistics.intervals import deviation, mean, student_quantile
from gossamer.statistics.series import BATCHES
from gossamer.sweeps import Cell, Sweep
from gossamer.theory.comparison import Comparison, Relation, Verdict
from gossamer.theory.evidence import Evidence
from gossamer.theory.facts import DoesNotApply, Facts, OtherAlgorithm, computing
from gossamer.theory.predictions import bounds, fixed_points, floors, gossip, rounds  # noqa: F401  they register theirs
from gossamer.theory.predictions.measures import Measured
from gossamer.theory.predictions.registry import PREDICTIONS, Line, Predicted, Prediction
from gossamer.traces.trace import Trace

LEAST_SEEDS = 3  # whose spread gives an interval; fewer runs have one by batch means
ENDS = ("diverged", "stuck")  # of runs of which theory says nothing


@dataclass(frozen=True)
class Row:
    """One prediction for one cell."""

    quantity: str
    formula: str
    source: str
    evidence: Evidence
    verdict: Verdict
    predicted: float | None = None
    relation: Relation = Relation.EQUAL
    measured: float | None = None
    low: float | None = None  # the 95 % interval of what was measured
    high: float | None = None
    over: str = ""  # "seeds", or "batches" of one run
    reason: str = ""  # why it does not apply; else a remark
    is_of_others: bool = False  # does not apply, since it is about other algorithms
    lines: tuple[Line, ...] = field(default=())


@dataclass(frozen=True)
class Rows:
    """Of a cell: runs that differ by their seeds alone."""

    name: str
    traces: list[Trace]
    rows: list[Row]


def rows_of(sweep: Sweep) -> list[Rows]:
    """For each cell with traces."""
    return [of_cell(cell) for cell in sweep.cells if cell.done]


def of_cell(cell: Cell) -> Rows:
    traces = [run.trace for run in cell.done]
    facts = Facts(traces)
    return Rows(cell.name, traces, [row for each in PREDICTIONS for row in _rows(each, facts)])


def _rows(each: Prediction, facts: Facts) -> list[Row]:
    found: list[Row] = []
    try:
        bad = next((trace.end["reason"] for trace in facts.traces if trace.end and trace.end.get("reason") in ENDS), None)
        if bad:
            raise DoesNotApply(f"a run {'diverged' if bad == 'diverged' else 'was stuck'}")
        with computing():
            for predicted in each.body(facts):
                found.append(_compared(each, predicted, facts.traces))
    except DoesNotApply as reason:
        if not found:
            found.append(Row(each.quantity, each.formula, each.source, each.evidence, Verdict.NOT_APPLICABLE,
                             reason=str(reason),
                             is_of_others=isinstance(reason, OtherAlgorithm)))
    return found


def _compared(each: Prediction, predicted: Predicted, traces: list[Trace]) -> Row:
    """Throws DoesNotApply if a run cannot measure it."""
    values = [predicted.measure(trace) for trace in traces]
    middle, error, half, over = summarized(values)
    tolerance = max(predicted.absolute, predicted.relative * abs(predicted.value))
    verdict = Comparison(predicted.value, middle, error, tolerance, predicted.relation).verdict
    quantity = f"{each.quantity} ({predicted.words})" if predicted.words else each.quantity
    low, high = (None, None) if half is None else (middle - half, middle + half)
    return Row(quantity, each.formula, each.source, each.evidence, verdict, predicted.value, predicted.relation, middle,
               low, high, over,
               predicted.remark, lines=predicted.lines)


def summarized(values: list[Measured]) -> tuple[float, float | None, float | None, str]:
    """The mean, its standard error, half its 95 % interval, and what the interval is over: seeds, if there are three,
    or else the batches of each run."""
    middle = mean([each.value for each in values])
    if len(values) >= LEAST_SEEDS:
        error = deviation([each.value for each in values]) / math.sqrt(len(values))
        return middle, error, student_quantile(len(values) - 1) * error, "seeds"
    errors = [each.error for each in values if each.error is not None]
    if len(errors) == len(values):
        error = math.sqrt(math.fsum(each**2 for each in errors)) / len(errors)
        return middle, error, student_quantile(len(errors) * (BATCHES - 1)) * error, "batches"
    return middle, None, None, ""
