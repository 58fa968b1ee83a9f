"""Time per round of every algorithm over real TCP against the prediction of the simulator, as a table.

Each case runs twice: on real ranks in network namespaces, one node on each, with paced computation; and in virtual
time, where the messages are flows of `max_min` on a star of cables with the same latency and bandwidth, one connection
per pair of nodes. Exits with 1 where that is off by more than 10 %, with 77 where namespaces cannot be made.

What `nic` predicts stands beside: it sends one message of a card after the other, where TCP lets connections share the
card, and is off by up to 16 % for AD-PSGD with 1 MB models, whose exchanges meet others at both ends.

All else is predicted a little too fast, most with 1 MB at 1 Gbit/s, where the copies of a message at both ends take a
millisecond that no model has.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from link import goodput

TOLERANCE = 0.1
STEP = 20e-3  # seconds, the mean of a lognormal law
SLOWDOWN = 4  # of the straggler's steps

# Algorithms by name, with steps per round (or interaction).
ALGORITHMS = {
    "all_reduce_sgd": ({}, 1),
    "local_sgd": ({"averaging_period": 4}, 4),
    "d_psgd": ({}, 1),
    "ad_psgd": ({}, 1),
    "swarm_sgd": ({"variant": "nb1", "local_steps": 2}, 2),
}


@dataclass(frozen=True)
class Line:
    bandwidth: str
    latency: str
    mtu: int
    bytes_per_second: float


# At 1 Gbit/s packets of 1500 bytes keep a core or two busy, and one measures that: hence jumbo frames.
LINES = {
    "100 Mbit/s": Line("100 Mbit/s", "5 ms", 1500, 100e6 / 8),
    "1 Gbit/s": Line("1 Gbit/s", "1 ms", 9000, 1e9 / 8),
}


def networks(payload: int, line: Line) -> dict[str, dict]:
    """The models that predict, by name; the first is judged."""
    bandwidth = f"{8e-6 * goodput(line.bytes_per_second, line.mtu):.3f} Mbit/s"
    common = {"payload": f"{payload} B", "all_reduce": "ring", "collectives": "played"}
    latency = float(line.latency.split()[0])  # in ms, half of it on each of the two cables between nodes
    star = {"kind": "star", "bandwidth": bandwidth, "latency": f"{latency / 2:g} ms"}
    return {"max_min": {"kind": "max_min", **common, "platform": star},
            "nic": {"kind": "nic", **common, "latency": line.latency, "bandwidth": bandwidth}}


@dataclass(frozen=True)
class Case:
    line: str
    ranks: int
    slow: bool
    payload: int
    algorithm: str

    def name(self) -> str:
        line = self.line.replace(" ", "").replace("/", "")
        return f"{self.algorithm}-{line}-{self.ranks}-{self.payload}{'-straggler' if self.slow else ''}"


def experiment(case: Case, options: argparse.Namespace) -> dict:
    settings, steps = ALGORITHMS[case.algorithm]
    straggler = {"stragglers": {"kind": "one_slow_node", "slowdown": SLOWDOWN}} if case.slow else {}
    return {
        "title": f"{case.algorithm} over TCP", "seed": 1, "numerics": "float64",
        "topology": {"kind": "ring", "nodes": case.ranks},
        "model": {"kind": "softmax_regression", "batch_size": 32,
                  "data": {"kind": "synthetic_classification", "samples": 2000, "features": 784, "classes": 10}},
        "algorithm": {"kind": case.algorithm, "step_size": 0.1, **settings},
        "network": networks(case.payload, LINES[case.line])["nic"],
        "compute": {"kind": "lognormal", "mean": f"{1e3 * STEP:g} ms", "sigma": 0.3, **straggler},
        "stop": {"node_steps": steps * (options.rounds // steps)},
        "record": {"every": "1 h"},  # models that are looked at would be traffic, too
    }


def seconds_per_round(trace: Path, algorithm: str) -> float:
    end = json.loads(trace.read_text().splitlines()[-1])
    if end["reason"] != "node_steps":
        sys.exit(f"{trace}: ended by {end['reason']}")
    return end["time_s"] / end["totals"]["node_steps_per_node"] * ALGORITHMS[algorithm][1]


def predicted(file: Path, algorithm: str, network: dict, options: argparse.Namespace) -> float:
    trace = file.with_suffix(f".{network['kind']}.jsonl")
    subprocess.run([options.gossamer, "run", str(file), "--quiet", "--out", str(trace),
                    "--set", f"/network={json.dumps(network)}"], check=True)
    return seconds_per_round(trace, algorithm)


def measured(file: Path, case: Case, options: argparse.Namespace) -> tuple[float, dict]:
    """Seconds per round, and the counters of the switch."""
    line = LINES[case.line]
    trace, statistics = file.with_suffix(".mpi.jsonl"), file.with_suffix(".switch.json")
    command = [str(Path(__file__).with_name("namespaces")), "-n", str(case.ranks), "--bandwidth", line.bandwidth,
               "--latency", line.latency, "--mtu", str(line.mtu), "--switch", options.switch,
               "--statistics", str(statistics)]
    if not options.rendezvous:
        command += ["--mca", "btl_tcp_eager_limit", str(1 << 26)]
    command += ["--", options.gossamer, "run", str(file), "--quiet", "--out", str(trace), "--world", "mpi",
                "--network", "real", "--compute", "paced"]
    code = subprocess.run(command).returncode
    if code != 0:
        sys.exit(code)
    return seconds_per_round(trace, case.algorithm), json.loads(statistics.read_text())


def row(case: Case, folder: Path, options: argparse.Namespace) -> float:
    """Prints a line of the table; returns the error of the model that is judged, as a share of the measured time."""
    file = folder / f"{case.name()}.json"
    file.write_text(json.dumps(experiment(case, options)))
    real, switch = measured(file, case, options)
    models = networks(case.payload, LINES[case.line]).values()
    times = [predicted(file, case.algorithm, network, options) for network in models]
    errors = [time / real - 1 for time in times]
    dropped = sum(port["dropped_leaving"] + port["dropped_arriving"] for port in switch["ports"])
    print(f"{case.line:11} {case.ranks:5} {'1' if case.slow else 'none':>9} {case.payload / 1e3:8.1f} kB "
          f"{case.algorithm:15} {1e3 * real:8.2f} ms "
          + " ".join(f"{1e3 * time:8.2f} ms {100 * error:+6.1f} %" for time, error in zip(times, errors))
          + f" {dropped:8} {1e3 * switch['late_mean_s']:8.3f} ms", flush=True)
    return errors[0]


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gossamer", required=True, help="the program")
    parser.add_argument("--switch", required=True, help="the program that joins namespaces")
    parser.add_argument("--ranks", nargs="+", type=int, default=[4])
    parser.add_argument("--straggler", action="store_true", help=f"also with one node that is {SLOWDOWN} times as slow")
    parser.add_argument("--rounds", type=int, default=100, help="steps of each node (default: %(default)s)")
    parser.add_argument("--algorithms", nargs="+", choices=ALGORITHMS, default=list(ALGORITHMS))
    parser.add_argument("--lines", nargs="+", choices=LINES, default=list(LINES))
    parser.add_argument("--payloads", nargs="+", type=int, default=[62_800, 1_000_000], metavar="BYTES")
    parser.add_argument("--rendezvous", action="store_true",
                        help="leave Open MPI's eager limit at 64 kB: above, a message takes two latencies more")
    parser.add_argument("--folder", type=Path, help="where to leave experiments and traces")
    options = parser.parse_args(argv)
    print("link        ranks straggler    payload   algorithm         measured     max_min   error         nic   error"
          "  dropped  frames late")
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        errors = [row(Case(*values), folder, options) for values in product(
            options.lines, options.ranks, [False, True][:1 + options.straggler], options.payloads, options.algorithms)]
    return 1 if max(map(abs, errors)) > TOLERANCE else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
