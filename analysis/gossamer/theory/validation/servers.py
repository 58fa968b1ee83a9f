"""Checks of methods with a server that remember gradients, and of elastic averaging."""

from __future__ import annotations

import numpy as np

from gossamer.theory.comparison import exactly, on_average, worst
from gossamer.theory.evidence import Evidence
from gossamer.theory.formulas import saga as formulas
from gossamer.theory.validation.check import Experiment, check
from gossamer.theory.validation.problems import alike, training

CURVATURES, MINIMIZERS = np.array([1.0, 2, 3, 4]), np.array([0.0, 1, -1, 2])
START, ETA = 5.0, 0.1
STAR = {"kind": "star", "nodes": 3, "center": 2}


def remembering(kind: str, seconds: int, seeds: int) -> Experiment:
    """Least squares of four samples on two workers, each of which takes an exponential time for one."""
    features = np.sqrt(CURVATURES)
    model = {"kind": "linear_regression", "batch_size": 1, "initial": {"kind": "file", "path": "start.npy"},
             "data": {"kind": "npy", "features": "features.npy", "labels": "labels.npy"}, "partition": "contiguous"}
    files = {"features.npy": features[:, None], "labels.npy": features * MINIMIZERS, "start.npy": np.array([START])}
    return Experiment({"kind": kind, "step_size": ETA}, STAR, model, compute={"kind": "exponential", "mean": "1 s"},
                      stop={"virtual_time": f"{seconds} s"}, seeds=tuple(range(1, seeds + 1)), files=files,
                      record={"every": f"{seconds} s", "nodes": "none", "local_nodes": 0})


@check("SAGA and ADSAGA have the mean square of their random linear maps",
       "second moments; Defazio, Bach, Lacoste-Julien, NeurIPS 2014, arXiv:1407.0202, and Glasgow, Wootters, AISTATS 2022, "
       "arXiv:2009.10717, have the methods", Evidence.DERIVED)
def remembered_gradients(short):
    seeds = 80 if short else 1000
    cases = {"saga": formulas.saga(CURVATURES, MINIMIZERS, ETA, START, 200),
             "adsaga": formulas.adsaga(CURVATURES, MINIMIZERS, ETA, START, 200, [[0, 1], [2, 3]])}
    runs = yield {(kind, seconds): remembering(kind, seconds, seeds) for kind in cases for seconds in (1, 4)}
    for (kind, seconds), made in runs.items():
        counts = [int(count) for count in made.last("node_steps")]
        ratios = [distance**2 / cases[kind][count] for distance, count in zip(made.last("distance_to_optimum"), counts)]
        yield f"{kind.upper()}, after {seconds} s: (x − x*)² over its expectation after as many updates", on_average(1, ratios)


@check("Elastic averaging pulls models and center as its linear map says",
       "x_i ← x_i − α (x_i − z), z ← z + α Σ (x_j − z); Zhang, Choromanska, LeCun, NeurIPS 2015, arXiv:1412.6651, have the method",
       Evidence.DERIVED)
def elastic(short):
    nodes, eta, rounds, period, pull = 4, 0.1, 12, 2, 0.6
    problem = alike(nodes, 1.0, 2)
    runs = yield {"run": training(problem, {"kind": "easgd", "step_size": eta, "period": period, "pull": pull},
                                  {"kind": "complete", "nodes": nodes}, rounds * period)}
    x, center, alpha = np.zeros((nodes, 2)), np.zeros(2), pull / nodes
    for _ in range(rounds):
        x = problem.minimizers + (1 - eta) ** period * (x - problem.minimizers)
        x, center = x - alpha * (x - center), center + alpha * (x - center).sum(axis=0)
    yield f"{rounds} exchanges: center", worst(center, runs["run"].models, 1e-12)  # what every node reports


@check("Overlap local SGD shrinks Γ by (1 − α)² in a period, beside the curvature's part",
       "boundary matrix; Wang, Liang, Joshi, ICASSP 2020, arXiv:2002.09539, have the method", Evidence.DERIVED)
def pullback(short):
    nodes, eta, period, alpha = 4, 0.01, 4, 0.6
    problem = alike(nodes, 1.0, 2)
    apart = np.random.default_rng(9).normal(size=(nodes, 2))
    same = type(problem)(problem.A, np.zeros_like(problem.b))  # one minimizer: models differ by their starts alone
    runs = yield {"run": training(same, {"kind": "overlap_local_sgd", "step_size": eta, "averaging_period": period,
                                         "pullback": alpha,
                                         "anchor_momentum": 0}, {"kind": "complete", "nodes": nodes}, 12 * period,
                                  initial={"kind": "file", "path": "start.npy"}, files={"start.npy": apart},
                                  record={"every_node_steps": period, "nodes": "none", "local_nodes": 0},
                                  network={"kind": "alpha_beta", "latency": "1 ms"})}
    gammas = runs["run"].trace.series("consensus_distance")[0]
    inside = gammas[(gammas > 1e-16 * gammas[0])][3:]  # the first pull is to a node's own first model
    predicted = (1 - alpha) ** 2 * (1 - eta) ** (2 * period)
    yield f"α = {alpha}, H = {period}: factor of Γ in a period", exactly(
        predicted, (inside[-1] / inside[0]) ** (1 / (len(inside) - 1)), 1e-9)
