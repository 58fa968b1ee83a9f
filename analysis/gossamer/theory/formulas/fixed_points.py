"""Limits of deterministic runs on quadratics f_i(x) = ½ xᵀA_i x − b_iᵀx with constant step sizes.

They solve linear systems: A is n × d × d, b is n × d, limits are n × d. WW stands for W ⊗ I_d, A for the block diagonal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Quadratics:
    A: np.ndarray
    b: np.ndarray

    @property
    def nodes(self) -> int:
        return len(self.b)

    @property
    def dimension(self) -> int:
        return self.b.shape[1]

    @property
    def optimum(self) -> np.ndarray:
        """x* = (Σ A_i)⁻¹ Σ b_i."""
        return np.linalg.solve(self.A.sum(axis=0), self.b.sum(axis=0))

    @property
    def minimizers(self) -> np.ndarray:
        """Of each f_i, n × d."""
        return np.array([np.linalg.solve(A, b) for A, b in zip(self.A, self.b)])

    def gradients(self, models: np.ndarray) -> np.ndarray:
        """∇f_i(x_i), n × d."""
        return np.einsum("nij,nj->ni", self.A, models) - self.b

    @property
    def block(self) -> np.ndarray:
        result = np.zeros((self.nodes, self.dimension, self.nodes, self.dimension))
        for node in range(self.nodes):
            result[node, :, node] = self.A[node]
        return result.reshape(self.b.size, self.b.size)

    def wide(self, mixing: np.ndarray) -> np.ndarray:
        return np.kron(mixing, np.eye(self.dimension))

    def _solved(self, system: np.ndarray, right: np.ndarray) -> np.ndarray:
        return np.linalg.solve(system, right).reshape(self.b.shape)

    def exact(self) -> np.ndarray:
        """x* on all nodes."""
        return np.tile(self.optimum, (self.nodes, 1))

    def awc(self, mixing: np.ndarray, eta: float) -> np.ndarray:
        """x ← WW x − η (A x − b): D-PSGD as Lian et al., NeurIPS 2017, arXiv:1705.09056, write it."""
        return self._solved(np.eye(self.b.size) - self.wide(mixing) + eta * self.block, eta * self.b.ravel())

    def atc(self, mixing: np.ndarray, eta: float) -> np.ndarray:
        """x ← WW (x − η (A x − b))."""
        wide = self.wide(mixing)
        return self._solved(np.eye(self.b.size) - wide @ (np.eye(self.b.size) - eta * self.block),
                            eta * wide @ self.b.ravel())

    def cta(self, mixing: np.ndarray, eta: float) -> np.ndarray:
        """y = WW x; x ← y − η (A y − b)."""
        one = np.eye(self.b.size)
        return self._solved(one - (one - eta * self.block) @ self.wide(mixing), eta * self.b.ravel())

    def doubly_averaged(self, mixing: np.ndarray, eta: float, beta: float) -> np.ndarray:
        """Models and momenta are averaged alike: x = WW (x − η (I − β WW)⁻¹ (A x − b)). Yu, Jin, Yang, ICML 2019,
        arXiv:1905.03817, have the method."""
        wide = self.wide(mixing)
        weighted = eta * wide @ np.linalg.inv(np.eye(self.b.size) - beta * wide)
        return self._solved(np.eye(self.b.size) - wide + weighted @ self.block, weighted @ self.b.ravel())

    def local_descent(self, eta: float, steps: int) -> np.ndarray:
        """The limit of x̄, if all models are averaged after H local steps: (Σ Q_i)⁻¹ Σ Q_i θ_i with
        Q_i = I − (I − η A_i)^H and the minimizers θ_i. Shape d."""
        shares = np.array([np.eye(self.dimension) - power for power in self._powers(eta, steps)])
        pulls = np.einsum("nij,nj->i", shares, self.minimizers)
        return np.linalg.solve(shares.sum(axis=0), pulls)

    def local_descent_factor(self, eta: float, steps: int) -> float:
        """The factor of the error in such a round: the spectral radius of (1/n) Σ (I − η A_i)^H."""
        return float(np.abs(np.linalg.eigvals(self._powers(eta, steps).mean(axis=0))).max())

    def _powers(self, eta: float, steps: int) -> np.ndarray:
        return np.array([np.linalg.matrix_power(np.eye(self.dimension) - eta * A, steps) for A in self.A])

    def scaffold_factor(self, eta: float, steps: int, at_start: bool) -> float:
        """The spectral radius of a round of SCAFFOLD with all clients and the server's step 1. Clients refresh their
        corrections by the gradient at the start of the round, or by the mean gradient along the round.

        Karimireddy et al., "SCAFFOLD: Stochastic controlled averaging for federated learning", ICML 2020,
        arXiv:1910.06378."""
        d, powers = self.dimension, self._powers(eta, steps)
        inverses = np.linalg.inv(self.A)
        size = d * (self.nodes + 1)
        mean = np.zeros((d, size))  # of the corrections c_i, in the state (x, c_1, …, c_n)
        for node in range(self.nodes):
            mean[:, d * (node + 1):d * (node + 2)] = np.eye(d) / self.nodes
        start = np.eye(d, size)
        ends, corrections = [], []
        for node in range(self.nodes):
            own = np.zeros((d, size))
            own[:, d * (node + 1):d * (node + 2)] = np.eye(d)
            end = powers[node] @ start + (np.eye(d) - powers[node]) @ inverses[node] @ (own - mean)
            ends.append(end)
            corrections.append(self.A[node] @ start if at_start else own - mean + (start - end) / (steps * eta))
        return float(np.abs(np.linalg.eigvals(np.vstack([sum(ends) / self.nodes, *corrections]))).max())


def shared_descent(mixing: np.ndarray, centers: np.ndarray, factor: float) -> np.ndarray:
    """The limit of rounds of H local steps, then averaging, if all f_i have the curvature ν and the minimizers c_i:
    (I − a W) x = (1 − a) W c with a = (1 − η ν)^H. Shapes n × d."""
    return np.linalg.solve(np.eye(len(mixing)) - factor * mixing, (1 - factor) * mixing @ centers)
