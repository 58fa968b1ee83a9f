"""gossamer plot: draws traces, sweeps, timelines and machine files, and finds out what a file is from its content."""

from __future__ import annotations

import argparse
import math
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gossamer.commands import plot_sweeps
from gossamer.figures import calibration, gantt, nodes
from gossamer.figures.saving import picture_kind, save
from gossamer.figures.style import WIDTHS
from gossamer.quantities import DEFAULT_PANELS, OF_NODES, X, Y
from gossamer.support.command import Parser, command
from gossamer.support.errors import AnalysisError
from gossamer.support.inputs import Source, kind_of, open_source
from gossamer.support.outputs import keep_apart
from gossamer.support.shapes import parse
from gossamer.support.units import measured
from gossamer.sweeps import SweepError, load
from gossamer.sweeps.folder import is_sweep
from gossamer.sweeps.plain import sweep_of
from gossamer.sweeps.targets import parse_target
from gossamer.traces import timeline, trace

LOG = "--log names the axes: x, y, xy or none"
HINTS = {"--logy": LOG, "--log-y": LOG, "--logx": LOG, "--log-x": LOG, "--yscale": LOG, "--xscale": LOG,
         "--title": 'titles are those of the runs: gossamer run FILE --set /title="…"',
         "--label": 'names are the titles of the runs: gossamer run FILE --set /title="…"',
         "--size": "--width is column or page", "--figsize": "--width is column or page",
         "--show": "a picture goes to a file: -o picture.png"}
DRAWABLE = "a trace, a timeline, a machine file or the folder of a sweep"


def plot_traces(sources: list[Source], options: argparse.Namespace) -> None:
    traces = [trace.read_source(source) for source in sources]
    trace.print_warnings(traces)
    plot_sweeps.plot(sweep_of(traces), options)


def plot_timelines(sources: list[Source], options: argparse.Namespace) -> None:
    timelines = [timeline.read_source(source) for source in sources]
    begin, end = options.begin or 0.0, options.end
    if options.kind == "nodes":
        shown = [each.between(begin, math.inf if end is None else end) for each in timelines]
        save(nodes.draw(shown, [each.title for each in timelines], width=options.width), options.out)
    else:
        save(gantt.draw(timelines, begin, end, width=options.width), options.out)
        gantt.warn_of_arrows(timelines, begin, math.inf if end is None else end)


def plot_machine(sources: list[Source], options: argparse.Namespace) -> None:
    if len(sources) > 1:
        raise AnalysisError(f"{sources[1].path}: is a second machine file; a picture shows one")
    save(calibration.draw(calibration.read(sources[0])), options.out)


@dataclass(frozen=True)
class Drawing:
    """What files can be drawn: in which kinds of pictures, the usual one first, and with which options that not all have,
    by their places in the namespace."""

    words: str
    draw: Callable[[list[Source], argparse.Namespace], None]
    kinds: tuple[str, ...]
    options: dict[str, str]


DRAWINGS = {"trace": Drawing("a trace", plot_traces, tuple(plot_sweeps.KINDS),
                             {name: f"--{name}" for name in ("x", "y", "log", "group", "target", "slope", "width")}),
            "timeline": Drawing("a timeline", plot_timelines, ("gantt", "nodes"),
                                {"begin": "--from", "end": "--to", "gantt": "--gantt", "width": "--width"}),
            "machine": Drawing("a machine file", plot_machine, ("calibration",), {})}
KINDS = tuple(dict.fromkeys(kind for drawing in DRAWINGS.values() for kind in drawing.kinds))


def duration(text: str) -> float:
    """A duration such as "120 ms", in seconds."""
    found = measured(text)
    if found is None and re.fullmatch(r"\s*[0-9.]+\s*", text):
        raise argparse.ArgumentTypeError(f'"{text}" has no unit, expected a duration such as "{text.strip()} ms"')
    if found is None or found[1] != "s":
        raise argparse.ArgumentTypeError(f'"{text}" is no duration such as "120 ms"')
    if not 0 <= found[0] < math.inf:
        raise argparse.ArgumentTypeError(f'"{text}" is no time of a run, expected a duration such as "120 ms"')
    return found[0]


def target(text: str):
    try:
        return parse_target(text)
    except SweepError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def names(text: str) -> list[str]:
    return [name for name in text.split(",") if name]


