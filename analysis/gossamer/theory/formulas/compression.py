"""Exact variances of unbiased compressors for one vector v: E ‖Q(v) − v‖²."""

from __future__ import annotations

import numpy as np


def qsgd(v: np.ndarray, levels: int) -> float:
    """(‖v‖²/s²) Σ f_k (1 − f_k) with f_k = frac(s |v_k|/‖v‖). Alistarh et al., "QSGD", NeurIPS 2017, arXiv:1610.02132, have
    the compressor."""
    return levels_variance(v, float(np.linalg.norm(v)) / levels)


def terngrad(v: np.ndarray) -> float:
    """‖v‖_∞ ‖v‖₁ − ‖v‖₂². Wen et al., "TernGrad", NeurIPS 2017, arXiv:1705.07878, have the compressor."""
    return float(np.abs(v).max() * np.abs(v).sum() - (v**2).sum())


def levels_variance(v: np.ndarray, spacing: float) -> float:
    """Δ² Σ f (1 − f) of unbiased rounding to multiples of Δ, f = frac(|v_k|/Δ)."""
    shares = np.abs(v) / spacing % 1
    return float(spacing**2 * (shares * (1 - shares)).sum())


def random_k(v: np.ndarray, kept: int) -> float:
    """(d/k − 1) ‖v‖² of k random coordinates times d/k."""
    return float((len(v) / kept - 1) * (v**2).sum())
