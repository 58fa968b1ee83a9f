"""Checks of the limits of deterministic runs on quadratics."""

from __future__ import annotations

import numpy as np

from gossamer.theory.comparison import exactly, worst
from gossamer.theory.evidence import Evidence
from gossamer.theory.formulas import graphs
from gossamer.theory.formulas.fixed_points import shared_descent
from gossamer.theory.validation.check import check
from gossamer.theory.validation.problems import alike, five_nodes, many_nodes, training, two_nodes

RING = {"kind": "ring", "nodes": 5}
TOLERANCE = 1e-10
IDENTITY = {"kind": "identity"}


def uneven_mixing(nodes: int = 5) -> np.ndarray:
    """A doubly stochastic W that is not symmetric: each node weighs the next one more than the one before."""
    one = np.eye(nodes)
    return 0.4 * one + 0.5 * np.roll(one, 1, axis=1) + 0.1 * np.roll(one, 2, axis=1)


@check("D-PSGD ends at its biased fixed point, in each of its three forms",
       "linear systems of the recursions; Lian et al., NeurIPS 2017, arXiv:1705.09056, have the method", Evidence.DERIVED)
def three_forms(short):
    few, many, eta = five_nodes(), many_nodes(), 0.1
    cases = {"ring of 5": (few, RING, graphs.metropolis(5, graphs.ring(5))),
             "path of 8, three dimensions": (many, {"kind": "path", "nodes": 8}, graphs.metropolis(8, graphs.path(8)))}
    runs = yield {(name, form): training(problem, {"kind": "d_psgd", "step_size": eta, "form": form}, block, 2500)
                  for name, (problem, block, _) in cases.items() for form in ("awc", "atc", "cta")}
    for name, (problem, _, W) in cases.items():
        for form in ("awc", "atc", "cta"):
            yield f"{form} on a {name}: models", worst(getattr(problem, form)(W, eta), runs[name, form].models, TOLERANCE)


@check("W is applied as it is, and not transposed: D-PSGD with a W that is not symmetric", "the same systems",
       Evidence.DERIVED)
def asymmetric(short):
    problem, W, eta = five_nodes(), uneven_mixing(), 0.1
    runs = yield {form: training(problem, {"kind": "d_psgd", "step_size": eta, "form": form},
                                 {"kind": "matrix_file", "path": "W.npy"}, 2500, files={"W.npy": W})
                  for form in ("awc", "atc", "cta")}
    for form, made in runs.items():
        yield f"{form}: models", worst(getattr(problem, form)(W, eta), made.models, TOLERANCE)


@check("Momentum methods end at the fixed points of D-PSGD at η or at η/(1 − β)",
       "linear systems; Yuan et al., ICCV 2021, arXiv:2104.11981; Lin et al., ICML 2021, arXiv:2102.04761; Yu, Jin, "
       "Yang, ICML 2019, arXiv:1905.03817", Evidence.DERIVED)
def momentum(short):
    problem, W, eta, beta = five_nodes(), graphs.metropolis(5, graphs.ring(5)), 0.1, 0.8
    cases = {"DmSGD, atc: D-PSGD's at η/(1 − β)": ({"kind": "dmsgd", "form": "atc"}, problem.atc(W, eta / (1 - beta))),
             "DmSGD, awc: D-PSGD's at η/(1 − β)": ({"kind": "dmsgd", "form": "awc"}, problem.awc(W, eta / (1 - beta))),
             "DecentLaM: D-PSGD's at η, atc": ({"kind": "decentlam"}, problem.atc(W, eta)),
             "QG-DmSGD: D-PSGD's at η, atc": ({"kind": "qg_dmsgd", "global_momentum": beta}, problem.atc(W, eta)),
             "DA-DmSGD": ({"kind": "da_dmsgd"}, problem.doubly_averaged(W, eta, beta))}
    runs = yield {name: training(problem, {"step_size": eta, "momentum": beta, **algorithm}, RING, 2500)
                  for name, (algorithm, _) in cases.items()}
    for name, (_, limit) in cases.items():
        yield f"{name}: models", worst(limit, runs[name].models, TOLERANCE)


@check("Compressed methods end at the fixed points of D-PSGD, whatever the compressor",
       "linear systems; Koloskova, Stich, Jaggi, ICML 2019, arXiv:1902.00340; Carpentiero, Matta, Sayed, "
       "arXiv:2112.02129", Evidence.DERIVED)
def compressed(short):
    problem, eta, share = many_nodes(5), 0.1, 0.3
    ring, top = graphs.metropolis(5, graphs.ring(5)), {"kind": "top_k", "k": 1}
    lazy = (1 - share) * np.eye(5) + share * ring
    choco = {"kind": "choco_sgd", "consensus_step": share, "compressor": top}
    cases = {"CHOCO-SGD, top 1 of 3": (choco, problem.atc(lazy, eta)),
             "CHOCO-SGD in the order of its code, top 1 of 3": ({**choco, "order": "awc"}, problem.awc(lazy, eta)),
             "ACTC without compression, ζ = 1/2": ({"kind": "actc", "compressor": IDENTITY, "stability": 0.5},
                                                   problem.atc(ring, eta))}
    runs = yield {name: training(problem, {"step_size": eta, **algorithm}, RING, 6000) for name,
                  (algorithm, _) in cases.items()}
    for name, (_, limit) in cases.items():
        yield f"{name}: models", worst(limit, runs[name].models, TOLERANCE)


