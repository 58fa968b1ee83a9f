"""Builds the program with the other compiler as well: both programs write traces with the same hashes.

Usage: compilers_test.py GOSSAMER PRESET FOLDER

PRESET configures the other compiler. FOLDER keeps its build, so that a later call compiles only what has changed. If the
environment variable GOSSAMER_OTHER_PROGRAM names a program, nothing is built. Exits with 77 if the compiler is missing.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
COMPILERS = {"clang": "clang++", "dev": "g++"}
MLP = '{"kind": "mlp", "hidden": [16], "batch_size": 8, "data": {"kind": "synthetic_classification", "samples": 1280}}'
COMPRESSED = '{"kind": "swarm_sgd", "step_size": 0.1, "compressor": {"kind": "lattice", "side": 0.01}}'

# Files in experiments, and values that replace theirs, mostly for shorter runs.
RUNS = {
    "softmax regression, float32": ("examples/quickstart.json", ["/stop/virtual_time=3 s"]),
    "float64": ("examples/quickstart.json", ["/stop/virtual_time=2 s", "/numerics=float64"]),
    "MLP": ("examples/quickstart.json", ["/stop/virtual_time=1 s", f"/model={MLP}"]),
    "lattice quantizer": ("examples/quickstart.json", ["/stop/virtual_time=1 s", f"/algorithm={COMPRESSED}"]),
    "faults": ("examples/churn.json", ["/stop/virtual_time=5 s"]),
    "shared links": ("examples/slow_rack.json", ["/stop/virtual_time=3 s"]),
    "incast": ("examples/incast.json", ["/stop/node_steps=10"]),
    "crosscheck, synchronous": ("crosscheck/synchronous.json", []),
    "crosscheck, asynchronous": ("crosscheck/asynchronous.json", []),
    "linear regression, 2 bits, float64": ("papers/lead/regression.json", ["/stop/node_steps=60"]),
    "logistic regression, 2 bits, float64": ("papers/lead/logistic.json", ["/stop/node_steps=60"]),
    "directed graph, 2 bits": ("papers/actc/regression.json", ["/stop/node_steps=400"]),
    "quadratics": ("papers/exponential_graph/quadratic.json", ["/stop/node_steps=400"]),
}


def build(preset, folder):
    """Builds the program alone; returns its path."""
    quietly = {"cwd": ROOT, "check": True, "stdout": subprocess.DEVNULL}
    subprocess.run(["cmake", "--preset", preset, "-B", folder, "-DGOSSAMER_TESTS=OFF"], **quietly)
    subprocess.run(["cmake", "--build", folder, "--target", "gossamer", "--parallel", "2"], **quietly)
    return f"{folder}/experiments/gossamer"


def trace_of(program, run, path):
    """The records of the run's trace; the last one has the hash."""
    file, values = run
    settings = [word for value in values for word in ("--set", value)]
    subprocess.run([program, "run", ROOT / "experiments" / file, *settings, "--quiet", "--force", "--out", path], check=True)
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def first_difference(ours, theirs):
    """The first sample that differs, and its keys that do."""
    for sample, (a, b) in enumerate(zip(ours[1:-1], theirs[1:-1])):
        keys = [key for key in a if a[key] != b.get(key)]
        if keys:
            return f"sample {sample}: " + ", ".join(f"{key} {a[key]} and {b.get(key)}" for key in keys)[:500]
    return "at the end"


def main():
    program, preset, folder = sys.argv[1:]
    other = os.environ.get("GOSSAMER_OTHER_PROGRAM")
    if not other:
        if not shutil.which(COMPILERS[preset]):
            print(f"{COMPILERS[preset]} is not installed: traces of two compilers are not compared")
            sys.exit(77)
        other = build(preset, folder)
    different = []
    with tempfile.TemporaryDirectory() as traces:
        path = pathlib.Path(traces) / "trace.jsonl"
        for name, run in RUNS.items():
            ours, theirs = trace_of(program, run, path), trace_of(other, run, path)
            same = ours[-1]["hash"] == theirs[-1]["hash"]
            print(f"{name}: {ours[-1]['hash']} and {theirs[-1]['hash']}" + ("" if same else f"; {first_difference(ours, theirs)}"))
            different += [] if same else [name]
    assert not different, different


main()
