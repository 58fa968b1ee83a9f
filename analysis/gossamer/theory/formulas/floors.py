"""Stationary variances if all f_i have the same curvature and gradients have independent noise.

ν is the curvature, s² the variance of the noise per coordinate, η the step size, β the momentum; λ_k are the
eigenvalues of a symmetric W, and λ_1 = 1. Results are per coordinate with that curvature."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def of_mean(nodes: int, eta: float, nu: float, s2: float, beta: float = 0.0) -> float:
    """Var x̄ = (η s²/n) (1 + β)/((1 − β) ν (2 (1 + β) − η ν)), of every method whose mean follows x̄ ← x̄ − η ḡ, whatever W
    and whenever models are averaged."""
    return eta * s2 / nodes * (1 + beta) / ((1 - beta) * nu * (2 * (1 + beta) - eta * nu))


def atc(spectrum: Sequence[float], eta: float, nu: float, s2: float) -> np.ndarray:
    """x ← W (x − η g): the variance of each mode of W, λ² η² s²/(1 − λ² (1 − η ν)²)."""
    lam, q = np.asarray(spectrum), 1 - eta * nu
    return lam**2 * eta**2 * s2 / (1 - (lam * q) ** 2)


def awc(spectrum: Sequence[float], eta: float, nu: float, s2: float) -> np.ndarray:
    """x ← W x − η g: the variance of each mode of W, η² s²/(1 − (λ − η ν)²)."""
    return eta**2 * s2 / (1 - (np.asarray(spectrum) - eta * nu) ** 2)


def cta(spectrum: Sequence[float], eta: float, nu: float, s2: float) -> np.ndarray:
    """y = W x; x ← y − η g(y): the variance of each mode of W, η² s²/(1 − λ² (1 − η ν)²)."""
    return eta**2 * s2 / (1 - (np.asarray(spectrum) * (1 - eta * nu)) ** 2)


def growth(steps: int, eta: float, nu: float) -> float:
    """φ(j) = 1 + q² + … + q^{2(j − 1)} with q = 1 − η ν: E Γ after j local steps from equal models is (n − 1) s² η²
    φ(j)."""
    return float(np.sum((1 - eta * nu) ** (2 * np.arange(steps))))


def actc(mixing: np.ndarray, eta_nu: float, eta: float, s2: float, omega: float, stability: float,
         rounds: int = 20000) -> float:
    """The mean over nodes of the variance of ACTC with an unbiased compressor of the exact relative variance ω.

    The state is (w, q), models and public copies, from the optimum. W symmetric. Carpentiero, Matta, Sayed, "Distributed
    adaptive learning under communication constraints", arXiv:2112.02129, have the method."""
    nodes, one = len(mixing), np.eye(len(mixing))
    row = np.hstack([stability * (1 - eta_nu) * one, (1 - stability) * one])
    step, gain, sent = np.vstack([mixing @ row, row]), np.vstack([mixing, one]), np.hstack([(1 - eta_nu) * one, -one])
    noise, moments = eta**2 * s2, np.zeros((2 * nodes, 2 * nodes))
    for _ in range(rounds):
        own = stability**2 * (noise + omega * (np.diag(sent @ moments @ sent.T) + noise))
        changed = step @ moments @ step.T + gain @ np.diag(own) @ gain.T
        if np.abs(changed - moments).max() <= 1e-14 * np.abs(changed).max():
            break
        moments = changed
    return float(np.trace(changed[:nodes, :nodes])) / nodes
