"""Checks of linear rates of deterministic runs, and of bounds that such runs attain or nearly attain."""

from __future__ import annotations

import math

import numpy as np

from gossamer.theory.comparison import Comparison, at_most, exactly
from gossamer.theory.evidence import Evidence
from gossamer.theory.formulas import bounds, graphs, rates
from gossamer.theory.formulas.fixed_points import Quadratics
from gossamer.theory.validation.check import check
from gossamer.theory.validation.problems import alike, quadratics_file, training, two_nodes
from gossamer.theory.validation.check import Experiment

SLOPE = 2e-3  # of a measured factor: other modes, and polynomials beside equal roots, have not died out
EACH = {"every_node_steps": 1, "nodes": "none", "local_nodes": 0}


def factor(errors: np.ndarray, first: int, last: int) -> float:
    """The factor per record by the slope of the logarithm of squared errors between two records."""
    window = np.arange(first, last)
    return math.exp(np.polyfit(window, np.log(errors[first:last]), 1)[0] / 2)


@check("Exact methods converge at the largest root of their modes",
       "characteristic polynomials of EXTRA, NIDS, exact diffusion, D², gradient tracking and LEAD with one curvature",
       Evidence.DERIVED)
def exact_methods(short):
    eta, curvature, nodes = 0.1, 1.0, 8
    problem, q = alike(nodes, curvature, 40), 1 - eta * curvature
    spectrum = np.sort(np.linalg.eigvalsh(graphs.metropolis(nodes, graphs.ring(nodes))))[::-1]
    cases = {"NIDS": ({"kind": "nids"}, rates.nids), "exact diffusion": ({"kind": "exact_diffusion"}, rates.nids),
             "D²": ({"kind": "d2"}, rates.d2), "EXTRA": ({"kind": "extra"}, rates.extra),
             "gradient tracking": ({"kind": "gradient_tracking", "form": "non_atc"}, rates.tracking),
             "gradient tracking, atc": ({"kind": "gradient_tracking", "form": "atc"}, rates.tracking_atc),
             "LEAD without compression": ({"kind": "lead", "compressor": {"kind": "identity"}}, rates.nids)}
    runs = yield {name: training(problem, {"step_size": eta, **algorithm}, {"kind": "ring", "nodes": nodes}, 225,
                                 record=EACH)
                  for name, (algorithm, _) in cases.items()}
    for name, (_, mode) in cases.items():
        predicted = rates.slowest(mode, spectrum, [q])
        yield f"{name}: factor of the error in a round", exactly(predicted, factor(runs[name].trace.squared_error(),
                                                                                   160, 220), SLOPE)


@check("Without noise the mean of the models converges by 1 − η ν in a round, with momentum by the larger root",
       "x̄ ← x̄ − η ḡ with one curvature", Evidence.DERIVED)
def mean_mode(short):
    eta, curvature, beta = 0.05, 1.0, 0.5
    problem = alike(8, curvature)
    ring = {"kind": "ring", "nodes": 8}
    cases = {"D-PSGD": ({"kind": "d_psgd"}, 1 - eta * curvature), "all-reduce SGD": ({"kind": "all_reduce_sgd"},
                                                                                     1 - eta * curvature),
             "DmSGD": ({"kind": "dmsgd", "momentum": beta}, rates.heavy_ball(1 - eta * curvature, beta))}
    runs = yield {name: training(problem, {"step_size": eta, **algorithm}, ring, 120, record=EACH) for name,
                  (algorithm, _) in cases.items()}
    for name, (_, predicted) in cases.items():
        yield f"{name}: factor of ‖x̄ − x*‖", exactly(
            predicted, factor(runs[name].trace.series("distance_to_optimum")[0] ** 2, 60, 110), 1e-6)


@check("SCAFFOLD converges at the spectral radius of its rounds",
       "affine rounds; Karimireddy et al., ICML 2020, arXiv:1910.06378, have the method", Evidence.DERIVED)
