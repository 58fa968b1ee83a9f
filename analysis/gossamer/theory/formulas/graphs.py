"""Graphs and mixing matrices that formulas need, built from their definitions.

W[i, j] is the weight that node i gives the model of node j."""

from __future__ import annotations

import numpy as np

Edge = tuple[int, int]


def ring(nodes: int) -> list[Edge]:
    return [(node, (node + 1) % nodes) for node in range(nodes)]


def complete(nodes: int) -> list[Edge]:
    return [(first, second) for first in range(nodes) for second in range(first + 1, nodes)]


def path(nodes: int) -> list[Edge]:
    return [(node, node + 1) for node in range(nodes - 1)]


def star(nodes: int) -> list[Edge]:
    """Node 0 in the middle."""
    return [(0, node) for node in range(1, nodes)]


def torus(rows: int, columns: int) -> list[Edge]:
    at = np.arange(rows * columns).reshape(rows, columns)
    pairs = [*zip(at.ravel(), np.roll(at, -1, axis=1).ravel()), *zip(at.ravel(), np.roll(at, -1, axis=0).ravel())]
    return [(int(first), int(second)) for first, second in pairs]


def hypercube(dimension: int) -> list[Edge]:
    return [(node, node ^ 1 << bit) for node in range(1 << dimension) for bit in range(dimension) if not node >> bit & 1]


def laplacian(nodes: int, edges: list[Edge]) -> np.ndarray:
    """D − A, of single edges."""
    result = np.zeros((nodes, nodes))
    for first, second in edges:
        result[[first, second], [first, second]] += 1
        result[[first, second], [second, first]] -= 1
    return result


def metropolis(nodes: int, edges: list[Edge]) -> np.ndarray:
    """w_ij = 1/(1 + max(d_i, d_j)) on edges; rows sum to 1."""
    degrees = np.diag(laplacian(nodes, edges))
    mixing = np.zeros((nodes, nodes))
    for first, second in edges:
        mixing[first, second] = mixing[second, first] = 1 / (1 + max(degrees[first], degrees[second]))
    return mixing + np.diag(1 - mixing.sum(axis=1))


def contraction(mixing: np.ndarray) -> float:
    """ρ = ‖W − 11ᵀ/n‖₂."""
    return float(np.linalg.norm(mixing - 1 / len(mixing), 2))


def second_vector(mixing: np.ndarray) -> np.ndarray:
    """An eigenvector of a symmetric W whose eigenvalue has the magnitude ρ. It is orthogonal to 1."""
    values, vectors = np.linalg.eigh(mixing - 1 / len(mixing))
    return vectors[:, np.abs(values).argmax()]


def exponential(nodes: int) -> np.ndarray:
    """W of the static exponential graph: node i gives equal weights to itself and to the nodes i + 2^m, m < log2 n."""
    mixing = np.eye(nodes)
    for power in range((nodes - 1).bit_length()):
        mixing += np.roll(np.eye(nodes), 2**power, axis=1)
    return mixing / mixing[0].sum()


def deviation_spectrum(mixing: np.ndarray) -> np.ndarray:
    """The eigenvalues of a doubly stochastic W on deviations from the mean: all but one 1."""
    values = np.linalg.eigvals(mixing)
    return np.delete(values, np.abs(values - 1).argmin())
