"""gossamer advise: which graph, averaging period and algorithm reach a loss first, by theory, and by runs of the best five."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from gossamer.support.children import RunError, description_of_end, run_child
from gossamer.support.command import Parser, command, count, note, write
from gossamer.support.errors import AnalysisError
from gossamer.support.outputs import make_folder, write_whole
from gossamer.support.wording import columns, readable_time, visible
from gossamer.sweeps import load
from gossamer.theory.advice import (Candidate, Forecast, Outcome, candidates, disagreements, forecast, problem_of, ranked,
                                    sweep_of, time_to)
from gossamer.theory.facts import DoesNotApply, Facts
from gossamer.traces.trace import Trace, read

BEST = 5
ROUNDS = 50  # of a run without models that measures times
SHARE = 0.1  # of the first loss above f*, which is the target if none is given
SHOWN = 12  # rows of the ranking
HINTS = {"--out": "-o FOLDER"}


def arguments(argv: list[str]) -> argparse.Namespace:
    parser = Parser("advise", HINTS, description="Ranks " + __doc__.partition(": ")[2])
    parser.add_argument("file", type=Path, nargs="?", metavar="EXPERIMENT", help="an experiment file; its step size is that of all")
    parser.add_argument("--set", action="append", default=[], dest="settings", metavar="/POINTER=VALUE",
                        help="changes a key of the file; may be repeated")
    parser.add_argument("--target", metavar="train_loss=VALUE", help="what to reach (default: the experiment's target_loss, "
                        "or a tenth of the way from the least loss to the first)")
    parser.add_argument("--seeds", type=count, default=5, metavar="N", help="of each run, the same for all (default: 5)")
    parser.add_argument("-o", type=Path, default=Path("advice"), dest="folder", metavar="FOLDER",
                        help="for the sweep of the best five (default: advice)")
    parser.add_argument("--dry-run", action="store_true", help="predict and run nothing but short runs without models")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--program", default="gossamer", help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.file is None:
        parser.error("no experiment; expected such as: gossamer advise experiment.json")
    return options


def run(words: list[str]) -> None:
    done = run_child(words)
    if done.returncode != 0:
        raise RunError(done.stderr.strip() or f"{' '.join(words)} {description_of_end(done)}")


class Experiment:
    """The experiment, run shortly with other settings in a temporary folder."""

    def __init__(self, options: argparse.Namespace, folder: Path):
        self.options, self.folder, self.made = options, folder, 0

    def _run(self, settings: dict, *words: str) -> Trace:
        self.made += 1
        path = self.folder / f"{self.made}.jsonl"
        pairs = self.options.settings + [f"{key}={json.dumps(value)}" for key, value in settings.items()]
        run([self.options.program, "run", str(self.options.file), "--quiet", "--threads", "1", "--out", str(path), *words,
             *(word for pair in pairs for word in ("--set", pair))])
        return read(path)

    def start(self) -> Trace:
        """Its first step, with the constants of theory."""
        return self._run({"/stop": {"node_steps": 1}, "/record": {"every_node_steps": 1, "local_nodes": 0}}, "--theory")

    def timed(self, candidate: Candidate) -> Trace:
        """A run without models."""
        steps = ROUNDS * candidate.period
        return self._run({"/numerics": "off", "/topology": candidate.topology, "/algorithm": candidate.algorithm,
                          "/stop": {"node_steps": steps}, "/record": {"every_node_steps": steps}})


def target_of(options: argparse.Namespace, facts: Facts, first: float) -> float:
    if options.target:
        quantity, _, value = options.target.partition("=")
        try:
            if quantity == "train_loss":
                return float(value)
        except ValueError:
            pass
        raise AnalysisError(f'--target {visible(options.target)}: expected such as "train_loss=0.5"')
    given = (facts.configuration.get("stop") or {}).get("target_loss")
    if given is not None:
        return float(given)
    least = facts.constant("f_star")
    return least + SHARE * (first - least)


def settings_of(texts: list[str]) -> dict:
    """Settings by their paths, from "/pointer=value"; a value is JSON or else text."""
    found = {}
    for text in texts:
        key, _, value = text.partition("=")
        try:
            found[key] = json.loads(value)
        except ValueError:
            found[key] = value
    return found


def checked_by_runs(options: argparse.Namespace, best: list[Forecast], target: float) -> list[Outcome]:
    """Runs the sweep of the best and reads it."""
    make_folder(options.folder)
    file, runs = options.folder / "sweep.json", options.folder / "runs"
    sweep = sweep_of(best, str(options.file.resolve()), settings_of(options.settings), target, options.seeds)
    write_whole(file, (json.dumps(sweep, indent=2, ensure_ascii=False) + "\n").encode(), "the sweep")
    note(f"{file}: {len(best)} choices, {options.seeds} seeds each")
    run([options.program, "sweep", str(file), "-o", str(runs), "--quiet"])
    cells = {cell.labels["choice"]: cell for cell in load([str(runs)]).cells}
    return [Outcome(each, {run.seed: time_to(run.trace, target) for run in cells[each.candidate.name].done})
            for each in best]


# ----------------------------------------------------------------------------------------------------------------------
# Text.

HEADING = ["#", "choice", "time", "steps", "a step", "steps by", "times by"]


def _row(place: int, each: Forecast) -> list[str]:
    return [str(place), visible(each.candidate.name), readable_time(each.seconds), str(each.steps),
            readable_time(each.step_seconds), each.trust_in_steps, each.trust_in_times]


def ranking(found: list[Forecast], target: float) -> str:
    timed = [each for each in found if each.seconds is not None]
    parts = [f"predicted times to train_loss = {target:.6g}"]
    if timed:
        parts.append(columns([HEADING, *(_row(place, each) for place, each in enumerate(timed[:SHOWN], start=1))], left=2))
    if len(timed) > SHOWN:
        parts.append(f"{len(timed) - SHOWN} slower choices are not shown.")
    left_out = [f"  {visible(each.candidate.name)}: {visible(each.reason)}" for each in found if each.seconds is None]
    if left_out:
        parts += ["not predicted to reach it:", *left_out[:SHOWN]]
    if len(left_out) > SHOWN:
        parts.append(f"  and {len(left_out) - SHOWN} more")
    parts.append("steps: derived = one Hessian and additive noise, as far as two curvatures stand for all;\n"
                 "       estimate = to first order in η, constants may be off\n"
                 "times: derived = by a formula; simulated = by a run of the same program without models")
    return "\n".join(parts)


def comparison(outcomes: list[Outcome]) -> str:
    rows = [["#", "choice", "predicted", "measured", "ratio", "reached"]]
    for place, each in enumerate(outcomes, start=1):
        rows.append([str(place), visible(each.forecast.candidate.name), readable_time(each.forecast.seconds),
                     "–" if each.mean is None else readable_time(each.mean),
                     "–" if each.mean is None else f"{each.mean / each.forecast.seconds:.3g}",
                     f"{len(each.reached)} of {len(each.seconds)}"])
    sentences = disagreements(outcomes)
    return columns(rows, left=2) + "\n" + ("\n".join(["where prediction and runs disagree:", *(f"  {each}" for each in sentences)])
                                           if sentences else "Predictions and runs agree.")


def as_json(found: list[Forecast], outcomes: list[Outcome], target: float) -> str:
    def of(each: Forecast) -> dict:
        whole = {"choice": each.candidate.name, "topology": each.candidate.topology, "algorithm": each.candidate.algorithm,
                 "seconds": each.seconds, "steps": each.steps, "seconds_per_step": each.step_seconds,
                 "steps_by": each.trust_in_steps, "times_by": each.trust_in_times, "reason": each.reason}
        return {key: value for key, value in whole.items() if value not in (None, "")}

    measured = [{"choice": each.forecast.candidate.name, "seconds": {str(seed): time for seed, time in each.seconds.items()
                                                                    if time is not None}} for each in outcomes]
    return json.dumps({"target": {"train_loss": target}, "forecasts": [of(each) for each in found], "measured": measured,
                       "disagreements": disagreements(outcomes)}, ensure_ascii=False)


@command("advise")
def main(argv: list[str]) -> int:
    options = arguments(argv)
    with tempfile.TemporaryDirectory(prefix="gossamer-advise-") as folder:
        experiment = Experiment(options, Path(folder))
        first = experiment.start()
        facts = Facts([first])
        try:
            eta = facts.eta
            target = target_of(options, facts, float(first.samples[0]["train_loss"]))
            problem = problem_of(first, eta)
        except DoesNotApply as reason:
            raise AnalysisError(f"{options.file}: theory has no advice: {reason}") from None
        found = ranked(forecast(problem, each, target, experiment.timed)
                       for each in candidates(facts.nodes, facts.configuration["topology"], eta))
    best = [each for each in found if each.seconds is not None][:BEST]
    if not options.json:
        write(ranking(found, target))
    outcomes = [] if options.dry_run or not best else checked_by_runs(options, best, target)
    if options.json:
        write(as_json(found, outcomes, target))
    elif outcomes:
        write("\n" + comparison(outcomes))
    return 0
