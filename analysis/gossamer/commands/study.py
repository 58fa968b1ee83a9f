"""gossamer study: runs the experiments of a folder, checks claims against their traces, and draws its pictures."""

from __future__ import annotations

import argparse
from pathlib import Path

from gossamer.commands.table import show_advice
from gossamer.statistics import statistics_of
from gossamer.studies import (Making, Study, StudyError, load, make_answers, make_moments, make_runs, make_sweep, make_sweeps,
                              outputs, report, tables, verdicts, within)
from gossamer.studies.study import Results
from gossamer.support.command import Parser, command, count, note, write
from gossamer.support.outputs import keep_apart, make_folder
from gossamer.support.wording import visible
from gossamer.sweeps import Sweep
from gossamer.sweeps.targets import parse_target
from gossamer.tables import save as save_table, text

MOST_ROWS = 60  # of the table that is printed


def draw_pictures(study: Study, results: Results, folder: Path, kind: str) -> None:
    from gossamer.figures import save  # loads Matplotlib, which checks alone do not need

    for name, function in study.pictures:
        figure = within(study.file, lambda: function(results))  # noqa: B023
        if not hasattr(figure, "savefig"):
            raise StudyError(f'{study.file}: the picture "{name}" is no figure; expected that its function returns one')
        save(figure, folder / f"{name}.{kind}")


def check_outputs(study: Study, making: Making, kind: str) -> None:
    """Throws AnalysisError if a file would overwrite another, or an input of the study."""
    written = outputs(study, making)
    for name, _ in study.pictures:
        picture = making.out / f"{name}.{kind}"
        if picture in written:
            raise StudyError(f"{study.file}: two outputs would be {picture}; expected another name")
        written[picture] = f'the picture "{name}"'
    for path, words in written.items():
        keep_apart(path, words, study.inputs)


def arguments(argv: list[str]) -> argparse.Namespace:
    parser = Parser("study", description="Runs a folder's experiments, checks what is claimed of them, and draws its "
                    "pictures. Ends with 1 where a claim fails.")
    parser.add_argument("folder", type=Path, nargs="?", help="a folder with a study.py, such as experiments/papers/lead")
    parser.add_argument("--program", default="gossamer", help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="for traces and pictures (default: study-NAME)")
    parser.add_argument("--seeds", type=count, metavar="N",
                        help="make every run with N seeds; claims about runs have to hold with each of them (default: 1, or "
                        "those of the study's sweep)")
    parser.add_argument("--short", action="store_true", help="the short form, if the study has one")
    parser.add_argument("--threads", type=count, metavar="N", help="cores to use in all (default: all that there are)")
    parser.add_argument("--target", action="append", default=[], type=parse_target, metavar="QUANTITY=VALUE",
                        help="such as train_loss=0.5: the table has what runs needed to it; may be repeated")
    parser.add_argument("--no-pictures", action="store_true", help="check claims alone")
    parser.add_argument("--format", choices=("svg", "png", "pdf"), default="svg", help="of pictures (default: svg)")
    options = parser.parse_args(argv)
    if not options.folder:
        parser.error("no folder; expected one with a study.py, such as: gossamer study experiments/papers/lead")
    if options.folder.name == "study.py":  # what a folder holds is meant as well
        options.folder = options.folder.parent
    options.out = options.out or Path(f"study-{options.folder.resolve().name}" + ("-short" if options.short else ""))
    return options


@command("study")
def main(argv: list[str]) -> int:
    options = arguments(argv)
    study = load(options.folder)
    if options.short and study.short is None:
        raise StudyError(f"{study.file}: has no short form")
    making = Making(options.program, options.out, options.seeds, options.threads, options.short)
    check_outputs(study, making, options.format)
    make_folder(options.out)
    write(visible(study.title))
    study.answers = make_answers(study, making)
    make_moments(study, making)
    results, sweeps = make_all(study, making)
    found = [verdicts(study, each) for each in results]
    write(visible(report(found), keep="\n"))
    if study.tables:
        write(visible(tables(study, results[0]), keep="\n"))
    for sweep in sweeps:
        show_statistics(sweep, options)
    if not options.no_pictures:
        draw_pictures(study, results[0], options.out, options.format)
    return 0 if all(check.holds for claims in found for _, checks in claims for check in checks) else 1


def make_all(study: Study, making: Making) -> tuple[list[Results], list[Sweep]]:
    """What claims are about, for each seed if it is about runs; and what tables are about: all runs as a sweep, or of several
    sweeps those that have targets."""
    if study.runs:
        runs, sweep = make_runs(study, making)
        return runs, [sweep]
    if study.sweeps:
        sweeps = make_sweeps(study, making)
        return [sweeps], [sweep for sweep in sweeps.values() if sweep.targets]
    sweep = make_sweep(study, making)
    return [sweep], [sweep]


def show_statistics(sweep: Sweep, options: argparse.Namespace) -> None:
    """Prints the table of all runs, with intervals over seeds, and leaves it in the sweep's folder."""
    sweep.targets = options.target or sweep.targets
    statistics = statistics_of(sweep)
    if sweep.folder:
        save_table(statistics)
    if len(sweep.cells) <= MOST_ROWS:
        write(f"\n{text(statistics)}")
    else:
        note(f"gossamer study: the table of {len(sweep.cells)} cells: gossamer table {sweep.folder or options.out}")
    show_advice("study", statistics)
