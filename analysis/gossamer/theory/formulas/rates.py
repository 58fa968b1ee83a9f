"""Asymptotic factors per round of deterministic runs, if all f_i have the same curvature ν: q = 1 − ην.

The error splits into modes of W with the eigenvalues λ. The mean mode has the factor q; each other mode is a recursion of
second order, whose factor is the largest modulus of the roots."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np


def largest_root(*coefficients: float) -> float:
    """The largest modulus of the roots of a polynomial, highest power first."""
    return float(np.abs(np.roots(coefficients)).max())


def nids(lam: float, q: float, consensus_step: float = 1.0) -> float:
    """NIDS, exact diffusion, LEAD without compression: z² − l (1 + q) z + l q with l = 1 − γ (1 − λ)/2."""
    lazy = 1 - consensus_step * (1 - lam) / 2
    return largest_root(1, -lazy * (1 + q), lazy * q)


def d2(lam: float, q: float) -> float:
    """z² − λ (1 + q) z + λ q."""
    return largest_root(1, -lam * (1 + q), lam * q)


def extra(lam: float, q: float) -> float:
    """z² − (λ + q) z + (1 + λ)/2 − ην."""
    return largest_root(1, -(lam + q), (1 + lam) / 2 - (1 - q))


def tracking(lam: float, q: float) -> float:
    """Gradient tracking that steps after combining: z² − (2λ − ην) z + λ² − ην."""
    return largest_root(1, -(2 * lam - (1 - q)), lam**2 - (1 - q))


def tracking_atc(lam: float, q: float) -> float:
    """Gradient tracking, adapt then combine: the spectral radius of [[λ, −ηλ], [λν (λ − 1), λ − λ² ην]], which depends on
    ην alone."""
    curvature = 1 - q
    return float(np.abs(np.linalg.eigvals([[lam, -lam], [lam * curvature * (lam - 1), lam - lam**2 * curvature]])).max())


def awc(lam: float, q: float) -> float:
    """x ← W x − η g."""
    return abs(lam - (1 - q))


def atc(lam: float, q: float) -> float:
    """x ← W (x − η g), and the same combined first."""
    return abs(lam) * abs(q)


def slowest(mode: Callable[[float, float], float], spectrum: Iterable[float], factors: Iterable[float]) -> float:
    """The asymptotic factor over all eigenvalues of W, the first of which is 1, and over the q of all curvatures."""
    spectrum, factors = list(spectrum), list(factors)
    return max(max(abs(q), *(mode(lam, q) for lam in spectrum[1:])) for q in factors)


def heavy_ball(q: float, beta: float) -> float:
    """The mean mode with momentum: z² − (q + β) z + β."""
    return largest_root(1, -(q + beta), beta)
