"""gossamer report: one page on a sweep or on traces, with the answer, curves, maps, graphs and tables."""

from __future__ import annotations

import argparse
from pathlib import Path

from gossamer.report import Extras, report
from gossamer.studies import RUN, Runs, load as load_study, verdicts
from gossamer.support.command import Parser, command
from gossamer.support.errors import AnalysisError
from gossamer.support.inputs import kind_of, open_source
from gossamer.support.outputs import keep_apart, need_folder_of, write_whole
from gossamer.sweeps import Sweep, load
from gossamer.sweeps.targets import parse_baseline, parse_target
from gossamer.traces import timeline

EXPECTED = "traces, timelines, or the folder of a sweep"


def arguments(argv: list[str]) -> argparse.Namespace:
    parser = Parser("report", description="Writes " + __doc__.partition(": ")[2] + " It needs no other file and no network.")
    parser.add_argument("files", nargs="*", type=Path, metavar="TRACE|FOLDER",
                        help="what `gossamer run` or `gossamer sweep` left; timelines of the runs beside them")
    parser.add_argument("-o", "--out", type=Path, metavar="PAGE", help="the page: a name that ends in .html")
    parser.add_argument("--title", help="of the page (default: that of the sweep)")
    parser.add_argument("--target", action="append", default=[], type=parse_target, metavar="QUANTITY=VALUE",
                        help="such as train_loss=0.5; the first one decides, may be repeated (default: the sweep's)")
    parser.add_argument("--baseline", action="append", default=[], metavar="AXIS=LABEL",
                        help="what to compare with, seed by seed; may be repeated (default: the sweep's)")
    parser.add_argument("--study", type=Path, metavar="FOLDER",
                        help="a folder with a study.py, whose claims are checked on these runs")
    parser.add_argument("--program", default="gossamer", help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if not options.files:
        parser.error(f"nothing to report on; expected {EXPECTED}, such as: gossamer report quickstart.jsonl -o report.html")
    if not options.out:
        parser.error(f"no page to write; expected -o FILE, such as -o {options.files[0].stem}.html")
    if options.out.suffix.lower() not in (".html", ".htm"):
        parser.error(f'{options.out}: ends in "{options.out.suffix}", expected .html, such as {options.out.stem}.html')
    need_folder_of(options.out)
    return options


def sorted_by_kind(files: list[Path]) -> tuple[list[Path], list[timeline.Timeline]]:
    """Traces and folders, and the timelines beside them. A folder without a sweep counts as the traces in it."""
    traces, timelines = [], []
    for path in files:
        if path.is_dir() and not (path / "sweep.json").is_file():
            inside = sorted(path.glob("*.jsonl"))
            if not inside:
                raise AnalysisError(f"{path}: has neither a sweep.json nor traces, expected {EXPECTED}")
            traces += inside
        elif path.is_dir() or kind_of(source := open_source(path, EXPECTED)) != "timeline":
            traces.append(path)
        else:
            timelines.append(timeline.read_source(source))
    if not traces:
        raise AnalysisError(f"{files[0]}: is a timeline; expected the trace of its run, too")
    return traces, timelines


def claims_of(folder: Path, sweep: Sweep) -> list:
    """The claims of a study, checked on its sweep, or on runs of these names with their first seed: those of the axis that a
    study's runs have, else titles."""
    study, results = load_study(folder), sweep
    if study.runs:
        results = Runs()
        for run in (run for run in sweep.runs if run.status == "done"):
            results.setdefault(run.labels.get(RUN, run.trace.title), run.trace)
    return [(sentence, [(str(check), check.holds) for check in checks]) for sentence, checks in verdicts(study, results)]


@command("report")
def main(argv: list[str]) -> int:
    options = arguments(argv)
    traces, timelines = sorted_by_kind(options.files)
    keep_apart(options.out, "the page", [*traces, *(each.path for each in timelines)])
    sweep = load(traces)
    sweep.title = options.title or sweep.title
    sweep.targets = options.target or sweep.targets
    sweep.baseline = parse_baseline(sweep, options.baseline) if options.baseline else sweep.baseline
    claims = claims_of(options.study, sweep) if options.study else []
    write_whole(options.out, report(sweep, Extras(options.program, timelines, claims)).encode("utf-8"), "the page")
    return 0
