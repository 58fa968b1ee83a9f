"""All that the page shows of a sweep, as one object of JSON, and the texts of its first screen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from gossamer.quantities import Quantity, scaled
from gossamer.report.answer import answer, name_of, question
from gossamer.report.curves import Curves
from gossamer.report.first_picture import ranking_views
from gossamer.report.graphs import Graphs
from gossamer.report.limits import Modelled, limits
from gossamer.report.maps import maps
from gossamer.report.provenance import provenance
from gossamer.report.ranking import Ranked, condition_axes, deciding_column, ranked
from gossamer.report.runs import Settings, described, timeline_for, window_of
from gossamer.report.tables import cell_table, run_table
from gossamer.report.theory import theory
from gossamer.report.wording import plain_label
from gossamer.statistics.advice import advice
from gossamer.statistics.cells import Statistics, statistics_of
from gossamer.statistics.runs import Column
from gossamer.support.wording import visible
from gossamer.sweeps import Axis, Cell, Sweep, label_text
from gossamer.traces.timeline import Timeline
from gossamer.traces.trace import Trace

Claim = tuple[str, list[tuple[str, bool]]]  # a sentence, and its checks in words, each with whether it holds


@dataclass
class Extras:
    """What a page shows beside the runs."""

    program: str = "gossamer"  # gives the edges of graphs
    timelines: list[Timeline] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)


@dataclass
class Content:
    """The object for the page's scripts, and the texts of the first screen."""

    data: dict
    texts: dict[str, str]


def content(sweep: Sweep, extras: Extras) -> Content:
    """Reads all traces. Throws AnalysisError if one cannot be read."""
    statistics = statistics_of(sweep)
    column, conditions = deciding_column(statistics), condition_axes(sweep)
    cells, arms = (ranked(statistics, column, axes) if column else [] for axes in ([], conditions))
    collected = _Collected(sweep, extras)
    for cell in sweep.cells:
        collected.add(cell)
    quantity = _quantity(column, cells)
    data = collected.page() | {
        "targets": [{"key": each.quantity, "value": each.value} for each in sweep.targets],
        "ranking": ranking_views(sweep, arms, quantity) or ranking_views(sweep, cells, quantity),
        "maps": maps(sweep, cells, column, quantity, conditions), "mapFirst": len(conditions) > 1,
        "cellTable": cell_table(statistics, column), "runTable": run_table(statistics), "claims": _claims(extras.claims),
        "warnings": [{"text": text} for text in advice(statistics) + collected.graphs.complaints],
        "provenance": provenance(sweep, collected.headers)}
    versions = {str(header.get("version", "")) for header in collected.headers}
    texts = {"title": sweep.title or "Gossamer report", "kind": _kind(sweep), "question": question(sweep, column, conditions),
             "answer": answer(sweep, arms, column, conditions), "basis": _basis(statistics),
             "generator": f"Gossamer {max(versions, default='')}"}
    return Content(data, {name: visible(text) for name, text in texts.items()})


class _Collected:
    """What the traces give, collected cell by cell, so that only one cell's traces are in memory."""

    def __init__(self, sweep: Sweep, extras: Extras):
        self.sweep, self.extras = sweep, extras
        self.cells: list[dict] = []
        self.runs: list[dict] = []
        self.headers: list[dict] = []
        self.modelled: list[Modelled] = []
        self.curves, self.settings, self.graphs = Curves(sweep), Settings(), Graphs(extras.program)

    def add(self, cell: Cell) -> None:
        traces = [run.trace if run.status == "done" else None for run in cell.runs]
        known = [trace for trace in traces if trace]
        whole, single = self.curves.of_cell(known)
        of_runs = iter(single)
        first = len(self.runs)
        for run, trace in zip(cell.runs, traces):
            self.runs.append({**described(run, trace), "cell": len(self.cells), "curve": next(of_runs) if trace else None})
            self.settings.add(trace)
            if trace:
                self._add_trace(trace)
        name = visible(name_of(cell.labels, self.sweep.axes))
        if known:
            self.graphs.add(known[0], name)
        labels = [axis.labels.index(cell.labels[axis.name]) for axis in self.sweep.axes]
        self.cells.append({"name": name, "labels": labels, "runs": list(range(first, len(self.runs))), "curve": whole})
        for run in cell.runs:
            run.forget()

    def _add_trace(self, trace: Trace) -> None:
        self.headers.append(trace.header)
        if isinstance(trace.header.get("configuration"), dict):
            slowest = max((node.get("slowdown", 1.0) for node in trace.nodes), default=1.0)
            self.modelled.append(Modelled(trace.header["configuration"], str(trace.header.get("world")), slowest))
        if (timeline := timeline_for(trace, self.extras.timelines)) is not None:
            self.runs[-1]["timeline"] = window_of(timeline)

    def page(self) -> dict:
        usual, differences = self.settings.differences()
        return {"axes": list(map(_axis, self.sweep.axes)), "cells": self.cells, "settings": usual,
                "runs": [{**run, "differs": differs} for run, differs in zip(self.runs, differences)],
                "curves": self.curves.axes(), "graphs": self.graphs.page(), "graphRemarks": self.graphs.remarks, "theory": theory(self.headers),
                "limits": limits(self.modelled)}


def _axis(axis: Axis) -> dict:
    labels = [visible(label_text(label)) for label in axis.labels]
    return {"name": visible(axis.name), "labels": labels, "numeric": axis.is_numeric}


def _claims(claims: list[Claim]) -> list[dict]:
    return [{"sentence": sentence, "holds": all(holds for _, holds in checks), "checks": [words for words, _ in checks]}
            for sentence, checks in claims]


def _quantity(column: Column | None, cells: list[Ranked]) -> dict:
    """The deciding column for the scripts, in a unit in which its values read well."""
    if column is None:
        return {"label": ""}
    known = [each.least for each in cells if each.least is not None]
    divisor, unit = scaled(Quantity("", "", unit=column.unit), max(known, default=0.0))
    return {"label": plain_label(column.label), "unit": unit, "divisor": divisor, "percent": column.percent}


def _kind(sweep: Sweep) -> str:
    """The line above the question: the title, unless that is the question."""
    return sweep.title if sweep.title and len(sweep.cells) > 1 else "Gossamer report"


def _basis(statistics: Statistics) -> str:
    """The runs that the answer rests on."""
    def count(number: int, noun: str) -> str:
        return f"{number} {noun}{'s' * (number != 1)}"

    ends = Counter(result.end for result in statistics.results)
    words = {"diverged": "diverged", "failed": "failed", "missing": "not run yet", "killed": "cut off"}
    parts = [count(len(statistics.results), "run")]
    if len(statistics.results) > 1:
        seeds = sorted({len(found.results) for found in statistics.cells})
        each = f"{count(seeds[0], 'seed')} each" if len(seeds) == 1 else f"{seeds[0]} to {seeds[-1]} seeds"
        parts.append(f"{count(len(statistics.cells), 'cell')} with {each}")
    return ", ".join(parts + [f"{ends[end]} {text}" for end, text in words.items() if ends[end]]) + "."
