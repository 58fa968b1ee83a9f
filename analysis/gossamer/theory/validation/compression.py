"""Checks of compressed gradients: second moments, and what error feedback holds back."""

from __future__ import annotations


import numpy as np

from gossamer.theory.comparison import exactly, on_average, worst
from gossamer.theory.evidence import Evidence
from gossamer.theory.formulas import compression as formulas
from gossamer.theory.formulas.fixed_points import Quadratics
from gossamer.theory.validation.check import check
from gossamer.theory.validation.problems import training

NODES, DIMENSION, ETA = 4, 16, 0.5
COMPLETE = {"kind": "complete", "nodes": NODES}


def constant_gradient(gradient: np.ndarray, nodes: int = NODES) -> Quadratics:
    """f_i(x) = gᵀx for all nodes."""
    d = len(gradient)
    return Quadratics(np.zeros((nodes, d, d)), np.tile(-gradient, (nodes, 1)))


def uneven(dimension: int = DIMENSION) -> np.ndarray:
    return np.random.default_rng(8).normal(size=dimension) + 0.3


@check("Compressed gradients are unbiased, with the exact variance of their compressor",
       "E ‖Q(v) − v‖² = (‖v‖²/s²) Σ f (1 − f), ‖v‖_∞ ‖v‖₁ − ‖v‖²; QSGD: NeurIPS 2017, arXiv:1610.02132; "
       "TernGrad: NeurIPS 2017, arXiv:1705.07878", Evidence.DERIVED)
def second_moments(short):
    steps, seeds = 25, tuple(range(1, 41 if short else 301))
    gradient = uneven()
    cases = {f"QSGD, {levels} levels": ({"kind": "qsgd", "levels": levels}, formulas.qsgd(gradient, levels))
             for levels in (1, 4)}
    cases["TernGrad"] = ({"kind": "terngrad", "clip": "none"}, formulas.terngrad(gradient))
    runs = yield {name: training(constant_gradient(gradient), {"step_size": ETA, **algorithm}, COMPLETE, steps, seeds=seeds)
                  for name, (algorithm, _) in cases.items()}
    for name, (_, variance) in cases.items():
        moved = -runs[name].all_models.mean(axis=1) / (ETA * steps)  # seeds × d: means of n · steps compressed gradients
        errors = ((moved - gradient) ** 2).sum(axis=1) * NODES * steps
        yield f"{name}: variance", on_average(variance, errors.tolist())
        along = moved @ gradient / (gradient @ gradient)
        yield f"{name}: mean along the gradient", on_average(1, along.tolist())


@check("Error feedback sends every coordinate in turn: what is missing from top-k SGD is what waits",
       "x + mean of the errors = x_0 − η Σ g; with equal magnitudes coordinates wait 0, 1, … d/k − 1 steps; Stich, "
       "Cordonnier, Jaggi, NeurIPS 2018, arXiv:1809.07599, have the method", Evidence.DERIVED)
def error_feedback(short):
    kept, steps = 4, 40
    gradient = np.where(np.arange(DIMENSION) % 2, 1.0, -1.0)
    runs = yield {"run": training(constant_gradient(gradient), {"kind": "top_k_sgd", "step_size": ETA,
                                                                "fraction": kept / DIMENSION},
                                  COMPLETE, steps)}
    waiting = np.sort(np.abs(-ETA * steps * gradient - runs["run"].models[0])) / ETA
    predicted = np.repeat(np.arange(DIMENSION // kept), kept)
    yield "top 4 of 16: steps that coordinates wait, sorted", worst(predicted, waiting, 1e-9)


@check("Signs with error feedback follow a constant gradient, and without it they do not",
       "C(v) = ‖v‖₁/d sign(v): x + e = x_0 − η Σ g; Karimireddy, Rebjock, Stich, Jaggi, ICML 2019, arXiv:1901.09847, "
       "have the method", Evidence.DERIVED)
def signs(short):
    steps = 400
    gradient = np.array([3.0, 1.0, 1.0, 1.0])
    problem = constant_gradient(gradient)
    runs = yield {"ef_sign_sgd": training(problem, {"kind": "ef_sign_sgd", "step_size": ETA}, COMPLETE, steps),
                  "sign_sgd": training(problem, {"kind": "sign_sgd", "step_size": ETA}, COMPLETE, steps)}
    error, predicted = np.zeros(4), np.zeros(4)
    for _ in range(steps):
        wanted = error + ETA * gradient
        sent = np.abs(wanted).sum() / len(wanted) * np.where(wanted >= 0, 1.0, -1.0)
        error, predicted = wanted - sent, predicted - sent
    yield "error feedback: models", worst(predicted, runs["ef_sign_sgd"].models[0], 1e-9)
    yield "error feedback: largest error of the mean step", exactly(
        0, np.abs(runs["ef_sign_sgd"].models[0] / (ETA * steps) + gradient).max(), absolute=0.05)
    yield "signs alone: models", worst(np.full(4, -ETA * steps), runs["sign_sgd"].models[0], 1e-9)
