"""Asymptotic factors per round of deterministic runs, if all f_i have the same curvature ν: q = 1 − ην.

The error splits into modes of W with the eigenvalues λ. The mean mode has the factor q; each other mode is a recursion of
second order, whose factor is the largest modulus of the roots."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np


def largest_root(b: np.ndarray, c: np.ndarray) -> np.ndarray:
    """The largest modulus of the roots of z² + b z + c."""
    b, c = np.asarray(b, dtype=float), np.asarray(c, dtype=float)
    square = b**2 / 4 - c
    real = np.abs(b) / 2 + np.sqrt(np.maximum(square, 0))
    return np.where(square < 0, np.sqrt(np.maximum(c, 0)), real)


def nids(lam: np.ndarray, q: np.ndarray, consensus_step: float = 1.0) -> np.ndarray:
    """NIDS, exact diffusion, LEAD without compression: z² − l (1 + q) z + l q with l = 1 − γ (1 − λ)/2."""
    lazy = 1 - consensus_step * (1 - lam) / 2
    return largest_root(-lazy * (1 + q), lazy * q)


def d2(lam: np.ndarray, q: np.ndarray) -> np.ndarray:
    """z² − λ (1 + q) z + λ q."""
    return largest_root(-lam * (1 + q), lam * q)


def extra(lam: np.ndarray, q: np.ndarray) -> np.ndarray:
    """z² − (λ + q) z + (1 + λ)/2 − ην."""
    return largest_root(-(lam + q), (1 + lam) / 2 - (1 - q))


def tracking(lam: np.ndarray, q: np.ndarray) -> np.ndarray:
    """Gradient tracking that steps after combining: z² − (2λ − ην) z + λ² − ην."""
    return largest_root(-(2 * lam - (1 - q)), lam**2 - (1 - q))


def tracking_atc(lam: np.ndarray, q: np.ndarray) -> np.ndarray:
    """Gradient tracking, adapt then combine: the spectral radius of [[λ, −ηλ], [λν (λ − 1), λ − λ² ην]], by its trace and
    its determinant."""
    curvature = 1 - q
    trace = 2 * lam - lam**2 * curvature
    determinant = lam * (lam - lam**2 * curvature) + lam**2 * curvature * (lam - 1)
    return largest_root(-trace, determinant)


Mode = Callable[[np.ndarray, np.ndarray], np.ndarray]


def factors_of(mode: Mode, spectrum: Sequence[float], qs: Sequence[float]) -> np.ndarray:
    """Those of all modes: q of the mean mode, and of every other eigenvalue of W, the first of which is 1, with every q."""
    lam, q = np.meshgrid(np.asarray(spectrum, dtype=float)[1:], np.asarray(qs, dtype=float))
    return np.concatenate([np.abs(np.asarray(qs, dtype=float)), mode(lam, q).ravel()])


def slowest(mode: Mode, spectrum: Sequence[float], qs: Sequence[float]) -> float:
    """The asymptotic factor: the largest of all modes."""
    return float(factors_of(mode, spectrum, qs).max())


def heavy_ball(q: np.ndarray, beta: float) -> np.ndarray:
    """The mean mode with momentum: z² − (q + β) z + β."""
    return largest_root(-(q + beta), np.asarray(beta, dtype=float) + 0 * np.asarray(q))
