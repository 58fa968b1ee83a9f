"""Softmax regression on a9a: every synchronous algorithm leaves the same bits on some number of ranks as in virtual
time.

Exits with 77 if there is no a9a under the folder that GOSSAMER_DATA names."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "analysis"))

from gossamer.commands.crosscheck import Experiment, arguments, both_worlds  # noqa: E402
from gossamer.support.children import RunError  # noqa: E402
from prediction_table import algorithms, block, is_synchronous, told_of, topology  # noqa: E402

SKIPPED = 77
RANKS = (2, 5, 3, 8)  # of one algorithm, of the next, and so on
EXPERIMENT = {
    "title": "Softmax regression on a9a", "seed": 1, "numerics": "float64",
    "topology": {"kind": "ring", "nodes": 8},
    "model": {"kind": "softmax_regression", "l2": 1e-4, "batch_size": 16,
              "data": {"kind": "libsvm", "path": "libsvm/a9a.gz", "features": 123, "dense": True,
                       "train_limit": 4000}},
    "algorithm": {"kind": "d_psgd"},
    "network": {"kind": "nic", "latency": "100 us", "bandwidth": "1 Gbit/s"},
    "compute": {"kind": "exponential", "mean": "1 ms"},
    "stop": {"node_steps": 24}, "record": {"every_node_steps": 12},
}


def settings(program: str, algorithm: str) -> list[str]:
    nodes = EXPERIMENT["topology"]["nodes"]
    words = [f"/algorithm={block(program, algorithm)}", *topology(program, algorithm, nodes)]
    if "\n  needs a model with Newton directions" in told_of(program, algorithm):
        words.append("/model/kind=logistic_regression")
    return [word for setting in words for word in ("--set", setting)]


def is_possible(program: str, algorithm: str) -> bool:
    """Whether the algorithm is synchronous, and does not know the minimum, which data do not tell."""
    return (is_synchronous(program, algorithm)
            and "\n  needs a model whose minimum is known" not in told_of(program, algorithm))


def main(program: str) -> int:
    data = os.environ.get("GOSSAMER_DATA")
    if not data or not (Path(data) / "libsvm/a9a.gz").exists():
        print("skipped: there is no libsvm/a9a.gz under GOSSAMER_DATA")
        return SKIPPED
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "a9a.json"
        file.write_text(json.dumps(EXPERIMENT), encoding="utf-8")
        for number, algorithm in enumerate(name for name in algorithms(program) if is_possible(program, name)):
            ranks = RANKS[number % len(RANKS)]
            words = [str(file), "--ranks", str(ranks), "--program", program, *settings(program, algorithm)]
            _, _, (differing, largest) = both_worlds(Experiment(arguments(words), Path(folder)))
            print(f"{algorithm}, {ranks} ranks: {differing} of 8 models differ, by up to {largest:g}", flush=True)
            failures += differing > 0
    return 1 if failures else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1]))
    except RunError as error:
        sys.exit(str(error))
