"""gossamer demo: compares three algorithms on a torus with stragglers, and leaves traces and a picture in a folder."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from gossamer.commands import plot, table
from gossamer.support.children import RunError, run_child, description_of_end
from gossamer.support.command import Parser, command, note, write
from gossamer.support.outputs import make_folder

EXPERIMENT = Path(__file__).resolve().parents[3] / "experiments" / "examples" / "quickstart.json"
FOLDER = Path("gossamer-demo")
ALGORITHMS = {
    "SwarmSGD, non-blocking": {"kind": "swarm_sgd", "variant": "nb1", "local_steps": 1},
    "D-PSGD": {"kind": "d_psgd"},
    "All-reduce SGD": {"kind": "all_reduce_sgd"},
}


def run(program: str, title: str, algorithm: dict) -> str:
    """Runs the example with an algorithm; returns the path of the trace."""
    note(f"{title} ...")
    trace = str(FOLDER / f"{algorithm['kind']}.jsonl")
    done = run_child([program, "run", str(EXPERIMENT), "--quiet", "--force", "--set", f"/title={title}",
                  "--set", f"/algorithm={json.dumps(algorithm)}", "--out", trace])
    if done.returncode != 0:
        raise RunError(done.stderr.strip() or f"{program} {description_of_end(done)}")
    return trace


@command("demo")
def main(argv: list[str]) -> int:
    parser = Parser("demo", description="Compares three algorithms on a torus with stragglers, and leaves traces and a "
                    f"picture in the folder {FOLDER}.")
    parser.add_argument("--program", default="gossamer", help=argparse.SUPPRESS)
    program = parser.parse_args(argv).program
    make_folder(FOLDER)
    traces = [run(program, title, algorithm) for title, algorithm in ALGORITHMS.items()]
    write("")
    code = table.main([*traces, "--target", "train_loss=0.4"])
    for kind in ("svg", "png"):
        code = code or plot.main([*traces, "--y", "loss", "consensus", "-o", str(FOLDER / f"demo.{kind}")])
    if code == 0:
        write(f"\nThe picture is {FOLDER}/demo.svg (and .png); the traces are beside it.")
    return code
