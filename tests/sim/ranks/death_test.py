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
    """Waits until that many samples have been written; mpirun takes a while to start."""
    while not os.path.exists(path) or len(records(path)) < count + 1:
        time.sleep(0.05)


# Four models of 4 million parameters are scored on 4000 samples, each by itself: a look takes minutes.
LONG_LOOK = {
    **EXPERIMENT, "topology": {"kind": "ring", "nodes": 4},
    "model": {"kind": "mlp", "hidden": [2048, 2048],
              "data": {"kind": "synthetic_classification", "samples": 4000, "features": 64}},
    "record": {"local_nodes": "all", "local_samples": "full"},
}


def ended_by(mpirun, program, kill, content=EXPERIMENT, samples=3):
    """The trace of a run on three ranks that `kill(process id of mpirun)` ends, and mpirun's exit code."""
    with tempfile.TemporaryDirectory() as folder:
        experiment, trace = os.path.join(folder, "long.json"), os.path.join(folder, "long.jsonl")
        with open(experiment, "w", encoding="utf-8") as file:
            json.dump(content, file)
        run = subprocess.Popen([mpirun, "-np", "3", program, "run", experiment, "--world", "mpi", "--out", trace],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for_samples(trace, samples)
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


def check_long_look(mpirun, program):
    """A signal ends a run whose first sample takes minutes."""
    trace, code = ended_by(mpirun, program, lambda process: os.kill(process, signal.SIGTERM), LONG_LOOK, 0)
    assert code != 0
    assert trace[-1]["reason"] == "interrupted", trace[-1]
    print("a signal during a long look leaves a whole trace")


def check_data(mpirun, program):
    """Ranks whose folders hold different graphs give up together."""
    with tempfile.TemporaryDirectory() as folder:
        commands = []
        for rank, edges in enumerate(["0 1\n1 2\n", "0 1\n0 2\n"]):
            here = os.path.join(folder, str(rank))
            os.mkdir(here)
            with open(os.path.join(here, "graph.txt"), "w", encoding="utf-8") as file:
                file.write(edges)
            with open(os.path.join(here, "e.json"), "w", encoding="utf-8") as file:
                json.dump({**EXPERIMENT, "topology": {"kind": "graph_file", "path": "graph.txt"}}, file)
            commands += ([":"] if rank else []) + ["-wdir", here, "-np", "1", program, "run", "e.json", "--world", "mpi"]
        done = subprocess.run([mpirun, *commands], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 2, done
        assert "rank 1 has read other data than rank 0" in done.stderr, done.stderr
        assert not os.path.exists(os.path.join(folder, "0", "e.jsonl"))
        print("ranks with different data give up")


def main():
    mpirun, program = sys.argv[1:]
    check_data(mpirun, program)
    check_long_look(mpirun, program)
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
