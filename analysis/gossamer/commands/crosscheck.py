"""gossamer crosscheck: runs one experiment in virtual time and on real MPI ranks, and holds one against the other."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from pathlib import Path

import numpy as np

from gossamer.figures.saving import picture_kind, save
from gossamer.figures.scales import make_log
from gossamer.figures.style import COLORS, new_figure, theme
from gossamer.figures.texts import add_title
from gossamer.quantities import X, Y, is_logarithmic, scaled
from gossamer.statistics.worlds import Equality, Timing, Verdict, differing_models, equalities, timings, verdicts
from gossamer.support.children import RunError, run_child, description_of_end
from gossamer.support.command import Parser, command, count, note, write
from gossamer.support.outputs import keep_apart, make_folder
from gossamer.support.wording import columns, readable_time, visible
from gossamer.traces.trace import Trace, read

SEEDS_FOR_A_LAW = 8


# ----------------------------------------------------------------------------------------------------------------------
# Runs.

def mpirun(ranks: int, own_cores: bool = False) -> list[str]:
    """Open MPI's launcher, told that ranks may share cores, or stay on one each where there are enough, and, where we
    are root, that root may run them."""
    binding = "core" if own_cores and ranks <= len(os.sched_getaffinity(0)) else "none"
    words = ["mpirun", "-np", str(ranks), "--oversubscribe", "--bind-to", binding, "--mca", "mpi_yield_when_idle", "1"]
    return words + (["--allow-run-as-root"] if os.geteuid() == 0 else [])


def run(words: list[str]) -> None:
    done = run_child(words)
    if done.returncode != 0:
        raise RunError(f"{' '.join(words)}\n{description_of_end(done)}:\n{done.stderr or done.stdout}")


class Experiment:
    """One experiment file with its settings, run as often as asked for in either world."""

    def __init__(self, options: argparse.Namespace, folder: Path):
        self.options, self.folder = options, folder
        self.settings = [word for setting in options.settings for word in ("--set", setting)]
        if options.machine:
            self.settings += ["--set", f"/machine={json.dumps(str(options.machine.resolve()))}"]

        self.configuration = self.checked()
        self.expected = self.configuration.get("expect", {"models": "any"})
        self.has_models = self.configuration["numerics"] != "off"

    def checked(self) -> dict:
        """The configuration that `gossamer check` prints; its refusal is ours."""
        words = [self.options.program, "check", str(self.options.file), *self.settings]
        done = run_child(words)
        if done.returncode != 0:
            raise RunError(done.stderr.strip() or f"{self.options.program} check {description_of_end(done)}")
        try:
            return json.loads(done.stdout)
        except ValueError:
            raise RunError(f"{self.options.program} check has not printed the experiment") from None

    def check_outputs(self) -> None:
        """Throws AnalysisError if the picture, or a kept file, would overwrite a file that is read."""
        read = [self.options.file, *filter(None, [self.options.machine]), *_files_in(self.configuration)]
        written = [self.folder / f"{name}{ending}" for name in self.names() for ending in (".jsonl", ".npy")]
        for path in written if self.options.keep else []:
            keep_apart(path, "a trace or models", read)
        if self.options.out:
            keep_apart(self.options.out, "the picture", read + written)

    def check_ranks(self, trace: Trace) -> None:
        """Throws AnalysisError, before ranks are started, if there are more ranks than nodes."""
        nodes = trace.header.get("topology", {}).get("nodes")
        if nodes is not None and self.options.ranks > nodes:
            raise RunError(f"--ranks {self.options.ranks}: there are {nodes:g} nodes, expected at most one rank for each")

    def names(self) -> list[str]:
        """Of all runs, as their files have them."""
        return [self.name(world, seed) for world in ("virtual", "mpi") for seed in self.seeds]

    @staticmethod
    def name(world: str, seed: int | None) -> str:
        return world if seed is None else f"{world}_{seed}"

    def outcome(self, world: str, seed: int | None) -> tuple[Trace, Path]:
        """Runs once. Returns the trace, and where the models are if there are any."""
        name = self.name(world, seed)
        trace, models = self.folder / f"{name}.jsonl", self.folder / f"{name}.npy"
        words = [self.options.program, "run", str(self.options.file), "--quiet", "--out", str(trace), *self.settings]
        words += [] if self.options.keep else ["--force"]  # in a folder of ours
        words += [] if seed is None else ["--set", f"/seed={seed}"]
        words += ["--models", str(models)] if self.has_models else []
        if world == "mpi":
            words += ["--world", "mpi", "--threads", "1", "--compute", self.options.compute, "--network",
                      self.options.network]
            words = mpirun(self.options.ranks, self.options.compute == "real") + words
        run(words)
        return read(trace), models

    @property
    def seeds(self) -> list[int | None]:
        """Those of all runs; None stands for the file's own."""
        count = self.options.seeds or (SEEDS_FOR_A_LAW if self.expected["models"] == "same_law" else 1)
        return [None] if count == 1 else [self.configuration["seed"] + k for k in range(count)]


