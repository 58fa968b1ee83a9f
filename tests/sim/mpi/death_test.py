#!/usr/bin/env python3
"""A rank that is killed, and a signal to mpirun, end a run with a whole trace. Usage: death_test.py MPIRUN GOSSAMER"""
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

EXPERIMENT = {
    "title": "A long run", "seed": 1,
    "topology": {"kind": "ring", "nodes": 6},
    "model": {"kind": "quadratic", "dimension": 5},
    "algorithm": {"kind": "d_psgd", "step_size": 0.05},
    "network": {"kind": "alpha_beta", "latency": "1 ms", "bandwidth": "1 MB/s"},
    "compute": {"kind": "constant", "step": "5 ms"},
    "stop": {"virtual_time": "10 min"}, "record": {"every": "100 ms"},
}


def children(process):
    """The ranks that mpirun has started, in no order."""
    with open(f"/proc/{process}/task/{process}/children", encoding="ascii") as file:
        return [int(word) for word in file.read().split()]


def rank_of(process):
    with open(f"/proc/{process}/environ", "rb") as file:
        variables = dict(entry.split(b"=", 1) for entry in file.read().split(b"\0") if b"=" in entry)
    return int(variables.get(b"OMPI_COMM_WORLD_RANK", b"-1"))


def records(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def wait_for_samples(path, count):
    """Until that many samples have been written; mpirun takes a while to start."""
    while not os.path.exists(path) or len(records(path)) < count + 1:
        time.sleep(0.05)


def ended_by(mpirun, program, kill):
    """The trace of a run on three ranks that `kill(process id of mpirun)` ends, and mpirun's exit code."""
    with tempfile.TemporaryDirectory() as folder:
        experiment, trace = os.path.join(folder, "long.json"), os.path.join(folder, "long.jsonl")
        with open(experiment, "w", encoding="utf-8") as file:
            json.dump(EXPERIMENT, file)
        run = subprocess.Popen([mpirun, "-np", "3", program, "run", experiment, "--world", "mpi", "--out", trace],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for_samples(trace, 3)
            kill(run.pid)
            code = run.wait(timeout=60)
        finally:
            run.kill()
        return records(trace), code


def kill_rank(number):
    def kill(process):
        for child in children(process):
            if rank_of(child) == number:
                os.kill(child, signal.SIGKILL)
    return kill


def main():
    mpirun, program = sys.argv[1:]
    for name, kill, detail in [
            ("a killed rank", kill_rank(2), "rank 2 did not answer any more"),
            ("SIGINT", lambda process: os.kill(process, signal.SIGINT), None),
            ("SIGTERM", lambda process: os.kill(process, signal.SIGTERM), None)]:
        trace, code = ended_by(mpirun, program, kill)
        end = trace[-1]
        assert code != 0, name
        assert end["record"] == "end" and end["reason"] == "interrupted", (name, end)
        assert detail is None or end["detail"] == detail, (name, end)
        nodes = [record for record in trace if record["record"] == "node"]
        assert len(nodes) == 6 and all(node["node_steps"] > 0 for node in nodes), (name, nodes)
        print(name, "leaves a whole trace of", len(trace), "records")


main()
