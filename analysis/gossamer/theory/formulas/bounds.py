"""Bounds of theorems. Each docstring has its evidence."""

from __future__ import annotations

import math


def descent(gap: float, L: float, eta: float, steps: int, spread: float, sigma2: float, nodes: int) -> float:
    """(1/K) Σ_k E ‖∇f(x̄_k)‖² ≤ 2 (f(x̄_0) − f*)/(η K) + L² mean_k E Γ_k/n + L η σ²/n, if η L ≤ 1 and the mean follows
    x̄ ← x̄ − η ḡ with one gradient of each node.

    Derived: the descent lemma on x̄, ‖∇f(x̄) − (1/n) Σ ∇f_i(x_i)‖² ≤ L² Γ/n. `gap` is f(x̄_0) − f*, `spread` the mean
    of Γ/n, σ² the variance of a node's gradient, over all coordinates."""
    return 2 * gap / (eta * steps) + L**2 * spread + L * eta * sigma2 / nodes


def sync_error(gap: float, L: float, mu: float, eta: float, steps: int, sigma2: float, gradients: int) -> float:
    """E F(x_J) − F* ≤ η L σ²/(2 μ K) + (1 − η μ)^J (F(x_0) − F* − η L σ²/(2 μ K)), if η ≤ 1/(2L) and F is μ-strongly
    convex.

    Dutta, Joshi, Ghosh, Dube, Nagpurkar, "Slow and stale gradients can win the race", AISTATS 2018, arXiv:1803.01113,
    checked: K-sync SGD with K gradients a step, whose variance σ² does not grow with the gradient."""
    floor = eta * L * sigma2 / (2 * mu * gradients)
    return floor + (1 - eta * mu) ** steps * (gap - floor)


def d_psgd(gap: float, L: float, steps: int, sigma2: float, nodes: int) -> float:
    """(1/K) Σ E ‖∇f(x̄_k)‖² ≤ 8 L (f(0) − f*)/K + (8 (f(0) − f*) + 4 L) σ/√(K n) with η = 1/(2L + σ √(K/n)), K large.

    From memory: Lian et al., NeurIPS 2017, arXiv:1705.09056, corollary."""
    return 8 * L * gap / steps + (8 * gap + 4 * L) * math.sqrt(sigma2 / (steps * nodes))


def swarm_potential(degree: float, second: float, nodes: int, eta: float, local_steps: float, M2: float) -> float:
    """sup_t E Γ_t ≤ (40 r/λ₂ + 80 r²/λ₂²) n η² H² M².

    From memory: Nadiradze et al., NeurIPS 2021, arXiv:1910.12308, for geometric H and gradients with E ‖g‖² ≤ M²."""
    ratio = degree / second
    return (40 * ratio + 80 * ratio**2) * nodes * eta**2 * local_steps**2 * M2


def best_period(gap: float, delay: float, eta: float, L: float, sigma2: float, time: float) -> float:
    """H* = √(2 (F_0 − F_inf) D/(η³ L² σ² T)), the minimum over H of
    2 (F_0 − F_inf)/(η T) (Y + D/H) + η L σ²/n + η² L² σ² (H − 1).

    The bound is from memory: Wang, Joshi, "Adaptive communication strategies to achieve the best error-runtime trade-off in
    local-update SGD", SysML 2019, arXiv:1810.08313. Its minimum is derived."""
    return math.sqrt(2 * gap * delay / (eta**3 * L**2 * sigma2 * time))


def transient_steps(nodes: int, rho: float, is_heterogeneous: bool) -> float:
    """ρ⁴ n³/(1 − ρ)² rounds with equal nodes, ρ⁴ n³/(1 − ρ)⁴ with different ones: the order after which σ/√(nT) dominates.

    Its form follows from the rate of D-PSGD; constants are unknown. The second is in the abstract of Chen, Yuan,
    Zhang, Pan, Xu, Yin, "Accelerating gossip SGD with periodic global averaging", ICML 2021, arXiv:2105.09080."""
    return rho**4 * nodes**3 / (1 - rho) ** (4 if is_heterogeneous else 2)