def _files_in(value) -> list[Path]:
    """Every text of a configuration that is the path of a file."""
    if isinstance(value, str):
        return [Path(value)] if len(value) < 4096 and "\0" not in value and os.path.isfile(value) else []
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [path for each in inner for path in _files_in(each)]


def both_worlds(experiment: Experiment) -> tuple[list[Trace], list[Trace], tuple[int, float] | None]:
    """The traces of both worlds and, where there are models, how many differ and by how much."""
    predicted, measured, differences = [], [], []
    for seed in experiment.seeds:
        what = str(experiment.options.file) + ("" if seed is None else f", seed {seed}")
        note(f"{what}: virtual time ...")
        trace, models = experiment.outcome("virtual", seed)
        predicted.append(trace)
        experiment.check_ranks(trace)
        note(f"{what}: {experiment.options.ranks} ranks ...")
        trace, real_models = experiment.outcome("mpi", seed)
        measured.append(trace)
        if experiment.has_models:
            differences.append(differing_models(np.load(models), np.load(real_models)))
    if not differences:
        return predicted, measured, None
    return predicted, measured, (sum(count for count, _ in differences), max(largest for _, largest in differences))


# ----------------------------------------------------------------------------------------------------------------------
# Results, as text and as a picture.

def lateness(measured: list[Trace]) -> str | None:
    """A sentence on the delay of events on ranks, which shows a machine that is too busy."""
    ends = [trace.end for trace in measured if {"lateness_mean_s", "lateness_max_s"} <= trace.end.keys()]
    if not ends:
        return None
    mean = float(np.mean([end["lateness_mean_s"] for end in ends]))
    return (f"ranks handled events {readable_time(mean)} late on average, "
            f"{readable_time(max(end['lateness_max_s'] for end in ends))} at most")


def report(title: str, times: list[Timing], late: str | None, models: tuple[int, float] | None,
           laws: list[Equality], found: list[Verdict]) -> str:
    rows = [["time", "predicted", "measured", "error"]]
    rows += [[timing.name, readable_time(timing.predicted), readable_time(timing.measured),
              f"{100 * timing.error:+.2f} %"] for timing in times]
    parts = [visible(title), columns(rows)] + ([late] if late else [])
    if models is not None:
        count, largest = models
        parts.append("models: all bits are equal" if count == 0 else
                     f"models: {count} are not the same bits; coordinates differ by up to {largest:.3g}")
    if laws:
        rows = [["law over seeds", "predicted", "measured", "p", "adjusted"]]
        rows += [[test.name, f"{test.predicted:.4g}", f"{test.measured:.4g}", f"{test.p:.3g}", f"{test.adjusted:.3g}"]
                 for test in laws]
        parts.append(columns(rows))
    parts += [f"expected {verdict.expectation}: {'met' if verdict.met else 'MISSED'} ({verdict.finding})"
              for verdict in found]
    return "\n\n".join(parts[:-len(found)] + ["\n".join(parts[-len(found):])] if found else parts)


def draw(title: str, predicted: list[Trace], measured: list[Trace], times: list[Timing]):
    """Curves of both worlds over the same time, and the error of every time."""
    shown = [Y[name] for name in ("loss", "consensus") if predicted[0].has("time_s", Y[name].key)]
    factor, unit = scaled(X["time"], max(trace.samples[-1]["time_s"] for trace in predicted + measured))
    with theme():
        figure, grid = new_figure(5.2, 1.2 + 1.75 * len(shown) + 1.0, len(shown) + 1)
        for axes, quantity in zip(grid[:, 0], shown):
            _draw_curves(axes, quantity, predicted, measured, factor)
            axes.set_xlabel(f"Time since the start ({unit})")
        _draw_errors(grid[-1, 0], times)
        add_title(grid[0, 0], title)
    return figure


