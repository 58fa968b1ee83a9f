"""Training made once, on many networks: runs of one sweep with the virtual times of another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from gossamer.quantities import BY_KEY, X
from gossamer.sweeps.sweep import Axis, Cell, Run, Sweep, SweepError, Target
from gossamer.traces.records import Records
from gossamer.traces.trace import Trace

STEPS = X["node_steps"].key


def retimed(training: Sweep, timing: Sweep) -> Sweep:
    """The runs of `training` in all cells of `timing`, at the virtual times that the same node-steps have there.

    For synchronous methods alone, whose models do not depend on who is faster, and whose time does not depend on their models:
    then the runs of `timing` may do without numerics. Nodes of a sparse graph may be some steps apart, by how much depends on
    the network, and a sample is about all of them at one time; so this is an approximation, which is exact if all nodes wait
    for each other. Times are interpolated between two samples of `timing`.

    Cells of `timing` have the labels of one cell of `training` and those of more axes, such as latency, and one run each, which
    has to last for as many node-steps. The traces that are returned have but those samples that matter for the targets: those
    on either side of the first crossing of each, and the last. Throws SweepError if a cell or a sample has no counterpart."""
    shared = [axis.name for axis in training.axes]
    cells = {tuple(cell.labels[name] for name in shared): cell for cell in training.cells}
    samples = {cell.name: [_samples_that_matter(run, training.targets) for run in cell.runs] for cell in training.cells}
    found = []
    for place in timing.cells:
        cell = cells.get(tuple(place.labels.get(name) for name in shared))
        if cell is None:
            raise SweepError(f"no run of the training has {place.name}, expected one cell for it")
        times = _times_of(place)
        labels = {axis.name: place.labels[axis.name] for axis in timing.axes}
        runs = [_retimed_run(run, labels, rows, times) for run, rows in zip(cell.runs, samples[cell.name])]
        found.append(Cell(labels, runs, cell.settings | place.settings, cell.tuned))
    axes = [Axis(axis.name, axis.labels, axis.path) for axis in timing.axes]
    return replace(training, axes=axes, cells=found, baseline=None, folder=None)


def _samples_that_matter(run: Run, targets: list[Target]) -> list[dict]:
    rows, wanted = run.trace.samples, {len(run.trace.samples) - 1}
    for target in targets:
        rises = BY_KEY[target.quantity].rises
        met = next((place for place, row in enumerate(rows) if target.quantity in row
                    and (row[target.quantity] >= target.value if rises else row[target.quantity] <= target.value)), 0)
        wanted |= {max(met - 1, 0), met}
    return [rows[place] for place in sorted(wanted)]


def _times_of(cell: Cell) -> tuple[np.ndarray, np.ndarray]:
    """Node-steps per node, and the virtual times at which they have been made."""
    if len(cell.runs) != 1:
        raise SweepError(f"{cell.name}: {len(cell.runs)} runs give times, expected one")
    return cell.runs[0].trace.series(STEPS, "time_s")


def _retimed_run(run: Run, labels: dict, rows: list[dict], times: tuple[np.ndarray, np.ndarray]) -> Run:
    trace, (steps, seconds) = run.trace, times
    if rows[-1][STEPS] > steps[-1]:
        raise SweepError(f"{run.path}: has made {rows[-1][STEPS]:g} node-steps, and its counterpart with times {steps[-1]:g}; "
                         "expected as many")
    timed = Records({**row, "time_s": float(np.interp(row[STEPS], steps, seconds))} for row in rows)
    end = trace.end and {**trace.end, "time_s": timed[-1]["time_s"]}
    # A path of no file: what is made here cannot be read again.
    path = Path(f"{run.path.stem} at {', '.join(map(str, labels.values()))}")
    return Run(labels, run.seed, path, run.message, _trace=Trace(path, trace.header, timed, divergence=trace.divergence, end=end))
