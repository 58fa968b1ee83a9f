"""Places for the nodes of a graph: two nodes are as far apart as there are hops between them, as far as a plane allows."""

from __future__ import annotations

from collections import deque

import numpy as np

ROUNDS = 120
ENOUGH = 1e-4  # relative change of the stress at which it ends


def hops(count: int, edges: np.ndarray) -> np.ndarray:
    """The number of hops between all pairs of nodes, in whatever direction; those without a way are as far as the farthest
    with one, and two more."""
    neighbors: list[set[int]] = [set() for _ in range(count)]
    for i, j in edges:
        neighbors[i].add(int(j))
        neighbors[j].add(int(i))
    distances = np.full((count, count), -1.0)
    for source in range(count):
        row, ahead = distances[source], deque([source])
        row[source] = 0
        while ahead:
            node = ahead.popleft()
            for other in neighbors[node]:
                if row[other] < 0:
                    row[other] = row[node] + 1
                    ahead.append(other)
    return np.where(distances < 0, distances.max() + 2, distances)


def places(count: int, edges: np.ndarray) -> np.ndarray:
    """Coordinates of the nodes, n × 2, centered, within a circle of radius 1; the same each time.

    Majorization of the stress Σ (‖p_i − p_j‖ − d_ij)² / d_ij², d the hops: Gansner, Koren and North, "Graph drawing by stress
    majorization", GD 2004. It begins with the two largest components of classical scaling."""
    if count < 3:
        return np.array([[-1.0, 0.0], [1.0, 0.0]])[:count] if count == 2 else np.zeros((count, 2))
    distances = hops(count, edges)
    points = _classical(distances)
    weights = 1 / np.maximum(distances, 1) ** 2
    np.fill_diagonal(weights, 0)
    inverse = np.linalg.inv(np.diag(weights.sum(axis=1)) - weights + 1 / count) - 1 / count
    before = np.inf
    for _ in range(ROUNDS):
        apart = np.linalg.norm(points[:, None] - points[None], axis=2)
        stress = float((weights * (apart - distances) ** 2).sum())
        if before - stress <= ENOUGH * stress:
            break
        before = stress
        pull = -weights * distances / np.maximum(apart, 1e-9)
        np.fill_diagonal(pull, 0)
        np.fill_diagonal(pull, -pull.sum(axis=1))
        points = inverse @ (pull @ points)
    points -= points.mean(axis=0)
    return points / max(np.linalg.norm(points, axis=1).max(), 1e-9)


def lattice(count: int, edges: np.ndarray) -> int | None:
    """The number of columns if nodes are numbered row by row and all edges join neighbors in a row or column, or the two ends
    of one, as in a grid or a torus; none if it is no such graph."""
    first, second = edges.min(axis=1), edges.max(axis=1)
    for columns in (columns for columns in range(3, count // 3 + 1) if count % columns == 0):
        across, down = second % columns - first % columns, second // columns - first // columns
        in_row = (down == 0) & np.isin(np.abs(across), (1, columns - 1))
        in_column = (across == 0) & np.isin(down, (1, count // columns - 1))
        if np.all(in_row | in_column):
            return columns
    return None


def on_lattice(count: int, columns: int) -> np.ndarray:
    """Coordinates row by row from the top, within the same circle as `places`."""
    numbers = np.arange(count)
    points = np.stack([numbers % columns, -(numbers // columns)], axis=1).astype(float)
    points -= (points.max(axis=0) + points.min(axis=0)) / 2
    return points / (1.15 * np.abs(points).max())


def _classical(distances: np.ndarray) -> np.ndarray:
    count = len(distances)
    center = np.eye(count) - 1 / count
    values, vectors = np.linalg.eigh(-0.5 * center @ distances**2 @ center)
    points = vectors[:, -2:] * np.sqrt(np.maximum(values[-2:], 1e-9))
    points *= np.where(points[np.abs(points).argmax(axis=0), [0, 1]] < 0, -1, 1)  # the same signs with every LAPACK
    return points + 1e-3 * np.stack([np.cos(np.arange(count)), np.sin(np.arange(count))], axis=1)  # no two in one place