def arguments(argv: list[str]) -> argparse.Namespace:
    parser = Parser("plot", HINTS, description="Draws traces or the folder of a sweep: a line for each trace, or for each group "
                    "of seeds with its band; timelines, a row for each node; or a machine file, its measurements and fits. The "
                    "content of a file decides what it is.")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE",
                        help="what `gossamer run`, `sweep`, `run --timeline` or `calibrate` left; several of one kind")
    parser.add_argument("-o", "--out", type=Path, metavar="PICTURE", help="the picture: .png, .svg or .pdf")
    parser.add_argument("--kind", choices=KINDS, help="of traces: " + "; ".join(f"{name}: {words}" for name, (_, words) in
                                                                                 plot_sweeps.KINDS.items())
                        + "; of timelines: gantt (default) or nodes")
    parser.add_argument("--x", type=names, metavar="NAME", help=f"the x axis; of curves: {', '.join(X)} (default: time); of a "
                        "picture of whole runs: an axis of the sweep; of phases: two of them, such as latency,bandwidth")
    parser.add_argument("--y", type=names, nargs="+", metavar="NAME",
                        help=f"of curves: panels, of: {', '.join(Y)} (default: {', '.join(DEFAULT_PANELS)} as far as known); of "
                             f"whole runs: time, bytes or node_steps to the target, or one of the former at the end; of graphs: "
                             f"{', '.join(OF_NODES)}")
    parser.add_argument("--log", choices=("x", "y", "xy", "none"), help="logarithmic axes (default: where they show more)")
    parser.add_argument("--group", type=names, metavar="AXIS,…", help="what runs differ by: colors for the first, dashes or "
                        "markers for the second, panels side by side for the rest; of phases: what competes")
    parser.add_argument("--target", type=target, action="append", metavar="train_loss=0.5",
                        help="a line at this value, and where runs cross it (default: the sweep's targets)")
    parser.add_argument("--slope", type=float, nargs="+", metavar="NUMBER",
                        help="of scaling: theory's slopes, drawn beside the fits")
    parser.add_argument("--width", choices=tuple(WIDTHS), help="of the paper: one column (3.4 in) or the page (6.9 in)")
    parser.add_argument("--from", dest="begin", type=duration, metavar='"120 ms"',
                        help="of timelines: the first virtual time shown")
    parser.add_argument("--to", dest="end", type=duration, metavar='"240 ms"', help="of timelines: the last one")
    parser.add_argument("--gantt", action="store_true", help="all files are timelines")
    parser.add_argument("--program", help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    options.y = [name for several in options.y or [] for name in several] or None
    _check_arguments(parser, options)
    return options


def _check_arguments(parser: Parser, options: argparse.Namespace) -> None:
    swallowed = next((name for name in options.y or [] if name not in Y and os.path.exists(name)), None)
    if swallowed:
        raise AnalysisError(f"--y takes all words up to the next option, {swallowed} too; expected files before options: "
                            f"gossamer plot {swallowed} --y loss -o picture.png")
    if not options.files:
        parser.error(f"no file to draw; expected {DRAWABLE}, such as: gossamer plot quickstart.jsonl -o quickstart.png")
    if not options.out:
        pictures = [path for path in options.files if path.suffix.lower().lstrip(".") in ("png", "svg", "pdf")]
        start = f"-o {pictures[-1]}" if pictures else f"-o FILE, such as -o {options.files[0].stem}.png"
        parser.error(f"no picture to write; expected {start}")
    picture_kind(options.out)


def drawing_of(sources: list[Source], options: argparse.Namespace) -> Drawing:
    """How to draw the files. Throws AnalysisError if they are of several kinds, or if an option belongs to another."""
    kinds = [kind_of(source) for source in sources]
    for source, kind in zip(sources, kinds):
        if kind not in DRAWINGS:
            parse(source.text, source.path, DRAWABLE)  # says where it is no JSON
            source.refuse(kind, DRAWABLE)
    drawing = DRAWINGS[kinds[0]]
    for source, kind in zip(sources, kinds):
        if kind != kinds[0]:
            raise AnalysisError(f"{source.path}: is {DRAWINGS[kind].words}, but {sources[0].path} is {drawing.words}; a "
                                "picture shows files of one kind")
    check_options(sources[0].path, drawing, options)
    return drawing


def check_options(path: Path, drawing: Drawing, options: argparse.Namespace) -> None:
    """Throws AnalysisError if an option, or the kind of picture, belongs to other files."""
    for other in DRAWINGS.values():
        for place, option in other.options.items():
            if place not in drawing.options and getattr(options, place) not in (None, False):
                raise AnalysisError(f"{path}: is {drawing.words}, and {option} belongs to {other.words}")
    if options.kind not in (None, *drawing.kinds):
        raise AnalysisError(f"--kind {options.kind}: {path} is {drawing.words}, expected one of: {', '.join(drawing.kinds)}")


@command("plot")
def main(argv: list[str]) -> int:
    options = arguments(argv)
    keep_apart(options.out, "the picture", options.files)
    if any(os.path.isdir(path) and is_sweep(path) for path in options.files):
        check_options(options.files[0], DRAWINGS["trace"], options)
        sweep = load(options.files)
        keep_apart(options.out, "the picture", [run.path for run in sweep.runs])
        plot_sweeps.plot(sweep, options)
        return 0
    sources = [open_source(path, DRAWABLE) for path in options.files]
    drawing_of(sources, options).draw(sources, options)
    return 0
