"""The tables of the page: a row for each cell, a row for each run."""

from __future__ import annotations

import math

from gossamer.quantities import Quantity, scaled
from gossamer.report.wording import plain_label
from gossamer.statistics.cells import Statistics, Summary
from gossamer.statistics.runs import Column
from gossamer.support.wording import visible
from gossamer.sweeps import label_text

HIDDEN = ("_error", "pooled_train_loss")  # columns of results.csv alone
RATIOS = {"mean": "ratio to baseline", "low": "ratio 95 % from", "high": "ratio 95 % to"}


def shown_columns(statistics: Statistics) -> list[Column]:
    return [column for column in statistics.columns if not column.is_flag and not column.name.endswith(HIDDEN)]


def _digits(value: float | None, is_count: bool = False) -> float | None:
    if value is None or not math.isfinite(value):
        return None
    return round(value) if is_count else float(f"{value:.4g}")


def _head(column: Column, values: list[float]) -> dict:
    """A heading, with the unit in which the largest value reads well."""
    divisor, unit = scaled(Quantity("", "", unit=column.unit), max(map(abs, values), default=0.0))
    return {"key": column.name, "label": plain_label(column.label), "divisor": divisor, "unit": unit or column.unit,
            "percent": column.percent}


def _axes(statistics: Statistics) -> list[dict]:
    return [{"key": axis.name, "label": axis.name} for axis in statistics.sweep.axes]


def _labels(statistics: Statistics, labels: dict) -> list[str]:
    return [visible(label_text(labels[axis.name])) for axis in statistics.sweep.axes]


def cell_table(statistics: Statistics, deciding: Column | None) -> dict | None:
    """Means over seeds, and of the deciding column the interval and the ratio to the baseline. A median's lower bound is in
    the place of the mean where runs missed a target. None if the table of runs has all of it."""
    if len(statistics.cells) == len(statistics.results) and not statistics.sweep.baseline:
        return None
    columns, heads = shown_columns(statistics), [*_axes(statistics), {"key": "runs", "label": "runs"}]
    for column in columns:
        summaries = [found.summaries[column.name] for found in statistics.cells]
        heads.append(_head(column, [each.estimate.mean for each in summaries if each.estimate]))
        if column is deciding:
            heads += _interval_heads(heads[-1])
    rows = [[*_labels(statistics, found.cell.labels), len(found.results),
             *(value for column in columns for value in _values(found.summaries[column.name], column is deciding, column.is_count))]
            for found in statistics.cells]
    return {"columns": heads, "rows": rows}


def _interval_heads(head: dict) -> list[dict]:
    edges = [{**head, "key": f"{head['key']}_{edge}", "label": f"95 % {word}"} for edge, word in (("low", "from"), ("high", "to"))]
    return [*edges, {"key": f"{head['key']}_missed", "label": "missed"},
            *({"key": f"{head['key']}_ratio_{key}", "label": label} for key, label in RATIOS.items())]


def _values(summary: Summary, is_deciding: bool, is_count: bool) -> list[float | None]:
    estimate, ratio = summary.estimate, summary.ratio
    middle = estimate.mean if estimate else summary.median[0] if summary.median else None
    if not is_deciding:
        return [_digits(middle, is_count)]
    edges = [_digits(getattr(estimate, edge, None)) for edge in ("low", "high")]
    return [_digits(middle, is_count), *edges, summary.censored, *(_digits(getattr(ratio, key, None)) for key in RATIOS)]


def run_table(statistics: Statistics) -> dict:
    columns, has_axes = shown_columns(statistics), bool(statistics.sweep.axes)
    heads = [*_axes(statistics), {"key": "seed", "label": "seed"}, {"key": "end", "label": "end"}]
    heads += [_head(column, [result.values[column.name] for result in statistics.results if column.name in result.values])
              for column in columns]
    rows = []
    for result in statistics.results:
        names = [*_labels(statistics, result.run.labels), f"{result.run.seed}" if has_axes else f"seed {result.run.seed}"]
        rows.append([*names, result.end.replace("_", " "), *(_digits(result.values.get(column.name), column.is_count) for column in columns)])
    return {"columns": heads, "rows": rows}
