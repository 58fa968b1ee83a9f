"""The kinds of pictures of traces and sweeps, with the meaning that each gives to --x and --y."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from gossamer.door.program import find
from gossamer.figures import along, curves, graph, nodes, pareto, phase
from gossamer.figures.grouping import MOST_FACETS, by_titles
from gossamer.figures.measures import measure_of
from gossamer.figures.saving import save
from gossamer.quantities import OF_F, OF_NODES, X, Y, check_names
from gossamer.report.edges import edges_of
from gossamer.support.command import note
from gossamer.support.errors import AnalysisError
from gossamer.sweeps import Sweep
from gossamer.traces.trace import Trace, TraceError, remark_on_losses


def plot(sweep: Sweep, options: argparse.Namespace) -> None:
    draw, _ = KINDS[options.kind or "curves"]
    named = by_titles(sweep) if options.group is None else sweep
    save(draw(named if options.kind in NAMED else sweep, options), options.out)


def _curves(sweep: Sweep, options: argparse.Namespace):
    x_name = _one("--x", options.x, X, Y) or "time"
    check_names("--y", options.y or [], Y, X)
    figure = curves.draw_sweep(sweep, x_name, options.y, log=options.log, width=options.width, targets=options.target,
                               group=options.group)
    traces = [run.trace for cell in sweep.cells for run in cell.done]
    remark = remark_on_losses(traces)
    if remark and any(y.key in OF_F for y in curves.panels_to_draw(traces, X[x_name], options.y)):
        note(f"gossamer plot: {remark}")
    return figure


def _one(option: str, found: list[str] | None, valid: dict, other: dict) -> str | None:
    """The only name of an option, if it is given."""
    check_names(option, found or [], valid, other)
    if found and len(found) > 1:
        raise AnalysisError(f"{option} {','.join(found)}: expected one name")
    return found[0] if found else None


def _measure(sweep: Sweep, options: argparse.Namespace):
    name = _one("--y", options.y, {**{name: X[name] for name in ("time", "bytes", "node_steps")}, **Y}, {})
    return measure_of(sweep, name, options.target[0] if options.target else None)


def _along(sweep: Sweep, options: argparse.Namespace, fit: bool = False):
    if options.x and len(options.x) > 1:
        raise AnalysisError(f"--x {','.join(options.x)}: expected one axis of the sweep")
    x_name = options.x[0] if options.x else None
    return along.draw(sweep, _measure(sweep, options), x_name, group=options.group, log=options.log, width=options.width, fit=fit,
                      theory=tuple(options.slope or ()))


def _scaling(sweep: Sweep, options: argparse.Namespace):
    return _along(sweep, options, fit=True)


def _pareto(sweep: Sweep, options: argparse.Namespace):
    costs = {name: X[name] for name in ("time", "bytes", "node_steps")}
    x_name, y_name = _one("--x", options.x, costs, Y) or "time", _one("--y", options.y, costs, Y) or "bytes"
    return pareto.draw(sweep, options.target[0] if options.target else None, x_name=x_name, y_name=y_name, group=options.group,
                       log=options.log, width=options.width)


def _phases(sweep: Sweep, options: argparse.Namespace):
    return phase.draw(sweep, _measure(sweep, options), options.x, group=options.group, width=options.width)


def _first_runs(sweep: Sweep) -> tuple[list[Trace], list[str]]:
    """One run of each cell, and the cells' names."""
    cells = [cell for cell in sweep.cells if cell.done]
    if not cells:
        raise TraceError(f"{sweep.folder}: no run has left a trace, so there is nothing to draw")
    if len(cells) > MOST_FACETS:
        raise AnalysisError(f"there would be {len(cells)} panels side by side, expected at most {MOST_FACETS}; plot traces of "
                            "some cells, such as those in runs/")
    return [cell.done[0].trace for cell in cells], [cell.name for cell in cells]


def _nodes(sweep: Sweep, options: argparse.Namespace):
    traces, names = _first_runs(sweep)
    return nodes.draw(traces, names, width=options.width)


def _graphs(sweep: Sweep, options: argparse.Namespace):
    traces, names = _first_runs(sweep)
    y_name = _one("--y", options.y, OF_NODES, {})
    program = options.program or str(find())
    graphs = [graph_of(trace, program) for trace in traces]
    return graph.draw(graphs, traces, names, y_name, width=options.width)


def graph_of(trace: Trace, program: str) -> graph.Graph:
    """The graph of a run, which the program builds again from its configuration. Throws RunError if it cannot."""
    return graph.Graph(trace.header["topology"]["nodes"], edges_of(trace.path, program))


# By their names, with what they show
KINDS: dict[str, tuple[Callable, str]] = {
    "curves": (_curves, "quantities over time (default)"),
    "target": (_along, "what runs need to a target over an axis of numbers"),
    "scaling": (_scaling, "the same with fits of power laws"),
    "pareto": (_pareto, "bytes against time to a target"),
    "phase": (_phases, "who wins where, over two axes of numbers"),
    "nodes": (_nodes, "what each node does with its time"),
    "graph": (_graphs, "nodes in the color of one of their quantities"),
}
NAMED = (None, "curves", "pareto", "nodes", "graph")  # kinds in which titles name runs
