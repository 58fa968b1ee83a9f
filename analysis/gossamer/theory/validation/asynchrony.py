"""Checks of asynchronous pairwise averaging with noise alone."""

from __future__ import annotations

import math

import numpy as np

from gossamer.statistics.intervals import mean
from gossamer.statistics.series import floor
from gossamer.theory.comparison import Comparison, on_average
from gossamer.theory.evidence import Evidence
from gossamer.theory.formulas import graphs, potential
from gossamer.theory.formulas.fixed_points import Quadratics
from gossamer.theory.validation.check import Experiment, check
from gossamer.theory.validation.problems import quadratics_file

NODES, DIMENSION, ETA = 16, 50, 0.1
NADIRADZE = "Nadiradze et al., NeurIPS 2021, arXiv:1910.12308"
CASES = {"complete": graphs.complete(NODES), "ring": graphs.ring(NODES)}
CLOCKS = {"kind": "exponential", "mean": "1 s"}


def wandering(algorithm: dict, block: dict, seconds: int, every: int, seeds: int) -> Experiment:
    """Gradients that are noise alone, from equal models."""
    flat = Quadratics(np.zeros((block["nodes"], DIMENSION, DIMENSION)), np.zeros((block["nodes"], DIMENSION)))
    return Experiment(algorithm, block, {"kind": "quadratic_file", "path": "flat.json", "noise": 1,
                                         "initial": {"kind": "zeros"}},
                      compute=CLOCKS, stop={"virtual_time": f"{seconds} s"}, files={"flat.json": quadratics_file(flat)},
                      record={"every": f"{every} s", "nodes": "none", "local_nodes": 0}, seeds=tuple(range(1, seeds + 1)))


def potentials(predicted: float, traces, skipped: int) -> Comparison:
    found = [floor(trace.series("consensus_distance")[0][skipped:].tolist()) for trace in traces]
    error = math.sqrt(math.fsum(each.error**2 for each in found)) / len(found)
    return Comparison(predicted, mean([each.mean for each in found]), error)


@check("SwarmSGD's stationary Γ is where noise and averaging balance",
       f"covariance recursion over random pairs; {NADIRADZE}, has the method and a bound", Evidence.DERIVED)
def swarm(short):
    seconds = 600 if short else 4000
    algorithms = {("nb1", 1): {}, ("nb1", 3): {"local_steps": 3, "steps": "geometric"}}
    runs = yield {(graph, key): wandering({"kind": "swarm_sgd", "step_size": ETA, "local_steps": 1, **algorithm},
                                          {"kind": graph, "nodes": NODES}, seconds * key[1], 4 * key[1], 2)
                  for graph in CASES for key, algorithm in algorithms.items()}
    for graph, edges in CASES.items():
        for variant, steps in algorithms:
            v = ETA**2 * DIMENSION * steps
            made = runs[graph, (variant, steps)]
            yield f"{graph} graph of {NODES}, H = {steps}: Γ", potentials(
                potential.stationary(variant, NODES, edges, v), made.traces, 30)


@check("AD-PSGD's stationary Γ without staleness",
       "covariance recursion over random pairs: a step, then an averaging; Lian et al., "
       "ICML 2018, arXiv:1710.06952, have the method", Evidence.DERIVED)
def ad_psgd(short):
    seconds = 600 if short else 4000
    runs = yield {graph: wandering({"kind": "ad_psgd", "step_size": ETA}, {"kind": graph, "nodes": NODES}, seconds, 4, 2)
                  for graph in CASES}
    for graph, edges in CASES.items():
        yield f"{graph} graph of {NODES}: Γ", potentials(
            potential.stationary("ad_psgd", NODES, edges, ETA**2 * DIMENSION), runs[graph].traces, 30)


@check("The mean of all models walks at random by v/n² in an interaction", "independent noise of the initiators",
       Evidence.DERIVED)
def walk(short):
    seeds = 30 if short else 200
    runs = yield {"run": wandering({"kind": "swarm_sgd", "step_size": ETA, "local_steps": 1},
                                   {"kind": "complete", "nodes": NODES}, 20, 20,
                                   seeds)}
    v = ETA**2 * DIMENSION
    moved = [float((trace.models.mean(axis=0) ** 2).sum()) / (trace.samples[-1]["interactions"] * v / NODES**2)
             for trace in runs["run"].traces]
    yield "‖x̄‖² over its expectation after as many interactions", on_average(1, moved)
