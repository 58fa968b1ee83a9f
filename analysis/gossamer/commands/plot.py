"""gossamer plot: draws traces, timelines and machine files, and finds out what a file is from its content."""

from __future__ import annotations

import argparse
import math
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gossamer.figures import calibration, curves, gantt
from gossamer.figures.style import picture_kind, save
from gossamer.quantities import DEFAULT_PANELS, OF_F, X, Y, check_names
from gossamer.support.command import Parser, command, note
from gossamer.support.errors import AnalysisError
from gossamer.support.inputs import Source, kind_of, open_source
from gossamer.support.outputs import keep_apart
from gossamer.support.shapes import parse
from gossamer.support.units import measured
from gossamer.traces import timeline, trace

LOG = "an axis is logarithmic where its positive values span more than a factor of 20"
HINTS = {"--log": LOG, "--logy": LOG, "--log-y": LOG, "--yscale": LOG,
         "--title": 'titles are those of the runs: gossamer run FILE --set /title="…"',
         "--label": 'names are the titles of the runs: gossamer run FILE --set /title="…"',
         "--show": "a picture goes to a file: -o picture.png"}
DRAWABLE = "a trace, a timeline or a machine file"


def plot_traces(sources: list[Source], options: argparse.Namespace) -> None:
    traces = [trace.read_source(source) for source in sources]
    trace.print_warnings(traces)
    save(curves.draw(traces, options.x or "time", options.y), options.out)
    remark = trace.remark_on_losses(traces)
    if remark and any(y.key in OF_F for y in curves.panels_to_draw(traces, X[options.x or "time"], options.y)):
        note(f"gossamer plot: {remark}")


def plot_timelines(sources: list[Source], options: argparse.Namespace) -> None:
    timelines = [timeline.read_source(source) for source in sources]
    begin, end = options.begin or 0.0, options.end
    save(gantt.draw(timelines, begin, end), options.out)
    gantt.warn_of_arrows(timelines, begin, math.inf if end is None else end)


def plot_machine(sources: list[Source], options: argparse.Namespace) -> None:
    if len(sources) > 1:
        raise AnalysisError(f"{sources[1].path}: is a second machine file; a picture shows one")
    save(calibration.draw(calibration.read(sources[0])), options.out)


@dataclass(frozen=True)
class Drawing:
    """A kind of files that can be drawn, with the options that only it has, by their places in the namespace."""

    words: str
    draw: Callable[[list[Source], argparse.Namespace], None]
    options: dict[str, str]


DRAWINGS = {"trace": Drawing("a trace", plot_traces, {"x": "--x", "y": "--y"}),
            "timeline": Drawing("a timeline", plot_timelines, {"begin": "--from", "end": "--to", "gantt": "--gantt"}),
            "machine": Drawing("a machine file", plot_machine, {})}


def duration(text: str) -> float:
    """A duration such as "120 ms", in seconds."""
    if re.fullmatch(r"\s*[0-9.]+\s*", text):
        raise argparse.ArgumentTypeError(f'"{text}" has no unit, expected a duration such as "{text.strip()} ms"')
    seconds, unit = measured(text) or (0.0, "")
    if unit != "s":
        raise argparse.ArgumentTypeError(f'"{text}" is no duration such as "120 ms"')
    if not 0 <= seconds < math.inf:
        raise argparse.ArgumentTypeError(f'"{text}" is no time of a run, expected a duration such as "120 ms"')
    return seconds


def names(text: str) -> list[str]:
    return [name for name in text.split(",") if name]


def arguments(argv: list[str]) -> argparse.Namespace:
    parser = Parser("plot", HINTS, description="Draws traces, one line for each; timelines, a row for each node; or a "
                    "machine file, its measurements and fits. The content of a file decides what it is.")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE",
                        help="what `gossamer run`, `run --timeline` or `calibrate` left; several of one kind")
    parser.add_argument("-o", "--out", type=Path, metavar="PICTURE", help="the picture: .png, .svg or .pdf")
    parser.add_argument("--x", metavar="QUANTITY", help=f"of traces: the x axis, of: {', '.join(X)} (default: time)")
    parser.add_argument("--y", type=names, nargs="+", metavar="QUANTITY",
                        help=f"of traces: panels, of: {', '.join(Y)} (default: {', '.join(DEFAULT_PANELS)} as far as known)")
    parser.add_argument("--from", dest="begin", type=duration, metavar='"120 ms"',
                        help="of timelines: the first virtual time shown")
    parser.add_argument("--to", dest="end", type=duration, metavar='"240 ms"', help="of timelines: the last one")
    parser.add_argument("--gantt", action="store_true", help="all files are timelines")
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
    check_names("--x", [options.x] if options.x else [], X, Y)
    check_names("--y", options.y or [], Y, X)
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
    for other in DRAWINGS.values():
        for place, option in other.options.items():
            if place not in drawing.options and getattr(options, place) not in (None, False):
                raise AnalysisError(f"{sources[0].path}: is {drawing.words}, and {option} belongs to {other.words}")
    return drawing


@command("plot")
def main(argv: list[str]) -> int:
    options = arguments(argv)
    keep_apart(options.out, "the picture", options.files)
    sources = [open_source(path, DRAWABLE) for path in options.files]
    drawing_of(sources, options).draw(sources, options)
    return 0
