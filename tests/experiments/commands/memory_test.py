"""A timing simulation needs constant memory, however many events pass.

Usage: memory_test.py GOSSAMER EVENTS
"""
import json
import os
import subprocess
import sys
import tempfile
import time

# Each of 64 nodes makes 100 steps a second and an exchange of two messages after three of them: 167 events a second.
EVENTS_A_SECOND = 64 * 167
EXPERIMENT = {
    "topology": {"kind": "random_regular", "nodes": 64, "degree": 4}, "numerics": "off",
    "network": {"kind": "alpha_beta", "payload": "400 B"}, "algorithm": {"kind": "swarm_sgd"},
    "compute": {"kind": "exponential", "mean": "10 ms"},
}
MOST_GROWTH = 4 << 20  # bytes; 16 bytes an event would be 160 MB after 10^7


def resident_bytes(process):
    with open(f"/proc/{process}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def sizes_of(run):
    """The memory of a run, measured every 0.2 seconds from its first second on."""
    sizes = []
    while run.poll() is None:
        time.sleep(0.2)
        try:
            sizes.append(resident_bytes(run.pid))
        except (FileNotFoundError, IndexError):
            break
    return [size for size in sizes[5:] if size > 0]


def main():
    program, events = sys.argv[1], int(float(sys.argv[2]))
    seconds = events / EVENTS_A_SECOND
    with tempfile.TemporaryDirectory() as folder:
        experiment, trace = os.path.join(folder, "long.json"), os.path.join(folder, "long.jsonl")
        with open(experiment, "w", encoding="utf-8") as file:
            json.dump({**EXPERIMENT, "stop": {"virtual_time": f"{1.2 * seconds} s"},
                       "record": {"every": f"{seconds / 100} s", "nodes": "none"}}, file)
        with subprocess.Popen([program, "run", experiment, "--quiet", "--threads", "1", "--out", trace]) as run:
            sizes = sizes_of(run)
        assert run.returncode == 0, run.returncode
        with open(trace, encoding="utf-8") as file:
            end = json.loads(file.readlines()[-1])
    print(f"{end['events']:.3g} events, {min(sizes) / 1e6:.1f} to {max(sizes) / 1e6:.1f} MB")
    assert end["events"] >= events, end["events"]
    assert max(sizes) - sizes[0] < MOST_GROWTH, sizes


main()
