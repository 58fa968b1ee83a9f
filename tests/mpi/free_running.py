"""Two ranks that compute and talk in their own time, against what the simulator predicts from a calibration.

Calibrates the machine with the experiment's model, then runs the experiment with every algorithm in both worlds, three
times on ranks, and prints one line each. Exits with 1 where the median is off by more than 10 %. Wants two idle cores."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "analysis"))

from crosscheck import Experiment, RunError, arguments, columns, mpirun, run, say  # noqa: E402
from table import readable_time  # noqa: E402

TOLERANCE = 0.1
MODELS = {"softmax": {"kind": "softmax_regression", "batch_size": 32},
          "mlp": {"kind": "mlp", "hidden": [64], "batch_size": 32}}
CASES = {"d_psgd": ("d_psgd", "ring"), "local_sgd": ("local_sgd", "ring"), "swarm_sgd": ("swarm_sgd", "ring"),
         "ad_psgd": ("ad_psgd", "ring"), "all_reduce_sgd, ring": ("all_reduce_sgd", "ring"),
         "all_reduce_sgd, doubling": ("all_reduce_sgd", "recursive_doubling")}


def experiment(model: str, steps: int) -> dict:
    data = {"kind": "synthetic_classification", "samples": 2000, "features": 784, "classes": 10}
    return {"title": f"{model} on two ranks", "seed": 1, "numerics": "float32",
            "topology": {"kind": "complete", "nodes": 2}, "model": {**MODELS[model], "data": data},
            "algorithm": {"kind": "d_psgd"}, "stop": {"node_steps": steps}, "record": {"every": "1 h"}}


def row(file: Path, machine: Path, name: str, options: argparse.Namespace) -> tuple[list[str], bool]:
    algorithm, all_reduce = CASES[name]
    words = [str(file), "--ranks", "2", "--program", options.program, "--machine", str(machine), "--compute", "real",
             "--network", "real", "--set", f'/algorithm={{"kind": "{algorithm}", "step_size": 0.001}}',
             "--set", f'/network/all_reduce="{all_reduce}"']
    runs = Experiment(arguments(words), file.parent)
    predicted = runs.outcome("virtual", None)[0].end["time_s"]
    times = sorted(runs.outcome("mpi", None)[0].end["time_s"] for _ in range(options.runs))
    error = predicted / median(times) - 1
    met = abs(error) <= TOLERANCE
    return [name, readable_time(predicted), readable_time(median(times)),
            f"{readable_time(times[0])} to {readable_time(times[-1])}", f"{100 * error:+.1f} %",
            "" if met else "MISSED"], met


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, help="gossamer, built with MPI")
    parser.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
    parser.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES), metavar="CASE")
    parser.add_argument("--steps", type=int, default=4000, help="node-steps of each node (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=3, help="on ranks (default: %(default)s)")
    parser.add_argument("--seconds", type=int, default=20, help="of calibration (default: %(default)s)")
    options = parser.parse_args(argv)
    all_met = True
    with tempfile.TemporaryDirectory() as folder:
        for model in options.models:
            file, machine = Path(folder) / f"{model}.json", Path(folder) / f"{model}.machine.json"
            file.write_text(json.dumps(experiment(model, options.steps)), encoding="utf-8")
            say(f"{model}: calibrating for {options.seconds} s")
            run(mpirun(2) + [options.program, "calibrate", "--seconds", str(options.seconds), "--model", str(file),
                             "-o", str(machine)])
            rows = [[model, "predicted", "median", "measured", "error", ""]]
            for name in options.cases:
                line, met = row(file, machine, name, options)
                rows.append(line)
                all_met &= met
            print(columns(rows) + "\n", flush=True)
    return 0 if all_met else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (RunError, subprocess.CalledProcessError) as error:
        sys.exit(str(error))
