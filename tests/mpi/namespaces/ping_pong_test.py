"""The network between namespaces keeps its settings: messages take latency and size over bandwidth, to within 10 %."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from link import message_time

SKIPPED = 77
BANDWIDTH, LATENCY = 100e6 / 8, 5e-3
SIZES = [1_000, 60_000, 100_000, 1_000_000]  # two eager, two by rendezvous
TOLERANCE = 0.1
REPETITIONS = 15  # of which the median counts


def measure(switch: str, ping_pong: str) -> dict[int, float]:
    namespaces = Path(__file__).with_name("namespaces")
    command = [str(namespaces), "-n", "2", "--bandwidth", "100 Mbit/s", "--latency", "5 ms", "--switch", switch, "--",
               ping_pong, str(REPETITIONS), *map(str, SIZES)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(done.returncode)
    lines = [line.split() for line in done.stdout.splitlines()]
    return {int(size): float(seconds) for size, seconds in lines}


def main(switch: str, ping_pong: str) -> int:
    measured = measure(switch, ping_pong)
    failed = False
    print("    bytes   measured  predicted   error")
    for size in SIZES:
        predicted = message_time(size, BANDWIDTH, LATENCY)
        error = measured[size] / predicted - 1
        failed |= abs(error) > TOLERANCE
        print(f"{size:9} {1e3 * measured[size]:7.2f} ms {1e3 * predicted:7.2f} ms {100 * error:+6.1f} %")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
