"""Stationary Γ of asynchronous pairwise averaging if gradients are noise alone.

v = E ‖η · the sum of the gradients that a node makes between two interactions‖² = η² σ² E[H]. Interactions are those
of random pairs, one after another. Setting: Nadiradze et al., "Asynchronous decentralized SGD with quantized and
local updates", NeurIPS 2021, arXiv:1910.12308."""

from __future__ import annotations

import numpy as np

from gossamer.theory.formulas.gossip import average_of_pair, pair_probabilities
from gossamer.theory.formulas.graphs import Edge

# Both nodes step, then average; both average, then step; both average, then the initiator steps; it steps, then both
# average.
VARIANTS = ("blocking", "nb2", "nb1", "ad_psgd")


def injection(variant: str, nodes: int) -> float:
    """c: an interaction adds c v to Γ, in expectation."""
    return {"blocking": 1 - 2 / nodes, "nb2": 2 * (1 - 1 / nodes), "nb1": 1 - 1 / nodes,
            "ad_psgd": 1 / 2 - 1 / nodes}[variant]


def complete(variant: str, nodes: int, v: float) -> float:
    """E Γ = c v (n − 1) on the complete graph."""
    return injection(variant, nodes) * v * (nodes - 1)


def bound(variant: str, nodes: int, edges: int, second: float, v: float) -> float:
    """E Γ ≤ c v 2|E|/λ₂ on any regular graph, λ₂ the second smallest eigenvalue of its Laplacian."""
    return injection(variant, nodes) * v * 2 * edges / second


def stationary(variant: str, nodes: int, edges: list[Edge], v: float) -> float:
    """E Γ on any graph: the fixed point of C ← Π (Σ_e P(e) W_e C W_e + N) Π with Π = I − 11ᵀ/n, by a linear system."""
    center = np.eye(nodes) - 1 / nodes
    noise, operator = np.zeros((nodes, nodes)), np.zeros((nodes**2, nodes**2))
    for edge, share in zip(edges, pair_probabilities(nodes, edges)):
        average = center @ average_of_pair(nodes, edge)
        operator += share * np.kron(average, average)
        noise += share * v * _noise(variant, nodes, edge)
    noise = center @ noise @ center
    # 11ᵀ/n is added, which Π takes away again: else the system would be singular in the mean mode.
    covariance = np.linalg.solve(np.eye(nodes**2) - operator, noise.ravel()).reshape(nodes, nodes)
    return float(np.trace(covariance))


def _noise(variant: str, nodes: int, edge: Edge) -> np.ndarray:
    both = np.zeros(nodes)
    both[list(edge)] = 1
    if variant in ("blocking", "ad_psgd"):  # the mean of both steps, at both nodes; of one
        return np.outer(both, both) / (2 if variant == "blocking" else 4)
    return np.diag(both) * (1 if variant == "nb2" else 0.5)


def walk_of_mean(variant: str, nodes: int, v: float) -> float:
    """E ‖x̄(t + 1) − x̄(t)‖² per interaction: 2v/n² if both nodes step, v/n² if the initiator alone does."""
    return (1 if variant in ("nb1", "ad_psgd") else 2) * v / nodes**2
