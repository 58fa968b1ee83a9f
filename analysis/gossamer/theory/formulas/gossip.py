"""Averaging alone: expected Γ = Σ ‖x_i − x̄‖² after rounds or interactions."""

from __future__ import annotations

import numpy as np

from gossamer.theory.formulas.graphs import Edge


def gamma(models: np.ndarray) -> float:
    """Γ of models, n × d."""
    return float(((models - models.mean(axis=0)) ** 2).sum())


def pair_probabilities(nodes: int, edges: list[Edge]) -> list[float]:
    """Of an interaction along each edge: the initiator is uniform over nodes, its partner over the initiator's neighbors.
    P(ij) = (1/n) (1/d_i + 1/d_j)."""
    degrees = np.bincount(np.array(edges).ravel(), minlength=nodes)
    return [(1 / degrees[first] + 1 / degrees[second]) / nodes for first, second in edges]


def average_of_pair(nodes: int, edge: Edge) -> np.ndarray:
    """W of an interaction: both nodes get the mean of their models. It is a projection."""
    difference = np.zeros(nodes)
    difference[list(edge)] = 1, -1
    return np.eye(nodes) - np.outer(difference, difference) / 2


def after_pairs(models: np.ndarray, edges: list[Edge], interactions: int) -> np.ndarray:
    """E Γ after 0, 1, … interactions of random pairs, from models n × d.

    C ← Σ_e P(e) W_e C W_eᵀ of C = (X − 1x̄ᵀ)(X − 1x̄ᵀ)ᵀ; E Γ = tr C. On the complete graph this is (1 − 1/(n − 1))^t Γ(0).
    For the setting: Boyd, Ghosh, Prabhakar, Shah, "Randomized gossip algorithms", IEEE Trans. Inf. Theory 52(6), 2006."""
    return after_random_rounds(models, [average_of_pair(len(models), edge) for edge in edges],
                               pair_probabilities(len(models), edges), interactions)


def after_random_rounds(models: np.ndarray, matrices: list[np.ndarray], probabilities: list[float],
                        rounds: int) -> np.ndarray:
    """E Γ after 0, 1, … rounds X ← W X with independent doubly stochastic W from `matrices`."""
    apart = models - models.mean(axis=0)
    covariance = apart @ apart.T
    expected = [float(np.trace(covariance))]
    for _ in range(rounds):
        covariance = sum(share * matrix @ covariance @ matrix.T for share, matrix in zip(probabilities, matrices))
        expected.append(float(np.trace(covariance)))
    return np.array(expected)


def matcha_rounds(laplacians: list[np.ndarray], probabilities: list[float],
                  alpha: float) -> tuple[list[np.ndarray], list[float]]:
    """All W = I − α Σ_j B_j L_j of independent flags B_j, with their probabilities.

    Wang, Sahu, Yang, Joshi, Kar, "MATCHA: Speeding up decentralized SGD via matching decomposition sampling",
    arXiv:1905.09435."""
    matrices, shares = [], []
    for flags in range(1 << len(laplacians)):
        active = [bool(flags >> place & 1) for place in range(len(laplacians))]
        matrices.append(np.eye(len(laplacians[0])) - alpha * sum(
            (each for each, is_active in zip(laplacians, active) if is_active), np.zeros_like(laplacians[0])))
        shares.append(float(np.prod([share if is_active else 1 - share
                                     for share, is_active in zip(probabilities, active)])))
    return matrices, shares


def matcha_contraction(laplacians: list[np.ndarray], probabilities: list[float], alpha: float) -> float:
    """‖E[WᵀW] − 11ᵀ/n‖₂ = ‖I − 2α L̄ + α² (L̄² + 2 L̃) − 11ᵀ/n‖₂, L̄ = Σ p_j L_j, L̃ = Σ p_j (1 − p_j) L_j, of
    matchings."""
    nodes = len(laplacians[0])
    mean = sum(share * each for share, each in zip(probabilities, laplacians))
    spread = sum(share * (1 - share) * each for share, each in zip(probabilities, laplacians))
    moment = np.eye(nodes) - 2 * alpha * mean + alpha**2 * (mean @ mean + 2 * spread)
    return float(np.linalg.norm(moment - 1 / nodes, 2))


def equidyn_factor(nodes: int, share: float) -> float:
    """The factor of E Γ in a round of one-peer directed EquiDyn with all offsets: c² + e² − 2ce/(n − 1) with
    c = 1 − h + h/n and e = h (n − 1)/n. It is the same for all models.

    Song, Li, Jin, Shi, Yan, Yin, Yuan, "Communication-efficient topologies for decentralized learning with O(1) consensus
    rate", NeurIPS 2022, arXiv:2210.07881, has the graphs."""
    kept, given = 1 - share + share / nodes, share * (nodes - 1) / nodes
    return kept**2 + given**2 - 2 * kept * given / (nodes - 1)
