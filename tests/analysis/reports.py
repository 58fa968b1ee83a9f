"""Sweeps made by hand whose answers are known, and a program that gives the edges of their graphs."""

import itertools
import json
import math
import stat
from pathlib import Path

from traces import EVENTS, timeline

NODES = 16
SPEED = {"ring": 1.0, "torus": 1.5, "hypercube": 2.0}  # of the decay of the loss


def loss(speed, seed, time):
    """Falls exponentially; seeds differ by a factor that all arms share."""
    return 2.0 * math.exp(-0.4 * speed * (1 + 0.1 * seed) * time)


def records(title, speed, seed, *, count=60, end=10.0, nodes=NODES, configuration=None, reason="virtual_time"):
    """The records of a run of `count` samples."""
    configuration = {"title": title, "seed": seed, "topology": {"kind": "ring", "nodes": nodes}, **(configuration or {})}
    yield {"record": "header", "schema": 2, "program": "gossamer", "version": "0.1.0", "world": "simulation", "title": title,
           "seed": seed, "configuration": configuration, "warnings": ["/record: few samples"] if title == "warned" else [],
           "topology": {"kind": configuration["topology"]["kind"], "nodes": nodes, "edges": nodes, "rho": 0.9,
                        "spectral_gap": 0.1, "diameter": nodes // 2},
           "provenance": {"date": "2026-01-02T03:04:05Z", "host": "here", "commit": "abc", "compiler": "GNU 12", "threads": 1,
                          "command": "gossamer run a.json --timeline t.json" if seed == 1 else "gossamer run a.json"}}
    for k in range(count):
        time = end * k / (count - 1)
        yield {"record": "sample", "time_s": time, "node_steps_per_node": 100 * time, "epochs": 2 * time,
               "sent_bytes_per_node": 1000 * speed * time, "messages": 10 * k, "train_loss": loss(speed, seed, time),
               "consensus_distance": 0.1 * math.exp(-speed * time) + 1e-4 * (1 + math.sin(k)), "idle_share": 0.2,
               "test_accuracy": 1 - 0.5 * math.exp(-speed * time)}
    for node in range(nodes):
        yield {"record": "node", "node": node, "node_steps": 1000 - node, "sent_bytes": 10000, "computing_s": 8.0, "idle_s": 2 + node / 10}
    yield {"record": "end", "reason": reason, "time_s": end, "totals": {}, "hash": f"{seed:016x}"}


def write(path: Path, lines) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def write_sweep(folder: Path, axes: dict, seeds, speed_of, *, title="Graphs", targets=((0.5, "train_loss"),), baseline=None, **options):
    """The folder of a sweep. `axes` have paths and labels by name; `speed_of(labels)` is None for a run that fails."""
    (folder / "runs").mkdir(parents=True)
    cells, runs = [], []
    for place, combination in enumerate(itertools.product(*(labels for _, labels in axes.values()))):
        labels = dict(zip(axes, combination))
        cells.append({"labels": labels})
        for seed in seeds:
            ident = f"{1000 * place + seed:016x}"
            runs.append({"cell": place, "seed": seed, "id": ident})
            speed = speed_of(labels)
            if speed is None:
                (folder / "runs" / f"{ident}.failed").write_text("no memory </script><b>was left")
            else:
                blocks = {name: {"kind": label} if name in ("topology", "algorithm") else label for name, label in labels.items()}
                write(folder / "runs" / f"{ident}.jsonl", records("a run", speed, seed, configuration=blocks, **options))
    plan = {"sweep": 1, "title": title, "axes": [{"name": name, "path": path, "labels": labels} for name, (path, labels) in axes.items()],
            "seeds": list(seeds), "targets": [{"quantity": key, "value": value} for value, key in targets], "window": [0.5, 1.0],
            "cells": cells, "runs": runs}
    if baseline:
        plan["baseline"] = baseline
    (folder / "sweep.json").write_text(json.dumps(plan), encoding="utf-8")
    return folder


def graphs_and_steps(folder: Path, **options) -> Path:
    """Three graphs, two numbers of local steps, three seeds. The hypercube with 4 steps is the fastest."""
    axes = {"topology": ("/topology", list(SPEED)), "local_steps": ("/algorithm/local_steps", [1, 4])}
    speed = lambda labels: SPEED[labels["topology"]] * (1.2 if labels["local_steps"] == 4 else 1.0)  # noqa: E731
    return write_sweep(folder, axes, (1, 2, 3), speed, baseline={"topology": "ring"}, **options)


def over_networks(folder: Path) -> Path:
    """Two algorithms over latency and bandwidth: "far" wins at 100 ms, "near" else."""
    axes = {"algorithm": ("/algorithm", ["near", "far"]), "latency": ("/network/latency", ["1 ms", "10 ms", "100 ms"]),
            "bandwidth": ("/network/bandwidth", ["1 Mbit/s", "1 Gbit/s"])}
    slow = {"1 ms": 1.0, "10 ms": 0.9, "100 ms": 0.5}
    speed = lambda labels: 2 * slow[labels["latency"]] if labels["algorithm"] == "near" else 1.5  # noqa: E731
    return write_sweep(folder, axes, (1, 2), speed)


def edges_program(folder: Path, nodes: int = NODES) -> Path:
    """A program that answers `topology TRACE --dot FILE` with a ring."""
    edges = "".join(f"{k}--{(k + 1) % nodes} ;\n" for k in range(nodes))
    program = folder / "program"
    program.write_text(f"#!/bin/sh\ncat >\"$4\" <<'END'\ngraph G {{\n{edges}}}\nEND\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


def timeline_of_a_run(folder: Path) -> Path:
    return write(folder / "t.json", [timeline("a timeline", EVENTS)])