@check("Exact methods end at the minimum itself on different quadratics",
       "fixed points of EXTRA, NIDS, exact diffusion, D², gradient tracking, LEAD, LED", Evidence.DERIVED)
def exact(short):
    problem = many_nodes()
    ring = {"kind": "ring", "nodes": 8}
    cases = {"EXTRA": {"kind": "extra"}, "NIDS": {"kind": "nids"}, "exact diffusion": {"kind": "exact_diffusion"},
             "D²": {"kind": "d2"},
             "gradient tracking, atc": {"kind": "gradient_tracking", "form": "atc"},
             "gradient tracking": {"kind": "gradient_tracking", "form": "non_atc"},
             "LEAD": {"kind": "lead", "compressor": IDENTITY}, "LED": {"kind": "led", "local_steps": 2},
             "K-GT": {"kind": "k_gt", "local_steps": 2}}
    runs = yield {name: training(problem, {"step_size": 0.05, **algorithm}, ring, 4000) for name,
                  algorithm in cases.items()}
    for name in cases:
        yield f"{name}: models", worst(problem.optimum, runs[name].models, 1e-9)


@check("Local gradient descent ends at (Σ Q_i)⁻¹ Σ Q_i θ_i, at its rate",
       "affine rounds; Gorbunov, Hanzely, Richtarik, AISTATS 2021, arXiv:2011.02828, have the methods", Evidence.DERIVED)
def local_descent(short):
    problem, eta, periods = two_nodes(), 0.1, (1, 2, 4, 8, 16, 64)
    pair, server = {"kind": "complete", "nodes": 2}, {"kind": "star", "nodes": 3, "center": 2}
    # Averagings take some time, so that a record, which is due after as many steps, comes before the averaging.
    shapes = {period: {"record": {"every_node_steps": period, "nodes": "none", "local_nodes": 0},
                       "network": {"kind": "alpha_beta", "latency": "1 ms"}} for period in periods}
    runs = yield {**{("local SGD", period): training(problem, {"kind": "local_sgd", "step_size": eta,
                                                               "averaging_period": period},
                                                     pair, 150 * period, **shapes[period]) for period in periods},
                  **{("FedAvg", period): training(problem, {"kind": "fed_avg", "step_size": eta, "local_steps": period},
                                                  server, 150 * period, **shapes[period]) for period in periods}}
    for (name, period), made in runs.items():
        limit = float(problem.local_descent(eta, period)[0])
        # x̄ stays below x*, from which its distance is known.
        x = float(problem.optimum[0]) - made.trace.series("distance_to_optimum")[0]
        yield f"{name}, H = {period}: x̄ at the end", exactly(limit, x[-1], 1e-12)
        left = (limit - x)[limit - x > 1e-7]  # of distances far above rounding
        factors = np.unique(np.round((left[1:] / left[:-1])[left[1:] != left[:-1]], 6))
        yield f"{name}, H = {period}: factor of the error in a round", worst(
            problem.local_descent_factor(eta, period), factors, 2e-6)


@check("Local steps with one curvature end at (I − a W)⁻¹ (1 − a) W c", "affine rounds", Evidence.DERIVED)
def local_steps(short):
    eta, curvature, steps = 0.1, 1.0, 3
    problem, ring = alike(8, curvature, 2), {"kind": "ring", "nodes": 8}
    runs = yield {"run": training(problem, {"kind": "d_psgd", "form": "atc", "step_size": eta, "local_steps": steps},
                                  ring, 1500)}
    limit = shared_descent(graphs.metropolis(8, graphs.ring(8)), problem.minimizers, (1 - eta * curvature) ** steps)
    yield f"D-PSGD, atc, H = {steps}: models", worst(limit, runs["run"].models, TOLERANCE)


@check("Corrected local methods end at the minimum itself",
       "fixed points; Karimireddy et al., ICML 2020, arXiv:1910.06378; Gorbunov et al., AISTATS 2021, arXiv:2011.02828",
       Evidence.DERIVED)
def corrected(short):
    problem, eta, steps = two_nodes(), 0.1, 4
    server, pair = {"kind": "star", "nodes": 3, "center": 2}, {"kind": "complete", "nodes": 2}
    cases = {"SCAFFOLD, option I": ({"kind": "scaffold", "option": "gradient", "local_steps": steps}, server),
             "SCAFFOLD, option II": ({"kind": "scaffold", "option": "path", "local_steps": steps}, server),
             "S*-local GD": ({"kind": "s_star_local_sgd", "averaging_period": steps}, pair)}
    runs = yield {name: training(problem, {"step_size": eta, **algorithm}, block, 600 * steps) for name,
                  (algorithm, block) in cases.items()}
    for name, made in runs.items():
        yield f"{name}: distance from the minimum", exactly(0, made.last("distance_to_optimum")[0], absolute=1e-12)


@check("LocalNewton is at the mean of the local minimizers after its first averaging",
       'Gupta, Ghosh, Derezinski, Khanna, Ramchandran, Mahoney, "LocalNewton", UAI 2021, arXiv:2105.07320', Evidence.PAPER)
def local_newton(short):
    problem = many_nodes(4)
    runs = yield {period: training(problem, {"kind": "local_newton", "averaging_period": period},
                                   {"kind": "complete", "nodes": 4},
                                   4 * period) for period in (1, 3)}
    for period, made in runs.items():
        yield f"H = {period}: mean of the models", worst(problem.minimizers.mean(axis=0), made.models.mean(axis=0), 1e-11)