def _draw_curves(axes, quantity, predicted: list[Trace], measured: list[Trace], factor: float) -> None:
    everything = np.concatenate([trace.series("time_s", quantity.key)[1] for trace in predicted + measured])
    logarithmic = is_logarithmic(quantity, everything)
    worlds = (("virtual time", predicted, COLORS[0], "solid"), ("MPI ranks", measured, COLORS[1], (0, (4, 2))))
    for name, traces, color, style in worlds:
        for position, trace in enumerate(traces):
            times, values = trace.series("time_s", quantity.key)
            times, values = (times[values > 0], values[values > 0]) if logarithmic else (times, values)
            axes.plot(times / factor, values, color=color, linestyle=style, linewidth=1.3 if len(traces) == 1 else 0.8,
                      alpha=1 if len(traces) == 1 else 0.7, label=name if position == 0 else None)
    if logarithmic:
        make_log(axes.yaxis)
    axes.set_ylabel(quantity.label)
    axes.legend(loc="best")


def _draw_errors(axes, times: list[Timing]) -> None:
    names = [timing.name for timing in times]
    errors = [100 * timing.error for timing in times]
    axes.axvline(0, color="#000000", linewidth=0.6)
    axes.plot(errors, range(len(times)), marker="o", linestyle="none", color=COLORS[2])
    for position, error in enumerate(errors):
        axes.annotate(f"{error:+.2f} %", (error, position), xytext=(5, 0), textcoords="offset points", va="center",
                      fontsize=7)
    axes.set_yticks(range(len(times)), names)
    axes.set_ylim(len(times) - 0.5, -0.5)
    reach = 1.5 * max(1.0, *map(abs, errors))
    axes.set_xlim(-reach, reach)
    axes.set_xlabel("Predicted over measured, minus one (%)")


# ----------------------------------------------------------------------------------------------------------------------

def arguments(argv: list[str]) -> argparse.Namespace:
    ranks = "the number of ranks is --ranks N"
    parser = Parser("crosscheck", {"-np": ranks, "-n": ranks, "--world": "both worlds are run"},
                    description=__doc__.partition(": ")[2])
    parser.add_argument("file", type=Path, nargs="?", help="an experiment; its block \"expect\" says what must hold")
    parser.add_argument("--ranks", type=count, metavar="N", help="MPI ranks, at most one for each node")
    parser.add_argument("--machine", type=Path, metavar="FILE", help="what gossamer calibrate wrote")
    parser.add_argument("--set", dest="settings", action="append", default=[], metavar="/POINTER=VALUE",
                        help="replaces or creates a key of the experiment, as for gossamer run")
    parser.add_argument("--seeds", type=count, metavar="K",
                        help=f"runs in each world (default: {SEEDS_FOR_A_LAW} where a same law is expected, else 1)")
    parser.add_argument("--compute", choices=("real", "paced"), default="paced",
                        help="whether a gradient takes its own time or the law's (default: paced)")
    parser.add_argument("--network", choices=("real", "shaped"), default="shaped",
                        help="whether a message takes its own time or the model's (default: shaped)")
    parser.add_argument("-o", "--out", type=Path, metavar="FILE", help="picture: .png, .svg or .pdf")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where to leave traces and models")
    parser.add_argument("--program", default="gossamer", help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if not options.file:
        parser.error("no experiment; expected such as: gossamer crosscheck experiments/crosscheck/synchronous.json "
                     "--ranks 4")
    if options.ranks is None:
        parser.error(f"no number of ranks; expected such as: gossamer crosscheck {options.file} --ranks 4")
    return options


def crosscheck(options: argparse.Namespace, folder: Path) -> int:
    experiment = Experiment(options, folder)
    experiment.check_outputs()
    predicted, measured, models = both_worlds(experiment)
    times = timings(predicted, measured)
    laws = equalities(predicted, measured) if len(predicted) > 1 else []
    found = verdicts(experiment.expected, times, models, laws)
    title = f"{predicted[0].title}, on {options.ranks} ranks"
    write(report(title, times, lateness(measured), models, laws, found))
    if options.out:
        save(draw(title, predicted, measured, times), options.out)
    return 0 if all(verdict.met for verdict in found) else 1


@command("crosscheck")
def main(argv: list[str]) -> int:
    options = arguments(argv)
    if options.out:
        picture_kind(options.out)
    if options.keep:
        make_folder(options.keep)
        return crosscheck(options, options.keep)
    with tempfile.TemporaryDirectory() as folder:
        return crosscheck(options, Path(folder))
