"""Two ranks that compute and send in their own time, against the prediction of the simulator from a calibration.

Round after round: calibrates the machine with the experiment's model, then runs the experiment with every algorithm in
both worlds. Other guests of a machine slow down some rounds as a whole and others not at all, so the means of predicted
and measured times over rounds are compared. Prints one line for each algorithm, with the standard error of the
comparison, and exits with 1 if the means differ by more than 10 %. Needs two idle cores."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from math import hypot, sqrt
from pathlib import Path
from statistics import mean, stdev

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "analysis"))

from gossamer.commands.crosscheck import Experiment, arguments, mpirun, run  # noqa: E402
from gossamer.support.children import RunError  # noqa: E402
from gossamer.support.command import note  # noqa: E402
from gossamer.support.wording import columns, readable_time  # noqa: E402

TOLERANCE = 0.1
# So many node-steps of each node take about a second, or some of the wide model.
MODELS = {"softmax": ({"kind": "softmax_regression", "batch_size": 32}, 40_000),
          "mlp": ({"kind": "mlp", "hidden": [64], "batch_size": 32}, 16_000),
          "wide_mlp": ({"kind": "mlp", "hidden": [256], "batch_size": 128}, 5_000)}
CASES = {"d_psgd": ("d_psgd", "ring"), "local_sgd": ("local_sgd", "ring"), "swarm_sgd": ("swarm_sgd", "ring"),
         "ad_psgd": ("ad_psgd", "ring"), "all_reduce_sgd, ring": ("all_reduce_sgd", "ring"),
         "all_reduce_sgd, doubling": ("all_reduce_sgd", "recursive_doubling")}


def experiment(name: str) -> dict:
    model, steps = MODELS[name]
    data = {"kind": "synthetic_classification", "samples": 2000, "features": 784, "classes": 10}
    return {"title": f"{name} on two ranks", "seed": 1, "numerics": "float32",
            "topology": {"kind": "complete", "nodes": 2}, "model": {**model, "data": data},
            "algorithm": {"kind": "d_psgd"}, "stop": {"node_steps": steps}, "record": {"every": "1 h"}}


def times(file: Path, machine: Path, name: str, program: str, seed: int) -> tuple[float, float]:
    """Predicted and measured, in seconds. The seed draws the phases in which a machine's cores are slow or fast."""
    algorithm, all_reduce = CASES[name]
    words = [str(file), "--ranks", "2", "--program", program, "--machine", str(machine), "--compute", "real",
             "--network", "real", "--set", f'/algorithm={{"kind": "{algorithm}", "step_size": 0.001}}',
             "--set", f'/network/all_reduce="{all_reduce}"', "--set", '/network/collectives="played"', "--set", f"/seed={seed}"]
    runs = Experiment(arguments(words), file.parent)
    return runs.outcome("virtual", None)[0].end["time_s"], runs.outcome("mpi", None)[0].end["time_s"]


def row(name: str, rounds: list[tuple[float, float]]) -> tuple[list[str], bool]:
    """A line of the table, and whether the error is within the tolerance."""
    predicted, measured = (sorted(times) for times in zip(*rounds))
    error = mean(predicted) / mean(measured) - 1
    met = abs(error) <= TOLERANCE
    standard_error = hypot(*(stdev(times) / mean(times) for times in (predicted, measured))) / sqrt(len(rounds))
    return [name, readable_time(mean(predicted)), f"{readable_time(predicted[0])} to {readable_time(predicted[-1])}",
            readable_time(mean(measured)), f"{readable_time(measured[0])} to {readable_time(measured[-1])}",
            f"{100 * error:+.1f} %", f"{100 * standard_error:.1f} %", "" if met else "MISSED"], met


def all_rounds(model: str, options: argparse.Namespace, folder: Path) -> dict[str, list[tuple[float, float]]]:
    """Predicted and measured times of every round, by case."""
    file, machine = folder / f"{model}.json", folder / f"{model}.machine.json"
    file.write_text(json.dumps(experiment(model)), encoding="utf-8")
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in options.cases}
    for number in range(options.rounds):
        note(f"{model}: round {number + 1} of {options.rounds}, calibrating for {options.seconds} s")
        run(mpirun(2, own_cores=True) + [options.program, "calibrate", "--force", "--seconds", str(options.seconds),
                                         "--model", str(file), "-o", str(machine)])
        for name in options.cases:
            found[name].append(times(file, machine, name, options.program, number + 1))
    return found


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, help="gossamer, built with MPI")
    parser.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
    parser.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES), metavar="CASE")
    parser.add_argument("--rounds", type=int, default=17, help="default: %(default)s")
    parser.add_argument("--seconds", type=int, default=20, help="of each calibration (default: %(default)s)")
    options = parser.parse_args(argv)
    if options.rounds < 2:
        parser.error("--rounds: expected at least 2, which tell how far rounds differ")
    all_met = True
    with tempfile.TemporaryDirectory() as folder:
        for model in options.models:
            rows = [[model, "predicted", "from … to", "measured", "from … to", "error", "standard error", ""]]
            for name, rounds in all_rounds(model, options, Path(folder)).items():
                line, met = row(name, rounds)
                rows.append(line)
                all_met &= met
            print(columns(rows) + "\n", flush=True)
    return 0 if all_met else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (RunError, subprocess.CalledProcessError) as error:
        sys.exit(str(error))
