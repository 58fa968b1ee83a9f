"""Quadratics, graphs and starts as the experiment files of checks have them."""

from __future__ import annotations

import numpy as np

from gossamer.theory.formulas.fixed_points import Quadratics
from gossamer.theory.validation.check import Experiment


def quadratics_file(problem: Quadratics) -> dict:
    return {"A": problem.A.tolist(), "b": problem.b.tolist()}


def noise(dimension: int, curvature: float, deviation: float = 1.0) -> dict:
    """The same minimum for all nodes, and independent noise on every coordinate of every gradient."""
    return {"kind": "quadratic", "dimension": dimension, "mu": curvature, "L": curvature, "axes": "coordinate",
            "gradient_spread": 0, "noise": deviation}


def five_nodes() -> Quadratics:
    """Five scalars of different curvature and minimum: a_i = 1 … 5."""
    return Quadratics(np.arange(1.0, 6).reshape(5, 1, 1), np.array([1, -1, 2, 0, 3.0]).reshape(5, 1))


def two_nodes() -> Quadratics:
    """Curvatures 1 and 4, minimizers 0 and 1: x* = 0.8."""
    return Quadratics(np.array([1.0, 4]).reshape(2, 1, 1), np.array([0.0, 4]).reshape(2, 1))


def many_nodes(nodes: int = 8, dimension: int = 3, seed: int = 4) -> Quadratics:
    """Nodes whose Hessians have different axes and eigenvalues from 0.5 to 2.5."""
    draw = np.random.default_rng(seed)
    A = np.empty((nodes, dimension, dimension))
    for node in range(nodes):
        axes = np.linalg.qr(draw.normal(size=(dimension, dimension)))[0]
        A[node] = axes @ np.diag(draw.uniform(0.5, 2.5, dimension)) @ axes.T
    return Quadratics(A, draw.normal(size=(nodes, dimension)))


def alike(nodes: int, curvature: float, dimension: int = 1, seed: int = 5) -> Quadratics:
    """The same curvature in all directions for all nodes, and different minimizers."""
    centers = np.random.default_rng(seed).normal(size=(nodes, dimension))
    return Quadratics(np.tile(curvature * np.eye(dimension), (nodes, 1, 1)), curvature * centers)


def training(problem: Quadratics, algorithm: dict, topology: dict, rounds: int, deviation: float = 0.0,
             **options) -> Experiment:
    """The run of an algorithm on such a problem, from zero."""
    files = {"problem.json": quadratics_file(problem), **options.pop("files", {})}
    initial = options.pop("initial", {"kind": "zeros"})
    model = {"kind": "quadratic_file", "path": "problem.json", "noise": deviation, "initial": initial}
    record = options.pop("record", {"every_node_steps": rounds, "nodes": "none", "local_nodes": 0})
    return Experiment(algorithm, topology, model, stop={"node_steps": rounds}, record=record, files=files, **options)


def gossip(start: np.ndarray, algorithm: str | dict, topology: dict, **options) -> Experiment:
    """Models that only average, from a start, n × d."""
    model = {"kind": "quadratic", "dimension": start.shape[1], "initial": {"kind": "file", "path": "start.npy"}}
    options.setdefault("record", {"every_node_steps": 1, "nodes": "none", "local_nodes": 0})
    return Experiment(algorithm, topology, model, files={"start.npy": start, **options.pop("files", {})}, **options)
