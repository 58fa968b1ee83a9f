"""results.csv and summary.csv, as experiments/formats/results.md describes them.

Equal sweeps give equal bytes: nothing in them depends on the time, the machine or the order in which runs ended."""

from __future__ import annotations

import csv
import io

from gossamer.statistics.cells import Statistics, Summary
from gossamer.statistics.runs import Column
from gossamer.support.outputs import write_whole
from gossamer.sweeps.sweep import SweepError, label_text

RESULTS, SUMMARY = "results.csv", "summary.csv"
RUN_COLUMNS = ("seed", "end")
CELL_COLUMNS = ("runs", "missing", "failed", "diverged")


def _number(value: float | int | None) -> str:
    """The fewest digits that give the same bits again; nothing for nothing, and inf as R and pandas read it."""
    if value is None:
        return ""
    return repr(value) if not (isinstance(value, float) and value.is_integer() and abs(value) < 2**53) else str(int(value))


def _label(label) -> str:
    return "" if label is None else label_text(label)


def axis_names(statistics: Statistics) -> list[str]:
    """The names of the axes; with axis_ before those that other columns have."""
    taken = {*RUN_COLUMNS, *CELL_COLUMNS, *(column.name for column in statistics.columns)}
    return [f"axis_{axis.name}" if axis.name in taken else axis.name for axis in statistics.sweep.axes]


def _csv(rows: list[list[str]]) -> str:
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\n").writerows(rows)
    return lines.getvalue()


def results_csv(statistics: Statistics) -> str:
    """One row for each run."""
    rows = [[*axis_names(statistics), *RUN_COLUMNS, *(column.name for column in statistics.columns)]]
    for result in statistics.results:
        labels = [_label(result.run.labels[axis.name]) for axis in statistics.sweep.axes]
        values = [_number(result.values.get(column.name)) for column in statistics.columns]
        rows.append([*labels, label_text(result.run.seed), result.end, *values])
    return _csv(rows)


def summary_csv(statistics: Statistics) -> str:
    """One row for each cell."""
    head = [*axis_names(statistics), *CELL_COLUMNS]
    rows = [head + [name for column in statistics.columns for name in _summary(column, Summary(0))]]
    for found in statistics.cells:
        labels = [_label(found.cell.labels[axis.name]) for axis in statistics.sweep.axes]
        counts = [len(found.results), *(found.count(end) for end in CELL_COLUMNS[1:])]
        values = [value for column in statistics.columns
                  for value in _summary(column, found.summaries[column.name]).values()]
        rows.append(labels + [_number(value) for value in (*counts, *values)])
    return _csv(rows)


def _summary(column: Column, summary: Summary) -> dict[str, float | int | None]:
    """The statistics of a column by the names of their own columns."""
    name, mean = column.name, summary.estimate
    found = {f"{name}_n": summary.count}
    if column.is_flag:
        return {**found, f"{name}_share": mean and mean.mean}
    found |= {f"{name}_{part}": mean and getattr(mean, part) for part in ("mean", "sd", "low", "high")}
    if column.cost:
        low, high = summary.median or (None, None)
        found |= {f"{name}_censored": summary.censored, f"{name}_median_at_least": low, f"{name}_median_at_most": high}
        low, high = summary.median_interval or (None, None)
        found |= {f"{name}_median_low": low, f"{name}_median_high": high}
    ratio = summary.ratio
    found |= {f"{name}_ratio": ratio and ratio.mean, f"{name}_ratio_low": ratio and ratio.low,
              f"{name}_ratio_high": ratio and ratio.high}
    if column.cost:
        low, high = summary.ratio_bounds or (None, None)
        found |= {f"{name}_median_ratio_at_least": low, f"{name}_median_ratio_at_most": high}
    return found


def save(statistics: Statistics) -> None:
    """Writes both files into the folder of the sweep. Throws AnalysisError if that fails."""
    folder = statistics.sweep.folder
    if folder is None:
        raise SweepError("traces are no sweep, which has a folder for results; write a table by --format csv >FILE")
    for name, content in ((RESULTS, results_csv(statistics)), (SUMMARY, summary_csv(statistics))):
        write_whole(folder / name, content.encode("utf-8", errors="replace"), "the table")
