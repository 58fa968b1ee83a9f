"""Predicted against measured times of every registered algorithm, in paced time on the shaped network.

Runs `gossamer crosscheck` on many cases: slow and fast links, different numbers of ranks, with and without a straggler.
Prints one line for each, and exits 1 where a time is off by more than the experiment file expects, or where models of a
synchronous algorithm are not the same bits."""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "analysis"))

from gossamer.commands.crosscheck import Experiment, arguments, both_worlds  # noqa: E402
from gossamer.statistics.worlds import Verdict, timings, verdicts  # noqa: E402
from gossamer.support.children import RunError  # noqa: E402
from gossamer.support.command import note  # noqa: E402
from gossamer.support.wording import columns, readable_time  # noqa: E402
from gossamer.traces import TraceError  # noqa: E402

LINKS = {"slow": ("100 Mbit/s", "5 ms"), "fast": ("1 Gbit/s", "1 ms")}
NODES = 16
REQUIRED = {"compressor": "none", "sample_until": 8, "switch_at": 8}  # models travel in full
HEADING = ["algorithm", "link", "ranks", "straggler", "predicted", "measured", "a step", "interaction", "models", ""]


def algorithms(program: str) -> list[str]:
    """The names in the registry."""
    listed = subprocess.run([program, "list", "algorithms"], capture_output=True, text=True, check=True).stdout
    return re.findall(r"^  (\w+)", listed, flags=re.MULTILINE)


def told_of(program: str, algorithm: str) -> str:
    """What `explain` says of the algorithm, and not of a topology that has its name."""
    told = subprocess.run([program, "explain", algorithm], capture_output=True, text=True, check=True).stdout
    return re.search(rf"^{algorithm}: an algorithm\n.*?(?=^\w+: a |\Z)", told, flags=re.MULTILINE | re.DOTALL)[0]


def is_synchronous(program: str, algorithm: str) -> bool:
    return "\n  synchronous:" in told_of(program, algorithm)


def topology(program: str, algorithm: str, nodes: int) -> list[str]:
    """The settings for an algorithm that needs a topology of its own."""
    told = told_of(program, algorithm)
    if "\n  needs a tree" in told:
        return [f'/topology={{"kind": "path", "nodes": {nodes}}}']
    if '\n  needs the topology "matcha"' in told:
        return [f'/topology={{"kind": "matcha", "of": {{"kind": "ring", "nodes": {nodes}}}}}']
    if "\n  needs a server" in told:
        return [f'/topology={{"kind": "star", "nodes": {nodes}, "center": {nodes - 1}}}']
    return []


def block(program: str, algorithm: str) -> str:
    """The algorithm's block with its defaults, and with REQUIRED for settings that have none."""
    asked = re.findall(r"^  (\w+) .*; required$", told_of(program, algorithm), flags=re.MULTILINE)
    return json.dumps({"kind": algorithm} | {name: REQUIRED[name] for name in asked})


def settings(program: str, algorithm: str, link: str, straggler: bool, steps: int) -> list[str]:
    bandwidth, latency = LINKS[link]
    return [f"/algorithm={block(program, algorithm)}", f'/network/bandwidth="{bandwidth}"',
            f'/network/latency="{latency}"', f"/compute/fraction={0.0625 if straggler else 0}",
            f'/stop={{"node_steps": {steps}}}', f'/record={{"every_node_steps": {steps}}}']


def case(options: argparse.Namespace, algorithm: str, link: str, ranks: int, straggler: bool) -> tuple[list[str], bool]:
    """A line of the table, and whether all that is expected was met."""
    synchronous = is_synchronous(options.program, algorithm)
    words = [str(options.file), "--ranks", str(ranks), "--program", options.program]
    words += ["--seeds", str(1 if synchronous else options.seeds)]
    chosen = settings(options.program, algorithm, link, straggler, options.steps) + topology(options.program, algorithm, NODES)
    words += [word for setting in chosen for word in ("--set", setting)]
    with tempfile.TemporaryDirectory() as folder:
        experiment = Experiment(arguments(words), Path(folder))
        predicted, measured, models = both_worlds(experiment)
    times = timings(predicted, measured)
    expected = {**experiment.expected, "models": "any"}
    if synchronous:
        expected["models"] = "identical"
    found: list[Verdict] = verdicts(expected, times, models, [])
    errors = {timing.name: f"{100 * timing.error:+.2f} %" for timing in times}
    same = "–" if expected["models"] == "any" else "identical" if models[0] == 0 else f"{models[0]} differ"
    met = all(verdict.met for verdict in found)
    return [algorithm, link, str(ranks), "1 of 16" if straggler else "none", readable_time(times[0].predicted),
            readable_time(times[0].measured), errors["per node-step"], errors.get("per interaction", "–"), same,
            "" if met else "MISSED"], met


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--program", required=True, help="gossamer, built with MPI")
    parser.add_argument("--file", type=Path, default=ROOT / "experiments/crosscheck/synchronous.json")
    parser.add_argument("--algorithms", nargs="+", help="instead of all")
    parser.add_argument("--links", nargs="+", choices=LINKS, default=list(LINKS))
    parser.add_argument("--ranks", nargs="+", type=int, default=[8, 16])
    parser.add_argument("--stragglers", nargs="+", choices=("none", "one"), default=["none", "one"])
    parser.add_argument("--seeds", type=int, default=5,
                        help="runs of an asynchronous algorithm, whose time is a matter of chance: means are compared")
    parser.add_argument("--steps", type=int, default=40, help="node-steps of each node")
    options = parser.parse_args(argv)
    rows, all_met = [HEADING], True
    cases = product(options.algorithms or algorithms(options.program), options.links, options.ranks, options.stragglers)
    try:
        for algorithm, link, ranks, straggler in cases:
            note(f"{algorithm}, {link} link, {ranks} ranks, straggler: {straggler}")
            row, met = case(options, algorithm, link, ranks, straggler == "one")
            rows.append(row)
            all_met &= met
    except (RunError, TraceError) as error:
        print(error, file=sys.stderr)
        return 2
    print(columns(rows))
    return 0 if all_met else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
