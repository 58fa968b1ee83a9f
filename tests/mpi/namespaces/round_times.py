"""Time per round of every algorithm over real TCP against what the simulator predicts, as a table.

Each case runs twice: on real ranks in network namespaces, one node on each, with paced computation; and in virtual
time with the network model `nic` at the same latency and bandwidth. Exits with 1 where a prediction is off by more than
10 %, with 77 where namespaces cannot be made.

Seen to fail with 4 ranks on 2 busy cores, the switch dropping nothing and being late by 0.1 ms or less on average:

  1 Gbit/s, 1 MB   all_reduce_sgd, d_psgd, ad_psgd, swarm_sgd take 11 to 25 % longer than predicted. The share varies
                   with what else the machine does: four network stacks and the copies of 1 MB share two cores.
  100 Mbit/s       ad_psgd (10 to 16 % at 62.8 kB, 20 % at 1 MB) and swarm_sgd (13 % at 1 MB) take longer. TCP lets
                   messages that leave one card at once share it, `nic` sends one after the other: of two times 1 MB
                   the first is in after 94 to 133 ms instead of 89. How much of the error this explains is open.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from link import goodput

TOLERANCE = 0.1
STEP = 20e-3  # seconds, the mean of a lognormal law

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


def experiment(algorithm: str, payload: int, line: Line, options: argparse.Namespace) -> dict:
    settings, steps = ALGORITHMS[algorithm]
    return {
        "title": f"{algorithm} over TCP", "seed": 1, "numerics": "float64",
        "topology": {"kind": "ring", "nodes": options.ranks},
        "model": {"kind": "softmax_regression", "batch_size": 32,
                  "data": {"kind": "synthetic_classification", "samples": 2000, "features": 784, "classes": 10}},
        "algorithm": {"kind": algorithm, "step_size": 0.1, **settings},
        "network": {"kind": "nic", "payload": f"{payload} B", "collectives": "played", "latency": line.latency,
                    "bandwidth": f"{8e-6 * goodput(line.bytes_per_second, line.mtu):.3f} Mbit/s"},
        "compute": {"kind": "lognormal", "mean": f"{1e3 * STEP:g} ms", "sigma": 0.3},
        "stop": {"node_steps": steps * (options.rounds // steps)},
        "record": {"every": "1 h"},  # models that are looked at would be traffic, too
    }


def seconds_per_round(trace: Path, algorithm: str) -> float:
    end = json.loads(trace.read_text().splitlines()[-1])
    if end["reason"] != "node_steps":
        sys.exit(f"{trace}: ended by {end['reason']}")
    return end["time_s"] / end["totals"]["node_steps_per_node"] * ALGORITHMS[algorithm][1]


def predicted(file: Path, algorithm: str, options: argparse.Namespace) -> float:
    trace = file.with_suffix(".simulation.jsonl")
    subprocess.run([options.gossamer, "run", str(file), "--quiet", "--out", str(trace)], check=True)
    return seconds_per_round(trace, algorithm)


def measured(file: Path, algorithm: str, line: Line, options: argparse.Namespace) -> tuple[float, dict]:
    """Seconds per round, and what the switch has counted."""
    trace, statistics = file.with_suffix(".mpi.jsonl"), file.with_suffix(".switch.json")
    command = [str(Path(__file__).with_name("namespaces")), "-n", str(options.ranks), "--bandwidth", line.bandwidth,
               "--latency", line.latency, "--mtu", str(line.mtu), "--switch", options.switch,
               "--statistics", str(statistics)]
    if not options.rendezvous:
        command += ["--mca", "btl_tcp_eager_limit", str(1 << 26)]
    command += ["--", options.gossamer, "run", str(file), "--quiet", "--out", str(trace), "--world", "mpi",
                "--network", "real", "--compute", "paced"]
    code = subprocess.run(command).returncode
    if code != 0:
        sys.exit(code)
    return seconds_per_round(trace, algorithm), json.loads(statistics.read_text())


def case(algorithm: str, payload: int, line: Line, folder: Path, options: argparse.Namespace) -> float:
    """Prints a line of the table; returns the error, as a share of what was measured."""
    file = folder / f"{algorithm}-{payload}-{line.bandwidth.replace(' ', '').replace('/', '')}.json"
    file.write_text(json.dumps(experiment(algorithm, payload, line, options)))
    real, switch = measured(file, algorithm, line, options)
    virtual = predicted(file, algorithm, options)
    error = virtual / real - 1
    network = f"{line.bandwidth}, {line.latency}"
    dropped = sum(port["dropped_leaving"] + port["dropped_arriving"] for port in switch["ports"])
    print(f"{network:18} {payload:9} {algorithm:15} {1e3 * real:8.2f} ms {1e3 * virtual:8.2f} ms {100 * error:+6.1f} % "
          f"{dropped:8} {1e3 * switch['late_mean_s']:8.3f} ms", flush=True)
    return error


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gossamer", required=True, help="the program")
    parser.add_argument("--switch", required=True, help="the program that joins namespaces")
    parser.add_argument("--ranks", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=100, help="steps of each node (default: %(default)s)")
    parser.add_argument("--algorithms", nargs="+", choices=ALGORITHMS, default=list(ALGORITHMS))
    parser.add_argument("--lines", nargs="+", choices=LINES, default=list(LINES))
    parser.add_argument("--payloads", nargs="+", type=int, default=[62_800, 1_000_000], metavar="BYTES")
    parser.add_argument("--rendezvous", action="store_true",
                        help="leave Open MPI's eager limit at 64 kB: above, a message takes two latencies more")
    parser.add_argument("--folder", type=Path, help="where to leave experiments and traces")
    options = parser.parse_args(argv)
    print("network             payload algorithm          measured   predicted   error  dropped  frames late")
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        errors = [case(algorithm, payload, LINES[name], folder, options)
                  for name in options.lines for payload in options.payloads for algorithm in options.algorithms]
    return 1 if max(map(abs, errors)) > TOLERANCE else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
