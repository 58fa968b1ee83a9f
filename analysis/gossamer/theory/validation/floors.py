"""Checks of stationary variances on homogeneous quadratics with noise, which are exact in expectation."""

from __future__ import annotations

import math

import numpy as np

from gossamer.statistics.intervals import mean
from gossamer.statistics.series import Floor, floor
from gossamer.theory.comparison import Comparison, exactly, on_average, worst
from gossamer.theory.evidence import Evidence
from gossamer.theory.formulas import floors as formulas, graphs
from gossamer.theory.validation.check import Experiment, check
from gossamer.theory.validation.laboratory import Made
from gossamer.theory.validation.problems import noise

DIMENSION, APART = 400, 20  # coordinates; node-steps between two records


def steady(algorithm: dict, topology: dict, steps: int, curvature: float = 1.0, seeds: int = 2, **options) -> Experiment:
    """A run with noise, whose records are far apart."""
    return Experiment(algorithm, topology, noise(DIMENSION, curvature), stop={"node_steps": steps},
                      seeds=tuple(range(1, seeds + 1)),
                      record={"every_node_steps": options.pop("apart", APART), "nodes": "none", "local_nodes": 0},
                      **options)


def at_rest(predicted: float, made: Made, values) -> Comparison:
    """Of the mean over the last three quarters of all runs, per coordinate, with an error by batch means."""
    found = []
    for trace in made.traces:
        series = values(trace) / DIMENSION
        found.append(floor(series[len(series) // 4:].tolist()))
    assert all(isinstance(each, Floor) for each in found), "a run is not stationary in its last three quarters"
    error = math.sqrt(math.fsum(each.error**2 for each in found)) / len(found)
    return Comparison(predicted, mean([each.mean for each in found]), error)


def squared_distance(trace) -> np.ndarray:
    return trace.series("distance_to_optimum")[0] ** 2


@check("D-PSGD's stationary variances are those of the modes of W",
       "second moments of the recursions with one curvature; at first order also in Versini, Mangold, Dieuleveut, "
       "arXiv:2601.07021", Evidence.DERIVED)
def d_psgd(short):
    nodes, eta, steps = 8, 0.1, 2000 if short else 8000
    spectrum = np.linalg.eigvalsh(graphs.metropolis(nodes, graphs.ring(nodes)))
    forms = {"atc": formulas.atc, "awc": formulas.awc, "cta": formulas.cta}
    runs = yield {form: steady({"kind": "d_psgd", "step_size": eta, "form": form}, {"kind": "ring", "nodes": nodes}, steps)
                  for form in forms}
    for form, modes in forms.items():
        yield f"{form}: variance of the mean model", at_rest(formulas.of_mean(nodes, eta, 1, 1), runs[form],
                                                             squared_distance)
        yield f"{form}: variance of a node's model", at_rest(
            float(modes(spectrum, eta, 1, 1).mean()), runs[form], lambda trace: trace.squared_error())


@check("Linear speed-up: n times the variance of the mean model is the same for all n and W",
       "x̄ ← x̄ − η ḡ with one curvature", Evidence.DERIVED)
def speed_up(short):
    eta, steps = 0.1, 1200 if short else 6000
    cases = {"2, complete": {"kind": "complete", "nodes": 2}, "16, ring": {"kind": "ring", "nodes": 16},
             "32, star": {"kind": "star", "nodes": 32}}
    runs = yield {name: steady({"kind": "d_psgd", "step_size": eta}, block, steps) for name, block in cases.items()}
    for name, block in cases.items():
        nodes = block["nodes"]
        yield f"n = {name} graph: n · variance of the mean model", at_rest(
            formulas.of_mean(1, eta, 1, 1), runs[name], lambda trace: nodes * squared_distance(trace))  # noqa: B023


@check("Momentum multiplies the variance of the mean model as the second moments say",
       "second moments with one curvature", Evidence.DERIVED)
def momentum(short):
    nodes, eta, beta, steps = 8, 0.02, 0.8, 6000 if short else 24000
    cases = {"DmSGD, atc": {"kind": "dmsgd", "form": "atc"}, "DmSGD, awc": {"kind": "dmsgd", "form": "awc"}}
    runs = yield {name: steady({"step_size": eta, "momentum": beta, **algorithm}, {"kind": "ring", "nodes": nodes},
                               steps, apart=60)
                  for name, algorithm in cases.items()}
    for name in cases:
        yield f"{name}: variance of the mean model", at_rest(formulas.of_mean(nodes, eta, 1, 1, beta), runs[name],
                                                             squared_distance)


@check("The law of the mean model does not depend on when models are averaged",
       "x̄ ← x̄ − η ḡ with one curvature and the same noise", Evidence.DERIVED)
def any_period(short):
    nodes, eta = 4, 0.1
    complete = {"kind": "complete", "nodes": nodes}
    cases = {f"local SGD, H = {period}": {"kind": "local_sgd", "averaging_period": period} for period in (1, 4, 16)}
    cases |= {"all-reduce SGD": {"kind": "all_reduce_sgd"}, "D-PSGD": {"kind": "d_psgd"},
              "FDA": {"kind": "fda", "threshold": 1.0, "monitor": "exact"}}
    runs = yield {name: steady({"step_size": eta, **algorithm}, complete, 160, seeds=1) for name,
                  algorithm in cases.items()}
    reference = runs["local SGD, H = 1"].models.mean(axis=0)
    for name in cases:
        yield f"{name}: mean of the models after as much noise", worst(reference, runs[name].models.mean(axis=0), 1e-13)


@check("Between two averagings Γ grows as (n − 1) d s² η² φ(j)",
       "second moments with one curvature; Jiang, Agrawal, arXiv:2007.06134, and Theologitis et al., EDBT 2025, "
       "arXiv:2405.20988, have the rules", Evidence.DERIVED)
def growth(short):
    nodes, eta, curvature, period = 16, 0.1, 0.2, 8
    law = {"kind": "adpsgd", "step_size": eta, "first_period": period, "sample_until": 8, "low": 0,
           "high": 1e9}  # it never moves
    runs = yield {"run": steady(law, {"kind": "complete", "nodes": nodes}, 800, curvature, 1, apart=1,
                                network={"kind": "alpha_beta", "latency": "1 ms"})}
    gammas = runs["run"].trace.series("consensus_distance")[0]
    seen = gammas[gammas > 1e-8 * gammas.max()]
    predicted = (nodes - 1) * DIMENSION * eta**2 * formulas.growth(period, eta, curvature)
    yield f"Γ after {period} steps", on_average(predicted, seen.tolist())


@check("FDA averages once the variance passes its threshold",
       "Theologitis et al., EDBT 2025, arXiv:2405.20988; growth of Γ", Evidence.DERIVED)
def fda(short):
    nodes, dimension, eta, curvature = 16, 2000, 0.1, 0.2
    cases = {("exact", 50): 3, ("exact", 200): 14, ("linear", 200): 13, ("naive", 200): 13}
    growths = [formulas.growth(steps, eta, curvature) for steps in range(1, 60)]
    runs = yield {key: Experiment({"kind": "fda", "step_size": eta, "threshold": key[1], "monitor": key[0]},
                                  {"kind": "complete", "nodes": nodes}, noise(dimension, curvature),
                                  stop={"node_steps": 450},
                                  record={"every_node_steps": 1, "nodes": "none", "local_nodes": 0},
                                  network={"kind": "alpha_beta", "latency": "1 ms"}) for key in cases}
    for (monitor, threshold), interval in cases.items():
        share = (nodes - 1) / nodes if monitor == "exact" else 1.0  # others leave out the drift of the mean
        predicted = 1 + next(place for place, value in enumerate(growths) if share * dimension * eta**2 * value > threshold)
        assert predicted == interval, f"{monitor}, {threshold}: {predicted}"
        # Of the part in which the mean has come to rest. An averaging sends a model beside the monitor's numbers.
        sent = np.diff(runs[monitor, threshold].trace.series("sent_bytes")[0])[250:]
        averagings = np.flatnonzero(sent > 0.75 * sent.max())
        yield f"{monitor}, Θ = {threshold}: median interval", exactly(predicted, float(np.median(np.diff(averagings))))


@check("ACTC's variance is that of its second moments",
       "second moments; Carpentiero, Matta, Sayed, arXiv:2112.02129, have the method",
       Evidence.DERIVED)
def actc(short):
    nodes, eta, share, steps = 8, 0.05, 0.2, 4000 if short else 16000
    algorithm = {"kind": "actc", "step_size": eta, "stability": share,
                 "compressor": {"kind": "random_k", "k": DIMENSION // 4, "unbiased": True}}
    runs = yield {"run": steady(algorithm, {"kind": "ring", "nodes": nodes}, steps, apart=40)}
    predicted = formulas.actc(graphs.metropolis(nodes, graphs.ring(nodes)), eta, eta, 1, 3, share)
    yield "ring of 8, random 1/4 of the coordinates: variance of a node's model", at_rest(
        predicted, runs["run"], lambda trace: trace.squared_error())
