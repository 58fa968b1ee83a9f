"""gossamer table: what runs needed to reach targets, and their values at the end, with intervals over seeds."""

from __future__ import annotations

import argparse

from gossamer.statistics import Statistics, advice, statistics_of
from gossamer.statistics.cells import by_run
from gossamer.support.command import Parser, command, note, write
from gossamer.support.wording import shortened, visible
from gossamer.sweeps import Sweep, load
from gossamer.sweeps.targets import parse_baseline, parse_target, parse_window
from gossamer.tables import latex, results_csv, save, summary_csv, text

TO_FILE = "the table goes to the standard output: write it to a file by > FILE"
HINTS = {"-o": TO_FILE, "--out": TO_FILE, "--seeds": "runs that differ by their seeds alone are one row: give their traces"}

LONGEST = 500  # of a warning


def arguments(argv: list[str]) -> argparse.Namespace:
    parser = Parser("table", HINTS, description="Prints " + __doc__.partition(": ")[2])
    parser.add_argument("paths", nargs="*", metavar="TRACE|FOLDER",
                        help="what `gossamer run` left, or the folder of `gossamer sweep`")
    parser.add_argument("--target", action="append", default=[], type=parse_target, metavar="QUANTITY=VALUE",
                        help="such as train_loss=0.5 or test_accuracy=90%%; may be repeated (default: the sweep's)")
    parser.add_argument("--baseline", action="append", default=[], metavar="AXIS=LABEL",
                        help="what to compare with, seed by seed; may be repeated (default: the sweep's)")
    parser.add_argument("--window", type=parse_window, metavar="FROM,TO",
                        help="the part of the virtual time for rates and floors, such as 0.5,1 (default: the sweep's)")
    parser.add_argument("--format", choices=("text", "csv", "latex"), default="text",
                        help="text, CSV with all columns, or LaTeX (default: text)")
    parser.add_argument("--runs", action="store_true", help="one row for each run, not for each cell")
    parser.add_argument("--rates", action="store_true", help="also rates and floors, in text and LaTeX")
    parser.add_argument("--save", action="store_true", help="write results.csv and summary.csv into the sweep's folder")
    options = parser.parse_args(argv)
    if not options.paths:
        parser.error("nothing to read; expected such as: gossamer table quickstart.jsonl --target train_loss=0.4")
    return options


def with_options(sweep: Sweep, options: argparse.Namespace) -> Sweep:
    """The sweep with the targets, the baseline and the window of the command line in place of its own."""
    sweep.targets = options.target or sweep.targets
    sweep.baseline = parse_baseline(sweep, options.baseline) if options.baseline else sweep.baseline
    sweep.window = options.window or sweep.window
    return sweep


def shown(statistics: Statistics, options: argparse.Namespace) -> str:
    if options.format == "csv":
        return (results_csv if options.runs else summary_csv)(statistics).rstrip("\n")
    rows = by_run(statistics) if options.runs else statistics
    return (latex if options.format == "latex" else text)(rows, options.rates)


@command("table")
def main(argv: list[str]) -> int:
    options = arguments(argv)
    statistics = statistics_of(with_options(load(options.paths), options))
    if options.save:
        save(statistics)
    write(shown(statistics, options))
    show_advice("table", statistics)
    return 0


def show_advice(name: str, statistics: Statistics) -> None:
    """Writes warnings to the standard error."""
    for sentence in advice(statistics):
        note(f"gossamer {name}: warning: {visible(shortened(sentence, LONGEST))}")
