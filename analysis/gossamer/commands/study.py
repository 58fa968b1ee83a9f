"""gossamer study: runs the experiments of a folder, checks the claims of its papers against the traces, draws its pictures."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from gossamer.commands.table import show_advice
from gossamer.statistics import statistics_of
from gossamer.studies import Run, Runs, Study, StudyError, load, report, sweep_of, tables, verdicts, within
from gossamer.support.children import run_child, description_of_end
from gossamer.support.command import Parser, command, count, note, write
from gossamer.support.outputs import keep_apart, make_folder
from gossamer.support.wording import visible
from gossamer.sweeps.targets import parse_target
from gossamer.tables import text
from gossamer.traces.trace import Trace, read


def run_study(run: Run, study: Study, folder: Path, out: Path, program: str) -> Trace:
    """Runs one experiment and reads its trace. Throws StudyError with the program's message if the program fails."""
    trace = out / run.trace_name
    words = [program, "run", str(folder / run.base), "--quiet", "--force", "--threads", str(study.threads),
               "--out", str(trace)]
    for path, value in {"/title": run.name, **run.settings}.items():
        words += ["--set", f"{path}={json.dumps(value)}"]
    done = run_child(words)
    if done.returncode not in (0, 3):
        raise StudyError(f'run "{run.name}": {done.stderr.strip() or description_of_end(done)}')
    return read(trace)


def draw_pictures(study: Study, runs: Runs, folder: Path, kind: str) -> None:
    from gossamer.figures.saving import save  # loads Matplotlib, which checks alone do not need

    for name, function in study.pictures:
        figure = within(study.file, lambda: function(runs))  # noqa: B023
        if not hasattr(figure, "savefig"):
            raise StudyError(f'{study.file}: the picture "{name}" is no figure; expected that its function returns one')
        save(figure, folder / f"{name}.{kind}")


def check_outputs(study: Study, folder: Path, out: Path, kind: str, seeds: int) -> None:
    """Throws AnalysisError if a trace or a picture would overwrite another, or an input of the study."""
    inputs = [study.file, *{folder / run.base for run in study.runs}]
    runs = [run.repeated(place) for place in range(seeds) for run in study.runs]
    written = {out / run.trace_name: f'the trace of run "{run.name}"' for run in runs}
    if len(written) < len(runs):
        name = next(run.name for run in runs if written[out / run.trace_name] != f'the trace of run "{run.name}"')
        raise StudyError(f'{study.file}: the traces of two runs would be {Run(name, {}, "").trace_name}; expected another '
                         f'name than "{name}"')
    for name, _ in study.pictures:
        picture = out / f"{name}.{kind}"
        if picture in written:
            raise StudyError(f"{study.file}: two outputs would be {picture}; expected another name")
        written[picture] = f'the picture "{name}"'
    for path, words in written.items():
        keep_apart(path, words, inputs)


def arguments(argv: list[str]) -> argparse.Namespace:
    parser = Parser("study", description="Runs a folder's experiments, checks what is claimed of them, and draws its "
                    "pictures. Ends with 1 where a claim fails.")
    parser.add_argument("folder", type=Path, nargs="?", help="a folder with a study.py, such as experiments/papers/lead")
    parser.add_argument("--program", default="gossamer", help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="for traces and pictures (default: study-NAME)")
    parser.add_argument("--seeds", type=count, default=1, metavar="N",
                        help="repeat every run with the next N - 1 seeds; a claim has to hold with each of them (default: 1)")
    parser.add_argument("--target", action="append", default=[], type=parse_target, metavar="QUANTITY=VALUE",
                        help="such as train_loss=0.5: the table has what runs needed to it; may be repeated")
    parser.add_argument("--no-pictures", action="store_true", help="check claims alone")
    parser.add_argument("--format", choices=("svg", "png", "pdf"), default="svg", help="of pictures (default: svg)")
    options = parser.parse_args(argv)
    if not options.folder:
        parser.error("no folder; expected one with a study.py, such as: gossamer study experiments/papers/lead")
    if options.folder.name == "study.py":  # what a folder holds is meant as well
        options.folder = options.folder.parent
    options.out = options.out or Path(f"study-{options.folder.resolve().name}")
    return options


@command("study")
def main(argv: list[str]) -> int:
    options = arguments(argv)
    study, out = load(options.folder), options.out
    check_outputs(study, options.folder, out, options.format, options.seeds)
    make_folder(out)
    write(visible(study.title))
    runs = run_all(study, options)
    found = [verdicts(study, each) for each in runs]
    write(visible(report(found), keep="\n"))
    if study.tables:
        write(visible(tables(study, runs[0]), keep="\n"))
    show_statistics(runs, options)
    if not options.no_pictures:
        draw_pictures(study, runs[0], out, options.format)
    return 0 if all(check.holds for claims in found for _, checks in claims for check in checks) else 1


def run_all(study: Study, options: argparse.Namespace) -> list[Runs]:
    """The traces of all runs, for each seed: the experiment's own, and those that follow it."""
    result = [Runs() for _ in range(options.seeds)]
    for number, run in enumerate(study.runs, start=1):
        note(f"  run {number} of {len(study.runs)}: {visible(run.name)}")
        for place, runs in enumerate(result):
            repeated = run.repeated(place, result[0].get(run.name))
            runs[run.name] = run_study(repeated, study, options.folder, options.out, options.program)
    return result


def show_statistics(runs: list[Runs], options: argparse.Namespace) -> None:
    """Prints the table of all runs, with intervals over seeds."""
    statistics = statistics_of(sweep_of(runs, options.target))
    write(f"\n{text(statistics)}")
    show_advice("study", statistics)
