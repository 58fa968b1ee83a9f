"""gossamer theory: what theory predicts of runs beside what they measured, with the evidence for each formula."""

from __future__ import annotations

import argparse
from pathlib import Path

from gossamer.support.command import Parser, command, write
from gossamer.support.errors import AnalysisError
from gossamer.support.outputs import keep_apart
from gossamer.sweeps import Sweep, load
from gossamer.sweeps.plain import sweep_of
from gossamer.theory.across import add_comparisons
from gossamer.theory.moments import is_moments, row_of_moments
from gossamer.theory.rows import Rows, rows_of
from gossamer.theory.text import as_json, table
from gossamer.traces.trace import Trace, read

HINTS = {"-o": "the table goes to the standard output; --plot FILE draws it"}


def arguments(argv: list[str]) -> argparse.Namespace:
    parser = Parser("theory", HINTS, description="Prints " + __doc__.partition(": ")[2])
    parser.add_argument("paths", nargs="*", metavar="TRACE|FOLDER",
                        help="what `gossamer run --theory` left, the folder of a sweep, or traces of `gossamer "
                             "moments` beside runs")
    parser.add_argument("--plot", type=Path, metavar="FILE",
                        help="also draw the curves with floors, rates and bounds over them")
    parser.add_argument("--all", action="store_true", help="also name the predictions about other algorithms")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(argv)
    if not options.paths:
        parser.error("nothing to read; expected such as: gossamer theory quickstart.jsonl")
    return options


def loaded(paths: list[str]) -> tuple[Sweep, list[Trace]]:
    """The runs as cells, and traces of moments beside them."""
    if any(Path(path).is_dir() for path in paths):
        return load(paths), []
    traces = [read(path) for path in paths]
    runs = [trace for trace in traces if not is_moments(trace)]
    if not runs:
        raise AnalysisError(f"{traces[0].path}: has exact moments, expected traces of runs beside it")
    return sweep_of(runs), [trace for trace in traces if is_moments(trace)]


def rows_beside(sweep: Sweep, moments: list[Trace]) -> list[Rows]:
    found = rows_of(sweep)
    if not found:
        raise AnalysisError(f"{sweep.folder}: no run of the sweep has a trace")
    for cell in found:
        if row := row_of_moments(cell.traces, moments):
            cell.rows.insert(0, row)
    add_comparisons(found)
    return found


@command("theory")
def main(argv: list[str]) -> int:
    options = arguments(argv)
    if options.plot:
        keep_apart(options.plot, "the picture", [Path(path) for path in options.paths])
    sweep, moments = loaded(options.paths)
    found = rows_beside(sweep, moments)
    write(as_json(found) if options.json else table(found, sweep.title if sweep.axes else "", options.all))
    if options.plot:
        from gossamer.figures import draw_theory, save  # loads Matplotlib, which the table does not need

        save(draw_theory(found), options.plot)
    return 0