def scaffold(short):
    problem, server = two_nodes(), {"kind": "star", "nodes": 3, "center": 2}
    cases = {(option, steps): problem.scaffold_factor(0.1, steps, option == "gradient")
             for option in ("path", "gradient") for steps in (2, 4)}
    each = {(option, steps): steps + (option == "gradient") for option, steps in cases}  # gradients in a round
    runs = yield {(option, steps): training(problem, {"kind": "scaffold", "step_size": 0.1, "local_steps": steps,
                                                      "option": option},
                                            server, 36 * count, network={"kind": "alpha_beta", "latency": "1 ms"},
                                            record={"every_node_steps": count, "nodes": "none", "local_nodes": 0})
                  for (option, steps), count in each.items()}
    for (option, steps), predicted in cases.items():
        distances = runs[option, steps].trace.series("distance_to_optimum")[0]
        last = np.flatnonzero(distances > 1e-12)[-1]
        # Complex roots: the distance turns, so that the slope is right on average alone.
        measured = factor(distances**2, 4, last)
        name = {"path": "II", "gradient": "I"}[option]
        yield f"option {name}, K = {steps}: factor of the error in a round", exactly(predicted, measured, 0.06)


@check("The descent bound holds, and a quadratic nearly attains it",
       "descent lemma: (1/K) Σ ‖∇f(x̄)‖² ≤ 2 (f − f*)/(η K) + L² Γ/n + L η σ²/n", Evidence.DERIVED)
def descent(short):
    nodes, steps = 4, 60
    start = np.full((nodes, 1), 3.0)
    cases = {0.9: alike(nodes, 1.0, seed=6), 0.5: alike(nodes, 1.0, seed=7)}
    runs = yield {eta: training(problem, {"kind": "all_reduce_sgd", "step_size": eta},
                                {"kind": "complete", "nodes": nodes}, steps,
                                initial={"kind": "file", "path": "start.npy"}, files={"start.npy": start}, record=EACH,
                                network={"kind": "alpha_beta", "latency": "1 ms"}) for eta, problem in cases.items()}
    for eta in cases:
        gradients, gaps = runs[eta].trace.series("gradient_norm", "suboptimality")
        # Records come before the averaging that follows the step: the first two are both of the start.
        measured = float(np.sum(gradients[1:] ** 2)) / (len(gradients) - 1)
        yield f"η L = {eta}: mean of ‖∇f(x̄)‖²", at_most(
            bounds.descent(gaps[0], 1.0, eta, len(gradients) - 1, 0.0, 0.0, nodes), measured)


@check("The error of K-sync SGD stays below its bound, and a quadratic comes near it",
       'Dutta, Joshi, Ghosh, Dube, Nagpurkar, "Slow and stale gradients can win the race", AISTATS 2018, '
       'arXiv:1803.01113', Evidence.PAPER)
def sync_error(short):
    workers, dimension, eta, curvature = 8, 200, 0.5, 1.0
    cases = (2, 8)
    model = {"kind": "quadratic", "dimension": dimension, "mu": curvature, "L": curvature, "axes": "coordinate",
             "gradient_spread": 0, "noise": 1}
    runs = yield {kept: Experiment({"kind": "k_sync", "step_size": eta, "gradients": kept},
                                   {"kind": "star", "nodes": workers + 1, "center": workers}, model,
                                   compute={"kind": "exponential", "mean": "1 s"}, stop={"virtual_time": "400 s"},
                                   record={"every": "2 s", "nodes": "none", "local_nodes": 0}) for kept in cases}
    for kept in cases:
        gaps = runs[kept].trace.series("suboptimality")[0]
        steady = gaps[len(gaps) // 4:]
        bound = bounds.sync_error(0.0, curvature, curvature, eta, 10**6, dimension, kept)
        error = float(steady.std(ddof=1)) / math.sqrt(len(steady))
        yield f"K = {kept}: F − F* at rest", at_most(bound, float(steady.mean()), error=error)
        # Exactly: η s² d/(2 K (2 − η ν)) of one curvature.
        yield f"K = {kept}: F − F* at rest, exactly", Comparison(
            eta * dimension / (2 * kept * (2 - eta * curvature)), float(steady.mean()), error)
